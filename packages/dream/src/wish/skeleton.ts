/** Story skeletons of ours: files of a dream with blanks, and what is to be asked for each blank. */
import { languages } from "@daydream/engine/language"
import type { Language } from "@daydream/engine/language"
import { z } from "zod"
import type { DreamFile } from "../bundle/index.ts"

const texts = z.array(z.string().min(1).max(400)).min(2).max(40)

const slotSchema = z.strictObject({
  /**
   * `person`: a name of somebody. `name`: of a place or thing. `words`: a few words within a sentence. `sentence`: told
   * by the narrator. `line`: said by a character.
   */
  kind: z.enum(["person", "name", "words", "sentence", "line"]),
  /** What is wanted, for the model. */
  ask: z.string().min(1).max(400),
  /** Characters at most. */
  most: z.int().min(1).max(400),
  least: z.int().min(1).max(200).optional(),
  /** Names that the text must not use: filled slots that would give something away. */
  without: z.array(z.string()).max(20).optional(),
  /** Names that it must use. */
  with: z.array(z.string()).max(4).optional(),
  /** One of these must stand in it: the story says "you" where a model likes to tell of somebody. */
  holds: z.array(z.string().min(1).max(40)).min(1).max(8).optional(),
  /** What stands in where a model gives nothing usable; may name slots filled before. */
  fallback: texts,
})

const stepSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/u),
  /** Shown while it is being filled. */
  label: z.string().min(1).max(60),
  ask: z.string().min(1).max(1000),
  slots: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/u), slotSchema),
})

const documentSchema = z.strictObject({
  format: z.literal(1),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/u),
  language: z.enum(languages),
  /** Which wishes it fits, in one sentence; and examples of such wishes. */
  fits: z.string().min(1).max(400),
  examples: texts,
  steps: z.array(stepSchema).min(1).max(30),
})

export type Slot = z.infer<typeof slotSchema>
export type Step = z.infer<typeof stepSchema>

/** A skeleton in one language. */
export interface Skeleton {
  readonly id: string
  readonly language: Language
  readonly fits: string
  readonly examples: readonly string[]
  readonly steps: readonly Step[]
  /** The dream's files with `{{slot}}` where something is to be filled in. */
  readonly files: readonly DreamFile[]
}

// `{{^slot}}` begins with a capital.
const blank = /\{\{(\^?)([a-z][a-z0-9_]*)\}\}/gu

/** Names of the slots in `text`. */
export const slotsIn = (text: string): string[] => [...text.matchAll(blank)].map((match) => match[2] ?? "")

/** Slots that every skeleton may use beside its own. */
export const givenSlots = ["wish", "dream_id", "model"] as const

/**
 * Reads `slots.yaml` (parsed) and the template files. Throws a TypeError where they do not fit: a skeleton is part of the
 * program, and its tests run this.
 */
export function createSkeleton(document: unknown, files: readonly DreamFile[]): Skeleton {
  const { id, language, fits, examples, steps } = documentSchema.parse(document)
  const known = new Set<string>(givenSlots)
  for (const step of steps)
    for (const [name, slot] of Object.entries(step.slots)) {
      if (known.has(name)) throw new TypeError(`${id}/${language}: the slot ${name} is there twice`)
      for (const used of [...(slot.with ?? []), ...(slot.without ?? []), ...slot.fallback.flatMap(slotsIn)])
        if (!known.has(used)) throw new TypeError(`${id}/${language}: ${name} uses ${used}, which is not filled before it`)
      known.add(name)
    }
  for (const { path, bytes } of files)
    for (const used of slotsIn(new TextDecoder().decode(bytes)))
      if (!known.has(used)) throw new TypeError(`${id}/${language}: ${path} uses ${used}, which no step fills`)
  return { id, language, fits, examples, steps, files }
}

/** Fills the blanks of one file. In YAML they stand within double quotes or block texts; in ink, anywhere in a text. */
export const fillTemplate = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(blank, (whole, capital: string, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] ?? whole : whole
    return capital === "" ? value : value.slice(0, 1).toUpperCase() + value.slice(1)
  })
