/** Reports of tokens that cannot be true, told in the log: of each target once in ten minutes, since one that lies lies always. */
import type { GatewayCore } from "./call-run.ts"

const quietMs = 600_000
const told = new WeakMap<GatewayCore, Map<string, number>>()

/** `doubt`: what of a target's report was clamped or left out. */
export function tellDoubt(core: GatewayCore, facts: { readonly target: string; readonly requestId: string; readonly doubt: string }): void {
  const times = told.get(core) ?? new Map<string, number>()
  told.set(core, times)
  const now = core.parts.now()
  if (now - (times.get(facts.target) ?? -Infinity) < quietMs) return
  times.set(facts.target, now)
  core.parts.log.warn(facts, "a model's server reported tokens that cannot be true")
}
