/** The schedule at work: asks whoever may decide, as many at once as it may, and commits in order of time. */
import { entriesOf } from "../world/index.ts"
import type { Proposal, RecordedEntry } from "../world/index.ts"
import { alarmsOf } from "./alarms.ts"
import { villagePace } from "./clocks.ts"
import { actOf, nothing } from "./decide.ts"
import type { DecidedAct } from "./disturbance.ts"
import { scheduleErrors } from "./errors.ts"
import type { Clock, Deciding, Decision, Pace, Standing } from "./model.ts"
import { plan } from "./plan.ts"
import type { Due } from "./plan.ts"
import { Timeline } from "./timeline.ts"
import { viewOf } from "./view.ts"

export interface ScheduleOptions {
  readonly pace?: Pace
  /** Decisions that are asked for at once; by default 4. */
  readonly concurrency?: number
}

export interface RunOptions {
  /** Story time up to which everybody's acts are wanted, this second not among them. */
  readonly until: number
  /** The character whose surroundings go first: the player's. */
  readonly focus?: string
  readonly abortSignal?: AbortSignal
}

/** One act that has happened for good. */
export interface Committed {
  readonly time: number
  readonly character: string | null
  /** What it brought into the journal; none where the character did nothing, or the world refused. */
  readonly entries: readonly RecordedEntry[]
  readonly standing: Standing
}

/** Characters that live on, each on its own clock. */
export interface Schedule {
  /** What has happened for good. */
  readonly standing: Standing
  /** How many decisions were asked for; how many of them the world outran, because something came from outside. */
  readonly counts: { readonly asked: number; readonly redone: number }
  /**
   * Goes on until `until` and tells what happens, in order of time. One run at a time. Where a decision fails the run
   * fails with its error; what was told has happened, what was decided is kept, and the next run goes on from there.
   */
  run(options: RunOptions): AsyncGenerator<Committed, void, void>
  /**
   * Something from outside happens: a player's act, the author's script. Decisions that it changes are asked for again.
   * Throws `schedule_too_late` where its time lies before what has happened for good.
   */
  add(input: { readonly time: number }, proposal?: Proposal | null): void
}

interface Decided extends DecidedAct {
  /** The view as text; null: there was none. */
  readonly view: string | null
}

class Runner implements Schedule {
  private readonly timeline: Timeline<Decided>
  private readonly deciding: Deciding
  private readonly concurrency: number
  private readonly running = new Map<string, number>()
  private alarmed: number
  private asked = 0
  private redone = 0
  private isChanged = true

  constructor(start: Standing, deciding: Deciding, { pace = villagePace, concurrency = 4 }: ScheduleOptions) {
    this.timeline = new Timeline<Decided>(start, pace)
    this.deciding = deciding
    this.concurrency = Math.max(1, concurrency)
    this.alarmed = start.world.state.time
  }

  get standing(): Standing {
    return this.timeline.committed
  }

  get counts() {
    return { asked: this.asked, redone: this.redone }
  }

  add(input: { readonly time: number }, proposal: Proposal | null = null): void {
    const { time } = this.standing.world.state
    if (input.time < time) throw scheduleErrors.schedule_too_late({ time: input.time, now: time })
    this.timeline.insert(outside(input, proposal))
    this.isChanged = true
    this.prune(input.time)
  }

  async *run({ until, focus, abortSignal }: RunOptions): AsyncGenerator<Committed, void, void> {
    const stop = new AbortController()
    const signal = abortSignal === undefined ? stop.signal : AbortSignal.any([abortSignal, stop.signal])
    const failed: unknown[] = []
    let wake = () => {}
    signal.addEventListener("abort", () => wake(), { once: true })
    for (const alarm of alarmsOf(this.standing.world.definition, this.alarmed, until))
      this.timeline.insert(outside(alarm.input as { time: number }, null))
    this.alarmed = Math.max(this.alarmed, until)
    this.isChanged = true
    try {
      for (;;) {
        signal.throwIfAborted()
        if (failed.length > 0) throw failed[0]
        const woken = new Promise<void>((resolve) => (wake = resolve))
        yield* this.commits(until)
        if (this.isChanged && this.running.size < this.concurrency) {
          this.start({ until, focus }, signal, failed, () => wake())
          if (this.isChanged) continue
        }
        if (this.running.size > 0) await woken
        else if (!this.isChanged) return
      }
    } finally {
      stop.abort()
      this.running.clear()
    }
  }

