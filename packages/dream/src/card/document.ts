/** Tells what a file is and reads it. */
import { isDaydreamError } from "@daydream/engine/errors"
import { lorebookDialect } from "../lore/index.ts"
import { readChat, type Chat } from "./chat.ts"
import { cardErrors } from "./errors.ts"
import { isObject, valueOf } from "./json/index.ts"
import { readLorebookFile, type LorebookFile } from "./lorebook-file.ts"
import type { CardFile } from "./model.ts"
import { checkSize, readCard } from "./read.ts"
import { decodeJson } from "./text.ts"

export type ReadFile =
  | { readonly kind: "card"; readonly file: CardFile }
  | { readonly kind: "lorebook"; readonly file: LorebookFile }
  | { readonly kind: "chat"; readonly file: Chat }

const isText = (bytes: Uint8Array): boolean => {
  const first = bytes.find((byte) => byte > 32)
  return (
    first === 0x7b || first === 0xef || (first === 0xff && bytes[1] === 0xfe) || (first === 0xfe && bytes[1] === 0xff)
  )
}

/** What `bytes` hold: a card, a lorebook or a chat. Throws errors of `cardErrors` and nothing else. */
export function readCardOrBook(bytes: Uint8Array): ReadFile {
  checkSize(bytes)
  if (!isText(bytes)) return { kind: "card", file: readCard(bytes) }
  let problem: unknown
  try {
    const value = valueOf(decodeJson(bytes).root)
    if (isObject(value) && typeof value["mes"] === "string") return { kind: "chat", file: readChat(bytes) }
    if (lorebookDialect(value) !== undefined) return { kind: "lorebook", file: readLorebookFile(bytes) }
    return { kind: "card", file: readCard(bytes) }
  } catch (error) {
    if (!isDaydreamError(error)) throw error
    if (error.code !== "card_json_invalid" && error.code !== "card_too_large") throw error
    problem = error
  }
  // More than one JSON object is a chat, or broken JSON.
  try {
    return { kind: "chat", file: readChat(bytes) }
  } catch (error) {
    if (!isDaydreamError(error) || error.code !== "chat_without_messages") throw error
    throw problem ?? cardErrors.card_unknown_format({})
  }
}
