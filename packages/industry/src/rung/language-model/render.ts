/** Rows as text for a language model, cut to a stated length. */
import type { InputField, Row } from "@daydream/engine/function"
import type { Language } from "@daydream/engine/language"
import { textOf } from "../../learner/index.ts"

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

// Tokens that a character takes, on the high side of the tokenizers in use: one for a Han character, some 0.3 for a
// letter of running text.
const tokensOf = (character: string): number => (WIDE.test(character) ? 1 : 0.3)

/** About how many tokens `text` is, counted no further than `most`. */
export function countTokens(text: string, most = Infinity): number {
  let sum = 0
  for (const character of text) {
    sum += tokensOf(character)
    if (sum > most) break
  }
  return sum
}

/** The beginning of `text` that is about `tokens` long. */
function beginning(text: string, tokens: number): string {
  let sum = 0
  let end = 0
  for (const character of text) {
    sum += tokensOf(character)
    if (sum > tokens) break
    end += character.length
  }
  return text.slice(0, end)
}

const reversed = (text: string) => Array.from(text).toReversed().join("")

/** `text` cut to about `tokens`: three quarters from its beginning, one from its end, "…" between. */
export function cutText(text: string, tokens: number): string {
  if (countTokens(text, tokens) <= tokens) return text
  const head = beginning(text, tokens * 0.75)
  // A tail of so many code units holds at least the tokens wanted (0.3 a unit), and part of a pair at most at its front.
  const rest = text.slice(Math.max(head.length, text.length - Math.ceil(tokens * 0.25 / 0.3)))
  return `${head.trimEnd()} … ${reversed(beginning(reversed(rest.toWellFormed()), tokens * 0.25)).trimStart()}`
}

/** Shares `total` so that short texts stay whole and only the longest are cut, to one common length. */
function shareTokens(needs: readonly number[], total: number): readonly number[] {
  const shares = needs.map(() => 0)
  let left = total
  const order = needs.map((_, index) => index).toSorted((a, b) => (needs[a] ?? 0) - (needs[b] ?? 0))
  for (const [place, index] of order.entries()) {
    const share = Math.min(needs[index] ?? 0, left / (order.length - place))
    shares[index] = share
    left -= share
  }
  return shares
}

/**
 * The row as text: the value alone where the function takes one input, else "name: value" lines. Missing values are
 * left out; "" where all are missing. At most about `tokens` long.
 */
export function renderRow(inputs: readonly InputField[], row: Row, tokens: number): string {
  const fields = inputs.map(({ name }) => ({ name, text: textOf(row[name]).toWellFormed() })).filter(({ text }) => text !== "")
  const shares = shareTokens(fields.map(({ text }) => countTokens(text, tokens)), tokens)
  const values = fields.map(({ name, text }, index) => ({ name, value: cutText(text, (shares[index] ?? 0) + 1e-6) }))
  return inputs.length === 1 ? (values[0]?.value ?? "") : values.map(({ name, value }) => `${name}: ${value}`).join("\n")
}

/** The language of a text: Chinese where at least a fifth of its letters are Han characters. */
export function languageOf(text: string): Language {
  const head = text.slice(0, 4000)
  const han = head.match(/\p{Script=Han}/gu)?.length ?? 0
  const letters = head.match(/\p{L}/gu)?.length ?? 0
  return han > 0 && han * 5 >= letters ? "zh" : "en"
}
