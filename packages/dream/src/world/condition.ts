/** Conditions as data: nothing of an author's file is ever run as code. */
import type { Value, WorldDefinition } from "./definition.ts"
import { isAcquainted, knowledgeOf, rankOf } from "./knowledge.ts"
import type { WorldState } from "./state.ts"
import { holderOf, placeOf } from "./place.ts"

/** A comparison; all that is given must hold. */
export interface Comparison {
  readonly is?: Value
  readonly atLeast?: number
  readonly atMost?: number
}

/** What must be so. `$actor` and `$<argument>` stand for whoever acts and for the arguments of the move. */
export type Condition =
  | { readonly op: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly op: "not"; readonly of: Condition }
  | { readonly op: "at"; readonly who: string; readonly place: string }
  | { readonly op: "together"; readonly who: readonly string[] }
  | { readonly op: "has"; readonly who: string; readonly thing: string }
  | { readonly op: "in"; readonly thing: string; readonly in: string }
  | { readonly op: "knows"; readonly who: string; readonly fact: string; readonly is?: Value; readonly rank: 1 | 2 | 3 }
  | { readonly op: "met"; readonly who: string; readonly what: string }
  | { readonly op: "fact"; readonly fact: string; readonly test: Comparison }
  | {
      readonly op: "relation"
      readonly kind: string
      readonly from: string
      readonly to: string
      readonly test: Comparison
    }
  | { readonly op: "time"; readonly after: number | null; readonly before: number | null }
  | { readonly op: "clock"; readonly from: number; readonly to: number }
  | { readonly op: "hidden"; readonly what: string }
  | { readonly op: "feels"; readonly who: string; readonly feeling: string }
  | { readonly op: "done"; readonly what: string; readonly test: Comparison }
  | { readonly op: "same"; readonly a: string; readonly b: string }

/** What `$actor` and `$<argument>` stand for. */
export type Bindings = Readonly<Record<string, string>>

/** What `reference` names under `bindings`; a `$name` without a binding names nothing. */
export const resolve = (reference: string, bindings: Bindings): string =>
  reference.startsWith("$")
    ? Object.hasOwn(bindings, reference.slice(1))
      ? (bindings[reference.slice(1)] ?? "")
      : ""
    : reference

const compares = (value: Value | null | undefined, test: Comparison): boolean => {
  if (value === null || value === undefined) return false
  if (test.is !== undefined && test.is !== value) return false
  if (test.atLeast !== undefined && !(typeof value === "number" && value >= test.atLeast)) return false
  return test.atMost === undefined || (typeof value === "number" && value <= test.atMost)
}

const daySeconds = 86_400

/** True where `condition` holds. Total: what names nothing is false. */
// The switch is exhaustive: the compiler sees to it.
// oxlint-disable-next-line typescript/consistent-return
export function holds(
  definition: WorldDefinition,
  state: WorldState,
  condition: Condition,
  bindings: Bindings,
): boolean {
  const at = (reference: string) => resolve(reference, bindings)
  switch (condition.op) {
    case "all":
      return condition.of.every((part) => holds(definition, state, part, bindings))
    case "any":
      return condition.of.some((part) => holds(definition, state, part, bindings))
    case "not":
      return !holds(definition, state, condition.of, bindings)
    case "at":
      return placeOf(definition, state, at(condition.who)) === at(condition.place)
    case "together": {
      const places = condition.who.map((who) => placeOf(definition, state, at(who)))
      return places[0] !== null && places.every((place) => place === places[0])
    }
    case "has":
      return holderOf(definition, state, at(condition.thing)) === at(condition.who)
    case "in":
      return definition.entities.has(at(condition.thing)) && state.positions[at(condition.thing)] === at(condition.in)
    case "knows":
      return knowledgeOf(definition, state, at(condition.who), at(condition.fact)).some(
        (item) =>
          item.until === undefined &&
          rankOf(item.source) >= condition.rank &&
          (condition.is === undefined || item.value === condition.is),
      )
    case "met":
      return isAcquainted(definition, state, at(condition.who), at(condition.what))
    case "fact": {
      const fact = at(condition.fact)
      return definition.facts.has(fact) && compares(state.facts[fact]?.value, condition.test)
    }
    case "relation":
      return compares(
        relationOf(definition, state, condition.kind, at(condition.from), at(condition.to)),
        condition.test,
      )
    case "time":
      return (
        (condition.after === null || state.time >= condition.after) &&
        (condition.before === null || state.time < condition.before)
      )
    case "clock": {
      const now = state.time % daySeconds
      return condition.from <= condition.to
        ? now >= condition.from && now < condition.to
        : now >= condition.from || now < condition.to
    }
    case "hidden":
      return definition.entities.has(at(condition.what)) && state.hidden[at(condition.what)] === true
    case "feels":
      return definition.entities.has(at(condition.who)) && state.feelings[at(condition.who)] === condition.feeling
    case "done":
      return compares(
        (Object.hasOwn(state.done, condition.what) ? state.done[condition.what] : undefined) ?? 0,
        condition.test,
      )
    case "same":
      return at(condition.a) !== "" && at(condition.a) === at(condition.b)
  }
}

/** How `from` stands to `to`; undefined where one of them is nobody. */
export function relationOf(
  definition: WorldDefinition,
  state: WorldState,
  kind: string,
  from: string,
  to: string,
): number | undefined {
  const relation = definition.relations.get(kind)
  if (relation === undefined || from === to) return undefined
  if (definition.entities.get(from)?.kind !== "character" || definition.entities.get(to)?.kind !== "character")
    return undefined
  return state.relations[kind]?.[from]?.[to] ?? relation.starts
}
