/** One step of the search through a dream as it is played. */
import type { Language } from "@daydream/engine/language"
import type { Dream } from "../bundle/index.ts"
import { applyTurn, canContinue, optionsOf, playTurn } from "../turn/index.ts"
import type { Option, PlayerInput, PlayState, Ports, TakeTurnOptions, Turn } from "../turn/index.ts"
import type { Variant } from "./variant.ts"

/** An input with how it reads. */
export interface Step {
  readonly input: PlayerInput
  /** The option's key, else the kind of the input. */
  readonly key: string
  readonly name: string
}

/** Where the search stands, and how it came there. */
export interface Point {
  readonly state: PlayState
  readonly variant: number
  readonly before: Point | null
  readonly step: Step | null
  readonly depth: number
}

export interface Player {
  readonly dream: Dream
  readonly player: string
  readonly variants: readonly Variant[]
  readonly ports: Ports
  readonly options: Pick<TakeTurnOptions, "pass" | "abortSignal">
}

const waits: Readonly<Record<Language, readonly [string, string]>> = { en: ["(wait)", "(wait an hour)"], zh: ["（等一会儿）", "（等一小时）"] }

const waitSteps = (language: Language): Step[] => [
  { input: { kind: "wait" }, key: "wait", name: waits[language][0] },
  { input: { kind: "wait", seconds: 3600 }, key: "wait/long", name: waits[language][1] },
]

/** Goes on where the story pauses; nothing that a player chooses, so it is not part of a path. */
const goOn: Step = { input: { kind: "continue" }, key: "continue", name: "" }

export const allowanceOf = ({ variants }: Player, variant: number) => ({ withheld: variants[variant]?.withheld ?? [] })

/** What is open at a point. */
export const openAt = (player: Player, { state, variant }: Point): Option[] =>
  optionsOf(player.dream, state, player.player, { allowance: allowanceOf(player, variant) })

/** Every input that may be tried. */
export function stepsAt(point: Point, options: readonly Option[]): Step[] {
  if (point.state.ended !== null) return []
  if (canContinue(point.state)) return [goOn]
  return [...options.map((option): Step => ({ input: { kind: "take", option: option.key }, key: option.key, name: option.name })), ...waitSteps(point.state.language)]
}

/** Takes a step. A turn that is refused leads nowhere: `next` is then null. */
export async function takeStep(player: Player, point: Point, step: Step): Promise<{ readonly turn: Turn; readonly next: Point | null }> {
  const turn = await playTurn(player.dream, point.state, player.player, step.input, player.ports, {
    ...player.options, allowance: allowanceOf(player, point.variant),
  })
  if (turn.refused !== null) return { turn, next: null }
  const state = applyTurn(player.dream, point.state, turn)
  return { turn, next: { state, variant: point.variant, before: point, step, depth: point.depth + 1 } }
}

/** The inputs from the beginning to `point`, as a player reads them. */
export function pathTo(point: Point): string[] {
  const names: string[] = []
  for (let at: Point | null = point; at !== null; at = at.before) if (at.step !== null && at.step.name !== "") names.push(at.step.name)
  return names.toReversed()
}
