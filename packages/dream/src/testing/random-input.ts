/** Inputs and events by chance: possible, impossible, and nonsense. */
import type { Language } from "@daydream/engine/language"
import type { Random } from "@daydream/engine/random"
import { builtinMoves, charactersOf, legalMoves } from "../world/index.ts"
import type { Effect, World, WorldDefinition } from "../world/index.ts"
import { chance, pick } from "./draw.ts"
import { randomUtterance } from "./random-utterance.ts"

const strange = [
  null,
  undefined,
  0,
  -1,
  1.5,
  Number.NaN,
  "",
  "__proto__",
  "constructor",
  "toString",
  [],
  {},
  true,
  "person-0",
  "thing-0",
  "place-0",
  "secret-0",
  { kind: "told", by: "person-1" },
]

function anyId(random: Random, definition: WorldDefinition): unknown {
  if (chance(random, 0.08)) return pick(random, strange)
  return pick(random, [...definition.entities.keys()])
}

/** An event by chance; about half of them cannot happen, and some are no events at all. */
export function randomEvent(random: Random, world: Pick<World, "definition" | "state">): unknown {
  const { definition, state } = world
  if (chance(random, 0.02)) return pick(random, strange)
  const facts = [...definition.facts.values()]
  const people = charactersOf(definition).map(({ id }) => id)
  const person = () => (chance(random, 0.05) ? anyId(random, definition) : pick(random, people))
  const claim = () => {
    const fact = pick(random, facts)
    return {
      fact: fact.id,
      value: fact.type === "number" ? random.integer(24) : pick(random, [...fact.values.keys(), null]),
    }
  }
  const time = chance(random, 0.03)
    ? pick<unknown>(random, [state.time - 1, "soon", Number.POSITIVE_INFINITY])
    : state.time + (chance(random, 0.3) ? random.integer(60) : 0)
  const id = () => anyId(random, definition)
  const speech = () => ({
    kind: "said",
    time,
    speaker: person(),
    text: randomUtterance(random, definition),
    language: pick(random, ["en", "zh"]),
    origin: pick(random, ["generated", "authored", "player", "fallback"]),
    claims: chance(random, 0.3) ? [claim()] : [],
    to: chance(random, 0.3) ? [person()] : [],
    isWhisper: chance(random, 0.2),
  })
  return pick<() => unknown>(random, [
    speech,
    speech,
    () => ({
      kind: "moved",
      time,
      character: person(),
      to: chance(random, 0.9)
        ? pick(
            random,
            [...definition.entities.values()].filter(({ kind }) => kind === "place"),
          ).id
        : id(),
    }),
    () => ({ kind: "moved", time, character: person(), to: null }),
    () => ({ kind: "placed", time, thing: `thing-${random.integer(9)}`, in: id() }),
    () => ({ kind: pick(random, ["shown", "hidden"]), time, entity: id() }),
    () => ({ kind: "changed", time, ...claim() }),
    () => ({
      kind: "learned",
      time,
      holder: person(),
      ...claim(),
      source: pick(random, [
        { kind: "seen", place: "place-0" },
        { kind: "told", by: person() },
        { kind: "authored" },
        null,
      ]),
    }),
    () => ({ kind: "related", time, relation: "trust", from: person(), to: person(), value: random.integer(14) - 7 }),
    () => ({ kind: "felt", time, character: person(), feeling: pick(random, ["calm", "afraid", "none"]) }),
    () => ({
      kind: "narrated",
      time,
      to: [person()],
      text: { en: randomUtterance(random, definition) },
      origin: "authored",
    }),
    () => ({
      kind: "acted",
      time,
      actor: person(),
      move: pick(random, ["deed-0", "deed-1", "take", "nothing"]),
      arguments: { whom: id() },
      until: state.time + random.integer(90) - 10,
      isSecret: chance(random, 0.2),
    }),
    () => ({ kind: "fired", time, rule: `rule-${random.integer(4)}` }),
    () => ({ kind: "waited", time }),
  ])()
}

const randomEffect = (random: Random, definition: WorldDefinition): Effect => {
  const id = () => String(anyId(random, definition))
  return pick<() => Effect>(random, [
    () => ({ op: "move", who: id(), to: id() }),
    () => ({ op: "put", thing: id(), in: id() }),
    () => ({ op: "reveal", what: id() }),
    () => ({ op: "set", fact: "secret-0", value: pick(random, ["a", "b", null]) }),
    () => ({ op: "learn", who: id(), fact: "secret-1", from: chance(random, 0.5) ? id() : null }),
  ])()
}

/** What a player, a model or a script might send: open moves mostly, with any speech; nonsense now and then. */
export function randomInput(
  random: Random,
  world: World,
  count: number,
): { readonly input: unknown; readonly proposal: unknown } {
  const { definition, state } = world
  const time = chance(random, 0.02) ? state.time - 1 : state.time + random.integer(40)
  const base = { id: `input-${count}`, time }
  if (chance(random, 0.03)) return { input: pick(random, strange), proposal: pick(random, strange) }
  if (chance(random, 0.06)) return { input: { ...base, kind: "tick" }, proposal: null }
  if (chance(random, 0.06))
    return { input: { ...base, kind: "story", effects: [randomEffect(random, definition)] }, proposal: null }
  const actor = pick(random, charactersOf(definition)).id
  const open = legalMoves({ definition, state: { ...state, time: Math.max(time, state.time) } }, actor, { limit: 40 })
  const move =
    open.length > 0 && chance(random, 0.9)
      ? pick(random, open)
      : { move: pick(random, builtinMoves), arguments: { to: "place-0", thing: "thing-0" } }
  const speech = {
    text: randomUtterance(random, definition),
    language: pick(random, ["en", "zh"] satisfies Language[]),
    origin: pick(random, ["generated", "reworded", "authored", "selected", "fallback", "player"]),
    claims: [],
    to: [],
    isWhisper: chance(random, 0.1),
  }
  return {
    input: { ...base, kind: "act", actor },
    proposal: {
      move: move.move,
      arguments: move.arguments,
      ...(chance(random, 0.5) ? { speech } : {}),
      ...(chance(random, 0.2) ? { feeling: pick(random, ["calm", "afraid", "joy"]) } : {}),
    },
  }
}
