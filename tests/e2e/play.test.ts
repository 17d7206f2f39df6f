/** Dreams over HTTP and WebSocket on a whole server with its embedded store. */
import { rmSync } from "node:fs"
import { createServer, connect } from "node:net"
import type { AddressInfo, Socket } from "node:net"
import { createDreamClient, DreamClientError } from "@daydream/client"
import type { PlaySession, SessionEvent, SessionState } from "@daydream/client"
import { silentLog } from "@daydream/fabric/observability"
import { startServer } from "@daydream/server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { addDreamOfTwo } from "./play-dreams.ts"
import { startPlaySetting } from "./play-setting.ts"
import type { PlaySetting } from "./play-setting.ts"

let setting: PlaySetting

beforeAll(async () => {
  setting = await startPlaySetting()
  addDreamOfTwo(setting.folder)
})

afterAll(async () => {
  await setting[Symbol.asyncDispose]()
})

const play = async (turn: AsyncIterable<SessionEvent>): Promise<SessionEvent[]> => {
  const events: SessionEvent[] = []
  for await (const event of turn) events.push(event)
  return events
}

const textsOf = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => ("text" in event && event.text !== null ? [event.text] : []))

/** A guest with a token, as a game's server makes one. */
const guest = async (player: string, more: object = {}) => {
  const { token } = await setting.client(setting.rootKey).makePlayer({ player, age: "adult", ...more })
  return setting.client(token)
}

const suggestion = ({ suggestions }: SessionState, text: string) => {
  const found = suggestions.find((one) => one.text.includes(text))
  if (found === undefined)
    throw new Error(`no suggestion has "${text}": ${suggestions.map((one) => one.text).join(" | ")}`)
  return found.option
}

const now = (session: PlaySession): SessionState => {
  if (session.state === null) throw new Error("no state was seen")
  return session.state
}

test("this machine's own key plays at once, and the dreams are there", async () => {
  const list = await setting.client(setting.localKey).dreams()
  expect(list.model).toBeNull()
  expect(list.dreams.map(({ id }) => id)).toEqual(expect.arrayContaining(["lighthouse", "lost_property"]))
  expect(list.dreams.find(({ id }) => id === "lost_property")).toMatchObject({
    name: "失物招领",
    isOpen: true,
    made: "author",
    characters: [
      { id: "visitor", name: "来客" },
      { id: "friend", name: "阿青" },
    ],
  })
  const without = await setting.ask("GET", "/v1/dreams", null)
  expect([without.status, without.json.error.code]).toEqual([401, "missing_api_key"])
})

test("keys need the scope play, and the key of one tenant does not reach another's sessions", async () => {
  const admin = (path: string, body: object) => setting.ask("POST", `/admin/v1${path}`, setting.rootKey, body)
  await admin("/tenants", { id: "studio" })
  const inference = (await admin("/tenants/studio/keys", {})).json.secret as string
  const playing = (await admin("/tenants/studio/keys", { scopes: ["play"] })).json.secret as string
  expect((await setting.ask("GET", "/v1/dreams", inference)).json.error.code).toBe("scope_missing")
  expect((await setting.ask("GET", "/v1/models", playing)).json.error.code).toBe("scope_missing")
  const session = await setting.client(playing).open({ dream: "lost_property" })
  await expect(setting.client(setting.rootKey).session(session.id)).rejects.toMatchObject({
    status: 403,
    code: "not_in_session",
  })
})

