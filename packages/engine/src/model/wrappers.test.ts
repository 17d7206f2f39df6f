import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createMemoryCache, openKeyedCache } from "../artifact/index.ts"
import { createBudget, defaultPrices, priceOf, tokenUsage } from "../money/index.ts"
import type { PriceList } from "../money/index.ts"
import { createRandom } from "../random/index.ts"
import {
  createMockEmbeddingModel, createMockLanguageModel, embeddingModelContract, languageModelContract, readAll, textOf,
} from "../testing/index.ts"
import { canonicalJson } from "./canonical.ts"
import {
  isCached, isMetered, isUsageEstimated, modelErrors, parseRetryAfter, withBudget, withCache, withCompleteAnswers, withEmbeddingBudget,
  withEmbeddingCache, withEmbeddingRetry, withRecording, withReplay, withRetry,
} from "./index.ts"
import type { CallOptions, GenerateResult, LanguageModel, Prompt } from "./index.ts"

let root = ""
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), "daydream-model-"))))
afterAll(() => rm(root, { recursive: true, force: true }))

const ask = (text: string): Prompt => [{ role: "user", content: [{ type: "text", text }] }]
const prices: PriceList = { ...defaultPrices, models: { mock: { inputPerMillion: 10n ** 9n, outputPerMillion: 2n * 10n ** 9n } } }
const random = () => createRandom("test")
const busy = (retryAfterMs?: number) =>
  modelErrors.model_busy({ modelId: "mock", host: "h", detail: "", status: 429, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })

/** A mock whose results are changed before they are given. */
const changed = (change: (result: GenerateResult, call: number) => GenerateResult): LanguageModel & { calls: readonly unknown[] } => {
  const mock = createMockLanguageModel()
  return { ...mock, doGenerate: async (options: CallOptions) => change(await mock.doGenerate(options), mock.calls.length) }
}

const scoring = () => createMockLanguageModel({ score: ({ continuations }) => continuations.map(() => 1 / 8) })
const retryOptions = { random: random(), sleep: async () => undefined }
languageModelContract("a model with retries", { open: async () => ({ model: withRetry(scoring(), retryOptions) }) })
languageModelContract("a model with a cache", { open: async () => ({ model: withCache(scoring(), createMemoryCache()) }) })
languageModelContract("a model with a budget", {
  open: async () => ({ model: withBudget(scoring(), { budget: createBudget(10n ** 12n), prices }) }),
})
languageModelContract("a model that records", { open: async () => ({ model: withRecording(scoring()).model }) })
languageModelContract("a model of whole answers", { open: async () => ({ model: withCompleteAnswers(scoring()) }) })
embeddingModelContract("an embedder with a cache", {
  open: async () => ({ model: withEmbeddingCache(createMockEmbeddingModel(), createMemoryCache()) }),
})
embeddingModelContract("an embedder with retries", {
  open: async () => ({ model: withEmbeddingRetry(createMockEmbeddingModel(), retryOptions) }),
})
embeddingModelContract("an embedder with a budget", {
  open: async () => ({ model: withEmbeddingBudget(createMockEmbeddingModel(), { budget: createBudget(null), prices }) }),
})

