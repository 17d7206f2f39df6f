/** The ladder of a finished compilation. */
import type { Example } from "@daydream/engine/function"
import { noUsage } from "@daydream/engine/money"
import { candidateOutcomes, sumUsage, type Candidate } from "../cascade/index.ts"
import type { FittedRung } from "./climb.ts"
import type { LadderEntry, Measurement } from "./ladder.ts"
import { measure } from "./measure.ts"
import type { CompileOptions, SkipReason } from "./options.ts"
import { allRungs } from "../plan/index.ts"
import type { StageResult } from "./stage.ts"

/** Every rung in order, then the combinations that were tested or chosen. */
export function ladderOf(
  result: StageResult,
  fitted: readonly FittedRung[],
  skipped: ReadonlyMap<string, SkipReason>,
  choose: readonly Example[],
  options: CompileOptions,
): LadderEntry[] {
  const { verdict } = result
  const results = new Map(verdict.sequence.map((tested) => [tested.candidate.name, tested.result]))
  const chosen = verdict.kind === "certificate" ? verdict.candidate.name : undefined
  const standing = (name: string) => {
    const tested = results.get(name)
    return {
      certification: tested === undefined || tested === "not-tested" ? ("untested" as const) : tested,
      isChosen: name === chosen,
    }
  }
  const rungs = allRungs.map(({ name }): LadderEntry => {
    const one = fitted.find((each) => each.rung.name === name)
    if (one === undefined) return { name, skipped: skipped.get(name) ?? { kind: "not-needed" }, ...standing(name) }
    const candidate: Candidate = { name, kind: "rung", rungs: [name] }
    return { name, candidate, measurement: measureRung(candidate, one, result, fitted, choose, options), ...standing(name) }
  })
  const combined = verdict.sequence
    .map((tested) => tested.candidate)
    .filter((candidate) => !rungs.some((entry) => entry.name === candidate.name))
    .map((candidate): LadderEntry => ({
      name: candidate.name,
      candidate,
      measurement: measureCandidate(candidate, result, fitted, choose, options),
      ...standing(candidate.name),
    }))
  return [...rungs, ...combined]
}

/** As measured while climbing; where strangers are told, with those rows left out and the work of telling them. */
function measureRung(candidate: Candidate, one: FittedRung, ...rest: MeasureInput): Measurement {
  if (rest[0].measured.overhead === undefined) return one.measurement
  const { isStoppedEarly } = one.measurement
  return { ...measureCandidate(candidate, ...rest), isStoppedEarly }
}

type MeasureInput = [result: StageResult, fitted: readonly FittedRung[], choose: readonly Example[], options: CompileOptions]

function measureCandidate(
  candidate: Candidate,
  { measured, overheadMilliseconds }: StageResult,
  fitted: readonly FittedRung[],
  choose: readonly Example[],
  options: CompileOptions,
): Measurement {
  const rows = candidateOutcomes(candidate, measured)
  const escalated = rows.filter((row) => row.escalated).length
  const time = (rung: string | undefined) => fitted.find((one) => one.rung.name === rung)?.measurement.millisecondsPerRow ?? 0
  return measure(
    rows.map((row) => row.outcome),
    rows.map((row) => choose[row.row] as Example),
    {
      name: candidate.name,
      classes: measured.classes,
      metric: options.metric,
      seed: options.seed,
      prices: options.prices,
      ...(measured.overhead === undefined ? {} : { overhead: sumUsage(rows.map(({ row }) => measured.overhead?.[row] ?? noUsage)) }),
      milliseconds: (time(candidate.rungs[0]) + overheadMilliseconds) * rows.length + (candidate.rungs.length === 2 ? time(candidate.rungs[1]) * escalated : 0),
      ...(candidate.escalateBelow === undefined ? {} : { escalated: rows.length === 0 ? 0 : escalated / rows.length }),
    },
  )
}
