/** `fetch` for model servers: checked addresses, no redirects elsewhere, no endless silence. */
import { checkResolved, parseAddress, resolveByName } from "./address.ts"
import type { Resolve } from "./address.ts"
import { modelErrors } from "./errors.ts"

/** Options of {@link createGuardedFetch}. */
export interface GuardedFetchOptions {
  /** Longest silence of a server, before the first byte and between any two; default 300,000. */
  readonly idleTimeoutMs?: number
  readonly resolve?: Resolve
}

const MOST_REDIRECTS = 3

/** Aborts when nothing happens for a while. */
function createIdleTimer(milliseconds: number, host: string) {
  const controller = new AbortController()
  const stalled = () => controller.abort(modelErrors.model_stalled({ host, seconds: milliseconds / 1000 }))
  let timer = setTimeout(stalled, milliseconds)
  return {
    signal: controller.signal,
    touch() {
      clearTimeout(timer)
      timer = setTimeout(stalled, milliseconds)
    },
    stop: () => clearTimeout(timer),
  }
}

type IdleTimer = ReturnType<typeof createIdleTimer>

/** The body, touching the timer at each chunk. Ends with the timer's error where that fired. */
function watchBody(body: ReadableStream<Uint8Array>, timer: IdleTimer): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        timer.touch()
        if (!done) return controller.enqueue(value)
        timer.stop()
        controller.close()
      } catch (error) {
        timer.stop()
        controller.error(timer.signal.aborted ? timer.signal.reason : error)
      }
    },
    cancel(reason) {
      timer.stop()
      return reader.cancel(reason)
    },
  })
}

/** The target of a redirect that may be followed: same origin, method kept. */
function redirectTarget(response: Response, from: URL): URL | null {
  if (response.status < 300 || response.status >= 400 || response.status === 304) return null
  const location = response.headers.get("location") ?? ""
  const target = URL.canParse(location, from.href) ? new URL(location, from) : null
  if (target?.origin !== from.origin || (response.status !== 307 && response.status !== 308)) {
    throw modelErrors.redirect_refused({ host: from.host, target: target?.host ?? "an unknown address" })
  }
  return target
}

/** A `fetch` that throws `address_refused`, `redirect_refused` and `model_stalled`. */
export function createGuardedFetch(options: GuardedFetchOptions = {}): typeof fetch {
  const { idleTimeoutMs = 300_000, resolve = resolveByName } = options

  const follow = async (start: URL, init: RequestInit, timer: IdleTimer): Promise<Response> => {
    let url = start
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const response = await fetch(url, { ...init, redirect: "manual" })
      timer.touch()
      const target = redirectTarget(response, url)
      if (target === null) return response
      await response.body?.cancel()
      url = target
    }
    throw modelErrors.redirect_refused({ host: start.host, target: url.host })
  }

  return async (input, init = {}) => {
    const url = parseAddress(input instanceof Request ? input.url : String(input))
    await checkResolved(url, resolve)
    const timer = createIdleTimer(idleTimeoutMs, url.host)
    const signal = init.signal == null ? timer.signal : AbortSignal.any([init.signal, timer.signal])
    try {
      const response = await follow(url, { ...init, signal }, timer)
      if (response.body !== null) return new Response(watchBody(response.body, timer), response)
      timer.stop()
      return response
    } catch (error) {
      timer.stop()
      throw error
    }
  }
}
