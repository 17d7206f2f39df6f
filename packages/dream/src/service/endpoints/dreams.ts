import type { Language } from "@daydream/engine/language"
import { z } from "zod"
import type { Dream } from "../../bundle/index.ts"
import { answers, protocolVersion, requests } from "../../protocol/index.ts"
import type { DreamList } from "../../protocol/index.ts"
import { allowanceOf } from "../../safety/index.ts"
import type { Limits } from "../../safety/index.ts"
import type { Texts } from "../../world/index.ts"
import { defineEndpoint } from "../endpoint.ts"

/** In the client's language where the author has it. */
const textOf = (texts: Texts, language: Language): string => texts[language] ?? Object.values(texts)[0] ?? ""

function entryOf(dream: Dream, language: Language, limits: Limits, isNamed: boolean): DreamList["dreams"][number] {
  const told = (texts: Texts) => textOf(texts, language)
  return {
    id: dream.id,
    name: told(dream.names),
    summary: told(dream.summary),
    author: dream.author,
    languages: dream.languages,
    minutes: dream.minutes,
    rating: dream.rating,
    contents: dream.contents,
    version: dream.hash,
    characters: dream.players.flatMap((id) => {
      const entity = dream.world.entities.get(id)
      return entity === undefined ? [] : [{ id, name: told(entity.names), description: told(entity.description) }]
    }),
    dials: [...dream.dials.values()].map(({ id, names, starts, values, content }) => ({
      id,
      name: told(names),
      starts,
      content,
      values: values.map(({ value, names: ofValue }) => ({ value, name: told(ofValue) })),
    })),
    isOpen: isNamed && allowanceOf(dream, limits).isOpen,
    made: dream.made.by,
  }
}

export const dreamEndpoints = [
  defineEndpoint({
    method: "GET",
    path: "/v1/dreams",
    id: "listDreams",
    tag: "Dreams",
    summary: "The dreams that can be played",
    query: { age: requests.ageBand.exactOptional() },
    result: answers.dreamList,
    handle: async ({ service: { options }, caller, language, query }) => {
      const { account, age, without, dreams: named } = caller
      const limits = { age: age ?? query.age ?? "unknown", without }
      const [dreams, model] = await Promise.all([options.dreams(account), options.modelOf?.(account) ?? null])
      return {
        protocol: protocolVersion,
        model,
        dreams: dreams.map((dream) => entryOf(dream, language, limits, named?.includes(dream.id) ?? true)),
      } satisfies DreamList
    },
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/play/health",
    id: "getPlayHealth",
    tag: "Dreams",
    summary: "Whether this key or token is good, and for whom",
    result: z.object({ protocol: z.literal(protocolVersion), player: z.string() }),
    handle: async ({ caller }) => ({ protocol: protocolVersion, player: caller.player }),
  }),
]
