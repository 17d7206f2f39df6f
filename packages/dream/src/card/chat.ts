/** Chat logs of SillyTavern: JSONL, a header line and one line a message. */
import { isDaydreamError } from "@daydream/engine/errors"
import type { LoreMessage } from "../lore/index.ts"
import { cardErrors } from "./errors.ts"
import {
  editJson,
  isObject,
  parseJson,
  valueOf,
  type JsonDocument,
  type JsonEdit,
  type JsonObject,
} from "./json/index.ts"
import { cardLimits } from "./limits.ts"
import { notice, type Notice } from "./notice.ts"
import { checkSize } from "./read.ts"
import { decodeText, encodeText } from "./text.ts"

export interface ChatMessage {
  /** Of the file, from 1. */
  readonly line: number
  readonly name: string
  readonly isUser: boolean
  /** A remark of the program or the author, hidden from the model. */
  readonly isSystem: boolean
  readonly text: string
  /** As written; many programs write it their own way. */
  readonly sentAt?: string
  /** All answers that were generated, where there are several; `text` is the chosen one. */
  readonly alternatives: readonly string[]
}

export interface Chat {
  readonly userName: string
  readonly characterName: string
  readonly header: JsonObject
  readonly messages: readonly ChatMessage[]
  readonly notices: readonly Notice[]
  /** Lines of the file with their line ends: what is written back. */
  readonly lines: readonly string[]
  readonly bytes: Uint8Array
  readonly isEdited: boolean
}

// A file with more lines that are no messages is no chat.
const maximalWrongLines = 5_000

const text = (value: unknown): string => (typeof value === "string" ? value : "")

function readMessage(raw: JsonObject, line: number): ChatMessage {
  const sentAt = raw["send_date"]
  return {
    line,
    name: text(raw["name"]),
    isUser: raw["is_user"] === true,
    isSystem: raw["is_system"] === true,
    text: text(raw["mes"]),
    ...(typeof sentAt === "string" || typeof sentAt === "number" ? { sentAt: String(sentAt) } : {}),
    alternatives: Array.isArray(raw["swipes"]) ? raw["swipes"].filter((one) => typeof one === "string") : [],
  }
}

function readLine(line: string): JsonObject | undefined {
  const trimmed = line.trim()
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return undefined
  try {
    const value = valueOf(parseJson(line).root)
    return isObject(value) ? value : undefined
  } catch (error) {
    if (isDaydreamError(error)) return undefined
    throw error
  }
}

/** The chat in `bytes`. Lines that are no messages are told and kept. Throws `card_too_large`, `chat_without_messages`. */
export function readChat(bytes: Uint8Array): Chat {
  checkSize(bytes)
  const lines = decodeText(bytes).match(/[^\n]*\n|[^\n]+$/gu) ?? []
  if (lines.length > cardLimits.chatMessages)
    throw cardErrors.card_too_large({ what: "The chat", bytes: bytes.length, limit: cardLimits.fileBytes })
  let header: JsonObject = {}
  const messages: ChatMessage[] = []
  const wrong: number[] = []
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue
    const raw = readLine(line)
    if (raw !== undefined && typeof raw["mes"] === "string") messages.push(readMessage(raw, i + 1))
    else if (raw !== undefined && messages.length === 0 && ("user_name" in raw || "chat_metadata" in raw)) header = raw
    else if (wrong.push(i + 1) > maximalWrongLines) throw cardErrors.chat_without_messages({})
  }
  if (messages.length === 0) throw cardErrors.chat_without_messages({})
  const shown = wrong.slice(0, 5)
  const more = wrong.length > 5 ? " …" : ""
  const notices =
    wrong.length === 0
      ? []
      : [
          notice(
            "lines_unreadable",
            "warning",
            `${wrong.length} of ${lines.length} lines are no messages and were left out: ${shown.join(", ")}${more}.`,
            `${lines.length} 行中有 ${wrong.length} 行不是消息，已略过：第 ${shown.join("、")}${more} 行。`,
          ),
        ]
  const first = (isUser: boolean): string => messages.find((one) => one.isUser === isUser && !one.isSystem)?.name ?? ""
  // Newer files write "unused" for both names.
  const named = (key: string, isUser: boolean): string =>
    text(header[key]) === "" || header[key] === "unused" ? first(isUser) : text(header[key])
  return {
    userName: named("user_name", true),
    characterName: named("character_name", false),
    header,
    messages,
    notices,
    lines,
    bytes,
    isEdited: false,
  }
}

/** The bytes of `chat`: those that were read while nothing is edited. */
export const writeChat = (chat: Chat): Uint8Array => (chat.isEdited ? encodeText(chat.lines.join("")) : chat.bytes)

/** `chat` with edits of the line `line` (from 1); every other line keeps its bytes. */
export function editChat(chat: Chat, line: number, edits: readonly JsonEdit[]): Chat {
  const before = chat.lines[line - 1] ?? ""
  const end = /\s*$/u.exec(before)?.[0] ?? ""
  const document: JsonDocument = editJson(parseJson(before.slice(0, before.length - end.length)), edits)
  const lines = chat.lines.with(line - 1, document.text + end)
  const fresh = readChat(encodeText(lines.join("")))
  return { ...fresh, lines, bytes: chat.bytes, isEdited: true }
}

/** The chat as the lore of a conversation reads it; hidden remarks are left out. */
export const chatMessages = (chat: Chat): LoreMessage[] =>
  chat.messages
    .filter((one) => !one.isSystem)
    .map((one) => ({ role: one.isUser ? "user" : "assistant", name: one.name, text: one.text }))
