/** Delivers alerts in the background of a server. */
import { setTimeout as sleep } from "node:timers/promises"
import type { Store } from "@daydream/engine/storage"
import { deliverDue } from "./deliver.ts"
import type { Delivered } from "./deliver.ts"
import type { ResolveAll } from "../upstream/index.ts"
import type { Webhooks } from "./webhook.ts"

export interface DelivererOptions {
  readonly webhooks: Pick<Webhooks, "current">
  readonly allowedNetworks: () => readonly string[]
  readonly now: () => number
  readonly random: () => number
  readonly onTrouble: (error: unknown) => void
  /** Told where something could not be delivered. */
  readonly onFailed?: (delivered: Delivered) => void
  /** Milliseconds between looks; 2 s unless set. */
  readonly everyMs?: number
  readonly timeoutMs?: number
  readonly resolve?: ResolveAll
}

export interface Deliverer {
  /** Ends when what is being sent is sent. */
  close(): Promise<void>
}

export function startDeliverer(store: Store, options: DelivererOptions): Deliverer {
  const { webhooks, everyMs = 2_000, now, random, timeoutMs, resolve } = options
  const stop = new AbortController()
  const passed = () => sleep(everyMs, true, { signal: stop.signal, ref: false }).catch(() => false)
  const deliver = async () => {
    while (await passed()) {
      try {
        const webhook = await webhooks.current()
        if (webhook === null) continue
        const delivered = await deliverDue(store, webhook, {
          allowedNetworks: options.allowedNetworks(), now, random,
          ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(resolve === undefined ? {} : { resolve }),
        })
        if (delivered.failed > 0) options.onFailed?.(delivered)
      } catch (error) {
        options.onTrouble(error)
      }
    }
  }
  const delivering = deliver()
  return {
    close: async () => {
      stop.abort()
      await delivering
    },
  }
}
