/** The way to an ending without its detours. */
import { canContinue } from "../turn/index.ts"
import { openAt, stepsAt, takeStep } from "./step.ts"
import type { Player, Point, Step } from "./step.ts"

/** Turns that may be spent on one way. */
const most = 1_500

/** The steps to `point` that a player chose, and where they begin. */
function unwind(point: Point): { readonly root: Point; readonly steps: readonly Step[] } {
  const steps: Step[] = []
  let at = point
  while (at.before !== null && at.step !== null && at.step.input.kind !== "begin") {
    if (at.step.input.kind !== "continue") steps.push(at.step)
    at = at.before
  }
  return { root: at, steps: steps.toReversed() }
}

interface Budget {
  turns: number
}

/** Plays `steps` from `root`, but for those that are not open; null where the play does not end as wanted. */
async function replay(player: Player, root: Point, steps: readonly Step[], ending: string, budget: Budget): Promise<Point | null> {
  let point = root
  const take = async (step: Step) => {
    budget.turns++
    const { next } = await takeStep(player, point, step)
    if (next === null) return false
    point = next
    return true
  }
  const pass = async () => {
    while (canContinue(point.state)) {
      const [step] = stepsAt(point, [])
      if (step === undefined || !(await take(step))) return
    }
  }
  for (const { key } of steps) {
    await pass()
    const step = stepsAt(point, openAt(player, point)).find((one) => one.key === key)
    if (step === undefined) continue
    if (!(await take(step))) return null
    if (point.state.ended !== null) return point.state.ended.ending === ending ? point : null
  }
  await pass()
  return point.state.ended?.ending === ending ? point : null
}

/**
 * Leaves out what is not needed to end as `point` does: large pieces first, then smaller ones (Zeller and Hildebrandt 2002,
 * "Simplifying and isolating failure-inducing input").
 */
export async function straighten(player: Player, point: Point, ending: string): Promise<Point> {
  const { root, steps: all } = unwind(point)
  const budget: Budget = { turns: 0 }
  let best = point
  let steps = all
  for (let size = Math.ceil(steps.length / 2); size >= 1 && budget.turns < most; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < steps.length && budget.turns < most;) {
      const shorter = [...steps.slice(0, at), ...steps.slice(at + size)]
      const found = await replay(player, root, shorter, ending, budget)
      if (found === null) at += size
      else {
        best = found
        steps = unwind(found).steps
      }
    }
  return best
}