test("a TypeScript client plays a dream to its ending, with a label on every text", async () => {
  const client = await guest("anna")
  const session = await client.open({ dream: "lost_property", language: "zh", seed: "ending" })
  expect(now(session)).toMatchObject({
    turns: 0,
    players: [{ id: "anna", character: "visitor" }],
    notice: expect.stringContaining("程序"),
  })
  const opening = await play(session.begin())
  expect(textsOf(opening).join("")).toContain("失物招领处还亮着灯")
  const all = [...opening]
  all.push(...(await play(session.take(suggestion(now(session), "先站一会儿")))))
  all.push(...(await play(session.say("我来取东西，这是取物单"))))
  expect(textsOf(all).join("")).toContain("二十年前的单子")
  for (let turn = 0; now(session).ended === null && turn < 10; turn++)
    all.push(...(await play(session.play({ kind: "wait", seconds: 1_800 }))))
  expect(now(session).ended).toEqual({ ending: "closed" })
  const texts = all.filter((event) => event.type === "say" || event.type === "narrate")
  expect(texts.length).toBeGreaterThan(5)
  for (const event of texts) expect(event.label?.isGenerated).toBe(false)

  expect((await client.sessions())[0]).toMatchObject({
    id: session.id,
    dream: "lost_property",
    ended: { ending: "closed" },
  })
  expect(await session.transcript()).toContain("失物招领处还亮着灯")
  expect((await session.recap()).length).toBeGreaterThan(0)
  const kept = await play(session.events())
  expect(kept.filter(({ cursor }) => cursor !== null).map(({ cursor }) => cursor)).toEqual(
    all.filter(({ cursor }) => cursor !== null).map(({ cursor }) => cursor)
  )
  const copy = await (await guest("carl")).import(await session.export())
  expect([copy.id === session.id, now(copy).turns, now(copy).ended]).toEqual([
    false,
    now(session).turns,
    { ending: "closed" },
  ])
})

test("saves, branches, going back and trying again stand where they say", async () => {
  const session = await (await guest("dora")).open({ dream: "lost_property", seed: "places" })
  await play(session.begin())
  await session.save("门口")
  await play(session.take(suggestion(now(session), "先站一会儿")))
  const branch = await session.branch(1)
  expect([now(branch).turns, now(session).turns]).toEqual([1, 2])
  await play(session.retry())
  expect(now(session).turns).toBe(2)
  expect((await session.rewind(0)).turns).toBe(0)
  expect((await session.load("门口")).turns).toBe(1)
  expect((await session.saves()).map(({ name }) => name)).toEqual(["门口"])
  await expect(session.load("没有")).rejects.toMatchObject({ status: 404, code: "save_unknown" })
  const [text] = (await play(session.events())).filter(({ type }) => type === "narrate")
  expect(await session.report({ event: text?.cursor ?? 0, reason: "测试" })).toMatch(/./)
  const { json } = await setting.ask("GET", "/v1/play/reports", setting.rootKey)
  expect(json.reports).toContainEqual(expect.objectContaining({ session: session.id, player: "dora", reason: "测试" }))
  await session.remove()
  await expect(session.refresh()).rejects.toMatchObject({ status: 404, code: "session_unknown" })
})

test("a turn that is sent again with its key is played once, also by two at once", async () => {
  const { token } = await setting.client(setting.rootKey).makePlayer({ player: "emil", age: "adult" })
  const session = await setting.client(token).open({ dream: "lost_property" })
  const path = `/v1/sessions/${session.id}/turns`
  const send = () => setting.ask("POST", path, token, { input: { kind: "begin" } }, { "idempotency-key": "one" })
  const [first, second] = await Promise.all([send(), send()])
  const third = await send()
  expect([first.status, second.status, third.status]).toEqual([200, 200, 200])
  const kept = ({ json }: typeof first) => json.events.filter(({ cursor }: SessionEvent) => cursor !== null)
  expect(kept(second)).toEqual(kept(first))
  expect(kept(third)).toEqual(kept(first))
  expect(third.json.state.turns).toBe(1)
  const other = await setting.ask("POST", path, token, { input: { kind: "continue" } }, { "idempotency-key": "one" })
  expect([other.status, other.json.error.code]).toEqual([409, "key_reused"])
  const moved = await setting.ask("POST", path, token, { input: { kind: "wait" }, expects: 0 })
  expect([moved.status, moved.json.error.code]).toEqual([409, "session_moved"])
})

