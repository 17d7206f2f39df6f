/** Places, characters and things of an author's files. */
import { deepestNesting } from "./place.ts"
import type { EntityDefinition, Exit } from "./definition.ts"
import type { Items, Names, Placed, Spot } from "./names-of-world.ts"
import type { AuthoredLists, AuthoredText, WorldDocument } from "./document.ts"

interface AuthoredEntity {
  readonly names: AuthoredText
  readonly aliases?: AuthoredLists | undefined
  readonly description?: AuthoredText | undefined
  readonly known?: "everyone" | string[] | undefined
}

const spotOf = ({ source, path }: Placed<unknown>, ...more: (string | number)[]): Spot => ({
  source,
  path: [...path, ...more],
})

/** `$` names where somebody acts and no move gives arguments. */
export const actorBindings: ReadonlyMap<string, string> = new Map([
  ["actor", "character"],
  ["here", "place"],
])

function base(names: Names, item: Placed<AuthoredEntity>) {
  const { source, path, value } = item
  return {
    id: item.id,
    names: names.texts(source, [...path, "names"], value.names),
    aliases: names.lists(source, [...path, "aliases"], value.aliases),
    description: names.texts(source, [...path, "description"], value.description),
    known: names.who(value.known, spotOf(item, "known"), "everyone"),
  }
}

type AuthoredPlace = NonNullable<WorldDocument["places"]>[string]

function exitsOf(names: Names, item: Placed<AuthoredPlace>): Exit[] {
  return (item.value.exits ?? []).map((exit, at) => {
    const spot = spotOf(item, "exits", at)
    if (typeof exit === "string") return { to: names.reference("place", exit, spot), names: {}, when: null }
    return {
      to: names.reference("place", exit.to, { ...spot, path: [...spot.path, "to"] }),
      names: names.texts(spot.source, [...spot.path, "names"], exit.names),
      when: names.condition(exit.when, { ...spot, path: [...spot.path, "when"], bindings: actorBindings }),
    }
  })
}

function checkContainers(items: Items): void {
  for (const item of items.things.values()) {
    let at: string | null = item.value.at ?? null
    for (let depth = 0; at !== null; depth++) {
      const outer: Placed<NonNullable<WorldDocument["things"]>[string]> | undefined = items.things.get(at)
      if (outer === undefined) break
      if (depth === 0 && outer.value.container !== true)
        item.source.report("not_a_container", [...item.path, "at"], { id: at })
      if (depth >= deepestNesting) {
        item.source.report("container_cycle", [...item.path, "at"], undefined)
        break
      }
      at = outer.value.at ?? null
    }
  }
}

/** All entities by id: places, characters, things, each in the author's order. */
export function compileEntities(names: Names, items: Items): Map<string, EntityDefinition> {
  const { places, characters, things } = items
  checkContainers(items)
  const all: EntityDefinition[] = [
    ...[...places.values()].map((item) => ({
      ...base(names, item),
      kind: "place" as const,
      exits: exitsOf(names, item),
    })),
    ...[...characters.values()].map((item) => {
      const { at = null, hidden = false, player = false, mayClaimNature = false, feeling } = item.value
      return {
        ...base(names, item),
        kind: "character" as const,
        hidden,
        isPlayer: player,
        mayClaimNature,
        at: at === null ? null : names.reference("place", at, spotOf(item, "at")),
        feeling: feeling === undefined ? null : names.feeling(feeling, spotOf(item, "feeling")),
      }
    }),
    ...[...things.values()].map((item) => {
      const { at = null, hidden = false, portable = true, container = false } = item.value
      return {
        ...base(names, item),
        kind: "thing" as const,
        hidden,
        isPortable: portable,
        isContainer: container,
        at: at === null ? null : names.reference("entity", at, spotOf(item, "at")),
      }
    }),
  ]
  return new Map(all.map((entity) => [entity.id, entity]))
}
