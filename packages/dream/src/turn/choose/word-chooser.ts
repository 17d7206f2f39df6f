/** Chooses by words alone: the author's examples and names, compared with what was said. No model. */
import type { Option } from "../model.ts"
import type { ChoosePort, Distribution } from "../port.ts"
import { cosine, featuresOf, inverseFrequencies } from "./similarity.ts"
import type { Features } from "./similarity.ts"

/** How likenesses become probabilities. Measured by benchmarks/dream/routing.ts. */
export interface WordChooserSettings {
  /** The likeness at which an option is as probable as none of them. */
  readonly threshold: number
  /** How fast probability grows with likeness. */
  readonly temperature: number
  /** How much the average of an option's two best examples counts beside its best one, 0 to 1. */
  readonly second: number
}

export const defaultWordSettings: WordChooserSettings = { threshold: 0.15, temperature: 0.05, second: 0.25 }

interface Prepared {
  readonly option: string
  readonly texts: readonly Features[]
}

const kept = new WeakMap<readonly string[], readonly Features[]>()

/** Gaps and endings of patterns are not words. */
const plain = (pattern: string) => pattern.replaceAll(/\.{3,}|…+|\*/gu, " ")

function textsOf(option: Option): readonly Features[] {
  const known = option.examples.length === 0 ? undefined : kept.get(option.examples)
  const examples = known ?? option.examples.map(featuresOf)
  if (known === undefined && option.examples.length > 0) kept.set(option.examples, examples)
  return [featuresOf(option.name), ...examples, ...option.patterns.map((pattern) => featuresOf(plain(pattern)))].filter((text) => text.size > 0)
}

/** How alike `text` is to each of `options`, in [0, 1]. */
export function likenesses(text: string, options: readonly Option[], second: number): Map<string, number> {
  const prepared: Prepared[] = options.map((option) => ({ option: option.key, texts: textsOf(option) }))
  // Frequency counts options, not examples: a word of all examples of one option marks that option.
  const weightOf = inverseFrequencies(prepared.map(({ texts }) => new Map(texts.flatMap((one) => [...one]))))
  const asked = featuresOf(text)
  return new Map(prepared.map(({ option, texts }) => {
    const best = texts.map((one) => cosine(asked, one, weightOf)).toSorted((a, b) => b - a)
    const [first = 0, next = 0] = best
    return [option, (1 - second) * first + second * (first + next) / 2]
  }))
}

/** Probabilities from likenesses, `none` at the threshold. */
export function probabilitiesOf(likeness: ReadonlyMap<string, number>, settings: Pick<WordChooserSettings, "threshold" | "temperature">): Distribution {
  const masses = [...likeness, ["none", settings.threshold] as const]
    .map(([option, value]) => [option, Math.exp((value - settings.threshold) / settings.temperature)] as const)
  const sum = masses.reduce((total, [, mass]) => total + mass, 0)
  return Object.fromEntries(masses.map(([option, mass]) => [option, mass / sum]))
}

/** A chooser that needs nothing but the author's words: the same answer on every machine. */
export function createWordChooser(settings: WordChooserSettings = defaultWordSettings): ChoosePort {
  return {
    by: "words",
    choose: async ({ text }, options) => probabilitiesOf(likenesses(text, options, settings.second), settings),
  }
}
