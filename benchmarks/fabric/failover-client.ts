/** A client that believes nothing: it reads what came, byte by byte, and says what it is. */
import { words } from "@daydream/fabric/testing"
import { answerWords } from "./failover-cases.ts"

export interface Told {
  readonly status: number
  /** The gateway's own name of the call. */
  readonly id: string
  readonly text: string
  /** A finish reason and, streamed, the end mark came, and no error. */
  readonly isWhole: boolean
  readonly errorCode: string | null
  readonly isHung: boolean
}

interface Asking {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly model: string
  readonly isStream: boolean
  readonly waitMs: number
}

interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null }; readonly message?: { readonly content?: string }; readonly finish_reason?: string | null }[]
  readonly error?: { readonly code?: string | null; readonly type?: string }
}

const failed = (isHung: boolean): Told => ({ status: 0, id: "", text: "", isWhole: false, errorCode: null, isHung })

export async function ask(asking: Asking): Promise<Told> {
  try {
    const response = await fetch(`${asking.url}/v1/chat/completions`, {
      method: "POST", signal: AbortSignal.timeout(asking.waitMs),
      headers: { "content-type": "application/json", ...asking.headers },
      body: JSON.stringify({ model: asking.model, stream: asking.isStream, max_tokens: 200, messages: [{ role: "user", content: "Say it." }] }),
    })
    const id = response.headers.get("x-daydream-request-id") ?? ""
    const base = { status: response.status, id, isHung: false }
    let raw = ""
    const decoder = new TextDecoder()
    try {
      for await (const piece of response.body ?? []) raw += decoder.decode(piece as Uint8Array, { stream: true })
    } catch (error) {
      return { ...base, text: "", isWhole: false, errorCode: null, isHung: (error as Error).name === "TimeoutError" }
    }
    return { ...base, ...(response.headers.get("content-type")?.includes("event-stream") === true ? readEvents(raw) : readWhole(raw)) }
  } catch (error) {
    return failed((error as Error).name === "TimeoutError")
  }
}

const codeOf = ({ error }: Chunk) => (error === undefined ? null : error.code ?? error.type ?? "unknown")

function readWhole(raw: string): Pick<Told, "text" | "isWhole" | "errorCode"> {
  try {
    const answer = JSON.parse(raw) as Chunk
    const choice = answer.choices?.[0]
    return { text: choice?.message?.content ?? "", isWhole: choice?.finish_reason === "stop", errorCode: codeOf(answer) }
  } catch {
    return { text: "", isWhole: false, errorCode: null }
  }
}

function readEvents(raw: string): Pick<Told, "text" | "isWhole" | "errorCode"> {
  let text = ""
  let finish: string | null = null
  let hasMark = false
  let errorCode: string | null = null
  let isBroken = false
  for (const line of raw.split("\n")) {
    if (!line.startsWith("data:")) continue
    const data = line.slice(5).trim()
    if (data === "[DONE]") {
      hasMark = true
      continue
    }
    try {
      const chunk = JSON.parse(data) as Chunk
      errorCode ??= codeOf(chunk)
      text += chunk.choices?.[0]?.delta?.content ?? ""
      finish = chunk.choices?.[0]?.finish_reason ?? finish
    } catch {
      isBroken = true
    }
  }
  return { text, isWhole: hasMark && finish === "stop" && !isBroken && errorCode === null, errorCode }
}

/** True where the client holds the whole answer, each word once. */
export const isAnswer = (told: Told): boolean => told.status === 200 && told.isWhole && told.text === words(0, answerWords)
