/** Times as people ask for them: a date, or how long ago. Pure. */

const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Milliseconds since epoch of "7d", "12h", "2026-01-31" or an ISO 8601 instant; undefined where it is none. */
export function readTime(text: string, now: number): number | undefined {
  const ago = /^(\d{1,6})(s|min|h|d|w)$/.exec(text)
  if (ago !== null) return now - Number(ago[1]) * (units[ago[2] as string] as number)
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
