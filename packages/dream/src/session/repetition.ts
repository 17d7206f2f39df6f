/** What models repeated of words that are forgotten goes too: later sentences of theirs that hold a telling piece of them. */
import type { Store } from "@daydream/engine/storage"
import type { MemoryStore, Transaction } from "../memory/index.ts"
import type { Turn } from "../turn/index.ts"
import { isByModel, wordsOf } from "./hidden-texts.ts"
import { readTurns } from "./journal.ts"
import type { KeptTurn } from "./journal.ts"

const han = /\p{Script=Han}{3,}/gu
const longWord = /[\p{L}\p{N}][\p{L}\p{N}'’-]{3,}/gu

/** Pieces by which a text is known again: three Chinese characters in a row, words and numbers of four letters or more. */
export function piecesOf(text: string): Set<string> {
  const folded = text.normalize("NFKC").toLowerCase()
  const pieces = new Set<string>()
  for (const [run] of folded.matchAll(han)) for (let at = 0; at + 3 <= run.length; at++) pieces.add(run.slice(at, at + 3))
  for (const [word] of folded.replaceAll(/\p{Script=Han}+/gu, " ").matchAll(longWord)) pieces.add(word)
  return pieces
}

export const repeats = (pieces: ReadonlySet<string>, text: string): boolean => {
  for (const piece of piecesOf(text)) if (pieces.has(piece)) return true
  return false
}

/** In the commit that forgets: states of every process that hold the words are dropped when next looked for. */
export const countForgetting = (transaction: Transaction) => transaction.query("update dream_session.forgetting set epoch = epoch + 1")

export interface Reach {
  readonly store: Store
  readonly memory: MemoryStore
}

async function below(store: Store, ids: readonly string[]): Promise<string[]> {
  const rows = await store.query<{ id: string }>(
    `with recursive below as (
       select id, index from dream_session.turn where id = any($1::bigint[])
       union select t.id, t.index from dream_session.turn t join below b on t.parent = b.id)
     select id from below order by index`, [ids])
  return rows.map(({ id }) => id)
}

/** Turns whose words are sealed under one of these keys, with the words that are still there. */
export async function turnsOfKeys({ store, memory }: Reach, keyIds: readonly string[]): Promise<KeptTurn[]> {
  const rows = await store.query<{ id: string }>("select id from dream_session.turn where key_id = any($1::uuid[]) order by id", [keyIds])
  const turns: KeptTurn[] = []
  for await (const kept of readTurns(store, memory, rows.map(({ id }) => id))) if (!kept.isForgotten) turns.push(kept)
  return turns
}

const wordsOfPlayers = (turn: Turn) => [...wordsOf(turn, (origin) => origin === "player")]

/**
 * Takes away what models repeated after `forgotten` (turns as they were before) in every branch and save: the words of
 * those turns, and the memories that hold them.
 */
export async function forgetRepetitions({ store, memory }: Reach, forgotten: readonly KeptTurn[], holders: readonly string[]): Promise<void> {
  const pieces = new Set(forgotten.flatMap(({ turn }) => wordsOfPlayers(turn)).flatMap((text) => [...piecesOf(text)]))
  if (pieces.size === 0) return
  const ids = await below(store, forgotten.map(({ row }) => row.id))
  const keys = new Set<string>()
  for await (const { row, turn, isForgotten } of readTurns(store, memory, ids))
    if (row.keyId !== null && !isForgotten && [...wordsOf(turn, isByModel)].some((text) => repeats(pieces, text))) keys.add(row.keyId)
  if (keys.size === 0) return
  const places = await store.query<{ memories: string }>(
    `select memories from dream_session.session where head = any($1::bigint[])
     union select memories from dream_session.save where turn = any($1::bigint[])`, [ids])
  for (const { memories } of places)
    for (const holder of holders) {
      const view = await memory.view(memories, holder)
      const held = view.list().filter(({ sealedKeys }) => sealedKeys?.some((key) => keys.has(key)) === true).map(({ id }) => id)
      if (held.length > 0) await memory.forget(memories, held, holder, countForgetting)
    }
  await store.transaction(async (transaction) => {
    await memory.destroySeals(transaction, [...keys])
    await countForgetting(transaction)
  })
  await memory.settle()
}
