/** How often each player may ask: a bucket of tokens that refills. */

export interface Limiter {
  /** Takes one; the milliseconds to wait where there is none (then nothing is taken), else 0. */
  take(who: string): number
}

interface Bucket {
  tokens: number
  at: number
}

const mostBuckets = 50_000

export function createLimiter({
  burst,
  perSecond,
  now,
}: {
  readonly burst: number
  readonly perSecond: number
  readonly now: () => number
}): Limiter {
  const buckets = new Map<string, Bucket>()
  /** A bucket that would be full by now says nothing: those that were used longest ago go. */
  const forget = () => {
    for (const [who, { at }] of buckets) {
      if (buckets.size <= mostBuckets && (now() - at) * perSecond < burst * 1_000) return
      buckets.delete(who)
    }
  }
  return {
    take: (who) => {
      const time = now()
      const bucket = buckets.get(who) ?? { tokens: burst, at: time }
      buckets.delete(who)
      const tokens = Math.min(burst, bucket.tokens + (Math.max(0, time - bucket.at) * perSecond) / 1_000)
      buckets.set(who, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: time })
      if (buckets.size > mostBuckets) forget()
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond)
    },
  }
}
