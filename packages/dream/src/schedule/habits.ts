/** Who decides without a model: the author's habits. */
import type { CastMember, Habit } from "../bundle/index.ts"
import { builtinMoves } from "../world/index.ts"
import type { Condition, LegalMove, WorldDefinition } from "../world/index.ts"
import { atlasOf } from "./atlas.ts"
import { nothing } from "./decide.ts"
import type { Decision, Deciding, View } from "./model.ts"

/** Story seconds after which somebody without anything to do looks again whether a habit holds. */
const idleRest = 600

const always: Condition = { op: "all", of: [] }

/** The first step of the shortest way from `from` to `to`, over ways that may be closed now; undefined: there is none. */
export function stepTowards(definition: WorldDefinition, from: string, to: string): string | undefined {
  const { ways } = atlasOf(definition)
  const first = new Map<string, string>([[from, from]])
  const queue = [from]
  for (let place = queue.shift(); place !== undefined; place = queue.shift())
    for (const next of ways.get(place) ?? []) {
      if (first.has(next)) continue
      first.set(next, place === from ? next : (first.get(place) ?? next))
      if (next === to) return first.get(next)
      queue.push(next)
    }
  return undefined
}

const isSame = (move: LegalMove, name: string, given: Readonly<Record<string, string>>) =>
  move.move === name &&
  Object.keys(given).length === Object.keys(move.arguments).length &&
  Object.entries(given).every(([key, value]) => move.arguments[key] === value)

/** What following the habit means now: its move, or a step on the way; undefined: nothing that is open. */
function moveOf(definition: WorldDefinition, view: View, habit: Habit): LegalMove | undefined {
  const open = (name: string, given: Readonly<Record<string, string>>) =>
    view.moves.find((move) => isSame(move, name, given))
  const direct = open(habit.move, habit.arguments)
  const here = view.perception.place?.id
  if (direct !== undefined || habit.move !== builtinMoves[0] || here === undefined) return direct
  const step = stepTowards(definition, here, habit.arguments.to ?? "")
  return step === undefined ? undefined : open("go", { to: step })
}

const isTimeFor = ({ id, every }: Habit, { time, habits }: View) => time - (habits[id] ?? -Infinity) >= every

/**
 * Decides by the habits of `cast`: the first whose condition holds, whose time has come, and whose move is open. To go
 * somewhere that is not next door is to go there step by step.
 */
export function decideByHabits(cast: ReadonlyMap<string, CastMember>, definition: WorldDefinition): Deciding {
  const habitsOf = (character: string) => cast.get(character)?.habits ?? []
  return {
    questions: (character) => habitsOf(character).map(({ when }) => when ?? always),
    decide: async (view): Promise<Decision> => {
      const habits = habitsOf(view.character)
      for (const [at, habit] of habits.entries()) {
        if (view.answers[at] !== true || !isTimeFor(habit, view)) continue
        const move = moveOf(definition, view, habit)
        if (move === undefined) continue
        const isThere = isSame(move, habit.move, habit.arguments)
        const proposal = { move: move.move, arguments: move.arguments }
        return isThere ? { proposal, habit: habit.id } : { proposal }
      }
      const waits = habits.map(({ id, every }) => (view.habits[id] ?? view.time) + every - view.time)
      return { ...nothing, rest: Math.min(idleRest, ...waits.filter((wait) => wait > 0)) }
    },
  }
}
