/** Compiles the tree of a pattern into instructions for a backtracking machine that looks at each (instruction, position) once. */
import { UnsupportedPattern, type ParsedPattern, type PatternNode } from "./parse.ts"

/** Whether one character (a code unit, or a code point in unicode mode) is taken. */
export type CharacterTest = (character: string) => boolean

export type Instruction =
  | { readonly op: "take"; readonly test: CharacterTest; readonly backward: boolean }
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "reset"; readonly from: number; readonly to: number }
  | { readonly op: "mark"; readonly register: number }
  | { readonly op: "advanced"; readonly register: number }
  | { readonly op: "look"; readonly start: number; readonly negative: boolean }
  | {
      readonly op: "edge"
      readonly edge: "start" | "end" | "word" | "inside"
      readonly multiline: boolean
      readonly isWord: CharacterTest
    }
  | {
      readonly op: "back"
      readonly groups: readonly number[]
      readonly backward: boolean
      readonly ignoreCase: boolean
    }
  | { readonly op: "match" }

export interface Program {
  readonly code: readonly Instruction[]
  /** Captures and marks are kept only where a back reference needs them. */
  readonly keepsCaptures: boolean
  readonly slots: number
  readonly registers: number
  readonly unicode: boolean
  /** One of these must take the first character of a match; undefined where a match may begin otherwise. */
  readonly firsts: readonly CharacterTest[] | undefined
}

const maximalLength = 5_000

/** `source` decides one character at a time, remembering what it said. */
function characterTest(source: string, flags: string): CharacterTest {
  if (source.length === 1 && !flags.includes("i") && /[\p{L}\p{N} ,:;"'<>=!@#%&_-]/u.test(source))
    return (character) => character === source
  const native = new RegExp(`^(?:${source})$`, flags.replaceAll("m", ""))
  const known = new Map<string, boolean>()
  // Of ASCII: 0 not asked yet, 1 no, 2 yes.
  const table = new Uint8Array(128)
  return (character) => {
    const code = character.charCodeAt(0)
    if (code < 128) {
      if (table[code] === 0) table[code] = native.test(character) ? 2 : 1
      return table[code] === 2
    }
    const before = known.get(character)
    if (before !== undefined) return before
    const answer = native.test(character)
    if (known.size < 20_000) known.set(character, answer)
    return answer
  }
}

const wordTest = (flags: string): CharacterTest => characterTest("\\w", flags)

/** The instructions of `pattern`. Throws `UnsupportedPattern` where they would be too many. */
export function compileProgram(pattern: ParsedPattern, flags: string): Program {
  const code: Instruction[] = []
  const tests = new Map<string, CharacterTest>()
  const keepsCaptures = pattern.hasBackReference
  let registers = 0

  const emit = (instruction: Instruction): number => {
    if (code.length >= maximalLength) throw new UnsupportedPattern("length")
    return code.push(instruction) - 1
  }
  const testOf = (source: string, active: string): CharacterTest => {
    const key = `${active}/${source}`
    const test = tests.get(key) ?? characterTest(source, active)
    tests.set(key, test)
    return test
  }

  const build = (node: PatternNode, backward: boolean): void => {
    if (node.kind === "empty") return
    if (node.kind === "atom") emit({ op: "take", test: testOf(node.source, node.flags), backward })
    else if (node.kind === "sequence")
      for (const part of backward ? node.parts.toReversed() : node.parts) build(part, backward)
    else if (node.kind === "choice") buildChoice(node.parts, backward)
    else if (node.kind === "group") {
      if (keepsCaptures) emit({ op: "save", slot: node.index * 2 + (backward ? 1 : 0) })
      build(node.body, backward)
      if (keepsCaptures) emit({ op: "save", slot: node.index * 2 + (backward ? 0 : 1) })
    } else if (node.kind === "repeat") buildRepeat(node, backward)
    else if (node.kind === "look") {
      const look = emit({ op: "jump", to: 0 })
      const over = emit({ op: "jump", to: 0 })
      const start = code.length
      build(node.body, node.behind)
      emit({ op: "match" })
      code[look] = { op: "look", start, negative: node.negative }
      code[over] = { op: "jump", to: code.length }
    } else if (node.kind === "edge")
      emit({ op: "edge", edge: node.edge, multiline: node.flags.includes("m"), isWord: wordTest(node.flags) })
    else {
      const groups = typeof node.index === "number" ? [node.index] : (pattern.names.get(node.index) ?? [])
      emit({ op: "back", groups, backward, ignoreCase: node.flags.includes("i") })
    }
  }

  const buildChoice = (parts: readonly PatternNode[], backward: boolean): void => {
    const ends: number[] = []
    for (const [i, part] of parts.entries()) {
      if (i === parts.length - 1) build(part, backward)
      else {
        const split = emit({ op: "jump", to: 0 })
        build(part, backward)
        ends.push(emit({ op: "jump", to: 0 }))
        code[split] = { op: "split", first: split + 1, second: code.length }
      }
    }
    for (const end of ends) code[end] = { op: "jump", to: code.length }
  }

  const buildRepeat = (node: Extract<PatternNode, { kind: "repeat" }>, backward: boolean): void => {
    const [from, to] = node.groups
    const body = (): void => {
      if (keepsCaptures && to >= from) emit({ op: "reset", from, to })
      build(node.body, backward)
    }
    const split = (at: number, inside: number, after: number): void => {
      code[at] = { op: "split", first: node.greedy ? inside : after, second: node.greedy ? after : inside }
    }
    if (node.max === 0) return
    if (node.min > maximalLength) throw new UnsupportedPattern("length")
    for (let i = 0; i < node.min; i++) body()
    // An iteration that took nothing is refused, as the standard has it.
    const optional = (): void => {
      const register = keepsCaptures ? registers++ : -1
      if (keepsCaptures) emit({ op: "mark", register })
      body()
      if (keepsCaptures) emit({ op: "advanced", register })
    }
    if (node.max === Infinity) {
      const at = emit({ op: "jump", to: 0 })
      optional()
      emit({ op: "jump", to: at })
      split(at, at + 1, code.length)
      return
    }
    const splits: number[] = []
    for (let i = node.min; i < node.max; i++) {
      splits.push(emit({ op: "jump", to: 0 }))
      optional()
    }
    for (const at of splits) split(at, at + 1, code.length)
  }

  build(pattern.root, false)
  emit({ op: "match" })
  return {
    code,
    keepsCaptures,
    slots: (pattern.groups + 1) * 2,
    registers,
    unicode: /[uv]/u.test(flags),
    firsts: firstsOf(code),
  }
}

const maximalFirsts = 12

/** What can take the first character. Conditions on the place are passed over: they only make a match rarer. */
function firstsOf(code: readonly Instruction[]): readonly CharacterTest[] | undefined {
  const firsts = new Set<CharacterTest>()
  const seen = new Set<number>()
  const pending = [0]
  for (let pc = pending.pop(); pc !== undefined; pc = pending.pop()) {
    if (seen.has(pc)) continue
    seen.add(pc)
    const one = code[pc] as Instruction
    if (one.op === "take") firsts.add(one.test)
    else if (one.op === "jump") pending.push(one.to)
    else if (one.op === "split") pending.push(one.first, one.second)
    else if (one.op === "match" || one.op === "back" || seen.size > 200) return undefined
    else pending.push(pc + 1)
    if (firsts.size > maximalFirsts) return undefined
  }
  return [...firsts]
}
