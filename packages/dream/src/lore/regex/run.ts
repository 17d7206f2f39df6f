/**
 * Runs a program on a text. Without back references each (instruction, position) is tried once, so the work is at most
 * their product (Cox 2010, "backtracking with a bitmap"); with them, and in nested look-arounds, counted steps end it.
 * Counted work instead of measured time: the same text and pattern give the same answer on every machine.
 */
import type { Instruction, Program } from "./program.ts"

/** `stopped`: the steps were used up before an answer was found. */
export type Verdict = "match" | "no-match" | "stopped"

interface Captures {
  readonly slots: readonly number[]
  readonly marks: readonly number[]
}

class OutOfSteps extends Error {}

const maximalBits = 1 << 27
const isLineEnd = (unit: string | undefined): boolean =>
  unit === "\n" || unit === "\r" || unit === "\u2028" || unit === "\u2029"

/** Whether `program` matches somewhere in `text` (at the beginning alone with `sticky`), within `steps` instructions. */
export function runProgram(
  program: Program,
  text: string,
  steps: number,
  sticky = false,
): { readonly verdict: Verdict; readonly steps: number } {
  const { code, keepsCaptures, unicode } = program
  const width = text.length + 1
  if (!keepsCaptures && code.length * width > maximalBits) return { verdict: "stopped", steps: 1 }
  let left = steps

  const characterAt = (at: number): string =>
    unicode ? String.fromCodePoint(text.codePointAt(at) as number) : (text[at] as string)
  const characterBefore = (at: number): string => {
    const low = text[at - 1] as string
    const pair = unicode && at > 1 && /[\uDC00-\uDFFF]/u.test(low) && /[\uD800-\uDBFF]/u.test(text[at - 2] as string)
    return pair ? text.slice(at - 2, at) : low
  }
  const isWordAt = (at: number, test: (c: string) => boolean): boolean =>
    at >= 0 && at < text.length && test(text[at] as string)

  const holds = (one: Extract<Instruction, { op: "edge" }>, at: number): boolean => {
    if (one.edge === "start") return at === 0 || (one.multiline && isLineEnd(text[at - 1]))
    if (one.edge === "end") return at === text.length || (one.multiline && isLineEnd(text[at]))
    return (isWordAt(at - 1, one.isWord) !== isWordAt(at, one.isWord)) === (one.edge === "word")
  }

  const referTo = (one: Extract<Instruction, { op: "back" }>, at: number, captures: Captures): number => {
    const group = one.groups.find((index) => captures.slots[index * 2 + 1] !== -1 && captures.slots[index * 2] !== -1)
    if (group === undefined) return at
    const taken = text.slice(captures.slots[group * 2], captures.slots[group * 2 + 1])
    const found = one.backward ? text.slice(Math.max(0, at - taken.length), at) : text.slice(at, at + taken.length)
    left -= taken.length
    const same =
      found === taken ||
      (one.ignoreCase && found.toUpperCase() === taken.toUpperCase() && found.length === taken.length)
    return same ? at + (one.backward ? -taken.length : taken.length) : -1
  }

  /** Explores from `start`; gives the captures of the first way to match. */
  const explore = (
    start: number,
    from: number,
    initial: Captures,
    seen: Uint8Array | undefined,
  ): Captures | undefined => {
    const pending: [number, number, Captures][] = [[start, from, initial]]
    while (pending.length > 0) {
      let [pc, at, captures] = pending.pop() as [number, number, Captures]
      for (;;) {
        if (--left < 0) throw new OutOfSteps()
        if (seen !== undefined) {
          const bit = pc * width + at
          const byte = seen[bit >>> 3] as number
          if ((byte & (1 << (bit & 7))) !== 0) break
          seen[bit >>> 3] = byte | (1 << (bit & 7))
        }
        const one = code[pc] as Instruction
        if (one.op === "match") return captures
        if (one.op === "jump") pc = one.to
        else if (one.op === "split") {
          pending.push([one.second, at, captures])
          pc = one.first
        } else if (one.op === "take") {
          if (one.backward ? at === 0 : at === text.length) break
          const character = one.backward ? characterBefore(at) : characterAt(at)
          if (!one.test(character)) break
          at += one.backward ? -character.length : character.length
          pc++
        } else if (one.op === "edge") {
          if (!holds(one, at)) break
          pc++
        } else if (one.op === "look") {
          const found = lookFrom(one.start, at, captures)
          if ((found === undefined) !== one.negative) break
          if (found !== undefined) captures = found
          pc++
        } else if (one.op === "back") {
          at = referTo(one, at, captures)
          if (at < 0) break
          pc++
        } else if (one.op === "advanced") {
          if (captures.marks[one.register] === at) break
          pc++
        } else {
          captures = remember(one, at, captures)
          left -= 2
          pc++
        }
      }
    }
    return undefined
  }

  const remember = (
    one: Extract<Instruction, { op: "save" | "reset" | "mark" }>,
    at: number,
    captures: Captures,
  ): Captures => {
    if (one.op === "mark") return { ...captures, marks: captures.marks.with(one.register, at) }
    if (one.op === "save") return { ...captures, slots: captures.slots.with(one.slot, at) }
    return {
      ...captures,
      slots: captures.slots.map((slot, i) => (i >= one.from * 2 && i < one.to * 2 + 2 ? -1 : slot)),
    }
  }

  // What a look-around says at a place depends on nothing else while nothing is captured.
  const looked = new Map<number, Captures | undefined>()
  const lookFrom = (start: number, at: number, captures: Captures): Captures | undefined => {
    if (keepsCaptures) return explore(start, at, captures, undefined)
    const key = start * width + at
    if (looked.has(key)) return looked.get(key)
    const answer = explore(start, at, captures, sparse(code.length * width))
    looked.set(key, answer)
    return answer
  }
  const sparse = (bits: number): Uint8Array => {
    left -= bits >>> 12
    if (left < 0) throw new OutOfSteps()
    return new Uint8Array((bits >>> 3) + 1)
  }

  const none: Captures = {
    slots: Array.from({ length: keepsCaptures ? program.slots : 0 }, () => -1),
    marks: Array.from({ length: keepsCaptures ? program.registers : 0 }, () => -1),
  }
  const seen = keepsCaptures ? undefined : new Uint8Array(((code.length * width) >>> 3) + 1)
  const { firsts } = program
  const canBegin = (at: number): boolean => {
    if (firsts === undefined) return true
    if (--left < 0) throw new OutOfSteps()
    if (at >= text.length) return false
    const character = characterAt(at)
    return firsts.some((test) => test(character))
  }
  const end = (verdict: Verdict) => ({ verdict, steps: steps - Math.max(0, left) })
  try {
    for (let from = 0; from <= text.length; from++) {
      if (canBegin(from) && explore(0, from, none, seen) !== undefined) return end("match")
      if (sticky) break
      if (unicode && from < text.length && (text.codePointAt(from) as number) > 0xffff) from++
    }
    return end("no-match")
  } catch (error) {
    if (error instanceof OutOfSteps) return end("stopped")
    throw error
  }
}
