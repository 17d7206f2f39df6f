/** Why a row got its label, for people. */
import type { Cell, Explanation, KeyedRow, Outcome, Reason } from "@daydream/engine/function"
import type { Localized } from "@daydream/engine/language"
import { rungTitle } from "@daydream/industry/cascade"
import type { CommandContext } from "../frame/index.ts"

/** A row with what was said of it, and why. */
export interface ExplainedRow {
  readonly row: KeyedRow
  readonly outcome: Outcome
  readonly explanation: Explanation
}

const shownCharacters = 100

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

const oneLine = (value: Cell) => {
  const text = String(value ?? "").replaceAll(/\s+/gu, " ").trim()
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}

const standings: Readonly<Record<Outcome["status"], Localized>> = {
  answered: { en: "", zh: "" },
  review: { en: "  (too unsure: for people)", zh: "（把握不足，留给人工）" },
  other: { en: "  (unlike anything seen: other)", zh: "（与见过的都不像：其他）" },
  failed: { en: "  (failed)", zh: "（失败）" },
}

function reasonCells(reason: Reason): readonly string[] {
  if (reason.kind === "note") return ["", reason.text]
  const weight = reason.weight === undefined ? "" : `${reason.weight >= 0 ? "+" : "−"}${Math.abs(reason.weight).toFixed(2)}`
  return [weight, reason.kind === "example" ? `${reason.label ?? ""} ← ${oneLine(reason.text)}` : oneLine(reason.text)]
}

/** Prints one row, its label, and the reasons. */
export function printExplained(context: CommandContext, { row, outcome, explanation }: ExplainedRow): void {
  for (const [name, value] of Object.entries(row.input)) context.print(`${row.key}  ${name}: ${oneLine(value)}`)
  const standing = context.text(standings[outcome.status])
  const fault = outcome.fault === undefined ? "" : `  ${context.text(outcome.fault.texts)}`
  context.print({
    en: `→ ${outcome.output ?? "–"}  confidence ${percent(outcome.confidence)}  by ${rungTitle(outcome.by).en}${standing}${fault}`,
    zh: `→ ${outcome.output ?? "–"}  置信度 ${percent(outcome.confidence)}  作答方式 ${rungTitle(outcome.by).zh}${standing}${fault}`,
  })
  if (explanation.reasons.length > 0)
    context.table({
      columns: [
        { title: { en: "weight", zh: "权重" }, align: "right" },
        { title: { en: `why "${explanation.output}"`, zh: `为什么是“${explanation.output}”` }, maximumWidth: 120 },
      ],
      rows: explanation.reasons.map(reasonCells),
    })
  context.print()
}
