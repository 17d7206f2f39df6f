/** What those who were there keep of a turn: made of witnessed events by rule, without a model. */
import type { Localized } from "@daydream/engine/language"
import type { MemoryEntry, MemoryEvent } from "../memory/index.ts"
import { charactersOf, entriesOf, isAcquainted, knowledgeOf, sentencesOf } from "../world/index.ts"
import type { Knowledge, RecordedEntry, WorldEvent } from "../world/index.ts"
import type { TurnDraft } from "./draft.ts"
import { legalName } from "./move-name.ts"
import { textIn } from "./options.ts"
import { nameOf } from "./say-line.ts"

/** How much an event counts, before what is special about it. 0 (nothing) to 1 (unforgettable). */
const importances = { said: 0.3, saidSecret: 0.7, acted: 0.4, moved: 0.2, given: 0.5, narrated: 0.4, learned: 0.5, secret: 0.8, related: 0.3, story: 0.4 }

const words = {
  said: { en: '{who} said: "{text}"', zh: "{who}说：“{text}”" },
  came: { en: "{who} came to {where}.", zh: "{who}来到{where}。" },
  left: { en: "{who} left.", zh: "{who}离开了。" },
  told: { en: "{who} told: {text}", zh: "听{who}说：{text}" },
  related: { en: "{name} towards {who}: {value}", zh: "对{who}的{name}：{value}" },
} as const satisfies Readonly<Record<string, Localized>>

const fill = (template: string, values: Readonly<Record<string, string>>) =>
  template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => values[name] ?? "")

interface Making {
  readonly draft: TurnDraft
  readonly entry: RecordedEntry
  readonly event: WorldEvent
  readonly witnesses: readonly string[]
  readonly id: string
}

const baseOf = ({ draft, event, witnesses, id }: Making, holder: string) => {
  const place = draft.world.state.positions[holder] ?? null
  const present = witnesses.filter((one) => one !== holder)
  return {
    id, at: event.time, journalIndex: draft.index,
    ...(place === null ? {} : { place }), ...(present.length === 0 ? {} : { present }),
  }
}

/** Entities of whom `holder` knows, among `ids`. */
const knownOf = ({ world }: TurnDraft, holder: string, ids: readonly (string | null)[]): string[] =>
  [...new Set(ids)].filter((id): id is string => id !== null && isAcquainted(world.definition, world.state, holder, id))

const about = (ids: readonly string[]) => (ids.length === 0 ? {} : { about: ids })

function ofSaid(making: Making & { readonly event: WorldEvent & { kind: "said" } }, holder: string): MemoryEvent[] {
  const { draft, event } = making
  if (event.text.trim() === "") return []
  const isSecret = event.claims.some(({ fact }) => draft.world.definition.facts.get(fact)?.guard !== null)
  const text = fill(words.said[draft.language], { who: nameOf(draft, event.speaker), text: event.text })
  const isOwn = holder === event.speaker
  return [{
    type: "episode", ...baseOf(making, holder), text, importance: isSecret ? importances.saidSecret : importances.said,
    source: isOwn ? "said" : "told", ...(isOwn ? {} : { toldBy: event.speaker }), ...about(isOwn ? [] : [event.speaker]),
  }]
}

function ofDeed(making: Making, holder: string): MemoryEvent[] {
  const { draft, event } = making
  const episode = (text: string, importance: number, ids: readonly (string | null)[]): MemoryEvent[] => text === "" ? [] : [{
    type: "episode", ...baseOf(making, holder), text, importance, source: "seen", ...about(knownOf(draft, holder, ids)),
  }]
  const { language, world } = draft
  if (event.kind === "acted") {
    const isFit = Object.values(event.arguments).every((id) => !world.definition.entities.has(id) || isAcquainted(world.definition, world.state, holder, id))
    return isFit ? episode(legalName(world, event, language), event.move === "give" ? importances.given : importances.acted, [event.actor, ...Object.values(event.arguments)]) : []
  }
  if (event.kind === "moved" && event.character !== holder) {
    const isHere = event.to !== null && world.state.positions[holder] === event.to
    const text = fill(isHere ? words.came[language] : words.left[language], { who: nameOf(draft, event.character), where: nameOf(draft, event.to ?? "") })
    return episode(text, importances.moved, [event.character])
  }
  if (event.kind === "narrated") return episode(textIn(event.text, language), importances.narrated, [])
  if (event.kind === "related" && event.from === holder) {
    const name = textIn(world.definition.relations.get(event.relation)?.names ?? {}, language) || event.relation
    const text = fill(words.related[language], { who: nameOf(draft, event.to), name, value: String(event.value) })
    return [{
      type: "relation", ...baseOf(making, holder), text, importance: importances.related, source: "seen",
      from: event.from, to: event.to, name: event.relation, value: event.value, ...about([event.to]),
    }]
  }
  return []
}

