/** What every language model and every wrapper of one must do. */
import { describe, expect, test } from "vitest"
import type { CallOptions, GenerateResult, MaybeScoringModel, Prompt, StreamPart } from "../model/index.ts"

/** What a model under test needs to be told. */
export interface LanguageModelContractOptions {
  /** A fresh model; closed after each test by `close`. */
  readonly open: () => Promise<{ readonly model: MaybeScoringModel; readonly close?: () => Promise<void> }>
  /** Reasons to leave parts out, shown as the skipped tests' names. */
  readonly skip?: { readonly streaming?: string; readonly json?: string; readonly abort?: string }
}

const ask = (text: string): Prompt => [
  { role: "system", content: "You answer briefly." }, { role: "user", content: [{ type: "text", text }] },
]

/** The text of an answer. */
export const textOf = (result: GenerateResult): string =>
  result.content.map((part) => (part.type === "text" ? part.text : "")).join("")

/** All parts of a stream. */
export async function readAll(stream: ReadableStream<StreamPart>): Promise<StreamPart[]> {
  const parts: StreamPart[] = []
  for await (const part of stream) parts.push(part)
  return parts
}

const because = (reason: string | undefined) => (reason === undefined ? "" : ` (skipped: ${reason})`)

/** Describes the tests of one language model. */
export function languageModelContract(name: string, { open, skip = {} }: LanguageModelContractOptions): void {
  const withModel = async (use: (model: MaybeScoringModel) => Promise<void>) => {
    const { model, close } = await open()
    try {
      await use(model)
    } finally {
      await close?.()
    }
  }
  const generate = (model: MaybeScoringModel, more: Partial<CallOptions> = {}) =>
    model.doGenerate({ prompt: ask("Say hello."), maxOutputTokens: 32, temperature: 0, ...more })

  describe(`${name} as a language model`, () => {
    test("says who it is", () => withModel(async (model) => {
      expect(model.specificationVersion).toBe("v4")
      expect(model.modelId).not.toBe("")
      expect(model.provider).not.toBe("")
    }))

    test("answers with text, a reason for its end and counted tokens", () => withModel(async (model) => {
      const result = await generate(model)
      expect(textOf(result)).not.toBe("")
      expect(["stop", "length"]).toContain(result.finishReason.unified)
      expect(result.usage.inputTokens.total).toBeGreaterThan(0)
      expect(result.usage.outputTokens.total).toBeGreaterThan(0)
      expect(result.warnings).toBeInstanceOf(Array)
    }))

    test("gives the same answer to the same question at temperature 0", () => withModel(async (model) => {
      expect(textOf(await generate(model))).toBe(textOf(await generate(model)))
    }))

    test("answers several questions at once", () => withModel(async (model) => {
      const answers = await Promise.all([1, 2, 3].map((n) => generate(model, { prompt: ask(`Say ${n}.`) })))
      expect(answers.every((answer) => textOf(answer) !== "")).toBe(true)
    }))

    test.skipIf(skip.streaming !== undefined)(`streams text that begins, ends and finishes with usage${because(skip.streaming)}`, () =>
      withModel(async (model) => {
        const { stream } = await model.doStream({ prompt: ask("Say hello."), maxOutputTokens: 32, temperature: 0 })
        const parts = await readAll(stream)
        const types = parts.map((part) => part.type)
        expect(types.indexOf("text-start")).toBeLessThan(types.indexOf("text-delta"))
        expect(types.lastIndexOf("text-delta")).toBeLessThan(types.indexOf("text-end"))
        const last = parts.at(-1)
        expect(last).toMatchObject({ type: "finish", finishReason: { unified: expect.stringMatching(/^(stop|length)$/) } })
        const text = parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("")
        expect(text).toBe(textOf(await generate(model)))
      }))

    test.skipIf(skip.json !== undefined)(`answers in JSON where that is asked for, or in words: never fails for it${because(skip.json)}`, () =>
      withModel(async (model) => {
        const schema = { type: "object", properties: { label: { enum: ["a", "b"] } }, required: ["label"], additionalProperties: false } as const
        const result = await generate(model, { responseFormat: { type: "json", schema } })
        expect(textOf(result)).not.toBe("")
      }))

    test.skipIf(skip.abort !== undefined)(`fails when it was aborted before${because(skip.abort)}`, () => withModel(async (model) => {
      const reason = new Error("stop it")
      await expect(generate(model, { abortSignal: AbortSignal.abort(reason) })).rejects.toThrow(/stop it|abort/i)
    }))

    test("scores continuations, if it scores at all, as log probabilities in order", () => withModel(async (model) => {
      const continuations = ["yes", "no", "maybe"]
      const scores = await model.scoreContinuations?.({ prompt: ask("Yes or no?"), continuations })
      const values = scores?.logProbabilities ?? [0, 0, 0]
      expect(values).toHaveLength(3)
      expect(values.every((value) => value <= 1e-6)).toBe(true)
      expect(values.map((value) => Math.exp(value)).reduce((sum, p) => sum + p, 0)).toBeLessThanOrEqual(scores === undefined ? 3 : 1.01)
    }))
  })
}
