/**
 * Events a second of the reducer alone, of an append to the journal, and of a whole advance, on a world by chance with
 * 25 characters (a CPU second matters where the machine has other work): `reducer.ts [--events 300000] [--seed 1]`.
 */
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import { createRandom } from "@daydream/engine/random"
import { randomInput, randomWorldFile } from "@daydream/dream/testing"
import { advance, append, createWorld, entriesOf, reduce, requireWorld } from "@daydream/dream/world"
import type { WorldEvent } from "@daydream/dream/world"

const { values } = parseArgs({
  options: { events: { type: "string", default: "300000" }, seed: { type: "string", default: "1" } },
})
const most = Number(values.events)
const definition = requireWorld([randomWorldFile(createRandom("reducer", values.seed), { characters: 25, secrets: 8 })])

const played = Math.min(most, 20_000)
const random = createRandom("play", values.seed)
let world = createWorld(definition)
let inputs = 0
let spent = 0
for (let count = 0; world.journal.length < played / 2; count++) {
  const { input, proposal } = randomInput(random, world, count)
  const began = performance.now()
  const result = advance(world, input, proposal)
  spent += performance.now() - began
  inputs++
  if (result.entry !== undefined) ({ world } = append(world, result.entry))
}
const entries = entriesOf(world)
const events: readonly WorldEvent[] = entries.flatMap((entry) => entry.events)
const byKind = Map.groupBy(events, ({ kind }) => kind)
console.log(
  `Characters: 25. Events of play: ${events.length} (${[...byKind].map(([kind, list]) => `${kind} ${list.length}`).join(", ")}).`,
)

console.log(`${"".padEnd(22)} ${"a second".padStart(12)} ${"a CPU second".padStart(12)}`)

function rate(name: string, round: () => number): void {
  round()
  let done = 0
  const began = performance.now()
  const cpu = process.cpuUsage()
  while (done < most) done += round()
  const { user, system } = process.cpuUsage(cpu)
  const perSecond = (seconds: number) =>
    Math.round(done / seconds)
      .toLocaleString("en")
      .padStart(12)
  console.log(`${name.padEnd(22)} ${perSecond((performance.now() - began) / 1000)} ${perSecond((user + system) / 1e6)}`)
}

rate("reduce: events", () => {
  let { state } = createWorld(definition)
  for (const event of events) state = reduce(definition, state, event)
  return events.length
})
rate("append: events", () => {
  let now = createWorld(definition)
  for (const entry of entries) now = append(now, entry).world
  return events.length
})
for (const [kind, list] of byKind) {
  const { state } = world
  const again = list.map((event) => ({ ...event, time: state.time }))
  rate(`reduce: ${kind}`, () => {
    let now = state
    for (const event of again) now = reduce(definition, now, event)
    return again.length
  })
}
console.log(
  `${"advance: inputs".padEnd(22)} ${Math.round((inputs / spent) * 1000)
    .toLocaleString("en")
    .padStart(12)}`,
)
