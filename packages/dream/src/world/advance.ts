/** The one way forward: an input and a proposal become events, or a refusal. */
import { cleanInput, cleanProposal } from "./clean.ts"
import { holds } from "./condition.ts"
import type { Bindings } from "./condition.ts"
import type { WorldDefinition } from "./definition.ts"
import type { Effect } from "./effect.ts"
import { eventsOf } from "./enact.ts"
import type { WorldEvent } from "./event.ts"
import { readInput, readProposal } from "./input.ts"
import type { Proposal, Speech } from "./input.ts"
import type { Entry, World } from "./journal.ts"
import type { Claim } from "./lexicon.ts"
import { bindingsOf } from "./actor.ts"
import { findMove, freeAt } from "./moves.ts"
import { applyEvent } from "./reduce.ts"
import { refuse } from "./refusal.ts"
import type { Refusal } from "./refusal.ts"
import { checkSpeech } from "./speech.ts"
import type { WorldState } from "./state.ts"

/** What {@link advance} gives. */
export type Advance =
  | { readonly events: readonly WorldEvent[]; readonly entry: Entry; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly events?: undefined; readonly entry?: undefined }

/** Events on trial: each is applied before the next is made. */
class Draft {
  readonly definition: WorldDefinition
  state: WorldState
  events: readonly WorldEvent[] = []

  constructor(definition: WorldDefinition, state: WorldState) {
    this.definition = definition
    this.state = state
  }

  /** False where the event cannot happen; the draft is then as before. */
  add(event: WorldEvent): boolean {
    const step = applyEvent(this.definition, this.state, event)
    if (step === undefined) return false
    this.state = step.state
    this.events = [...this.events, event]
    return true
  }

  /** All or nothing. */
  enact(effects: readonly Effect[], bindings: Bindings): boolean {
    const { state, events } = this
    for (const effect of effects)
      for (const event of eventsOf(this.definition, this.state, effect, bindings))
        if (!this.add(event)) {
          this.state = state
          this.events = events
          return false
        }
    return true
  }
}

function claimsOf({ definition }: World, proposal: Proposal): readonly Claim[] {
  const given = proposal.speech?.claims ?? []
  if (proposal.move !== "tell") return given
  const fact = definition.facts.get(proposal.arguments.fact ?? "")
  const value = fact === undefined ? undefined : readValue(proposal.arguments.value ?? "")
  if (
    fact === undefined ||
    value === undefined ||
    given.some((claim) => claim.fact === fact.id && claim.value === value)
  )
    return given
  return [...given, { fact: fact.id, value }]
}

function readValue(text: string): Claim["value"] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined
  } catch {
    return undefined
  }
}

/** The speech of a proposal; telling without words gets the fact's own sentence by the interface, so here an empty one. */
function speechOf(world: World, proposal: Proposal, isPlayer: boolean): Speech | undefined {
  if (proposal.speech !== undefined || proposal.move !== "tell") return proposal.speech
  return { text: "", language: world.definition.languages[0] ?? "en", origin: isPlayer ? "player" : "authored" }
}

function speak(world: World, draft: Draft, actor: string, proposal: Proposal): Refusal | null {
  const entity = world.definition.entities.get(actor)
  const isPlayer = entity?.kind === "character" && entity.isPlayer
  const speech = speechOf(world, proposal, isPlayer)
  if (speech === undefined) return null
  const { text, language, to = [], isWhisper = false } = speech
  const origin = isPlayer ? "player" : speech.origin
  const isOurs = origin === "generated" || origin === "reworded"
  const findings = isPlayer
    ? []
    : checkSpeech({ definition: world.definition, state: draft.state }, actor, text, language).filter(
        (finding) => finding.isSecret || (isOurs && finding.certainty === "exact"),
      )
  if (findings.length > 0) return refuse("speech_refused", findings).refusal
  const { time } = draft.state
  if (draft.state.hidden[actor] === true && !isWhisper) draft.add({ kind: "shown", time, entity: actor })
  const claims = claimsOf(world, proposal).map(({ fact, value }) => ({ fact, value }))
  const isSaid = draft.add({
    kind: "said",
    time,
    speaker: actor,
    text,
    language,
    origin,
    claims,
    to: [...to],
    isWhisper,
  })
  return isSaid ? null : refuse("speech_refused").refusal
}

