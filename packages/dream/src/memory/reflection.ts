/**
 * Thoughts about memories, written in the background by whoever stands behind the port; never while a turn waits.
 * What comes back is kept only where it rests on memories that were given.
 */
import type { CallOptions, LanguageModel } from "@daydream/engine/model"
import { z } from "zod"
import type { Memory, ReflectionEvent } from "./event.ts"
import type { HolderMemoryView } from "./holder-memory.ts"

/** A thought, and the ids of the memories that it is about. */
export interface Thought {
  readonly text: string
  readonly basis: readonly string[]
}

/** Thinks about memories, oldest first. */
export interface Reflector {
  reflect(memories: readonly Memory[], options: { readonly holder: string; readonly abortSignal?: AbortSignal }): Promise<readonly Thought[]>
}

export interface ReflectionOptions {
  readonly now: number
  readonly journalIndex: number
  /** Ids of the new memories. */
  readonly idOf: (index: number) => string
  /** Importance that must have gathered since the last reflection; by default 5. */
  readonly threshold?: number
  /** Most memories to think about, the newest ones; by default 30. */
  readonly limit?: number
  readonly abortSignal?: AbortSignal
}

/** What happened since the last reflection, oldest first; empty while it does not weigh enough. */
export function dueForReflection(memory: HolderMemoryView, { threshold = 5, limit = 30 }: Pick<ReflectionOptions, "threshold" | "limit">): Memory[] {
  const all = memory.list()
  const last = all.findLastIndex((one) => one.type === "reflection")
  const since = all.slice(last + 1)
  const weight = since.reduce((sum, one) => sum + one.importance, 0)
  return weight >= threshold ? since.slice(-limit) : []
}

/**
 * Reflections to append, as important as the weightiest of their basis. Append may still leave one out: something that it
 * rests on may have been forgotten meanwhile.
 */
export async function reflect(memory: HolderMemoryView, reflector: Reflector, options: ReflectionOptions): Promise<ReflectionEvent[]> {
  const due = dueForReflection(memory, options)
  if (due.length === 0) return []
  const { holder } = memory
  const { now, journalIndex, idOf, abortSignal } = options
  const thoughts = await reflector.reflect(due, { holder, ...(abortSignal === undefined ? {} : { abortSignal }) })
  const importances = new Map(due.map((one) => [one.id, one.importance]))
  return thoughts
    .map((thought) => ({ text: thought.text.trim(), basis: [...new Set(thought.basis)].filter((id) => importances.has(id)) }))
    .filter(({ text, basis }) => text !== "" && basis.length > 0)
    .map(({ text, basis }, index) => ({
      type: "reflection", id: idOf(index), at: now, journalIndex, text, basis, source: "seen",
      importance: Math.max(...basis.map((id) => importances.get(id) ?? 0)),
    }))
}

const answerSchema = z.object({
  thoughts: z.array(z.object({ text: z.string().max(300), memories: z.array(z.int()).max(10) })).max(3),
})

const instructions = {
  en: (holder: string) => `You write down what ${holder} concludes from memories. Give at most three short sentences in the first person, each with the `
    + "numbers of the memories that it follows from. Say nothing that they do not say. Answer in JSON.",
  zh: (holder: string) => `请写下${holder}从这些记忆中得出的想法：最多三句第一人称短句，每句注明所依据的记忆编号。`
    + "不要写记忆里没有的内容。以 JSON 回答。",
}

type AnswerFormat = Extract<CallOptions["responseFormat"], { type: "json" }>

/** Reflections by a language model; an answer that is not what was asked for gives none. Their origin is "generated". */
export function createModelReflector(model: LanguageModel, language: keyof typeof instructions): Reflector {
  return {
    reflect: async (memories, { holder, abortSignal }) => {
      const { content } = await model.doGenerate({
        prompt: [
          { role: "system", content: instructions[language](holder) },
          { role: "user", content: [{ type: "text", text: memories.map((memory, index) => `${index + 1}. ${memory.text}`).join("\n") }] },
        ],
        responseFormat: { type: "json", schema: z.toJSONSchema(answerSchema) as NonNullable<AnswerFormat["schema"]> },
        temperature: 0, maxOutputTokens: 400, ...(abortSignal === undefined ? {} : { abortSignal }),
      })
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("")
      return parseAnswer(text).map((thought) => ({ text: thought.text, basis: thought.memories.flatMap((number) => memories[number - 1]?.id ?? []) }))
    },
  }
}

function parseAnswer(text: string): z.infer<typeof answerSchema>["thoughts"] {
  try {
    return answerSchema.parse(JSON.parse(text)).thoughts
  } catch {
    return []
  }
}
