/** What may stand in a slot. Whatever a model gives passes here first; nothing else is trusted. */
import type { Language } from "@daydream/engine/language"
import type { ContentKind } from "../bundle/index.ts"
import { findSelfClaims } from "../world/index.ts"
import type { Slot } from "./skeleton.ts"
import { isUnwanted } from "./unwanted.ts"

/** Why a value is not taken; a word for the report. */
export type ValueFault =
  | "empty" | "too_short" | "too_long" | "language" | "signs" | "ending" | "name_form" | "taken" | "gives_away" | "misses" | "nature" | "meta" | "repeats" | "copied" | "unwanted" | "cliche" | "echoes"

// Signs that mean something to ink, to YAML's quotes or to templates; and what no text of a story holds.
const forbidden = /[{}[\]|#~*<>\\`_=^@$%&/+"\p{Cc}]|->|\/\//u
// What a model says where it has nothing to say.
const cliches = /心中|内心|充满|神秘|仿佛在诉说|诉说着|陷入沉思|无尽的|\b(?:filled with|full of (?:mystery|wonder|hope|sadness|regret)|sense of|mysterious\w*|testament|heart(?:s)? (?:is|was|are|were)? ?(?:heavy|full)|whisper(?:s|ing)? (?:of )?secrets?|tapestry)\b/iu
// What an assistant says to whom it serves.
const service = /我能帮您|有什么可以帮|需要(?:什么|任何)?帮助|为您服务|很高兴为|\b(?:can(?:no|')?t? (?:I )?help you|how (?:can|may) I (?:help|assist)|assist(?:ance)?|i'm sorry, but|i am sorry, but|thrilled|let me know|here to help)\b/iu
// What somebody is, in place of a name.
const roles = /(?:者|客人|来客|老板|老板娘|掌柜|主人|店主|店员|看守|旅人|陌生人|顾客)$|^(?:the|a|an) |^(?:Keeper|Visitor|Stranger|Guest|Owner|Witness|Holder|Somebody)$/iu
// Talk about the story instead of the story; names that stand for no name.
const meta = /画面|屏幕|视频|镜头|故事|结局|玩家|读者|剧情|\b(?:the (?:scene|screen|story|player|reader|camera)|in this scene)\b/iu
const placeholders = /^(?:张三|李四|王五|赵六|小明|小红|小李|李明|王明|李华|某人|小东西|小物件|某物|John Doe|Jane Doe|Someone|Alice|Bob)$/iu
// No name holds these.
const grammarWords = /[的了才在是就把被着我你他她它们很不有和]/u
const han = /\p{Script=Han}/gu

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

function isLanguage(text: string, language: Language): boolean {
  if (language === "en") return count(text, han) === 0 && /[A-Za-z]/u.test(text) && !/[，。！？；：]/u.test(text)
  return count(text, han) > 0 && !/[A-Za-z]/u.test(text) && !/[,.!?;:]/u.test(text)
}

const isName = (text: string, { kind }: Slot, language: Language): boolean => {
  if (placeholders.test(text) || (kind === "person" && roles.test(text))) return false
  if (language === "zh") return !grammarWords.test(text) && (kind === "person" ? /^\p{Script=Han}{2,4}$/u : /^\p{Script=Han}{2,10}$/u).test(text)
  const words = text.split(" ")
  const form = kind === "person" ? /^[A-Z][a-z'’-]+$/u : /^[A-Za-z][A-Za-z'’-]*$/u
  return words.length <= (kind === "person" ? 2 : 5) && words.every((word) => form.test(word))
}

const pairs = ["“”", "‘’", "（）", "《》"] as const

/** Every opening sign is closed, in order, and nothing is in brackets: what stands there is an aside of the model's. */
const isWhole = (text: string): boolean =>
  !/[（）()]/u.test(text) &&
  pairs.every(([open = "", close = ""]) => text.split(open).length === text.split(close).length && text.indexOf(open) <= text.indexOf(close)) &&
  !/[，。！？；：,;:]{2,}|^[，。！？；：,.!?;:]/u.test(text.replaceAll("……", ""))

const pairsOf = (text: string): Set<string> => {
  const letters = Array.from(text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " "))
  return new Set(letters.slice(1).map((letter, index) => `${letters[index] ?? ""}${letter}`))
}

/** Most of one text's pairs of letters are the other's, too: the same sentence with a word changed. */
function isLike(a: string, b: string): boolean {
  const [first, second] = [pairsOf(a), pairsOf(b)]
  const shared = [...first].filter((pair) => second.has(pair)).length
  return shared >= 0.7 * Math.max(first.size, second.size)
}

/** A longer piece of the question stands in the answer. */
function echoes(text: string, ask: string, language: Language): boolean {
  const length = language === "zh" ? 8 : 24
  const question = ask.toLowerCase()
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, index) => text.toLowerCase().slice(index, index + length)).some((piece) => question.includes(piece))
}

