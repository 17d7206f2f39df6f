import { afterAll, beforeAll, expect, test } from "vitest"
import { createMemoryStore } from "../memory/index.ts"
import type { Ports } from "../turn/index.ts"
import { canonicalJson } from "../world/index.ts"
import { authorOnly, echo, innSource } from "./inn.test.support.ts"
import { createSessions } from "./index.ts"
import type { Sessions } from "./index.ts"
import { all, begin, opened, ownStore, played, player, says, textsOf, waits } from "./sessions.test.support.ts"
import type { OwnStore } from "./sessions.test.support.ts"

let own: OwnStore
let sessions: Sessions
let clock = 1_800_000_000_000
const source = innSource()
const settings = { dreams: source, now: () => new Date(clock) }
beforeAll(async () => {
  own = await ownStore()
  sessions = await createSessions(own.store, { ...settings, ports: authorOnly() })
})
afterAll(async () => {
  await sessions.close()
  await own.remove()
})

const turnsOf = (session: string) => all(sessions.turns(session))
const journalOf = async (session: string) => (await turnsOf(session)).map((turn) => canonicalJson(turn))

test("a session begins with the notice, streams its turn, and is durable once it says so", async () => {
  const { session, notice, turns } = await sessions.open({ dream: "inn", player: { id: player, age: "adult" } })
  expect(turns).toBe(0)
  const events = await played(sessions, session, begin)
  expect(events.map(({ type }) => type)).toEqual(["turn", "notice", "scene", "narrate", "say", "committed"])
  expect(textsOf(events)).toEqual([notice, "雾里亮着一盏灯。", "进来吧，外头冷。"])
  const committed = events.at(-1)
  const state = await sessions.state(session, player)
  expect(committed).toMatchObject({ turns: 1, state })
  expect(state.suggestions.map(({ text }) => text)).toEqual(["坐到火边。", "站着。", "问她灯的事", "问她弟弟的事"])
})

test("equal seeds and inputs give equal journals, byte for byte", async () => {
  const first = await opened(sessions, "equal")
  const second = await opened(sessions, "equal")
  for (const session of [first, second]) for (const input of [says("灯是谁的"), says("你弟弟呢"), waits]) await played(sessions, session, input)
  expect(await journalOf(second)).toEqual(await journalOf(first))
})

test("another process finds the session where it was", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("灯是谁的"))
  const other = await createSessions(own.store, { ...settings, ports: authorOnly() })
  expect(await other.state(session, player)).toEqual(await sessions.state(session, player))
  await played(other, session, waits)
  const { turns } = await sessions.state(session, player)
  expect(turns).toBe(4)
  await other.close()
})

test("a repeated key gives the kept events again and plays nothing twice", async () => {
  const session = await opened(sessions)
  const first = await played(sessions, session, says("灯是谁的"), { key: "k1" })
  await played(sessions, session, waits)
  const again = await played(sessions, session, says("灯是谁的"), { key: "k1" })
  const bare = (events: typeof first) => events.filter(({ type }) => type !== "committed")
  expect(bare(again)).toEqual(bare(first))
  expect(again.at(-1)).toMatchObject({ type: "committed", turns: 3 })
  expect(await turnsOf(session)).toHaveLength(4)
  await expect(played(sessions, session, says("别的话"), { key: "k1" })).rejects.toMatchObject({ code: "key_reused" })
  await sessions.rewind(session, player, 2)
  await expect(played(sessions, session, says("灯是谁的"), { key: "k1" })).rejects.toMatchObject({ code: "turn_taken_back" })
})

test("a client that saw another number of turns plays nothing", async () => {
  const session = await opened(sessions)
  await expect(played(sessions, session, waits, { expects: 1 })).rejects.toMatchObject({ code: "session_moved", isRetryable: true })
  expect((await played(sessions, session, waits, { expects: 2 })).at(-1)?.type).toBe("committed")
})

test("an input that is not open is refused, and nothing is kept", async () => {
  const session = await opened(sessions)
  const before = await sessions.state(session, player)
  const events = await played(sessions, session, { kind: "take", option: "topic:wen/none" })
  expect(events.map(({ type }) => type)).toEqual(["turn", "refused"])
  expect(events.at(-1)?.cursor).toBeNull()
  expect(await sessions.state(session, player)).toEqual(before)
})

