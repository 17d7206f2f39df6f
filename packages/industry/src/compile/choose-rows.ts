/** What fitted rungs said of the choose rows, in the form that candidates are measured on. */
import type { Example, Outcome } from "@daydream/engine/function"
import type { PriceList } from "@daydream/engine/money"
import type { MeasuredRows } from "../cascade/index.ts"
import type { Task } from "../rung/index.ts"
import type { FittedRung } from "./climb.ts"
import type { Strangers } from "./strangers.ts"

/** A rung that ran on a sample of the rows counts as measured there alone; strangers are marked. */
export function chooseRows(
  fitted: readonly FittedRung[],
  choose: readonly Example[],
  task: Task,
  prices: PriceList,
  strangers?: Strangers,
): MeasuredRows {
  const outcomes: Record<string, (Outcome | undefined)[]> = {}
  const samples: Record<string, number[]> = {}
  for (const { rung, outcomes: known } of fitted) {
    const list = choose.map(({ key }) => {
      const outcome = known.get(key)
      return outcome === undefined ? undefined : (strangers?.mark(key, outcome) ?? outcome)
    })
    outcomes[rung.name] = list
    samples[rung.name] = list.flatMap((outcome, i) => (outcome === undefined ? [] : [i]))
  }
  const { classes } = task.signature.output
  const overhead = strangers === undefined ? {} : { overhead: strangers.usageOf(choose) }
  return { labels: choose.map((example) => example.label), outcomes, samples, classes, prices, ...overhead }
}
