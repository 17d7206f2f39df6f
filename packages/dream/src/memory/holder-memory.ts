/** The memory of one character in one session: what it holds, what of it is true when, and what comes to mind. */
import { createEntityIndex } from "./entity-index.ts"
import { errors } from "./errors.ts"
import { checkEvent, editEvent } from "./event.ts"
import type { FactEvent, Memory, MemoryEdit, MemoryEvent, RelationEvent } from "./event.ts"
import { defaultWeights, rank, recencyOf } from "./recall.ts"
import type { PartColumns, Recalled, RecallQuery } from "./recall.ts"
import { queryTermsOf, termsOf } from "./terms.ts"
import { compareText, compareTime, createTimeline } from "./timeline.ts"
import type { Validity } from "./timeline.ts"
import { createVectorIndex } from "./vector-index.ts"
import { createWordIndex } from "./word-index.ts"

/** A fact or a relation with the time during which it holds. */
export type Timed<E extends FactEvent | RelationEvent> = Memory & E & { readonly validity: Validity }

/** Reading a memory. */
export interface HolderMemoryView {
  readonly holder: string
  size(): number
  get(id: string): Memory | undefined
  /** All memories, oldest first. */
  list(): Memory[]
  /** What comes to mind, best first; the formula is in recall.ts. */
  recall(query: RecallQuery): Recalled[]
  /** Facts that hold at `at` (with one whose value is null where nothing holds any more), by subject and attribute. */
  facts(at: number): Timed<FactEvent>[]
  /** Everything ever known of one attribute, oldest first. */
  factHistory(subject: string, attribute: string): Timed<FactEvent>[]
  /** Relations that hold at `at`. */
  relations(at: number): Timed<RelationEvent>[]
  relationHistory(from: string, to: string, name: string): Timed<RelationEvent>[]
  /** What rests on any of `ids`, directly or through others; without `ids` themselves. */
  dependents(ids: readonly string[]): string[]
  /** Memories without a vector of `space`. */
  withoutVector(space: string): Memory[]
  vector(id: string): Float32Array | undefined
  /** Everything that is kept of the memories, in an order that does not depend on how it came about. */
  inspect(): HolderState
}

/** A memory that can be changed. The store edge changes it only after the change is durable. */
export interface HolderMemory extends HolderMemoryView {
  /**
   * Keeps an event. False where nothing was kept: the id is known, or what it rests on is not (any more).
   * Throws `memory_invalid`.
   */
  add(event: MemoryEvent, marks?: Partial<Pick<Memory, "isPinned" | "isEdited">>): boolean
  pin(id: string, isPinned: boolean): void
  /**
   * Changes words, importance or value. Where words or value change, what rests on it is forgotten, since it may say
   * otherwise. Gives the forgotten ids. Throws `memory_not_found`, `memory_invalid`.
   */
  edit(id: string, edit: MemoryEdit): string[]
  /** Forgets `ids` and what rests on them: words, n-grams, vectors, intervals. Unknown ids are no error. Gives the forgotten ids. */
  forget(ids: readonly string[]): string[]
  /** Gives a memory its vector. `space` names the model; vectors of another model are dropped first. */
  setVector(id: string, vector: ArrayLike<number>, space: string): void
}

/** See {@link HolderMemoryView.inspect}. */
export interface HolderState {
  readonly memories: readonly Memory[]
  readonly terms: readonly (readonly [term: string, postings: readonly (readonly [id: string, count: number])[]])[]
  readonly entities: readonly (readonly [entity: string, ids: readonly (readonly [id: string, strength: number])[]])[]
  readonly vectors: readonly (readonly [id: string, vector: readonly number[]])[]
  readonly timelines: readonly (readonly [key: string, ids: readonly string[]])[]
}

const factKey = (subject: string, attribute: string) => JSON.stringify(["fact", subject, attribute])
const relationKey = (from: string, to: string, name: string) => JSON.stringify(["relation", from, to, name])

const timelineKey = (event: MemoryEvent): string | undefined => {
  if (event.type === "fact") return factKey(event.subject, event.attribute)
  if (event.type === "relation") return relationKey(event.from, event.to, event.name)
  return undefined
}

const valueOf = (event: MemoryEvent) => (event.type === "fact" || event.type === "relation" ? event.value : undefined)

