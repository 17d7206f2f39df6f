import { afterAll, beforeAll, expect, test } from "vitest"
import { isDaydreamError } from "@daydream/engine/errors"
import { createRandom } from "@daydream/engine/random"
import { canonicalJson } from "../world/index.ts"
import { authorOnly, echo, innFiles, innSource, innText } from "./inn.test.support.ts"
import { createSessions, playHash } from "./index.ts"
import type { Sessions } from "./index.ts"
import { all, opened, ownStore, played, player, says, stateOfTurns, waits } from "./sessions.test.support.ts"
import type { OwnStore } from "./sessions.test.support.ts"

let own: OwnStore
let sessions: Sessions
let file: Buffer
let session: string
const source = innSource()
const someone = { id: "u9", character: "guest", age: "adult" } as const
beforeAll(async () => {
  own = await ownStore()
  sessions = await createSessions(own.store, { dreams: source, ports: { ...authorOnly(), say: echo } })
  session = await opened(sessions)
  await played(sessions, session, says("我今天走了很远的路", "wen"))
  await sessions.save(session, player, "路上")
  await played(sessions, session, says("灯是谁的"))
  const [memory] = await sessions.memories(session, player, "wen")
  await sessions.pin(session, player, "wen", memory?.id ?? "", true)
  file = Buffer.concat(await all(sessions.export(session, player)))
})
afterAll(async () => {
  await sessions.close()
  await own.remove()
})

async function* pieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const codeOf = (error: unknown): string => (isDaydreamError(error) ? error.code : String(error))

const journalOf = async (id: string) => (await all(sessions.turns(id))).map((turn) => canonicalJson(turn))

test("a session goes out and comes in whole: turns, memories, saves, and where it stands", async () => {
  const state = await sessions.import(pieces(file, 17), someone)
  expect(await journalOf(state.session)).toEqual(await journalOf(session))
  const dream = await source.find("inn")
  const [there, here] = await Promise.all([session, state.session].map(async (id) => playHash(stateOfTurns(dream, await all(sessions.turns(id)), "1"))))
  expect(here).toBe(there)
  for (const holder of ["wen", "guest", "luo"]) expect(await sessions.memories(state.session, "u9", holder)).toEqual(await sessions.memories(session, player, holder))
  expect(await sessions.saves(state.session)).toEqual(await sessions.saves(session))
  const loaded = await sessions.load(state.session, "u9", "路上")
  expect(loaded.turns).toBe(3)
  await all(sessions.play({ session: state.session, player: "u9", input: says("你弟弟呢") }))
  // The words are sealed anew: forgetting here reaches this journal.
  const ids = (await sessions.memories(state.session, "u9", "wen")).filter(({ text }) => text.includes("很远的路")).map(({ id }) => id)
  await sessions.forget(state.session, "u9", ids)
  expect((await journalOf(state.session)).join("")).not.toContain("很远的路")
  expect((await journalOf(session)).join("")).toContain("很远的路")
})

test("exporting twice gives the same bytes, and so does exporting what was imported", async () => {
  expect(Buffer.concat(await all(sessions.export(session, player)))).toEqual(file)
  const { session: copy } = await sessions.import(pieces(file), someone)
  expect(Buffer.concat(await all(sessions.export(copy, "u9"))).toString().split("\n")).toEqual(file.toString().split("\n"))
})

test("only the owner exports, and only into the same version of the dream", async () => {
  await expect(all(sessions.export(session, "u2"))).rejects.toMatchObject({ code: "not_in_session" })
  const edited = innSource(innFiles({ "story.ink": innText("story.ink").replace("外头冷", "外头真冷") }))
  const elsewhere = await ownStore()
  const other = await createSessions(elsewhere.store, { dreams: edited, ports: authorOnly() })
  await expect(other.import(pieces(file), someone)).rejects.toMatchObject({ code: "session_file_of_other_version" })
  await other.close()
  await elsewhere.remove()
})

