/** Examples of how a character speaks, from the sample dialogue of its card. */
import { expandMacros } from "../lore/index.ts"
import type { Card } from "./model.ts"

export interface VoiceTurn {
  readonly who: "character" | "user" | "other"
  /** Of whom it is, where `other`. */
  readonly name?: string
  readonly text: string
}

/** One conversation of the sample dialogue: what stands between two `<START>`. */
export type VoiceExample = readonly VoiceTurn[]

export interface VoiceOptions {
  /** What `{{user}}` stands for. */
  readonly user: string
}

// Far more than any prompt takes.
const maximalLength = 200_000

const speaker = /^\s*(\{\{char\}\}|\{\{user\}\}|<char>|<bot>|<user>|[^\s:：][^:：\n]{0,39}?)\s*[:：]\s?(.*)$/iu

function whoOf(label: string, card: Card, user: string): Pick<VoiceTurn, "who" | "name"> | undefined {
  const plain = label.trim().toLowerCase()
  if (
    ["{{char}}", "<char>", "<bot>", card.name.toLowerCase(), (card.nickname ?? card.name).toLowerCase()].includes(plain)
  )
    return { who: "character" }
  if (["{{user}}", "<user>", user.toLowerCase(), "you"].includes(plain)) return { who: "user" }
  // Another name begins a turn only where it looks like one: "He said: yes" is a sentence.
  return /^[\p{Lu}\p{Lo}][\p{L}\p{M}'’·.-]*(?: [\p{Lu}\p{Lo}][\p{L}\p{M}'’·.-]*){0,2}$/u.test(label.trim())
    ? { who: "other", name: label.trim() }
    : undefined
}

function readBlock(block: string, card: Card, user: string): VoiceExample {
  const turns: { who: VoiceTurn["who"]; name?: string; lines: string[] }[] = []
  for (const line of block.split(/\r?\n/u)) {
    const match = speaker.exec(line)
    const who = match === null ? undefined : whoOf(match[1] as string, card, user)
    if (who !== undefined) turns.push({ ...who, lines: [match?.[2] ?? ""] })
    else if (turns.length > 0) turns.at(-1)?.lines.push(line)
    // Text before any name: cards that give only the character's own lines.
    else if (line.trim() !== "") turns.push({ who: "character", lines: [line] })
  }
  const names = { char: card.nickname ?? card.name, user }
  return turns
    .map(({ lines, ...who }): VoiceTurn => ({ ...who, text: expandMacros(lines.join("\n"), names).trim() }))
    .filter((turn) => turn.text !== "")
}

/**
 * The conversations in `mes_example`, macros replaced: blocks parted by `<START>`, turns that begin with `{{char}}:`,
 * `{{user}}:` or a name (a full-width colon will do), later lines belonging to the turn before. Of a longer text the first
 * 200,000 characters are read.
 */
export function voiceExamples(card: Card, options: VoiceOptions): VoiceExample[] {
  return card.exampleDialogue
    .slice(0, maximalLength)
    .split(/^[ \t]*<START>[ \t]*$|<START>/imu)
    .map((block) => readBlock(block, card, options.user))
    .filter((example) => example.some((turn) => turn.who === "character"))
}
