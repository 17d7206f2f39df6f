/** First-token latency of one target: the 95th percentile of its latest answers. */

const mostSamples = 64
/** Fewer say nothing: the first call of all may have loaded the model. */
const leastSamples = 3
/** Older samples are forgotten, so that a target that was slow once gets another chance. */
const maxAgeMs = 10 * 60_000

export class LatencySample {
  readonly #values = new Float64Array(mostSamples)
  readonly #times = new Float64Array(mostSamples)
  #count = 0
  #next = 0
  #known: { readonly value: number | null; readonly until: number } | null = null

  add(latencyMs: number, now: number): void {
    this.#values[this.#next] = latencyMs
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % mostSamples
    this.#count = Math.min(mostSamples, this.#count + 1)
    this.#known = null
  }

  /** Nearest-rank 95th percentile of what is not too old; null where that is fewer than three samples. */
  p95(now: number): number | null {
    if (this.#known !== null && now < this.#known.until) return this.#known.value
    const fresh: number[] = []
    let oldest = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#count; i++) {
      const time = this.#times[i] ?? 0
      if (now - time >= maxAgeMs) continue
      fresh.push(this.#values[i] ?? 0)
      oldest = Math.min(oldest, time)
    }
    fresh.sort((a, b) => a - b)
    const value = fresh.length < leastSamples ? null : fresh[Math.ceil(0.95 * fresh.length) - 1] ?? null
    // Kept until the oldest sample goes out of date or a new one comes.
    this.#known = { value, until: oldest + maxAgeMs }
    return value
  }
}
