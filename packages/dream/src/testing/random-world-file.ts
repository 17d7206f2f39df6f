/** World files by chance, with secrets, rules and moves. */
import type { Random } from "@daydream/engine/random"
import type { AuthoredCondition, AuthoredEffect, WorldDocument, WorldFile } from "../world/index.ts"
import { chance, pick, several } from "./draw.ts"

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
