/** Progress of long work: one updating line on a terminal, a line now and then elsewhere. Always on stderr. */
import type { Language, Localized } from "@daydream/engine/language"
import type { Terminal } from "./terminal.ts"

export interface ProgressOptions {
  /** Units of the whole work; unknown where absent. */
  readonly total?: number
  /** What is counted; `bytes` are shown as kB, MB, GB. */
  readonly unit?: "bytes" | Localized
}

export interface Progress {
  /** Units done so far, absolute. `total` may become known, or change, on the way. */
  update(done: number, total?: number): void
  /** Ends it: the last line says what was done in what time. Safe to call twice. */
  finish(): void
  /** Ends it without a last line, where the caller says something better. Safe to call twice. */
  dismiss(): void
}

const barWidth = 20
const redrawMilliseconds = 100
const lineMilliseconds = 5000
const shortestLineMilliseconds = 1000
const rateWindowMilliseconds = 10_000

const words = {
  left: { en: (time: string) => `${time} left`, zh: (time: string) => `剩余 ${time}` },
  took: { en: (time: string) => `in ${time}`, zh: (time: string) => `用时 ${time}` },
} as const

/** "1.2 GB": decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"]
  let value = bytes
  let at = 0
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000
    at++
  }
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`
}

/** "0:05", "12:30", "1:02:03". */
export function formatTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const two = (value: number) => String(value).padStart(2, "0")
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** "12,345" with at most one decimal below 100. */
export const formatCount = (value: number): string =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 }).format(value)

/** A progress report on `terminal`. `now` gives milliseconds of a monotonic clock. */
export function createProgress(
  terminal: Terminal,
  label: string,
  language: Language,
  now: () => number,
  options: ProgressOptions = {},
): Progress {
  const start = now()
  const samples: { readonly at: number; readonly done: number }[] = [{ at: start, done: 0 }]
  let done = 0
  let total = options.total
  let shownAt = Number.NEGATIVE_INFINITY
  let shownShare = 0
  let isFinished = false

  const amount = (value: number) => (options.unit === "bytes" ? formatBytes(value) : formatCount(Math.round(value)))
  const unit = options.unit === undefined || options.unit === "bytes" ? "" : ` ${options.unit[language]}`
  const perSecond = (value: number) =>
    options.unit === "bytes" ? `${formatBytes(value)}/s` : `${formatCount(value)}${unit}/s`
  const count = () => (total === undefined ? amount(done) : `${amount(done)}/${amount(total)}`) + unit

  const rate = (at: number) => {
    while (samples.length > 2 && at - (samples[1] as { at: number }).at > rateWindowMilliseconds) samples.shift()
    const first = samples[0] as { at: number; done: number }
    return at > first.at ? ((done - first.done) * 1000) / (at - first.at) : 0
  }

  const line = (at: number, hasBar: boolean) => {
    const speed = rate(at)
    const parts = [label]
    if (total !== undefined && total > 0) {
      const share = Math.min(1, done / total)
      const filled = Math.round(share * barWidth)
      if (hasBar) parts.push("█".repeat(filled) + "░".repeat(barWidth - filled))
      parts.push(`${Math.floor(share * 100)} %`)
    }
    parts.push(count())
    if (speed > 0) {
      parts.push(perSecond(speed))
      if (total !== undefined && done < total) parts.push(words.left[language](formatTime(((total - done) * 1000) / speed)))
    }
    return parts.join("  ")
  }

  const show = (at: number) => {
    shownAt = at
    shownShare = total === undefined ? 0 : done / total
    if (terminal.isInteractive) terminal.status(line(at, true))
    else terminal.note(line(at, false))
  }

  const isDue = (at: number) => {
    const since = at - Math.max(shownAt, start)
    if (terminal.isInteractive) return shownAt === Number.NEGATIVE_INFINITY || since >= redrawMilliseconds
    const step = total === undefined ? 0 : done / total - shownShare
    return since >= lineMilliseconds || (step >= 0.1 && since >= shortestLineMilliseconds)
  }

  return {
    update(value, newTotal) {
      if (isFinished) return
      done = value
      total = newTotal ?? total
      const at = now()
      const last = samples.at(-1) as { at: number }
      if (at - last.at >= 200) samples.push({ at, done })
      if (isDue(at)) show(at)
    },
    dismiss() {
      if (isFinished) return
      isFinished = true
      terminal.status("")
    },
    finish() {
      if (isFinished) return
      isFinished = true
      terminal.status("")
      terminal.note(`${label}  ${amount(done)}${unit}  ${words.took[language](formatTime(now() - start))}`)
    },
  }
}
