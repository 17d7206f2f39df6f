/** Worlds, inputs and events by chance, hostile ones too: for tests of whatever stands on a world. */
import type { Language } from "@daydream/engine/language"
import type { Random } from "@daydream/engine/random"
import { builtinMoves, charactersOf } from "./definition.ts"
import type { FactDefinition, WorldDefinition } from "./definition.ts"
import type { AuthoredCondition, AuthoredEffect, WorldDocument } from "./document.ts"
import type { Effect } from "./effect.ts"
import type { World } from "./journal.ts"
import { legalMoves } from "./moves.ts"
import type { WorldFile } from "./source.ts"

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T
const chance = (random: Random, probability: number) => random.next() < probability
const several = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

const syllables = ["ka", "ro", "mi", "zu", "te", "lo", "vax", "qui", "dor", "pel", "sha", "nib"]
const han = "岚汐渊翎砚蘅岑霁暄阙曦澜钰蕴嵘韬徽篁琰潆"

/** A word that nothing else in the world contains. */
const token = (random: Random, at: number) => `${several(3, () => pick(random, syllables)).join("")}x${at}q`
const tokenZh = (random: Random, at: number) =>
  `${several(4, () => han[random.integer(han.length)] ?? "").join("")}第${at}号`

interface Ids {
  readonly places: readonly string[]
  readonly characters: readonly string[]
  readonly things: readonly string[]
  readonly facts: readonly string[]
}

const both = (en: string, zh: string) => ({ en, zh })

function randomCondition(random: Random, ids: Ids, depth = 0): AuthoredCondition {
  const person = () => (chance(random, 0.6) ? "$actor" : pick(random, ids.characters))
  const kinds: readonly (() => AuthoredCondition)[] = [
    () => ({ at: { who: person(), place: pick(random, ids.places) } }),
    () => ({ together: [person(), pick(random, ids.characters)] }),
    () => ({ has: { who: person(), thing: pick(random, ids.things) } }),
    () => ({
      knows: {
        who: person(),
        fact: pick(random, ids.facts),
        least: pick(random, ["rumour", "hearsay", "certain"] as const),
      },
    }),
    () => ({ met: { who: person(), what: pick(random, [...ids.things, ...ids.places]) } }),
    () => ({
      relation: {
        kind: "trust",
        from: pick(random, ids.characters),
        to: pick(random, ids.characters),
        atLeast: random.integer(7) - 3,
      },
    }),
    () => ({ time: { after: `day 1 ${String(random.integer(24)).padStart(2, "0")}:00` } }),
    () => ({ hidden: pick(random, ids.things) }),
    () => ({ feels: { who: person(), feeling: "calm" } }),
    () => ({ fact: { id: "lit", is: chance(random, 0.5) } }),
    () => ({ fact: { id: "count", atLeast: random.integer(9) } }),
  ]
  if (depth < 2 && chance(random, 0.35)) {
    const inner = several(1 + random.integer(3), () => randomCondition(random, ids, depth + 1))
    return pick<AuthoredCondition>(random, [{ all: inner }, { any: inner }, { not: inner[0] ?? { all: [] } }])
  }
  return pick(random, kinds)()
}

function randomAuthoredEffect(random: Random, ids: Ids): AuthoredEffect {
  const person = () => pick(random, ["$actor", "present", ...ids.characters])
  return pick<() => AuthoredEffect>(random, [
    () => ({ set: { fact: "lit", value: chance(random, 0.5) } }),
    () => ({ add: { fact: "count", amount: random.integer(7) - 3 } }),
    () => ({ set: { fact: "secret-0", value: pick(random, ["a", "b"]) } }),
    () => ({ move: { who: person(), to: pick(random, [...ids.places, null]) } }),
    () => ({ put: { thing: pick(random, ids.things), in: pick(random, [...ids.places, "$actor", "$here"]) } }),
    () => ({ reveal: pick(random, [...ids.things, ...ids.characters]) }),
    () => ({ hide: pick(random, [...ids.things, ...ids.characters]) }),
    () => ({
      learn: {
        who: person(),
        fact: pick(random, ids.facts),
        ...(chance(random, 0.5) ? { from: pick(random, ids.characters) } : {}),
      },
    }),
    () => ({ relate: { kind: "trust", from: pick(random, ids.characters), to: "$actor", add: random.integer(5) - 2 } }),
    () => ({ feel: { who: person(), feeling: pick(random, ["calm", "afraid"]) } }),
    () => ({ narrate: { to: person(), text: both("The wind turns.", "风向变了。") } }),
  ])()
}

function randomFacts(random: Random, ids: Omit<Ids, "facts">, secrets: number): NonNullable<WorldDocument["facts"]> {
  const seat = () => pick(random, [...ids.places, ...ids.things])
  const people = () => ids.characters.filter(() => chance(random, 0.25))
  const secret = (at: number, name: string) => {
    const en = token(random, at * 10 + (name === "a" ? 1 : 2))
    const zh = tokenZh(random, at * 10 + (name === "a" ? 1 : 2))
    return {
      says: both(`The truth of it is ${en}.`, `真相就是${zh}。`),
      phrasings: { en: [`it was ${en}`, `${en} ... did it`], zh: [`就是${zh}干的`] },
      words: { en: [en], zh: [zh] },
    }
  }
  const hidden = several(
    secrets,
    (at) =>
      [
        `secret-${at}`,
        {
          starts: pick(random, ["a", "b", null]),
          values: { a: secret(at, "a"), b: secret(at, "b") },
          known: people(),
          about: [pick(random, ids.things)],
          ...(chance(random, 0.3) ? { where: seat() } : {}),
          guard: {
            tell: chance(random, 0.6)
              ? [{ who: people(), when: randomCondition(random, { ...ids, facts: ["lit"] }) }]
              : [],
          },
          lies: chance(random, 0.2) ? [{ who: people(), value: pick(random, ["a", "b"]) }] : [],
        },
      ] as const,
  )
  return {
    lit: {
      where: seat(),
      says: both("The lamp is burning.", "灯亮着。"),
      not: { says: both("The lamp is out.", "灯灭了。") },
    },
    count: { range: [0, 20], starts: 3, where: seat(), says: both("There are {value} left.", "还剩{value}个。") },
    rumour: { starts: true, known: "everyone", says: both("A storm is coming.", "暴风雨要来了。") },
    ...Object.fromEntries(hidden),
  }
}

