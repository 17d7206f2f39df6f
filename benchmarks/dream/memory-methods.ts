/** The ways of ranking that are compared, all over the same six parts that recall gives for every memory. */
import type { EmbeddingModel } from "@daydream/engine/model"
import { createHolderMemory, recallParts, recencyOf } from "@daydream/dream/memory"
import type { Recalled, RecallPart, RecallWeights } from "@daydream/dream/memory"
import type { Conversation, Question } from "./memory-conversations.ts"

/** One question with the parts of every turn of its conversation. */
export interface Asked {
  readonly question: Question
  readonly now: number
  readonly turns: readonly Recalled[]
}

/** Orders the turns of a question by a score, best first. */
export type Method = (asked: Asked) => readonly string[]

/** Vectors of texts, 64 at a time. */
async function embed(model: EmbeddingModel, texts: readonly string[]): Promise<number[][]> {
  const all: number[][] = []
  for (let start = 0; start < texts.length; start += 64) all.push(...(await model.doEmbed({ values: texts.slice(start, start + 64) })).embeddings)
  return all
}

/**
 * Fills one memory with the conversation and asks its questions. In a transcript the speaker's name stands before each
 * text; else it is only in the structure (`toldBy`), as the package wants it.
 */
export async function ask(conversation: Conversation, embedder: EmbeddingModel | undefined, isTranscript: boolean): Promise<Asked[]> {
  const { turns, speakers, questions, colon, now } = conversation
  const memory = createHolderMemory("listener")
  const textOf = (turn: { speaker: string; text: string }) => (isTranscript ? `${turn.speaker}${colon}${turn.text}` : turn.text)
  for (const [journalIndex, turn] of turns.entries())
    memory.add({ type: "episode", id: turn.id, at: turn.at, journalIndex, text: textOf(turn), importance: 0.5, source: "told", toldBy: turn.speaker, present: speakers })
  const vectors = embedder === undefined ? [] : await embed(embedder, turns.map(textOf))
  for (const [index, vector] of vectors.entries()) memory.setVector(turns[index]?.id ?? "", vector, "benchmark")
  const asked = embedder === undefined ? [] : await embed(embedder, questions.map((question) => question.text))
  return questions.map((question, index) => {
    const vector = asked[index]
    return { question, now, turns: memory.recall({
      text: question.text, now, about: speakers.filter((name) => question.text.includes(name)), limit: Infinity,
      ...(vector === undefined ? {} : { vector }) }) }
  })
}

const order = (turns: readonly Recalled[], score: (one: Recalled) => number): readonly string[] =>
  turns.map((one) => [one.memory.id, score(one)] as const)
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10).map(([id]) => id)

const partOf = (part: RecallPart, one: Recalled, now: number, halfLife: number) =>
  part === "recency" ? recencyOf(one.memory.at, now, halfLife) : one.parts[part]

/** What the package does. */
export const bySum = (weights: RecallWeights): Method => ({ turns, now }) =>
  order(turns, (one) => recallParts.reduce((sum, part) => sum + weights[part] * partOf(part, one, now, weights.halfLife), 0))

/** Σ weight / (k + rank) (Cormack et al. 2009); equal values share the better rank, and zero has none. */
export const byReciprocalRank = (weights: RecallWeights, k: number): Method => ({ turns, now }) => {
  const scores = new Map<Recalled, number>()
  for (const part of recallParts) {
    if (weights[part] === 0) continue
    const valued = turns.map((one) => [one, partOf(part, one, now, weights.halfLife)] as const).filter(([, value]) => value > 0).toSorted((a, b) => b[1] - a[1])
    let rank = 0
    for (const [index, [one, value]] of valued.entries()) {
      if (value !== valued[index - 1]?.[1]) rank = index + 1
      scores.set(one, (scores.get(one) ?? 0) + weights[part] / (k + rank))
    }
  }
  return order(turns, (one) => scores.get(one) ?? 0)
}

/** Share of the evidence that is among the first ten, mean over the questions. */
export function recallAtTen(asked: readonly Asked[], method: Method): number {
  const shares = asked.map((one) => {
    const found = new Set(method(one))
    return one.question.evidence.filter((id) => found.has(id)).length / one.question.evidence.length
  })
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
}

/** Changes one weight at a time to the best of its values until none helps; ties keep the smaller change. */
export function tune(start: RecallWeights, grid: Partial<Record<keyof RecallWeights, readonly number[]>>, goal: (weights: RecallWeights) => number): RecallWeights {
  let best = start
  let score = goal(best)
  for (let round = 0, isBetter = true; isBetter && round < 6; round++) {
    isBetter = false
    for (const [name, values] of Object.entries(grid))
      for (const value of values) {
        const candidate = { ...best, [name]: value }
        const reached = goal(candidate)
        if (reached <= score + 1e-4) continue
        best = candidate
        score = reached
        isBetter = true
      }
  }
  return best
}
