import { array, assert, constantFrom, property } from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { requireDream } from "../bundle/index.ts"
import type { Dream } from "../bundle/index.ts"
import { createMemoryStore, createPostgresVault } from "../memory/index.ts"
import type { MemoryVault } from "../memory/index.ts"
import { stateHash } from "../world/index.ts"
import { authorOnly, echo, innFiles, innSource } from "./inn.test.support.ts"
import { createSessions } from "./index.ts"
import type { Sessions } from "./index.ts"
import { all, opened, ownStore, played, player, says, stateOfTurns } from "./sessions.test.support.ts"
import type { OwnStore } from "./sessions.test.support.ts"
import { forgottenWords, isHeardAlike, standInFor } from "./stand-in.ts"

let own: OwnStore
let sessions: Sessions
let dream: Dream
const source = innSource()
const make = () => createSessions(own.store, { dreams: source, ports: { ...authorOnly(), say: echo } })
beforeAll(async () => {
  own = await ownStore()
  sessions = await make()
  dream = await source.find("inn")
})
afterAll(async () => {
  await sessions.close()
  await own.remove()
})

/** Everything of a session that a reader could get hold of. */
async function everything(reader: Sessions, session: string): Promise<string> {
  const parts = [
    await all(reader.turns(session)), await all(reader.events(session, player)), await reader.recap(session, player),
    await reader.transcript(session, player, "json"), await reader.transcript(session, player, "text"),
    (await all(reader.export(session, player))).map((bytes) => Buffer.from(bytes).toString()),
    ...await Promise.all(["wen", "guest", "friend", "luo"].map((holder) => reader.memories(session, player, holder))),
  ]
  return JSON.stringify(parts)
}

test("forgetting reaches the journal, its repetitions, branches, saves and reports, and the world stays as it was", async () => {
  const session = await opened(sessions)
  const secret = "我叫王小明，今晚没有雾，罗三知道"
  await played(sessions, session, says(secret))
  const hash = async (id: string) => stateHash(stateOfTurns(dream, await all(sessions.turns(id)), "1").world)
  const before = await hash(session)
  const branch = await sessions.branch(session, player)
  await sessions.save(session, player, "a")
  const [event] = (await all(sessions.events(session, player))).filter((one) => one.type === "say" && one.origin === "player")
  const report = await sessions.report(session, player, { event: event?.cursor ?? -1, reason: "other" })
  const other = await make()
  for (const reader of [sessions, other]) for (const id of [session, branch.session]) expect((await everything(reader, id)).includes("王小明")).toBe(true)

  const held = await sessions.memories(session, player, "wen")
  const ids = held.filter(({ text }) => text.includes("王小明")).map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(0)
  await sessions.forget(session, player, ids)

  await sessions.load(session, player, "a")
  for (const reader of [sessions, other]) for (const id of [session, branch.session]) expect((await everything(reader, id)).includes("王小明")).toBe(false)
  const [told] = (await sessions.reports()).filter(({ id }) => id === report)
  expect(JSON.stringify(told)).not.toContain("王小明")
  expect((await all(sessions.turns(session)))[2]?.input).toMatchObject({ kind: "say", text: expect.stringContaining(forgottenWords.zh) as string })
  for (const id of [session, branch.session]) {
    expect(await hash(id)).toBe(before)
    expect((await played(sessions, id, says("灯是谁的"))).at(-1)?.type).toBe("committed")
  }
  await other.close()
})

test("the words of a player are nowhere in the store in the clear", async () => {
  const session = await opened(sessions)
  const words = "秘密口令芝麻开门"
  await played(sessions, session, says(words))
  await played(sessions, session, says(`${words}，听见了吗`))
  expect((await everything(sessions, session)).includes(words)).toBe(true)
  for (const table of ["dream_session.turn", "dream_session.session", "dream_session.save", "dream_memory.memory"]) {
    const rows = await own.store.query<{ row: string }>(`select t::text as row from ${table} t`)
    expect(rows.some(({ row }) => row.includes(words) || row.includes(Buffer.from(words).toString("hex")))).toBe(false)
  }
})

