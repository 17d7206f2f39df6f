/** What was read, for people and as JSON. */
import { voiceExamples, type Card, type Loss, type Notice, type ReadFile } from "@daydream/dream/card"
import type { Lorebook } from "@daydream/dream/lore"
import type { CommandContext } from "../frame/index.ts"

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, " ").trim()
  const characters = Array.from(line)
  return characters.length > 60 ? `${characters.slice(0, 59).join("")}…` : line
}

const player = { en: "You", zh: "你" }

/** The document of `--json`. */
export function readDocument(read: ReadFile, context: CommandContext) {
  if (read.kind === "chat")
    return {
      kind: read.kind,
      userName: read.file.userName,
      characterName: read.file.characterName,
      messages: read.file.messages.length,
      notices: texts(read.file.notices, context),
    }
  if (read.kind === "lorebook") return { kind: read.kind, dialect: read.file.dialect, lorebook: read.file.lorebook }
  const { card, container, notices } = read.file
  return {
    kind: read.kind,
    format: container.format,
    card,
    voiceExamples: voiceExamples(card, { user: context.text(player) }),
    notices: texts(notices, context),
  }
}

export const texts = (items: readonly (Notice | Loss)[], context: CommandContext) =>
  items.map(({ text, ...rest }) => ({ ...rest, text: context.text(text) }))

function printCard(context: CommandContext, card: Card, format: string): void {
  const name = card.nickname === undefined ? card.name : `${card.name} (${card.nickname})`
  context.print({
    en: `${name}: a card of version ${card.version} in ${format.toUpperCase()}.`,
    zh: `${name}：版本 ${card.version} 的角色卡，格式 ${format.toUpperCase()}。`,
  })
  const lines: readonly (readonly [string, string, string])[] = [
    ["description", "描述", card.description],
    ["personality", "性格", card.personality],
    ["scenario", "场景", card.scenario],
    ["greeting", "开场白", card.greeting],
    ["tags", "标签", card.tags.join(", ")],
    ["creator", "作者", card.creator],
    ["notes", "作者说明", card.creatorNotesByLanguage[context.language] ?? card.creatorNotes],
  ]
  for (const [en, zh, text] of lines)
    if (text.trim() !== "") context.print({ en: `  ${en}: ${short(text)}`, zh: `  ${zh}：${short(text)}` })
  const greetings = card.alternateGreetings.length + card.groupOnlyGreetings.length
  if (greetings > 0) context.print({ en: `  more greetings: ${greetings}`, zh: `  另有 ${greetings} 条开场白` })
  const examples = voiceExamples(card, { user: context.text(player) })
  const spoken = examples.flat().filter((turn) => turn.who === "character").length
  context.print({
    en: `  sample dialogue: conversations: ${examples.length}, lines of the character: ${spoken}`,
    zh: `  示例对话 ${examples.length} 段，角色台词 ${spoken} 句`,
  })
  if (card.lorebook !== undefined) printLorebook(context, card.lorebook)
}

function printLorebook(context: CommandContext, book: Lorebook): void {
  const constant = book.entries.filter((entry) => entry.constant).length
  const off = book.entries.filter((entry) => !entry.enabled).length
  const name = book.name === "" ? "" : ` "${book.name}"`
  context.print({
    en: `  lorebook${name}: entries: ${book.entries.length}, constant: ${constant}, switched off: ${off}`,
    zh: `  世界书${book.name === "" ? "" : `“${book.name}”`}：${book.entries.length} 个条目，常驻 ${constant} 个，停用 ${off} 个`,
  })
  const ignored = [...new Set(book.entries.flatMap((entry) => entry.ignoredDecorators ?? []))]
  if (ignored.length > 0)
    context.print({
      en: `  not followed here: ${ignored.slice(0, 5).join("; ")}`,
      zh: `  此处不支持：${ignored.slice(0, 5).join("；")}`,
    })
}

/** Prints what was read, and its notices. */
export function printRead(context: CommandContext, read: ReadFile): void {
  if (read.kind === "chat") {
    const { userName, characterName, messages } = read.file
    context.print({
      en: `A chat of ${userName} with ${characterName}: ${messages.length} messages.`,
      zh: `${userName} 与 ${characterName} 的聊天记录：${messages.length} 条消息。`,
    })
  } else if (read.kind === "lorebook") {
    context.print(
      read.file.dialect === "world"
        ? { en: "A world file of SillyTavern.", zh: "SillyTavern 世界书文件。" }
        : { en: "A lorebook.", zh: "世界书。" },
    )
    printLorebook(context, read.file.lorebook)
  } else printCard(context, read.file.card, read.file.container.format)
  if (read.kind !== "lorebook")
    for (const { text } of read.file.notices) context.print({ en: `! ${text.en}`, zh: `！${text.zh}` })
}

/** Prints what a conversion dropped. */
export function printLost(context: CommandContext, lost: readonly Loss[]): void {
  if (lost.length === 0) context.print({ en: "Nothing is lost.", zh: "没有任何丢失。" })
  for (const { text, how } of lost)
    context.print(
      how === "lost"
        ? { en: `Lost: ${text.en}`, zh: `丢失：${text.zh}` }
        : { en: `Kept aside: ${text.en}`, zh: `另存：${text.zh}` },
    )
}