describe("retry", () => {
  const failing = (times: number, error: () => Error) =>
    createMockLanguageModel({ answer: (_, call) => (call <= times ? error() : "at last") })
  const waits = () => {
    const all: number[] = []
    return { all, sleep: async (milliseconds: number) => void all.push(milliseconds) }
  }

  test("a retryable error is tried again with longer and longer waits", async () => {
    const { all, sleep } = waits()
    const model = withRetry(failing(3, () => busy()), { random: random(), sleep })
    expect(textOf(await model.doGenerate({ prompt: ask("x") }))).toBe("at last")
    expect(all).toHaveLength(3)
    for (const [index, waited] of all.entries()) {
      expect(waited).toBeGreaterThanOrEqual(250 * 2 ** index)
      expect(waited).toBeLessThanOrEqual(500 * 2 ** index + 1)
    }
  })

  test("any other error is passed on at once", async () => {
    const model = failing(1, () => modelErrors.no_recording({ modelId: "mock" }))
    await expect(withRetry(model, retryOptions).doGenerate({ prompt: ask("x") })).rejects.toThrow("holds no answer")
    expect(model.calls).toHaveLength(1)
  })

  test("the last error is passed on when nothing helps", async () => {
    const model = failing(99, () => busy())
    await expect(withRetry(model, { ...retryOptions, attempts: 3 }).doGenerate({ prompt: ask("x") })).rejects.toThrow("slow down")
    expect(model.calls).toHaveLength(3)
  })

  test("the server's Retry-After is waited for, and not if it is too long", async () => {
    const { all, sleep } = waits()
    await withRetry(failing(1, () => busy(7000)), { random: random(), sleep }).doGenerate({ prompt: ask("x") })
    expect(all[0]).toBeGreaterThanOrEqual(7000)
    expect(all[0]).toBeLessThan(7100)
    const patient = withRetry(failing(1, () => busy(3_600_000)), { random: random(), sleep })
    await expect(patient.doGenerate({ prompt: ask("x") })).rejects.toThrow("slow down")
    expect(all).toHaveLength(1)
  })

  test("Retry-After is read as seconds, as a date and as milliseconds", () => {
    const now = Date.parse("2026-01-01T00:00:00Z")
    expect(parseRetryAfter({ "retry-after": "7" }, now)).toBe(7000)
    expect(parseRetryAfter({ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, now)).toBe(30_000)
    expect(parseRetryAfter({ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, now)).toBe(0)
    expect(parseRetryAfter({ "retry-after-ms": "250", "retry-after": "1" }, now)).toBe(250)
    expect(parseRetryAfter({ "retry-after": "soon" }, now)).toBeUndefined()
    expect(parseRetryAfter({}, now)).toBeUndefined()
  })

  test("an abort ends the waiting", async () => {
    const abort = new AbortController()
    const model = withRetry(failing(99, () => busy(60_000)), { random: random(), onRetry: () => abort.abort(new Error("enough")) })
    await expect(model.doGenerate({ prompt: ask("x"), abortSignal: abort.signal })).rejects.toThrow(/enough|abort/)
  })
})

describe("cache", () => {
  test("an answer survives in a new process and costs nothing", async () => {
    const folder = join(root, "answers")
    const first = await openKeyedCache(folder)
    const mock = scoring()
    const options: CallOptions = { prompt: ask("你好"), temperature: 0 }
    const score = { prompt: ask("?"), continuations: ["a", "b"] }
    const answer = await withCache(mock, first).doGenerate(options)
    const scores = await withCache(mock, first).scoreContinuations?.(score)
    expect(isCached(answer)).toBe(false)
    await first.close()
    const second = await openKeyedCache(folder)
    const silent = withCache(createMockLanguageModel({ answer: () => new Error("asked again"), score: () => [] }), second)
    const again = await silent.doGenerate(options)
    expect([textOf(again), isCached(again), again.usage.inputTokens.total]).toEqual([textOf(answer), true, answer.usage.inputTokens.total])
    expect(await silent.scoreContinuations?.(score)).toEqual(scores)
    await second.close()
  })

  test("another model, prompt or option is another call", async () => {
    const cache = createMemoryCache()
    const mock = createMockLanguageModel()
    const model = withCache(mock, cache)
    await model.doGenerate({ prompt: ask("x"), temperature: 0 })
    await model.doGenerate({ prompt: ask("x"), temperature: 0, abortSignal: new AbortController().signal })
    expect(mock.calls).toHaveLength(1)
    await model.doGenerate({ prompt: ask("x"), temperature: 1 })
    await model.doGenerate({ prompt: ask("y"), temperature: 0 })
    await withCache({ ...mock, modelId: "other" }, cache).doGenerate({ prompt: ask("x"), temperature: 0 })
    await withCache({ ...mock, provider: "other" }, cache).doGenerate({ prompt: ask("x"), temperature: 0 })
    expect(mock.calls).toHaveLength(5)
  })

  test.each(["length", "content-filter", "error", "interrupted", "other"] as const)("an answer that ended with %s is not kept", async (unified) => {
    const cache = createMemoryCache()
    await withCache(changed((result) => ({ ...result, finishReason: { unified, raw: undefined } })), cache).doGenerate({ prompt: ask("x") })
    expect(cache.size).toBe(0)
  })

  test("a failed call is not kept as an answer", async () => {
    const cache = createMemoryCache()
    const mock = createMockLanguageModel({ answer: (_, call) => (call === 1 ? busy() : "fine") })
    const model = withCache(mock, cache)
    await expect(model.doGenerate({ prompt: ask("x") })).rejects.toThrow("slow down")
    expect(cache.size).toBe(0)
    expect(textOf(await model.doGenerate({ prompt: ask("x") }))).toBe("fine")
  })

  test("equal calls at the same time are one call, and one caller's abort leaves the others alone", async () => {
    let finish: () => void = () => undefined
    const gate = new Promise<void>((resolve) => void (finish = resolve))
    const mock = createMockLanguageModel()
    const slow = { ...mock, doGenerate: async (options: CallOptions) => (await gate, mock.doGenerate(options)) }
    const model = withCache(slow, createMemoryCache())
    const abort = new AbortController()
    const quitter = model.doGenerate({ prompt: ask("x"), abortSignal: abort.signal })
    const others = [1, 2, 3].map(() => model.doGenerate({ prompt: ask("x") }))
    abort.abort(new Error("changed my mind"))
    await expect(quitter).rejects.toThrow("changed my mind")
    finish()
    expect((await Promise.all(others)).map(textOf)).toEqual(["mock answer", "mock answer", "mock answer"])
    expect(mock.calls).toHaveLength(1)
  })

  test("the call is aborted when nobody waits for it any more", async () => {
    let seen: AbortSignal | undefined
    const never: LanguageModel = {
      ...createMockLanguageModel(),
      doGenerate: ({ abortSignal }) => new Promise((_, reject) => {
        seen = abortSignal
        abortSignal?.addEventListener("abort", () => reject(new Error("aborted within")))
      }),
    }
    const abort = new AbortController()
    const call = withCache(never, createMemoryCache()).doGenerate({ prompt: ask("x"), abortSignal: abort.signal })
    await new Promise(setImmediate)
    abort.abort(new Error("gone"))
    await expect(call).rejects.toThrow("gone")
    expect(seen?.aborted).toBe(true)
  })

  test("a stream is replayed, a broken one is not kept", async () => {
    const cache = createMemoryCache()
    const mock = createMockLanguageModel()
    const model = withCache(mock, cache)
    const first = await readAll((await model.doStream({ prompt: ask("x") })).stream)
    expect(await readAll((await model.doStream({ prompt: ask("x") })).stream)).toEqual(first)
    expect(mock.calls).toHaveLength(1)
    const cut: LanguageModel = { ...mock, doStream: async () => ({ stream: ReadableStream.from(first.slice(0, -1)) }) }
    await readAll((await withCache(cut, cache).doStream({ prompt: ask("y") })).stream)
    expect(cache.size).toBe(1)
  })

  test("keys do not depend on the order of fields, and hold bytes", () => {
    expect(canonicalJson({ b: 1, a: [undefined, { d: 2, c: undefined }] })).toBe('{"a":[null,{"d":2}],"b":1}')
    expect(canonicalJson({ x: Uint8Array.of(1, 2) })).toBe('{"x":{"$bytes":"AQI="}}')
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
    }))
  })
})

