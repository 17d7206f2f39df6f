/** From what happened in the world to what the players perceive of it. */
import type { Origin } from "@daydream/engine/origin"
import { isAcquainted } from "../world/index.ts"
import type { RecordedEntry, World, WorldEvent } from "../world/index.ts"
import type { Heard, TurnDraft } from "./draft.ts"
import { deeds } from "./notices.ts"
import { textIn } from "./options.ts"
import { legalName } from "./move-name.ts"

/** How outputs are made of an entry. */
export interface OutputOptions {
  /** Of what is said: the author's line, and where it comes from. */
  readonly line?: string | null
  readonly origin?: Origin
  /** The story tells of it itself: deeds go without words. */
  readonly isStory?: boolean
}

const nameIn = ({ definition }: World, id: string, draft: TurnDraft) => textIn(definition.entities.get(id)?.names ?? {}, draft.language)

function movedOutputs(draft: TurnDraft, before: World, event: WorldEvent & { kind: "moved" }, audience: readonly string[], isStory: boolean): Heard[] {
  const { definition, state } = draft.world
  return audience.map((player) => {
    const isOwn = event.character === player
    const deed = isOwn ? deeds.goes : event.to !== null && state.positions[player] === event.to ? deeds.comes : deeds.leaves
    const text = isStory ? "" : deed[draft.language].replace("{who}", nameIn(before, event.character, draft))
    const isKnown = event.to !== null && isAcquainted(definition, state, player, event.to)
    const args: Record<string, string> = isKnown ? { to: event.to ?? "" } : {}
    return { output: { type: "do", character: event.character, move: "go", arguments: args, text }, audience: [player] }
  })
}

/** What the players notice of `entry`. What the acting player says itself is told too. */
export function outputsOf(draft: TurnDraft, before: World, entry: RecordedEntry, options: OutputOptions): Heard[] {
  const { isStory = false } = options
  return entry.events.flatMap((event, at): Heard[] => {
    const audience = draft.dream.players.filter((player) => entry.witnesses[at]?.includes(player) === true)
    if (audience.length === 0) return []
    switch (event.kind) {
      case "said":
        return event.text === "" ? [] : [{
          output: {
            type: "say", character: event.speaker, text: event.text, language: event.language,
            origin: event.origin, line: options.line ?? null,
          },
          audience,
        }]
      case "acted": {
        const text = isStory ? "" : legalName(before, event, draft.language)
        return [{ output: { type: "do", character: event.actor, move: event.move, arguments: event.arguments, text }, audience }]
      }
      case "moved":
        return movedOutputs(draft, before, event, audience, isStory)
      case "felt":
        return [{ output: { type: "feel", character: event.character, feeling: event.feeling }, audience }]
      case "narrated": {
        const text = textIn(event.text, draft.language)
        return text === "" ? [] : [{ output: { type: "narrate", text, language: draft.language, origin: event.origin, line: null }, audience }]
      }
      default:
        return []
    }
  })
}