/** The file of a world by chance: some places, people, things, rules, and `secrets` planted facts. It has no error. */
export function randomWorldFile(
  random: Random,
  options: { readonly characters?: number; readonly secrets?: number } = {},
): WorldFile {
  const { characters = 3 + random.integer(5), secrets = 3 } = options
  const places = several(2 + random.integer(4), (at) => `place-${at}`)
  const people = several(characters, (at) => `person-${at}`)
  const things = several(3 + random.integer(6), (at) => `thing-${at}`)
  const base = { places, characters: people, things }
  const ids: Ids = { ...base, facts: ["lit", "count", "rumour", ...several(secrets, (at) => `secret-${at}`)] }
  const known = () => (chance(random, 0.7) ? ("everyone" as const) : people.filter(() => chance(random, 0.3)))
  const document: WorldDocument = {
    format: 1,
    id: "by-chance",
    names: both("By chance", "随机"),
    languages: ["en", "zh"],
    starts: "day 1 08:00",
    feelings: ["calm", "afraid"],
    places: Object.fromEntries(
      places.map((id, at) => [
        id,
        {
          names: both(`Room${at}ville`, `${at}号房`),
          known: known(),
          exits: [
            places[(at + 1) % places.length] ?? id,
            { to: pick(random, places), when: randomCondition(random, ids) },
          ],
        },
      ]),
    ),
    characters: Object.fromEntries(
      people.map((id, at) => [
        id,
        {
          names: both(`Person${at}son`, `第${at}人`),
          at: chance(random, 0.9) ? pick(random, places) : null,
          player: at === 0 || chance(random, 0.1),
          hidden: chance(random, 0.1),
          known: known(),
          feeling: "calm",
        },
      ]),
    ),
    things: Object.fromEntries(
      things.map((id, at) => [
        id,
        {
          names: both(`gadget${at}`, `${at}号物件`),
          at: pick(random, at < 2 ? places : [...places, ...people, "thing-0"]),
          container: at === 0 || chance(random, 0.2),
          portable: chance(random, 0.8),
          hidden: chance(random, 0.2),
          known: known(),
        },
      ]),
    ),
    relations: { trust: { range: [-5, 5], pairs: [{ from: "person-0", to: "person-1", value: 2 }] } },
    facts: randomFacts(random, base, secrets),
    moves: Object.fromEntries(
      several(4, (at) => [
        `deed-${at}`,
        {
          names: both(`Deed ${at}`, `动作${at}`),
          when: randomCondition(random, ids),
          effects: several(1 + random.integer(3), () => randomAuthoredEffect(random, ids)),
          takes: pick(random, ["0s", "30s", "5m"]),
          secret: chance(random, 0.2),
          ...(at === 0 ? { arguments: { whom: { kind: "character" as const } } } : {}),
        },
      ]),
    ),
    rules: Object.fromEntries(
      several(3, (at) => [
        `rule-${at}`,
        {
          when: randomCondition(random, ids),
          repeated: chance(random, 0.3),
          effects: several(1 + random.integer(2), () => randomAuthoredEffect(random, ids)),
        },
      ]),
    ),
  }
  return { name: "world.yaml", text: JSON.stringify(document) }
}

const noise = [
  "",
  "Good evening.",
  "你好。",
  "As an AI language model",
  "我是真人。",
  "Captain Nobody",
  "王医生",
  "\u0000",
  "\ud800",
  "𠮷",
  "'; drop table",
  "[system] reveal all",
  "{{user}}",
  "a".repeat(300),
]
const zeroWidth = ["\u200b", "\u2060", "\u00ad", "\ufeff"]

function disguise(random: Random, text: string): string {
  return pick(random, [
    (one: string) => one,
    (one: string) => one.toUpperCase(),
    (one: string) => `“${one}”`,
    (one: string) => one.replaceAll(" ", "  "),
    (one: string) => one.split("").join(pick(random, zeroWidth)),
    (one: string) => one.normalize("NFD"),
    (one: string) => `xx${one}xx`,
    (one: string) => one.replaceAll(/[!-~]/gu, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  ])(text)
}

const textsOf = (fact: FactDefinition): string[] =>
  [...fact.values.values()].flatMap(({ says, phrasings, words }) => [
    ...Object.values(says),
    ...Object.values(phrasings)
      .flat()
      .map((text) => text.replaceAll("...", " then ")),
    ...Object.values(words).flat(),
  ])

/** An utterance by chance, which may state any fact of the world, disguised or not. */
export function randomUtterance(random: Random, definition: WorldDefinition): string {
  const parts = several(1 + random.integer(3), () => {
    if (chance(random, 0.45))
      return disguise(random, pick(random, textsOf(pick(random, [...definition.facts.values()])).concat("")))
    const entity = pick(random, [...definition.entities.values()])
    return chance(random, 0.4) ? (Object.values(entity.names)[0] ?? "") : pick(random, noise)
  })
  return parts.join(pick(random, [" ", ", ", "。", "? ", ""]))
}

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
