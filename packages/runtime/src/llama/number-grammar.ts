/** GBNF expressions for JSON numbers within bounds. */

const digitRange = (low: string, high: string): string => (low === high ? `"${low}"` : `[${low}-${high}]`)
const anyDigits = (count: number): string => (count === 0 ? "" : count === 1 ? " [0-9]" : ` [0-9]{${count}}`)

/** Digit strings between `low` and `high`, which have the same length. */
function sameLength(low: string, high: string): readonly string[] {
  const [first, last] = [low[0] as string, high[0] as string]
  const rest = low.length - 1
  if (rest === 0) return [digitRange(first, last)]
  if (first === last) return sameLength(low.slice(1), high.slice(1)).map((tail) => `"${first}" ${tail}`)
  const [zeros, nines] = ["0".repeat(rest), "9".repeat(rest)]
  const parts: string[] = []
  const isLowFull = low.slice(1) === zeros
  const isHighFull = high.slice(1) === nines
  const from = isLowFull ? Number(first) : Number(first) + 1
  const to = isHighFull ? Number(last) : Number(last) - 1
  if (!isLowFull) parts.push(...sameLength(low.slice(1), nines).map((tail) => `"${first}" ${tail}`))
  if (from <= to) parts.push(`${digitRange(String(from), String(to))}${anyDigits(rest)}`)
  if (!isHighFull) parts.push(...sameLength(zeros, high.slice(1)).map((tail) => `"${last}" ${tail}`))
  return parts
}

/** Decimal writings of the integers from `low` to `high`, both at least 0. */
function naturals(low: bigint, high: bigint): readonly string[] {
  const parts: string[] = []
  for (let digits = String(low).length; digits <= String(high).length; digits++) {
    const smallest = digits === 1 ? 0n : 10n ** BigInt(digits - 1)
    const largest = 10n ** BigInt(digits) - 1n
    const from = low > smallest ? low : smallest
    const to = high < largest ? high : largest
    parts.push(...sameLength(String(from), String(to)))
  }
  return parts
}

/** Largest absolute value that is written where a schema sets no bound: every such integer is exact in JavaScript. */
const widest = 999_999_999_999_999n

/** Bounds of a number; a missing one is open. */
export interface NumberBounds {
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
}

const floor = (value: number) => BigInt(Math.floor(Math.max(-1e15 + 1, Math.min(1e15 - 1, value))))
const ceil = (value: number) => -floor(-value)

function signed(low: bigint, high: bigint): readonly string[] {
  const negative = low < 0n ? naturals(high < 0n ? -high : 1n, -low).map((part) => `"-" ${part}`) : []
  const positive = high >= 0n ? naturals(low > 0n ? low : 0n, high) : []
  return [...negative, ...positive]
}

/** The integers within the bounds, exactly. Undefined where there is none. */
export function integerExpression({ minimum, maximum }: NumberBounds): string | undefined {
  const low = minimum === undefined ? -widest : ceil(minimum)
  const high = maximum === undefined ? widest : floor(maximum)
  if (low > high) return undefined
  if (low <= -widest && high >= widest) return `"-"? ("0" | [1-9] [0-9]{0,14})`
  if (low === 0n && high >= widest) return `("0" | [1-9] [0-9]{0,14})`
  return `(${signed(low, high).join(" | ")})`
}

const fraction = `("." [0-9]{1,6})?`

/** Numbers within the bounds, with up to six decimals. Bounds that are no whole numbers are narrowed to whole ones. */
export function numberExpression({ minimum, maximum }: NumberBounds): string | undefined {
  const low = minimum === undefined ? -widest : ceil(minimum)
  const high = maximum === undefined ? widest : floor(maximum)
  if (low > high) return undefined
  const parts: string[] = []
  const zeros = `("." "0"{1,6})?`
  if (high > 0n) {
    const from = low > 0n ? low : 0n
    if (from < high) parts.push(`(${naturals(from, high - 1n).join(" | ")}) ${fraction}`)
    parts.push(`"${high}" ${zeros}`)
  }
  if (low < 0n) {
    const from = high < 0n ? -high : 0n
    if (from < -low) parts.push(`"-" (${naturals(from, -low - 1n).join(" | ")}) ${fraction}`)
    parts.push(`"-${-low}" ${zeros}`)
  }
  if (low <= 0n && high >= 0n && parts.length === 0) parts.push(`"0" ${zeros}`)
  if (high === 0n && low < 0n) parts.push(`"0" ${zeros}`)
  return `(${parts.join(" | ")})`
}