test("an age that does not fit closes an imported session too", async () => {
  const closed = innSource(innFiles({ "dream.yaml": innText("dream.yaml").replace("rating: everyone", "rating: adult") }))
  const elsewhere = await ownStore()
  const other = await createSessions(elsewhere.store, { dreams: closed, ports: authorOnly() })
  const id = await opened(other)
  const adult = Buffer.concat(await all(other.export(id, player)))
  await expect(other.import(pieces(adult), { ...someone, age: "teen" })).rejects.toMatchObject({ code: "dream_closed" })
  await other.close()
  await elsewhere.remove()
})

test("a file that was changed is refused with its line, and nothing of it is kept", async () => {
  const lines = file.toString().trimEnd().split("\n")
  const changed = (index: number, change: (line: string) => string) => lines.map((line, at) => (at === index ? change(line) : line)).join("\n")
  const turn = lines.findIndex((line) => line.includes('"index":2'))
  const cases: readonly [string, string][] = [
    ["an empty file", ""],
    ["no JSON", "{"],
    ["another format", changed(0, (line) => line.replace("daydream-session", "other"))],
    ["a later format", changed(0, (line) => line.replace('"version":1', '"version":2'))],
    ["a field too many", changed(0, (line) => line.replace("{", '{"owner":"root",'))],
    ["a turn left out", lines.filter((_, at) => at !== turn).join("\n")],
    ["a turn twice", lines.flatMap((line, at) => (at === turn ? [line, line] : [line])).join("\n")],
    ["lines in another order", [lines[0], ...lines.slice(1).toReversed()].join("\n")],
    ["cut off", lines.slice(0, -1).join("\n")],
    ["something after the end", [...lines, lines[1]].join("\n")],
    ["another event in the world", changed(turn, (line) => line.replaceAll('"speaker":"guest"', '"speaker":"luo"'))],
    ["a line said by nobody's leave", changed(turn, (line) => line.replace('"said":[', '"said":["wen/never",'))],
    ["another story", changed(1, (line) => line.replace(/"story":\{"checkpoints"/u, '"story":{"extra":1,"checkpoints"').replace(/"story":"[0-9a-f]{64}"/u, `"story":"${"0".repeat(64)}"`))],
    ["another player", changed(turn, (line) => line.replaceAll('"player":"guest"', '"player":"wen"'))],
    ["too deep", changed(turn, () => `{"turn":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)],
    ["a prototype", changed(turn, (line) => line.replace('"attempt":', '"__proto__":{"a":1},"attempt":'))],
  ]
  const before = await own.store.query("select count(*) from dream_session.session")
  const results: [string, string][] = []
  for (const [what, text] of cases)
    results.push([what, await sessions.import(pieces(Buffer.from(text)), someone).then(() => "taken", codeOf)])
  expect(results).toEqual(cases.map(([what]) => [what, "session_file_invalid"]))
  expect(await own.store.query("select count(*) from dream_session.session")).toEqual(before)
})

test("two hundred damaged files give a message or a session, and never anything else", async () => {
  const random = createRandom("session-files")
  const codes: string[] = []
  for (let round = 0; round < 200; round++) {
    const bytes = Buffer.from(file)
    for (let times = random.integer(3); times >= 0; times--) {
      const at = random.integer(bytes.length)
      if (random.integer(3) === 0) bytes.copyWithin(at, random.integer(bytes.length))
      else bytes[at] = random.integer(256)
    }
    try {
      const { session: id } = await sessions.import(pieces(bytes), someone)
      await sessions.state(id, "u9")
      await all(sessions.play({ session: id, player: "u9", input: waits }))
      await sessions.remove(id, "u9")
    } catch (error) {
      codes.push(codeOf(error))
    }
  }
  expect(codes.length).toBeGreaterThan(100)
  expect(codes.filter((code) => !/^(?:session_file_|dream_|dial_|session_value_)/u.test(code))).toEqual([])
})
