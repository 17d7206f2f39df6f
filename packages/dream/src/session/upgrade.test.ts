import { afterAll, beforeAll, expect, test } from "vitest"
import { authorOnly, innFiles, innSource, innText } from "./inn.test.support.ts"
import { createSessions } from "./index.ts"
import type { Sessions } from "./index.ts"
import { all, opened, ownStore, played, player, says, waits } from "./sessions.test.support.ts"
import type { OwnStore } from "./sessions.test.support.ts"

let own: OwnStore
beforeAll(async () => {
  own = await ownStore()
})
afterAll(() => own.remove())

const ink = (change: (text: string) => string) => innFiles({ "story.ink": change(innText("story.ink")) })
const open = (source: ReturnType<typeof innSource>): Promise<Sessions> => createSessions(own.store, { dreams: source, ports: authorOnly() })

test("a session goes on in the version in which it began, whatever becomes of the dream's files", async () => {
  const source = innSource()
  const sessions = await open(source)
  const session = await opened(sessions)
  const { dream: { version } } = await sessions.state(session, player)
  source.edit(ink((text) => text.replaceAll("quiet", "stillness")))
  const other = await open(source)
  expect((await played(other, session, says("灯是谁的"))).at(-1)?.type).toBe("committed")
  expect((await other.state(session, player)).dream.version).toBe(version)
  expect((await other.open({ dream: "inn", player: { id: player, age: "adult" } })).dream.version).not.toBe(version)
  await Promise.all([sessions.close(), other.close()])
})

test("upgrading goes on in place where the scene was not edited", async () => {
  const source = innSource()
  const sessions = await open(source)
  const session = await opened(sessions)
  await played(sessions, session, says("灯是谁的"))
  source.edit(innFiles({ "characters/wen.yaml": innText("characters/wen.yaml").replace("灯是给渡船留的。", "灯是给渡船留着的。") }))
  const { state, lost } = await sessions.upgrade(session, player)
  expect(lost).toEqual([])
  expect(state).toMatchObject({ turns: 4, ended: null })
  expect((await played(sessions, state.session, says("你弟弟呢"))).at(-1)?.type).toBe("committed")
  expect((await sessions.list(player)).find(({ id }) => id === state.session)?.from).toEqual({ session, turn: 3 })
  expect((await sessions.state(session, player)).turns).toBe(3)
  await sessions.close()
})

const scenes = `-> opening
=== opening
# checkpoint: opening
雾里亮着一盏灯。
* [坐到火边。]
  你坐到火边。 # move: feel wen afraid
- -> second
=== second
# checkpoint: second
炉火跳了一下。
文掌柜：别怕。 # move: feel wen calm
* [问她怕什么。]
* [不说话。]
- -> quiet
=== quiet
# rest
夜静了下来。
-> END
`
const feelingOf = async (sessions: Sessions, session: string) => (await sessions.state(session, player)).characters.find(({ id }) => id === "wen")?.feeling

test("upgrading goes back to the nearest checkpoint that still holds, with the world as it was then, and says so", async () => {
  const source = innSource(innFiles({ "story.ink": scenes }))
  const sessions = await open(source)
  const session = await opened(sessions)
  expect(await feelingOf(sessions, session)).toBe("calm")
  source.edit(innFiles({ "story.ink": scenes.replace("炉火跳了一下。", "炉火猛地跳了一下。") }))
  const { state, lost } = await sessions.upgrade(session, player)
  expect(lost[0]?.zh).toContain("second")
  expect(state.turns).toBe(2)
  // The checkpoint stands in the middle of the turn: after the fright, before the comfort.
  expect(await feelingOf(sessions, state.session)).toBe("afraid")
  const events = await all(sessions.events(state.session, player))
  expect(events.at(-1)).toMatchObject({ type: "notice", code: "upgraded" })
  const next = await played(sessions, state.session, { kind: "continue" })
  expect(next.flatMap((event) => (event.type === "narrate" ? [event.text] : []))).toContain("炉火猛地跳了一下。")
  expect(await feelingOf(sessions, state.session)).toBe("calm")
  await sessions.close()
})

test("where nothing holds any more the dream begins again and says what is lost", async () => {
  const source = innSource(innFiles({ "story.ink": scenes }))
  const sessions = await open(source)
  const session = await opened(sessions)
  source.edit(innFiles({ "story.ink": "-> dawn\n=== dawn\n天亮了。\n# rest\n-> END\n" }))
  const { state, lost } = await sessions.upgrade(session, player)
  expect(state.turns).toBe(0)
  expect(lost[0]?.zh).toContain("从头开始")
  expect((await played(sessions, state.session, { kind: "begin" })).at(-1)?.type).toBe("committed")
  expect((await sessions.state(session, player)).turns).toBe(2)
  await sessions.close()
})

test("a version whose files are gone is told, its transcript can be read, and an upgrade goes on", async () => {
  const source = innSource(innFiles({ "story.ink": `${innText("story.ink")}// lost\n` }))
  const sessions = await open(source)
  const session = await opened(sessions)
  await own.store.query("update dream_session.dream_version set files = '[]' where hash = $1", [(await source.find("inn")).hash])
  source.edit(innFiles())
  const other = await open(source)
  await expect(other.state(session, player)).rejects.toMatchObject({ code: "dream_version_lost" })
  await expect(played(other, session, waits)).rejects.toMatchObject({ code: "dream_version_lost" })
  expect(await other.transcript(session, player, "text")).toContain("进来吧")
  const { state } = await other.upgrade(session, player)
  expect((await played(other, state.session, waits)).at(-1)?.type).toBe("committed")
  await Promise.all([sessions.close(), other.close()])
})
