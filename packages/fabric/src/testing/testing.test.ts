import { readFile, mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Anthropic from "@anthropic-ai/sdk"
import OpenAI from "openai"
import { describe, expect, test } from "vitest"
import { startMisbehavingUpstream, startMockUpstream, startUpstreamProcess, words } from "./index.ts"
import type { Behaviour } from "./index.ts"

const ask = { model: "m", messages: [{ role: "user" as const, content: "Say it." }] }
const openai = (url: string) => new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 0 })

async function chatStream(url: string, more: object = {}) {
  let text = ""
  let finish: string | null = null
  const stream = await openai(url).chat.completions.create({ ...ask, ...more, stream: true })
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ""
    finish = chunk.choices[0]?.finish_reason ?? finish
  }
  return { text, finish }
}

describe("the mock upstream", () => {
  test("unmodified clients of both APIs read its answers, whole and streamed", async () => {
    await using server = await startMockUpstream({ words: 5 })
    const whole = await openai(server.url).chat.completions.create(ask)
    expect(whole.choices[0]?.message.content).toBe(words(0, 5))
    expect(whole.usage?.completion_tokens).toBe(5)
    expect(await chatStream(server.url)).toEqual({ text: words(0, 5), finish: "stop" })
    const anthropic = new Anthropic({ baseURL: server.url.replace(/\/v1$/, ""), apiKey: "none", maxRetries: 0 })
    const message = await anthropic.messages.stream({ ...ask, max_tokens: 9 }).finalMessage()
    expect(message.content[0]).toMatchObject({ type: "text", text: words(0, 5) })
    expect(message.usage.output_tokens).toBe(5)
    const { data } = await openai(server.url).embeddings.create({ model: "m", input: ["a", "b"], encoding_format: "float" })
    expect(data).toHaveLength(2)
  })

  test("usage comes in a stream where it is asked for, and not elsewhere", async () => {
    await using server = await startMockUpstream({ words: 5, wordMs: 1 })
    const usages = async (more: object) => {
      const stream = await openai(server.url).chat.completions.create({ ...ask, ...more, stream: true })
      const seen = []
      for await (const chunk of stream) if (chunk.usage != null) seen.push(chunk.usage.completion_tokens)
      return seen
    }
    expect(await usages({ stream_options: { include_usage: true } })).toEqual([5])
    expect(await usages({})).toEqual([])
  })

  test("its log on disk tells each attempt's beginning and end, from another process", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "daydream-testing-")), "seen.jsonl")
    await using server = await startUpstreamProcess({ kind: "mock", words: 3, log: { file } })
    await openai(server.url).chat.completions.create({ ...ask, max_tokens: 7 }, { headers: { "x-request-id": "one" } })
    // The client may have its answer before the other process has written the end.
    const read = async () => (await readFile(file, "utf8")).trim().split("\n").map((line) => JSON.parse(line) as object)
    await expect.poll(read).toMatchObject([
      { event: "begin", id: "one", cap: 7, model: "m" }, { event: "end", id: "one", end: "completed", wordsSent: 3 },
    ])
  })
})

describe("the misbehaving upstream", () => {
  const serve = (...script: readonly Behaviour[]) => startMisbehavingUpstream({ script, words: 10, scale: 0.01 })

  test("each attempt gets the next line of the script, and the last goes on", async () => {
    await using server = await serve({ kind: "status", status: 500 }, { kind: "answer" })
    await expect(chatStream(server.url)).rejects.toMatchObject({ status: 500 })
    expect((await chatStream(server.url)).text).toBe(words(0, 10))
    expect((await chatStream(server.url)).text).toBe(words(0, 10))
    await expect.poll(() => server.attempts.map(({ behaviour, end }) => [behaviour, end])).toEqual([
      ["status", "completed"], ["answer", "completed"], ["answer", "completed"],
    ])
  })

  test("a cut stream holds just the words before the cut, and the log says who broke it", async () => {
    await using server = await serve({ kind: "cut", after: 4 })
    await expect(chatStream(server.url)).rejects.toBeInstanceOf(Error)
    expect(server.attempts[0]).toMatchObject({ end: "broken", wordsSent: 4 })
  })

  test("a half-said answer is gone on with, and a cap is kept unless the script says otherwise", async () => {
    await using server = await serve({ kind: "answer" }, { kind: "answer" }, { kind: "overrun", words: 20 })
    const messages = [...ask.messages, { role: "assistant", content: words(0, 4) }]
    expect((await chatStream(server.url, { messages })).text).toBe(words(4, 10))
    expect(await chatStream(server.url, { max_tokens: 3 })).toEqual({ text: words(0, 3), finish: "length" })
    expect((await chatStream(server.url, { max_tokens: 3 })).text).toBe(words(0, 20))
  })

  test("refusals carry the codes that clients know", async () => {
    await using server = await serve({ kind: "context-length" }, { kind: "content-filter", how: "status" }, { kind: "refuses-prefill" })
    await expect(chatStream(server.url)).rejects.toMatchObject({ status: 400, code: "context_length_exceeded" })
    await expect(chatStream(server.url)).rejects.toMatchObject({ status: 400, code: "content_filter" })
    const messages = [...ask.messages, { role: "assistant", content: "w0" }]
    await expect(chatStream(server.url, { messages })).rejects.toMatchObject({ status: 400 })
  })

  test("a server that is down answers again when its time is over", async () => {
    await using server = await serve({ kind: "down", seconds: 20 })
    await expect(chatStream(server.url)).rejects.toMatchObject({ status: 503 })
    await expect.poll(async () => (await chatStream(server.url).catch(() => null))?.text).toBe(words(0, 10))
  })

  test("a caller that leaves is in the log as gone", async () => {
    await using server = await serve({ kind: "stall", after: 2 })
    const controller = new AbortController()
    const stream = await openai(server.url).chat.completions.create({ ...ask, stream: true }, { signal: controller.signal })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === " w1") break
    controller.abort()
    await expect.poll(() => server.attempts[0]?.end).toBe("aborted")
  })
})