describe("embedding cache", () => {
  test("only unknown texts are embedded, each once, and vectors are the same afterwards", async () => {
    const folder = join(root, "vectors")
    const cache = await openKeyedCache(folder)
    const mock = createMockEmbeddingModel()
    const first = await withEmbeddingCache(mock, cache).doEmbed({ values: ["a", "b", "a"] })
    await cache.close()
    const reopened = await openKeyedCache(folder)
    const second = await withEmbeddingCache(mock, reopened).doEmbed({ values: ["b", "c", "a"] })
    expect(mock.calls).toEqual([["a", "b"], ["c"]])
    expect(second.embeddings[2]).toEqual(first.embeddings[0])
    expect(second.embeddings[0]).toEqual(first.embeddings[1])
    expect(first.embeddings[0]?.[0]).toBe(Math.fround(first.embeddings[0]?.[0] ?? 0))
    const third = await withEmbeddingCache(mock, reopened).doEmbed({ values: ["a", "b"] })
    // What a text costs must not depend on what happens to be kept.
    expect([third.usage, mock.calls.length]).toEqual([first.usage, 2])
    await reopened.close()
  })

  test("a server that gives too few vectors fails, and nothing is kept", async () => {
    const cache = createMemoryCache()
    const mock = createMockEmbeddingModel()
    const short = { ...mock, doEmbed: async () => ({ embeddings: [[1]], warnings: [] }) }
    await expect(withEmbeddingCache(short, cache).doEmbed({ values: ["a", "b"] })).rejects.toThrow("1 vectors for 2 texts")
    expect(cache.size).toBe(0)
  })
})

