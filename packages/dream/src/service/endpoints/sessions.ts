import { z } from "zod"
import { answers, requests, sessionState } from "../../protocol/index.ts"
import type { SessionState } from "../../protocol/index.ts"
import type { AgeBand } from "../../safety/index.ts"
import type { Caller } from "../caller.ts"
import { defineEndpoint, sent } from "../endpoint.ts"
import type { Call, Service } from "../endpoint.ts"
import { serviceErrors } from "../errors.ts"
import { outwardState } from "../outward.ts"
import { readLines } from "../read-body.ts"
import { begin, write } from "../reply.ts"
import { labelOfContent } from "./labelled.ts"

const idOf = ({ params }: Pick<Call<unknown, unknown>, "params">): string => params["session"] ?? ""

/** The age of the player: a token has it inside, and nobody changes it. */
function ageOf({ age: bound }: Caller, asked: AgeBand | undefined): AgeBand {
  if (bound === null) return asked ?? "unknown"
  if (asked !== undefined && asked !== bound)
    throw serviceErrors.bad_play_request({
      field: "age",
      problem: { en: "is bound in the player's token", zh: "已绑定在玩家令牌中" },
    })
  return bound
}

function requireDream({ dreams }: Caller, dream: string): void {
  if (dreams !== null && !dreams.includes(dream)) throw serviceErrors.dream_not_for_player({ dream })
}

/** Changes the session while no turn is played, and tells its players. */
async function changed(
  { rooms }: Service,
  session: string,
  caller: Caller,
  work: () => Promise<SessionState>
): Promise<SessionState> {
  const state = await rooms.of(session).change(caller.id, "changed", work)
  return outwardState(state as SessionState, caller.account)
}

