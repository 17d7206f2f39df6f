/** Who plays, and what they may meet: decided before anything is generated. */
import type { ContentKind } from "../bundle/index.ts"

/** `child`: under 14. `teen`: 14 to 17. `adult`: from 18. `unknown` is treated as a teen. */
export const ageBands = ["child", "teen", "adult", "unknown"] as const
export type AgeBand = (typeof ageBands)[number]

/** What a player, a guardian or the operator allows. */
export interface Limits {
  readonly age: AgeBand
  /** Kinds that are not wanted. */
  readonly without: readonly ContentKind[]
}

/** What follows for one dream. */
export interface Allowance {
  /** False where the dream's rating is above the player's age. */
  readonly isOpen: boolean
  /** Kinds that are left out: lines of these kinds are withheld, dials of these kinds stand at their first value. */
  readonly withheld: readonly ContentKind[]
  readonly isMinor: boolean
}
