/** A whole session as one file, out and in. What comes in is checked by replay. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { z } from "zod"
import type { Dream } from "../bundle/index.ts"
import type { SessionState } from "../protocol/index.ts"
import { allowanceOf, dialsFor } from "../safety/index.ts"
import type { PlayState, Turn } from "../turn/index.ts"
import { canonicalJson, charactersOf } from "../world/index.ts"
import { withKey } from "./commit.ts"
import { stateFor } from "./context.ts"
import type { Context } from "./context.ts"
import { errors } from "./errors.ts"
import { insertTurn, pathTo, readTurns } from "./journal.ts"
import { linesOf } from "./lines.ts"
import type { OpenSession } from "./model.ts"
import { requireDials, seat } from "./opening.ts"
import { insertSession, readSession, requireOwner } from "./rows.ts"
import type { DreamVersions } from "./versions.ts"
import { endLine, faultOf, fileFormat, fileVersion, headerLine, memoryLine, playHash, saveLine, turnLine } from "./session-file.ts"
import type { HeaderLine, MemoryLine, SaveLine, TurnLine } from "./session-file.ts"

const line = (value: unknown): Uint8Array => Buffer.from(`${canonicalJson(value)}\n`)

/**
 * The session as JSON lines: header, turns, memories, saves that lie on its way, end. Forgotten words are not in it;
 * what stands in for them is. Dream files are not in it either: it can be taken in where its version of the dream is.
 */
export async function* exportSession(context: Context, session: string, player: string): AsyncGenerator<Uint8Array> {
  const { store, memory, states } = context
  const row = await readSession(store, session)
  requireOwner(row, player, "export")
  const { state, dream } = await states.standingOf(row)
  const header: HeaderLine = {
    format: fileFormat, version: fileVersion, dream: { id: row.dream, hash: row.dreamHash }, language: row.language, seed: row.seed, dials: row.dials, rules: row.rules,
  }
  yield line(header)
  const path = await pathTo(store, row.head)
  for await (const { row: kept, turn: { memories: _, ...turn } } of readTurns(store, memory, path))
    yield line({ turn, attempt: kept.attempt, firstCursor: kept.firstCursor, playedAt: kept.playedAt.toISOString() } satisfies TurnLine)
  for (const { id: holder } of charactersOf(dream.world))
    for (const { isPinned, isEdited, sealedKeys: _, ...event } of (await memory.view(row.memories, holder)).list())
      yield line({ memory: { holder, event, isPinned, isEdited } satisfies MemoryLine })
  const saves = await store.query<{ name: string; turns: number; saved_at: Date }>(
    "select name, turns, saved_at from dream_session.save where session = $1 and (turn is null or turn = any($2::bigint[])) order by saved_at, name", [session, path])
  for (const save of saves) yield line({ save: { name: save.name, turn: save.turns, savedAt: save.saved_at.toISOString() } satisfies SaveLine })
  yield line({ end: { turns: row.turns, state: playHash(state) } })
}

/** A file that was read and found right. */
interface ReadFile {
  readonly header: HeaderLine
  readonly dream: Dream
  readonly keep: Awaited<ReturnType<DreamVersions["current"]>>["keep"]
  readonly turns: readonly TurnLine[]
  readonly memories: readonly MemoryLine[]
  readonly saves: readonly SaveLine[]
  readonly state: PlayState
}

async function versionFor({ versions }: Context, { dream: { id, hash } }: HeaderLine) {
  const current = await versions.current(id)
  if (current.dream.hash === hash) return current
  if (!await versions.has(hash)) throw errors.session_file_of_other_version({ dream: id, version: hash })
  return { dream: await versions.of({ id: "import", dream: id, dreamHash: hash }), keep: async () => undefined }
}

type Kind = "turn" | "memory" | "save" | "end"
const order: readonly Kind[] = ["turn", "memory", "save", "end"]