export const sessionEndpoints = [
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions",
    id: "listSessions",
    tag: "Sessions",
    summary: "Sessions of this player",
    result: answers.sessionList,
    handle: async ({ service: { sessions }, caller }) => ({ sessions: await sessions.list(caller.id) }),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions",
    id: "openSession",
    tag: "Sessions",
    status: 201,
    summary: "Open a session of a dream",
    details: "Then play the input `begin`, which gives the opening.",
    body: requests.openSession,
    result: sessionState,
    handle: async ({ service: { sessions }, caller, body: { character, age, without = [], ...asked } }) => {
      requireDream(caller, asked.dream)
      const state = await sessions.open({
        ...asked,
        without: [...new Set([...without, ...caller.without])],
        player: { id: caller.id, age: ageOf(caller, age), ...(character === undefined ? {} : { character }) },
      })
      return outwardState(state, caller.account)
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/import",
    id: "importSession",
    tag: "Sessions",
    status: 201,
    takesLines: true,
    summary: "Take a session in from its exported file",
    query: { age: requests.ageBand.exactOptional(), character: z.string().min(1).max(64).exactOptional() },
    result: sessionState,
    handle: async ({ service: { sessions, limits }, caller, request, query }) => {
      const bytes = readLines(request, limits.importBytes)
      const state = await sessions.import(bytes, {
        id: caller.id,
        age: ageOf(caller, query.age),
        without: caller.without,
        ...(query.character === undefined ? {} : { character: query.character }),
      })
      try {
        requireDream(caller, state.dream.id)
      } catch (error) {
        await sessions.remove(state.session, caller.id)
        throw error
      }
      return outwardState(state, caller.account)
    },
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}",
    id: "getSession",
    tag: "Sessions",
    summary: "What this player sees now",
    result: sessionState,
    handle: async ({ service: { sessions }, caller, ...call }) =>
      outwardState(await sessions.state(idOf(call), caller.id), caller.account),
  }),
  defineEndpoint({
    method: "DELETE",
    path: "/v1/sessions/{session}",
    id: "removeSession",
    tag: "Sessions",
    summary: "Remove the session with its memories, for good",
    handle: async ({ service: { sessions, rooms }, caller, ...call }) => {
      await rooms.of(idOf(call)).change(caller.id, "removed", () => sessions.remove(idOf(call), caller.id))
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/players",
    id: "joinSession",
    tag: "Players",
    summary: "Join a session by an invitation",
    body: requests.joinSession,
    result: sessionState,
    handle: async ({ service, caller, body, ...call }) => {
      const claims = service.tokens.readInvitation(body.invitation)
      if (claims.session !== idOf(call) || claims.namespace !== caller.account.namespace)
        throw serviceErrors.invitation_invalid({})
      requireDream(caller, claims.dream)
      return changed(service, claims.session, caller, () =>
        service.sessions.join(claims.session, {
          id: caller.id,
          character: claims.character,
          age: ageOf(caller, body.age),
          without: caller.without,
        })
      )
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/rewind",
    id: "rewindSession",
    tag: "Sessions",
    summary: "Go back so that so many turns are kept",
    body: requests.rewind,
    result: sessionState,
    handle: async ({ service, caller, body, ...call }) =>
      changed(service, idOf(call), caller, () => service.sessions.rewind(idOf(call), caller.id, body.turn)),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/branches",
    id: "branchSession",
    tag: "Sessions",
    status: 201,
    isBodyOptional: true,
    summary: "A session of its own from here, or from an earlier turn",
    body: requests.branch,
    result: sessionState,
    handle: async ({ service: { sessions }, caller, body, ...call }) =>
      outwardState(await sessions.branch(idOf(call), caller.id, body.turn), caller.account),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}/saves",
    id: "listSaves",
    tag: "Sessions",
    summary: "The saves of the session",
    result: answers.saveList,
    handle: async ({ service: { sessions }, caller, ...call }) => {
      // Whoever does not play here learns nothing of it.
      await sessions.state(idOf(call), caller.id)
      return { saves: await sessions.saves(idOf(call)) }
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/saves",
    id: "saveSession",
    tag: "Sessions",
    status: 201,
    summary: "Save under a name",
    body: requests.saveName,
    result: answers.savedSlot,
    handle: async ({ service: { sessions }, caller, body, ...call }) => sessions.save(idOf(call), caller.id, body.name),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/load",
    id: "loadSave",
    tag: "Sessions",
    summary: "Go on from a save",
    body: requests.saveName,
    result: sessionState,
    handle: async ({ service, caller, body, ...call }) =>
      changed(service, idOf(call), caller, () => service.sessions.load(idOf(call), caller.id, body.name)),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/upgrade",
    id: "upgradeSession",
    tag: "Sessions",
    status: 201,
    summary: "A branch in the dream as it is now, at the nearest place that still holds",
    result: answers.upgraded,
    handle: async ({ service: { sessions }, caller, language, ...call }) => {
      const { state, lost } = await sessions.upgrade(idOf(call), caller.id)
      return { state: outwardState(state, caller.account), lost: lost.map((one) => one[language]) }
    },
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}/recap",
    id: "getRecap",
    tag: "Sessions",
    summary: "What happened so far, for somebody who comes back",
    result: answers.recap,
    handle: async ({ service: { sessions }, caller, ...call }) => ({
      lines: await sessions.recap(idOf(call), caller.id),
    }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}/transcript",
    id: "getTranscript",
    tag: "Sessions",
    summary: "Everything that was said, with its labels",
    query: { format: z.enum(["text", "json"]).exactOptional() },
    streams: { "text/plain": "With format=text.", "application/json": "With format=json." },
    handle: async ({ service, caller, query, wire, ...call }) => {
      const format = query.format ?? "text"
      const text = await service.sessions.transcript(idOf(call), caller.id, format)
      const type = format === "json" ? "application/json; charset=utf-8" : "text/plain; charset=utf-8"
      begin(wire, type, await labelOfContent(service, caller, idOf(call)))
      wire.response.end(text)
      return sent
    },
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}/export",
    id: "exportSession",
    tag: "Sessions",
    summary: "The whole session as one file",
    streams: { "application/jsonl": "JSON lines; POST /v1/sessions/import takes them." },
    handle: async ({ service, caller, wire, ...call }) => {
      const pieces = service.sessions.export(idOf(call), caller.id)[Symbol.asyncIterator]()
      // What cannot be exported is told with a status of its own.
      const first = await pieces.next()
      begin(wire, "application/jsonl", {
        ...(await labelOfContent(service, caller, idOf(call))),
        "content-disposition": 'attachment; filename="session.jsonl"',
      })
      try {
        for (let piece = first; piece.done !== true; piece = await pieces.next())
          if (!(await write(wire, piece.value))) break
      } finally {
        await pieces.return?.()
      }
      wire.response.end()
      return sent
    },
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}/trace",
    id: "getTrace",
    tag: "Sessions",
    who: "key",
    summary: "The turns as they are kept, with the trace of each: why this line",
    details: "For authors: it tells what players are not to know.",
    query: {
      since: z
        .string()
        .regex(/^\d{1,9}$/)
        .exactOptional(),
    },
    streams: { "application/jsonl": "One turn a line." },
    handle: async ({ service: { sessions }, caller, wire, query, ...call }) => {
      await sessions.state(idOf(call), caller.id)
      begin(wire, "application/jsonl")
      for await (const turn of sessions.turns(idOf(call), Number(query.since ?? 0)))
        if (!(await write(wire, `${JSON.stringify(turn)}\n`))) break
      wire.response.end()
      return sent
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/reports",
    id: "reportText",
    tag: "Sessions",
    status: 201,
    summary: "Report a text to the operator of this service",
    body: requests.newReport,
    result: answers.madeReport,
    handle: async ({ service: { sessions }, caller, body, ...call }) => ({
      report: await sessions.report(idOf(call), caller.id, body),
    }),
  }),
]
