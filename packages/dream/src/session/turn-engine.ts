/** The engine of ../turn. */
import { applyTurn, audienceOf, canContinue, optionsOf, startPlay, takeTurn } from "../turn/index.ts"
import type { TurnEngine } from "./engine.ts"

/** A turn that was taken back draws otherwise when it is played again. */
const seedOf = (seed: string, attempt: number) => (attempt === 0 ? seed : `${seed}#${attempt}`)

export const turnEngine: TurnEngine = {
  startPlay, applyTurn, optionsOf, canContinue,
  takeTurn: async function* (dream, state, { player, input, allowance, attempt, abortSignal }, ports) {
    const outputs = takeTurn(dream, { ...state, seed: seedOf(state.seed, attempt) }, player, input, ports, { allowance, abortSignal, attempt })
    try {
      for (;;) {
        const step = await outputs.next()
        if (step.done === true) return step.value
        const output = step.value
        // A whole turn is refused, or nothing is.
        yield { output, audience: audienceOf(output) ?? [player], isKept: output.type !== "refused" }
      }
    } finally {
      await outputs.return(undefined as never).catch(() => undefined)
    }
  },
}
