/** From a decision to an act. */
import type { Act, Decision } from "./model.ts"

export const nothing: Decision = { proposal: null }

/** The act of `character` at `time`. Its id names both, so that it is the same in whatever order decisions are made. */
export const actOf = (character: string, time: number, { proposal, rest = 0, habit }: Decision): Act => ({
  time,
  character,
  input: { kind: "act", id: `schedule/${character}/${time}`, time, actor: character },
  proposal,
  rest,
  habit: habit ?? null,
})
