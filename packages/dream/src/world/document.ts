/** The form of `world.yaml`: one schema for the check and for the published JSON Schema. */
import { languages } from "@daydream/engine/language"
import { z } from "zod"
import { builtinMoves } from "./definition.ts"

/** Ids: small letters, digits, `_` and `-`. */
export const idPattern = /^[a-z][a-z0-9_-]{0,63}$/u
const referencePattern = /^\$?[a-z][a-z0-9_-]{0,63}$/u

const id = z
  .string()
  .regex(idPattern, "bad_id")
  .describe("An id: small letters, digits, _ and -; it begins with a letter.")
const reference = z
  .string()
  .regex(referencePattern, "bad_id")
  .describe("An id, or $actor, $here, or $ and the name of an argument.")
const text = z
  .union(
    [
      z.string().max(4000),
      z.strictObject({ en: z.string().max(4000).optional(), zh: z.string().max(4000).optional() }),
    ],
    "bad_text",
  )
  .describe("A text: by language, or plain where the world has one language.")
const list = z.array(z.string().min(1).max(400)).max(200)
const textLists = z
  .union([list, z.strictObject({ en: list.optional(), zh: list.optional() })], "bad_texts")
  .describe("Texts: lists by language, or a plain list where the world has one language.")
const time = z.string().describe("Story time: `day 2 21:30` or `21:30`.")
const duration = z.string().describe("A duration: `30s`, `5m`, `1h`.")
const value = z.union([z.boolean(), z.int(), z.string().max(64)], "bad_value")
const who = z.union([z.literal("everyone"), z.array(id).max(200)], "bad_who").describe("`everyone` or a list of ids.")
const comparison = { is: value.optional(), atLeast: z.int().optional(), atMost: z.int().optional() }

const one = { minProperties: 1, maxProperties: 1 }
const isOne = (object: object) => Object.values(object).filter((field) => field !== undefined).length === 1

type AuthoredValue = boolean | number | string
interface AuthoredComparison {
  is?: AuthoredValue | undefined
  atLeast?: number | undefined
  atMost?: number | undefined
}

/** A condition as it is written: exactly one of these. */
export interface AuthoredCondition {
  all?: AuthoredCondition[] | undefined
  any?: AuthoredCondition[] | undefined
  not?: AuthoredCondition | undefined
  at?: { who?: string | undefined; place: string } | undefined
  together?: string[] | undefined
  has?: { who?: string | undefined; thing: string } | undefined
  in?: { thing: string; in: string } | undefined
  knows?:
    | {
        who?: string | undefined
        fact: string
        is?: AuthoredValue | undefined
        least?: "rumour" | "hearsay" | "certain" | undefined
      }
    | undefined
  met?: { who?: string | undefined; what: string } | undefined
  fact?: ({ id: string } & AuthoredComparison) | undefined
  relation?: ({ kind: string; from: string; to: string } & AuthoredComparison) | undefined
  time?: { after?: string | undefined; before?: string | undefined } | undefined
  clock?: { from: string; to: string } | undefined
  hidden?: string | undefined
  feels?: { who?: string | undefined; feeling: string } | undefined
  done?: { what: string; atLeast?: number | undefined; atMost?: number | undefined } | undefined
  same?: string[] | undefined
}

const condition: z.ZodType<AuthoredCondition, AuthoredCondition> = z
  .strictObject({
    all: z
      .array(z.lazy(() => condition))
      .max(64)
      .optional(),
    any: z
      .array(z.lazy(() => condition))
      .max(64)
      .optional(),
    not: z.lazy(() => condition).optional(),
    at: z.strictObject({ who: reference.optional(), place: reference }).optional(),
    together: z.array(reference).min(2).max(16).optional(),
    has: z.strictObject({ who: reference.optional(), thing: reference }).optional(),
    in: z.strictObject({ thing: reference, in: reference }).optional(),
    knows: z
      .strictObject({
        who: reference.optional(),
        fact: reference,
        is: value.optional(),
        least: z.enum(["rumour", "hearsay", "certain"]).optional(),
      })
      .optional(),
    met: z.strictObject({ who: reference.optional(), what: reference }).optional(),
    fact: z.strictObject({ id: reference, ...comparison }).optional(),
    relation: z.strictObject({ kind: id, from: reference, to: reference, ...comparison }).optional(),
    time: z.strictObject({ after: time.optional(), before: time.optional() }).optional(),
    clock: z.strictObject({ from: time, to: time }).optional(),
    hidden: reference.optional(),
    feels: z.strictObject({ who: reference.optional(), feeling: z.string() }).optional(),
    done: z.strictObject({ what: id, atLeast: z.int().optional(), atMost: z.int().optional() }).optional(),
    same: z.array(reference).length(2).optional(),
  })
  .refine(isOne, "one_condition")
  .meta({ id: "condition", description: "One condition; `$actor` stands for whoever acts.", ...one })

