/** What an upstream says when it refuses, read out of any of the usual bodies, made safe to show. Pure. */
import { parseRetryAfter } from "@daydream/engine/model"
import type { AttemptFailure } from "../routing/index.ts"

const longestMessage = 300
/** So many characters in a row that stand in the request too are taken for words of the prompt. */
const shortestQuote = 20

/** What must not be shown. */
export interface Secrets {
  readonly secret: string | null
  /** Host names and addresses of the upstream. */
  readonly hosts: readonly string[]
  /** The request as it was sent. */
  readonly body: string
  /** May be shown though it stands in the request. */
  readonly model: string
}

/** The text with every part blotted out that the request holds, too. */
function withoutQuotes(text: string, { body, model }: Secrets): string {
  const isShown = (part: string) => model.includes(part) || !(body.includes(part) || body.includes(JSON.stringify(part).slice(1, -1)))
  let result = ""
  for (let at = 0; at < text.length;) {
    if (at + shortestQuote > text.length || isShown(text.slice(at, at + shortestQuote))) {
      result += text[at++]
      continue
    }
    let end = at + shortestQuote
    while (end < text.length && !isShown(text.slice(end + 1 - shortestQuote, end + 1))) end++
    result += "…"
    at = end
  }
  return result
}

/** A message on one line, without secrets, addresses and words of the prompt, at most 300 characters. */
export function safeMessage(text: string, secrets: Secrets): string {
  const flat = text.slice(0, 2000).replaceAll(/\s+/g, " ").trim()
  const hidden = [secrets.secret ?? "", ...secrets.hosts].filter((part) => part.length >= 3)
    .toSorted((a, b) => b.length - a.length)
    .reduce((all, part) => all.replaceAll(part, "***"), flat)
    .replaceAll(/Bearer\s+\S+/gi, "Bearer ***")
    .replaceAll(/\b(sk|pk|key|hf|gsk|xai)-[\w*-]{6,}/gi, "***")
    .replaceAll(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, "***")
    .replaceAll(/\[[\da-f:]*:[\da-f:.]*\](:\d+)?/gi, "***")
  const own = withoutQuotes(hidden, secrets)
  return own.length > longestMessage ? `${own.slice(0, longestMessage - 1)}…` : own
}

interface Said {
  readonly message: string
  readonly type: string | undefined
  readonly code: string | undefined
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

/** Codes are names; a number there is the status once more. */
const name = (value: unknown): string | undefined => {
  const given = text(value)
  return given !== undefined && /^[\w.:-]{1,80}$/.test(given) && !/^\d+$/.test(given) ? given : undefined
}

function said(body: string): Said {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    // Pages of proxies say nothing that a caller could use.
    return { message: /^\s*</.test(body) ? "" : body, type: undefined, code: undefined }
  }
  if (typeof json !== "object" || json === null) return { message: text(json) ?? "", type: undefined, code: undefined }
  const outer = json as { readonly error?: unknown; readonly message?: unknown; readonly detail?: unknown; readonly type?: unknown; readonly code?: unknown }
  if (typeof outer.error === "object" && outer.error !== null) {
    const { message, type, code } = outer.error as { readonly message?: unknown; readonly type?: unknown; readonly code?: unknown }
    return { message: text(message) ?? "", type: name(type), code: name(code) }
  }
  const message = text(outer.error) ?? text(outer.message) ?? text(outer.detail) ?? ""
  return { message, type: name(outer.type), code: name(outer.code) }
}

const tooLong = /context[_ -]?(length|size|window)|maximum (input|prompt|sequence) length|(prompt|input|request) (is|are) too (long|large)|too many (input |prompt )?tokens|exceed_context/i
const filtered = /content[_ -]?(filter|policy|management)|responsible_?ai|policy[_ ]violation|moderation|data_inspection_failed/i
const noPrefill = /prefill|(last|final) message.{0,40}assistant|assistant.{0,40}(last|final) (message|position)|must end with a user|continue_final_message/i

function isPrefilled(body: string): boolean {
  try {
    const { messages } = JSON.parse(body) as { readonly messages?: readonly { readonly role?: unknown }[] }
    return messages?.at(-1)?.role === "assistant"
  } catch {
    return false
  }
}

/** Reads an answer with a status of 400 and above. Codes of all vendors become OpenAI's where they mean the same. */
export function readRefusal(
  status: number, headers: Readonly<Record<string, string | undefined>>, body: string, secrets: Secrets, now: number,
): AttemptFailure {
  const { message, type, code } = said(body)
  const hints = `${code ?? ""} ${type ?? ""} ${message}`
  const isOfRequest = status === 400 || status === 413 || status === 422
  const meaning = isOfRequest && tooLong.test(hints) ? "context_length_exceeded" : status < 500 && filtered.test(hints) ? "content_filter" : undefined
  const known = meaning ?? code ?? type
  const retryAfterMs = parseRetryAfter(headers, now)
  const isPrefill = isOfRequest && meaning === undefined && noPrefill.test(hints) && isPrefilled(secrets.body)
  return {
    kind: isPrefill ? "refused-prefill" : "status", status,
    ...(known === undefined ? {} : { code: known }),
    ...(retryAfterMs === undefined || !Number.isFinite(retryAfterMs) ? {} : { retryAfterMs: Math.ceil(retryAfterMs) }),
    message: safeMessage(message, secrets) || `The upstream answered with status ${status}.`,
    afterFirstToken: false,
  }
}