test("players meet by an invitation, hear each other, and nobody else gets in", async () => {
  const [anna, bob, eve] = [await guest("anna2"), await guest("bob2"), await guest("eve2")]
  const session = await anna.open({ dream: "lost_property", seed: "two" })
  await play(session.begin())
  await expect(eve.session(session.id)).rejects.toMatchObject({ status: 403 })
  const { invitation } = await session.invite()
  await expect(eve.join((await anna.open({ dream: "lost_property" })).id, invitation)).rejects.toMatchObject({
    code: "invitation_invalid",
  })
  const joined = await bob.join(session.id, invitation)
  expect(now(joined).players).toEqual([
    { id: "anna2", character: "visitor" },
    { id: "bob2", character: "friend" },
  ])
  await expect(session.invite()).rejects.toMatchObject({ code: "nobody_free" })
  const heard: SessionEvent[] = []
  const socket = joined.connect()
  const listening = (async () => {
    for await (const event of socket) heard.push(event)
  })()
  await socket.ping()
  await play(session.take(suggestion(now(session), "先站一会儿")))
  await play(session.say("今天的雨下得真大"))
  await expect.poll(() => heard.filter(({ type }) => type === "committed").length).toBe(2)
  expect(heard[0]).toMatchObject({ type: "turn", player: "anna2", text: null })
  expect(textsOf(heard)).toContain("今天的雨下得真大")
  expect(now(joined)).toMatchObject({ turns: 3, player: { id: "friend" } })
  // Each sees what its own character sees.
  expect(now(joined).characters.map(({ id }) => id)).toContain("visitor")
  await session.rewind(2)
  await expect.poll(() => heard.at(-1)).toMatchObject({ type: "changed", state: { turns: 2 } })
  socket.close()
  await listening
})

/** A way to the server that can be cut. */
async function openBridge(to: string) {
  const open = new Set<Socket>()
  const bridge = createServer((socket) => {
    const other = connect(Number(new URL(to).port), "127.0.0.1")
    for (const one of [socket, other]) {
      open.add(one)
      one.on("error", () => undefined)
      one.on("close", () => {
        open.delete(one)
        socket.destroy()
        other.destroy()
      })
    }
    socket.pipe(other)
    other.pipe(socket)
  })
  await new Promise<void>((resolve) => bridge.listen(0, "127.0.0.1", resolve))
  return {
    address: `http://127.0.0.1:${(bridge.address() as AddressInfo).port}`,
    cut: () => {
      for (const one of open) one.destroy()
    },
    close: () => {
      for (const one of open) one.destroy()
      bridge.close()
    },
  }
}

test("a socket that was cut resumes by itself: nothing is lost, and nothing comes twice", async () => {
  const { token } = await setting.client(setting.rootKey).makePlayer({ player: "fred", age: "adult" })
  const bridge = await openBridge(setting.server.address)
  const direct = await setting.client(token).open({ dream: "lost_property", seed: "cut" })
  const session = await createDreamClient({ address: bridge.address, token, retryMs: 10 }).session(direct.id)
  const heard: SessionEvent[] = []
  const status: string[] = []
  const socket = session.connect({ from: 0, onStatus: (one) => status.push(one) })
  const listening = (async () => {
    for await (const event of socket) heard.push(event)
  })()
  const committed = () => heard.filter(({ type }) => type === "committed").length
  socket.play({ kind: "begin" })
  await expect.poll(committed, { timeout: 10_000 }).toBe(1)
  bridge.cut()
  // Played elsewhere while nobody was connected, and one that is asked for into the void.
  await play(direct.take(suggestion(await direct.refresh(), "先站一会儿")))
  socket.say("雨下得真大")
  await expect
    .poll(() => heard.filter(({ type }) => type === "say").map((event) => "text" in event && event.text), {
      timeout: 10_000,
    })
    .toContain("雨下得真大")
  await expect.poll(() => now(session).turns, { timeout: 10_000 }).toBe(3)
  for (let i = 0; i < 3; i++) {
    socket.play({ kind: "wait", seconds: 60 }, { key: `wait-${i}` })
    bridge.cut()
    await expect.poll(() => now(session).turns, { timeout: 10_000 }).toBe(4 + i)
  }
  socket.close()
  await listening
  const cursors = heard.flatMap(({ cursor }) => (cursor === null ? [] : [cursor]))
  expect(cursors).toEqual((await play(direct.events())).map(({ cursor }) => cursor))
  expect([status.at(-1), status.filter((one) => one === "open").length > 3]).toEqual(["closed", true])
  bridge.close()
})

