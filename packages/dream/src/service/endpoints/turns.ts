import { z } from "zod"
import { answers, requests } from "../../protocol/index.ts"
import type { SessionEvent } from "../../protocol/index.ts"
import { readBy } from "../check.ts"
import { defineEndpoint, sent } from "../endpoint.ts"
import type { Call } from "../endpoint.ts"
import { serviceErrors } from "../errors.ts"
import { follow } from "../follow.ts"
import { errorEvent, outward } from "../outward.ts"
import { begin, durableId, frame, sendJson, write } from "../reply.ts"
import type { RunningTurn } from "../running.ts"
import { statusOfCode } from "../status.ts"
import { playTurn, retryTurn } from "../turn-stream.ts"
import { labelOfContent, labelOfEvents } from "./labelled.ts"

type AnyCall = Call<unknown, unknown>

const idOf = ({ params }: Pick<AnyCall, "params">): string => params["session"] ?? ""
const countText = z.string().regex(/^\d{1,15}$/, "must be a whole number")
const wantsEvents = ({ request }: Pick<AnyCall, "request">): boolean =>
  request.headers.accept?.includes("text/event-stream") ?? false

function keyOf({ request: { headers } }: Pick<AnyCall, "request">): string | undefined {
  const key = headers["idempotency-key"]
  return key === undefined ? undefined : readBy(requests.idempotencyKey, key, "Idempotency-Key")
}

/** The turn as a stream, or as one answer. It goes on, and is kept, if the client leaves. */
async function answerTurn(call: AnyCall, turn: RunningTurn): Promise<unknown> {
  const {
    service,
    caller: { account },
    language,
    wire,
  } = call
  const events = turn.follow()
  const first = await events.next()
  if (first.done === true) throw new Error("a turn ended without a word")
  if (first.value.type === "error") return refuse(call, first.value)
  if (!wantsEvents(call)) return wholeTurn(call, first.value, events)
  begin(wire, "text/event-stream; charset=utf-8", await labelOfContent(service, call.caller, idOf(call)))
  try {
    for (
      let event: SessionEvent | undefined = first.value;
      event !== undefined;
      event = (await events.next()).value ?? undefined
    )
      if (!(await write(wire, frame(outward(event, account), durableId(event))))) return sent
  } catch (error) {
    await write(wire, frame(errorEvent(error, { language, turn: first.value.turn, account }), null))
  }
  wire.response.end()
  return sent
}

async function wholeTurn(call: AnyCall, first: SessionEvent, rest: AsyncIterable<SessionEvent>): Promise<unknown> {
  const {
    service,
    caller: { account },
    wire,
  } = call
  const events = [outward(first, account)]
  for await (const event of rest) events.push(outward(event, account))
  const failure = events.find((event) => event.type === "error")
  if (failure !== undefined) return refuse(call, failure)
  const end = events.at(-1)
  if (end?.type !== "committed" && end?.type !== "changed") throw new Error("a turn ended without a word")
  sendJson(wire, 200, { events, state: end.state }, labelOfEvents(service, events, `${idOf(call)}/${end.state.turns}`))
  return sent
}

/** A turn that did not happen, as a status. */
function refuse(
  { wire }: AnyCall,
  { code, message, hint, isRetryable }: Extract<SessionEvent, { type: "error" }>
): typeof sent {
  sendJson(wire, statusOfCode(code) ?? 400, { error: { code, message, hint: hint ?? null, isRetryable } })
  return sent
}

/** The first cursor that is wanted: of the query, or after the last event that an EventSource saw. */
function fromOf({ request: { headers } }: AnyCall, from: string | undefined): number | undefined {
  const last = headers["last-event-id"]
  if (typeof last === "string" && last !== "") return Number(readBy(countText, last, "Last-Event-ID")) + 1
  return from === undefined ? undefined : Number(from)
}

