/** A turn that is being played: what has happened in it so far. Nothing outside sees it before it is whole. */
import type { CastMember, ContentKind, Dream, Freedom } from "../bundle/index.ts"
import { freedoms } from "../bundle/index.ts"
import type { StoryState } from "../story/index.ts"
import type { LoreState } from "../lore/index.ts"
import { advance, append, entriesOf, seenCharacters, seenThings } from "../world/index.ts"
import type { Effect, Entry, Proposal, Refusal, World } from "../world/index.ts"
import type { PlayState, RecordedCall, TraceStep, Turn, TurnOutput, PlayerInput } from "./model.ts"
import { outputsOf } from "./world-output.ts"
import type { OutputOptions } from "./world-output.ts"

/** An output, and the player characters who perceive it. */
export interface Heard {
  readonly output: TurnOutput
  readonly audience: readonly string[]
}

const audiences = new WeakMap<TurnOutput, readonly string[]>()

/** The player characters who perceive an output that `takeTurn` gave; undefined for another one. The whole turn has it as `audience`. */
export const audienceOf = (output: TurnOutput): readonly string[] | undefined => audiences.get(output)

const ids = (list: readonly string[]) => list.join("\u0000")

export class TurnDraft {
  readonly dream: Dream
  readonly before: PlayState
  readonly player: string
  readonly input: PlayerInput
  readonly withheld: readonly ContentKind[]
  readonly calls: RecordedCall[] = []
  readonly trace: TraceStep[] = []
  readonly said: string[] = []
  readonly taken: string[] = []
  readonly scenes: string[] = []
  world: World
  story: StoryState | null
  lore: LoreState | null = null
  addressee: string | null = null
  ended: Turn["ended"] = null
  /** Story seconds that the turn takes. */
  seconds: number
  /** The story has spoken in this turn. */
  hasStorySpoken = false
  readonly #heard: Heard[] = []
  #given = 0
  #inputs = 0
  readonly #shown = new Map<string, string>()

  constructor(dream: Dream, before: PlayState, player: string, input: PlayerInput, withheld: readonly ContentKind[]) {
    this.dream = dream
    this.before = before
    this.player = player
    this.input = input
    this.withheld = withheld
    this.world = before.world
    this.story = before.story
    this.seconds = dream.secondsPerTurn
    for (const one of dream.players) this.#shown.set(one, this.#view(one))
  }

  get language() {
    return this.before.language
  }

  get index() {
    return this.before.turns
  }

  /** The state as it is now, for what is asked of states. */
  get scene() {
    const taken = { ...this.before.taken, ...Object.fromEntries(this.taken.map((key) => [key, this.index])) }
    return { language: this.language, world: this.world, story: this.story, taken }
  }

  /** The most that a model may do for `member` in this dream. */
  freedomOf(member: CastMember): Freedom {
    const least = Math.min(freedoms.indexOf(this.dream.freedom), freedoms.indexOf(member.freedom))
    return freedoms[least] ?? "select"
  }

  /** The player characters who are where `player` is, itself too. */
  companions(player = this.player): string[] {
    const place = this.world.state.positions[player] ?? null
    return this.dream.players.filter((one) => one === player || (place !== null && this.world.state.positions[one] === place))
  }

  emit(output: TurnOutput, audience: readonly string[] = [this.player]): void {
    if (audience.length === 0) return
    audiences.set(output, audience)
    this.#heard.push({ output, audience })
  }

  /** What was emitted since this was asked last. */
  fresh(): TurnOutput[] {
    const news = this.#heard.slice(this.#given).map(({ output }) => output)
    this.#given = this.#heard.length
    return news
  }

  get heard(): readonly Heard[] {
    return this.#heard
  }

  #step(input: { readonly kind: "act"; readonly actor: string } | { readonly kind: "tick" }
    | { readonly kind: "story"; readonly actor: string; readonly effects: readonly Effect[] },
  proposal: Proposal | null, time: number, shows: OutputOptions): Refusal | null {
    const id = `turn/${this.index}/${this.#inputs++}`
    const result = advance(this.world, { id, time, expects: this.world.journal.length, ...input }, proposal)
    this.trace.push({ step: "world", input: id, refusal: result.refusal?.code ?? null })
    if (result.refusal !== undefined) return result.refusal
    this.take(append(this.world, result.entry).world, shows)
    return null
  }

  /** Goes on to `world`, which has grown from this one; what players notice of it becomes outputs. */
  take(world: World, shows: OutputOptions = {}): void {
    const from = this.world.journal.length
    const before = this.world
    this.world = world
    for (const entry of entriesOf(world, from))
      for (const { output, audience } of outputsOf(this, before, entry, shows)) this.emit(output, audience)
  }

  /** `actor` makes a move. */
  act(actor: string, proposal: Proposal, shows: OutputOptions = {}): Refusal | null {
    return this.#step({ kind: "act", actor }, proposal, this.world.state.time, shows)
  }

  /** The author's hand. */
  effect(effects: readonly Effect[]): Refusal | null {
    return effects.length === 0 ? null : this.#step({ kind: "story", actor: this.player, effects }, null, this.world.state.time, {})
  }

  /** Time passes. */
  tick(time: number): void {
    if (time > this.world.state.time) this.#step({ kind: "tick" }, null, time, {})
  }

  #view(player: string): string {
    const { definition, state } = this.world
    return [state.positions[player] ?? "", ids(seenCharacters(definition, state, player)), ids(seenThings(definition, state, player))].join("\u0001")
  }

  /** Tells each player character that is somewhere else now, or sees others, what it sees. */
  showScenes(isForced = false): void {
    const { definition, state } = this.world
    for (const player of this.dream.players) {
      const view = this.#view(player)
      if (this.#shown.get(player) === view && !(isForced && player === this.player)) continue
      this.#shown.set(player, view)
      this.emit({
        type: "scene", place: state.positions[player] ?? null,
        characters: seenCharacters(definition, state, player), things: seenThings(definition, state, player),
      }, [player])
    }
  }

  /** What was appended to the world's journal. */
  get entries(): readonly Entry[] {
    return entriesOf(this.world, this.before.world.journal.length)
      .map(({ index, input, proposal, events }) => ({ index, input, proposal, events }))
  }
}
