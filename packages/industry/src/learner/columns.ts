/** Tabular columns as features: numbers, dates and categories. Every column has a feature for "missing". */
import type { Cell, InputField } from "@daydream/engine/function"
import { normalise } from "./characters.ts"
import type { SparseBuilder } from "./matrix.ts"
import { binOf, fitScale, standardise } from "./scaling.ts"
import type { NumberScale } from "./scaling.ts"
import { dateOf, numberOf, textOf } from "./values.ts"

/** What is kept of a fitted column: plain JSON. */
export type ColumnState =
  | { readonly type: "number"; readonly name: string; readonly scale: NumberScale }
  | { readonly type: "date"; readonly name: string; readonly scale: NumberScale }
  | { readonly type: "category"; readonly name: string; readonly values: readonly string[] }

/** Encodes one column. Feature numbers start at `offset`. */
export interface ColumnEncoder {
  readonly state: ColumnState
  readonly features: number
  /** Adds the cell's features; false where the cell is missing. */
  encode(cell: Cell | undefined, offset: number, out: SparseBuilder): boolean
  /** What a feature means, for people. */
  describe(feature: number): string
}

/** Distinct values of a category column that get a feature of their own. */
const keptCategories = 2000

const addScaled = (scale: NumberScale, value: number, offset: number, out: SparseBuilder) => {
  out.add(offset + 1, standardise(scale, value))
  out.add(offset + 2 + binOf(scale, value), 1)
}

const describeScaled = (name: string, scale: NumberScale, feature: number, format: (value: number) => string) => {
  if (feature === 0) return `${name}: –`
  if (feature === 1) return name
  const lower = scale.edges[feature - 3]
  const upper = scale.edges[feature - 2]
  const isOnlyBin = lower === undefined && upper === undefined
  if (isOnlyBin) return `${name}: *`
  return [lower === undefined ? "" : `${format(lower)} < `, name, upper === undefined ? "" : ` ≤ ${format(upper)}`].join("")
}

function numberEncoder(state: ColumnState & { type: "number" }): ColumnEncoder {
  const { name, scale } = state
  return {
    state,
    features: 3 + scale.edges.length,
    encode(cell, offset, out) {
      const value = numberOf(cell)
      if (Number.isNaN(value)) out.add(offset, 1)
      else addScaled(scale, value, offset, out)
      return !Number.isNaN(value)
    },
    describe: (feature) => describeScaled(name, scale, feature, (value) => String(Number(value.toPrecision(6)))),
  }
}

/** Missing, epoch, bins of the epoch, weekdays, months, hours. */
function dateEncoder(state: ColumnState & { type: "date" }): ColumnEncoder {
  const { name, scale } = state
  const weekdays = 3 + scale.edges.length
  const [months, hours] = [weekdays + 7, weekdays + 19]
  const dayOf = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10)
  return {
    state,
    features: hours + 24,
    encode(cell, offset, out) {
      const date = dateOf(cell)
      if (date === undefined) {
        out.add(offset, 1)
        return false
      }
      addScaled(scale, date.days, offset, out)
      out.add(offset + weekdays + date.weekday, 1)
      out.add(offset + months + date.month, 1)
      if (date.hour !== undefined) out.add(offset + hours + date.hour, 1)
      return true
    },
    describe(feature) {
      if (feature >= hours) return `${name}: ${String(feature - hours).padStart(2, "0")}:00`
      if (feature >= months) return `${name}: ${String(feature - months + 1).padStart(2, "0")}`
      if (feature >= weekdays) return `${name}: ${weekdayNames[feature - weekdays] as string}`
      return describeScaled(name, scale, feature, dayOf)
    },
  }
}

const weekdayNames = ["Su 日", "Mo 一", "Tu 二", "We 三", "Th 四", "Fr 五", "Sa 六"]

/** Missing, unseen or rare, then each value that was seen twice. */
function categoryEncoder(state: ColumnState & { type: "category" }): ColumnEncoder {
  const numbers = new Map(state.values.map((value, index) => [value, index + 2]))
  return {
    state,
    features: 2 + state.values.length,
    encode(cell, offset, out) {
      const value = normalise(textOf(cell))
      out.add(offset + (value === "" ? 0 : (numbers.get(value) ?? 1)), 1)
      return value !== ""
    },
    describe: (feature) => `${state.name}: ${feature === 0 ? "–" : (state.values[feature - 2] ?? "*")}`,
  }
}

/** The encoder of a fitted column. */
export function columnEncoder(state: ColumnState): ColumnEncoder {
  if (state.type === "number") return numberEncoder(state)
  return state.type === "date" ? dateEncoder(state) : categoryEncoder(state)
}

/** Learns a column that is not text. */
export function fitColumn(field: InputField, cells: readonly (Cell | undefined)[]): ColumnEncoder {
  const { name } = field
  if (field.type === "number") return columnEncoder({ type: "number", name, scale: fitScale(cells.map(numberOf)) })
  if (field.type === "date") {
    const days = cells.map((cell) => dateOf(cell)?.days ?? Number.NaN)
    return columnEncoder({ type: "date", name, scale: fitScale(days) })
  }
  const counts = new Map<string, number>()
  for (const cell of cells) {
    const value = normalise(textOf(cell))
    if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const frequent = [...counts].filter(([, count]) => count > 1).toSorted((a, b) => b[1] - a[1])
  return columnEncoder({ type: "category", name, values: frequent.slice(0, keptCategories).map(([value]) => value) })
}