export function createHolderMemory(holder: string): HolderMemory {
  const slots = new Map<string, number>()
  const ids: (string | undefined)[] = []
  const memories: (Memory | undefined)[] = []
  const free: number[] = []
  const restingOn = new Map<string, Set<string>>()
  const words = createWordIndex()
  const entities = createEntityIndex(holder)
  const vectors = createVectorIndex()
  const timeline = createTimeline<Memory & (FactEvent | RelationEvent)>()
  let columns = createColumns(0)

  const get = (id: string): Memory | undefined => {
    const slot = slots.get(id)
    return slot === undefined ? undefined : memories[slot]
  }
  const list = (): Memory[] => memories.filter((memory) => memory !== undefined).toSorted(compareTime)

  const place = (slot: number, memory: Memory) => {
    slots.set(memory.id, slot)
    ids[slot] = memory.id
    memories[slot] = memory
    words.add(slot, termsOf(memory.text))
    entities.add(slot, memory)
    for (const id of memory.basis ?? []) restingOn.set(id, (restingOn.get(id) ?? new Set()).add(memory.id))
    const key = timelineKey(memory)
    if (key !== undefined) timeline.add(key, memory as Memory & (FactEvent | RelationEvent))
  }
  const clear = (slot: number, memory: Memory) => {
    slots.delete(memory.id)
    ids[slot] = undefined
    memories[slot] = undefined
    words.remove(slot, termsOf(memory.text))
    entities.remove(slot, memory)
    vectors.remove(slot)
    for (const id of memory.basis ?? []) {
      const resting = restingOn.get(id)
      resting?.delete(memory.id)
      if (resting?.size === 0) restingOn.delete(id)
    }
    const key = timelineKey(memory)
    if (key !== undefined) timeline.remove(key, memory.id)
  }

  const add: HolderMemory["add"] = (event, { isPinned = false, isEdited = false } = {}) => {
    checkEvent(event)
    if (slots.has(event.id) || event.basis?.some((id) => !slots.has(id)) === true) return false
    place(free.pop() ?? memories.length, { ...event, isPinned, isEdited })
    return true
  }

  const dependents = (from: readonly string[]): string[] => {
    const found = new Set<string>()
    const due = [...from]
    for (let id = due.pop(); id !== undefined; id = due.pop())
      for (const resting of restingOn.get(id) ?? [])
        if (!found.has(resting)) {
          found.add(resting)
          due.push(resting)
        }
    for (const id of from) found.delete(id)
    return [...found].toSorted(compareText)
  }

  const forget = (from: readonly string[]): string[] => {
    const gone = [...new Set([...from, ...dependents(from)])].filter((id) => slots.has(id)).toSorted(compareText)
    for (const id of gone) {
      const slot = slots.get(id) as number
      clear(slot, memories[slot] as Memory)
      free.push(slot)
    }
    // Scores of forgotten slots must not linger either.
    if (gone.length > 0) columns = createColumns(0)
    return gone
  }

  /** The slot and the memory. Throws `memory_not_found`. */
  const find = (id: string): readonly [number, Memory] => {
    const slot = slots.get(id)
    const memory = slot === undefined ? undefined : memories[slot]
    if (slot === undefined || memory === undefined) throw errors.memory_not_found({ holder, id })
    return [slot, memory]
  }
  const replace = (slot: number, memory: Memory, next: Memory) => {
    clear(slot, memory)
    place(slot, next)
  }

  // The marks of an entry are those of the memory now, not of when it was entered.
  const timed = <E extends FactEvent | RelationEvent>(key: string, entry: { readonly id: string }): Timed<E> =>
    ({ ...get(entry.id), validity: timeline.validity(key, entry.id) }) as Timed<E>
  const holdingAt = <E extends FactEvent | RelationEvent>(type: E["type"], at: number): Timed<E>[] =>
    timeline.keys().flatMap((key) => {
      const entry = timeline.at(key, at)
      return entry?.type === type ? [timed<E>(key, entry)] : []
    })
  const history = <E extends FactEvent | RelationEvent>(key: string): Timed<E>[] =>
    timeline.history(key).map((entry) => timed<E>(key, entry))

  const isCandidate = (slot: number, query: RecallQuery): boolean => {
    const memory = memories[slot]
    if (memory === undefined) return false
    const key = query.includesPast === true ? undefined : timelineKey(memory)
    return key === undefined || timeline.at(key, query.now)?.id === memory.id
  }

  const recall = (query: RecallQuery): Recalled[] => {
    if (columns.words.length < memories.length) columns = createColumns(memories.length * 2)
    for (const column of Object.values(columns)) column.fill(0, 0, memories.length)
    const weights = query.weights ?? defaultWeights
    words.score(queryTermsOf(query.text), columns.words)
    if (query.vector !== undefined) vectors.score(query.vector, columns.meaning)
    entities.score(query.about ?? [], query.present ?? [], columns.presence)
    for (let slot = 0; slot < memories.length; slot++) {
      const memory = memories[slot]
      if (memory === undefined) continue
      columns.recency[slot] = recencyOf(memory.at, query.now, weights.halfLife)
      columns.importance[slot] = memory.importance
      columns.pinned[slot] = memory.isPinned ? 1 : 0
    }
    return rank((slot) => isCandidate(slot, query), columns, weights, ids, query.limit ?? 10).map(({ slot, score }) => {
      const memory = memories[slot] as Memory
      const key = timelineKey(memory)
      const validity = key === undefined ? undefined : timeline.validity(key, memory.id)
      return { memory, ...(validity === undefined ? {} : { validity }), score, parts: partsOf(columns, slot) }
    })
  }

  const byId = (pairs: readonly (readonly [number, number])[]) =>
    pairs.map(([slot, value]) => [ids[slot] ?? "", value] as const).toSorted((a, b) => compareText(a[0], b[0]))

  return {
    holder,
    size: () => slots.size,
    get,
    list,
    add,
    dependents,
    forget,
    recall,
    pin: (id, isPinned) => {
      const [slot, memory] = find(id)
      memories[slot] = { ...memory, isPinned }
    },
    edit: (id, edit) => {
      const [slot, memory] = find(id)
      const next = { ...editEvent(memory, edit), isEdited: true }
      const isSameClaim = next.text === memory.text && valueOf(next) === valueOf(memory)
      const gone = isSameClaim ? [] : forget(dependents([id]))
      if (isSameClaim) memories[slot] = next
      else replace(slot, memory, next)
      return gone
    },
    setVector: (id, vector, space) => {
      const [slot] = find(id)
      if (vectors.space() !== undefined && vectors.space() !== `${space}/${vector.length}`)
        for (const other of slots.values()) vectors.remove(other)
      vectors.set(slot, vector, space)
    },
    withoutVector: (space) => {
      const isOther = vectors.space()?.startsWith(`${space}/`) !== true
      return list().filter(({ id }) => isOther || !vectors.has(slots.get(id) as number))
    },
    vector: (id) => {
      const slot = slots.get(id)
      return slot === undefined ? undefined : vectors.get(slot)
    },
    facts: (at) => holdingAt<FactEvent>("fact", at),
    factHistory: (subject, attribute) => history<FactEvent>(factKey(subject, attribute)),
    relations: (at) => holdingAt<RelationEvent>("relation", at),
    relationHistory: (from, to, name) => history<RelationEvent>(relationKey(from, to, name)),
    inspect: () => ({
      memories: list(),
      terms: words.inspect().map(({ term, postings }) => [term, byId(postings)] as const)
        .toSorted((a, b) => compareText(a[0], b[0])),
      entities: entities.inspect().map(({ entity, slots }) => [entity, byId(slots)] as const)
        .toSorted((a, b) => compareText(a[0], b[0])),
      vectors: list().flatMap(({ id }) => {
        const vector = vectors.get(slots.get(id) as number)
        return vector === undefined ? [] : [[id, [...vector]] as const]
      }),
      timelines: timeline.keys().map((key) => [key, timeline.history(key).map(({ id }) => id)] as const),
    }),
  }
}

const createColumns = (size: number): PartColumns => ({
  words: new Float64Array(size), meaning: new Float64Array(size), recency: new Float64Array(size),
  importance: new Float64Array(size), presence: new Float64Array(size), pinned: new Float64Array(size),
})

const partsOf = (columns: PartColumns, slot: number): Recalled["parts"] => ({
  words: columns.words[slot] as number, meaning: columns.meaning[slot] as number, recency: columns.recency[slot] as number,
  importance: columns.importance[slot] as number, presence: columns.presence[slot] as number, pinned: columns.pinned[slot] as number,
})
