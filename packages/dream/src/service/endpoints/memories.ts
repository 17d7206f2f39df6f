import { z } from "zod"
import { answers, requests } from "../../protocol/index.ts"
import { defineEndpoint } from "../endpoint.ts"
import type { Call } from "../endpoint.ts"

const placeOf = ({ params }: Pick<Call<unknown, unknown>, "params">) => ({
  session: params["session"] ?? "",
  memory: params["memory"] ?? "",
})

const holder = z.string().min(1).max(64)

export const memoryEndpoints = [
  defineEndpoint({
    method: "GET",
    path: "/v1/sessions/{session}/memories",
    id: "listMemories",
    tag: "Memory",
    summary: "What a character remembers",
    query: { holder },
    result: answers.memoryList,
    handle: async ({ service: { sessions }, caller, query, ...call }) => ({
      memories: await sessions.memories(placeOf(call).session, caller.id, query.holder),
    }),
  }),
  defineEndpoint({
    method: "PATCH",
    path: "/v1/sessions/{session}/memories/{memory}",
    id: "changeMemory",
    tag: "Memory",
    summary: "Pin a memory, or put it right",
    body: requests.memoryChange,
    handle: async ({ service: { sessions, rooms }, caller, body: { holder: of, isPinned, ...edit }, ...call }) => {
      const { session, memory } = placeOf(call)
      await rooms.of(session).change(caller.id, "changed", async () => {
        if (isPinned !== undefined) await sessions.pin(session, caller.id, of, memory, isPinned)
        if (Object.keys(edit).length > 0) await sessions.edit(session, caller.id, of, memory, edit)
      })
    },
  }),
  defineEndpoint({
    method: "DELETE",
    path: "/v1/sessions/{session}/memories/{memory}",
    id: "forgetMemory",
    tag: "Memory",
    summary: "Forget for good, with the words in the journal",
    details: "Without `holder`, everybody forgets it.",
    query: { holder: holder.exactOptional() },
    handle: async ({ service: { sessions, rooms }, caller, query, ...call }) => {
      const { session, memory } = placeOf(call)
      await rooms
        .of(session)
        .change(caller.id, "changed", () => sessions.forget(session, caller.id, [memory], query.holder))
    },
  }),
]
