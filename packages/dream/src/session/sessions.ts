/** Sessions on a store: the parts of this folder put together. */
import { randomUUID } from "node:crypto"
import type { Store } from "@daydream/engine/storage"
import type { ContentKind, DreamLibrary } from "../bundle/index.ts"
import { createMemoryStore } from "../memory/index.ts"
import type { MemoryStore } from "../memory/index.ts"
import type { Ports } from "../turn/index.ts"
import { branchSession, loadSession, removeSession, rewindSession, savesOf, saveSession } from "./changing.ts"
import { stateFor } from "./context.ts"
import type { Context } from "./context.ts"
import type { TurnEngine } from "./engine.ts"
import { editFor, forgetFor, memoriesFor, pinFor } from "./memories.ts"
import type { Sessions, SessionSummary } from "./model.ts"
import { joinSession, openSession } from "./opening.ts"
import { play } from "./play.ts"
import type { Playing } from "./play.ts"
import { createQueue } from "./queue.ts"
import { eventsFor, recapFor, transcriptFor, turnsOf } from "./reading.ts"
import { reportsSince, reportText } from "./reports.ts"
import { sessionsOf } from "./rows.ts"
import type { SessionRow } from "./rows.ts"
import { migrations, schemaName } from "./schema.ts"
import { createStates } from "./states.ts"
import { exportSession, importSession } from "./transfer.ts"
import { turnEngine } from "./turn-engine.ts"
import { upgradeSession } from "./upgrade.ts"
import { verifySession } from "./verify.ts"
import { createVersions, dreamSourceOf } from "./versions.ts"
import type { DreamSource } from "./versions.ts"

/** Of a session, for whoever chooses its ports. */
export type SessionFacts = Pick<SessionRow, "id" | "dream" | "language">

export interface SessionsOptions {
  /** A library, or another source of dreams and their files. */
  readonly dreams: DreamLibrary | DreamSource
  /** By default one on the same store, with its keys in the store and without an embedder. */
  readonly memory?: MemoryStore
  /** What turns are played with. Without `recall`, the memory store's is taken. */
  readonly ports: Ports | ((session: SessionFacts) => Ports)
  /** What the operator leaves out for everybody. */
  readonly without?: readonly ContentKind[]
  /** The wall clock, for reminders and dates; no journal depends on it. */
  readonly now?: () => Date
  readonly newId?: () => string
  /** States of plays that stay in this process; by default 64. */
  readonly capacity?: number
  /** Hears what failed in a turn, whose player is only told that it failed. */
  readonly onFailure?: (error: unknown) => void
  /** Hears after the commit that a session was played, moved or joined here; other processes read the state. */
  readonly onChange?: (session: string, turns: number) => void
  /** How turns are played; by default ../turn. */
  readonly engine?: TurnEngine
}

const summaryOf = ({ id, dream, language, turns, ended, createdAt, playedAt, from }: SessionRow): SessionSummary =>
  ({ id, dream, language, turns, ended, createdAt: createdAt.toISOString(), playedAt: playedAt.toISOString(), from })

/** All sessions of `store`; several processes may share it. */
export async function createSessions(store: Store, options: SessionsOptions): Promise<Sessions> {
  await store.migrate(schemaName, migrations)
  const { dreams, ports, engine = turnEngine, without = [], capacity = 64 } = options
  const memory = options.memory ?? await createMemoryStore(store)
  const versions = createVersions(store, "filesOf" in dreams ? dreams : dreamSourceOf(dreams))
  const states = createStates({ store, memory, versions, engine, without, capacity })
  const queue = createQueue()
  const playing: Playing = new Map()
  const background = new Set<Promise<unknown>>()
  const onFailure = options.onFailure ?? (() => undefined)
  const context: Context = {
    store, memory, versions, states, engine, onFailure,
    now: options.now ?? (() => new Date()),
    newId: options.newId ?? randomUUID,
    onChange: options.onChange ?? (() => undefined),
    portsOf: (row) => {
      const given = typeof ports === "function" ? ports(row) : ports
      return { ...given, recall: given.recall ?? ((holder, query, port) => memory.recall(row.memories, holder, query, port)) }
    },
    embed: (session, holders) => {
      const work = (async () => {
        for (const holder of holders) await memory.embed(session, holder)
      })().catch(onFailure).finally(() => background.delete(work))
      background.add(work)
    },
  }
  return {
    open: (request) => openSession(context, request),
    join: (session, player) => joinSession(context, session, player),
    play: ({ session, player, input, key, expects, abortSignal }) =>
      play(context, queue, playing, { session, player, input, isRetry: false, key, expects, abortSignal }),
    retry: (session, player, { input, key, expects, abortSignal } = {}) =>
      play(context, queue, playing, { session, player, input: input ?? null, isRetry: true, key, expects, abortSignal }),
    interrupt: (session) => {
      const controller = playing.get(session)
      controller?.abort()
      return controller !== undefined
    },
    state: (session, player) => stateFor(context, session, player),
    events: (session, player, cursor) => eventsFor(context, session, player, cursor),
    list: async (player) => (await sessionsOf(store, player)).map(summaryOf),
    rewind: (session, player, turn) => rewindSession(context, session, player, turn),
    branch: (session, player, turn) => branchSession(context, session, player, turn),
    save: (session, player, name) => saveSession(context, session, player, name),
    saves: (session) => savesOf(context, session),
    load: (session, player, name) => loadSession(context, session, player, name),
    turns: (session, since) => turnsOf(context, session, since),
    recap: (session, player) => recapFor(context, session, player),
    transcript: (session, player, format) => transcriptFor(context, session, player, format),
    memories: (session, player, holder) => memoriesFor(context, session, player, holder),
    pin: (session, player, holder, id, isPinned) => pinFor(context, session, player, holder, id, isPinned),
    edit: (session, player, holder, id, edit) => editFor(context, session, player, holder, id, edit),
    forget: (session, player, ids, holder) => forgetFor(context, session, player, ids, holder),
    report: (session, player, report) => reportText(context, session, player, report),
    reports: (since = new Date(0), limit = 1_000) => reportsSince(context, since, limit),
    verify: (session) => verifySession(context, session),
    upgrade: (session, player) => upgradeSession(context, session, player),
    export: (session, player) => exportSession(context, session, player),
    import: (bytes, player) => importSession(context, bytes, player),
    remove: (session, player) => removeSession(context, session, player),
    close: async () => {
      for (const controller of playing.values()) controller.abort()
      await Promise.all(background)
    },
  }
}
