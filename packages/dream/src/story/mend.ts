/** ink's state made anew for a checkpoint: variables, counts and the place where it begins. */
import type { InkObject } from "inkjs/engine/Object"
import { JsonSerialisation } from "inkjs/engine/JsonSerialisation"
import { Path } from "inkjs/engine/Path"
import type { Machine } from "./machine.ts"

interface Mended {
  readonly variables: Readonly<Record<string, unknown>>
  readonly visits: Readonly<Record<string, number>>
  readonly turn: number
  readonly random: number
  readonly flow: string
}

/** True where ink's path names something in the story. */
export const placesOf = (machine: Machine) => (path: string): boolean => {
  const result = machine.ContentAtPath(new Path(path))
  return !result.approximate && result.obj !== null
}

const items = (token: unknown): string[] | undefined =>
  (typeof token === "object" && token !== null && "list" in token ? Object.keys((token as { list: object }).list) : undefined)

const target = (token: unknown): string | undefined =>
  (typeof token === "object" && token !== null && "^->" in token ? String(token["^->"]) : undefined)

/** What kind of value ink's JSON holds. */
function kindOf(token: unknown): string {
  if (items(token) !== undefined) return "list"
  if (target(token) !== undefined) return "target"
  if (typeof token === "string") return token.startsWith("^") ? "text" : "number"
  return typeof token
}

/** ink moves between truth values and numbers freely. */
const fits = (a: string, b: string) => a === b || (["number", "boolean"].includes(a) && ["number", "boolean"].includes(b))

function isFit(machine: Machine, token: unknown, now: unknown): boolean {
  if (!fits(kindOf(token), kindOf(now))) return false
  const path = target(token)
  if (path !== undefined) return placesOf(machine)(path)
  return (items(token) ?? []).every((key) => {
    const [list = "", item = ""] = key.split(".", 2)
    return machine.listDefinitions?.lists.some((one) => one.name === list && one.ContainsItemWithName(item)) === true
  })
}

/** Names of the saved variables whose kind in this story is another. Those that it no longer has are not among them. */
export function variableFaults(machine: Machine, saved: Readonly<Record<string, unknown>>): string[] {
  const now = machine.variables()
  return Object.entries(saved).filter(([name, token]) => Object.hasOwn(now, name) && !isFit(machine, token, now[name])).map(([name]) => name)
}

/** ink's state at the top of a knot or stitch, with what a checkpoint kept. */
export function mendState(machine: Machine, begun: string, mended: Mended): string {
  machine.load(begun)
  const { state } = machine
  for (const [name, token] of Object.entries(mended.variables))
    if (state.variablesState.GlobalVariableExistsWithName(name))
      state.variablesState.SetGlobal(name, JsonSerialisation.JTokenToRuntimeObject(token) as InkObject)
  machine.setVisits(mended.visits)
  machine.ChoosePathString(mended.flow)
  state.currentTurnIndex = mended.turn
  state.previousRandom = mended.random
  return machine.write()
}
