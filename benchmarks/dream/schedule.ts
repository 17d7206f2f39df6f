/**
 * A day of 25 villagers with a model that takes its time, in lock step and on their own clocks: `schedule.ts [--seed 1]
 * [--concurrency 4,8,16,25] [--latency 50] [--real]`. Time is virtual: the model's milliseconds are counted, not waited for;
 * `--real` waits for them, and counts what the planning costs too.
 */
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import { createRandom } from "@daydream/engine/random"
import { createSchedule, lockStep, startClocks } from "@daydream/dream/schedule"
import type { Deciding, Standing, View } from "@daydream/dream/schedule"
import { createWorld, writeJournal } from "@daydream/dream/world"
import { makeVillage, mindOf, pace } from "./schedule-village.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "4,8,16,25" },
    latency: { type: "string", default: "50" },
    sociable: { type: "string", default: "1" },
    hours: { type: "string", default: "24" },
    steady: { type: "boolean", default: false },
    open: { type: "boolean", default: false },
    real: { type: "boolean", default: false },
  },
})
const { seed } = values
const mean = Number(values.latency)
const { definition, villagers } = makeVillage(seed, { sociable: Number(values.sociable), isOpen: values.open })
const world = createWorld(definition)
const start: Standing = { world, clocks: startClocks(world) }
const until = world.state.time + Number(values.hours) * 3600
const mind = mindOf(seed, villagers)

/** Milliseconds that the model thinks: between half and twice the mean, short thoughts more often (mean 1). */
function latencyOf(character: string, time: number): number {
  if (values.steady) return mean
  const share = createRandom("latency", seed, character, time).next()
  return mean * (0.5 + 1.5 * share * share)
}

/** A model that serves so many at once, on a clock of its own. */
function slowModel(concurrency: number) {
  let now = 0
  let open = 0
  const line: { readonly latency: number; readonly resolve: () => void }[] = []
  const busy: { readonly at: number; readonly resolve: () => void }[] = []
  const serve = () => {
    while (open < concurrency && line.length > 0) {
      const { latency, resolve } = line.shift() as (typeof line)[number]
      open++
      busy.push({ at: now + latency, resolve })
    }
  }
  let isTicking = false
  // Once nobody has anything left to do at this moment, the next thought is finished.
  const tick = () =>
    setImmediate(() => {
      isTicking = false
      serve()
      const next = busy.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) return
      busy.splice(busy.indexOf(next), 1)
      now = next.at
      open--
      next.resolve()
      if (busy.length > 0 || line.length > 0) wind()
    })
  const wind = () => {
    if (isTicking) return
    isTicking = true
    tick()
  }
  const think = (latency: number) =>
    values.real
      ? new Promise<void>((resolve) => setTimeout(resolve, latency))
      : new Promise<void>((resolve) => {
          line.push({ latency, resolve })
          wind()
        })
  const began = performance.now()
  return { think, elapsed: () => (values.real ? performance.now() - began : now) }
}

interface Thought {
  readonly latency: number
  /** When it could be finished at the earliest, by what it depends on. */
  readonly finished: number
}

/** The longest chain of thoughts each of which needed the one before: one's own last, and those of whom one saw or heard. */
class CriticalPath {
  readonly thoughts = new Map<string, Thought[]>()
  total = 0
  longest = 0

  add(view: View, latency: number): void {
    const seen = view.perception.characters.map(({ id }) => id)
    const noticed = view.perception.events.flatMap((event) =>
      event.kind === "said" ? [event.speaker] : event.kind === "acted" ? [event.actor] : event.kind === "moved" ? [event.character] : [],
    )
    const needed = [view.character, ...seen, ...noticed].map((id) => this.thoughts.get(id)?.at(-1)?.finished ?? 0)
    const finished = Math.max(0, ...needed) + latency
    this.pending.push({ id: view.character, thought: { latency, finished } })
    this.total += latency
    this.longest = Math.max(this.longest, finished)
  }

  private readonly pending: { readonly id: string; readonly thought: Thought }[] = []

  /** The moment is over: what was thought in it counts for those who come after. */
  close(): void {
    for (const { id, thought } of this.pending.splice(0)) this.thoughts.set(id, [...(this.thoughts.get(id) ?? []), thought])
  }
}

const decidingWith = (model: ReturnType<typeof slowModel>): Deciding => ({
  decide: async (view) => {
    await model.think(latencyOf(view.character, view.time))
    return mind(view)
  },
})

const path = new CriticalPath()
let moment = -1
let moments = 0
const still = await lockStep(
  start,
  {
    decide: async (view) => {
      if (view.time !== moment) {
        path.close()
        moment = view.time
        moments++
      }
      path.add(view, latencyOf(view.character, view.time))
      return mind(view)
    },
  },
  { until, pace },
)
const thoughts = [...path.thoughts.values()].reduce((sum, list) => sum + list.length, 0) + 1
const journal = writeJournal(still.world)
const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1).padStart(7)
console.log(
  `Seed ${seed}, 25 villagers, ${definition.entities.size - 27} places, ${values.hours} h: ${thoughts} decisions at ${moments} moments, ${still.world.journal.length} entries; ` +
    `a decision takes ${values.steady ? `${mean} ms` : `${mean / 2} to ${mean * 2} ms`}; one after another ${seconds(path.total).trim()} s; longest chain ${seconds(path.longest).trim()} s.`,
)
console.log("at once | lock step, s | own clocks, s | bound, s | times faster | over the bound | redone | CPU, s")
for (const concurrency of values.concurrency.split(",").map(Number)) {
  const locked = slowModel(concurrency)
  await lockStep(start, decidingWith(locked), { until, pace })
  const lockedTime = locked.elapsed()
  const model = slowModel(concurrency)
  const schedule = createSchedule(start, decidingWith(model), { pace, concurrency })
  const cpu = process.cpuUsage()
  for await (const _ of schedule.run({ until }));
  const { user, system } = process.cpuUsage(cpu)
  const time = model.elapsed()
  if (writeJournal(schedule.standing.world) !== journal) throw new Error("The journals differ.")
  const bound = Math.max(path.longest, path.total / concurrency)
  console.log(
    [
      String(concurrency).padStart(7),
      seconds(lockedTime).padStart(12),
      seconds(time).padStart(13),
      seconds(bound).padStart(8),
      (lockedTime / time).toFixed(2).padStart(12),
      `${((time / bound - 1) * 100).toFixed(0)} %`.padStart(14),
      String(schedule.counts.redone).padStart(6),
      ((user + system) / 1e6).toFixed(1).padStart(6),
    ].join(" | "),
  )
}
