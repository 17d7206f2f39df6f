/**
 * Chooses by meaning: vectors of what was said and of the author's examples, with the words beside them. One short text is
 * read a turn; the examples are read once, beforehand or a few a turn.
 */
import type { EmbeddingModel } from "@daydream/engine/model"
import type { Language } from "@daydream/engine/language"
import type { Dream } from "../../bundle/index.ts"
import type { Option } from "../model.ts"
import type { ChoosePort } from "../port.ts"
import { background } from "./background.ts"
import { defaultWordSettings, likenesses, probabilitiesOf } from "./word-chooser.ts"

/** How vectors and words become probabilities. Measured by benchmarks/dream/routing.ts. */
export interface MeaningSettings {
  /** The score at which an option is as probable as none of them. */
  readonly threshold: number
  readonly temperature: number
  /** How much the likeness of words adds to that of meaning. */
  readonly words: number
}

export const defaultMeaningSettings: MeaningSettings = { threshold: 0.38, temperature: 0.05, words: 0.2 }

export interface MeaningChooserOptions {
  readonly settings?: MeaningSettings
  /** Texts that may be read within a turn beside what was said; default 4. Others wait for `prepare`; words stand in. */
  readonly perTurn?: number
}

export interface MeaningChooser extends ChoosePort {
  /** Reads `texts` beforehand (see {@link routingTexts}); what is known already costs nothing. */
  prepare(texts: readonly string[], options?: { readonly abortSignal?: AbortSignal; readonly onProgress?: (done: number, all: number) => void }): Promise<void>
}

/** Texts of one option that are compared by meaning: more cost time and gain little. */
const readTexts: Readonly<Record<Option["kind"], number>> = { topic: 6, choice: 4, move: 3 }

const textsOf = ({ name, examples, kind }: Pick<Option, "name" | "examples" | "kind">): string[] =>
  [...new Set([name, ...examples])].filter((text) => text !== "").slice(0, readTexts[kind])

/** All that a chooser by meaning compares in a play of `dream`, what is asked first coming first. */
export function routingTexts(dream: Dream, language: Language): string[] {
  const topics = [...dream.cast.values()].flatMap(({ topics }) => topics.map(({ names, examples }) =>
    textsOf({ name: names[language] ?? "", examples: examples[language] ?? [], kind: "topic" })))
  const choices = (dream.stories[language] ?? Object.values(dream.stories)[0])?.lines.flatMap(({ kind, pieces }) => (kind === "choice" ? [pieces.join("")] : [])) ?? []
  const moves = [...dream.world.moves.values()].flatMap(({ names, examples }) => textsOf({ name: names[language] ?? "", examples: examples[language] ?? [], kind: "move" }))
  return [...new Set([...background[language], ...topics.flat(), ...choices, ...moves.filter((text) => !text.includes("{"))])]
}

type Vector = readonly number[]

const dot = (a: Vector, b: Vector): number => {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0)
  return sum
}

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}

function meanOf(vectors: readonly Vector[]): number[] {
  const mean = Array.from<number>({ length: vectors[0]?.length ?? 0 }).fill(0)
  for (const vector of vectors) for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) + (vector[at] ?? 0) / vectors.length
  return mean
}

const without = (vector: Vector, mean: Vector): Vector => unit(vector.map((value, at) => value - (mean[at] ?? 0)))

/** Half the likeness to the best three examples, half that to all of them taken together. */
function scoreOf(said: Vector, examples: readonly Vector[]): number {
  const likes = examples.map((one) => dot(said, one)).toSorted((a, b) => b - a)
  const [first = 0, second = first, third = second] = likes
  return 0.5 * (0.6 * first + 0.25 * second + 0.15 * third) + 0.5 * dot(said, unit(meanOf(examples)))
}

const batch = 8
const keptTexts = 4_000

/** A chooser over `embedder`. Where nothing was prepared it begins with words, and learns as it goes. */
export function createMeaningChooser(embedder: EmbeddingModel, options: MeaningChooserOptions = {}): MeaningChooser {
  const { settings = defaultMeaningSettings, perTurn = 4 } = options
  const known = new Map<string, Vector>()
  const read = async (texts: readonly string[], abortSignal: AbortSignal | undefined): Promise<void> => {
    const missing = [...new Set(texts)].filter((text) => !known.has(text))
    if (missing.length === 0) return
    const { embeddings } = await embedder.doEmbed({ values: missing, ...(abortSignal === undefined ? {} : { abortSignal }) })
    for (const [at, text] of missing.entries()) known.set(text, unit(embeddings[at] ?? []))
    for (const text of known.keys()) {
      if (known.size <= keptTexts) break
      known.delete(text)
    }
  }
  const vectorsOf = (texts: readonly string[]) => texts.flatMap((text) => {
    const vector = known.get(text)
    return vector === undefined ? [] : [vector]
  })
  return {
    by: "model",
    prepare: async (texts, { abortSignal, onProgress } = {}) => {
      for (let at = 0; at < texts.length; at += batch) {
        abortSignal?.throwIfAborted()
        await read(texts.slice(at, at + batch), abortSignal)
        onProgress?.(Math.min(texts.length, at + batch), texts.length)
      }
    },
    choose: async ({ text, language }, open, port = {}) => {
      const words = likenesses(text, open, defaultWordSettings.second)
      // The likeliest by words are read first, one text each before the second of any.
      const byWords = open.toSorted((a, b) => (words.get(b.key) ?? 0) - (words.get(a.key) ?? 0))
      const wanted = [0, 1, 2, 3].flatMap((place) => byWords.flatMap((option) => textsOf(option)[place] ?? [])).filter((one) => !known.has(one))
      const common = background[language]
      const isReady = vectorsOf(common).length * 2 >= common.length
      if (!isReady && perTurn < common.length && vectorsOf(open.flatMap(textsOf)).length < 8)
        return probabilitiesOf(words, defaultWordSettings)
      await read([text, ...wanted.slice(0, perTurn)], port.abortSignal)
      const mean = meanOf([...vectorsOf(common), ...vectorsOf(open.flatMap(textsOf))])
      const said = without(known.get(text) ?? [], mean)
      const scores = new Map(open.map((option) => {
        const likeness = words.get(option.key) ?? 0
        const examples = vectorsOf(textsOf(option)).map((vector) => without(vector, mean))
        // An option that was not read yet stands by its words.
        return [option.key, examples.length === 0
          ? likeness + settings.threshold - defaultWordSettings.threshold
          : scoreOf(said, examples) + settings.words * likeness] as const
      }))
      return probabilitiesOf(scores, settings)
    },
  }
}