describe("budget around a model", () => {
  test("the worst case is reserved, the reported usage is settled, and the output limit is always sent", async () => {
    const budget = createBudget(10n ** 9n)
    const mock = createMockLanguageModel()
    const result = await withBudget(mock, { budget, prices, maxOutputTokens: 77 }).doGenerate({ prompt: ask("hello") })
    expect(mock.calls[0]).toMatchObject({ maxOutputTokens: 77 })
    const { inputTokens, outputTokens } = result.usage
    expect(budget.spent).toBe(priceOf(tokenUsage("mock", inputTokens.total ?? 0, outputTokens.total ?? 0), prices))
    expect(budget.reserved).toBe(0n)
  })

  test("a call whose worst case does not fit is never made", async () => {
    const mock = createMockLanguageModel()
    const model = withBudget(mock, { budget: createBudget(1000n), prices })
    await expect(model.doGenerate({ prompt: ask("hello") })).rejects.toThrow("may cost up to")
    await expect(model.doStream({ prompt: ask("hello") })).rejects.toThrow("may cost up to")
    expect(mock.calls).toHaveLength(0)
  })

  test("with a limit an unpriced model is refused; without one it runs", async () => {
    const mock = createMockLanguageModel({ modelId: "mystery" })
    await expect(withBudget(mock, { budget: createBudget(10n ** 12n), prices }).doGenerate({ prompt: ask("x") })).rejects.toThrow("no price")
    await expect(withBudget(mock, { budget: createBudget(null), prices }).doGenerate({ prompt: ask("x") })).resolves.toBeDefined()
  })

  test("a call that the server refused is free; one whose end is unknown counts in full", async () => {
    const price = async (error: Error) => {
      const budget = createBudget(10n ** 9n)
      const model = withBudget(createMockLanguageModel({ answer: () => error }), { budget, prices, maxOutputTokens: 10 })
      await expect(model.doGenerate({ prompt: ask("x") })).rejects.toThrow(error.message)
      expect(budget.reserved).toBe(0n)
      return budget.spent
    }
    expect(await price(busy())).toBe(0n)
    const facts = { modelId: "mock", host: "h", detail: "" }
    expect(await price(modelErrors.model_unreachable({ ...facts, isConnectFailure: true } as typeof facts))).toBe(0n)
    expect(await price(modelErrors.model_unreachable(facts))).toBeGreaterThan(0n)
    expect(await price(new Error("aborted"))).toBeGreaterThan(0n)
  })

  test("usage that is missing or zero is estimated and marked, never free", async () => {
    const empty = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined, text: undefined, reasoning: undefined }
    for (const total of [undefined, 0]) {
      const budget = createBudget(10n ** 9n)
      const model = changed((result) => ({ ...result, usage: { inputTokens: { ...empty, total }, outputTokens: { ...empty, total } } }))
      const result = await withBudget(model, { budget, prices }).doGenerate({ prompt: ask("hello") })
      expect([isUsageEstimated(result), budget.spent > 0n]).toEqual([true, true])
    }
  })

  test("a stream settles at its finish, and its worst case where it is cut or left", async () => {
    const spent = async (use: (stream: ReadableStream) => Promise<unknown>, cut: boolean) => {
      const budget = createBudget(10n ** 9n)
      const mock = createMockLanguageModel()
      const model: LanguageModel = !cut ? mock : {
        ...mock,
        doStream: async (options) => ({ stream: ReadableStream.from((await readAll((await mock.doStream(options)).stream)).slice(0, 3)) }),
      }
      const { stream } = await withBudget(model, { budget, prices }).doStream({ prompt: ask("hello") })
      expect(budget.reserved).toBeGreaterThan(0n)
      await use(stream)
      expect(budget.reserved).toBe(0n)
      return budget.spent
    }
    const whole = await spent(readAll, false)
    expect(await spent(readAll, true)).toBeGreaterThan(whole)
    expect(await spent((stream) => stream.cancel(), false)).toBeGreaterThan(whole)
  })

  test("however many calls run at once, the limit holds", async () => {
    await fc.assert(fc.asyncProperty(fc.bigInt({ min: 0n, max: 3_000_000n }), fc.array(fc.nat(200), { maxLength: 25 }), async (limit, lengths) => {
      const budget = createBudget(limit)
      const mock = createMockLanguageModel({ answer: ({ prompt }, call) => (call % 4 === 0 ? new Error("lost") : "a".repeat(JSON.stringify(prompt).length % 60)) })
      const model = withBudget(mock, { budget, prices, maxOutputTokens: 20 })
      await Promise.allSettled(lengths.map((length) => model.doGenerate({ prompt: ask("x".repeat(length)) })))
      expect(budget.spent).toBeLessThanOrEqual(limit)
      expect([budget.reserved, budget.overrun]).toEqual([0n, 0n])
    }), { numRuns: 60 })
  })

  test("embedded models are not billed; a budget or retry that is there already is not put around a second time", async () => {
    const budget = createBudget(0n)
    const local = createMockLanguageModel({ modelId: "smollm2-135m" })
    await expect(withBudget(local, { budget, prices }).doGenerate({ prompt: ask("x") })).resolves.toBeDefined()
    const once = withCache(withRetry(withBudget(createMockLanguageModel(), { budget, prices }), retryOptions), createMemoryCache())
    expect(withRetry(withBudget(once, { budget, prices }), retryOptions)).toBe(once)
    expect([isMetered(once, budget), isMetered(once, createBudget(0n))]).toEqual([true, false])
    const embedder = withEmbeddingCache(withEmbeddingBudget(createMockEmbeddingModel(), { budget, prices }), createMemoryCache())
    expect(withEmbeddingBudget(embedder, { budget, prices })).toBe(embedder)
  })

  test("embeddings are paid by their tokens", async () => {
    const budget = createBudget(10n ** 9n)
    const model = withEmbeddingBudget(createMockEmbeddingModel({ modelId: "mock" }), { budget, prices })
    await model.doEmbed({ values: ["eight by", "four"] })
    expect(budget.spent).toBe(priceOf(tokenUsage("mock", 3, 0), prices))
    const poor = withEmbeddingBudget(createMockEmbeddingModel({ modelId: "mock" }), { budget: createBudget(10n), prices })
    await expect(poor.doEmbed({ values: ["text"] })).rejects.toThrow("may cost up to")
  })
})

