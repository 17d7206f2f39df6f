/** Sessions in memory with a tiny fiction: everybody hears what is said, except whispers. */
import { defineErrors } from "@daydream/engine/errors"
import type { SessionEvent, SessionState } from "../protocol/index.ts"
import type { Sessions, TurnRequest } from "../session/index.ts"

const errors = defineErrors({
  session_unknown: { en: () => ({ message: "no session" }), zh: () => ({ message: "没有会话" }) },
  not_in_session: {
    en: (f: { player: string }) => ({ message: `"${f.player}" does not play here` }),
    zh: (f) => ({ message: `“${f.player}”不在此会话` }),
  },
  session_moved: { isRetryable: true, en: () => ({ message: "moved on" }), zh: () => ({ message: "已有变化" }) },
  turn_interrupted: { isRetryable: true, en: () => ({ message: "stopped" }), zh: () => ({ message: "已停止" }) },
})

interface Kept {
  readonly event: SessionEvent
  readonly audience: readonly string[]
}

interface FakeSession {
  readonly id: string
  readonly dream: string
  readonly players: { id: string; character: string }[]
  events: Kept[]
  turns: number
  readonly keys: Map<string, SessionEvent[]>
  readonly saves: Map<string, number>
}

export interface FakeSessions extends Sessions {
  /** Turns wait here before they are committed. */
  gate: Promise<void>
  /** What was asked for, for tests that nothing is played twice. */
  readonly played: TurnRequest[]
  readonly calls: unknown[][]
}

const characters = ["keeper", "sailor", "cook"]

