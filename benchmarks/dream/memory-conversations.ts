/** A seeded generator of long conversations: turns, questions, and the ids of the turns that answer them. */
import type { Language } from "@daydream/engine/language"
import { createRandom, shuffle } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import { talks } from "./memory-topics.ts"
import type { Talk, Topic } from "./memory-topics.ts"

export interface Turn {
  readonly id: string
  readonly speaker: string
  readonly text: string
  /** Seconds. */
  readonly at: number
}

export interface Question {
  readonly text: string
  readonly kind: string
  readonly evidence: readonly string[]
}

export interface Conversation {
  readonly name: string
  readonly language: Language
  readonly speakers: readonly string[]
  readonly colon: string
  readonly turns: readonly Turn[]
  readonly questions: readonly Question[]
  readonly now: number
}

export interface ConversationOptions {
  readonly language: Language
  readonly set: Topic["set"]
  readonly seed: string
  readonly turns: number
}

interface Said {
  readonly speaker: string
  readonly text: string
  /** The question that this turn helps to answer: by topic and speaker. */
  readonly topic?: Topic
  readonly value?: string
}

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)] as T
const fill = (template: string, slot: string, value: string) => {
  const text = template.replaceAll(`{${slot}}`, value)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What one speaker says of one topic: once, thrice where many hold, two or three in a row where it changes. */
function statementsOf(topic: Topic, speaker: string, random: Random): Said[] {
  const count = topic.kind === undefined ? 1 : topic.kind === "many" ? 3 : 2 + random.integer(2)
  const values = shuffle(topic.values, random).slice(0, count)
  return values.map((value) => ({ speaker, topic, value, text: fill(pick(topic.statements, random), "v", value) }))
}

function noise(talk: Talk, topics: readonly Topic[], random: Random): Said {
  const speaker = pick(talk.names, random)
  if (random.next() < 0.25) {
    const topic = pick(topics, random)
    return { speaker, text: fill(pick(topic.elsewhere, random), "v", pick(topic.values, random)) }
  }
  return { speaker, text: fill(pick(talk.fillers, random), "s", pick(talk.small, random)) }
}

function questionsOf(talk: Talk, said: readonly Said[], idOf: (one: Said) => string, random: Random): Question[] {
  const groups = Map.groupBy(said.filter((one) => one.topic !== undefined), (one) => JSON.stringify([one.speaker, talk.topics.indexOf(one.topic as Topic)]))
  return [...groups.values()].flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)]
    if (first?.topic === undefined || last?.value === undefined) return []
    const answers = first.topic.kind === "changing" ? [last] : group
    const asked: Question = { kind: first.topic.kind ?? "one", text: fill(pick(first.topic.questions, random), "name", first.speaker), evidence: answers.map(idOf) }
    if (random.next() > 0.2) return [asked]
    const value = last.value
    return [asked, { kind: "content", text: fill(pick(talk.content, random), "v", value),
      evidence: said.filter((one) => one.value === value && one.topic === first.topic).map(idOf) }]
  })
}

/** Thirty days. Statements of one topic keep their order; everything else is shuffled among the noise. */
export function generateConversation({ language, set, seed, turns }: ConversationOptions): Conversation {
  const name = `${language}-${set}-${seed}`
  const random = createRandom("memory-conversation", name)
  const talk = talks[language]
  const topics = talk.topics.filter((topic) => topic.set === set)
  const rows = topics.flatMap((topic) => talk.names.map((speaker) => statementsOf(topic, speaker, random)))
  const statements = rows.flat()
  const places = shuffle(Array.from({ length: turns }, (_, index) => index), random).slice(0, statements.length)
  const said = Array.from({ length: turns }, (): Said => noise(talk, topics, random))
  let next = 0
  for (const row of rows) {
    const own = places.slice(next, next + row.length).toSorted((a, b) => a - b)
    next += row.length
    for (const [index, one] of row.entries()) said[own[index] as number] = one
  }
  const step = (30 * 24 * 3600) / turns
  const kept = said.map((one, index): Turn => ({ id: `t${String(index).padStart(4, "0")}`, speaker: one.speaker, text: one.text, at: Math.round(index * step) }))
  const ids = new Map(said.map((one, index) => [one, kept[index]?.id ?? ""]))
  return {
    name, language, speakers: talk.names, colon: talk.colon, turns: kept, now: Math.round(turns * step),
    questions: questionsOf(talk, said, (one) => ids.get(one) ?? "", random),
  }
}