test("what models repeat of the player's words goes with them, also turns later and in a branch", async () => {
  let answer = "是吗？"
  const speaking = await createSessions(own.store, { dreams: source, ports: { ...authorOnly(), say: {
    say: async function* (_context, note) {
      yield answer === "" && note.kind === "talk" ? `你说“${note.hears}”，是吗？` : answer
    },
  } } })
  const session = await opened(speaking)
  answer = ""
  await played(speaking, session, says("我家住在青石巷七号", "wen"))
  const branch = await speaking.branch(session, player)
  answer = "你从青石巷来，走了很远吧。"
  await played(speaking, session, says("今天好累呀", "wen"))
  await played(speaking, branch.session, says("今天好累呀", "wen"))
  answer = "喝口热的吧。"
  await played(speaking, session, says("外头风真大", "wen"))
  for (const id of [session, branch.session]) {
    const spoken = (await all(speaking.turns(id))).flatMap(({ outputs }) => outputs).filter((output) => output.type === "say" && output.origin === "generated")
    expect(spoken.map((output) => ("text" in output ? output.text : ""))).toContain("你从青石巷来，走了很远吧。")
  }
  const held = await speaking.memories(session, player, "wen")
  await speaking.forget(session, player, held.filter(({ text }) => text.includes("我家住在")).map(({ id }) => id))
  for (const id of [session, branch.session]) expect((await everything(speaking, id)).includes("青石巷")).toBe(false)
  // What has nothing to do with it stays.
  expect((await everything(speaking, session)).includes("喝口热的吧。")).toBe(true)
  await speaking.close()
})

test("a process that is killed right after it forgot leaves no words in what another process has in mind", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("我叫王小明"))
  const memory = await createMemoryStore(own.store)
  const killed = await createSessions(own.store, {
    dreams: source, ports: authorOnly(),
    memory: { ...memory, forget: async (...given) => {
      await memory.forget(...given)
      throw new Error("killed here")
    } },
  })
  const [held] = await sessions.memories(session, player, "wen")
  await expect(killed.forget(session, player, [held?.id ?? ""])).rejects.toThrow("killed here")
  expect(JSON.stringify(await all(sessions.events(session, player))).includes("王小明")).toBe(false)
  expect((await sessions.verify(session)).faults).toEqual([])
  await killed.close()
})

test("with keys in a vault apart, words whose key is doomed are gone before the key is", async () => {
  const inner = await createPostgresVault(own.store)
  const apart: MemoryVault = { ...inner, joinsTransaction: false, destroy: () => Promise.reject(new Error("killed here")) }
  const memory = await createMemoryStore(own.store, { vault: apart })
  const other = await createSessions(own.store, { dreams: source, ports: authorOnly(), memory })
  const session = await opened(other)
  await played(other, session, says("我叫王小明"))
  const [held] = await other.memories(session, player, "wen")
  await expect(other.forget(session, player, [held?.id ?? ""])).rejects.toThrow("killed here")
  expect(JSON.stringify(await all(other.events(session, player))).includes("王小明")).toBe(false)
  await createMemoryStore(own.store)
  expect(await own.store.query("select from dream_memory.doomed_key")).toHaveLength(0)
  await other.close()
})

test("an edited memory changes what is remembered, and a pin is kept", async () => {
  const session = await opened(sessions)
  await played(sessions, session, says("我叫王小明"))
  const [memory] = await sessions.memories(session, player, "wen")
  await sessions.pin(session, player, "wen", memory?.id ?? "", true)
  await sessions.edit(session, player, "wen", memory?.id ?? "", { text: "客人说他叫李四" })
  expect(await sessions.memories(session, player, "wen")).toContainEqual({ id: memory?.id, text: "客人说他叫李四", isPinned: true, isEdited: true })
  await expect(sessions.pin(session, player, "luo", memory?.id ?? "", true)).rejects.toMatchObject({ code: "memory_not_found" })
})

test("a stand-in says to the world what the words said, and nothing else of them", () => {
  const { world } = requireDream(innFiles())
  const piece = constantFrom("今晚雾很浓", "没有雾", "今晚天很晴", "灯亮着", "灯灭了", "罗三", "船夫", "老板娘", "马灯", "栈桥", "我叫王小明", "，", "。", "吗？", "？", "！", " ")
  assert(property(array(piece, { maxLength: 8 }), (pieces) => {
    const text = pieces.join("")
    const standIn = standInFor(world, text, "zh")
    expect(standIn).not.toContain("王小明")
    expect(isHeardAlike(world, text, standIn)).toBe(true)
  }), { numRuns: 500, seed: 7 })
})
