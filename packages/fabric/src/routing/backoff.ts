/** How long to wait before a target is asked again. */

/** Waits grow from `baseMs`, doubling, up to `mostMs`. */
const baseMs = 250
const mostMs = 8_000

/** Full jitter: uniform below a bound that doubles with each failure. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export const backoffMs = (failures: number, random: () => number): number =>
  failures <= 0 ? 0 : Math.floor(random() * Math.min(mostMs, baseMs * 2 ** Math.min(failures - 1, 16)))

/** A wait that was asked for (Retry-After) or is known (an open breaker), spread upwards so that callers do not return as one. */
export const spreadMs = (asked: number, random: () => number): number =>
  asked <= 0 ? 0 : Math.ceil(asked + random() * Math.min(1_000, asked / 4))
