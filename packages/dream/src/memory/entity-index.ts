/** Which memories have to do with whom or what, and how much. */
import type { Memory, MemoryEvent } from "./event.ts"

const wasThere = 0.5

/** 1 for who or what a memory is about, by whom it was said, where it is placed; ½ for who was only there. */
export function entitiesOf(event: MemoryEvent, holder: string): Map<string, number> {
  const entities = new Map<string, number>()
  for (const entity of event.present ?? []) entities.set(entity, wasThere)
  const closer = [...(event.about ?? []), event.place, event.toldBy, event.source === "said" ? holder : undefined]
  if (event.type === "fact") closer.push(event.subject)
  if (event.type === "relation") closer.push(event.from, event.to)
  for (const entity of closer) if (entity !== undefined) entities.set(entity, 1)
  return entities
}

export interface EntityIndex {
  add(slot: number, memory: Memory): void
  remove(slot: number, memory: Memory): void
  /** Adds the presence of recall.ts to `scores`. */
  score(asked: readonly string[], present: readonly string[], scores: Float64Array): void
  inspect(): { readonly entity: string; readonly slots: readonly (readonly [slot: number, strength: number])[] }[]
}

export function createEntityIndex(holder: string): EntityIndex {
  /** Pairs of slot and strength in a row. */
  const index = new Map<string, number[]>()
  return {
    add: (slot, memory) => {
      for (const [entity, strength] of entitiesOf(memory, holder)) {
        const pairs = index.get(entity)
        if (pairs === undefined) index.set(entity, [slot, strength])
        else pairs.push(slot, strength)
      }
    },
    remove: (slot, memory) => {
      for (const entity of entitiesOf(memory, holder).keys()) {
        const pairs = index.get(entity) ?? []
        for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === slot) pairs.splice(at, 2)
        if (pairs.length === 0) index.delete(entity)
      }
    },
    score: (asked, present, scores) => {
      const weights = new Map<string, number>(present.map((entity) => [entity, 0.5]))
      for (const entity of asked) weights.set(entity, 1)
      const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
      for (const [entity, weight] of weights) {
        const pairs = index.get(entity) ?? []
        for (let at = 0; at < pairs.length; at += 2) {
          const slot = pairs[at] as number
          scores[slot] = (scores[slot] as number) + (weight * (pairs[at + 1] as number)) / total
        }
      }
    },
    inspect: () => [...index].map(([entity, pairs]) => ({
      entity,
      slots: Array.from({ length: pairs.length / 2 }, (_, at) => [pairs[at * 2] as number, pairs[at * 2 + 1] as number] as const),
    })),
  }
}