async function readFile(context: Context, bytes: AsyncIterable<Uint8Array>, player: OpenSession["player"]): Promise<ReadFile> {
  const { engine } = context
  const turns: TurnLine[] = []
  const memories: MemoryLine[] = []
  const saves: SaveLine[] = []
  let begun: Pick<ReadFile, "header" | "dream" | "keep" | "state"> | undefined
  let state: PlayState | undefined
  let stage = 0
  let isWhole = false
  let number = 0
  const wrong = (reason: string, cause?: unknown) => errors.session_file_invalid({ line: number, reason }, cause)
  const parse = <S extends z.ZodType>(schema: S, value: unknown): z.infer<S> => {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    const [issue] = result.error.issues
    throw wrong(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`)
  }
  for await (const { value, number: at } of linesOf(bytes)) {
    number = at
    if (isWhole) throw wrong("something follows the end")
    if (begun === undefined || state === undefined) {
      const header = parse(headerLine, value)
      const { dream, keep } = await versionFor(context, header)
      if (!dream.languages.includes(header.language)) throw wrong("the dream is not written in its language")
      requireDials(dream, header.dials)
      const allowance = allowanceOf(dream, { age: player.age, without: player.without ?? [] })
      state = engine.startPlay(dream, { session: "import", seed: header.seed, language: header.language, dials: dialsFor(dream.dials.values(), allowance, header.dials) })
      begun = { header, dream, keep, state }
      continue
    }
    const fields = typeof value === "object" && value !== null ? Object.keys(value) : []
    const kind: Kind | undefined = fields.includes("turn") ? "turn" : order.find((one) => fields.length === 1 && fields[0] === one)
    if (kind === undefined) throw wrong("not a line of a session")
    if (order.indexOf(kind) < stage) throw wrong(`a ${kind} stands too late`)
    stage = order.indexOf(kind)
    const given = value as Readonly<Record<Kind, unknown>>
    if (kind === "turn") {
      const read = parse(turnLine, value) as unknown as TurnLine
      const turn: Turn = { ...read.turn, memories: [] }
      const last = turns.at(-1)
      if (last !== undefined && read.firstCursor < last.firstCursor + last.turn.outputs.length) throw wrong("cursors run back")
      const fault = faultOf(begun.dream, state, turn)
      if (fault !== null) throw wrong(fault)
      state = engine.applyTurn(begun.dream, state, turn)
      turns.push(read)
    } else if (kind === "memory") {
      const read = parse(memoryLine, given.memory) as MemoryLine
      if (begun.dream.world.entities.get(read.holder)?.kind !== "character") throw wrong("nobody of this dream holds the memory")
      if (read.event.journalIndex >= Math.max(1, turns.length)) throw wrong("a memory is of no turn")
      memories.push(read)
    } else if (kind === "save") {
      const read = parse(saveLine, given.save)
      if (read.turn > turns.length || saves.some(({ name }) => name === read.name)) throw wrong("a save is of no turn, or there twice")
      saves.push(read)
    } else {
      const read = parse(endLine, given.end)
      if (read.turns !== turns.length || read.state !== playHash(state)) throw wrong("the turns do not lead to where the file says they do")
      isWhole = true
    }
  }
  if (begun === undefined || state === undefined || !isWhole) throw wrong("the file ends too early")
  return { ...begun, turns, memories, saves, state }
}

/** Takes a file in as a session of `player` alone. Throws `session_file_invalid`, `session_file_of_other_version`. */
export async function importSession(context: Context, bytes: AsyncIterable<Uint8Array>, player: OpenSession["player"]): Promise<SessionState> {
  const { store, memory, newId, now } = context
  let file: ReadFile
  try {
    file = await readFile(context, bytes, player)
  } catch (error) {
    if (isDaydreamError(error)) throw error
    throw errors.session_file_invalid({ line: 0, reason: "it cannot be read" }, error)
  }
  const { header, dream, keep, turns, memories, saves, state } = file
  const own = seat(dream, player, player.without ?? [], [])
  const id = newId()
  const at = now()
  await store.transaction(async (transaction) => {
    await keep(transaction, at)
    const nodes: string[] = []
    const marked: MemoryLine[] = []
    for (const { turn, attempt, firstCursor, playedAt } of turns) {
      const written = await insertTurn(transaction, memory, {
        parent: nodes.at(-1) ?? null, attempt, player: own.player, firstCursor, playedAt: new Date(playedAt), turn: { ...turn, memories: [] },
        language: header.language, definition: dream.world,
      })
      nodes.push(written.id)
      const ofTurn = memories.filter(({ event }) => event.journalIndex === turn.index)
      marked.push(...withKey(ofTurn, written, turn.index) as MemoryLine[])
    }
    const last = turns.at(-1)
    await insertSession(transaction, {
      id, owner: own.player, dream: dream.id, dreamHash: dream.hash, language: header.language, seed: header.seed, dials: header.dials, rules: header.rules,
      memories: id, head: nodes.at(-1) ?? null, turns: turns.length, cursor: last === undefined ? 0 : last.firstCursor + last.turn.outputs.length,
      next: header.rules.turns === "round" ? own.player : null, ended: state.ended, createdAt: at, playedAt: at, from: null, players: [own],
    })
    await memory.append(transaction, id, marked)
    for (const { name, turn, savedAt } of saves) {
      const saved = `${id}/save/${newId()}`
      await memory.branch(transaction, id, saved, turn - 1)
      await transaction.query("insert into dream_session.save (session, name, turn, turns, memories, saved_at) values ($1, $2, $3, $4, $5, $6)",
        [id, name, turn === 0 ? null : nodes[turn - 1], turn, saved, new Date(savedAt)])
    }
  })
  return stateFor(context, id, own.player)
}
