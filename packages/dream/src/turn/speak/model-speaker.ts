/** Words what a character means with a language model. */
import type { CallOptions, LanguageModel, Prompt } from "@daydream/engine/model"
import type { Language } from "@daydream/engine/language"
import { createRandom } from "@daydream/engine/random"
import type { SayContext, SayNote, SayPort } from "../port.ts"
import { sentencesOf } from "./sentences.ts"

/** How a speaker is set. */
export interface ModelSpeakerOptions {
  /** Tokens of one answer; default 80. */
  readonly maxOutputTokens?: number
  /** Of another attempt after one that was refused; the first is always at 0. Default 0.5. */
  readonly retryTemperature?: number
}

const instructions: Readonly<Record<Language, (name: string) => string>> = {
  en: (name) => `You write what ${name} says in a story. When you read [say: …], write the meaning in ${name}'s own words: one or two short sentences, first person, nothing added and nothing left out. Write only what ${name} says.`,
  zh: (name) => `你替故事里的${name}写台词。看到【说：……】时，用${name}自己的口吻把意思说出来：一两句短话，第一人称，不添加也不遗漏意思。只写${name}说的话。`,
}

const talks: Readonly<Record<Language, (heard: string, name: string) => string>> = {
  en: (heard, name) => `Someone says to ${name}: "${heard}"\n[say: a short, everyday reply; no new facts, no names, no promises]`,
  zh: (heard, name) => `有人对${name}说：“${heard}”\n【说：简短地闲聊一句，不说新的事实，不提新的人名，不作承诺】`,
}

const notes: Readonly<Record<Language, (note: string) => string>> = { en: (note) => `[say: ${note}]`, zh: (note) => `【说：${note}】` }

/** Marks of the format, which mean nothing inside what others said. */
const plain = (text: string) => text.replaceAll(/<\|[^|]{0,40}\|>|[【】[\]{}<>]/gu, "").replaceAll(/\s+/gu, " ").trim()

/**
 * The prompt. What stays equal from turn to turn comes first: the system message and the examples of the voice, as turns of
 * their own. A note is worded without what is so now, which only leads a small model away from it.
 */
export function speakPrompt({ language, prefix, voice = [], suffix, speaker }: SayContext, note: SayNote): Prompt {
  const text = note.kind === "note"
    ? notes[language](plain(note.note))
    : [suffix, talks[language](plain(note.hears), speaker.name)].filter((part) => part !== "").join("\n")
  return [
    { role: "system", content: `${instructions[language](speaker.name)}\n${prefix}` },
    ...voice.flatMap((one): Prompt => [
      { role: "user", content: [{ type: "text", text: notes[language](plain(one.note)) }] },
      { role: "assistant", content: [{ type: "text", text: one.line }] },
    ]),
    { role: "user", content: [{ type: "text", text }] },
  ]
}

async function* textOf(stream: ReadableStream<{ readonly type: string }>): AsyncGenerator<string, void, void> {
  const reader = stream.getReader()
  let isDone = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (value.type === "text-delta") yield (value as unknown as { delta: string }).delta
      if (value.type === "error") throw (value as unknown as { error: unknown }).error
    }
    isDone = true
  } finally {
    // Whoever has heard enough stops the model.
    if (!isDone) await reader.cancel().catch(() => undefined)
  }
}

/** Without the speaker's name, stage directions and quotation marks around it. */
function spoken(sentence: string, name: string): string {
  const bare = sentence.replaceAll(/[（(][^（）()]{0,40}[）)]|\*[^*]{0,80}\*|[【[][^【】[\]]{0,80}[】\]]/gu, "").trim()
  const said = bare.startsWith(name) && /^\s*(?:[:：]|说[:：，])/u.test(bare.slice(name.length)) ? bare.slice(name.length).replace(/^\s*(?:[:：]|说[:：，])\s*/u, "") : bare
  return said.replaceAll(/^["“「『]+|["”」』]+$/gu, "").trim()
}

/**
 * A speaker over `model`: the author's note, or small talk, in the character's voice, at temperature 0 so that no meaning
 * changes; after a refusal another draw. Sentences come as soon as each is whole.
 */
export function createModelSpeaker(model: LanguageModel, options: ModelSpeakerOptions = {}): SayPort {
  const { maxOutputTokens = 80, retryTemperature = 0.5 } = options
  return {
    async *say(context, note, { abortSignal } = {}) {
      const { attempt, turn, speaker } = context
      const prompt = speakPrompt(context, note)
      const call: CallOptions = {
        prompt, maxOutputTokens, temperature: attempt === 0 ? 0 : retryTemperature,
        seed: createRandom("say", turn, speaker.id, attempt).integer(2 ** 31),
        // All but the last message lasts: a model that can keep what it has read keeps it.
        providerOptions: { daydream: { prefix: prompt.length - 1 } },
        ...(abortSignal === undefined ? {} : { abortSignal }),
      }
      const { stream } = await model.doStream(call)
      for await (const sentence of sentencesOf(textOf(stream))) {
        const said = spoken(sentence, speaker.name)
        if (said !== "") yield said
      }
    },
  }
}
