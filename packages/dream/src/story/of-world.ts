/** A typed world behind the port of a story. */
import {
  advance, append, canonicalJson, charactersOf, holderOf, knowledgeOf, placeOf, relationOf, thingsOf,
} from "../world/index.ts"
import type { Effect, EntityDefinition, World, WorldDefinition, WorldState } from "../world/index.ts"
import type { StoryNames, StoryProposal, StorySpeaker, StoryValue, StoryVerdict, StoryWorld } from "./port.ts"

/** A story's world that can be taken back: `world` holds every move that was accepted, in its journal. */
export interface WorldOnStage extends StoryWorld {
  readonly world: World
}

interface StageOptions {
  readonly dials?: Readonly<Record<string, StoryValue>>
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  (record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined)

/** What can matter for what comes next: all but the numbers of journal entries. */
function digestOf(state: WorldState): string {
  const { index: _index, knowledge, ...rest } = state
  const bare = Object.entries(knowledge).map(([holder, facts]) =>
    [holder, Object.entries(facts).map(([fact, items]) => [fact, items.map(({ entry: _entry, ...item }) => item)])])
  return canonicalJson([rest, bare])
}

function judge(world: World, proposal: StoryProposal, options: StageOptions): StoryVerdict {
  const base = { id: `story/${world.journal.length}`, time: world.state.time }
  const result = proposal.op === "act"
    ? advance(world, { ...base, kind: "act", actor: proposal.who }, { move: proposal.move, arguments: proposal.arguments })
    : advance(world, { ...base, kind: "story", effects: [proposal satisfies Effect] })
  if (result.refusal !== undefined) return { refusal: { code: result.refusal.code, message: result.refusal.message } }
  return { world: stageWorld(append(world, result.entry).world, options) }
}

/** Sets `world` behind a story. A story's moves become entries of the world's journal, as `story` and `act` inputs. */
export function stageWorld(world: World, options: StageOptions = {}): WorldOnStage {
  const { definition, state } = world
  return {
    world,
    fact: (fact) => (definition.facts.has(fact) ? own(state.facts, fact)?.value ?? null : null),
    knows: (who, fact) => knowledgeOf(definition, state, who, fact).some(({ until }) => until === undefined),
    at: (who, place) => definition.entities.get(who)?.kind !== "place" && placeOf(definition, state, who) === place,
    has: (who, thing) => holderOf(definition, state, thing) === who,
    relation: (kind, from, to) => relationOf(definition, state, kind, from, to) ?? 0,
    time: () => state.time,
    dial: (name) => own(options.dials, name) ?? null,
    propose: (proposal) => judge(world, proposal, options),
    mark: () => world.journal.length,
    digest: () => `${digestOf(state)}${canonicalJson(options.dials ?? {})}`,
  }
}

/** The names that a story of this world may use. */
export function storyNamesOf(definition: WorldDefinition, dials: readonly string[] = []): StoryNames {
  const named = [...definition.facts.values()].filter(({ type }) => type !== "number")
  return {
    facts: [...definition.facts.keys()],
    characters: charactersOf(definition).map(({ id }) => id),
    places: [...definition.entities.values()].filter(({ kind }) => kind === "place").map(({ id }) => id),
    things: thingsOf(definition).map(({ id }) => id),
    relations: [...definition.relations.keys()],
    moves: [...definition.moves.keys(), ...definition.builtins],
    feelings: definition.feelings,
    dials,
    values: Object.fromEntries(named.map((fact) => [fact.id, [...fact.values.keys()]])),
  }
}

const namesOf = ({ names, aliases }: EntityDefinition): string[] => [...Object.values(names), ...Object.values(aliases).flat()]

/** Who may speak in a story of this world. */
export const storySpeakersOf = (definition: WorldDefinition): StorySpeaker[] =>
  charactersOf(definition).map((character) => ({ id: character.id, names: namesOf(character) }))
