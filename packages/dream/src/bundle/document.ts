/** The forms of `dream.yaml` and `characters/<id>.yaml`: one schema for the check and for the published JSON Schemas. */
import { languages } from "@daydream/engine/language"
import { z } from "zod"
import {
  conditionSchema, durationSchema, effectsSchema, idSchema, textListsSchema, textSchema, valueSchema,
} from "../world/index.ts"
import { contentKinds, freedoms, ratings } from "./model.ts"

const content = z.enum(contentKinds).describe("What it holds that an age gate or a reader's limits look at.")
const freedom = z.enum(freedoms).describe("The most that a model may do: choose among lines, word notes, or talk freely.")
const entry = idSchema.describe("A knot of the story that is tagged `# entry`.")

const dial = z.strictObject({
  names: textSchema,
  values: z
    .record(idSchema, z.strictObject({ names: textSchema }))
    .describe("The settings in order, from one end to the other."),
  starts: idSchema.optional().describe("The setting where a reader sets none; the first where it is left out."),
  content: content.optional(),
})

const scene = z.strictObject({
  id: idSchema,
  when: conditionSchema,
  enters: entry,
  again: z.boolean().optional().describe("Begins each time that it holds; once where it is left out."),
})

/** `dream.yaml`. */
export const dreamDocument = z
  .strictObject({
    format: z.literal(1),
    id: idSchema,
    names: textSchema,
    summary: textSchema.describe("What it is about, in a sentence or two, without giving anything away."),
    author: z.string().max(200).optional(),
    languages: z.array(z.enum(languages)).min(1).max(languages.length).optional(),
    minutes: z.int().min(1).max(10_000).optional().describe("Minutes of play."),
    rating: z.enum(ratings).describe("For whom it is: everyone, teen (from 14), adult (from 18)."),
    contents: z.array(content).max(contentKinds.length).optional(),
    players: z
      .array(idSchema)
      .min(1)
      .max(64)
      .optional()
      .describe("The characters that humans may play; the first is the one of a single player."),
    seconds_per_turn: z.int().min(0).max(86_400).optional().describe("Story seconds that a turn takes (60)."),
    freedom: freedom.optional(),
    dials: z.record(idSchema, dial).optional(),
    scenes: z.array(scene).max(200).optional(),
    unclear: textListsSchema.describe("Narration where nobody is spoken to and nothing was made out."),
    made: z
      .strictObject({ wish: z.string().max(4000), model: z.string().max(400) })
      .optional()
      .describe("Only in dreams that were made from a wish: the wish, and the model that wrote them."),
  })
  .meta({ title: "A dream of Daydream", description: "What a dream is called, for whom it is, and how it is played." })

const line = z
  .union(
    [
      textSchema,
      z.strictObject({
        id: idSchema.optional(),
        say: textSchema,
        when: conditionSchema.optional(),
        feel: z.string().optional().describe("What the character feels from then on."),
        claims: z
          .array(z.strictObject({ fact: idSchema, value: valueSchema }))
          .max(16)
          .optional()
          .describe("What the line states beside what its text is found to state."),
        content: content.optional(),
      }),
    ],
    "bad_line",
  )
  .describe("A line: its text, or `say` with a condition, a feeling, claims, a kind of content.")
const lines = z.array(line).max(200)

const topic = z.strictObject({
  names: textSchema.optional().describe("How it is suggested to the player; never where it is left out."),
  examples: textListsSchema.optional().describe("What a player might say to mean it; four or more."),
  patterns: textListsSchema.optional().describe("Phrases that mean it for certain; `...` is a gap, a final `*` any ending."),
  when: conditionSchema.optional(),
  once: z.boolean().optional(),
  effects: effectsSchema.optional(),
  lines: lines.optional(),
  note: textSchema.optional().describe("What the character means, for a model to word; the lines stand in where none may."),
  enters: entry.optional().describe("A knot tagged `# entry` that begins after the answer."),
})

const reaction = z.strictObject({
  when: conditionSchema,
  effects: effectsSchema.optional(),
  lines: lines.min(1),
})

const habit = z.strictObject({
  id: idSchema,
  when: conditionSchema.optional(),
  move: idSchema,
  arguments: z.record(idSchema, z.string().max(64)).optional(),
  every: durationSchema.optional().describe("Story time between two times; whenever the character is free where left out."),
})

const voiceList = z.array(z.strictObject({ note: z.string().min(1).max(400), line: z.string().min(1).max(800) })).max(64)
const voice = z
  .union([voiceList, z.strictObject({ en: voiceList.optional(), zh: voiceList.optional() })], "bad_voice")
  .describe("How the character words a note: three or more.")

/** `characters/<id>.yaml`. */
export const characterDocument = z
  .strictObject({
    character: idSchema,
    minor: z.boolean().optional().describe("A child in the fiction: never in anything of the kind romance."),
    freedom: freedom.optional(),
    persona: textSchema.describe("Who it is, in a few sentences, in the second person, for a model."),
    voice: voice.optional(),
    topics: z.record(idSchema, topic).optional(),
    reactions: z.record(idSchema, reaction).optional(),
    habits: z.array(habit).max(64).optional(),
    unclear: lines.optional().describe("Where nothing that was said could be made out; three or more."),
    off_world: lines.optional().describe("Where what was said is not of this world."),
    nature: lines.optional().describe("Where the player asks whether this is an AI, after the interface has answered."),
  })
  .meta({ title: "A character of a dream", description: "How one character of the world speaks and what it does." })

export type DreamDocument = z.infer<typeof dreamDocument>
export type CharacterDocument = z.infer<typeof characterDocument>
export type AuthoredLineEntry = z.infer<typeof line>
export type AuthoredTopic = z.infer<typeof topic>
export type AuthoredHabit = z.infer<typeof habit>
export type AuthoredVoice = z.infer<typeof voice>

/** The published JSON Schema of {@link dreamDocument}. */
export const dreamJsonSchema = (): Readonly<Record<string, unknown>> => z.toJSONSchema(dreamDocument, { io: "input" })

/** The published JSON Schema of {@link characterDocument}. */
export const characterJsonSchema = (): Readonly<Record<string, unknown>> =>
  z.toJSONSchema(characterDocument, { io: "input" })
