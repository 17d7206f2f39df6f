/**
 * What a session costs beside the models: committing a turn, showing the state, coming back cold after many turns, going back,
 * branching, saving, forgetting; and turns a second of many sessions at once.
 * Usage: node --conditions=source benchmarks/dream/session-turns.ts [--turns 300] [--at-once 8]
 */
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { parseArgs } from "node:util"
import { createSessions } from "@daydream/dream/session"
import type { Sessions } from "@daydream/dream/session"
import type { PlayerInput } from "@daydream/dream/turn"
import { createRandom } from "@daydream/engine/random"
import { openStore } from "@daydream/engine/storage"
import { endless } from "./endless.ts"
import { player, ports } from "./session-player.ts"

const { values } = parseArgs({ options: {
  turns: { type: "string", default: "300" }, "at-once": { type: "string", default: "8" },
} })
const folder = await mkdtemp(join(tmpdir(), "daydream-bench-turns-"))
await chmod(folder, 0o755)
const store = await openStore({ folder: join(folder, "store") })
const make = () => createSessions(store, { dreams: endless, ports })
const sessions = await make()

const quantile = (times: readonly number[], share: number) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
const told = (what: string, times: readonly number[]) =>
  console.log(`| ${what} | ${quantile(times, 0.5).toFixed(1)} | ${quantile(times, 0.9).toFixed(1)} | ${quantile(times, 0.99).toFixed(1)} | ${times.length} |`)
async function timed(times: number[], work: () => Promise<unknown>): Promise<void> {
  const start = performance.now()
  await work()
  times.push(performance.now() - start)
}

const open = async (seed: string) => (await sessions.open({ dream: "endless", seed, player: { id: player, age: "adult" } })).session

interface Times {
  readonly whole: number[]
  readonly commit: number[]
}

/** Plays one turn; times the whole and what follows the last output. */
async function turnOf(on: Sessions, session: string, random: ReturnType<typeof createRandom>, times: Times): Promise<void> {
  const { turns, suggestions, canContinue } = await on.state(session, player)
  const words = ["你好", "这里出了什么事", "我叫王小明，从青石巷来", "天气真怪啊"]
  const suggestion = suggestions[random.integer(Math.max(1, suggestions.length))]
  const act: PlayerInput = random.integer(3) === 0 || suggestion === undefined
    ? { kind: "say", text: words[random.integer(words.length)] ?? "" } : { kind: "take", option: suggestion.option }
  const input: PlayerInput = turns === 0 ? { kind: "begin" } : canContinue ? { kind: "continue" } : act
  const start = performance.now()
  let last = start
  for await (const event of on.play({ session, player, input })) {
    const now = performance.now()
    if (event.type === "committed") {
      times.whole.push(now - start)
      times.commit.push(now - last)
    }
    last = now
  }
}

const random = createRandom("session-turns")
const session = await open("long")
const times: Times = { whole: [], commit: [] }
const colds: string[] = []
const turnsNow = async () => (await sessions.state(session, player)).turns
for (let goal = 50; goal <= Number(values.turns); goal = goal === 50 ? 100 : goal + 100) {
  while (await turnsNow() < goal) await turnOf(sessions, session, random, times)
  const cold: number[] = []
  for (let n = 0; n < 5; n++) {
    const other = await make()
    await other.list(player)
    await timed(cold, () => other.state(session, player))
    await other.close()
  }
  colds.push(`${goal} turns: ${quantile(cold, 0.5).toFixed(0)} ms`)
}
console.log("| one session | median, ms | p90 | p99 | times |\n|---|---:|---:|---:|---:|")
told("a turn, whole", times.whole)
told("a turn, from its last output to `committed` (commit and the new state)", times.commit)
const shown: number[] = []
for (let n = 0; n < 200; n++) await timed(shown, () => sessions.state(session, player))
told("the state", shown)
const saved: number[] = []
const branched: number[] = []
const back: number[] = []
const forgot: number[] = []
for (let n = 0; n < 10; n++) await timed(saved, () => sessions.save(session, player, `save ${n}`))
for (let n = 0; n < 10; n++) await timed(branched, () => sessions.branch(session, player))
for (let n = 0; n < 10; n++) {
  const { turns } = await sessions.state(session, player)
  await timed(back, () => sessions.rewind(session, player, turns - 1))
}
const holder = (await sessions.state(session, player)).player.id
for (let n = 0; n < 5; n++) {
  const [memory] = await sessions.memories(session, player, holder)
  if (memory !== undefined) await timed(forgot, () => sessions.forget(session, player, [memory.id]))
}
told(`saving at ${values.turns} turns`, saved)
told("branching", branched)
told("going back one turn", back)
told("forgetting one memory, with its 20 copies in saves and branches", forgot)
console.log(`\ncoming back cold: ${colds.join("; ")}`)
const [size] = await store.query<{ record: string; kept: string }>(
  "select avg(octet_length(record))::int as record, avg(pg_column_size(record) + coalesce(pg_column_size(content), 0))::int as kept from dream_session.turn")
console.log(`a turn's record: ${size?.record} bytes, ${size?.kept} as the database keeps it`)

const many = await Promise.all(Array.from({ length: Number(values["at-once"]) }, (_, number) => open(`many ${number}`)))
const together: Times = { whole: [], commit: [] }
const began = performance.now()
await Promise.all(many.map(async (one, number) => {
  const own = createRandom("session-turns", number)
  for (let n = 0; n < 40; n++) await turnOf(sessions, one, own, together)
}))
const seconds = (performance.now() - began) / 1000
console.log(`${many.length} sessions at once in one process: ${(together.whole.length / seconds).toFixed(0)} turns a second; commit median ${quantile(together.commit, 0.5).toFixed(1)} ms, p99 ${quantile(together.commit, 0.99).toFixed(1)} ms`)
await sessions.close()
await store.close()
await rm(folder, { recursive: true, force: true })
