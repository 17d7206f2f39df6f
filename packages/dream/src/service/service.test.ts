import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import { connect } from "node:net"
import type { AddressInfo } from "node:net"
import { defineErrors } from "@daydream/engine/errors"
import { afterEach, beforeEach, expect, test } from "vitest"
import { WebSocket } from "ws"
import { sessionEvent } from "../protocol/index.ts"
import type { ServerMessage } from "../protocol/index.ts"
import { createPlayService, playDocument } from "./index.ts"
import type { PlayService, PlayServiceOptions } from "./index.ts"
import { fakeSessions } from "./sessions.test.support.ts"
import type { FakeSessions } from "./sessions.test.support.ts"

const errors = defineErrors({
  invalid_api_key: { en: () => ({ message: "The API key is not valid." }), zh: () => ({ message: "API 密钥无效。" }) },
})

let sessions: FakeSessions
let service: PlayService
let address: string
let close: () => Promise<void>
let keys: Set<string>
const clock = { now: 1_800_000_000_000 }

async function start(options: Partial<PlayServiceOptions> = {}): Promise<void> {
  sessions = fakeSessions()
  keys = new Set(["acme", "rival"])
  const accountOf = async (key: string) => {
    if (!keys.has(key)) throw errors.invalid_api_key({})
    return { namespace: key, key }
  }
  service = createPlayService(sessions, {
    authenticate: async (secret: string | null, _request: IncomingMessage) => accountOf(secret ?? ""),
    accountOf,
    tokenSecret: Buffer.alloc(32, 7),
    dreams: async () => [],
    modelOf: async () => "chat",
    producer: "Daydream 测试",
    now: () => clock.now,
    log: {
      info: () => undefined,
      error: ({ err }: { err?: unknown }) => {
        throw err
      },
    },
    ...options,
    limits: { burst: 10_000, lookMs: 60_000, ...options.limits },
  })
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (!(await service.handle(request, response))) response.writeHead(418).end()
  }
  const server = createServer((request, response) => void serve(request, response))
  server.on("upgrade", (request, socket, head) => {
    if (!service.upgrade(request, socket, head)) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  address = `http://127.0.0.1:${port}`
  close = async () => {
    await service.close({ graceMs: 0 })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

beforeEach(() => start())
afterEach(() => close())

interface Answer {
  readonly status: number
  readonly headers: Headers
  // Answers of any shape: each test knows its own.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any
  readonly text: string
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {}
): Promise<Answer> {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: {
      authorization: "Bearer acme",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

const as = (player: string) => ({ "daydream-player": player })
const open = async (player = "anna") =>
  (await ask("POST", "/v1/sessions", { dream: "lighthouse" }, as(player))).json.session as string
const say = (session: string, text: string, headers: Record<string, string> = as("anna")) =>
  ask("POST", `/v1/sessions/${session}/turns`, { input: { kind: "say", text } }, headers)

const framesOf = (text: string) =>
  text
    .split("\n\n")
    .filter((one) => one !== "" && !one.startsWith(":"))
    .map((one) => {
      const field = (name: string) =>
        one
          .split("\n")
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2)
      return { id: field("id"), event: field("event"), data: JSON.parse(field("data") ?? "null") }
    })

test("paths of others are left alone", async () => {
  expect((await ask("GET", "/v1/models")).status).toBe(418)
  expect((await ask("GET", "/v1/dreamsx")).status).toBe(418)
})

test("a turn is one answer, with the label of every text and of the whole", async () => {
  const session = await open()
  const { status, json, headers } = await say(session, "你好")
  expect(status).toBe(200)
  expect(json.events.map(({ type }: { type: string }) => type)).toEqual(["turn", "feel", "say", "say", "committed"])
  for (const event of json.events) expect(sessionEvent.safeParse(event).success).toBe(true)
  expect(
    json.events.filter(({ type }: { type: string }) => type === "say").map(({ label }: { label: object }) => label)
  ).toEqual([
    { isGenerated: false, text: "你的话" },
    { isGenerated: true, text: expect.stringContaining("AI 生成") },
  ])
  expect(json.state).toMatchObject({ turns: 1, cursor: 3, players: [{ id: "anna", character: "keeper" }] })
  expect(headers.get("ai-disclosure")).toBe("mode=ai-modified")
  expect(JSON.parse(headers.get("aigc") ?? "")).toMatchObject({
    Label: "1",
    ContentProducer: "Daydream 测试",
    ProduceID: `${session}/1`,
  })
  expect(headers.get("daydream-protocol")).toBe("1")
})

test("a turn streams, and only what is durable has an id", async () => {
  const session = await open()
  const { text, headers } = await say(session, "你好", { ...as("anna"), accept: "text/event-stream" })
  expect(headers.get("content-type")).toMatch(/^text\/event-stream/)
  expect(headers.get("ai-disclosure")).toBe("mode=machine-generated")
  expect(framesOf(text).map(({ id, event }) => [id, event])).toEqual([
    [undefined, "turn"],
    [undefined, "feel"],
    [undefined, "say"],
    [undefined, "say"],
    ["2", "committed"],
  ])
})

test("a turn of which nothing came ends with the state as it was", async () => {
  const session = await open()
  const { status, json } = await say(session, "impossible")
  expect([status, json.events.map(({ type }: { type: string }) => type), json.state.turns]).toEqual([
    200,
    ["turn", "refused", "changed"],
    0,
  ])
})

test("where no model is, nothing is labelled as a model's", async () => {
  await close()
  await start({ modelOf: async () => null })
  const { headers } = await say(await open(), "你好", { ...as("anna"), accept: "text/event-stream" })
  expect([headers.get("ai-disclosure"), headers.get("aigc")]).toEqual(["mode=none", null])
})

test("the same key plays nothing twice, also while the first is under way and after its client has gone", async () => {
  const session = await open()
  const gate = Promise.withResolvers<void>()
  sessions.gate = gate.promise
  const gone = new AbortController()
  const key = { ...as("anna"), "idempotency-key": "turn-1" }
  const first = fetch(`${address}/v1/sessions/${session}/turns`, {
    method: "POST",
    signal: gone.signal,
    body: JSON.stringify({ input: { kind: "say", text: "在吗" } }),
    headers: { authorization: "Bearer acme", "content-type": "application/json", ...key },
  }).catch(() => "cut")
  await expect.poll(() => sessions.played.length).toBe(1)
  expect((await say(session, "别的")).json.error.code).toBe("turn_in_progress")
  gone.abort()
  expect(await first).toBe("cut")
  const again = say(session, "在吗", key)
  gate.resolve()
  const { json } = await again
  expect(json.state.turns).toBe(1)
  expect((await say(session, "在吗", key)).json.events).toEqual(json.events)
  expect(sessions.played).toHaveLength(1)
})

test("a session that has moved on refuses, and says that one may try again", async () => {
  const session = await open()
  await say(session, "一")
  const { status, json } = await ask(
    "POST",
    `/v1/sessions/${session}/turns`,
    { input: { kind: "continue" }, expects: 0 },
    as("anna")
  )
  expect([status, json.error]).toMatchObject([409, { code: "session_moved", isRetryable: true }])
})

test("a turn is stopped by its player alone", async () => {
  const session = await open()
  sessions.gate = new Promise(() => undefined)
  const turn = say(session, "等等")
  await expect.poll(() => sessions.played.length).toBe(1)
  const {
    json: { invitation },
  } = await ask("POST", `/v1/sessions/${session}/invitations`, {}, as("anna"))
  expect(invitation).toBeUndefined()
  expect((await ask("POST", `/v1/sessions/${session}/interrupt`, undefined, as("bob"))).status).toBe(403)
  expect((await ask("POST", `/v1/sessions/${session}/interrupt`, undefined, as("anna"))).json).toEqual({
    isInterrupted: true,
  })
  expect([(await turn).status, (await turn).json.error.code]).toEqual([409, "turn_interrupted"])
  expect((await ask("POST", `/v1/sessions/${session}/interrupt`, {}, as("anna"))).json).toEqual({
    isInterrupted: false,
  })
})

test("nobody reads, changes or even sees the session of another player or tenant", async () => {
  const session = await open()
  await say(session, "秘密")
  const asks: [string, string, unknown?][] = [
    ["GET", ""],
    ["GET", "/events"],
    ["GET", "/saves"],
    ["GET", "/recap"],
    ["GET", "/transcript"],
    ["GET", "/memories?holder=mara"],
    ["GET", "/export"],
    ["GET", "/trace"],
    ["POST", "/turns", { input: { kind: "begin" } }],
    ["POST", "/retry"],
    ["POST", "/interrupt"],
    ["POST", "/rewind", { turn: 0 }],
    ["POST", "/branches"],
    ["POST", "/saves", { name: "a" }],
    ["POST", "/load", { name: "a" }],
    ["DELETE", ""],
    ["POST", "/invitations", {}],
  ]
  for (const [method, path, body] of asks) {
    for (const headers of [as("bob"), { ...as("anna"), authorization: "Bearer rival" }]) {
      const { status, text } = await ask(method, `/v1/sessions/${session}${path}`, body, headers)
      expect([method, path, status]).toEqual([method, path, 403])
      expect(text).not.toMatch(/秘密|acme\/|rival\//)
    }
  }
  expect((await ask("GET", "/v1/sessions", undefined, as("bob"))).json).toEqual({ sessions: [] })
  expect((await ask("GET", `/v1/sessions/${session}`, undefined, as("anna"))).json.turns).toBe(1)
})

test("a player's token plays, within what is bound inside, and ends with its time and its key", async () => {
  const {
    status,
    json: { token, player },
  } = await ask("POST", "/v1/players", {
    player: "kid",
    age: "child",
    without: ["death"],
    dreams: ["lighthouse"],
    minutes: 5,
  })
  expect([status, player]).toEqual([201, "kid"])
  const bearer = { authorization: `Bearer ${token}` }
  expect((await ask("POST", "/v1/sessions", { dream: "casino" }, bearer)).json.error.code).toBe("dream_not_for_player")
  expect((await ask("POST", "/v1/sessions", { dream: "lighthouse", age: "adult" }, bearer)).status).toBe(400)
  const opened = await ask("POST", "/v1/sessions", { dream: "lighthouse", without: ["fear"] }, bearer)
  expect(opened.status).toBe(201)
  expect(sessions.calls.at(-1)).toMatchObject([
    "open",
    { without: ["fear", "death"], player: { id: "acme/kid", age: "child" } },
  ])
  // The header of keys changes nobody.
  expect((await ask("GET", "/v1/play/health", undefined, { ...bearer, ...as("anna") })).json.player).toBe("kid")
  expect((await ask("POST", "/v1/players", {}, bearer)).json.error.code).toBe("key_needed")
  expect((await ask("GET", `/v1/sessions/${opened.json.session}/trace`, undefined, bearer)).status).toBe(403)
  const [head = "", tail = ""] = token.split(".")
  const forged = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(head.slice(4), "base64url").toString()), age: "adult" })
  ).toString("base64url")
  for (const bad of [`ddp-${forged}.${tail}`, `${head}.`, `${token}x`, "ddp-", `ddp-.${tail}`])
    expect((await ask("GET", "/v1/sessions", undefined, { authorization: `Bearer ${bad}` })).json.error.code).toBe(
      "play_token_invalid"
    )
  keys.delete("acme")
  expect((await ask("GET", "/v1/sessions", undefined, bearer)).json.error.code).toBe("invalid_api_key")
  keys.add("acme")
  clock.now += 5 * 60_000
  expect((await ask("GET", "/v1/sessions", undefined, bearer)).json.error.code).toBe("play_token_expired")
})

test("what is misspelt or unknown is refused by its name, with what may stand there", async () => {
  const session = await open()
  const turn = (body: unknown) => ask("POST", `/v1/sessions/${session}/turns`, body, as("anna"))
  expect((await turn({ input: { kind: "say", txt: "hi" } })).json.error.message).toContain("input")
  expect((await turn({ input: { kind: "say", text: "hi", loud: true } })).json.error.message).toBe(
    'input: there is no field "loud"; the fields are "kind", "text", "to".'
  )
  expect((await turn({ input: { kind: "begin" }, expect: 0 })).json.error.message).toBe(
    'The request: there is no field "expect"; the fields are "input", "expects".'
  )
  expect((await turn({ input: { kind: "shout", text: "hi" } })).json.error.message).toBe(
    'input.kind: must be one of "begin", "say", "take", "do", "continue", "wait".'
  )
  expect(
    (await ask("GET", `/v1/sessions/${session}/events?form=3`, undefined, as("anna"))).json.error.message
  ).toContain('"from"')
  expect((await ask("GET", `/v1/sessions/${session}/events?from=1&from=2`, undefined, as("anna"))).status).toBe(400)
  const chinese = await ask(
    "POST",
    `/v1/sessions/${session}/turns`,
    { input: { kind: "begin" }, expect: 0 },
    { ...as("anna"), "accept-language": "zh-CN,en;q=0.5" }
  )
  expect([chinese.json.error.message, chinese.headers.get("content-language")]).toEqual([
    '请求有误：没有字段 "expect"；可用字段为 "input"、"expects"。',
    "zh",
  ])
  expect((await ask("GET", "/v1/dreams", undefined, { "daydream-protocol": "2" })).json.error).toMatchObject({
    code: "protocol_unsupported",
    hint: expect.stringContaining("version 1"),
  })
  expect((await ask("GET", "/v1/sessions/x/y/z")).json.error.code).toBe("no_play_endpoint")
  const wrong = await ask("PUT", `/v1/sessions/${session}`)
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, DELETE"])
  expect(sessions.played).toHaveLength(0)
})

test("hostile bodies are refused, and the service goes on", async () => {
  const session = await open()
  const path = `/v1/sessions/${session}/turns`
  const head = (more: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer acme\r\nDaydream-Player: anna\r\n${more}\r\n\r\n`
  const raw = (text: string | Buffer) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(address).port), "127.0.0.1", () => socket.write(text))
      let answer = ""
      socket.on("data", (data) => {
        answer += data.toString()
        if (answer.includes("\r\n\r\n")) socket.destroy()
      })
      socket.on("close", () => resolve(answer.split("\r\n")[0] ?? ""))
      socket.on("error", () => undefined)
    })
  const json = "Content-Type: application/json"
  const big = "x".repeat(70_000)
  expect(await raw(`${head(`${json}\r\nContent-Length: 99999999`)}{`)).toContain("413")
  expect(
    await raw(`${head(`${json}\r\nTransfer-Encoding: chunked`)}${big.length.toString(16)}\r\n${big}\r\n`)
  ).toContain("413")
  expect(
    await raw(Buffer.concat([Buffer.from(head(`${json}\r\nContent-Length: 4`)), Buffer.from([0xff, 0xfe, 0x22, 0x22])]))
  ).toContain("400")
  expect(await raw(`${head("Content-Type: text/plain\r\nContent-Length: 2")}{}`)).toContain("415")
  expect(await raw(`${head(`${json}\r\nContent-Encoding: gzip\r\nContent-Length: 2`)}{}`)).toContain("415")
  for (const body of [
    "{",
    "[]",
    "null",
    '"say"',
    '{"input":null}',
    '{"input":[]}',
    '{"__proto__":{"input":{"kind":"begin"}}}',
    "[".repeat(30_000),
    '{"input":{"kind":"say","text":"\\u0000"}}',
    '{"input":{"kind":"say","text":"\\ud800"}}',
    "",
    '{"input":{"kind":"do","move":"go","arguments":{"constructor":1}}}',
  ])
    expect([body.slice(0, 20), (await ask("POST", path, body, as("anna"))).status]).toEqual([body.slice(0, 20), 400])
  for (const bad of ["/v1/sessions/%00", "/v1/sessions/%ff", `/v1/sessions/${"a".repeat(300)}`])
    expect((await ask("GET", bad, undefined, as("anna"))).status).toBe(404)
  for (const player of ["../acme", "a/b", "x".repeat(65), "名字"].map((name) => Buffer.from(name).toString("latin1")))
    expect((await ask("GET", "/v1/sessions", undefined, as(player))).status).toBe(400)
  expect(
    (await ask("POST", path, { input: { kind: "begin" } }, { ...as("anna"), "idempotency-key": "a b" })).status
  ).toBe(400)
  expect(sessions.played).toHaveLength(0)
  expect((await say(session, "还在")).status).toBe(200)
})

test("who asks too often waits", async () => {
  await close()
  await start({ limits: { burst: 3, perSecond: 1 } })
  const statuses = []
  for (let i = 0; i < 5; i++) statuses.push((await ask("GET", "/v1/sessions")).status)
  expect(statuses).toEqual([200, 200, 200, 429, 429])
  expect((await ask("GET", "/v1/sessions")).headers.get("retry-after")).toBe("1")
  expect((await ask("GET", "/v1/sessions", undefined, as("other"))).status).toBe(200)
  clock.now += 1_000
  expect((await ask("GET", "/v1/sessions")).status).toBe(200)
})

test("pages of other origins may not play unless they are named", async () => {
  const page = { origin: "https://game.example" }
  expect((await ask("GET", "/v1/dreams", undefined, page)).status).toBe(403)
  expect((await ask("GET", "/v1/dreams", undefined, { origin: address })).status).toBe(200)
  await close()
  await start({ origins: ["https://game.example"] })
  expect((await ask("GET", "/v1/dreams", undefined, page)).headers.get("access-control-allow-origin")).toBe(
    "https://game.example"
  )
  const preflight = await ask("OPTIONS", "/v1/sessions", undefined, {
    ...page,
    "access-control-request-method": "POST",
  })
  expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
    204,
    expect.stringContaining("idempotency-key"),
  ])
})

test("everything else of a session is there", async () => {
  const session = await open()
  const at = (method: string, path: string, body?: unknown) =>
    ask(method, `/v1/sessions/${session}${path}`, body, as("anna"))
  await say(session, "一")
  await say(session, "二")
  expect((await at("POST", "/saves", { name: "灯下" })).json).toMatchObject({ name: "灯下", turn: 2 })
  expect((await at("GET", "/saves")).json.saves).toHaveLength(1)
  expect((await at("POST", "/rewind", { turn: 1 })).json).toMatchObject({ turns: 1, cursor: 3 })
  expect((await at("GET", "/events?from=4")).json.error.code).toBe("cursor_gone")
  expect((await at("GET", "/events?from=4")).status).toBe(410)
  expect((await at("GET", "/events?from=1")).json).toMatchObject({ cursor: 3, events: [{ cursor: 1 }, { cursor: 2 }] })
  expect((await at("POST", "/retry", { input: { kind: "say", text: "三" } })).json.events[0].text).toBe("三")
  expect((await at("POST", "/branches")).json.session).not.toBe(session)
  expect((await at("GET", "/recap")).json.lines).toEqual([{ text: "1", origin: "authored" }])
  expect((await at("GET", "/transcript")).text).toBe("记录")
  expect((await at("GET", "/memories?holder=mara")).json.memories[0].id).toBe("m1")
  expect((await at("GET", "/memories")).status).toBe(400)
  expect((await at("PATCH", "/memories/m1", { holder: "mara", isPinned: true, text: "改" })).status).toBe(204)
  expect((await at("DELETE", "/memories/m1")).status).toBe(204)
  expect(sessions.calls.map(([name]) => name)).toEqual(["open", "pin", "edit", "forget"])
  expect((await at("POST", "/reports", { event: 1, reason: "rude" })).json).toEqual({ report: "r1" })
  expect((await at("POST", "/upgrade")).json.lost).toEqual(["a scene"])
  const file = await at("GET", "/export")
  expect(file.headers.get("content-type")).toBe("application/jsonl")
  const imported = await ask("POST", "/v1/sessions/import", file.text, {
    ...as("anna"),
    "content-type": "application/jsonl",
  })
  expect([imported.status, sessions.calls.at(-2)]).toEqual([201, ["import", Buffer.byteLength(file.text)]])
  expect((await at("DELETE", "")).status).toBe(204)
  expect((await at("GET", "")).status).toBe(404)
})

test("an operator reads the reports of its own players", async () => {
  const { json } = await ask("GET", "/v1/play/reports")
  expect(json.reports.map(({ id, player }: { id: string; player: string }) => [id, player])).toEqual([["r0", "anna"]])
})

test("several players share a session by an invitation, each in its own tenant", async () => {
  const session = await open()
  const made = await ask("POST", `/v1/sessions/${session}/invitations`, { character: "sailor" }, as("anna"))
  // The fake's dreams are none, so nobody is free.
  expect(made.json.error.code).toBe("nobody_free")
  expect(
    (await ask("POST", `/v1/sessions/${session}/players`, { invitation: "ddi-x.y" }, as("bob"))).json.error.code
  ).toBe("invitation_invalid")
})

/** A socket with everything that it got. */
async function connectSocket(
  session: string,
  query = "",
  headers: Record<string, string> = as("anna"),
  protocols = ["daydream.play.v1"]
) {
  const socket = new WebSocket(`${address.replace("http", "ws")}/v1/sessions/${session}/socket${query}`, protocols, {
    headers: { authorization: "Bearer acme", ...headers },
  })
  const messages: ServerMessage[] = []
  socket.on("message", (data) => messages.push(JSON.parse((data as Buffer).toString()) as ServerMessage))
  const closed = new Promise<number>((resolve) => {
    socket.on("close", resolve)
  })
  const failed = new Promise<number | undefined>((resolve) => {
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode))
    socket.on("open", () => resolve(undefined))
  })
  socket.on("error", () => undefined)
  const types = () => messages.map(({ type }) => type)
  const until = async (...wanted: string[]) => {
    await expect.poll(types).toEqual(wanted)
  }
  return {
    socket,
    messages,
    closed,
    status: await failed,
    until,
    types,
    send: (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
  }
}

test("a socket plays, answers, and resumes from a cursor after it was cut", async () => {
  const session = await open()
  const one = await connectSocket(session)
  await one.until("welcome", "resumed")
  one.send({ type: "play", request: "a", input: { kind: "say", text: "你好" }, key: "k1", expects: 0 })
  await one.until("welcome", "resumed", "turn", "feel", "say", "say", "committed")
  one.send({ type: "ping", request: "p" })
  await expect.poll(() => one.messages.at(-1)).toEqual({ type: "pong", request: "p" })
  one.socket.terminate()
  await say(session, "不在的时候")
  const two = await connectSocket(session, "?cursor=3")
  await two.until("welcome", "feel", "say", "say", "resumed")
  expect(two.messages.slice(1, 4).map((message) => "cursor" in message && message.cursor)).toEqual([3, 4, 5])
  two.send({ type: "resume", request: "r", cursor: 5 })
  await expect
    .poll(() => two.messages.slice(5))
    .toMatchObject([
      { type: "say", cursor: 5 },
      { type: "resumed", request: "r", cursor: 6 },
    ])
  two.send({ type: "play", input: { kind: "say", text: "你好" }, key: "k1" })
  await expect.poll(() => two.types().slice(7)).toEqual(["turn", "feel", "say", "say", "committed"])
  expect(sessions.played).toHaveLength(2)
  expect((await connectSocket(session, "?cursor=99")).status).toBe(410)
  expect((await connectSocket(session, "", as("bob"))).status).toBe(403)
  expect((await connectSocket("nowhere")).status).toBe(404)
  expect((await connectSocket(session, "", as("anna"), ["daydream.play.v9"])).status).toBe(400)
  expect((await connectSocket(session, "", { ...as("anna"), authorization: "Bearer nobody" })).status).toBe(401)
})

test("a browser's socket carries its token among the protocols", async () => {
  const {
    json: { token },
  } = await ask("POST", "/v1/players", { player: "anna", age: "adult" })
  const session = await open()
  const socket = await connectSocket(session, "", { authorization: "" }, [
    "daydream.play.v1",
    `daydream.bearer.${token}`,
  ])
  await socket.until("welcome", "resumed")
  expect(socket.socket.protocol).toBe("daydream.play.v1")
})

test("players hear of each other what their characters perceive, and of turns that begin, fail or are taken back", async () => {
  const session = await open()
  await sessions.join(session, { id: "acme/bob", character: "sailor", age: "adult" })
  const [anna, bob] = [await connectSocket(session), await connectSocket(session, "", as("bob"))]
  await bob.until("welcome", "resumed")
  anna.send({ type: "play", input: { kind: "say", text: "大家好" } })
  await bob.until("welcome", "resumed", "turn", "feel", "say", "say", "committed")
  expect(bob.messages[2]).toMatchObject({ type: "turn", player: "anna", text: null })
  expect(bob.messages[6]).toMatchObject({ type: "committed", state: { player: { id: "sailor" }, turns: 1 } })
  bob.messages.length = 0
  anna.send({ type: "play", input: { kind: "say", text: "(whisper) 灯是我熄的" } })
  await bob.until("turn", "feel", "committed")
  expect(JSON.stringify(bob.messages)).not.toContain("熄")
  bob.messages.length = 0
  anna.send({ type: "play", input: { kind: "say", text: "impossible" } })
  await bob.until("turn", "changed")
  bob.messages.length = 0
  sessions.gate = new Promise(() => undefined)
  anna.send({ type: "play", input: { kind: "say", text: "等" } })
  await bob.until("turn")
  bob.send({ type: "play", request: "b", input: { kind: "say", text: "我也要" } })
  await expect
    .poll(() => bob.messages.at(-1))
    .toMatchObject({ type: "error", code: "turn_in_progress", request: "b", isRetryable: true })
  bob.send({ type: "interrupt", request: "i" })
  await expect.poll(() => bob.messages.at(-1)).toMatchObject({ type: "error", code: "turn_of_another", request: "i" })
  anna.send({ type: "interrupt", request: "i" })
  await expect
    .poll(() => anna.messages.slice(-2))
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: "interrupted", isInterrupted: true }),
        expect.objectContaining({ type: "error", code: "turn_interrupted" }),
      ])
    )
  sessions.gate = Promise.resolve()
  await expect.poll(() => bob.types().at(-1)).toBe("changed")
  bob.messages.length = 0
  await ask("POST", `/v1/sessions/${session}/rewind`, { turn: 0 }, as("anna"))
  await bob.until("changed")
  expect(bob.messages[0]).toMatchObject({ state: { turns: 0, player: { id: "sailor" } } })
})

test("what another process played is heard as well", async () => {
  await close()
  await start({ limits: { lookMs: 20 } })
  const session = await open()
  const anna = await connectSocket(session)
  await anna.until("welcome", "resumed")
  for await (const _ of sessions.play({ session, player: "acme/anna", input: { kind: "say", text: "别处" } }));
  await anna.until("welcome", "resumed", "feel", "say", "say", "committed")
  await sessions.rewind(session, "acme/anna", 0)
  await expect.poll(() => anna.types().at(-1)).toBe("changed")
})

test("hostile sockets are refused message by message, or closed", async () => {
  const session = await open()
  const one = await connectSocket(session)
  await one.until("welcome", "resumed")
  one.messages.length = 0
  for (const bad of [
    "{",
    "[]",
    "null",
    "1",
    '{"type":"play"}',
    '{"type":"fly"}',
    '{"type":"ping","x":1}',
    '{"type":"resume","cursor":-1}',
  ])
    one.send(bad)
  await expect.poll(() => one.messages.length).toBe(8)
  for (const message of one.messages) expect(message).toMatchObject({ type: "error", cursor: null })
  expect(one.messages[5]).toMatchObject({
    message: expect.stringContaining('"play", "retry", "interrupt", "resume", "state", "ping"'),
  })
  one.socket.send(Buffer.from([1, 2, 3]), { binary: true })
  await expect.poll(() => one.messages.at(-1)).toMatchObject({ code: "play_body_not_json" })
  one.send(JSON.stringify({ type: "ping", request: "x".repeat(40_000) }))
  expect(await one.closed).toBe(1009)
  const two = await connectSocket(session)
  await two.until("welcome", "resumed")
  two.send({ type: "resume", cursor: 50 })
  expect(await two.closed).toBe(1008)
  expect(two.messages.at(-1)).toMatchObject({ type: "error", code: "cursor_gone" })
  expect(sessions.played).toHaveLength(0)
})

test("who can send no headers says the language and the player in the address", async () => {
  const session = await open("mia")
  const one = await connectSocket(session, "?language=zh&player=mia", {})
  await one.until("welcome", "resumed")
  one.send({ type: "fly" })
  await expect.poll(() => one.messages.at(-1)).toMatchObject({ type: "error", message: expect.stringContaining("须为") })
  expect((await connectSocket(session, "?language=fr")).status).toBe(400)
})

test("a player has only so many streams", async () => {
  await close()
  await start({ limits: { streams: 2 } })
  const session = await open()
  const sockets = [await connectSocket(session), await connectSocket(session)]
  expect(sockets.map(({ status }) => status)).toEqual([undefined, undefined])
  expect((await connectSocket(session)).status).toBe(429)
  sockets[0]?.socket.terminate()
  await expect.poll(async () => (await connectSocket(session)).status).toBe(undefined)
})

test("events are followed as a stream, and Last-Event-ID goes on after the last", async () => {
  const session = await open()
  await say(session, "一")
  const stop = new AbortController()
  const response = await fetch(`${address}/v1/sessions/${session}/events`, {
    signal: stop.signal,
    headers: { authorization: "Bearer acme", ...as("anna"), accept: "text/event-stream", "last-event-id": "0" },
  })
  let text = ""
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
  })().catch(() => undefined)
  await expect.poll(() => framesOf(text).map(({ id }) => id)).toEqual(["1", "2"])
  await say(session, "二")
  await expect
    .poll(() =>
      framesOf(text)
        .map(({ id, event }) => [id, event])
        .slice(2)
    )
    .toEqual([
      [undefined, "turn"],
      [undefined, "feel"],
      [undefined, "say"],
      [undefined, "say"],
      ["5", "committed"],
    ])
  stop.abort()
  await reading
})

test("a client that takes nothing is cut off, and what was made for it ends", async () => {
  await close()
  await start({ limits: { stallMs: 100 } })
  const session = await open()
  let isOver = false
  sessions.export = async function* exported() {
    try {
      for (;;) yield Buffer.alloc(1 << 20)
    } finally {
      isOver = true
    }
  }
  const socket = connect(Number(new URL(address).port), "127.0.0.1")
  socket.on("error", () => undefined)
  socket.write(
    `GET /v1/sessions/${session}/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer acme\r\nDaydream-Player: anna\r\n\r\n`
  )
  socket.pause()
  await expect.poll(() => isOver, { timeout: 10_000 }).toBe(true)
  socket.destroy()
})

test("a service that stops lets the turn end, tells sockets, and takes nothing new", async () => {
  const session = await open()
  const gate = Promise.withResolvers<void>()
  sessions.gate = gate.promise
  const one = await connectSocket(session)
  one.send({ type: "play", input: { kind: "say", text: "最后" } })
  await expect.poll(() => sessions.played.length).toBe(1)
  const closed = service.close({ graceMs: 5_000 })
  expect((await say(session, "再来")).json.error.code).toBe("play_closing")
  gate.resolve()
  await closed
  expect(await one.closed).toBe(1001)
  expect(one.types().at(-1)).toBe("committed")
})

test("the published OpenAPI is what the code says (vitest -u writes it), is served, and names every endpoint once", async () => {
  const document = playDocument()
  await expect(`${JSON.stringify(document, undefined, 2)}\n`).toMatchFileSnapshot(
    "../../../../docs/reference/play.openapi.json"
  )
  const served = await fetch(`${address}/v1/play/openapi.json`)
  expect(await served.json()).toEqual(JSON.parse(JSON.stringify(document)))
  const text = JSON.stringify(document)
  const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? "")
  const {
    components: { schemas },
  } = document as { components: { schemas: object } }
  expect(names.filter((name) => !Object.hasOwn(schemas, name))).toEqual([])
  const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
