/** Splits a JSON text that is too large for JSON.parse into the texts of its rows. */

export type SplitEvent =
  | { readonly kind: "row"; readonly text: string; readonly line: number }
  /** Something other than a list of objects stands at the top. */
  | { readonly kind: "misplaced"; readonly text: string; readonly line: number }

export interface JsonSplitter {
  push(text: string, emit: (event: SplitEvent) => void): void
  /** "complete" where the list was closed, "open" where the text broke off, "none" where there was no list. */
  end(): { readonly state: "complete" | "open" | "none"; readonly line: number }
  /** Characters held of a row that is not complete. */
  readonly held: number
}

const quote = 34
const backslash = 92

/**
 * Finds the rows of `[ {…}, … ]`, or of the first list of objects that is a value of the top object, as in
 * `{"data": [ {…}, … ]}`; lists of other things before it are passed over.
 */
export function createJsonSplitter(): JsonSplitter {
  let line = 1
  let depth = 0
  let inString = false
  let isEscaped = false
  /** Depth of the elements of the list of rows; 0 until it is found. */
  let rowDepth = 0
  let isComplete = false
  let hasTop = false
  let topIsList = false
  /** A list opened as value of the top object, whose first element decides whether it is the list of rows. */
  let isCandidate = false
  let rest = ""
  /** Start in `text` of the open row; -1 outside. */
  let start = -1
  let startLine = 1

  const push = (fresh: string, emit: (event: SplitEvent) => void): void => {
    const offset = rest.length
    const text = rest + fresh
    if (rest !== "") start = 0
    for (let i = offset; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === 10) line++
      if (inString) {
        if (isEscaped) isEscaped = false
        else if (code === backslash) isEscaped = true
        else if (code === quote) inString = false
        continue
      }
      if (code === 32 || code === 10 || code === 13 || code === 9 || code === 44 || code === 58 || code === 0xfeff) continue
      const isOpening = code === 123 || code === 91
      if (isCandidate && !isOpening && code !== 93) isCandidate = false
      if (isComplete && rowDepth === 1) {
        emit({ kind: "misplaced", text: text.slice(i, i + 40), line })
        return
      }
      if (code === quote) inString = true
      if (isOpening) {
        if (!hasTop) {
          hasTop = true
          topIsList = code === 91
          if (topIsList) rowDepth = 1
        } else if (isCandidate) {
          if (code === 123) rowDepth = 2
          isCandidate = false
        } else if (!topIsList && rowDepth === 0 && depth === 1 && code === 91) isCandidate = true
        if (!isComplete && rowDepth > 0 && depth === rowDepth && start < 0) {
          start = i
          startLine = line
        }
        depth++
      } else if (code === 125 || code === 93) {
        depth--
        isCandidate = false
        if (start >= 0 && depth === rowDepth) {
          emit({ kind: "row", text: text.slice(start, i + 1), line: startLine })
          start = -1
        } else if (rowDepth > 0 && depth === rowDepth - 1) isComplete = true
      } else if ((rowDepth > 0 && depth === rowDepth && start < 0 && !isComplete) || !hasTop) {
        emit({ kind: "misplaced", text: text.slice(i, i + 40), line })
        return
      }
    }
    rest = start >= 0 ? text.slice(start) : ""
  }

  return {
    push,
    end: () => ({ state: rowDepth === 0 && depth === 0 ? "none" : isComplete ? "complete" : "open", line }),
    get held() {
      return rest.length
    },
  }
}
