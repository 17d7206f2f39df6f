/** A character says what a model worded: each sentence is checked before anybody hears it. */
import type { CastMember } from "../../bundle/index.ts"
import type { Origin } from "@daydream/engine/origin"
import { languageOf } from "../../story/index.ts"
import { checkSpeech, detectClaims, freeAt, readMeanings } from "../../world/index.ts"
import type { Finding } from "../../world/index.ts"
import type { TurnDraft } from "../draft.ts"
import type { RefusedText, TurnOutput } from "../model.ts"
import type { SayNote } from "../port.ts"
import type { RecordedPorts } from "../recording.ts"
import { nameOf } from "../say-line.ts"
import { brief } from "./prompt.ts"

/** Answers that are asked for until one can be said. */
const mostAttempts = 3
const mostSentences = { note: 4, talk: 2 } as const
const longestSentence = 300
const mostMemories = 3

type Judgement = Pick<RefusedText, "findings" | "reason">

/** What is wrong with `sentence` after `before`; null: it may be said. */
export function judge(draft: TurnDraft, member: CastMember, sentence: string, before: readonly string[], note: SayNote): Judgement | null {
  const { world, language } = draft
  const speaker = member.character
  if (sentence.length > longestSentence) return { findings: [], reason: "too_long" }
  const written = languageOf(sentence)
  if (written !== null && written !== language) return { findings: [], reason: "language" }
  if (before.includes(sentence) || (note.hears !== null && letters(sentence) === letters(note.hears))) return { findings: [], reason: "repeated" }
  // A secret may be parted over two sentences: they are read together too, with and without a space.
  const whole = [sentence, [...before, sentence].join(""), [...before, sentence].join(" ")]
  const given = note.kind === "note" ? note.note : note.hears
  const isGiven = ({ text, certainty }: Finding) => certainty === "guess" && given.includes(text)
  const findings = whole.flatMap((text) => checkSpeech(world, speaker, text, language)).filter((finding) => !isGiven(finding))
  if (findings.length > 0) return { findings: distinct(findings) }
  // Guarded facts are never worded freely, even where the speaker may tell them: only as far as the note itself says them.
  const allowed = note.kind === "note" ? detectClaims(world.definition, note.note) : []
  const isFree = whole.some((text) => readMeanings(world.definition, text).some(({ meaning }) =>
    (meaning.kind === "claim" || meaning.kind === "word") && world.definition.facts.get(meaning.fact)?.guard !== null
    && !allowed.some(({ fact, value }) => fact === meaning.fact && value === meaning.value)))
  return isFree ? { findings: [], reason: "guarded" } : null
}

/** What is left of a text without marks and spaces: a small model likes to give back what it heard. */
const letters = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "")

const distinct = (findings: readonly Finding[]): Finding[] => {
  const seen = new Set<string>()
  return findings.filter(({ kind, text }) => !seen.has(`${kind} ${text}`) && seen.add(`${kind} ${text}`))
}

/** What came of asking a model: `unasked` where there is none, or the character cannot speak now. */
export type Spoken = "said" | "refused" | "unasked"

/**
 * Lets `member` say `note` in a model's words. What is refused is asked for again, up to
 * three times, as long as nothing has been said; then what was said stands.
 */
export async function* speak(
  draft: TurnDraft, ports: RecordedPorts, member: CastMember, note: SayNote, options: { readonly abortSignal?: AbortSignal; readonly attempt?: number },
): AsyncGenerator<TurnOutput, Spoken, void> {
  const { say, recall } = ports
  const { abortSignal, attempt: before = 0 } = options
  const speaker = member.character
  const { world, language } = draft
  const canSpeak = freeAt(world, speaker) <= world.state.time && (world.state.positions[speaker] ?? null) !== null
  if (say === undefined || !canSpeak) return "unasked"
  const port = abortSignal === undefined ? {} : { abortSignal }
  const heard = note.hears ?? (note.kind === "note" ? note.note : "")
  const recalled = await recall?.(speaker, {
    text: heard, now: world.state.time, limit: mostMemories, present: [draft.player],
  }, port) ?? []
  const briefing = brief(draft, member, recalled, note.hears)
  draft.lore = briefing.loreState ?? draft.lore
  draft.trace.push({ step: "perceive", holder: speaker, facts: briefing.facts, memories: briefing.memories, lore: briefing.lore })
  const origin: Origin = note.kind === "note" ? "reworded" : "generated"
  const said: string[] = []
  for (let attempt = 0; attempt < mostAttempts && said.length === 0; attempt++) {
    const context = {
      language, speaker: { id: speaker, name: nameOf(draft, speaker) }, prefix: briefing.prefix, voice: briefing.voice, suffix: briefing.suffix,
      turn: `${draft.before.seed}/${draft.index}`, attempt: before + attempt,
    }
    for await (const raw of say(context, note, port)) {
      abortSignal?.throwIfAborted()
      const sentence = raw.toWellFormed().replaceAll(/\p{Cf}+/gu, "").replaceAll(/[\p{Cc}\s]+/gu, " ").trim()
      if (sentence === "") continue
      const wrong = judge(draft, member, sentence, said, note)
      const refusal = wrong === null ? draft.act(speaker, {
        move: "say", arguments: {}, speech: { text: sentence, language, origin, to: [draft.player] },
      }) : null
      if (wrong !== null || refusal !== null) {
        const findings = wrong?.findings ?? refusal?.findings ?? []
        const reason = wrong?.reason === undefined ? {} : { reason: wrong.reason }
        draft.trace.push({ step: "refused", refused: { speaker, text: sentence, findings, attempt, ...reason } })
        break
      }
      said.push(sentence)
      yield* draft.fresh()
      if (said.length >= mostSentences[note.kind]) break
    }
  }
  if (said.length === 0) return "refused"
  draft.trace.push({ step: "say", speaker, note: note.kind === "note" ? note.note : "", sentences: said, origin })
  return "said"
}
