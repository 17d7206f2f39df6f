/** Copies with the known fields only: nothing rides along into a journal. */
import type { WorldEvent } from "./event.ts"
import type { Input, Proposal, Speech } from "./input.ts"
import type { Source } from "./state.ts"

const fields: Readonly<Record<WorldEvent["kind"], readonly string[]>> = {
  waited: [],
  said: ["speaker", "text", "language", "origin", "isWhisper"],
  acted: ["actor", "move", "until", "isSecret"],
  moved: ["character", "to"],
  placed: ["thing", "in"],
  shown: ["entity"],
  hidden: ["entity"],
  changed: ["fact", "value"],
  learned: ["holder", "fact", "value"],
  related: ["relation", "from", "to", "value"],
  felt: ["character", "feeling"],
  narrated: ["origin"],
  fired: ["rule"],
}

const picked = (value: object, names: readonly string[]): Record<string, unknown> => {
  const from = value as Readonly<Record<string, unknown>>
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]))
}
const claimsOf = (claims: Speech["claims"]) => (claims ?? []).map(({ fact, value }) => ({ fact, value }))
const sourceOf = (source: Source): Source =>
  picked(source, source.kind === "seen" ? ["kind", "place"] : ["kind", "by"]) as unknown as Source

/** A checked event with its own fields only. */
export function cleanEvent(event: WorldEvent): WorldEvent {
  const base = { kind: event.kind, time: event.time, ...picked(event, fields[event.kind]) }
  switch (event.kind) {
    case "said":
      return { ...base, claims: claimsOf(event.claims), to: [...event.to] } as unknown as WorldEvent
    case "acted":
      return { ...base, arguments: { ...event.arguments } } as unknown as WorldEvent
    case "learned":
      return { ...base, source: sourceOf(event.source) } as unknown as WorldEvent
    case "narrated":
      return { ...base, to: [...event.to], text: { ...event.text } } as unknown as WorldEvent
    default:
      return base as unknown as WorldEvent
  }
}

/** A checked input with its own fields only, and without what it expected: a journal does not depend on who looked at it. */
export function cleanInput(input: Input): Input {
  const base = picked(input, ["kind", "id", "time", ...(input.kind === "tick" ? [] : ["actor"])])
  if (input.kind !== "story") return base as unknown as Input
  const effects = input.effects.map((effect) => {
    const own = picked(effect, [
      "op",
      "fact",
      "value",
      "amount",
      "who",
      "to",
      "thing",
      "in",
      "what",
      "from",
      "kind",
      "add",
      "set",
      "feeling",
    ])
    return effect.op === "narrate" ? { ...own, text: { ...effect.text } } : own
  })
  return { ...base, effects } as unknown as Input
}

/** A checked proposal with its own fields only. */
export function cleanProposal(proposal: Proposal): Proposal {
  const { move, arguments: args, speech, feeling } = proposal
  const said =
    speech === undefined
      ? {}
      : {
          speech: {
            ...picked(speech, ["text", "language", "origin", "isWhisper"]),
            claims: claimsOf(speech.claims),
            to: [...(speech.to ?? [])],
          } as unknown as Speech,
        }
  return { move, arguments: { ...args }, ...said, ...(feeling === undefined ? {} : { feeling }) }
}
