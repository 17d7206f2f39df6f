import { spawn } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createRandom } from "@daydream/engine/random"
import { authorOnly, echo, innSource } from "./inn.test.support.ts"
import { createSessions, playHash } from "./index.ts"
import type { Sessions } from "./index.ts"
import { all, ownStore, played, player, stateOfTurns } from "./sessions.test.support.ts"
import type { OwnStore } from "./sessions.test.support.ts"

let own: OwnStore
let sessions: Sessions
const source = innSource()
beforeAll(async () => {
  own = await ownStore()
  sessions = await createSessions(own.store, { dreams: source, ports: { ...authorOnly(), say: echo } })
})
afterAll(async () => {
  await sessions.close()
  await own.remove()
})

interface Acknowledged {
  readonly turns: number
  /** The cursor after the last turn; null where turns were taken back since. */
  readonly cursor: number | null
  /** So many turns may be left, if what was begun came about. */
  readonly may: number | null
}

/** What a process said before it was killed, by session. */
async function runAndKill(seed: string, afterLines: number, afterMs: number): Promise<Map<string, Acknowledged>> {
  const child = spawn(process.execPath, ["--conditions=source", join(import.meta.dirname, "sessions-child.test.process.ts"), own.store.url, seed, "2"], {
    // Compiled once for all thirty.
    stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "daydream-session-compiled") },
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
  const said = new Map<string, Acknowledged>()
  for (const line of output.split("\n").slice(0, -1)) {
    const [what = "", session = "", turns = "0", cursor = "0"] = line.split(" ")
    const before = said.get(session) ?? { turns: 0, cursor: 0 }
    if (what === "will") said.set(session, { ...before, may: Number(turns) })
    else said.set(session, { turns: Number(turns), cursor: what === "back" ? null : Number(cursor), may: null })
  }
  return said
}

/** What is wrong with a session of a killed process. */
async function faultsOf(session: string, { turns: least, cursor, may }: Acknowledged): Promise<string[]> {
  const { turns, state, faults } = await sessions.verify(session)
  const wrong = faults.map(({ turn, reason }) => `turn ${turn}: ${reason}`)
  // What was acknowledged, or that and the one change that was under way.
  if (![least, may ?? least + 1].includes(turns)) wrong.push(`${turns} turns, ${least} acknowledged`)
  const [row] = await own.store.query<{ seed: string; end: string | null }>(
    `with recursive path as (select t.* from dream_session.turn t join dream_session.session s on s.head = t.id where s.id = $1
       union all select t.* from dream_session.turn t join path p on t.id = p.parent)
     select s.seed, (select first_cursor + events from path where index = $2) as end from dream_session.session s where s.id = $1`, [session, least - 1])
  if (may === null && cursor !== null && least > 0 && row?.end !== String(cursor)) wrong.push("the acknowledged turn is another one")
  const again = playHash(stateOfTurns(await source.find("inn"), await all(sessions.turns(session)), row?.seed ?? ""))
  if (again !== state) wrong.push("it replays to another state")
  const { canContinue } = await sessions.state(session, player)
  const next = await played(sessions, session, { kind: turns === 0 ? "begin" : canContinue ? "continue" : "wait" })
  if (next.at(-1)?.type !== "committed") wrong.push("it does not go on")
  return wrong
}

test("thirty times killed while playing: no acknowledged turn is lost, and every journal replays to the same state", async () => {
  const random = createRandom("session-kill")
  let acknowledged = 0
  for (let round = 0; round < 10; round++) {
    // Three processes at once, each killed in its own moment.
    const runs = await Promise.all([0, 1, 2].map((number) => runAndKill(`round-${round}-${number}`, 1 + random.integer(16), random.next() * 25)))
    for (const [session, one] of runs.flatMap((said) => [...said])) {
      acknowledged += one.turns
      expect(await faultsOf(session, one)).toEqual([])
    }
  }
  expect(acknowledged).toBeGreaterThan(30)
  expect(await own.store.query("select from dream_memory.doomed_key")).toHaveLength(0)
  const orphans = await own.store.query(
    "select from dream_memory.key k where not exists (select from dream_memory.memory m where m.key_id = k.key_id) and not exists (select from dream_session.turn t where t.key_id = k.key_id)")
  expect(orphans).toHaveLength(0)
}, 120_000)
