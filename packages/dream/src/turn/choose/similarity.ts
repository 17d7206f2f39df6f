/** How alike two short texts are, by the words and characters that they share. No dictionary: Chinese works as it is. */
import { stem } from "../../memory/index.ts"
import { normalise } from "../../world/index.ts"

/** Features of a text with how often each occurs. */
export type Features = ReadonlyMap<string, number>

const runs = /(\p{Script=Han}+)|([\p{L}\p{N}]+)/gu

/** Said in almost every utterance: worth little. */
const light = new Set("的了是在吗呢吧啊么呀哦嗯我你您他她它们这那个就也都和与及着过会要为把被给对从到请能可以想得地一下有没不很什怎样".split(""))
const lightWords = new Set(`a an the and or of to in on at for with by from is are was were be been am do does did have has had will would can
  could should i me my we us our you your he his she her they them it its this that these those what who which how why when where please
  some any so if then as there here just about tell`.split(/\s+/u).map(stem))

function addHan(run: string, add: (feature: string, weight: number) => void): void {
  const signs = Array.from(run)
  for (const [at, sign] of signs.entries()) {
    add(`1${sign}`, light.has(sign) ? 0.15 : 0.6)
    const next = signs[at + 1]
    if (next === undefined) continue
    add(`2${sign}${next}`, light.has(sign) && light.has(next) ? 0.4 : light.has(sign) || light.has(next) ? 0.8 : 1.3)
  }
}

function addWord(word: string, add: (feature: string, weight: number) => void): void {
  const base = stem(word)
  const isLight = lightWords.has(base)
  add(`w${base}`, isLight ? 0.25 : 1)
  if (isLight || word.length < 5) return
  // Beginnings of words: forms that the stem does not join ("photo", "photograph").
  add(`p${word.slice(0, 4)}`, 0.35)
}

/** The weighted features of `text`. */
export function featuresOf(text: string): Features {
  const features = new Map<string, number>()
  const add = (feature: string, weight: number) => features.set(feature, (features.get(feature) ?? 0) + weight)
  let before = ""
  for (const [, run, word] of normalise(text).text.matchAll(runs)) {
    if (run !== undefined) addHan(run, add)
    if (word !== undefined) {
      addWord(word, add)
      if (before !== "") add(`b${before} ${stem(word)}`, 0.6)
      before = stem(word)
    }
  }
  return features
}

/** Weights of features by how few of the texts have them: ln(1 + n / df). */
export function inverseFrequencies(texts: readonly Features[]): (feature: string) => number {
  const counts = new Map<string, number>()
  for (const text of texts) for (const feature of text.keys()) counts.set(feature, (counts.get(feature) ?? 0) + 1)
  const count = texts.length
  return (feature) => Math.log(1 + (count + 1) / ((counts.get(feature) ?? 0) + 1))
}

/** The cosine of two texts' weighted features. */
export function cosine(a: Features, b: Features, weightOf: (feature: string) => number): number {
  let dot = 0
  let sizeA = 0
  let sizeB = 0
  for (const [feature, count] of a) {
    const weight = weightOf(feature)
    sizeA += (count * weight) ** 2
    const other = b.get(feature)
    if (other !== undefined) dot += count * other * weight * weight
  }
  for (const [feature, count] of b) sizeB += (count * weightOf(feature)) ** 2
  return dot === 0 ? 0 : dot / Math.sqrt(sizeA * sizeB)
}