function act(world: World, draft: Draft, actor: string, proposal: Proposal): Refusal | null {
  const { definition } = world
  if (definition.entities.get(actor)?.kind !== "character") return refuse("unknown_actor").refusal
  if ((draft.state.positions[actor] ?? null) === null) return refuse("off_stage").refusal
  const { time } = draft.state
  if (freeAt({ definition, state: draft.state }, actor) > time) return refuse("busy").refusal
  const me = { definition, state: draft.state, id: actor }
  const move = findMove(me, proposal.move, proposal.arguments)
  if (move === undefined) return refuse("move_closed").refusal
  const bindings = bindingsOf(me, proposal.arguments)
  if (
    proposal.feeling !== undefined &&
    draft.state.feelings[actor] !== proposal.feeling &&
    !draft.add({ kind: "felt", time, character: actor, feeling: proposal.feeling })
  )
    return refuse("feeling_unknown").refusal
  const refusal = speak(world, draft, actor, proposal)
  if (refusal !== null) return refusal
  const { authored } = move
  if (authored !== null || ["take", "drop", "put", "give"].includes(proposal.move)) {
    const isDone = draft.add({
      kind: "acted",
      time,
      actor,
      move: proposal.move,
      arguments: { ...proposal.arguments },
      until: time + (authored?.takes ?? 0),
      isSecret: authored?.isSecret ?? false,
    })
    if (!isDone) return refuse("impossible").refusal
  }
  return draft.enact(move.effects, bindings) ? null : refuse("impossible").refusal
}

/** What happens by itself: each rule at most once an input, in the author's order, until none is left to fire. */
function fireRules(draft: Draft, bindings: Bindings): void {
  const { definition } = draft
  const fired = new Set<string>()
  for (let isNew = true; isNew;) {
    isNew = false
    for (const rule of definition.rules.values()) {
      if (fired.has(rule.id) || !holds(definition, draft.state, rule.when, bindings)) continue
      fired.add(rule.id)
      const { state, events } = draft
      if (!draft.add({ kind: "fired", time: state.time, rule: rule.id })) continue
      if (draft.enact(rule.effects, bindings)) isNew = true
      else {
        draft.state = state
        draft.events = events
      }
    }
  }
}

/**
 * What `input` and `proposal` (of an `act`; null otherwise) lead to. Pure and total: nothing else is read, nothing is
 * changed, nothing is thrown. {@link append} takes the entry.
 */
export function advance(world: World, input: unknown, proposal: unknown = null): Advance {
  const { definition, state } = world
  const read = readInput(input)
  const given = proposal === null ? null : readProposal(proposal)
  const proposed = given === null || given === undefined ? given : cleanProposal(given)
  if (read === undefined || proposed === undefined || (read.kind === "act") !== (proposed !== null))
    return refuse("malformed")
  if (read.expects !== undefined && read.expects !== world.journal.length) return refuse("journal_moved")
  if (read.time < state.time) return refuse("time_runs_back")
  const draft = new Draft(definition, state)
  if (read.time > state.time || read.kind === "tick") draft.add({ kind: "waited", time: read.time })
  if (read.kind === "act" && proposed !== null) {
    const refusal = act(world, draft, read.actor, proposed)
    if (refusal !== null) return { refusal }
  }
  const actor = read.kind === "tick" ? "" : (read.actor ?? "")
  const bindings = () => ({ actor, here: definition.entities.has(actor) ? (draft.state.positions[actor] ?? "") : "" })
  if (read.kind === "story" && !draft.enact(read.effects, bindings())) return refuse("impossible")
  fireRules(draft, bindings())
  const entry: Entry = {
    index: world.journal.length,
    input: cleanInput(read),
    proposal: proposed,
    events: draft.events,
  }
  return { events: draft.events, entry }
}
