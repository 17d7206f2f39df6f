/** Bytes to text, as the tools that write cards need it. */
import { cardErrors } from "./errors.ts"
import { cardLimits } from "./limits.ts"
import { parseJson, type JsonDocument } from "./json/index.ts"

/** UTF-8, or UTF-16 with its mark; a byte order mark stays in the text. Wrong bytes become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8"
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes)
}

/** JSON of bytes. Throws as `parseJson` does. */
export function decodeJson(bytes: Uint8Array): JsonDocument {
  if (bytes.length > cardLimits.jsonBytes * 2)
    throw cardErrors.card_too_large({ what: "JSON", bytes: bytes.length, limit: cardLimits.jsonBytes })
  return parseJson(decodeText(bytes))
}

/**
 * The JSON in a text chunk: base64 (with line breaks, without padding, or of the kind for addresses), or, from a few
 * tools, JSON as it is.
 */
export function decodePayload(bytes: Uint8Array, chunk: string): JsonDocument {
  if (bytes.length > cardLimits.jsonBytes * 1.4)
    throw cardErrors.card_too_large({ what: chunk, bytes: bytes.length, limit: cardLimits.jsonBytes })
  const first = bytes.find((byte) => byte > 32)
  if (first === 0x7b || first === 0xef) return decodeJson(bytes)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("latin1")
    .replaceAll(/[\s\0]+/gu, "")
  if (text === "" || !/^[\w+/-]*={0,2}$/u.test(text)) throw cardErrors.card_text_unreadable({ chunk })
  return decodeJson(Buffer.from(text, "base64"))
}

export const encodePayload = (document: JsonDocument): string => Buffer.from(document.text, "utf8").toString("base64")
export const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text)
