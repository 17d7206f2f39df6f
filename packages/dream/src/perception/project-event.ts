/** What a witness has of an event: named fields only, so that nothing rides along. */
import { isAcquainted, knowledgeOf } from "../world/index.ts"
import type { Claim, Source, Texts, Value, World, WorldEvent } from "../world/index.ts"

/** An event as one witness noticed it. */
export type NoticedEvent =
  | {
      readonly kind: "said"
      readonly time: number
      readonly speaker: string
      readonly text: string
      readonly language: string
      readonly claims: readonly Claim[]
      readonly to: readonly string[]
      readonly isWhisper: boolean
    }
  | {
      readonly kind: "acted"
      readonly time: number
      readonly actor: string
      readonly move: string
      readonly arguments: Readonly<Record<string, string>>
    }
  | { readonly kind: "moved"; readonly time: number; readonly character: string; readonly to: string | null }
  | { readonly kind: "placed"; readonly time: number; readonly thing: string; readonly in: string | null }
  | { readonly kind: "shown" | "hidden"; readonly time: number; readonly entity: string }
  | { readonly kind: "changed"; readonly time: number; readonly fact: string; readonly value: Value }
  | {
      readonly kind: "learned"
      readonly time: number
      readonly fact: string
      readonly value: Value
      readonly source: Source
    }
  | {
      readonly kind: "related"
      readonly time: number
      readonly relation: string
      readonly to: string
      readonly value: number
    }
  | { readonly kind: "felt"; readonly time: number; readonly character: string; readonly feeling: string }
  | { readonly kind: "narrated"; readonly time: number; readonly text: Texts }

/** With the journal entry to which it belongs. */
export type PerceivedEvent = NoticedEvent & { readonly index: number }

/** Arguments that name what the holder knows of, or one of the author's choices. */
function knownArguments(
  { definition, state }: World,
  holder: string,
  event: Extract<WorldEvent, { kind: "acted" }>,
): Record<string, string> {
  const move = definition.moves.get(event.move)
  const isKnown = (name: string, value: string) => {
    const argument = move?.arguments.get(name)
    if (argument?.kind === "choice") return typeof argument.from !== "string" && argument.from.includes(value)
    return argument?.kind === "fact"
      ? knowledgeOf(definition, state, holder, value).length > 0
      : isAcquainted(definition, state, holder, value)
  }
  return Object.fromEntries(
    Object.entries(event.arguments).filter(
      ([name, value]) =>
        (move === undefined || move.arguments.has(name)) && /^\w{1,64}$/u.test(name) && isKnown(name, value),
    ),
  )
}

/** What `holder`, a witness, has of `event`; null: nothing that it could notice. */
// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
export function projectEvent(world: World, holder: string, event: WorldEvent): NoticedEvent | null {
  const { definition, state } = world
  const knows = (fact: string, value: Value) =>
    knowledgeOf(definition, state, holder, fact).some((item) => item.value === value)
  const known = (id: string | null) => (id !== null && isAcquainted(definition, state, holder, id) ? id : null)
  const { time } = event
  switch (event.kind) {
    case "waited":
    case "fired":
      return null
    case "said":
      return {
        kind: "said",
        time,
        speaker: event.speaker,
        text: event.text,
        language: event.language,
        to: event.to,
        isWhisper: event.isWhisper,
        claims: event.claims
          .filter(({ fact, value }) => knows(fact, value))
          .map(({ fact, value }) => ({ fact, value })),
      }
    case "acted":
      return {
        kind: "acted",
        time,
        actor: event.actor,
        move: event.move,
        arguments: knownArguments(world, holder, event),
      }
    case "moved":
      return { kind: "moved", time, character: event.character, to: known(event.to) }
    case "placed":
      return { kind: "placed", time, thing: event.thing, in: known(event.in) }
    case "shown":
    case "hidden":
      return { kind: event.kind, time, entity: event.entity }
    case "changed":
      return event.value !== null && knows(event.fact, event.value)
        ? { kind: "changed", time, fact: event.fact, value: event.value }
        : null
    case "learned":
      return event.holder === holder && knows(event.fact, event.value)
        ? { kind: "learned", time, fact: event.fact, value: event.value, source: { ...event.source } }
        : null
    case "related":
      return { kind: "related", time, relation: event.relation, to: event.to, value: event.value }
    case "felt":
      return { kind: "felt", time, character: event.character, feeling: event.feeling }
    case "narrated":
      return { kind: "narrated", time, text: event.text }
  }
}
