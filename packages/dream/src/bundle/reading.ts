/** What every part of a dream is read with. */
import type { Language } from "@daydream/engine/language"
import { actorBindings, createNames, vocabularyOfDefinition } from "../world/index.ts"
import type { AuthoredText, Condition, Names, TextLists, Texts, WorldDefinition, WorldProblem, YamlFile } from "../world/index.ts"
import type { AuthoredCondition, AuthoredEffect, AuthoredLists, Effect, Path } from "../world/index.ts"
import type { DreamProblem } from "./model.ts"
import type { AuthoredPlaces } from "./places.ts"
import { textsOf } from "./problem.ts"
import type { DreamProblemCode } from "./problem.ts"

/** Somewhere in one of the dream's YAML files. */
export interface Place {
  readonly file: YamlFile<unknown>
  readonly path: Path
}

export const within = ({ file, path }: Place, ...more: (string | number)[]): Place => ({ file, path: [...path, ...more] })

/** Readers of what authors write in a dream; whatever is wrong goes to `problems`, at its place. */
export interface Reading {
  readonly definition: WorldDefinition
  readonly languages: readonly Language[]
  readonly names: Names
  readonly tell: (code: DreamProblemCode, place: Place, facts?: Readonly<Record<string, string | number>>) => void
  /** Remembers where something stands, for what is found later. */
  readonly mark: (key: string, place: Place) => void
  texts(authored: AuthoredText | undefined, place: Place): Texts
  lists(authored: AuthoredLists | undefined, place: Place): TextLists
  condition(authored: AuthoredCondition | undefined, place: Place): Condition | null
  effects(authored: readonly AuthoredEffect[] | undefined, place: Place): Effect[]
}

export function createReading(
  definition: WorldDefinition,
  languages: readonly Language[],
  problems: (DreamProblem | WorldProblem)[],
  places: AuthoredPlaces,
): Reading {
  const names = createNames({ ...vocabularyOfDefinition(definition), languages })
  const spot = ({ file, path }: Place) => ({ source: file, path, bindings: actorBindings })
  return {
    definition,
    languages,
    names,
    tell: (code, { file, path }, facts) => {
      problems.push(file.locate({ code, path, ...textsOf(code, facts) }))
    },
    mark: (key, { file, path }) => {
      places.set(key, file.placeOf(path))
    },
    texts: (authored, { file, path }) => names.texts(file, path, authored),
    lists: (authored, { file, path }) => names.lists(file, path, authored),
    condition: (authored, place) => names.condition(authored, spot(place)),
    effects: (authored, place) => names.effects(authored, spot(place)),
  }
}
