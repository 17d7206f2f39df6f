/** What a speaker may know, as text: made of what it perceives, remembers and was told. Nothing else reaches a model. */
import { createRandom } from "@daydream/engine/random"
import type { Language } from "@daydream/engine/language"
import type { CastMember } from "../../bundle/index.ts"
import { activate, expandMacros } from "../../lore/index.ts"
import type { LoreMessage, LoreState, PlacedLore } from "../../lore/index.ts"
import type { Recalled } from "../../memory/index.ts"
import { perceive } from "../../perception/index.ts"
import { entriesOf, knowledgeOf, readMeanings } from "../../world/index.ts"
import type { Texts, World } from "../../world/index.ts"
import type { TurnDraft } from "../draft.ts"
import { textIn } from "../options.ts"
import { nameOf } from "../say-line.ts"

/**
 * True where `text` may stand in the prompt of `holder`: it has no sentence, phrasing or word of a guarded value that the
 * holder never held for true.
 */
export function isFitFor({ definition, state }: World, holder: string, text: string): boolean {
  return readMeanings(definition, text).every(({ meaning }) => {
    if (meaning.kind !== "claim" && meaning.kind !== "word") return true
    const fact = definition.facts.get(meaning.fact)
    return fact === undefined || fact.guard === null
      || knowledgeOf(definition, state, holder, meaning.fact).some(({ value }) => value === meaning.value)
  })
}

const sentence = /[^。！？!?\n]+[。！？!?\n]*|[。！？!?\n]+/gu

/** `text` without the sentences that do not fit; nothing where two together give something away. */
function fitting(world: World, holder: string, text: string): string {
  if (isFitFor(world, holder, text)) return text
  const kept = (text.match(sentence) ?? []).filter((one) => isFitFor(world, holder, one)).join("")
  return isFitFor(world, holder, kept) ? kept : ""
}

/** One line, without invisible characters and control marks of chat formats. Invisible ones part no words: they are dropped first. */
const plain = (text: string) => text.replaceAll(/\p{Cf}+/gu, "").replaceAll(/<\|[^|]{0,40}\|>|[【】[\]{}<>]/gu, "").replaceAll(/\s+/gu, " ").trim()

/** What is said to the holder, oldest first. */
function messagesOf({ world, player }: TurnDraft, holder: string, language: Language): LoreMessage[] {
  const nameIn = (id: string) => textIn(world.definition.entities.get(id)?.names ?? {}, language)
  return entriesOf(world).flatMap(({ events, witnesses }) => events.flatMap((event, at): LoreMessage[] =>
    (event.kind !== "said" || event.text === "" || witnesses[at]?.includes(holder) !== true ? [] : [{
      role: event.speaker === holder ? "assistant" : event.speaker === player ? "user" : "system", name: nameIn(event.speaker), text: event.text,
    }])))
}

const ownKeys = (state: LoreState, holder: string): LoreState => ({
  entries: Object.fromEntries(Object.entries(state.entries).flatMap(([key, entry]) => (key.startsWith(`${holder}|`) ? [[key.slice(holder.length + 1), entry]] : []))),
})

function mergeKeys(state: LoreState, holder: string, own: LoreState): LoreState {
  const others = Object.entries(state.entries).filter(([key]) => !key.startsWith(`${holder}|`))
  return { entries: Object.fromEntries([...others, ...Object.entries(own.entries).map(([key, entry]) => [`${holder}|${key}`, entry] as const)]) }
}

const headings = {
  here: { en: "Place: {text}.", zh: "地点：{text}。" },
  present: { en: "Here too: {text}.", zh: "在场：{text}。" },
  feels: { en: "{who} feels {text}.", zh: "{who}现在的心情：{text}。" },
  knows: { en: "{who} knows: {text}", zh: "{who}知道：{text}" },
  recalls: { en: "{who} remembers: {text}", zh: "{who}记得：{text}" },
} as const
const line = (draft: TurnDraft, key: keyof typeof headings, text: string, who = "") =>
  headings[key][draft.language].replace("{who}", () => who).replace("{text}", () => text)

/** Feelings as authors name them, in words; another one is left out in Chinese. */
const feelings: Readonly<Record<string, string>> = {
  calm: "平静", afraid: "害怕", angry: "生气", sad: "难过", happy: "高兴", glad: "高兴", joyful: "开心", tired: "疲惫", worried: "担心", anxious: "焦虑",
  ashamed: "羞愧", guilty: "愧疚", curious: "好奇", surprised: "惊讶", hopeful: "怀着希望", lonely: "孤独", tender: "温柔", proud: "得意", bitter: "苦涩",
  suspicious: "起疑", relieved: "松了一口气", nervous: "紧张", grateful: "感激", moved: "感动", cold: "冷淡", warm: "亲切", hurt: "受伤", confused: "困惑",
}

