/** Plays of the ferry inn, for the tests. */
import type { Dream } from "../bundle/index.ts"
import { applyTurn, playTurn, startPlay } from "./index.ts"
import type { PlayerInput, PlayState, Ports, Turn } from "./index.ts"
import type { TakeTurnOptions } from "./index.ts"
import { authorOnly } from "./ferry.test.support.ts"

export interface Played {
  readonly state: PlayState
  readonly turns: readonly Turn[]
}

/** A play after `inputs`. */
export async function play(
  dream: Dream, inputs: readonly PlayerInput[], options: TakeTurnOptions & { readonly ports?: Ports; readonly seed?: string; readonly from?: PlayState } = {},
): Promise<Played> {
  const { ports = authorOnly(), seed = "1", from, ...rest } = options
  let state = from ?? startPlay(dream, { session: "s", seed, language: "zh" })
  const turns: Turn[] = []
  for (const input of inputs) {
    const turn = await playTurn(dream, state, "guest", input, ports, rest)
    turns.push(turn)
    state = applyTurn(dream, state, turn)
  }
  return { state, turns }
}

export const begin: PlayerInput = { kind: "begin" }
export const says = (text: string, to?: string): PlayerInput => (to === undefined ? { kind: "say", text } : { kind: "say", text, to })
export const takes = (option: string): PlayerInput => ({ kind: "take", option })

/** The texts of a turn, as a reader has them. */
export const textsOf = ({ outputs }: Turn): string[] => outputs.flatMap((output) => ("text" in output ? [output.text] : []))

/** To the state in which the story is at rest. */
export const opening: readonly PlayerInput[] = [begin, says("我不坐")]
