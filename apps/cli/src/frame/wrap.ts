/** Wrapping for both scripts: at spaces, and between Chinese characters, never before closing punctuation. */
import { displayWidth, isWide } from "./width.ts"

const closing = /^[，。；：！？、）】》」』”’…%,.;:!?)\]}]/u
const opening = /[（【《「『“‘([{]$/u

/** Splits into the smallest pieces that must stay together; a piece keeps the spaces after it. */
function pieces(text: string): string[] {
  const result: string[] = []
  for (const word of text.match(/\S+\s*|\s+/gu) ?? []) {
    let held = ""
    for (const character of word) {
      const isBreak =
        held !== "" &&
        (isWide(character.codePointAt(0) as number) || isWide(held.codePointAt(held.length - 1) as number)) &&
        !closing.test(character) &&
        !opening.test(held) &&
        !/\s/u.test(character)
      if (isBreak) {
        result.push(held)
        held = ""
      }
      held += character
    }
    result.push(held)
  }
  return result
}

/** `text` in lines of at most `width` columns; its own line breaks stay. */
export function wrap(text: string, width: number): string {
  const lines: string[] = []
  for (const paragraph of text.split("\n")) {
    let line = ""
    for (const piece of pieces(paragraph)) {
      if (line !== "" && displayWidth((line + piece).trimEnd()) > width) {
        lines.push(line.trimEnd())
        line = piece.trimStart()
      } else line += piece
    }
    lines.push(line.trimEnd())
  }
  return lines.join("\n")
}
