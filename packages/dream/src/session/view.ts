/** What one player sees of a session. */
import type { Language } from "@daydream/engine/language"
import { perceive } from "../perception/index.ts"
import type { PerceivedFact } from "../perception/index.ts"
import { protocolVersion } from "../protocol/index.ts"
import type { Named, SessionState } from "../protocol/index.ts"
import { generatedNotice } from "../safety/index.ts"
import type { Texts } from "../world/index.ts"
import type { TurnEngine } from "./engine.ts"
import type { PlayerRow } from "./rows.ts"
import type { Standing } from "./states.ts"

/** The text in `language`, else in any. */
export const textIn = (texts: Texts, language: Language): string => texts[language] ?? Object.values(texts)[0] ?? ""

const two = (value: number) => String(Math.floor(value)).padStart(2, "0")

/** Story time for people. */
export function timeText(time: number, language: Language): string {
  const day = Math.floor(time / 86_400) + 1
  const clock = `${two((time % 86_400) / 3600)}:${two((time % 3600) / 60)}`
  return language === "zh" ? `第 ${day} 天 ${clock}` : `day ${day}, ${clock}`
}

const knownText = ({ says, fact }: PerceivedFact, language: Language) => {
  const text = textIn(says, language)
  return text === "" ? fact : text
}

/** What a character holds for true now, newest first. */
export const heldFacts = (facts: readonly PerceivedFact[], language: Language): SessionState["knows"] =>
  facts.filter(({ until }) => until === null).toSorted((a, b) => b.since - a.since)
    .map((one) => ({ fact: one.fact, text: knownText(one, language), certainty: one.certainty }))

export function viewOf({ row, dream, allowance, dials, state }: Standing, player: PlayerRow, engine: TurnEngine): SessionState {
  const { language } = row
  const { character } = player
  const seen = perceive(state.world, character, { events: 0 })
  const named = (id: string, names: Texts, description: Texts = {}): Named =>
    ({ id, name: textIn(names, language) || id, description: textIn(description, language) })
  const self = dream.world.entities.get(character)
  return {
    protocol: protocolVersion,
    session: row.id,
    dream: { id: dream.id, name: textIn(dream.names, language), version: dream.hash },
    language,
    turns: row.turns,
    cursor: row.cursor,
    player: named(character, self?.names ?? {}, self?.description ?? {}),
    time: timeText(state.world.state.time, language),
    place: seen?.place == null ? null : named(seen.place.id, seen.place.names, seen.place.description),
    exits: (seen?.place?.exits ?? []).map(({ id, names }) => named(id, names)),
    characters: (seen?.characters ?? []).map(({ id, names, description, feeling }) => ({ ...named(id, names, description), feeling })),
    things: (seen?.things ?? []).map(({ id, names, description, in: holder }) => ({ ...named(id, names, description), isHeld: holder === character })),
    knows: heldFacts(seen?.facts ?? [], language),
    suggestions: state.ended !== null ? [] : engine.optionsOf(dream, state, character, { allowance })
      .filter(({ isSuggested }) => isSuggested)
      .map(({ key, kind, name, character: whom }) => ({ option: key, kind, text: name, character: whom })),
    canContinue: engine.canContinue(state),
    ended: row.ended,
    notice: generatedNotice(dream)[language],
    dials,
    withheld: allowance.withheld,
    players: row.players.map(({ player: id, character: plays }) => ({ id, character: plays })),
    next: row.players.length > 1 && row.ended === null ? row.next : null,
  }
}
