/** Subject and body of a mail (RFC 5322, MIME of RFC 2045 to 2047), read tolerantly: old mail breaks every rule. */
import { isUtf8 } from "node:buffer"
import { htmlText } from "./html-text.ts"

export interface Mail {
  readonly subject: string
  readonly body: string
}

interface Part {
  readonly headers: ReadonlyMap<string, string>
  /** One character a byte. */
  readonly content: string
}

const maxDepth = 8

/** Splits headers from content; the first header of a name wins. A line "From …" of a mailbox file is passed over. */
function parsePart(raw: string): Part {
  const text = raw.replaceAll("\r\n", "\n").replace(/^From .*\n/, "")
  const headers = new Map<string, string>()
  if (text.startsWith("\n")) return { headers, content: text.slice(1) }
  const end = text.indexOf("\n\n")
  const head = end < 0 ? text : text.slice(0, end)
  for (const line of head.replace(/\n[ \t]+/g, " ").split("\n")) {
    const colon = line.indexOf(":")
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return { headers, content: end < 0 ? "" : text.slice(end + 2) }
}

function decodeBytes(bytes: Buffer, charset: string): string {
  const named = charset.toLowerCase().replace(/[_-]?charset$/, "").replace(/^(chinesebig5|big5-?hkscs)$/, "big5").replace(/^ks_c_5601.*$/, "euc-kr")
  try {
    if (named !== "" && named !== "us-ascii" && named !== "default") return new TextDecoder(named).decode(bytes)
  } catch {
    // A charset that nobody knows: what the bytes look like decides.
  }
  return isUtf8(bytes) ? bytes.toString("utf8") : new TextDecoder("windows-1252").decode(bytes)
}

const quotedPrintable = (text: string): string =>
  text
    .replace(/[ \t]+$/gm, "")
    .replace(/=\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

/** Decodes encoded words (=?charset?B|Q?…?=); white space between two of them goes. */
export function decodeHeader(value: string): string {
  const joined = value.replace(/(=\?[^?\s]+\?[bqBQ]\?[^?]*\?=)\s+(?==\?[^?\s]+\?[bqBQ]\?)/g, "$1")
  const isPlain = !/=\?[^?\s]+\?[bqBQ]\?/.test(joined)
  if (isPlain) return decodeBytes(Buffer.from(joined, "latin1"), "")
  return joined.replace(/=\?([^?*\s]+)(?:\*[^?]*)?\?([bqBQ])\?([^?]*)\?=/g, (_, charset: string, form: string, text: string) => {
    const bytes =
      form.toLowerCase() === "b"
        ? Buffer.from(text, "base64")
        : Buffer.from(quotedPrintable(text.replaceAll("_", " ")), "latin1")
    return decodeBytes(bytes, charset)
  })
}

function parameter(header: string, name: string): string {
  const found = new RegExp(`[;\\s]${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, "i").exec(header)
  return found?.[1] ?? found?.[2] ?? ""
}

function decodedText({ headers, content }: Part): string {
  const encoding = (headers.get("content-transfer-encoding") ?? "").toLowerCase()
  const bytes = encoding.startsWith("base64")
    ? Buffer.from(content, "base64")
    : Buffer.from(encoding.startsWith("quoted-printable") ? quotedPrintable(content) : content, "latin1")
  return decodeBytes(bytes, parameter(headers.get("content-type") ?? "", "charset"))
}

function splitMultipart(content: string, boundary: string): Part[] {
  const pieces = `\n${content}`.split(`\n--${boundary}`)
  const parts: Part[] = []
  for (const piece of pieces.slice(1)) {
    if (piece.startsWith("--")) break
    const lineEnd = piece.indexOf("\n")
    if (lineEnd >= 0) parts.push(parsePart(piece.slice(lineEnd + 1)))
  }
  return parts
}

const typeOf = (part: Part): string => (part.headers.get("content-type") ?? "text/plain").toLowerCase()

function bodyOf(part: Part, depth: number): string {
  const type = typeOf(part)
  if (depth > maxDepth) return ""
  const boundary = parameter(part.headers.get("content-type") ?? "", "boundary")
  if (type.startsWith("multipart/") && boundary !== "") {
    const parts = splitMultipart(part.content, boundary)
    if (parts.length === 0) return decodedText(part)
    if (!type.startsWith("multipart/alternative")) return parts.map((each) => bodyOf(each, depth + 1)).filter(Boolean).join("\n")
    const texts = parts.map((each) => ({ isPlain: typeOf(each).startsWith("text/plain"), text: bodyOf(each, depth + 1) }))
    return (texts.find(({ isPlain, text }) => isPlain && text.trim() !== "") ?? texts.findLast(({ text }) => text.trim() !== ""))?.text ?? ""
  }
  if (type.startsWith("message/")) return bodyOf(parsePart(part.content), depth + 1)
  if (/^attachment/i.test(part.headers.get("content-disposition") ?? "")) return ""
  if (type.startsWith("text/html")) return htmlText(decodedText(part))
  if (!type.startsWith("text") && type.includes("/")) return ""
  const text = decodedText(part)
  return /^\s*(<!doctype html|<html)/i.test(text) ? htmlText(text) : text
}

const tidy = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/g, "")
    .replace(/[ \t\u00a0]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()

/** Reads a raw mail. Plain text is preferred to HTML where a mail offers both; attachments are left out. */
export function parseMail(raw: Buffer): Mail {
  const part = parsePart(raw.toString("latin1"))
  return {
    subject: tidy(decodeHeader(part.headers.get("subject") ?? "")).replaceAll("\n", " "),
    body: tidy(bodyOf(part, 0)),
  }
}