/** One piece of four or more signs three times over: a model that turns in circles. */
const turnsInCircles = (text: string): boolean => /(.{4,})\1\1/su.test(text)

/** Brings punctuation and blanks into the form of the language, where that is beyond doubt. */
export function tidy(value: string, slot: Pick<Slot, "kind">, language: Language): string {
  let text = value.normalize("NFC").replaceAll(/\s+/gu, " ").trim()
  // Quotes around the whole are the model's, not the story's.
  text = text.replace(/^(["'“”‘’「」『』])(.*)["'“”‘’「」『』]$/su, "$2").trim()
  if (language === "zh") {
    const wide: Readonly<Record<string, string>> = { ",": "，", "!": "！", "?": "？", ";": "；", ":": "：", ".": "。" }
    text = text.replaceAll(/\.{3,}|…+/gu, "……").replaceAll(/[,.!?;:]/gu, (sign) => wide[sign] ?? sign).replaceAll(/(?<=[\p{Script=Han}，。！？；：])\s+|\s+(?=[\p{Script=Han}，。！？；：])/gu, "")
    text = text.replaceAll(/["“”「」『』]([^"“”「」『』]*)["“”「」『』]/gu, "“$1”")
  } else text = text.replaceAll(/["“”]([^"“”]*)["“”]/gu, "“$1”").replaceAll("...", "…")
  // The word after which they go on stands before the blank already.
  if (slot.kind === "words") text = text.replace(language === "zh" ? /^(?:是因为|因为|由于|一直在?|今天)(?=\p{Script=Han})/u : /^(?:because|today|I have|have)\s+/iu, "")
  // Whoever has no name of its own has the article in the middle of a sentence.
  if (slot.kind === "name" && language === "en") text = text.replace(/^(?:an?|the)\s+/iu, "the ").replace(/^(?!the )(?=[a-z])/u, "the ")
  if (slot.kind === "sentence" || slot.kind === "line") text = text.slice(0, 1).toUpperCase() + text.slice(1)
  if (slot.kind === "person" || slot.kind === "name" || slot.kind === "words") return text.replace(/[。.!！？?，,；;：:…]+$/u, "")
  return /[。！？.!?…”]$/u.test(text) ? text : `${text}${language === "zh" ? "。" : "."}`
}

export interface ValueContext {
  readonly language: Language
  /** What is filled already, by slot. */
  readonly values: Readonly<Record<string, string>>
  readonly wish: string
  /** Contents that the reader does not want. */
  readonly without?: readonly ContentKind[]
}

/** Why `text` (tidied) may not stand in the slot; null where it may. */
export function faultOf(text: string, slot: Slot, { language, values, without = [] }: ValueContext): ValueFault | null {
  const length = Array.from(text).length
  if (text === "") return "empty"
  if (length < (slot.least ?? 1)) return "too_short"
  if (length > slot.most) return "too_long"
  if (forbidden.test(text) || !text.isWellFormed()) return "signs"
  if (!isLanguage(text, language)) return "language"
  if (findSelfClaims(text).length > 0) return "nature"
  if (meta.test(text)) return "meta"
  if (!isWhole(text)) return "signs"
  if (turnsInCircles(text)) return "repeats"
  if (isUnwanted(text, without, language)) return "unwanted"
  const isNameLike = slot.kind === "person" || slot.kind === "name"
  if (isNameLike && !isName(text, slot, language)) return "name_form"
  if (isNameLike && Object.values(values).some((other) => other === text)) return "taken"
  if ((slot.kind === "sentence" || slot.kind === "line") && !/[。！？.!?…”]$/u.test(text)) return "ending"
  if ((slot.kind === "sentence" || slot.kind === "line") && Object.values(values).some((other) => isLike(text, other))) return "copied"
  if (slot.kind !== "person" && (cliches.test(text) || service.test(text))) return "cliche"
  if (echoes(text, slot.ask, language)) return "echoes"
  const folded = text.toLowerCase()
  if (slot.holds?.some((word) => folded.includes(word)) === false) return "misses"
  if (slot.without?.some((name) => folded.includes((values[name] ?? "\uffff").toLowerCase())) === true) return "gives_away"
  if (slot.with?.some((name) => !folded.includes((values[name] ?? "").toLowerCase())) === true) return "misses"
  return null
}