  /** Asks whoever may decide. */
  private start(
    options: { readonly until: number; readonly focus: string | undefined },
    abortSignal: AbortSignal,
    failed: unknown[],
    wake: () => void,
  ): void {
    this.isChanged = false
    const ready = plan(this.timeline, {
      ...options,
      most: this.concurrency - this.running.size,
      without: this.running,
      questions: this.deciding.questions?.bind(this.deciding),
    })
    for (const due of ready) {
      const view = this.viewAt(due.character, due.time)
      if (view === null) {
        this.take(due, nothing, null)
        continue
      }
      const text = JSON.stringify(view)
      this.running.set(due.character, due.time)
      this.asked++
      void this.deciding
        .decide(view, { abortSignal })
        .then(
          (decision) => abortSignal.aborted || this.finish(due, decision, text),
          (error: unknown) => failed.push(error),
        )
        .then(wake)
    }
  }

  private viewAt(character: string, time: number) {
    return viewOf(this.timeline.before(time), character, time, this.deciding.questions?.(character))
  }

  private isStill(character: string, time: number, text: string | null): boolean {
    if (this.clockBefore(character, time)?.due !== time) return false
    const view = this.viewAt(character, time)
    return (view === null ? null : JSON.stringify(view)) === text
  }

  private finish(due: Due, decision: Decision, text: string): void {
    this.running.delete(due.character)
    this.isChanged = true
    if (this.isStill(due.character, due.time, text)) this.take(due, decision, text)
    else this.redone++
  }

  private take({ character, time, place, reads }: Due, decision: Decision, view: string | null): void {
    this.timeline.insert({ ...actOf(character, time, decision), place, reads, view })
    this.isChanged = true
    const isDue = (one: Decided) => one.character === null || this.clockBefore(one.character, one.time)?.due === one.time
    if (!this.timeline.acts.every((one) => one.time <= time || isDue(one))) this.prune(time + 1)
  }

  private clockBefore(character: string, time: number): Clock | undefined {
    return this.timeline.before(time).clocks[character]
  }

  /** Takes back what was decided for `from` or later on something that has changed, and what the same characters decided after. */
  private prune(from: number): void {
    const gone = new Set<string>()
    for (const act of this.timeline.acts) {
      const { character, time, view } = act
      if (character === null || time < from) continue
      if (!gone.has(character) && this.isStill(character, time, view)) continue
      gone.add(character)
      this.timeline.remove(act)
      this.redone++
      this.isChanged = true
    }
  }

  /** The earliest time at which somebody has not decided yet. */
  private get behind(): number {
    const dues = Object.values(this.timeline.latest.clocks).map(({ due }) => due ?? Number.POSITIVE_INFINITY)
    return Math.min(Number.POSITIVE_INFINITY, ...dues)
  }

  /** Commits every moment before which nothing is open any more. */
  private *commits(until: number): Generator<Committed, void, void> {
    for (let act = this.timeline.first; act !== undefined && act.time < until; act = this.timeline.first) {
      const { time, character } = act
      const { behind } = this
      if (character === null ? behind < time : behind <= time) return
      const moment = this.timeline.acts.filter((one) => one.time === time)
      const isStale = (one: Decided) => one.character !== null && !this.isStill(one.character, time, one.view)
      if (character !== null && moment.some(isStale)) {
        this.prune(time)
        return
      }
      const count = character === null ? 1 : moment.length
      for (let done = 0; done < count; done++) yield this.commit()
    }
  }

  private commit(): Committed {
    const { length } = this.standing.world.journal
    const { time, character } = this.timeline.first as Decided
    const standing = this.timeline.commit()
    this.isChanged = true
    return { time, character, entries: entriesOf(standing.world, length), standing }
  }
}

const outside = (input: { readonly time: number }, proposal: Proposal | null): Decided => ({
  time: input.time,
  character: null,
  input,
  proposal,
  rest: 0,
  habit: null,
  place: null,
  reads: [],
  view: null,
})

/** Makes a schedule that goes on from `start`. */
export const createSchedule = (start: Standing, deciding: Deciding, options: ScheduleOptions = {}): Schedule =>
  new Runner(start, deciding, options)
