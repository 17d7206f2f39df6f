/** Saved beginnings with real weights: what is loaded says what was read. */
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import type { LanguageModelV4CallOptions } from "@ai-sdk/provider"
import { textOf } from "@daydream/engine/testing"
import { createRuntime } from "@daydream/runtime"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"

const modelId = "qwen2.5-coder-0.5b"
let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prefixes-"))
})
beforeEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const world = "The lighthouse of Grey Point burns oil. Its keeper counts the ships that pass, and writes each into a book. ".repeat(8)
const persona = "You are Mara, the keeper. You speak in short sentences, about the sea, the oil and the weather. ".repeat(5)
type Prompt = LanguageModelV4CallOptions["prompt"]
const promptOf = (question: string, who = persona): Prompt => [
  { role: "system", content: world },
  { role: "system", content: who },
  { role: "user", content: [{ type: "text", text: question }] },
]
const marked = (prefix: number | number[] = 2, scope?: string) => ({
  daydream: { prefix, ...(scope === undefined ? {} : { scope }) },
})

/** A model that has read nothing yet, for as long as `work` takes. */
async function fresh<T>(work: (model: Awaited<ReturnType<ReturnType<typeof createRuntime>["languageModel"]>>, runtime: ReturnType<typeof createRuntime>) => Promise<T>): Promise<T> {
  const runtime = createRuntime({ contextTokens: 1024, sequences: 2, prefixCache: { folder } })
  try {
    return await work(await runtime.languageModel(modelId), runtime)
  } finally {
    await runtime.close()
  }
}

const ask = (question: string, more: Partial<LanguageModelV4CallOptions> = {}) =>
  fresh((model) => Promise.resolve(model.doGenerate({ prompt: promptOf(question), maxOutputTokens: 16, providerOptions: marked(), ...more })))

test("after a restart a beginning is loaded, not read, and the answer is the same", async () => {
  const plain = await ask("What do you burn?", { providerOptions: {} })
  expect(await readdir(folder)).toEqual([])
  const cold = await ask("What do you burn?")
  const loaded = await ask("What do you burn?")
  expect(cold.usage.inputTokens.cacheRead).toBe(0)
  expect(cold.usage.inputTokens.cacheWrite).toBeGreaterThan(250)
  expect(loaded.usage.inputTokens.cacheRead).toBe(cold.usage.inputTokens.cacheWrite)
  expect(loaded.usage.inputTokens.noCache).toBeLessThan(30)
  expect(loaded.usage.inputTokens.total).toBe(plain.usage.inputTokens.total)
  expect(textOf(cold)).toBe(textOf(plain))
  expect(textOf(loaded)).toBe(textOf(plain))
  expect(textOf(await ask("How is the weather?"))).toBe(textOf(await ask("How is the weather?", { providerOptions: {} })))
})

test("another character shares the world, and has a beginning of its own from then on", async () => {
  await ask("Hello.", { providerOptions: marked([1, 2]) })
  expect((await readdir(folder)).filter((name) => name.endsWith(".state"))).toHaveLength(2)
  const other = promptOf("Hello.", "You are Tom, who fishes. ".repeat(12))
  const first = await ask("", { prompt: other, providerOptions: marked([1, 2]) })
  expect(first.usage.inputTokens.cacheRead).toBeGreaterThan(150)
  const second = await ask("", { prompt: other, providerOptions: marked([1, 2]) })
  expect(second.usage.inputTokens.cacheRead).toBeGreaterThan((first.usage.inputTokens.cacheRead ?? 0) + 50)
})

test("a state that was damaged, or is another's, is read again", async () => {
  const right = textOf(await ask("What do you burn?"))
  const [state = ""] = (await readdir(folder)).filter((name) => name.endsWith(".state"))
  const bytes = await readFile(join(folder, state))
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 255
  await writeFile(join(folder, state), bytes)
  const again = await ask("What do you burn?")
  expect([again.usage.inputTokens.cacheRead, textOf(again)]).toEqual([0, right])
  // No state at all, and a whole one of other tokens, both with a note that fits.
  const [note = ""] = (await readdir(folder)).filter((name) => name.endsWith(".json"))
  const whole = await readFile(join(folder, state))
  const foreign = Buffer.from(whole)
  foreign.writeUInt32LE(foreign.readUInt32LE(60) + 1, 60)
  for (const file of [Buffer.from("no state of any model"), whole.subarray(0, 5000), foreign]) {
    await writeFile(join(folder, state), file)
    await writeFile(join(folder, note), JSON.stringify({ format: 1, bytes: file.length, crc32: crc32(file) }))
    const { usage, ...answer } = await ask("What do you burn?")
    expect([usage.inputTokens.cacheRead, textOf({ usage, ...answer })]).toEqual([0, right])
  }
})

test("scores are the same from a loaded beginning", async () => {
  const score = (providerOptions: LanguageModelV4CallOptions["providerOptions"]) =>
    fresh((model) => model.scoreContinuations({ prompt: promptOf("Answer oil or gas: what burns?"), continuations: ["oil", "gas"], ...(providerOptions === undefined ? {} : { providerOptions }) }))
  const plain = await score({})
  const cold = await score(marked())
  const loaded = await score(marked())
  // Read in other pieces, the same text gives slightly other numbers; loaded, exactly those of the reading.
  for (const [at, value] of cold.logProbabilities.entries()) {
    expect(loaded.logProbabilities[at]).toBeCloseTo(value, 6)
    expect(plain.logProbabilities[at]).toBeCloseTo(value, 0)
  }
})

test("what is forgotten is on no disk and in no conversation", async () => {
  await fresh(async (model, runtime) => {
    const call = { prompt: promptOf("Hello."), maxOutputTokens: 2, providerOptions: marked(2, "session-1") }
    await Promise.all([model.doGenerate(call), model.doGenerate({ ...call, providerOptions: marked(2, "session-2") })])
    await runtime.forgetPrefixes("session-1")
    expect((await readdir(folder)).filter((name) => name.endsWith(".state"))).toHaveLength(1)
    expect((await model.doGenerate({ ...call, providerOptions: {} })).usage.inputTokens.cacheRead).toBe(0)
  })
})
