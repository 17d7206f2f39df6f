/**
 * Reads LoCoMo's file format (Maharana et al. 2024): a list of samples, each with a conversation of numbered sessions
 * (`session_1`, `session_1_date_time`) of turns (`dia_id` "D1:3"), and questions (`qa`) with their evidence.
 */
import { z } from "zod"
import type { Conversation, Question, Turn } from "./memory-conversations.ts"

const turnSchema = z.object({ speaker: z.string(), dia_id: z.string(), text: z.string(), blip_caption: z.string().optional() })
const sampleSchema = z.object({
  sample_id: z.string().optional(),
  conversation: z.looseObject({ speaker_a: z.string(), speaker_b: z.string() }),
  qa: z.array(z.object({ question: z.string(), evidence: z.array(z.string()).optional(), category: z.number().optional() })),
})

const months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]

/** Seconds since 1970 of "1:56 pm on 8 May, 2023"; undefined where it is written otherwise. */
export function parseSessionTime(text: string): number | undefined {
  const found = /^(\d+):(\d+) ([ap])m on (\d+) (\w+),? (\d{4})$/iu.exec(text.trim())
  if (found === null) return undefined
  const [, hour, minute, half, day, month, year] = found
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === "p" ? 12 : 0)
  const index = months.indexOf(month?.toLowerCase() ?? "")
  return index === -1 ? undefined : Date.UTC(Number(year), index, Number(day), hours, Number(minute)) / 1000
}

/** Ids in one field of evidence: "D8:6; D9:17", "D:11:26", "D30:05" occur beside "D1:3". */
export const parseEvidence = (text: string): string[] =>
  [...text.matchAll(/D:?(\d+):(\d+)/gu)].map(([, session, turn]) => `D${Number(session)}:${Number(turn)}`)

function turnsOf(conversation: Record<string, unknown>): Turn[] {
  const sessions = Object.keys(conversation).flatMap((key) => /^session_(\d+)$/u.exec(key)?.[1] ?? []).map(Number).toSorted((a, b) => a - b)
  let last = 0
  return sessions.flatMap((session) => {
    const written = conversation[`session_${session}_date_time`]
    const begin = (typeof written === "string" ? parseSessionTime(written) : undefined) ?? last + 24 * 3600
    return z.array(turnSchema).parse(conversation[`session_${session}`]).map((turn, index): Turn => {
      last = begin + index * 30
      const image = turn.blip_caption === undefined ? "" : ` [${turn.blip_caption}]`
      return { id: parseEvidence(turn.dia_id)[0] ?? turn.dia_id, speaker: turn.speaker, text: turn.text + image, at: last }
    })
  })
}

/** What a file holds; questions whose evidence is missing or names no turn are counted, not measured. */
export interface LocomoFile {
  readonly conversations: readonly Conversation[]
  readonly withoutEvidence: number
}

export function readLocomo(json: string): LocomoFile {
  let withoutEvidence = 0
  const conversations = z.array(sampleSchema).parse(JSON.parse(json)).map((sample, index): Conversation => {
    const turns = turnsOf(sample.conversation)
    const ids = new Set(turns.map((turn) => turn.id))
    const questions = sample.qa.flatMap((one): Question[] => {
      const evidence = [...new Set((one.evidence ?? []).flatMap(parseEvidence))].filter((id) => ids.has(id))
      if (evidence.length === 0) withoutEvidence++
      return evidence.length === 0 ? [] : [{ text: one.question, kind: `category ${one.category ?? "?"}`, evidence }]
    })
    const { speaker_a, speaker_b } = sample.conversation
    return { name: sample.sample_id ?? `sample-${index}`, language: "en", speakers: [speaker_a, speaker_b], colon: ": ",
      turns, questions, now: (turns.at(-1)?.at ?? 0) + 24 * 3600 }
  })
  return { conversations, withoutEvidence }
}
