/** What those who are there say by themselves. */
import { freeAt, holds } from "../world/index.ts"
import type { TurnDraft } from "./draft.ts"
import { bindingsOf, castPresent } from "./options.ts"
import { sayLine } from "./say-line.ts"

/** At most so many are said unprompted in one turn, each by somebody else. */
const mostReactions = 2

/** Says the reactions that hold now. In a turn in which the story has spoken they wait. */
export function react(draft: TurnDraft): void {
  if (draft.hasStorySpoken || draft.story?.status === "ready") return
  let count = 0
  for (const member of castPresent(draft.dream, draft.world, draft.player)) {
    if (count >= mostReactions) return
    const { world } = draft
    if (freeAt(world, member.character) > world.state.time) continue
    const keyOf = (id: string) => `reaction:${member.character}/${id}`
    const reaction = member.reactions.find(({ id, when }) => draft.before.taken[keyOf(id)] === undefined
      && !draft.taken.includes(keyOf(id)) && holds(world.definition, world.state, when, bindingsOf(world, draft.player)))
    if (reaction === undefined || !sayLine(draft, member, reaction.lines, { origin: "authored", why: "reaction" })) continue
    draft.taken.push(keyOf(reaction.id))
    draft.effect(reaction.effects)
    count++
  }
}
