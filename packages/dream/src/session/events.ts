/** From kept turns to the events that one player receives. */
import type { Language } from "@daydream/engine/language"
import type { OutputEvent } from "../protocol/index.ts"
import { labelOf } from "../safety/index.ts"
import type { Turn, TurnOutput } from "../turn/index.ts"
import type { KeptTurn } from "./journal.ts"
import type { DreamAbout } from "./versions.ts"

export interface EventOptions {
  /** Who receives them. */
  readonly character: string
  readonly about: Pick<DreamAbout, "made">
  readonly language: Language
}

/** An output as an event, with its label where it is a text (another human's words have none: they are not "yours"). */
export function outputEvent(output: TurnOutput, at: { readonly cursor: number | null; readonly turn: number }, { about, language, character }: EventOptions): OutputEvent {
  const isOthers = output.type === "say" && output.origin === "player" && output.character !== character
  const label = !isOthers && (output.type === "say" || output.type === "narrate") ? { label: labelOf(output.origin, language, about.made.by) } : {}
  return { ...output, ...at, ...label }
}

/** True where `character` perceives the output; what has no audience is for whoever acts. */
export const isFor = (turn: Pick<Turn, "audience" | "player">, index: number, character: string): boolean =>
  turn.audience[index]?.includes(character) ?? turn.player === character

/** What the receiver's character perceives of a turn, with cursors; from `cursor` on. */
export const eventsOf = ({ row, turn }: KeptTurn, options: EventOptions, cursor = 0): OutputEvent[] =>
  turn.outputs.flatMap((output, index) =>
    row.firstCursor + index < cursor || !isFor(turn, index, options.character) ? []
      : [outputEvent(output, { cursor: row.firstCursor + index, turn: turn.index }, options)])
