/** Times at which rules that ask for the time may begin to hold: the world is told of them when they come. Pure. */
import type { Condition, WorldDefinition } from "../world/index.ts"
import type { Act } from "./model.ts"

const daySeconds = 86_400

function momentsOf(condition: Condition, from: number, to: number): number[] {
  switch (condition.op) {
    case "all":
    case "any":
      return condition.of.flatMap((part) => momentsOf(part, from, to))
    case "not":
      return momentsOf(condition.of, from, to)
    case "time":
      return [condition.after, condition.before].filter((time) => time !== null)
    case "clock": {
      const days = Array.from({ length: Math.ceil((to - from) / daySeconds) + 2 }, (_, day) => day)
      const first = Math.floor(from / daySeconds) * daySeconds
      return days.flatMap((day) => [condition.from, condition.to].map((time) => first + day * daySeconds + time))
    }
    default:
      return []
  }
}

/** The world's own acts after `from` and before `to`: time passes, so that rules fire at their time. */
export function alarmsOf(definition: WorldDefinition, from: number, to: number): Act[] {
  const moments = [...definition.rules.values()].flatMap(({ when }) => momentsOf(when, from, to))
  return [...new Set(moments)]
    .filter((time) => time > from && time < to)
    .toSorted((a, b) => a - b)
    .map((time) => ({
      time,
      character: null,
      input: { kind: "tick", id: `schedule//${time}`, time },
      proposal: null,
      rest: 0,
      habit: null,
    }))
}