test("a stream that is left before the commit leaves nothing", async () => {
  const session = await opened(sessions)
  const before = await sessions.state(session, player)
  for await (const event of sessions.play({ session, player, input: says("灯是谁的"), key: "left" })) if (event.type === "say") break
  expect(await sessions.state(session, player)).toEqual(before)
  expect((await played(sessions, session, says("灯是谁的"), { key: "left" })).at(-1)?.type).toBe("committed")
})

test("two requests in one process play one after the other", async () => {
  const session = await opened(sessions)
  const both = await Promise.all([played(sessions, session, says("灯是谁的")), played(sessions, session, says("你弟弟呢"))])
  expect(both.map((events) => events.at(-1)?.type)).toEqual(["committed", "committed"])
  expect((await turnsOf(session)).map(({ index }) => index)).toEqual([0, 1, 2, 3])
})

test("of two processes that play the same turn one commits, and the other is told that the session has moved", async () => {
  const session = await opened(sessions)
  const other = await createSessions(own.store, { ...settings, ports: authorOnly() })
  const gate = Promise.withResolvers<void>()
  const slow: Ports = { choose: { choose: async (...given) => {
    await gate.promise
    return authorOnly().choose.choose(...given)
  } } }
  const waiting = await createSessions(own.store, { ...settings, ports: slow })
  const late = all(waiting.play({ session, player, input: says("天气真怪啊") }))
  await played(other, session, waits)
  gate.resolve()
  const events = await late
  expect(events.at(-1)).toMatchObject({ type: "error", code: "session_moved", isRetryable: true })
  expect(await turnsOf(session)).toHaveLength(3)
  await Promise.all([other.close(), waiting.close()])
})

test("ten processes' worth of requests at once: every commit is one turn, in order", async () => {
  const session = await opened(sessions)
  const replicas = await Promise.all(Array.from({ length: 5 }, () => createSessions(own.store, { ...settings, ports: authorOnly() })))
  const ends = await Promise.all(replicas.flatMap((replica) => [0, 1].map(async () => (await played(replica, session, waits)).at(-1))))
  const committed = ends.filter((event) => event?.type === "committed").length
  expect(ends.every((event) => event?.type === "committed" || (event?.type === "error" && event.code === "session_moved"))).toBe(true)
  const turns = await turnsOf(session)
  expect(turns).toHaveLength(2 + committed)
  expect(turns.map(({ index }) => index)).toEqual(turns.map((_, index) => index))
  await Promise.all(replicas.map((replica) => replica.close()))
})

test("interrupting stops the turn; what was not committed has not happened", async () => {
  const session = await opened(sessions)
  const asked = Promise.withResolvers<void>()
  const never: Ports = { choose: { choose: (_context, _options, port) => new Promise((_resolve, reject) => {
    port?.abortSignal?.addEventListener("abort", () => reject(port.abortSignal?.reason))
    asked.resolve()
  }) } }
  const stuck = await createSessions(own.store, { ...settings, ports: never })
  const events = all(stuck.play({ session, player, input: says("天气真怪啊") }))
  await asked.promise
  expect(stuck.interrupt(session)).toBe(true)
  expect((await events).at(-1)).toMatchObject({ type: "error", code: "turn_interrupted", isRetryable: true })
  expect(stuck.interrupt(session)).toBe(false)
  expect(await turnsOf(session)).toHaveLength(2)
  await stuck.close()
})

test("retrying takes the turn back only when the new one is committed, and draws otherwise", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("灯是谁的"))
  const seeds: string[] = []
  const noting: Ports = { choose: { choose: async (context, options) => {
    seeds.push(context.turn)
    return authorOnly().choose.choose(context, options)
  } } }
  const other = await createSessions(own.store, { ...settings, ports: noting })
  const before = await journalOf(session)
  for await (const event of other.retry(session, player)) if (event.type === "say") break
  expect(await journalOf(session)).toEqual(before)
  await all(other.retry(session, player, { input: says("你在听我说话吗") }))
  await all(other.retry(session, player))
  const turns = await turnsOf(session)
  expect(turns).toHaveLength(3)
  expect(turns[2]?.input).toEqual(says("你在听我说话吗"))
  expect(new Set(seeds).size).toBe(seeds.length)
  const rows = await own.store.query<{ attempt: number }>(
    "select attempt from dream_session.turn t join dream_session.session s on s.head = t.id where s.id = $1", [session])
  expect(rows[0]?.attempt).toBe(2)
  await other.close()
})

