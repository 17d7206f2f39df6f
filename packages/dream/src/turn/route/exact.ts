/** What was said is what an option is called, or holds one of its author's patterns. */
import { indexPhrases, normalise } from "../../world/index.ts"
import type { Option } from "../model.ts"

/** Letters and digits only, so that marks and spaces do not matter. */
const squeeze = (text: string) => normalise(text).text.replaceAll(/[^\p{L}\p{N}]/gu, "")

/** The first option whose name or example is what was said. */
export function findNamed(text: string, options: readonly Option[]): Option | undefined {
  const said = squeeze(text)
  if (said === "") return undefined
  return options.find(({ name }) => squeeze(name) === said)
    ?? options.find(({ examples }) => examples.some((example) => squeeze(example) === said))
}

/** A finding of so few characters is certain only where it is a good part of what was said: “你好” is in “你好像不高兴” too. */
const fewCharacters = 2
const goodPart = 0.5

/** The options whose patterns are in `text`, those with the longest finding; several where they are equally long. */
export function findPatterned(text: string, options: readonly Option[]): Option[] {
  const phrases = options.flatMap((option) => option.patterns.map((pattern) => ({ text: pattern, meaning: option })))
  if (phrases.length === 0) return []
  const whole = squeeze(text).length
  const hits = indexPhrases(phrases).find(text).filter(({ start, end }) => {
    const found = squeeze(text.slice(start, end)).length
    return found > fewCharacters || found >= whole * goodPart
  })
  const longest = Math.max(0, ...hits.map(({ start, end }) => end - start))
  return [...new Set(hits.filter(({ start, end }) => end - start === longest).map(({ meaning }) => meaning))]
}
