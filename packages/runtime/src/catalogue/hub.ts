/** Fetching a file from a hub over HTTP, going on from where an earlier try stopped. */
import { stat, truncate } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { isDaydreamError } from "@daydream/engine/errors"
import type { HubSource } from "./entry.ts"
import { errors } from "./errors.ts"
import { addressOf, nameOf } from "./source.ts"
import type { Transfer } from "./transfer.ts"

/** A connection that broke this often in a row without bringing a byte is given up. */
const fruitlessTries = 3

const sizeOf = (path: string): Promise<number> => stat(path).then((entry) => entry.size, () => 0)

/** Why a request failed, as short as the system says it. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return code ?? (cause instanceof Error ? cause.message : String(cause))
}

/** An answer's head, within the time that a source has; its body can still be broken off through `controller`. */
async function request(url: string, from: number, controller: AbortController, transfer: Transfer): Promise<Response> {
  const timer = setTimeout(() => controller.abort(new Error("no answer in time")), transfer.ports.answerWithin)
  try {
    return await transfer.ports.fetch(url, {
      headers: { "accept-encoding": "identity", ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
      signal: controller.signal,
    })
  } catch (error) {
    transfer.abortSignal?.throwIfAborted()
    throw errors.source_unreachable({ url, reason: reasonOf(error) }, error)
  } finally {
    clearTimeout(timer)
  }
}

/** Where the body of `response` begins in the file, or an error where it is no part of the file. */
async function beginningOf(response: Response, url: string, from: number): Promise<number> {
  if (response.status === 200) return 0
  const start = /^bytes (\d+)-/u.exec(response.headers.get("content-range") ?? "")?.[1]
  if (response.status === 206 && start !== undefined && Number(start) <= from) return Number(start)
  await response.body?.cancel().catch(() => undefined)
  throw errors.source_refused({ url, status: response.status })
}

/** Writes `body` into the partial file from `position` on; returns where it ended, whole or not. */
async function receive(body: ReadableStream<Uint8Array>, position: number, transfer: Transfer, onStall: () => void) {
  const file = await transfer.ports.openPartial(transfer.partial)
  let timer = setTimeout(onStall, transfer.ports.stallAfter)
  try {
    for await (const chunk of body) {
      clearTimeout(timer)
      const room = transfer.file.bytes - position
      if (chunk.byteLength > room) throw errors.wrong_size({
        file: transfer.file.name,
        source: "the hub",
        expected: transfer.file.bytes,
        actual: position + chunk.byteLength,
      })
      await file.write(chunk, position)
      position += chunk.byteLength
      transfer.onBytes(position)
      timer = setTimeout(onStall, transfer.ports.stallAfter)
    }
  } finally {
    clearTimeout(timer)
    await file.close()
  }
}

/** One connection: asks for what is missing and takes what comes. */
async function connect(url: string, from: number, transfer: Transfer): Promise<void> {
  const controller = new AbortController()
  const forward = () => controller.abort(transfer.abortSignal?.reason)
  transfer.abortSignal?.addEventListener("abort", forward, { once: true })
  try {
    const response = await request(url, from, controller, transfer)
    const position = await beginningOf(response, url, from)
    if (position < from) await truncate(transfer.partial, position)
    if (response.body === null) return
    await receive(response.body, position, transfer, () => controller.abort(new Error("stalled")))
  } finally {
    transfer.abortSignal?.removeEventListener("abort", forward)
    controller.abort()
  }
}

const isDiskFull = (error: unknown) => ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException)?.code ?? "")

/**
 * Fetches the whole file into `transfer.partial`. A cut connection is taken up again by a range request.
 * Fails fast where the hub cannot be reached at all or refuses.
 */
export async function fetchFromHub(source: HubSource, transfer: Transfer): Promise<void> {
  const url = addressOf(source, transfer.env)
  const { bytes } = transfer.file
  let have = await sizeOf(transfer.partial)
  let fruitless = 0
  while (have < bytes) {
    transfer.onBytes(have)
    let failure: unknown
    await connect(url, have, transfer).catch((error: unknown) => (failure = error))
    transfer.abortSignal?.throwIfAborted()
    if (isDiskFull(failure)) throw failure
    const now = await sizeOf(transfer.partial)
    // The first connection decides whether the hub is there; later ones may fail and be tried again.
    const never = have === now && fruitless === 0 && isDaydreamError(failure)
    if (never || (isDaydreamError(failure) && !failure.isRetryable)) throw failure
    fruitless = now > have ? 0 : fruitless + 1
    have = now
    if (have < bytes && fruitless >= fruitlessTries) {
      throw errors.download_interrupted({ source: nameOf(source, transfer.env), doneBytes: have, bytes }, failure)
    }
    if (fruitless > 0) await sleep(250 * 2 ** fruitless, undefined, { ref: true })
  }
}