async function streamEvents(call: AnyCall, from: number | undefined): Promise<typeof sent> {
  const { service, caller, language, wire } = call
  const leave = service.streams.enter(caller.id)
  try {
    const heard = follow(service.sessions, service.rooms, {
      session: idOf(call),
      player: caller.id,
      language,
      signal: wire.signal,
      lookMs: service.limits.lookMs,
      ...(from === undefined ? {} : { from }),
    })
    // What cannot be followed is told with a status of its own.
    const first = await heard.next()
    begin(wire, "text/event-stream; charset=utf-8", await labelOfContent(service, caller, idOf(call)))
    const heartbeat = setInterval(() => void wire.response.write(": still here\n\n"), service.limits.heartbeatMs)
    try {
      // Of events that were kept before, each is durable by itself.
      let isPast = true
      for (let event = first; event.done !== true; event = await heard.next()) {
        const { value } = event
        if (value.type === "resumed") {
          isPast = false
          continue
        }
        if (!(await write(wire, frame(outward(value, caller.account), isPast ? value.cursor : durableId(value))))) break
      }
    } catch (error) {
      await write(wire, frame(errorEvent(error, { language, account: caller.account }), null))
    } finally {
      clearInterval(heartbeat)
      await heard.return()
    }
    wire.response.end()
    return sent
  } finally {
    leave()
  }
}

const mostEventsOfPage = 500

async function pageOfEvents(call: AnyCall, from: number): Promise<typeof sent> {
  const { service, caller, wire } = call
  const state = await service.sessions.state(idOf(call), caller.id)
  if (from > state.cursor) throw serviceErrors.cursor_gone({ cursor: from, latest: state.cursor })
  const events: SessionEvent[] = []
  let cursor: number = state.cursor
  for await (const event of service.sessions.events(idOf(call), caller.id, from)) {
    events.push(outward(event, caller.account))
    if (events.length < mostEventsOfPage) continue
    cursor = (event.cursor ?? cursor - 1) + 1
    break
  }
  sendJson(wire, 200, { events, cursor }, labelOfEvents(service, events, idOf(call)))
  return sent
}

const eventStream = {
  "text/event-stream": "With Accept: text/event-stream: one event each, named by its type, its JSON as data.",
}

export const turnEndpoints = [
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/turns",
    id: "playTurn",
    tag: "Play",
    summary: "Play a turn",
    takesKey: true,
    details:
      "`do` and `feel` come before the words that go with them; what came is durable with `committed`. A "
        + "cut connection does not stop "
      + "a turn: send it again with the same Idempotency-Key to hear it, or interrupt it.",
    body: requests.playTurn,
    result: answers.playedTurn,
    streams: eventStream,
    handle: async (call) => {
      const key = keyOf(call)
      return answerTurn(
        call,
        playTurn(call.service, call.caller, idOf(call), { ...call.body, ...(key === undefined ? {} : { key }) })
      )
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/retry",
    id: "retryTurn",
    tag: "Play",
    summary: "Take the last turn back and play its input again",
    takesKey: true,
    body: requests.retryTurn,
    isBodyOptional: true,
    result: answers.playedTurn,
    streams: eventStream,
    handle: async (call) => {
      const key = keyOf(call)
      return answerTurn(
        call,
        retryTurn(call.service, call.caller, idOf(call), { ...call.body, ...(key === undefined ? {} : { key }) })
      )
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/interrupt",
    id: "interruptTurn",
    tag: "Play",
    summary: "Stop the turn that is being played: it has not happened",
    body: requests.nothing,
    isBodyOptional: true,
    result: answers.interrupted,
    handle: async (call) => ({ isInterrupted: await interrupt(call) }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}/events",
    id: "getEvents",
    tag: "Play",
    summary: "What was played, from a cursor on; or follow what is played",
    details:
      "As JSON: a page of at most 500 kept events, and the cursor after it. With Accept: "
        + "text/event-stream: the kept events, then what all "
      + "players of the session play, as far as this player perceives it; Last-Event-ID resumes.",
    query: { from: countText.exactOptional() },
    result: answers.eventPage,
    streams: eventStream,
    handle: async (call) => {
      const from = fromOf(call, call.query.from)
      return wantsEvents(call) ? streamEvents(call, from) : pageOfEvents(call, from ?? 0)
    },
  }),
]

/** Stops the caller's own turn. Throws `turn_of_another`. */
export async function interrupt({
  service: { sessions, rooms },
  caller,
  ...call
}: Pick<AnyCall, "service" | "caller" | "params">): Promise<boolean> {
  const session = idOf(call)
  await sessions.state(session, caller.id)
  const { running } = rooms.of(session)
  if (running !== null && running.player !== caller.id) throw serviceErrors.turn_of_another({})
  return sessions.interrupt(session)
}