/** Facts that `holder` has come to hold for true in this turn. */
function ofKnowledge(draft: TurnDraft, holder: string): MemoryEvent[] {
  const { world, before, language } = draft
  const { definition, state } = world
  const since = before.world.journal.length
  const ofItem = (fact: string, item: Knowledge): MemoryEvent[] => {
    const definitionOf = definition.facts.get(fact)
    if (definitionOf === undefined || item.entry < since || item.until !== undefined) return []
    const says = textIn(sentencesOf(definitionOf, item.value), language)
    if (says === "" || item.source.kind === "supposed") return []
    const by = item.source.kind === "told" || item.source.kind === "asked" ? item.source.by : null
    const place = state.positions[holder] ?? null
    return [{
      // One of several that hold different things for true of one fact is not contradicted by what another says.
      type: "fact", id: `t${draft.index}:f:${fact}:${String(item.value)}`, subject: by ?? "world", attribute: fact, value: item.value,
      at: item.since, journalIndex: draft.index, text: by === null ? says : fill(words.told[language], { who: nameOf(draft, by), text: says }),
      importance: definitionOf.guard === null ? importances.learned : importances.secret,
      source: by === null ? "seen" : "told", ...(by === null ? {} : { toldBy: by }), ...(place === null ? {} : { place }),
      ...about(knownOf(draft, holder, [...definitionOf.about, by])),
    }]
  }
  return Object.keys(state.knowledge[holder] ?? {}).toSorted()
    .flatMap((fact) => knowledgeOf(definition, state, holder, fact).flatMap((item) => ofItem(fact, item)))
}

/** What was told in the story's scenes is kept by whoever was there from the turn's beginning to its end. */
function ofStory(draft: TurnDraft): MemoryEntry[] {
  const { world, before, player, language } = draft
  const place = world.state.positions[player] ?? null
  const stayed = charactersOf(world.definition).map(({ id }) => id).filter((id) =>
    place !== null && world.state.positions[id] === place && (before.world.state.positions[id] === place || id === player))
  return draft.heard.flatMap(({ output }, at): MemoryEntry[] => {
    if (output.type !== "say" || output.origin === "player" || !isOfStory(draft, output.line, output.character)) return []
    return [...new Set([...stayed, ...(world.state.positions[output.character] === place ? [output.character] : [])])].map((holder) => {
      const isOwn = holder === output.character
      return {
        holder,
        event: {
          type: "episode", id: `t${draft.index}:s${at}`, at: world.state.time, journalIndex: draft.index,
          text: fill(words.said[language], { who: nameOf(draft, output.character), text: output.text }), importance: importances.story,
          source: isOwn ? "said" : "told", ...(isOwn ? {} : { toldBy: output.character }), ...(place === null ? {} : { place }),
        },
      }
    })
  })
}

const isOfStory = (draft: TurnDraft, line: string | null, speaker: string): boolean =>
  line !== null && draft.trace.some((step) => step.step === "line" && step.why === "story" && step.line === line && step.speaker === speaker)

/** The memories of this turn, for every character who was there. One id stands for one event with all of them. */
export function memoriesOf(draft: TurnDraft): MemoryEntry[] {
  const since = draft.before.world.journal.length
  const events = entriesOf(draft.world, since).flatMap((entry) => entry.events.map((event, at): Making => ({
    draft, entry, event, witnesses: entry.witnesses[at] ?? [], id: `t${draft.index}:${entry.index - since}.${at}`,
  })))
  const lived = events.flatMap((making) => making.witnesses.flatMap((holder) => {
    const { event } = making
    const found = event.kind === "said" ? ofSaid({ ...making, event }, holder) : ofDeed(making, holder)
    return found.map((one) => ({ holder, event: one }))
  }))
  const learned = charactersOf(draft.world.definition).flatMap(({ id }) => ofKnowledge(draft, id).map((event) => ({ holder: id, event })))
  return [...lived, ...ofStory(draft), ...learned]
}
