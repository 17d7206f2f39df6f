/**
 * Kills processes with SIGKILL at random moments while they play live sessions of a dream on one store, and looks after each
 * kill: is every acknowledged turn there, are the turns whole, do they replay to the same state (from the recorded answers of
 * models, byte for byte), does the session go on. Ends with exit code 1 where anything was wrong.
 * Usage: node --conditions=source benchmarks/dream/session-kills.ts [--kills 1000] [--processes 3] [--sessions 2] [--dream lighthouse] [--seed 1]
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { openDreamLibrary } from "@daydream/dream/bundle"
import { createSessions, playHash } from "@daydream/dream/session"
import { applyTurn, startPlay } from "@daydream/dream/turn"
import { createRandom } from "@daydream/engine/random"
import { openStore } from "@daydream/engine/storage"
import { player, playOnce, ports } from "./session-player.ts"

const { values } = parseArgs({ options: {
  kills: { type: "string", default: "1000" }, processes: { type: "string", default: "3" }, sessions: { type: "string", default: "2" },
  dream: { type: "string", default: "lighthouse" }, seed: { type: "string", default: "1" },
  url: { type: "string" }, play: { type: "string" },
} })
const library = openDreamLibrary()

if (values.url !== undefined) {
  const store = await openStore({ url: values.url })
  const sessions = await createSessions(store, { dreams: library, ports })
  await Promise.all((values.play ?? "").split(",").map(async (session) => {
    const random = createRandom("kills", values.seed, session)
    for (let count = 0; ; count++) await playOnce(sessions, session, random, `${values.seed}/${count}`, (line) => process.stdout.write(`${line}\n`))
  }))
}

const folder = await mkdtemp(join(tmpdir(), "daydream-bench-kills-"))
await chmod(folder, 0o755)
const store = await openStore({ folder: join(folder, "store") })
const sessions = await createSessions(store, { dreams: library, ports })
const dream = await library.find(values.dream)
const random = createRandom("kills", values.seed)

interface Known {
  readonly turns: number
  readonly cursor: number | null
  readonly may: number | null
}
const known = new Map<string, Known>()
const seeds = new Map<string, string>()
const slots: string[][] = []
for (let slot = 0; slot < Number(values.processes); slot++) {
  slots.push([])
  for (let number = 0; number < Number(values.sessions); number++) {
    const seed = `${values.seed}/${slot}/${number}`
    const { session } = await sessions.open({ dream: dream.id, seed, player: { id: player, age: "adult" } })
    slots[slot]?.push(session)
    known.set(session, { turns: 0, cursor: null, may: null })
    seeds.set(session, seed)
  }
}

async function runAndKill(ids: readonly string[], seed: string, afterLines: number, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ["--conditions=source", fileURLToPath(import.meta.url), "--url", store.url, "--play", ids.join(","), "--seed", seed], {
    stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "daydream-bench-compiled") },
  })
  let output = ""
  while (output.split("\n").length <= afterLines) {
    const [bytes] = await once(child.stdout, "data") as [Buffer]
    output += bytes.toString()
  }
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()))
  await sleep(afterMs)
  child.kill("SIGKILL")
  await once(child, "close")
  for (const line of output.split("\n").slice(0, -1)) {
    const [what = "", session = "", turns = "0", cursor = "0"] = line.split(" ")
    const before = known.get(session) ?? { turns: 0, cursor: null, may: null }
    if (what === "will") known.set(session, { ...before, may: Number(turns) })
    if (what === "back") known.set(session, { turns: Number(turns), cursor: null, may: null })
    if (what === "played") {
      acknowledged++
      known.set(session, { turns: Number(turns), cursor: Number(cursor), may: null })
    }
  }
}

async function faultsOf(session: string): Promise<string[]> {
  const { turns: least, cursor, may } = known.get(session) ?? { turns: 0, cursor: null, may: null }
  const { turns, state, faults } = await sessions.verify(session)
  verified += turns
  const wrong = faults.map(({ turn, reason }) => `turn ${turn}: ${reason}`)
  if (![least, may ?? least + 1].includes(turns)) wrong.push(`${turns} turns, ${least} were acknowledged`)
  let again = startPlay(dream, { session, seed: seeds.get(session) ?? "", language: dream.languages[0] ?? "zh" })
  for await (const turn of sessions.turns(session)) again = applyTurn(dream, again, turn)
  if (playHash(again) !== state) wrong.push("it replays to another state")
  const view = await sessions.state(session, player)
  // A turn that was under way may have been committed without a word; only what was said last is compared.
  if (may === null && cursor !== null && turns === least && view.cursor !== cursor) wrong.push("the acknowledged turn is another one")
  known.set(session, { turns, cursor: view.cursor, may: null })
  return wrong
}

let acknowledged = 0
let verified = 0
let kills = 0
let wrong = 0
const began = performance.now()
for (let round = 0; kills < Number(values.kills); round++) {
  await Promise.all(slots.map((ids, slot) => runAndKill(ids, `${values.seed}/${round}/${slot}`, 1 + random.integer(12), random.next() * 40)))
  kills += slots.length
  for (const session of slots.flat()) {
    const faults = await faultsOf(session)
    if (faults.length === 0) continue
    wrong++
    console.log(`round ${round}, session ${session}: ${faults.join("; ")}`)
  }
  if (round % 20 === 19) console.log(`${kills} kills, ${acknowledged} acknowledged turns, ${verified} turns played again, ${wrong} wrong, ${((performance.now() - began) / 1000).toFixed(0)} s`)
}
const [left] = await store.query<{ orphans: string; doomed: string }>(
  `select (select count(*) from dream_memory.key k where not exists (select from dream_memory.memory m where m.key_id = k.key_id)
     and not exists (select from dream_session.turn t where t.key_id = k.key_id)) as orphans, (select count(*) from dream_memory.doomed_key) as doomed`)
const [dangling] = await store.query<{ count: string }>(
  `with recursive reached as (
     select head as id from dream_session.session union select turn from dream_session.save
     union select t.parent from dream_session.turn t join reached r on t.id = r.id)
   select count(*) from dream_session.turn t where not exists (select from reached r where r.id = t.id)`)
console.log(`${kills} kills of ${slots.length} processes with ${slots.flat().length} live sessions of "${dream.id}": ${acknowledged} turns acknowledged, none of them `
  + `${wrong === 0 ? "" : "(see above) "}lost; ${verified} turns played again; ${wrong} sessions wrong; ${left?.orphans} keys and ${dangling?.count} turns left over; ${((performance.now() - began) / 1000).toFixed(0)} s`)
await sessions.close()
await store.close()
await rm(folder, { recursive: true, force: true })
if (wrong > 0 || left?.orphans !== "0" || dangling?.count !== "0") process.exitCode = 1
