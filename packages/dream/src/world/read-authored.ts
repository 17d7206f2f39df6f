/** Conditions and effects from the form in which authors write them. */
import type { Comparison, Condition } from "./condition.ts"
import type { Value } from "./definition.ts"
import type { AuthoredCondition, AuthoredEffect } from "./document.ts"
import type { Effect } from "./effect.ts"
import type { Names, ReferenceKind, Spot } from "./names-of-world.ts"

/** A spot further within. */
export const inside = (spot: Spot, ...path: (string | number)[]): Spot => ({ ...spot, path: [...spot.path, ...path] })
const ranks = { rumour: 1, hearsay: 2, certain: 3 } as const

type Readers = Pick<Names, "reference" | "who" | "time" | "feeling" | "value" | "texts">

function comparison(
  names: Readers,
  fact: string | null,
  authored: { is?: Value | undefined; atLeast?: number | undefined; atMost?: number | undefined },
  spot: Spot,
): Comparison {
  const { is, atLeast, atMost } = authored
  if (is !== undefined && fact !== null) names.value(fact, is, inside(spot, "is"))
  return {
    ...(is === undefined ? {} : { is }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(atMost === undefined ? {} : { atMost }),
  }
}

/** A condition as it is run. */
export function readCondition(names: Readers, authored: AuthoredCondition, spot: Spot): Condition {
  const [key = "all"] = Object.keys(authored).filter((name) => authored[name as keyof AuthoredCondition] !== undefined)
  const here = inside(spot, key)
  const refer = (kind: ReferenceKind, id: string, ...path: (string | number)[]) =>
    names.reference(kind, id, inside(here, ...path))
  const actor = (id: string | undefined) => refer("character", id ?? "$actor", ...(id === undefined ? [] : ["who"]))
  const {
    all,
    any,
    not,
    at,
    together,
    has,
    in: within,
    knows,
    met,
    fact,
    relation,
    time,
    clock,
    hidden,
    feels,
    done,
    same,
  } = authored
  if (all !== undefined || any !== undefined)
    return {
      op: all === undefined ? "any" : "all",
      of: (all ?? any ?? []).map((part, index) => readCondition(names, part, inside(here, index))),
    }
  if (not !== undefined) return { op: "not", of: readCondition(names, not, here) }
  if (at !== undefined)
    return {
      op: "at",
      who: refer("movable", at.who ?? "$actor", ...(at.who === undefined ? [] : ["who"])),
      place: refer("place", at.place, "place"),
    }
  if (together !== undefined) return { op: "together", who: together.map((id, index) => refer("movable", id, index)) }
  if (has !== undefined) return { op: "has", who: actor(has.who), thing: refer("thing", has.thing, "thing") }
  if (within !== undefined)
    return { op: "in", thing: refer("thing", within.thing, "thing"), in: refer("entity", within.in, "in") }
  if (knows !== undefined) {
    const id = refer("fact", knows.fact, "fact")
    if (knows.is !== undefined) names.value(id, knows.is, inside(here, "is"))
    return {
      op: "knows",
      who: actor(knows.who),
      fact: id,
      rank: ranks[knows.least ?? "hearsay"],
      ...(knows.is === undefined ? {} : { is: knows.is }),
    }
  }
  if (met !== undefined) return { op: "met", who: actor(met.who), what: refer("entity", met.what, "what") }
  if (fact !== undefined) {
    const test = comparison(names, fact.id, fact, here)
    return {
      op: "fact",
      fact: refer("fact", fact.id, "id"),
      test: Object.keys(test).length === 0 ? { is: true } : test,
    }
  }
  if (relation !== undefined)
    return {
      op: "relation",
      kind: refer("relation", relation.kind, "kind"),
      from: refer("character", relation.from, "from"),
      to: refer("character", relation.to, "to"),
      test: comparison(names, null, relation, here),
    }
  if (time !== undefined)
    return {
      op: "time",
      after: time.after === undefined ? null : names.time(time.after, inside(here, "after")),
      before: time.before === undefined ? null : names.time(time.before, inside(here, "before")),
    }
  if (clock !== undefined)
    return {
      op: "clock",
      from: names.time(clock.from, inside(here, "from")) % 86_400,
      to: names.time(clock.to, inside(here, "to")) % 86_400,
    }
  if (hidden !== undefined) return { op: "hidden", what: refer("movable", hidden) }
  if (feels !== undefined)
    return { op: "feels", who: actor(feels.who), feeling: names.feeling(feels.feeling, inside(here, "feeling")) }
  if (done !== undefined) {
    const test = comparison(names, null, done, here)
    return {
      op: "done",
      what: refer("move", done.what, "what"),
      test: Object.keys(test).length === 0 ? { atLeast: 1 } : test,
    }
  }
  const [a = "", b = ""] = same ?? []
  return { op: "same", a: refer("entity", a, 0), b: refer("entity", b, 1) }
}

/** An effect as it is run. */
export function readEffect(names: Readers, authored: AuthoredEffect, spot: Spot): Effect {
  const [key = "set"] = Object.keys(authored).filter((name) => authored[name as keyof AuthoredEffect] !== undefined)
  const here = inside(spot, key)
  const refer = (kind: ReferenceKind, id: string, ...path: (string | number)[]) =>
    names.reference(kind, id, inside(here, ...path))
  const people = (id: string | undefined, name: string) =>
    id === "present" || id === "everyone" ? id : refer("character", id ?? "$actor", ...(id === undefined ? [] : [name]))
  const { set, add, move, put, reveal, hide, learn, relate, feel, narrate } = authored
  if (set !== undefined) {
    const fact = refer("fact", set.fact, "fact")
    return { op: "set", fact, value: set.value === null ? null : names.value(fact, set.value, inside(here, "value")) }
  }
  if (add !== undefined) return { op: "add", fact: refer("fact", add.fact, "fact"), amount: add.amount }
  if (move !== undefined)
    return { op: "move", who: people(move.who, "who"), to: move.to === null ? null : refer("place", move.to, "to") }
  if (put !== undefined)
    return {
      op: "put",
      thing: refer("thing", put.thing, "thing"),
      in: put.in === null ? null : refer("entity", put.in, "in"),
    }
  if (reveal !== undefined) return { op: "reveal", what: refer("movable", reveal) }
  if (hide !== undefined) return { op: "hide", what: refer("movable", hide) }
  if (learn !== undefined)
    return {
      op: "learn",
      who: people(learn.who, "who"),
      fact: refer("fact", learn.fact, "fact"),
      from: learn.from === undefined ? null : refer("character", learn.from, "from"),
    }
  if (relate !== undefined) {
    const { kind, from, to, add: by, set: value } = relate
    return {
      op: "relate",
      kind: refer("relation", kind, "kind"),
      from: refer("character", from, "from"),
      to: refer("character", to, "to"),
      ...(by === undefined ? {} : { add: by }),
      ...(value === undefined ? {} : { set: value }),
    }
  }
  if (feel !== undefined)
    return { op: "feel", who: people(feel.who, "who"), feeling: names.feeling(feel.feeling, inside(here, "feeling")) }
  return {
    op: "narrate",
    to: people(narrate?.to ?? "present", "to"),
    text: names.texts(here.source, [...here.path, "text"], narrate?.text),
  }
}
