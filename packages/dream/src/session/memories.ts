/** What a player sees and changes of the memories of a session. */
import { memoryErrors } from "../memory/index.ts"
import type { Memory, MemoryEdit } from "../memory/index.ts"
import { charactersOf } from "../world/index.ts"
import type { Context } from "./context.ts"
import { countForgetting, forgetRepetitions, turnsOfKeys } from "./repetition.ts"
import { playerOf, readSession } from "./rows.ts"
import type { SessionRow } from "./rows.ts"

/** A memory as a player sees it. */
export interface ShownMemory {
  readonly id: string
  readonly text: string
  readonly isPinned: boolean
  readonly isEdited: boolean
}

/** All of the player's own character; of others what this one was part of: more would tell secrets. */
const isOpenTo = (character: string, holder: string) => (memory: Memory): boolean =>
  holder === character || memory.toldBy === character || memory.present?.includes(character) === true

async function openMemories({ memory }: Context, row: SessionRow, character: string, holder: string): Promise<Memory[]> {
  const view = await memory.view(row.memories, holder)
  return view.list().filter(isOpenTo(character, holder))
}

export async function memoriesFor(context: Context, session: string, player: string, holder: string): Promise<ShownMemory[]> {
  const row = await readSession(context.store, session)
  const { character } = playerOf(row, player)
  const found = await openMemories(context, row, character, holder)
  return found.map(({ id, text, isPinned, isEdited }) => ({ id, text, isPinned, isEdited }))
}

/** Throws `memory_not_found` where there is none that the player may see. */
async function requireMemory(context: Context, session: string, player: string, holder: string, id: string): Promise<SessionRow> {
  const row = await readSession(context.store, session)
  const { character } = playerOf(row, player)
  const found = await openMemories(context, row, character, holder)
  if (found.every((memory) => memory.id !== id)) throw memoryErrors.memory_not_found({ holder, id })
  return row
}

export async function pinFor(context: Context, session: string, player: string, holder: string, id: string, isPinned: boolean): Promise<void> {
  const row = await requireMemory(context, session, player, holder, id)
  await context.memory.pin(row.memories, holder, id, isPinned)
}

/** Changes what is remembered. The journal keeps what was said; to take that too, forget. */
export async function editFor(context: Context, session: string, player: string, holder: string, id: string, edit: MemoryEdit): Promise<void> {
  const row = await requireMemory(context, session, player, holder, id)
  await context.memory.edit(row.memories, holder, id, edit, countForgetting)
  context.states.clear()
}

/**
 * Forgets what the player may see of `ids`, with the words in the journal and what models repeated of them later, in every
 * branch and save.
 */
export async function forgetFor(context: Context, session: string, player: string, ids: readonly string[], holder?: string): Promise<void> {
  const { store, memory, versions, states } = context
  const row = await readSession(store, session)
  const { character } = playerOf(row, player)
  const dream = await versions.of(row)
  const everybody = charactersOf(dream.world).map(({ id }) => id)
  for (const one of holder === undefined ? everybody : [holder]) {
    const open = await openMemories(context, row, character, one)
    const due = open.filter(({ id }) => ids.includes(id))
    if (due.length === 0) continue
    const turns = await turnsOfKeys(context, due.flatMap(({ sealedKeys }) => sealedKeys ?? []))
    // What was repeated goes first: a process killed between the two leaves the memory, from which all can be done again.
    await forgetRepetitions(context, turns, everybody)
    await memory.forget(row.memories, due.map(({ id }) => id), one, countForgetting)
  }
  states.clear()
}
