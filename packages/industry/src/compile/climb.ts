/** Climbs the ladder: fits one rung after the other and measures it on the choose rows. */
import { describeError, isDaydreamError } from "@daydream/engine/errors"
import type { Example, Outcome, Variant } from "@daydream/engine/function"
import { createRace, fitTemperature } from "@daydream/engine/evaluation"
import { calibrated } from "../cascade/index.ts"
import type { Resources, Rung, Task } from "../rung/index.ts"
import { labelRows } from "./label-rows.ts"
import type { Measurement } from "./ladder.ts"
import { measure } from "./measure.ts"
import type { CompileOptions, SkipReason } from "./options.ts"

/** A rung that was fitted, with its calibrated outcomes on the choose rows. */
export interface FittedRung {
  readonly rung: Rung
  readonly variant: Variant
  /** By row key; a language-model rung has outcomes for a sample of the choose rows only. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly measurement: Measurement
}

/** What the climb works on. */
export interface Parts {
  readonly fit: readonly Example[]
  readonly choose: readonly Example[]
}

// A chance this small of stopping a rung that in truth is not worse: it only saves money, it promises nothing.
const raceDelta = 0.02
const raceMinimumRows = 24

/** Fits and measures one rung, or says why not. Aborting and running out of the machine's means are thrown. */
export async function climbRung(
  rung: Rung,
  task: Task,
  parts: Parts,
  best: FittedRung | undefined,
  resources: Resources,
  options: CompileOptions,
): Promise<FittedRung | SkipReason> {
  const missing = missingFor(rung, parts, options)
  if (missing !== undefined) return missing
  options.onEvent?.({ type: "rung-started", rung: rung.name })
  const progress = (stage: "fit" | "measure") => (done: number, total: number) =>
    options.onEvent?.({ type: "rung-progress", rung: rung.name, stage, done, total })
  try {
    const variant = await rung.fit(task, parts.fit, { ...resources, onProgress: progress("fit") })
    return await measureRung(rung, variant, task, parts, best, options, progress("measure"))
  } catch (error) {
    options.abortSignal?.throwIfAborted()
    if (isDaydreamError(error) && error.code === "budget_exceeded") return { kind: "money" }
    if (rung.needs.length === 0) throw error
    return { kind: "model-failed", message: describeError(error, "en").message }
  }
}

function missingFor(rung: Rung, parts: Parts, options: CompileOptions): SkipReason | undefined {
  if (options.rungs !== undefined && !options.rungs.includes(rung.name)) return { kind: "not-asked" }
  if (rung.needs.includes("embedder") && options.embedder === undefined) return { kind: "no-embedder" }
  if (rung.needs.includes("language-model") && options.languageModel === undefined) return { kind: "no-language-model" }
  if (parts.fit.length < rung.minimumExamples)
    return { kind: "too-few-examples", needed: rung.minimumExamples, have: parts.fit.length }
  return undefined
}

async function measureRung(
  rung: Rung,
  raw: Variant,
  task: Task,
  parts: Parts,
  best: FittedRung | undefined,
  options: CompileOptions,
  onProgress: (done: number, total: number) => void,
): Promise<FittedRung> {
  const isDear = rung.needs.includes("language-model")
  const rows = isDear ? parts.choose.slice(0, options.modelRows) : parts.choose
  const started = options.now()
  const outcomes = await labelRows(raw, rows, {
    batchRows: isDear ? 8 : 256,
    onProgress,
    ...(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal }),
    ...(isDear && best !== undefined ? { shouldStop: clearlyLoses(rows, best) } : {}),
  })
  const milliseconds = options.now() - started
  const { classes } = task.signature.output
  const scored = outcomes.flatMap((outcome, i) =>
    outcome.scores.length === 0 ? [] : [{ scores: outcome.scores, truth: classes.indexOf(rows[i]?.label ?? "") }],
  )
  const variant = calibrated(raw, fitTemperature(scored))
  const final = outcomes.map((outcome) => variant.adjust(outcome))
  return {
    rung,
    variant,
    outcomes: new Map(final.map((outcome) => [outcome.key, outcome])),
    measurement: measure(final, rows, {
      name: rung.name,
      classes,
      metric: options.metric,
      seed: options.seed,
      prices: options.prices,
      milliseconds,
      isStoppedEarly: outcomes.length < rows.length,
    }),
  }
}

/** True once the rung is behind the best one beyond reasonable doubt, compared row by row. */
function clearlyLoses(rows: readonly Example[], best: FittedRung) {
  const race = createRace({ delta: raceDelta })
  return (outcomes: readonly Outcome[]) => {
    for (let i = race.rows; i < outcomes.length; i++) {
      const label = rows[i]?.label
      const champion = best.outcomes.get(outcomes[i]?.key ?? "")
      race.observe(outcomes[i]?.output === label, champion?.output === label)
    }
    return race.rows >= raceMinimumRows && race.verdict() === "behind"
  }
}