export function fakeSessions(): FakeSessions {
  const all = new Map<string, FakeSession>()
  const running = new Map<string, AbortController>()
  const find = (id: string, player?: string): FakeSession => {
    const session = all.get(id)
    if (session === undefined) throw errors.session_unknown({})
    if (player !== undefined && !session.players.some((one) => one.id === player))
      throw errors.not_in_session({ player })
    return session
  }
  const stateOf = (session: FakeSession, player: string): SessionState => ({
    protocol: 1,
    session: session.id,
    dream: { id: session.dream, name: "雾灯", version: "0" },
    language: "zh",
    turns: session.turns,
    cursor: session.events.length,
    player: { id: session.players.find(({ id }) => id === player)?.character ?? "", name: "你", description: "" },
    time: "day 1 20:00",
    place: null,
    exits: [],
    characters: [],
    things: [],
    knows: [],
    suggestions: [],
    canContinue: false,
    ended: null,
    notice: "AI 生成内容",
    dials: {},
    withheld: [],
    players: session.players,
    next: null,
  })

  async function* play(request: TurnRequest): AsyncGenerator<SessionEvent> {
    const session = find(request.session, request.player)
    const known = request.key === undefined ? undefined : session.keys.get(request.key)
    if (known !== undefined) {
      yield* known.map((event) =>
        event.type === "committed" ? { ...event, state: stateOf(session, request.player) } : event
      )
      return
    }
    if (request.expects !== undefined && request.expects !== session.turns) throw errors.session_moved({})
    fake.played.push(request)
    const controller = new AbortController()
    running.set(session.id, controller)
    try {
      const { input } = request
      const turn = session.turns
      const text = input.kind === "say" ? input.text : input.kind
      const events: SessionEvent[] = [{ type: "turn", cursor: null, turn, player: request.player, text }]
      yield events[0] as SessionEvent
      if (text === "impossible") {
        yield { type: "refused", cursor: null, turn, code: "no_way", text: "做不到" }
        return
      }
      const everybody = session.players.map(({ id }) => id)
      const audience = input.kind === "say" && text.startsWith("(whisper)") ? [request.player] : everybody
      const character = session.players.find(({ id }) => id === request.player)?.character ?? ""
      const outputs: Kept[] = [
        {
          audience: everybody,
          event: { type: "feel", cursor: session.events.length, turn, character: "mara", feeling: "afraid" },
        },
        {
          audience,
          event: {
            type: "say",
            cursor: session.events.length + 1,
            turn,
            character,
            text,
            language: "zh",
            origin: "player",
            line: null,
          },
        },
        {
          audience,
          event: {
            type: "say",
            cursor: session.events.length + 2,
            turn,
            character: "mara",
            text: `听到：${text}`,
            language: "zh",
            origin: "reworded",
            line: null,
          },
        },
      ]
      for (const { event, audience: who } of outputs) {
        if (!who.includes(request.player)) continue
        events.push(event)
        yield event
      }
      await Promise.race([
        fake.gate,
        new Promise<void>((resolve) => controller.signal.addEventListener("abort", () => resolve())),
      ])
      if (controller.signal.aborted) {
        yield { type: "error", cursor: null, turn, code: "turn_interrupted", message: "已停止", isRetryable: true }
        return
      }
      session.events.push(...outputs)
      session.turns += 1
      const committed: SessionEvent = {
        type: "committed",
        cursor: null,
        turn,
        turns: session.turns,
        state: stateOf(session, request.player),
      }
      events.push(committed)
      if (request.key !== undefined) session.keys.set(request.key, events)
      yield committed
    } finally {
      running.delete(session.id)
    }
  }

  const back = (session: FakeSession, turns: number) => {
    session.turns = turns
    session.events = session.events.filter(({ event }) => event.turn < turns)
  }

  const fake: FakeSessions = {
    gate: Promise.resolve(),
    played: [],
    calls: [],
    open: async (request) => {
      const session: FakeSession = {
        id: `s${all.size + 1}`,
        dream: request.dream,
        players: [{ id: request.player.id, character: request.player.character ?? "keeper" }],
        events: [],
        turns: 0,
        keys: new Map(),
        saves: new Map(),
      }
      all.set(session.id, session)
      fake.calls.push(["open", request])
      return stateOf(session, request.player.id)
    },
    join: async (id, player) => {
      const session = find(id)
      session.players.push({ id: player.id, character: player.character ?? characters[session.players.length] ?? "" })
      fake.calls.push(["join", player])
      return stateOf(session, player.id)
    },
    play,
    interrupt: (id) => {
      const controller = running.get(id)
      controller?.abort()
      return controller !== undefined
    },
    retry: async function* retry(id, player, options = {}) {
      const session = find(id, player)
      back(session, session.turns - 1)
      const last = fake.played.at(-1)
      yield* play({
        session: id,
        player,
        input: options.input ?? last?.input ?? { kind: "begin" },
        ...(options.key === undefined ? {} : { key: options.key }),
      })
    },
    state: async (id, player) => stateOf(find(id, player), player),
    events: async function* events(id, player, cursor = 0) {
      for (const { event, audience } of find(id, player).events)
        if (audience.includes(player) && event.cursor !== null && event.cursor >= cursor) yield event
    },
    list: async (player) =>
      [...all.values()]
        .filter(({ players }) => players.some(({ id }) => id === player))
        .map(({ id, dream, turns }) => ({
          id,
          dream,
          language: "zh",
          turns,
          ended: null,
          createdAt: "2026-01-01T00:00:00Z",
          playedAt: "2026-01-01T00:00:00Z",
          from: null,
        })),
    rewind: async (id, player, turn) => {
      back(find(id, player), turn)
      return stateOf(find(id, player), player)
    },
    branch: async (id, player) => {
      const from = find(id, player)
      const session: FakeSession = {
        ...from,
        id: `s${all.size + 1}`,
        events: [...from.events],
        keys: new Map(),
        saves: new Map(),
      }
      all.set(session.id, session)
      return stateOf(session, player)
    },
    save: async (id, player, name) => {
      const session = find(id, player)
      session.saves.set(name, session.turns)
      return { name, turn: session.turns, savedAt: "2026-01-01T00:00:00Z" }
    },
    saves: async (id) => [...find(id).saves].map(([name, turn]) => ({ name, turn, savedAt: "2026-01-01T00:00:00Z" })),
    load: async (id, player, name) => {
      const session = find(id, player)
      back(session, session.saves.get(name) ?? 0)
      return stateOf(session, player)
    },
    turns: async function* turns() {},
    recap: async (id, player) => [{ text: `${find(id, player).turns}`, origin: "authored" }],
    transcript: async (id, player, format) => {
      const { events } = find(id, player)
      return format === "json" ? JSON.stringify(events.length) : "记录"
    },
    memories: async (id, player, holder) => {
      find(id, player)
      return [{ id: "m1", text: `${holder} 记得`, isPinned: false, isEdited: false }]
    },
    pin: async (...call) => void fake.calls.push(["pin", ...call]),
    edit: async (...call) => void fake.calls.push(["edit", ...call]),
    forget: async (...call) => void fake.calls.push(["forget", ...call]),
    report: async (...call) => {
      fake.calls.push(["report", ...call])
      return "r1"
    },
    reports: async () =>
      ["acme/anna", "rival/anna", null].map((player, at) => ({
        id: `r${at}`,
        session: "s1",
        dream: "lighthouse",
        version: "0",
        player,
        turn: 0,
        reason: "rude",
        note: null,
        madeAt: "2026-01-01T00:00:00Z",
        output: { type: "notice", code: "x", text: "y" },
      })),
    verify: async (id) => ({ turns: find(id).turns, forgotten: 0, state: "0".repeat(64), faults: [] }),
    upgrade: async (id, player) => ({
      state: stateOf(find(id, player), player),
      lost: [{ en: "a scene", zh: "一个场景" }],
    }),
    export: async function* exported(id, player) {
      yield Buffer.from(`${JSON.stringify(stateOf(find(id, player), player))}\n`)
    },
    import: async (bytes, player) => {
      let size = 0
      for await (const part of bytes) size += part.byteLength
      fake.calls.push(["import", size])
      return fake.open({ dream: "lighthouse", player })
    },
    remove: async (id, player) => {
      find(id, player)
      all.delete(id)
    },
    close: async () => undefined,
  }
  return fake
}
