/** What a session needs of play: the functions of ../turn. Tests give others. */
import type { Language } from "@daydream/engine/language"
import type { Dream } from "../bundle/index.ts"
import type { Allowance } from "../safety/index.ts"
import type { Option, PlayerInput, PlayState, Ports, Turn, TurnOutput } from "../turn/index.ts"

export interface StartPlay {
  readonly session: string
  readonly seed: string
  readonly language: Language
  readonly dials: Readonly<Record<string, string>>
}

/** What is to be played. */
export interface TakeTurn {
  /** The character. */
  readonly player: string
  readonly input: PlayerInput
  readonly allowance: Allowance
  /** 0, or one more for each time that the turn was taken back. */
  readonly attempt: number
  readonly abortSignal: AbortSignal
}

/** An output with the player characters who perceive it. */
export interface HeardOutput {
  readonly output: TurnOutput
  readonly audience: readonly string[]
  /** False in a turn that is refused and not kept. */
  readonly isKept: boolean
}

export interface TurnEngine {
  startPlay(dream: Dream, options: StartPlay): PlayState
  applyTurn(dream: Dream, state: PlayState, turn: Turn): PlayState
  optionsOf(dream: Dream, state: PlayState, player: string, options: { readonly allowance: Allowance }): readonly Option[]
  canContinue(state: PlayState): boolean
  /** Gives the outputs as they come, in the order in which the turn has them, and then the turn. */
  takeTurn(dream: Dream, state: PlayState, request: TakeTurn, ports: Ports): AsyncGenerator<HeardOutput, Turn, void>
}