/** Facts that are told to the model, the newest first. */
const mostFacts = 4
const mostRecent = 4

/** The parts of a prompt, and what they were made of. */
export interface Briefing {
  readonly prefix: string
  readonly voice: readonly { readonly note: string; readonly line: string }[]
  readonly suffix: string
  readonly facts: readonly string[]
  readonly memories: readonly string[]
  readonly lore: readonly string[]
  readonly loreState: LoreState | null
}

const mostExamples = 6

function voiceOf(draft: TurnDraft, member: CastMember, fits: (text: string) => boolean): Briefing["voice"] {
  return (member.voice[draft.language] ?? []).filter(({ note, line }) => fits(`${note}\n${line}`)).slice(0, mostExamples).map(({ note, line }) => ({ note, line }))
}

const contents = (placed: readonly PlacedLore[]) => placed.map(({ content }) => content)

/**
 * What `member` may know now. No fact that is guarded stands in it: a model never words those freely. `recalled` and lore
 * pass only where they give away nothing that the speaker does not know.
 */
export function brief(draft: TurnDraft, member: CastMember, recalled: readonly Recalled[], hears: string | null): Briefing {
  const { world, language, before, dream } = draft
  const holder = member.character
  const who = nameOf(draft, holder)
  const macros = { char: who, user: nameOf(draft, draft.player) }
  const fit = (text: string) => fitting(world, holder, text)
  const fits = (text: string) => isFitFor(world, holder, text)
  const perception = perceive(world, holder, { events: 60 })
  const messages = messagesOf(draft, holder, language)
  const loreBefore = draft.lore ?? before.lore
  const activation = dream.lore.length === 0 ? null : activate(
    dream.lore, messages, ownKeys(loreBefore, holder), createRandom("lore", before.seed, draft.index, holder), macros)
  const loreFits = (placed: readonly PlacedLore[] | undefined) => (placed ?? []).filter(({ content }) => fits(content))
  const constant = loreFits(Object.values(activation?.layout.prefix ?? {}).flat())
  const near = loreFits(activation?.layout.conversation)
  const nameIn = (texts: Texts) => textIn(texts, language)
  const persona = fit(expandMacros(textIn(member.persona, language), macros))
  const prefix = [persona, ...contents(constant)].filter((part) => part !== "").join("\n")
  const facts = (perception?.facts ?? []).filter(({ isSecret, until, certainty, says }) =>
    !isSecret && until === null && certainty !== "rumour" && nameIn(says) !== "").toSorted((a, b) => b.since - a.since || (a.fact < b.fact ? -1 : 1)).slice(0, mostFacts)
  const felt = perception?.holder.feeling ?? ""
  const feeling = language === "zh" ? (feelings[felt] ?? "") : felt
  const memories = recalled.filter(({ memory }) => memory.text !== "" && fits(memory.text))
  // What is answered now is asked beside the briefing.
  const earlier = hears !== null && messages.at(-1)?.text === hears ? messages.slice(0, -1) : messages
  const recent = earlier.slice(-mostRecent).map(({ name, text }) => `${name}: ${plain(text)}`).filter(fits)
  const parts = [
    perception?.place === null || perception === null ? "" : line(draft, "here", nameIn(perception.place.names)),
    (perception?.characters.length ?? 0) === 0 ? "" : line(draft, "present", (perception?.characters ?? []).map(({ names }) => nameIn(names)).join(language === "zh" ? "、" : ", ")),
    feeling === "" ? "" : line(draft, "feels", feeling, who),
    facts.length === 0 ? "" : line(draft, "knows", facts.map(({ says }) => nameIn(says)).join(language === "zh" ? "" : " "), who),
    ...memories.map(({ memory }) => line(draft, "recalls", plain(memory.text), who)),
    ...contents(near),
    ...recent,
  ]
  const joined = parts.filter((part) => part !== "").join("\n")
  return {
    // Parts that fit one by one may give something away together.
    prefix, voice: voiceOf(draft, member, fits), suffix: fits(joined) ? joined : "",
    facts: facts.map(({ fact }) => fact), memories: recalled.map(({ memory }) => memory.id),
    lore: [...constant, ...near].map(({ book, entry }) => `${book}/${entry}`),
    loreState: activation === null ? null : mergeKeys(loreBefore, holder, activation.state),
  }
}
