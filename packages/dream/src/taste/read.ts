/** A taste from a file or a store that nobody vouches for. */
import { languages } from "@daydream/engine/language"
import { z } from "zod"
import { contentKinds } from "../bundle/index.ts"
import { mostWeight } from "./model.ts"
import type { Taste } from "./model.ts"

const schema = z.strictObject({
  format: z.literal(1),
  dials: z.record(
    z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/u),
    z.strictObject({ position: z.number().min(0).max(1), weight: z.number().min(0).max(mostWeight) }),
  ).refine((dials) => Object.keys(dials).length <= 200),
  without: z.array(z.enum(contentKinds)).max(contentKinds.length),
  language: z.enum(languages).nullable(),
})

/** The taste, or undefined where `value` is none. */
export const readTaste = (value: unknown): Taste | undefined => schema.safeParse(value).data
