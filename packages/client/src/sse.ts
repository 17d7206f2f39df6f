/** Server-sent events (WHATWG HTML, 9.2), as far as Daydream sends them: each event's data is one line of JSON. */
import { networkError } from "./error.ts"
import type { SessionEvent } from "./protocol.ts"

/** The events of a stream. Throws `network` where the connection breaks. */
export async function* readEvents(response: Response): AsyncGenerator<SessionEvent, void, undefined> {
  const { body } = response
  if (body === null) return
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ""
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw networkError(error)
      })
      if (done) return
      text += decoder.decode(value, { stream: true })
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const data = text
          .slice(0, end)
          .split("\n")
          .find((line) => line.startsWith("data: "))
        text = text.slice(end + 2)
        if (data !== undefined) yield JSON.parse(data.slice(6)) as SessionEvent
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
