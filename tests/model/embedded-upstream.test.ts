/** The 0.5B model behind fabric's interface to upstreams: batching, known beginnings, half-said answers, aborts. */
import { createEmbeddedUpstream } from "@daydream/fabric/upstream"
import type { Upstream } from "@daydream/fabric/upstream"
import { createRuntime } from "@daydream/runtime"
import type { Runtime } from "@daydream/runtime"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const modelId = "qwen2.5-coder-0.5b"
const timeouts = { connectMs: 300_000, firstTokenMs: 300_000, stallMs: 300_000, totalMs: 600_000 }
let runtime: Runtime
let upstream: Upstream
beforeAll(() => {
  runtime = createRuntime({ contextTokens: 2048, sequences: 4 })
  upstream = createEmbeddedUpstream(runtime)
})
afterAll(() => runtime.close())

interface Completion {
  readonly choices: readonly {
    readonly message: { readonly content: string }
    readonly finish_reason: string
    readonly logprobs: null | { readonly content: readonly { readonly token: string; readonly logprob: number; readonly top_logprobs: readonly { readonly token: string; readonly logprob: number }[] }[] }
  }[]
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly prompt_tokens_details: { readonly cached_tokens: number } }
}

const call = (messages: readonly object[], more: object = {}, signal = new AbortController().signal) => upstream.call({
  dialect: "openai-chat", model: modelId, isStream: (more as { stream?: boolean }).stream === true, headers: {}, requestId: "test",
  body: JSON.stringify({ model: modelId, messages, temperature: 0, max_tokens: 32, ...more }),
}, { signal, timeouts })

async function ask(content: string, more: object = {}, before: readonly object[] = []): Promise<Completion> {
  const { body } = await call([{ role: "user", content }, ...before], more)
  let text = ""
  for await (const chunk of body) text += Buffer.from(chunk).toString()
  return JSON.parse(text) as Completion
}
const said = ({ choices }: Completion) => choices[0]?.message.content ?? ""

describe("batching", () => {
  test("answers of four clients at once are, letter for letter, those of one client after another", async () => {
    const things = ["a river in winter", "the moon", "an old clock", "a violin", "bread", "a red door", "the number nine", "rain on a roof"]
    const questions = things.map((thing) => `Write three sentences about ${thing}.`)
    const alone: string[] = []
    for (const question of questions) alone.push(said(await ask(question, { max_tokens: 40 })))
    const together = await Promise.all(questions.map((question) => ask(question, { max_tokens: 40 })))
    expect(together.map(said)).toEqual(alone)
  })

  test("an answer that begins while others grow is what it is alone", async () => {
    const long = `${"The parcel came late and was wet. ".repeat(20)}What was wrong with the parcel?`
    const alone = said(await ask(long, { max_tokens: 24 }))
    const others = [1, 2, 3].map((number) => ask(`Tell a story about the number ${number}.`, { max_tokens: 48 }))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(said(await ask(long, { max_tokens: 24 }))).toBe(alone)
    await Promise.all(others)
  })

  test("the beginning that a call shares with an earlier one is not read again", async () => {
    const prefix = "The parcel was sent on Monday, came to the wrong house and went back. ".repeat(20)
    const first = await ask(`${prefix}Who sent it?`, { max_tokens: 2 })
    const second = await ask(`${prefix}Where did it go?`, { max_tokens: 2 })
    expect(second.usage.prompt_tokens_details.cached_tokens).toBeGreaterThan(first.usage.prompt_tokens - 20)
  })
})

test("an answer goes on from a half-said one", async () => {
  const half = { role: "assistant", content: "one, two," }
  expect(said(await ask("Count: one, two, three, four.", { max_tokens: 6 }, [half]))).toMatch(/^\s*three/u)
  expect(upstream.acceptsPrefill).toBe(true)
})

test("probabilities of tokens join to the answer, the chosen ones are the likeliest, and they change no answer", async () => {
  const question = "What is the capital of France? Answer with one word."
  const plain = await ask(question)
  const told = await ask(question, { logprobs: true, top_logprobs: 3 })
  const tokens = told.choices[0]?.logprobs?.content ?? []
  expect(said(told)).toBe(said(plain))
  expect(tokens.map(({ token }) => token).join("")).toBe(said(told))
  for (const { token, logprob, top_logprobs: top } of tokens) {
    expect(top).toHaveLength(3)
    expect(top[0]).toMatchObject({ token })
    expect(logprob).toBeLessThanOrEqual(0)
    // A distribution that is all in one token would be that of the greedy choice, not that of the model.
    expect(top[1]?.logprob).toBeGreaterThan(-60)
  }
})

test("a prompt that is too long is told as one, and so is a model that nobody has", async () => {
  await expect(ask("word ".repeat(4000))).rejects.toMatchObject({ failure: { kind: "status", status: 400, code: "context_length_exceeded" } })
  const unknown = upstream.call({
    dialect: "openai-chat", model: "nobody/has-it", isStream: false, headers: {}, requestId: "x", body: '{"messages":[{"role":"user","content":"x"}]}',
  }, { signal: new AbortController().signal, timeouts })
  await expect(unknown).rejects.toMatchObject({ failure: { kind: "status", status: 404, code: "model_not_found" } })
})

test("a caller that leaves frees its place after the batch that is under way", async () => {
  const controllers = [1, 2, 3, 4].map(() => new AbortController())
  const streams = await Promise.all(controllers.map(({ signal }, index) =>
    call([{ role: "user", content: `Write a very long story about the number ${index}.` }], { stream: true, max_tokens: 1500 }, signal)))
  const reading = streams.map(async ({ body }) => {
    for await (const chunk of body) if (chunk.length === 0) throw new Error("an empty chunk")
  })
  for (const controller of controllers) controller.abort(new Error("gone"))
  expect((await Promise.allSettled(reading)).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"])
  // All four places were taken for minutes: this answer comes only where they were given back.
  expect(said(await ask("Say hello.", { max_tokens: 4 }))).not.toBe("")
})
