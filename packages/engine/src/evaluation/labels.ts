/** How many labels a promise takes: asked before, so that nobody labels in vain. */
import { binomialTail } from "./bounds.ts"

interface Claim {
  /** The quality that is to be promised, in (0, 1). */
  readonly target: number
  readonly delta: number
}

/** Most errors among `trials` with which the exact test still certifies `target`; −1 where not even 0 would do. */
export function errorsAllowed(options: Claim & { readonly trials: number }): number {
  const { target, delta, trials } = options
  const passes = (errors: number) => binomialTail({ successes: trials - errors, trials, probability: target }) <= delta
  if (!passes(0)) return -1
  let low = 0
  let high = Math.max(1, Math.ceil(trials * (1 - target)))
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (passes(middle)) low = middle
    else high = middle
  }
  return low
}

/** Fewest trials that certify `target` with `errors` errors: 29, 59, 299 for 0 errors at 90, 95, 99 % and delta 0.05. */
export function trialsNeeded(options: Claim & { readonly errors: number }): number {
  const { target, delta, errors } = options
  const passes = (trials: number) => binomialTail({ successes: trials - errors, trials, probability: target }) <= delta
  let high = errors + 1
  while (!passes(high)) high *= 2
  let low = errors
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (passes(middle)) high = middle
    else low = middle
  }
  return high
}

/** Chance that `trials` rows certify `target` where the true quality is `accuracy`. */
export function certifyingPower(options: Claim & { readonly trials: number; readonly accuracy: number }): number {
  const allowed = errorsAllowed(options)
  if (allowed < 0) return 0
  return binomialTail({ successes: options.trials - allowed, trials: options.trials, probability: options.accuracy })
}

/**
 * Fewest certify rows from which on the promise succeeds with probability at least `power` (default 0.8) where the true
 * quality is `expectedAccuracy`; without it, the fewest that could succeed at all (no error). Null where the expected
 * quality does not exceed the target, or where more than `most` rows (default ten million) would be needed.
 */
export function labelsNeeded(
  options: Claim & { readonly expectedAccuracy?: number; readonly power?: number; readonly most?: number },
): number | null {
  const { target, delta, expectedAccuracy, power = 0.8, most = 1e7 } = options
  if (expectedAccuracy === undefined) return trialsNeeded({ target, delta, errors: 0 })
  if (expectedAccuracy <= target) return null
  // With c errors allowed, power falls from trialsNeeded(c) on until trialsNeeded(c + 1) allows one more: the weakest
  // point of the step is its last. It is enough to find the first step whose weakest point is strong enough.
  const weakest = (errors: number) => {
    const trials = trialsNeeded({ target, delta, errors: errors + 1 }) - 1
    return binomialTail({ successes: trials - errors, trials, probability: expectedAccuracy })
  }
  let high = 1
  while (weakest(high) < power) {
    high *= 2
    if (trialsNeeded({ target, delta, errors: high }) > most) return null
  }
  let low = -1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (weakest(middle) >= power) high = middle
    else low = middle
  }
  return trialsNeeded({ target, delta, errors: high })
}
