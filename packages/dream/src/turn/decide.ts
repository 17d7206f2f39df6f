/** Finding out what the player means by what it said: rules, then a chooser, then words. */
import type { TurnDraft } from "./draft.ts"
import type { Option, Route } from "./model.ts"
import { openOptions, textIn } from "./options.ts"
import type { OpenOption } from "./options.ts"
import type { RecordedPorts } from "./recording.ts"
import { applyRules, findAddressee } from "./route/index.ts"
import type { Addressee } from "./route/index.ts"

/** What was decided. */
export interface Decision {
  readonly route: Route
  /** Of a route to an option. */
  readonly open: OpenOption | null
}

/** Candidates that the trace keeps. */
const keptCandidates = 5
/** Lines that a chooser looks back on. */
const keptLines = 6

const firm = (to: Route["to"], addressee: string | null): Route => ({ to, by: "rule", confidence: 1, candidates: [], addressee })

/** The last lines that the player perceived, as `name: text`. */
export function recentLines({ before, player, world, language }: TurnDraft): string[] {
  return before.recent.filter(({ audience }) => audience.includes(player)).slice(-keptLines).map(({ speaker, text }) =>
    (speaker === null ? text : `${textIn(world.definition.entities.get(speaker)?.names ?? {}, language)}: ${text}`))
}

/** What may be meant: everything, but of topics only those of whom the player speaks to. */
function considered(options: readonly Option[], addressee: string | null): Option[] {
  return options.filter(({ character }) => character === null || addressee === null || character === addressee)
}

async function choose(
  draft: TurnDraft, ports: RecordedPorts, text: string, options: readonly Option[], addressee: string | null, abortSignal: AbortSignal | undefined,
): Promise<Route> {
  if (options.length === 0) return { to: { other: "unclear" }, by: "fallback", confidence: 1, candidates: [], addressee }
  const { definition, state } = draft.world
  const nameIn = (id: string | null) => (id === null ? null : textIn(definition.entities.get(id)?.names ?? {}, draft.language))
  const { probabilities, by } = await ports.choose({
    language: draft.language, text, addressee: nameIn(addressee), place: nameIn(state.positions[draft.player] ?? null),
    recent: recentLines(draft), turn: `${draft.before.seed}/${draft.index}`,
  }, options, abortSignal === undefined ? {} : { abortSignal })
  const ranked = options.map(({ key }) => ({ option: key, probability: probabilities[key] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability)
  const best = ranked[0]
  const none = probabilities.none ?? 0
  const isMeant = best !== undefined && best.probability > none
  return {
    to: isMeant ? { option: best.option } : { other: "unclear" }, by,
    confidence: isMeant ? best.probability : none,
    candidates: ranked.slice(0, keptCandidates), addressee,
  }
}

/** What `text` means. */
export async function decide(
  draft: TurnDraft, ports: RecordedPorts, said: { readonly text: string; readonly addressee: Addressee }, abortSignal: AbortSignal | undefined,
): Promise<Decision> {
  const { text, addressee: { character, isNamed, rest } } = said
  const open = openOptions(draft.dream, draft.scene, draft.player, draft.withheld)
  const all = open.map(({ option }) => option)
  // Called by name, nobody else is meant.
  const options = isNamed ? considered(all, character) : all
  const found = applyRules({ dream: draft.dream, text, rest, options, addressee: character })
  const openOf = (key: string) => open.find(({ option }) => option.key === key) ?? null
  if (found !== null && "to" in found) {
    const one = "option" in found.to ? openOf(found.to.option) : null
    return { route: firm(found.to, one?.option.character ?? character), open: one }
  }
  const among = found?.among ?? considered(options, character)
  const route = await choose(draft, ports, rest, among, character, abortSignal)
  if ("option" in route.to) {
    const one = openOf(route.to.option)
    return { route: { ...route, addressee: one?.option.character ?? character }, open: one }
  }
  // Whether there is a model now makes no difference here: a replay has none where none was asked.
  const member = character === null ? undefined : draft.dream.cast.get(character)
  const isTalk = member !== undefined && draft.freedomOf(member) === "talk"
  return { route: isTalk ? { ...route, to: { other: "small_talk" } } : route, open: null }
}

/** To whom the player speaks. */
export const addresseeOf = (draft: TurnDraft, text: string, to: string | undefined): Addressee =>
  findAddressee(draft.world, draft.player, {
    text, to, last: draft.before.addressees[draft.player], language: draft.language,
  }, new Set(draft.dream.cast.keys()))
