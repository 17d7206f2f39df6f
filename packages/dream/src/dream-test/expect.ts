/** Whether what was expected of a turn is so. */
import type { Localized } from "@daydream/engine/language"
import type { Dream } from "../bundle/index.ts"
import { optionsOf } from "../turn/index.ts"
import type { PlayState, Turn } from "../turn/index.ts"
import { holds, indexPhrases, normalise } from "../world/index.ts"
import type { Expectation } from "./model.ts"

/** A turn, or several, and the state after them. */
export interface Outcome {
  readonly dream: Dream
  readonly player: string
  readonly turns: readonly Turn[]
  readonly state: PlayState
}

/** The texts that the player met, but for its own words. */
export const textsOf = (turns: readonly Turn[]): string[] => turns.flatMap(({ outputs }) => outputs.flatMap((output) =>
  ((output.type === "say" && output.origin !== "player") || output.type === "narrate" ? [output.text] : [])))

const idsOf = (turns: readonly Turn[]): Set<string> => new Set(turns.flatMap(({ outputs, said }) => [
  ...said, ...said.map((key) => key.slice(key.indexOf("/") + 1)),
  ...outputs.flatMap((output) => ("line" in output && output.line !== null ? [output.line] : [])),
]))

const contains = (texts: readonly string[], phrase: string): string | undefined => {
  const index = indexPhrases([{ text: phrase, isLoose: true, meaning: null }])
  return texts.find((text) => index.find(text).length > 0)
}

const quoted = (texts: readonly string[]) => texts.map((text) => `“${text}”`).join(" ")

/** Why none of `never` may be said but one was. */
export function neverSaid(turns: readonly Turn[], never: readonly string[]): Localized[] {
  const texts = textsOf(turns)
  return never.flatMap((phrase) => {
    const text = contains(texts, phrase)
    return text === undefined ? [] : [{ en: `"${phrase}" was never to be said, and was: "${text}"`, zh: `不应说出“${phrase}”，却说了：“${text}”` }]
  })
}

function routeOf(turns: readonly Turn[]): string | null {
  const step = turns.findLast(({ trace }) => trace.some((one) => one.step === "route"))?.trace.findLast((one) => one.step === "route")
  if (step?.step !== "route") return null
  return "option" in step.route.to ? step.route.to.option : step.route.to.other
}

const same = (a: string, b: string) => normalise(a).text === normalise(b).text

/** What is not as expected; empty: all is well. */
export function unmet({ dream, player, turns, state }: Outcome, expect: Expectation): Localized[] {
  const texts = textsOf(turns)
  const ids = idsOf(turns)
  const options = expect.open.length + expect.closed.length === 0 ? [] : optionsOf(dream, state, player)
  const isOpen = (wanted: string) => options.some(({ key, name, isSuggested }) => key === wanted || (isSuggested && same(name, wanted)))
  const said = expect.says.filter((wanted) => !ids.has(wanted) && contains(texts, wanted) === undefined)
    .map((wanted): Localized => ({ en: `expected "${wanted}"; said was: ${quoted(texts)}`, zh: `应说出“${wanted}”，实际为：${quoted(texts)}` }))
  const route = routeOf(turns)
  const ending = state.ended === null ? "none" : (state.ended.ending ?? "—")
  const { definition, state: world } = state.world
  const bindings = { actor: player, here: world.positions[player] ?? "" }
  return [
    ...said,
    ...neverSaid(turns, expect.never),
    ...(expect.route === null || expect.route === route ? [] : [{ en: `understood was ${route ?? "nothing"} rather than ${expect.route}`, zh: `理解成了 ${route ?? "（无）"}，应为 ${expect.route}` }]),
    ...expect.open.filter((wanted) => !isOpen(wanted)).map((wanted): Localized => ({ en: `"${wanted}" is not open`, zh: `“${wanted}”没有开放` })),
    ...expect.closed.filter(isOpen).map((wanted): Localized => ({ en: `"${wanted}" is open`, zh: `“${wanted}”不应开放` })),
    ...(expect.so === null || holds(definition, world, expect.so, bindings) ? [] : [{ en: `the condition under "so" does not hold`, zh: `so 中的条件不成立` }]),
    ...(expect.ending === null || expect.ending === ending ? [] : [{ en: `the ending is ${ending} rather than ${expect.ending}`, zh: `结局为 ${ending}，应为 ${expect.ending}` }]),
  ]
}
