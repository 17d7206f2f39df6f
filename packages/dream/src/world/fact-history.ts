/** How a fact came to be what it is. */
import type { Value } from "./definition.ts"
import { entriesOf } from "./journal.ts"
import type { World } from "./journal.ts"

/** A value, from when to when (story time); `until` null: still. */
export interface FactSpan {
  readonly value: Value | null
  readonly since: number
  readonly until: number | null
}

/** All values of a fact, oldest first; empty where there is no such fact. */
export function factHistory(world: World, fact: string): readonly FactSpan[] {
  const found = world.definition.facts.get(fact)
  if (found === undefined) return []
  const changes = entriesOf(world)
    .flatMap(({ events }) => events)
    .filter((event) => event.kind === "changed" && event.fact === fact)
  const starts = [
    { value: found.starts, since: world.definition.starts },
    ...changes.map((event) => ({ value: event.kind === "changed" ? event.value : null, since: event.time })),
  ]
  return starts.map((span, at) => ({ ...span, until: starts[at + 1]?.since ?? null }))
}
