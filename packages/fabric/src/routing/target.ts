/** Targets by name. */
import type { Target } from "./routing.ts"

/** `pool/model`: key of health maps, cost maps and cost prices. */
export const targetKey = (target: Pick<Target, "pool" | "model">): string => `${target.pool}/${target.model}`
