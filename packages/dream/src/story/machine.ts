/** ink's engine with bounds on its work, the world behind its functions, and marks where checkpoints are entered. */
import type { Container } from "inkjs/engine/Container"
import type { InkObject } from "inkjs/engine/Object"
import { JsonSerialisation } from "inkjs/engine/JsonSerialisation"
import { SimpleJson } from "inkjs/engine/SimpleJson"
import { Story as InkStory } from "inkjs/engine/Story"
import type { StoryEngine } from "./story.ts"

/** Why a machine stopped by itself. */
export type Bound = "endless_loop" | "text_too_long" | "calls_too_deep" | "too_many_choices" | "number_too_large"

export class BoundReached extends Error {
  readonly bound: Bound
  readonly flow: string
  constructor(bound: Bound, flow: string) {
    super(bound)
    this.bound = bound
    this.flow = flow
  }
}

/** What a checkpoint remembers of ink. */
export interface InkMark {
  readonly name: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly visits: Readonly<Record<string, number>>
  readonly turn: number
  readonly random: number
}

const deepestCalls = 200
const longestText = 20_000
const longestOutput = 2_000
const mostChoices = 100

/** ink writes 3.0 as 3, which comes back as a whole number and divides otherwise; this keeps it, where ink can read it. */
class ExactWriter extends SimpleJson.Writer {
  override WriteFloat(value: number): void {
    if (!Number.isFinite(value)) throw new BoundReached("number_too_large", "")
    if (Number.isInteger(value) && value >= 0 && value < 1e15) {
      this.WriteStringStart()
      this.WriteStringInner(`${value}.0f`)
      this.WriteStringEnd()
    } else super.WriteFloat(value)
  }

  override WriteInt(value: number): void {
    if (!Number.isFinite(value)) throw new BoundReached("number_too_large", "")
    super.WriteInt(value)
  }
}

/** What of ink's state stands in fields that its types hide. */
interface Hidden {
  readonly _patch: { readonly globals: Map<string, InkObject>; readonly visitCounts: Map<Container, number> } | null
  _visitCounts: Map<string, number>
}

interface HiddenVariables {
  readonly _globalVariables: Map<string, InkObject>
  readonly patch: { readonly globals: Map<string, InkObject> } | null
}

type Internals = { _stateSnapshotAtLastNewline: { readonly currentTags: string[] | null } | null }

/** One running ink. Its state is loaded before and written after each use; a machine that failed is thrown away. */
export class Machine extends InkStory {
  readonly engine: StoryEngine
  /** Work left, in ink's steps. */
  budget = 0
  errors: string[] = []
  /** Checkpoints and flows entered since `begin`. */
  entered: string[] = []
  marks: InkMark[] = []
  /** Called with each mark, so that the world's place can be kept with it. */
  onMark: () => void = () => undefined
  #kept = { entered: 0, marks: 0 }

  constructor(engine: StoryEngine) {
    super(engine.content, engine.lists)
    this.engine = engine
    this.budget = 1_000_000
    this.ResetState()
    this.onError = (message, type) => { if ((type as number) === 2) this.errors.push(message) }
  }

  /** Gives work for one use and forgets the last one's marks. */
  begin(budget: number): void {
    this.budget = budget
    this.errors = []
    this.entered = []
    this.marks = []
    this.#kept = { entered: 0, marks: 0 }
  }

  /** The knot or stitch where ink stands. */
  flow(): string {
    for (let at: InkObject | null = this.state.callStack.currentElement.currentPointer.container; at !== null; at = at.parent) {
      const flow = this.engine.flowAt.get(at as Container)
      if (flow !== undefined) return flow
    }
    return ""
  }

  override ContinueSingleStep(): boolean {
    const { state } = this
    if (--this.budget < 0) throw new BoundReached("endless_loop", this.flow())
    if (state.callStack.elements.length > deepestCalls) throw new BoundReached("calls_too_deep", this.flow())
    if (state.outputStream.length > longestOutput || isLong(state.evaluationStack.at(-1))) throw new BoundReached("text_too_long", this.flow())
    if (state.generatedChoices.length > mostChoices) throw new BoundReached("too_many_choices", this.flow())
    const isDone = super.ContinueSingleStep()
    const { _stateSnapshotAtLastNewline: snapshot } = this as unknown as Internals
    // A line that moves the world ends here: what follows must see the world after the move.
    if (!isDone && snapshot !== null && (snapshot.currentTags ?? []).some((tag) => /^\s*move\s*[:：]/i.test(tag))) {
      this.RestoreStateSnapshot()
      return true
    }
    return isDone
  }

  override VisitContainer(container: Container, atStart: boolean): void {
    const flow = atStart ? this.engine.flowAt.get(container) : undefined
    if (flow !== undefined) {
      this.entered.push(flow)
      const name = this.engine.checkpointAt.get(flow)
      if (name !== undefined) {
        this.marks.push({ name, variables: this.variables(), visits: this.visits(), turn: this.state.currentTurnIndex, random: this.state.previousRandom })
        this.onMark()
      }
    }
    super.VisitContainer(container, atStart)
  }

  // What is read ahead and rolled back was not entered.
  override StateSnapshot(): void {
    this.#kept = { entered: this.entered.length, marks: this.marks.length }
    super.StateSnapshot()
  }

  override RestoreStateSnapshot(): void {
    this.entered.length = this.#kept.entered
    this.marks.length = this.#kept.marks
    super.RestoreStateSnapshot()
  }

  /** ink's variables in its own JSON. */
  variables(): Record<string, unknown> {
    const { _globalVariables, patch } = this.state.variablesState as unknown as HiddenVariables
    const writer = new ExactWriter()
    writer.WriteObjectStart()
    for (const [name, value] of _globalVariables) {
      writer.WritePropertyStart(name)
      JsonSerialisation.WriteRuntimeObject(writer, patch?.globals.get(name) ?? value)
      writer.WritePropertyEnd()
    }
    writer.WriteObjectEnd()
    return JSON.parse(writer.toString()) as Record<string, unknown>
  }

  /** How often each counted place was visited. */
  visits(): Record<string, number> {
    const { _patch, _visitCounts } = this.state as unknown as Hidden
    const patched = [...(_patch?.visitCounts ?? [])].map(([container, count]) => [container.path.toString(), count] as const)
    return { ...Object.fromEntries(_visitCounts), ...Object.fromEntries(patched) }
  }

  /** Sets how often places were visited. */
  setVisits(visits: Readonly<Record<string, number>>): void {
    (this.state as unknown as Hidden)._visitCounts = new Map(Object.entries(visits))
  }

  load(ink: string): void {
    this.state.LoadJson(ink)
  }

  write(): string {
    const writer = new ExactWriter()
    this.state.WriteJson(writer)
    return writer.toString()
  }
}

const isLong = (top: InkObject | undefined): boolean => {
  const value = (top as { readonly value?: unknown } | undefined)?.value
  return typeof value === "string" && value.length > longestText
}

const idle = new WeakMap<StoryEngine, Machine[]>()

/** Lends a machine for `use`; one that threw does not come back. */
export function withMachine<T>(engine: StoryEngine, use: (machine: Machine) => T): T {
  const free = idle.get(engine) ?? []
  idle.set(engine, free)
  const machine = free.pop() ?? new Machine(engine)
  const result = use(machine)
  free.push(machine)
  return result
}