test("rewinding gives the state of then, memories too, and takes the later turns away for good", async () => {
  const session = await opened(sessions)
  const then = await sessions.state(session, player)
  const remembered = await sessions.memories(session, player, "wen")
  await played(sessions, session, says("我叫王小明"))
  await played(sessions, session, says("灯是谁的"))
  const back = await sessions.rewind(session, player, 2)
  expect({ ...back, cursor: 0 }).toEqual({ ...then, cursor: 0 })
  // Cursors never go back: a client that goes on from its own misses nothing.
  expect(back.cursor).toBeGreaterThan(then.cursor)
  expect(await sessions.memories(session, player, "wen")).toEqual(remembered)
  const left = await own.store.query("select from dream_session.turn t where t.index > 1 and t.parent in (select head from dream_session.session where id = $1)", [session])
  expect(left).toHaveLength(0)
  const [keys] = await own.store.query<{ count: string }>(
    "select count(*) from dream_memory.key k where not exists (select from dream_memory.memory m where m.key_id = k.key_id) and not exists (select from dream_session.turn t where t.key_id = k.key_id)")
  expect(keys?.count).toBe("0")
  await expect(sessions.rewind(session, player, 9)).rejects.toMatchObject({ code: "turn_unknown" })
})

test("a branch goes its own way with its own memories", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("灯是谁的"))
  const branch = await sessions.branch(session, player, 2)
  expect(branch.turns).toBe(2)
  expect(await sessions.memories(branch.session, player, "wen")).toHaveLength(0)
  await played(sessions, branch.session, says("你弟弟呢"))
  expect((await turnsOf(session))[2]?.input).toEqual(says("灯是谁的"))
  expect((await turnsOf(branch.session))[2]?.input).toEqual(says("你弟弟呢"))
  const listed = await sessions.list(player)
  expect(listed.find(({ id }) => id === branch.session)?.from).toEqual({ session, turn: 2 })
  await sessions.remove(session, player)
  expect(await turnsOf(branch.session)).toHaveLength(3)
})

test("a save stands whatever becomes of the session, and loads with its memories", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("灯是谁的"))
  const saved = await sessions.save(session, player, "火边")
  const journal = await journalOf(session)
  const remembered = await sessions.memories(session, player, "wen")
  await sessions.rewind(session, player, 1)
  await played(sessions, session, { kind: "take", option: (await sessions.state(session, player)).suggestions[1]?.option ?? "" })
  expect(await sessions.saves(session)).toEqual([saved])
  const state = await sessions.load(session, player, "火边")
  expect(state.turns).toBe(3)
  expect(await journalOf(session)).toEqual(journal)
  expect(await sessions.memories(session, player, "wen")).toEqual(remembered)
  await played(sessions, session, says("你弟弟呢"))
  await sessions.load(session, player, "火边")
  expect(await journalOf(session)).toEqual(journal)
  await expect(sessions.load(session, player, "没有")).rejects.toMatchObject({ code: "save_unknown" })
})

test("removing a session destroys its keys", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("我叫王小明"))
  await sessions.save(session, player, "a")
  const keys = await own.store.query<{ key_id: string }>(
    "select t.key_id from dream_session.turn t join dream_session.session s on s.head = t.id where s.id = $1 and t.key_id is not null", [session])
  expect(keys).toHaveLength(1)
  await expect(sessions.remove(session, "u2")).rejects.toMatchObject({ code: "not_in_session" })
  await sessions.remove(session, player)
  await expect(sessions.state(session, player)).rejects.toMatchObject({ code: "session_unknown" })
  expect(await own.store.query("select from dream_memory.key where key_id = $1", [keys[0]?.key_id])).toHaveLength(0)
  expect(await own.store.query("select from dream_memory.memory where session like $1 || '%'", [session])).toHaveLength(0)
})

