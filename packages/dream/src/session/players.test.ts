import { afterAll, beforeAll, expect, test } from "vitest"
import type { SessionEvent } from "../protocol/index.ts"
import { authorOnly, innSource } from "./inn.test.support.ts"
import { createSessions } from "./index.ts"
import type { SessionRules, Sessions } from "./index.ts"
import { all, begin, ownStore, says, textsOf, waits } from "./sessions.test.support.ts"
import type { OwnStore } from "./sessions.test.support.ts"
import type { PlayerInput } from "../turn/index.ts"

let own: OwnStore
let sessions: Sessions
beforeAll(async () => {
  own = await ownStore()
  sessions = await createSessions(own.store, { dreams: innSource(), ports: authorOnly() })
})
afterAll(async () => {
  await sessions.close()
  await own.remove()
})

const playAs = (session: string, player: string, input: PlayerInput): Promise<SessionEvent[]> => all(sessions.play({ session, player, input }))

async function two(rules?: SessionRules): Promise<string> {
  const { session } = await sessions.open({ dream: "inn", seed: "1", player: { id: "ann", age: "adult" }, ...(rules === undefined ? {} : { rules }) })
  await sessions.join(session, { id: "bo", age: "adult" })
  await playAs(session, "ann", begin)
  const { suggestions: [first] } = await sessions.state(session, "ann")
  const { next } = await sessions.state(session, "bo")
  await playAs(session, next ?? "ann", { kind: "take", option: first?.option ?? "" })
  return session
}

test("a second player takes a free character, and nobody takes one twice", async () => {
  const session = await two()
  const state = await sessions.state(session, "bo")
  expect(state.player.id).toBe("friend")
  expect(state.players).toEqual([{ id: "ann", character: "guest" }, { id: "bo", character: "friend" }])
  await expect(sessions.join(session, { id: "cy", age: "adult", character: "friend" })).rejects.toMatchObject({ code: "character_not_free" })
  await expect(sessions.join(session, { id: "cy", age: "adult" })).rejects.toMatchObject({ code: "character_not_free" })
  expect(await sessions.join(session, { id: "bo", age: "adult" })).toEqual(state)
  await expect(sessions.state(session, "cy")).rejects.toMatchObject({ code: "not_in_session" })
})

test("each player gets what its character perceives, live and from a cursor", async () => {
  const session = await two()
  await playAs(session, "bo", { kind: "take", option: "move:go?to=jetty" })
  const said = "屋里只有我听见这句话"
  const live = await playAs(session, "ann", says(said))
  expect(textsOf(live)).toContain(said)
  expect(textsOf(await all(sessions.events(session, "ann")))).toContain(said)
  expect(textsOf(await all(sessions.events(session, "bo")))).not.toContain(said)
  const alone = await playAs(session, "bo", says("栈桥上没人听见"))
  expect(textsOf(alone)).toContain("栈桥上没人听见")
  expect(textsOf(await all(sessions.events(session, "ann")))).not.toContain("栈桥上没人听见")
  await playAs(session, "bo", { kind: "take", option: "move:go?to=taproom" })
  await playAs(session, "ann", says("你回来了，真好"))
  const heard = (await all(sessions.events(session, "bo"))).filter((event) => event.type === "say" && event.text === "你回来了，真好")
  expect(heard).toHaveLength(1)
  // Another human's words are no model's, and not "yours" either.
  expect(heard[0]).not.toHaveProperty("label")
  expect(textsOf(await all(sessions.events(session, "bo")))).toContain("你回来了，真好")
})

test("where players go round, each waits for the others", async () => {
  const session = await two({ turns: "round", rewind: "owner" })
  const { next } = await sessions.state(session, "ann")
  expect(next).toBe("ann")
  await expect(playAs(session, "bo", waits)).rejects.toMatchObject({ code: "not_your_turn" })
  await playAs(session, "ann", waits)
  expect((await sessions.state(session, "bo")).next).toBe("bo")
  await playAs(session, "bo", waits)
  expect((await sessions.state(session, "bo")).next).toBe("ann")
  await sessions.rewind(session, "ann", 3)
  expect((await sessions.state(session, "bo")).next).toBe("bo")
})

test("only the owner rewinds, unless all are to agree", async () => {
  const session = await two()
  await playAs(session, "bo", waits)
  await expect(sessions.rewind(session, "bo", 2)).rejects.toMatchObject({ code: "only_the_owner" })
  await expect(all(sessions.retry(session, "bo"))).rejects.toMatchObject({ code: "only_the_owner" })
  expect((await sessions.rewind(session, "ann", 2)).turns).toBe(2)

  const shared = await two({ turns: "free", rewind: "all" })
  await playAs(shared, "bo", waits)
  await expect(sessions.rewind(shared, "bo", 2)).rejects.toMatchObject({ code: "agreement_missing", facts: { missing: ["ann"] } })
  await expect(sessions.rewind(shared, "ann", 1)).rejects.toMatchObject({ code: "agreement_missing", facts: { missing: ["bo"] } })
  expect((await sessions.rewind(shared, "bo", 1)).turns).toBe(1)
})

test("a vote lapses when the session is played on", async () => {
  const session = await two({ turns: "free", rewind: "all" })
  await playAs(session, "bo", waits)
  await expect(sessions.rewind(session, "bo", 2)).rejects.toMatchObject({ code: "agreement_missing" })
  await playAs(session, "ann", waits)
  await expect(sessions.rewind(session, "ann", 2)).rejects.toMatchObject({ code: "agreement_missing", facts: { missing: ["bo"] } })
})

test("what one player does not want, nobody in the session meets", async () => {
  const session = await two()
  const before = await sessions.state(session, "ann")
  expect(before.withheld).toEqual([])
  const { session: other } = await sessions.open({ dream: "inn", player: { id: "ann", age: "adult" } })
  await sessions.join(other, { id: "kid", age: "teen", without: ["death"] })
  expect((await sessions.state(other, "ann")).withheld).toEqual(["death", "gambling", "romance", "self-harm"])
})

test("a player sees of others' memories only what it was part of", async () => {
  const session = await two()
  await playAs(session, "bo", { kind: "take", option: "move:go?to=jetty" })
  await playAs(session, "ann", says("这句话只说给老板娘听", "wen"))
  const seenBy = async (player: string) => (await sessions.memories(session, player, "wen")).map(({ text }) => text).join("\n")
  expect(await seenBy("ann")).toContain("这句话只说给老板娘听")
  expect(await seenBy("bo")).not.toContain("这句话只说给老板娘听")
  const ids = (await sessions.memories(session, "ann", "wen")).map(({ id }) => id)
  await sessions.forget(session, "bo", ids)
  expect(await seenBy("ann")).toContain("这句话只说给老板娘听")
})
