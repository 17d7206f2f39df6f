/** The form of `tests/*.yaml`: one schema for the check and for the published JSON Schema. */
import { languages } from "@daydream/engine/language"
import { z } from "zod"
import { conditionSchema, durationSchema, idSchema } from "../world/index.ts"

const phrases = z.array(z.string().min(1).max(400)).max(100)
const name = z.string().regex(/^[\p{L}\p{N}_-][\p{L}\p{N} _-]{0,79}$/u, "bad_id")

const expectation = z.strictObject({
  says: phrases.optional().describe("Each is said: the id of a line, or a phrase (`...` is a gap, a final `*` any ending)."),
  never: phrases.optional().describe("Nothing that is said contains one of these phrases."),
  route: z.string().max(200).optional().describe("What was understood: an option's key, or unclear, off_world, nature, crisis, small_talk."),
  topic: z.string().max(140).optional().describe("What was understood: `topic`, or `character/topic`."),
  open: phrases.optional().describe("Suggestions (their texts) or options (their keys) that are open afterwards."),
  closed: phrases.optional().describe("Those that are not."),
  so: conditionSchema.optional().describe("A condition of the world that holds afterwards; whoever acts is the player."),
  ending: z.string().max(200).optional().describe("The ending that was reached; `none`: the dream goes on."),
})

const stepFields = {
  say: z.string().min(1).max(1000).optional().describe("What the player says."),
  to: idSchema.optional().describe("To whom it is said."),
  take: z.string().min(1).max(400).optional().describe("A suggestion's text, or an option's key."),
  go: idSchema.optional().describe("A place to go to."),
  wait: durationSchema.optional(),
  continue: z.literal(true).optional().describe("Goes on where the story pauses."),
  expect: expectation.optional(),
}
const verbs = ["say", "take", "go", "wait", "continue"] as const
const step = z.strictObject(stepFields).refine((one) => verbs.filter((verb) => one[verb] !== undefined).length === 1, "one_step")

const setting = {
  about: z.string().max(1000).optional().describe("For people: what the test is about."),
  language: z.enum(languages).optional(),
  dials: z.record(idSchema, idSchema).optional(),
}

const story = z.strictObject({
  ...setting,
  play: z.array(step).max(500),
  expect: expectation.optional().describe("What must be so at the end."),
})

const persona = z.strictObject({
  ...setting,
  character: idSchema,
  after: z.array(step).max(500).optional().describe("What is played before."),
  cases: z
    .array(z.strictObject({ says: phrases.min(1), expect: expectation }))
    .min(1)
    .max(200)
    .describe("What a player says, each by itself, and what must come of it."),
  never: phrases.optional().describe("What the character never says, whatever it hears."),
  longest: z.int().min(1).max(4000).optional().describe("Characters of an answer at most."),
  share: z.number().gt(0).max(1).optional().describe("The share of trials that must pass (1)."),
})

/** One file of tests. */
export const testDocument = z
  .strictObject({ stories: z.record(name, story).optional(), personas: z.record(name, persona).optional() })
  .meta({ title: "Tests of a dream", description: "Stories that must play out, and how characters must answer." })

export type TestDocument = z.infer<typeof testDocument>
export type AuthoredStep = z.infer<typeof step>
export type AuthoredExpectation = z.infer<typeof expectation>

/** The published JSON Schema of {@link testDocument}. */
export const testJsonSchema = (): Readonly<Record<string, unknown>> => z.toJSONSchema(testDocument, { io: "input" })