test("a turn whose stream breaks is asked for again with its key", async () => {
  const { token } = await setting.client(setting.rootKey).makePlayer({ player: "gina", age: "adult" })
  const bridge = await openBridge(setting.server.address)
  const session = await createDreamClient({ address: bridge.address, token, retryMs: 10 }).open({
    dream: "lost_property",
    seed: "stream",
  })
  const events: SessionEvent[] = []
  for await (const event of session.begin()) {
    events.push(event)
    if (events.length === 2) bridge.cut()
  }
  const cursors = events.flatMap(({ cursor }) => (cursor === null ? [] : [cursor]))
  expect(cursors).toEqual([...new Set(cursors)])
  expect([events.at(-1)?.type, now(session).turns]).toEqual(["committed", 1])
  bridge.close()
})

test("a socket outlives the server: what was kept is there when another one stands in its place", async () => {
  const before = await startPlaySetting()
  addDreamOfTwo(before.folder)
  const { token } = await before.client(before.rootKey).makePlayer({ player: "ida", age: "adult" })
  const session = await before.client(token).open({ dream: "lost_property", seed: "restart" })
  const heard: SessionEvent[] = []
  const socket = session.connect({ from: 0 })
  const listening = (async () => {
    for await (const event of socket) heard.push(event)
  })()
  const turns = () => session.state?.turns
  socket.play({ kind: "begin" })
  await expect.poll(turns, { timeout: 10_000 }).toBe(1)
  const { port } = before.server
  await before.server.close({ graceMs: 500 })
  // Asked for while nothing is there to hear it.
  socket.say("雨下得真大")
  const after = await startServer({
    state: before.folder,
    port,
    log: silentLog,
    environment: {
      ...process.env,
      DATABASE_URL: undefined,
      DAYDREAM_MASTER_KEY: undefined,
      DAYDREAM_PLAY_MODEL: "none",
    },
  })
  try {
    await expect.poll(turns, { timeout: 20_000 }).toBe(2)
    expect(textsOf(heard)).toContain("雨下得真大")
    const cursors = heard.flatMap(({ cursor }) => (cursor === null ? [] : [cursor]))
    expect(cursors).toEqual((await play(session.events())).map(({ cursor }) => cursor))
    socket.close()
    await listening
  } finally {
    await after.close({ graceMs: 500 })
    rmSync(before.folder, { recursive: true, force: true })
  }
})

test("a client that was refused for good stops, and says why", async () => {
  const client = await guest("hank")
  const session = await client.open({ dream: "lost_property" })
  const socket = session.connect()
  const listening = play(socket)
  await socket.ping()
  await session.remove()
  await expect(listening).rejects.toBeInstanceOf(DreamClientError)
  await expect(client.open({ dream: "nowhere" })).rejects.toMatchObject({ status: 404, code: "dream_unknown" })
  await expect(client.open({ dream: "lost_property", sed: "x" } as never)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('"seed"'),
  })
})

test("guests end with their key, and a minor's limits are bound in the token", async () => {
  const made = await setting.ask("POST", "/admin/v1/tenants/root/keys", setting.rootKey, { scopes: ["play"] })
  const { token } = await setting.client(made.json.secret).makePlayer({ player: "kid", age: "child" })
  const session = await setting.client(token).open({ dream: "lost_property" })
  expect(now(session).withheld).toEqual(expect.arrayContaining(["romance", "violence"]))
  const revoked = await setting.ask("DELETE", `/admin/v1/keys/${made.json.key.id}`, setting.rootKey)
  expect(revoked.status).toBe(204)
  await expect
    .poll(async () => (await setting.ask("GET", "/v1/sessions", token)).json.error?.code, { timeout: 10_000 })
    .toBe("invalid_api_key")
})
