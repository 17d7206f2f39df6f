/** A small world of plain values, for stories that have no other and for an author's tests. */
import type { Localized } from "@daydream/engine/language"
import type { StoryProposal, StoryValue, StoryVerdict, StoryWorld } from "./port.ts"

/** Everything that a plain world holds. */
export interface PlainWorldValues {
  readonly facts?: Readonly<Record<string, StoryValue | null>>
  /** `holder/fact`. */
  readonly knowledge?: readonly string[]
  /** Where characters and things are; a thing may be with a character. */
  readonly positions?: Readonly<Record<string, string | null>>
  /** `kind/from/to`. */
  readonly relations?: Readonly<Record<string, number>>
  readonly time?: number
  readonly dials?: Readonly<Record<string, StoryValue>>
  /** Proposals that this world refuses, as `op:first name`, with the code of the refusal. */
  readonly refuses?: Readonly<Record<string, string>>
}

const own = <T>(values: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  (values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined)

const firstName = (proposal: StoryProposal): string => {
  switch (proposal.op) {
    case "set": case "add": return proposal.fact
    case "move": case "learn": case "feel": case "act": return proposal.who
    case "put": return proposal.thing
    case "reveal": case "hide": return proposal.what
    default: return proposal.kind
  }
}

function apply(values: PlainWorldValues, proposal: StoryProposal): PlainWorldValues | string {
  switch (proposal.op) {
    case "set": return own(values.facts, proposal.fact) === undefined ? "unknown" : { ...values, facts: { ...values.facts, [proposal.fact]: proposal.value } }
    case "add": {
      const now = own(values.facts, proposal.fact)
      return typeof now === "number" ? { ...values, facts: { ...values.facts, [proposal.fact]: now + proposal.amount } } : "no_number"
    }
    case "move": return own(values.positions, proposal.who) === undefined ? "unknown" : { ...values, positions: { ...values.positions, [proposal.who]: proposal.to } }
    case "put": return own(values.positions, proposal.thing) === undefined ? "unknown" : { ...values, positions: { ...values.positions, [proposal.thing]: proposal.in } }
    case "learn": {
      const known = `${proposal.who}/${proposal.fact}`
      return { ...values, knowledge: [...new Set([...(values.knowledge ?? []), known])].toSorted() }
    }
    case "relate": {
      const key = `${proposal.kind}/${proposal.from}/${proposal.to}`
      return { ...values, relations: { ...values.relations, [key]: proposal.set ?? (own(values.relations, key) ?? 0) + (proposal.add ?? 0) } }
    }
    default: return values
  }
}

const refused: Localized = { en: "The world does not allow it.", zh: "世界不允许这样做。" }

const sorted = (value: unknown): unknown => (Array.isArray(value) || typeof value !== "object" || value === null
  ? value : Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)])))

/** A world of `values`. */
export function plainWorld(values: PlainWorldValues = {}, moves = 0): StoryWorld {
  return {
    fact: (fact) => own(values.facts, fact) ?? null,
    knows: (who, fact) => (values.knowledge ?? []).includes(`${who}/${fact}`),
    at: (who, place) => own(values.positions, who) === place,
    has: (who, thing) => own(values.positions, thing) === who,
    relation: (kind, from, to) => own(values.relations, `${kind}/${from}/${to}`) ?? 0,
    time: () => values.time ?? 0,
    dial: (name) => own(values.dials, name) ?? null,
    propose(proposal): StoryVerdict {
      const code = own(values.refuses, `${proposal.op}:${firstName(proposal)}`)
      const next = code ?? apply(values, proposal)
      return typeof next === "string" ? { refusal: { code: next, message: refused } } : { world: plainWorld(next, moves + 1) }
    },
    mark: () => moves,
    digest: () => JSON.stringify(sorted(values)),
  }
}
