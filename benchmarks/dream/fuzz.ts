/** One fuzz over many worlds by chance: half of each world's events are played, half are forged. */
import { createRandom } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import { findLeaks, perceive } from "@daydream/dream/perception"
import { randomEvent, randomInput, randomWorldFile } from "@daydream/dream/testing"
import {
  advance,
  append,
  applyEvent,
  charactersOf,
  createWorld,
  findBreaches,
  readJournal,
  replay,
  requireWorld,
  stateHash,
  tellingObstacle,
  writeJournal,
} from "@daydream/dream/world"
import type { SaidEvent, World, WorldState } from "@daydream/dream/world"

export interface FuzzOptions {
  /** Events to try. */
  readonly events: number
  readonly seed: string
  readonly onProgress?: (events: number) => void
}

const perWorld = 1000
/** So many inputs or forged events lie between two searches of everybody's perception. */
const betweenSearches = 40
const counted = [
  "worlds",
  "inputs",
  "inputs refused",
  "events forged",
  "forged events refused",
  "events accepted",
  "utterances of characters accepted",
  "utterances refused",
  "of those accepted, with a word of a secret",
  "perceptions searched",
  "secrets known in them",
  "secrets not known in them",
  "journals replayed",
] as const

type Counts = Record<(typeof counted)[number], number>

export interface FuzzReport {
  readonly counts: Readonly<Counts>
  /** Broken invariants, leaks, differences; empty is what it should be. */
  readonly failures: readonly string[]
}

const squeeze = (text: string) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "")

/** Words of guarded facts in an accepted utterance which the speaker had no right to say: judged apart from the reducer. */
function stolenWords({ definition }: World, before: WorldState, said: SaidEvent, counts: Counts): string[] {
  const speaker = definition.entities.get(said.speaker)
  if (speaker?.kind !== "character" || speaker.isPlayer) return []
  counts["utterances of characters accepted"]++
  const text = squeeze(said.text)
  return [...definition.facts.values()]
    .filter(({ guard }) => guard !== null)
    .flatMap((fact) =>
      [...fact.values.values()]
        .filter(({ words }) =>
          Object.values(words)
            .flat()
            .some((word) => text.includes(squeeze(word))),
        )
        .flatMap(({ value }) => {
          counts["of those accepted, with a word of a secret"]++
          const obstacle = tellingObstacle(definition, before, said.speaker, { fact: fact.id, value })
          return obstacle === null
            ? []
            : [`${said.speaker} said "${said.text}": ${fact.id}=${String(value)} is ${obstacle}`]
        }),
    )
}

/** Secrets in what anybody perceives who never learned them. */
function searchPerceptions(name: string, world: World, counts: Counts): string[] {
  const { definition } = world
  const secrets = [...definition.facts.values()]
    .filter(({ guard }) => guard !== null)
    .reduce((sum, { values }) => sum + values.size, 0)
  return charactersOf(definition).flatMap(({ id }) => {
    const perception = perceive(world, id, { events: 10_000 })
    if (perception === null) return [`${name}: ${id} perceives nothing`]
    const known = perception.facts.filter(({ isSecret }) => isSecret).length
    counts["perceptions searched"]++
    counts["secrets known in them"] += known
    counts["secrets not known in them"] += secrets - known
    return findLeaks(world, perception).map((leak) => `${name}: ${id} perceives ${leak}`)
  })
}

function fuzzWorld(
  name: string,
  random: Random,
  budget: number,
): { readonly counts: Counts; readonly failures: string[]; readonly tried: number } {
  const counts = Object.fromEntries(counted.map((key) => [key, 0])) as Counts
  const failures: string[] = []
  let world = createWorld(requireWorld([randomWorldFile(random, { secrets: 4 })]))
  const { definition } = world
  counts.worlds++
  let tried = 0
  for (let count = 0; tried < budget; count++) {
    if (random.next() < 0.5) {
      const { input, proposal } = randomInput(random, world, count)
      counts.inputs++
      const result = advance(world, input, proposal)
      tried += Math.max(1, result.events?.length ?? 1)
      if (result.refusal !== undefined) {
        counts["inputs refused"]++
        if (result.refusal.code === "speech_refused") counts["utterances refused"]++
        continue
      }
      let { state } = world
      for (const event of result.events) {
        if (event.kind === "said") failures.push(...stolenWords(world, state, event, counts))
        state = applyEvent(definition, state, event)?.state ?? state
      }
      const next = append(world, result.entry)
      counts["events accepted"] += result.events.length
      if (next.refused > 0) failures.push(`${name}: an entry of advance was refused in part`)
      ;({ world } = next)
    } else {
      const event = randomEvent(random, world)
      counts["events forged"]++
      tried++
      const before = world.state
      const step = applyEvent(definition, before, event)
      if (step === undefined) {
        counts["forged events refused"]++
        if ((event as { kind?: unknown } | null)?.kind === "said") counts["utterances refused"]++
        continue
      }
      counts["events accepted"]++
      if ((event as SaidEvent).kind === "said") failures.push(...stolenWords(world, before, event as SaidEvent, counts))
      if (step.state.time < before.time) failures.push(`${name}: time ran back`)
      ;({ world } = append(world, {
        index: world.journal.length,
        input: { kind: "tick", id: `forged-${count}`, time: before.time },
        proposal: null,
        events: [event as SaidEvent],
      }))
    }
    if (count % betweenSearches === 0) failures.push(...searchPerceptions(name, world, counts))
    failures.push(...findBreaches(definition, world.state).map((breach) => `${name}: ${breach}`))
  }
  failures.push(...searchPerceptions(name, world, counts))
  counts["journals replayed"]++
  const again = replay(definition, readJournal(writeJournal(world)))
  if (again.refused > 0 || stateHash(again.world) !== stateHash(world))
    failures.push(`${name}: the journal replays to another state`)
  return { counts, failures, tried }
}

/** Tries `events` events on worlds by chance, 1,000 a world. The same seed does the same. */
export function fuzzWorlds({ events, seed, onProgress }: FuzzOptions): FuzzReport {
  const counts = Object.fromEntries(counted.map((key) => [key, 0])) as Counts
  const failures: string[] = []
  let tried = 0
  for (let at = 0; tried < events; at++) {
    const name = `${seed}-${at}`
    const one = fuzzWorld(name, createRandom("fuzz", name), Math.min(perWorld, events - tried))
    for (const key of counted) counts[key] += one.counts[key]
    failures.push(...one.failures)
    tried += one.tried
    if (onProgress !== undefined && at % 50 === 49) onProgress(tried)
  }
  return { counts, failures }
}
