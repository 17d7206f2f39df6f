/** Reads the pattern of a JavaScript regular expression into a tree. Single-character atoms stay text: the engine of the platform decides them. */

export type PatternNode =
  | { readonly kind: "empty" }
  | { readonly kind: "atom"; readonly source: string; readonly flags: string }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "group"; readonly body: PatternNode; readonly index: number }
  | {
      readonly kind: "repeat"
      readonly body: PatternNode
      readonly min: number
      readonly max: number
      readonly greedy: boolean
      readonly groups: readonly [number, number]
    }
  | { readonly kind: "look"; readonly body: PatternNode; readonly behind: boolean; readonly negative: boolean }
  | { readonly kind: "edge"; readonly edge: "start" | "end" | "word" | "inside"; readonly flags: string }
  | { readonly kind: "back"; readonly index: number | string; readonly flags: string }

export interface ParsedPattern {
  readonly root: PatternNode
  readonly groups: number
  readonly names: ReadonlyMap<string, readonly number[]>
  readonly hasBackReference: boolean
}

/** Thrown for a pattern that the platform accepts but that is not read here; it then never matches, and that is told. */
export class UnsupportedPattern extends Error {}

const maximalNesting = 200

/** The tree of `source`, which must be valid for `new RegExp(source, flags)`. */
export function parsePattern(source: string, flags: string): ParsedPattern {
  const unicode = /[uv]/u.test(flags)
  const total = new RegExp(`(?:${source})|`, flags.replaceAll(/[gy]/gu, "")).exec("")
  // The empty alternative always matches, so the length of the match tells how many groups there are.
  const groups = (total?.length ?? 1) - 1
  const named = source.includes("(?<") && /\(\?<(?![=!])/u.test(source)
  const names = new Map<string, number[]>()
  let at = 0
  let opened = 0
  let hasBackReference = false

  const parseChoice = (active: string, depth: number): PatternNode => {
    if (depth > maximalNesting) throw new UnsupportedPattern("nesting")
    const parts = [parseSequence(active, depth)]
    while (source[at] === "|") {
      at++
      parts.push(parseSequence(active, depth))
    }
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: "choice", parts }
  }

  const parseSequence = (active: string, depth: number): PatternNode => {
    const parts: PatternNode[] = []
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const before = opened
      const term = parseTerm(active, depth)
      parts.push(parseQuantifier(term, [before + 1, opened]))
    }
    if (parts.length === 0) return { kind: "empty" }
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: "sequence", parts }
  }

  const parseQuantifier = (body: PatternNode, range: readonly [number, number]): PatternNode => {
    const match = /^(?:([*+?])|\{(\d+)(,(\d*))?\})(\??)/u.exec(source.slice(at, at + 40))
    if (match === null) return body
    at += match[0].length
    const [, sign, low, comma, high] = match
    const min = sign === undefined ? Number(low) : sign === "+" ? 1 : 0
    const max =
      sign === undefined
        ? comma === undefined
          ? min
          : high === ""
            ? Infinity
            : Number(high)
        : sign === "?"
          ? 1
          : Infinity
    return { kind: "repeat", body, min, max, greedy: match[5] === "", groups: range }
  }

  const atom = (length: number, active: string): PatternNode => {
    const text = source.slice(at, at + length)
    at += length
    return { kind: "atom", source: text, flags: active }
  }

  const parseTerm = (active: string, depth: number): PatternNode => {
    const c = source[at] as string
    if (c === "^" || c === "$") {
      at++
      return { kind: "edge", edge: c === "^" ? "start" : "end", flags: active }
    }
    if (c === "(") return parseGroup(active, depth)
    if (c === "[") return atom(classLength(), active)
    if (c === "\\") return parseEscape(active)
    const wide = unicode && (source.codePointAt(at) as number) > 0xffff
    return atom(wide ? 2 : 1, active)
  }

  const classLength = (): number => {
    let depth = 0
    for (let i = at; i < source.length; i++) {
      if (source[i] === "\\") {
        if (
          flags.includes("v") &&
          (source[i + 1] === "q" || /[pP]\{(?:RGI_Emoji|Emoji_Keycap|Basic_Emoji)/u.test(source.slice(i + 1, i + 24)))
        )
          throw new UnsupportedPattern("strings in a class")
        i++
      } else if (source[i] === "[" && (depth === 0 || flags.includes("v"))) depth++
      else if (source[i] === "]" && --depth === 0) return i - at + 1
    }
    throw new UnsupportedPattern("class")
  }

  const parseEscape = (active: string): PatternNode => {
    const rest = source.slice(at, at + 80)
    if (rest[1] === "b" || rest[1] === "B") {
      at += 2
      return { kind: "edge", edge: rest[1] === "b" ? "word" : "inside", flags: active }
    }
    const number = /^\\([1-9]\d*)/u.exec(rest)
    if (number !== null && (unicode || Number(number[1]) <= groups)) {
      at += number[0].length
      hasBackReference = true
      return { kind: "back", index: Number(number[1]), flags: active }
    }
    const name = /^\\k<([^>]+)>/u.exec(rest)
    if (name !== null && (unicode || named)) {
      at += name[0].length
      hasBackReference = true
      return { kind: "back", index: name[1] as string, flags: active }
    }
    if (flags.includes("v") && /^\\p\{(?:RGI_Emoji|Emoji_Keycap|Basic_Emoji)/u.test(rest))
      throw new UnsupportedPattern("property of strings")
    const long = unicode
      ? /^\\(?:u\{[\da-fA-F]+\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\})/u.exec(
          rest,
        )
      : /^\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[0-3][0-7]{0,2}|[4-7][0-7]?)/u.exec(rest)
    if (long !== null) return atom(long[0].length, active)
    // Outside unicode mode "\c" before anything but a letter is a backslash.
    if (!unicode && rest[1] === "c") {
      at++
      return { kind: "atom", source: "\\\\", flags: active }
    }
    const wide = unicode && (source.codePointAt(at + 1) ?? 0) > 0xffff
    return atom(wide ? 3 : 2, active)
  }

  const parseGroup = (active: string, depth: number): PatternNode => {
    const rest = source.slice(at, at + 200)
    const close = (body: PatternNode): PatternNode => {
      at++
      return body
    }
    const look = /^\(\?(<?)([=!])/u.exec(rest)
    if (look !== null) {
      at += look[0].length
      return {
        kind: "look",
        body: close(parseChoice(active, depth + 1)),
        behind: look[1] === "<",
        negative: look[2] === "!",
      }
    }
    const plain = /^\(\?([ims]*)(?:-([ims]*))?:/u.exec(rest)
    if (plain !== null) {
      at += plain[0].length
      const removed = plain[2] ?? ""
      const inner = [...new Set(active + (plain[1] ?? ""))].filter((flag) => !removed.includes(flag)).join("")
      return close(parseChoice(inner, depth + 1))
    }
    const index = ++opened
    const name = /^\(\?<([^>]+)>/u.exec(rest)
    if (rest.startsWith("(?<") && name === null) throw new UnsupportedPattern("name")
    at += name === null ? 1 : name[0].length
    if (name !== null) names.set(name[1] as string, [...(names.get(name[1] as string) ?? []), index])
    return { kind: "group", index, body: close(parseChoice(active, depth + 1)) }
  }

  const root = parseChoice(flags.replaceAll(/[gydu v]/gu, "") + (flags.includes("v") ? "v" : unicode ? "u" : ""), 0)
  if (at !== source.length) throw new UnsupportedPattern("rest")
  return { root, groups, names, hasBackReference }
}
