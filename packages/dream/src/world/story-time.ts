/** Story time as authors write it: `day 2 21:30`, `21:30:15`, durations `90s`, `5m`, `1h`. In seconds. */

const moment = /^(?:day (\d{1,5}) )?(\d{1,2}):(\d{2})(?::(\d{2}))?$/u
const duration = /^(\d{1,6})(s|m|h)$/u
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** Seconds since the midnight before day 1 (the day when none is named), or null. */
export function parseTime(text: string): number | null {
  const found = moment.exec(text.trim())
  if (found === null) return null
  const [day = 1, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)))
  if (day < 1 || hours > 23 || minutes > 59 || seconds > 59) return null
  return (day - 1) * 86_400 + hours * 3600 + minutes * 60 + seconds
}

/** Seconds of a duration, or null. */
export function parseDuration(text: string): number | null {
  const found = duration.exec(text.trim())
  return found === null ? null : Number(found[1]) * (unitSeconds[found[2] ?? ""] ?? 0)
}

/** `day 2 21:30`, with seconds where there are some. */
export function formatTime(time: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0")
  const rest = time % 86_400
  const seconds = rest % 60 === 0 ? "" : `:${two(rest % 60)}`
  return `day ${Math.floor(time / 86_400) + 1} ${two(rest / 3600)}:${two((rest % 3600) / 60)}${seconds}`
}
