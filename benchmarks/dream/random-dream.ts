/** Dreams by chance: a world with planted secrets, a cast whose lines may tell them, a story that moves people about. */
import type { Random } from "@daydream/engine/random"
import type { CastLine, CastMember, Dream, Topic } from "@daydream/dream/bundle"
import { readLorebook } from "@daydream/dream/lore"
import { compileStory, storySpeakersOf } from "@daydream/dream/story"
import { randomUtterance, randomWorldFile } from "@daydream/dream/testing"
import { charactersOf, readCondition, readEffects, requireWorld } from "@daydream/dream/world"
import type { WorldDefinition } from "@daydream/dream/world"

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T
const several = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

const ink = `-> opening
=== opening
The door stands open.
Person1son: Come in. # move: send person-1 place-0
* [Come in. # example: I come in]
  You come in. # pause
  Person2son: Who is there?
* [No.]
- It is quiet. # rest
-> END
=== scene
# entry
Something falls. # move: hide thing-1
+ [Look.]
  ~ move("reveal thing-1")
  Nothing. # content: fear
+ [Yes, run.]
  ~ move("send person-0 place-1")
- Quiet again. # rest
-> END
=== ending
# entry
Person1son: That was all. # ending: over
-> END
`

const kept = new WeakMap<WorldDefinition, ReturnType<typeof compileStory>>()

function storyOf(definition: WorldDefinition) {
  const known = kept.get(definition) ?? compileStory([{ name: "story.ink", text: ink }], { speakers: storySpeakersOf(definition), entries: ["scene", "ending"] })
  kept.set(definition, known)
  return known.story
}

const both = (text: string) => ({ en: text, zh: text })

/** A dream by chance. Its lines are as hostile as a careless author's: every third tells something that it should not. */
export function randomDream(random: Random): Dream {
  const world = requireWorld([randomWorldFile(random, { secrets: 4 })])
  const text = () => (random.integer(3) === 0 ? randomUtterance(random, world) : pick(random, ["Good evening.", "Ask somebody else.", "你好。", "I do not know."]))
  const facts = [...world.facts.values()].filter(({ type }) => type !== "number")
  const claims = () => {
    const fact = pick(random, facts)
    return random.integer(5) === 0 ? [{ fact: fact.id, value: pick(random, [...fact.values.keys()]) }] : []
  }
  const condition = () => {
    const value = pick<unknown>(random, [{ fact: { id: "lit", is: true } }, { not: { fact: { id: "lit", is: true } } }, { fact: { id: "count", atLeast: random.integer(6) } }])
    return random.integer(2) === 0 ? null : (readCondition(world, value).condition ?? null)
  }
  const effects = () => (random.integer(2) === 0 ? [] : (readEffects(world, [
    pick<unknown>(random, [
      { set: { fact: "lit", value: random.integer(2) === 0 } }, { add: { fact: "count", amount: 1 } }, { move: { who: "person-1", to: "place-1" } },
      { learn: { who: "present", fact: "secret-0" } }, { set: { fact: "secret-1", value: "a" } }, { narrate: { to: "present", text: both(randomUtterance(random, world)) } },
    ]),
  ]).effects ?? []))
  const line = (id: string): CastLine => ({
    id, texts: both(text()), when: condition(), feeling: random.integer(4) === 0 ? pick(random, ["calm", "afraid"]) : null, claims: claims(),
    content: random.integer(8) === 0 ? "fear" : null,
  })
  const lines = (id: string, count = 1 + random.integer(3)) => several(count, (at) => line(`${id}/${at}`))
  const topic = (at: number): Topic => ({
    id: `topic-${at}`, names: random.integer(4) === 0 ? {} : both(`Topic ${at} of it`), examples: both2([`what about ${at}`, text()]), patterns: both2([`word${at} ... thing*`]),
    when: condition(), isOnce: random.integer(3) === 0, effects: effects(), lines: lines(`topic-${at}`),
    note: random.integer(2) === 0 ? both(text()) : null, enters: pick(random, [null, null, null, null, null, null, "scene", random.integer(4) === 0 ? "ending" : "nowhere"]),
  })
  const member = (character: string): CastMember => ({
    character, isMinor: random.integer(6) === 0, freedom: pick(random, ["select", "reword", "talk"] as const), persona: both(`You are ${character}. ${text()}`),
    voice: { en: several(3, () => ({ note: text(), line: text() })) }, topics: several(1 + random.integer(5), topic),
    reactions: several(random.integer(3), (at) => ({ id: `reaction-${at}`, when: condition() ?? { op: "all", of: [] }, effects: effects(), lines: lines(`reaction-${at}`) })),
    habits: several(random.integer(3), (at) => ({
      id: `habit-${at}`, when: condition(), every: pick(random, [0, 60, 900]),
      ...pick(random, [{ move: "go", arguments: { to: `place-${random.integer(3)}` } }, { move: "deed-1", arguments: {} }, { move: "take", arguments: { thing: "thing-1" } }]),
    })),
    unclear: lines("unclear"), offWorld: lines("off"), nature: lines("nature"),
  })
  const people = charactersOf(world)
  const story = random.integer(5) === 0 ? null : storyOf(world)
  return {
    id: "by-chance", names: both("By chance"), summary: both(""), author: "", languages: ["en", "zh"], minutes: null, rating: "everyone", contents: [],
    players: people.filter(({ isPlayer }) => isPlayer).map(({ id }) => id), secondsPerTurn: pick(random, [0, 30, 600]), freedom: "talk", world,
    stories: story === null ? {} : { en: story },
    cast: new Map(people.filter(({ isPlayer }) => !isPlayer).map(({ id }) => [id, member(id)])),
    scenes: several(random.integer(3), (at) => ({ id: `scene-${at}`, when: condition() ?? { op: "all", of: [] }, enters: pick(random, ["scene", "scene", "nowhere"]), isRepeated: random.integer(2) === 0 })),
    lore: [readLorebook({ entries: several(3, (at) => ({ keys: [pick(random, ["it", "Person1son", "你"])], content: text(), enabled: true, constant: random.integer(2) === 0, insertion_order: at, extensions: {} })), extensions: {} }, "book")],
    dials: new Map(), unclear: { en: ["Nothing."] }, made: { by: "author" }, hash: "by-chance",
  }
}

const both2 = (texts: string[]) => ({ en: texts, zh: texts })