test("age and limits are looked at before anything is played", async () => {
  const open = (more: object) => sessions.open({ dream: "inn", player: { id: player, age: "adult" }, ...more })
  await expect(open({ dials: { tone: "hot" } })).rejects.toMatchObject({ code: "dial_unknown" })
  await expect(open({ language: "en" })).rejects.toMatchObject({ code: "dream_language_unknown" })
  await expect(open({ player: { id: player, age: "adult", character: "wen" } })).rejects.toMatchObject({ code: "character_not_free" })
  const { withheld, dials } = await open({ without: ["death"], dials: { tone: "cold" }, player: { id: "child", age: "child" } })
  expect(withheld).toContain("death")
  expect(withheld).toContain("romance")
  expect(dials).toEqual({ tone: "cold" })
})

test("after two hours of play the player is reminded, and pauses do not count", async () => {
  const session = await opened(sessions)
  const codes = async () => (await played(sessions, session, waits)).flatMap((event) => (event.type === "notice" ? [event.code] : []))
  const told: string[] = []
  for (let minutes = 0; minutes < 110; minutes += 10) {
    clock += 600_000
    told.push(...await codes())
  }
  expect(told).toEqual([])
  clock += 24 * 3_600_000
  expect(await codes()).toEqual([])
  clock += 600_000
  expect(await codes()).toEqual(["reminder"])
  clock += 600_000
  expect(await codes()).toEqual([])
})

test("events go on from a cursor, and the transcript carries the notice and the labels", async () => {
  const talking = await createSessions(own.store, { ...settings, ports: { ...authorOnly(), say: echo } })
  const session = await opened(talking)
  const before = await talking.state(session, player)
  const events = await played(talking, session, says("今天过得怎么样呀"))
  const kept = await all(talking.events(session, player, before.cursor))
  expect(kept).toEqual(events.filter(({ cursor }) => cursor !== null))
  expect(await all(talking.events(session, player))).toHaveLength((await talking.state(session, player)).cursor)
  const text = await talking.transcript(session, player, "text")
  expect(text).toContain("雾中客栈")
  expect(text).toContain(before.notice)
  const json = JSON.parse(await talking.transcript(session, player, "json")) as { isGenerated: boolean; turns: { events: { label?: unknown; type: string }[] }[] }
  expect(json.isGenerated).toBe(true)
  expect(json.turns.flatMap((turn) => turn.events).filter(({ type }) => type === "say" || type === "narrate").every(({ label }) => label !== undefined)).toBe(true)
  const recap = await talking.recap(session, player)
  expect(recap.length).toBeGreaterThan(2)
  await talking.close()
})

test("a report keeps the text for the operator", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("我叫王小明"))
  const [event] = (await all(sessions.events(session, player))).filter((one) => one.type === "say" && one.origin === "player")
  const id = await sessions.report(session, player, { event: event?.cursor ?? -1, reason: "other", note: "试一试" })
  const find = async () => (await sessions.reports()).find((report) => report.id === id)
  expect(await find()).toMatchObject({ session, player, reason: "other", note: "试一试", output: { text: "我叫王小明" } })
  await sessions.rewind(session, player, 2)
  expect(await find()).toMatchObject({ output: { text: "我叫王小明" } })
  await expect(sessions.report(session, player, { event: 10_000, reason: "other" })).rejects.toMatchObject({ code: "event_unknown" })
  await sessions.remove(session, player)
  expect(await find()).toMatchObject({ player: null, output: { text: "（已遗忘）" } })
})

test("a turn that fails inside is told as failed, and nothing has happened", async () => {
  const memory = await createMemoryStore(own.store)
  const failures: unknown[] = []
  const session = await opened(sessions)
  const broken = await createSessions(own.store, {
    ...settings, ports: authorOnly(), onFailure: (error) => failures.push(error),
    memory: { ...memory, append: () => Promise.reject(new Error("no room")) },
  })
  const before = await journalOf(session)
  expect((await played(broken, session, waits)).at(-1)).toMatchObject({ type: "error", code: "turn_failed" })
  expect(failures).toHaveLength(1)
  expect(await journalOf(session)).toEqual(before)
  await broken.close()
})