describe("recording", () => {
  test("what was recorded is given back without the model; anything else is refused", async () => {
    const path = join(root, "recording.json")
    const { model, save } = withRecording(scoring())
    const options = { prompt: ask("record me") }
    const answer = textOf(await model.doGenerate(options))
    const scores = await model.scoreContinuations?.({ ...options, continuations: ["a"] })
    await save(path)
    const replay = await withReplay(path)
    expect(textOf(await replay.doGenerate(options))).toBe(answer)
    expect(await replay.scoreContinuations?.({ ...options, continuations: ["a"] })).toEqual(scores)
    await expect(replay.doGenerate({ prompt: ask("something else") })).rejects.toThrow("holds no answer")
    const before = await readFile(path, "utf8")
    await save(path)
    expect(await readFile(path, "utf8")).toBe(before)
  })

  test("a file that is no recording is refused", async () => {
    await writeFile(join(root, "bad.json"), "{}")
    await expect(withReplay(join(root, "bad.json"))).rejects.toThrow("cannot be read")
  })
})

describe("whole answers", () => {
  test.each(["error", "interrupted"] as const)("an answer that finished with %s is an error", async (unified) => {
    const model = withCompleteAnswers(changed((result) => ({ ...result, finishReason: { unified, raw: undefined } })))
    await expect(model.doGenerate({ prompt: ask("x") })).rejects.toThrow("broke off")
  })

  test("a stream without its finish is an error, after all that came", async () => {
    const mock = createMockLanguageModel()
    const parts = await readAll((await mock.doStream({ prompt: ask("x") })).stream)
    const endings = [[], [{ type: "finish", finishReason: { unified: "interrupted", raw: undefined }, usage: {} }], [{ type: "error", error: new Error("inner") }]]
    for (const ending of endings) {
      const stream = ReadableStream.from([...parts.slice(0, -1), ...ending]) as ReadableStream<never>
      const model = withCompleteAnswers<LanguageModel>({ ...mock, doStream: async () => ({ stream }) })
      await expect(model.doStream({ prompt: ask("x") }).then((result) => readAll(result.stream))).rejects.toThrow(/broke off|inner/)
    }
  })
})
