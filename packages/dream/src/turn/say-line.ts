/** A character says one of the author's lines. */
import type { Origin } from "@daydream/engine/origin"
import type { CastLine, CastMember } from "../bundle/index.ts"
import { expandMacros } from "../lore/index.ts"
import { checkSpeech, tellingObstacle } from "../world/index.ts"
import type { Finding } from "../world/index.ts"
import type { TurnDraft } from "./draft.ts"
import type { TraceStep } from "./model.ts"
import { isLineOpen, isWithheld, textIn } from "./options.ts"

type Why = Extract<TraceStep, { step: "line" }>["why"]

/** The name of a character in the session's language. */
export const nameOf = (draft: TurnDraft, id: string): string =>
  textIn(draft.world.definition.entities.get(id)?.names ?? {}, draft.language)

/** A line's text, its macros expanded. */
export const lineText = (draft: TurnDraft, member: CastMember, line: CastLine): string =>
  expandMacros(textIn(line.texts, draft.language), { char: nameOf(draft, member.character), user: nameOf(draft, draft.player) })

const keyOf = (member: CastMember, line: CastLine) => `${member.character}/${line.id}`

/** The lines that may be said now: those not said yet in the author's order, then the others, the one said longest ago first. */
function candidatesOf(draft: TurnDraft, member: CastMember, lines: readonly CastLine[]): readonly { readonly line: CastLine; readonly isNew: boolean }[] {
  const { before, world, player, withheld } = draft
  for (const line of lines)
    if (isWithheld(line.content, member, withheld)) draft.trace.push({ step: "withheld", line: keyOf(member, line), content: line.content ?? "" })
  const open = lines.filter((line) => isLineOpen(line, member, world, player, withheld))
  const saidAt = (line: CastLine) => (draft.said.includes(keyOf(member, line)) ? draft.index : before.said[keyOf(member, line)])
  const fresh = open.filter((line) => saidAt(line) === undefined)
  const old = open.filter((line) => saidAt(line) !== undefined).toSorted((a, b) => (saidAt(a) ?? 0) - (saidAt(b) ?? 0))
  return [...fresh.map((line) => ({ line, isNew: true })), ...old.map((line) => ({ line, isNew: false }))]
}

/** What bars an author's line from the character's mouth: secrets, and claims that it may not make. */
function obstaclesOf({ world, language }: TurnDraft, member: CastMember, line: CastLine, text: string): Finding[] | null {
  const findings = checkSpeech(world, member.character, text, language).filter(({ isSecret }) => isSecret)
  const isBarred = line.claims.some((claim) => tellingObstacle(world.definition, world.state, member.character, claim) !== null)
  return findings.length > 0 || isBarred ? findings : null
}

/**
 * Says the first of `lines` that may be said; false where none may, or the character cannot speak now. Every line that was
 * passed over because of a secret is in the trace.
 */
export function sayLine(
  draft: TurnDraft, member: CastMember, lines: readonly CastLine[], how: { readonly origin: Origin; readonly why?: Why },
): boolean {
  for (const { line, isNew } of candidatesOf(draft, member, lines)) {
    const text = lineText(draft, member, line)
    const obstacles = obstaclesOf(draft, member, line, text)
    if (obstacles !== null) {
      draft.trace.push({ step: "refused", refused: { speaker: member.character, text, findings: obstacles, attempt: 0, ...(obstacles.length === 0 ? { reason: "guarded" as const } : {}) } })
      continue
    }
    const feeling = line.feeling ?? undefined
    const refusal = draft.act(member.character, {
      move: "say", arguments: {},
      speech: { text, language: draft.language, origin: how.origin, claims: line.claims, to: [draft.player] },
      ...(feeling === undefined ? {} : { feeling }),
    }, { line: line.id })
    if (refusal !== null) return false
    draft.said.push(keyOf(member, line))
    draft.trace.push({ step: "line", speaker: member.character, line: line.id, why: how.why ?? (isNew ? "first_unsaid" : "said_longest_ago") })
    return true
  }
  return false
}
