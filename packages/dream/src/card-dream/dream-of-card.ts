/** The files of a dream from a card. What the card's author wrote stays that author's text. */
import type { Language } from "@daydream/engine/language"
import { stringify } from "yaml"
import type { DreamFile } from "../bundle/index.ts"
import { lorebookOfCard, voiceExamples } from "../card/index.ts"
import type { Card, CardFile } from "../card/index.ts"
import { expandMacros } from "../lore/index.ts"
import { greetingInk } from "./ink-text.ts"

export interface CardDreamOptions {
  /** Of the dream: small letters, digits and `-`. */
  readonly id: string
  /** Of the card's texts; by default the one whose script they have most of. */
  readonly language?: Language
  /** What the player is called. */
  readonly user?: string
}

const words = {
  en: {
    user: "you", here: "here", rating: /nsfw|adult|18\+|erotic/iu, unclear: ["Nobody answers.", "There is a pause.", "Nothing happens."],
    lines: ["Hm.", "Say that again?", "I am not sure what you mean."], off: ["That means nothing to me.", "I have never heard of such a thing.", "I do not know about that."],
    summary: (name: string) => `A talk with ${name}.`,
  },
  zh: {
    user: "你", here: "此处", rating: /nsfw|成人|18\+|限制级/iu, unclear: ["没有人接话。", "安静了一会儿。", "什么也没有发生。"],
    lines: ["嗯。", "你再说一遍？", "我不太明白你的意思。"], off: ["我听不懂这个。", "我从没听说过这种事。", "这个我不知道。"],
    summary: (name: string) => `和${name}聊一聊。`,
  },
} as const

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

/** More Han signs than Latin words. */
const languageOfCard = ({ description, greeting, personality }: Card): Language => {
  const text = `${description}\n${greeting}\n${personality}`
  return count(text, /\p{Script=Han}/gu) > count(text, /[A-Za-z]+/gu) ? "zh" : "en"
}

const mostNames = 200

/** Words that look like names: the character may say them, although nothing in the world bears them. */
function namesIn(texts: readonly string[], language: Language): string[] {
  if (language === "zh") return []
  const found = texts.flatMap((text) => text.match(/\b[A-Z][\p{L}'’-]{1,30}(?: [A-Z][\p{L}'’-]{1,30}){0,2}/gu) ?? [])
  const times = new Map<string, number>()
  for (const name of found) times.set(name, (times.get(name) ?? 0) + 1)
  return [...times].toSorted((a, b) => b[1] - a[1]).slice(0, mostNames).map(([name]) => name)
}

/** One paragraph: what a prompt takes. */
const flat = (text: string, most: number) => text.replaceAll(/\s+/gu, " ").trim().slice(0, most)

function voiceOf(card: Card, user: string) {
  const pairs = voiceExamples(card, { user }).flatMap((example) => example.flatMap((turn, index) => {
    const before = example[index - 1]
    return turn.who === "character" ? [{ note: flat(before?.text ?? card.name, 400), line: flat(turn.text, 800) }] : []
  }))
  return pairs.filter(({ note, line }) => note !== "" && line !== "").slice(0, 12)
}

/** The files of a dream in which the player talks with the card's character. Needs a model that can talk freely. */
export function dreamOfCard(file: CardFile, options: CardDreamOptions): DreamFile[] {
  const { card } = file
  const language = options.language ?? languageOfCard(card)
  const text = words[language]
  const user = options.user ?? text.user
  const name = flat(card.nickname ?? card.name, 60) || "Character"
  const expanded = (value: string) => expandMacros(value, { char: name, user })
  const persona = flat([card.description, card.personality, card.scenario].map(expanded).filter((part) => part !== "").join(" "), 4000)
  const isAdult = card.tags.some((tag) => text.rating.test(tag))
  const book = lorebookOfCard(file.document)
  const yaml = (path: string, value: unknown) => ({ path, bytes: new TextEncoder().encode(stringify(value, { lineWidth: 0 })) })
  const voice = voiceOf(card, user)
  const files: DreamFile[] = [
    yaml("dream.yaml", {
      format: 1, id: options.id, names: name, summary: text.summary(name), author: flat(card.creator, 200), languages: [language],
      rating: isAdult ? "adult" : "teen", players: ["you"], freedom: "talk", unclear: text.unclear,
    }),
    yaml("world.yaml", {
      format: 1, id: "card", names: name, languages: [language], starts: "day 1 12:00", builtins: ["say", "wait"],
      vocabulary: { [language]: namesIn([persona, expanded(card.greeting), expanded(card.exampleDialogue), ...(card.lorebook?.entries ?? []).map(({ content }) => content)], language) },
      places: { room: { names: text.here } },
      characters: { you: { names: user === "you" ? "the visitor" : user === "你" ? "来客" : user, player: true, at: "room" }, character: { names: name, at: "room" } },
    }),
    yaml("characters/character.yaml", {
      character: "character", freedom: "talk", persona: persona === "" ? name : persona, ...(voice.length === 0 ? {} : { voice }),
      unclear: text.lines, off_world: text.off, nature: text.lines.slice(0, 1),
    }),
    { path: "story.ink", bytes: new TextEncoder().encode(`-> greeting\n\n=== greeting\n# checkpoint: greeting\n${opening(expanded(card.greeting), name)}\n-> END\n`) },
  ]
  return book === undefined ? files : [...files, { path: "lore/card.json", bytes: new TextEncoder().encode(book) }]
}

/** The greeting, after which the story rests for good: what follows is talk. */
function opening(greeting: string, name: string): string {
  const lines = greetingInk(greeting, "character")
  const last = lines.length === 0 ? `${name.replaceAll(/[\\{}|#~*+=<>[\]/-]/gu, "")} … # speaker: character` : lines.at(-1) ?? ""
  return [...lines.slice(0, -1), `${last} # rest`].join("\n")
}