const effect = z
  .strictObject({
    set: z.strictObject({ fact: reference, value: value.nullable() }).optional(),
    add: z.strictObject({ fact: id, amount: z.int() }).optional(),
    move: z.strictObject({ who: reference.optional(), to: reference.nullable() }).optional(),
    put: z.strictObject({ thing: reference, in: reference.nullable() }).optional(),
    reveal: reference.optional(),
    hide: reference.optional(),
    learn: z.strictObject({ who: reference.optional(), fact: reference, from: reference.optional() }).optional(),
    relate: z
      .strictObject({ kind: id, from: reference, to: reference, add: z.int().optional(), set: z.int().optional() })
      .optional(),
    feel: z.strictObject({ who: reference.optional(), feeling: z.string() }).optional(),
    narrate: z.strictObject({ to: reference.optional(), text }).optional(),
  })
  .refine(isOne, "one_effect")
  .meta({ id: "effect", description: "One change of the world.", ...one })

const effects = z.array(effect).max(64)
const entity = { names: text, aliases: textLists.optional(), description: text.optional(), known: who.optional() }

const character = z.strictObject({
  ...entity,
  at: id.nullable().optional(),
  hidden: z.boolean().optional(),
  player: z.boolean().optional(),
  mayClaimNature: z.boolean().optional(),
  feeling: z.string().optional(),
})
const place = z.strictObject({
  ...entity,
  exits: z
    .array(z.union([id, z.strictObject({ to: id, names: text.optional(), when: condition.optional() })], "bad_exit"))
    .max(64)
    .optional(),
})
const thing = z.strictObject({
  ...entity,
  at: id.nullable().optional(),
  hidden: z.boolean().optional(),
  portable: z.boolean().optional(),
  container: z.boolean().optional(),
})

const valueTexts = { says: text.optional(), phrasings: textLists.optional(), words: textLists.optional() }
const telling = z.strictObject({ who: who.optional(), value: value.optional(), when: condition.optional() })
const fact = z.strictObject({
  starts: value.nullable().optional(),
  ...valueTexts,
  not: z.strictObject(valueTexts).optional().describe("How it sounds when it is not so."),
  values: z
    .record(z.string().min(1).max(64), z.strictObject(valueTexts))
    .optional()
    .describe("A fact of several values, by value."),
  range: z.tuple([z.int(), z.int()]).optional().describe("A fact that is a whole number, from and to."),
  where: id.optional(),
  about: z.array(id).max(64).optional(),
  known: who.optional(),
  guard: z.strictObject({ tell: z.array(telling).max(32).optional() }).optional(),
  lies: z.array(telling).max(32).optional(),
})

const argument = z.strictObject({
  kind: z.enum(["character", "place", "thing", "fact", "choice"]),
  from: z
    .union([z.enum(["here", "held", "known"]), z.array(z.string().min(1).max(64)).min(1).max(64)], "bad_from")
    .optional(),
})
const move = z.strictObject({
  names: text,
  examples: textLists.optional(),
  who: who.optional(),
  arguments: z.record(id, argument).optional(),
  when: condition.optional(),
  effects: effects.optional(),
  takes: duration.optional(),
  secret: z.boolean().optional(),
})
const rule = z.strictObject({ when: condition, effects, repeated: z.boolean().optional() })
const relation = z.strictObject({
  names: text.optional(),
  range: z.tuple([z.int(), z.int()]).optional(),
  starts: z.int().optional(),
  pairs: z
    .array(z.strictObject({ from: id, to: id, value: z.int() }))
    .max(2000)
    .optional(),
})

/** One file of a world; every section may stand in any file. */
export const worldDocument = z
  .strictObject({
    format: z.literal(1).optional(),
    id: id.optional(),
    names: text.optional(),
    languages: z.array(z.enum(languages)).min(1).optional(),
    starts: time.optional(),
    feelings: z.array(z.string().min(1).max(64)).max(64).optional(),
    builtins: z
      .array(z.enum(builtinMoves))
      .optional()
      .describe("The moves that every character has; all where it is left out."),
    vocabulary: textLists.optional().describe("Names that may be said although nothing in the world bears them."),
    places: z.record(id, place).optional(),
    characters: z.record(id, character).optional(),
    things: z.record(id, thing).optional(),
    relations: z.record(id, relation).optional(),
    facts: z.record(id, fact).optional(),
    moves: z.record(id, move).optional(),
    rules: z.record(id, rule).optional(),
  })
  .meta({
    title: "A world of Daydream",
    description: "One file of a world: places, characters, things, facts, moves and rules.",
  })

export type WorldDocument = z.infer<typeof worldDocument>
export type AuthoredEffect = z.infer<typeof effect>
export type AuthoredText = z.infer<typeof text>
export type AuthoredLists = z.infer<typeof textLists>
export type AuthoredTelling = z.infer<typeof telling>
export type AuthoredFact = z.infer<typeof fact>

/** The schema of one condition and of one list of effects, for whoever else has an author write them. */
export const conditionSchema = condition
export const effectsSchema = effects

/** Ids, texts, lists of texts, durations and values as authors write them. */
export const idSchema = id
export const textSchema = text
export const textListsSchema = textLists
export const durationSchema = duration
export const valueSchema = value

/** The published JSON Schema of {@link worldDocument}: editors complete and check a file by it. */
export const worldJsonSchema = (): Readonly<Record<string, unknown>> => z.toJSONSchema(worldDocument, { io: "input" })
