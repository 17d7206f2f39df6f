/** Looking for secrets where they must not be: an independent reading of what {@link perceive} promises. */
import type { World } from "../world/index.ts"
import type { Perception } from "./perceive.ts"

/** Letters and digits only, in small letters: however a text is decorated. */
const squeeze = (text: string) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "")

/**
 * Texts of guarded facts in `perception` whose value the holder never held for true, as `fact=value: text`. Sentences and
 * phrasings are looked for everywhere; single words not in what the holder heard, for a player may say any word, and so
 * may whoever may tell the fact.
 */
export function findLeaks(world: World, perception: Perception): string[] {
  const { definition, state } = world
  const isHeard = ({ kind }: Perception["events"][number]) => kind === "said" || kind === "narrated"
  const unheard = squeeze(
    JSON.stringify({ ...perception, events: perception.events.filter((event) => !isHeard(event)) }),
  )
  const all = squeeze(JSON.stringify(perception))
  const held = (fact: string) => (state.knowledge[perception.holder.id]?.[fact] ?? []).map(({ value }) => value)
  return [...definition.facts.values()]
    .filter(({ guard }) => guard !== null)
    .flatMap((fact) => {
      const known = held(fact.id)
      return [...fact.values.values()]
        .filter(({ value }) => !known.includes(value))
        .flatMap(({ value, says, phrasings, words }) => {
          const sentences = [
            ...Object.values(says),
            ...Object.values(phrasings)
              .flat()
              .filter((text) => !/\.\.\.|…|\*/u.test(text)),
          ]
          return [
            ...sentences.filter((text) => all.includes(squeeze(text))),
            ...Object.values(words)
              .flat()
              .filter((text) => unheard.includes(squeeze(text))),
          ].map((text) => `${fact.id}=${String(value)}: ${text}`)
        })
    })
}
