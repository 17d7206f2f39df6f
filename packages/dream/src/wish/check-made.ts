/** What a dream from a wish must pass before anybody sees it: its files, and play to every ending. */
import { parseDream } from "../bundle/index.ts"
import { checkDream } from "../checking/index.ts"
import type { CheckFiles } from "./make.ts"

/** Turns of play that a check takes; the second number where the first did not reach every ending. */
const turns = [3_000, 9_000] as const

/** Of an author's dream these are worth a warning; what nobody has read through must not have them. */
const grave = new Set(["ending_unreached", "turn_failed", "stuck"])

/** The problems of a made dream. A dream in which an ending was not found by playing does not pass. */
export const checkMade: CheckFiles = async (files, { abortSignal }) => {
  const { dream, problems } = parseDream(files)
  if (dream === undefined) return problems
  const check = (most: number) => checkDream(dream, { turns: most, seed: dream.id, ...(abortSignal === undefined ? {} : { abortSignal }) })
  const first = await check(turns[0])
  const { findings } = first.findings.some(({ code }) => code === "ending_unreached") ? await check(turns[1]) : first
  return [...problems, ...findings].map((problem) => (grave.has(problem.code) ? { ...problem, severity: "error" } : problem))
}
