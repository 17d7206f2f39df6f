/** Everybody together: at each moment all whose time has come decide at once, and the next moment waits for them all. */
import { entriesOf } from "../world/index.ts"
import type { RecordedEntry } from "../world/index.ts"
import { alarmsOf } from "./alarms.ts"
import { enact, villagePace } from "./clocks.ts"
import { actOf, nothing } from "./decide.ts"
import type { Act, Deciding, Pace, Standing } from "./model.ts"
import { compareActs } from "./timeline.ts"
import { viewOf } from "./view.ts"

export interface LockStepOptions {
  readonly until: number
  readonly pace?: Pace
  /** Acts from outside, each at its time. */
  readonly outside?: readonly Act[]
  readonly abortSignal?: AbortSignal
  /** Hears of every act that was made, with how it stands then. */
  readonly onAct?: (act: Act, standing: Standing, entries: readonly RecordedEntry[]) => void
}

const dueBefore = ({ clocks }: Standing, until: number): number =>
  Object.values(clocks).reduce((least, { due }) => (due !== null && due < least ? due : least), until)

/** Plays until `until` in lock step: what the schedule does out of order must come to the same. */
export async function lockStep(start: Standing, deciding: Deciding, options: LockStepOptions): Promise<Standing> {
  const { until, pace = villagePace, onAct } = options
  const abortSignal = options.abortSignal ?? new AbortController().signal
  const { definition, state } = start.world
  const outside = [...alarmsOf(definition, state.time, until), ...(options.outside ?? [])].toSorted(compareActs)
  let standing = start
  const make = (act: Act) => {
    const { length } = standing.world.journal
    standing = enact(standing, act, pace)
    onAct?.(act, standing, entriesOf(standing.world, length))
  }
  for (;;) {
    const now = standing
    const time = Math.min(dueBefore(now, until), outside[0]?.time ?? until)
    if (time >= until) return standing
    if (outside[0]?.time === time) {
      make(outside.shift() as Act)
      continue
    }
    const characters = Object.keys(now.clocks)
      .filter((id) => now.clocks[id]?.due === time)
      .toSorted()
    const acts = await Promise.all(
      characters.map(async (id) => {
        abortSignal.throwIfAborted()
        const view = viewOf(now, id, time, deciding.questions?.(id))
        return actOf(id, time, view === null ? nothing : await deciding.decide(view, { abortSignal }))
      }),
    )
    for (const act of acts) make(act)
  }
}
