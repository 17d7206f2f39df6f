/** Secrets that an author's own open texts give away. */
import type { WorldDefinition } from "./definition.ts"
import { readMeanings } from "./lexicon.ts"
import type { Items, Placed } from "./names-of-world.ts"

/**
 * Reports every text that may be shown to anybody and states a guarded fact: the world's own name (`title`), names, aliases and descriptions, and the
 * sentences of other facts. A mere word of a secret is a warning in the texts of other secrets, an error elsewhere.
 */
export function findOpenSecrets(definition: WorldDefinition, items: Items, title: Placed<unknown>): void {
  const check = (
    item: Placed<unknown>,
    path: readonly (string | number)[],
    texts: Readonly<Record<string, string | readonly string[]>>,
    own: { readonly fact: string | null; readonly isGuarded: boolean },
  ) => {
    for (const text of Object.values(texts).flat())
      for (const { meaning, start, end } of readMeanings(definition, text)) {
        if (meaning.kind !== "claim" && meaning.kind !== "word") continue
        if (meaning.fact === own.fact || definition.facts.get(meaning.fact)?.guard === null) continue
        const severity = meaning.kind === "word" && own.isGuarded ? ("warning" as const) : undefined
        item.source.report(
          "secret_in_text",
          [...item.path, ...path],
          { fact: meaning.fact, found: text.slice(start, end) },
          severity,
        )
      }
  }
  const open = { fact: null, isGuarded: false }
  check(title, [], definition.names, open)
  for (const section of ["places", "characters", "things"] as const)
    for (const [id, item] of items[section]) {
      const entity = definition.entities.get(id)
      if (entity === undefined) continue
      for (const key of ["names", "aliases", "description"] as const) check(item, [key], entity[key], open)
      if (entity.kind === "place")
        for (const [at, exit] of entity.exits.entries()) check(item, ["exits", at], exit.names, open)
    }
  for (const [id, item] of items.relations) check(item, ["names"], definition.relations.get(id)?.names ?? {}, open)
  for (const [id, item] of items.facts) {
    const fact = definition.facts.get(id)
    const own = { fact: id, isGuarded: (fact?.guard ?? null) !== null }
    for (const { value, says } of fact?.values.values() ?? [])
      check(
        item,
        fact?.type === "choice" ? ["values", String(value), "says"] : value === false ? ["not", "says"] : ["says"],
        says,
        own,
      )
  }
}
