/** What tells two states of a play apart, for the search: all that can matter for what comes next. */
import { createHash } from "node:crypto"
import type { StoryWorld } from "./port.ts"
import type { StoryState } from "./state.ts"

const highest = 8

type Fields = Readonly<Record<string, unknown>>

interface InkFlow {
  readonly callstack: { readonly threads: readonly Fields[] }
  readonly choiceThreads?: Readonly<Record<string, Fields>>
  readonly currentChoices: readonly { readonly targetPath: string; readonly originalThreadIndex: number }[]
}

interface InkJson {
  readonly flows: Readonly<Record<string, InkFlow>>
  readonly variablesState: unknown
  readonly evalStack: unknown
  readonly currentDivertTarget?: unknown
  readonly visitCounts: Readonly<Record<string, number>>
  readonly turnIndices: Readonly<Record<string, number>>
  readonly turnIdx: number
}

/** A thread without its number, which only grows. */
const bare = (thread: Fields | undefined): Fields => ({ ...thread, threadIndex: 0 })

/** Where the play can go on from: at a choice only the choices' own threads, else the whole call stack. */
function places(state: StoryState, { flows }: InkJson): unknown {
  return Object.values(flows).map(({ callstack, choiceThreads, currentChoices }) => {
    const { threads } = callstack
    const threadOf = (index: number) => choiceThreads?.[index] ?? threads.find(({ threadIndex }) => threadIndex === index)
    const choices = currentChoices.map(({ targetPath, originalThreadIndex }) => [targetPath, bare(threadOf(originalThreadIndex))])
    return state.status === "choosing" ? choices : [choices, threads.map(bare)]
  })
}

/**
 * Counts above 8 are taken as 8 (`isClipped`): a story that counts further is explored, but never known wholly. The
 * turn's number, the dice and what was last read are left out.
 */
export function stateKey(state: StoryState, world: StoryWorld): { readonly key: string; readonly isClipped: boolean } {
  const ink = JSON.parse(state.ink) as InkJson
  let isClipped = false
  const clip = (count: number) => {
    if (count > highest) isClipped = true
    return Math.min(count, highest)
  }
  const counts = Object.entries(ink.visitCounts).map(([path, count]) => [path, clip(count)]).toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))
  const ages = Object.entries(ink.turnIndices).map(([path, turn]) => [path, clip(ink.turnIdx - turn)]).toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))
  const rest = JSON.stringify([
    state.status, state.ending, state.choices.map(({ id, text }) => [id, text]), places(state, ink), ink.variablesState, ink.evalStack, ink.currentDivertTarget ?? null, counts, ages,
  ])
  return { key: createHash("sha256").update(rest).update("\0").update(world.digest()).digest("base64"), isClipped }
}
