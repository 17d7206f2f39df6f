/** Signatures as JSON, read strictly: plan files may come from elsewhere. */
import { z } from "zod"
import { functionErrors } from "./errors.ts"
import type { Signature } from "./signature.ts"

const unique = (names: readonly string[]) => new Set(names).size === names.length

const inputSchema = z.strictObject({
  name: z.string().min(1),
  type: z.enum(["text", "number", "date", "category"]),
  description: z.string().optional(),
})

const outputSchema = z.strictObject({
  name: z.string().min(1),
  type: z.enum(["boolean", "enum"]),
  classes: z.array(z.string()).min(2).refine(unique, "Two classes are the same."),
  glossary: z.record(z.string(), z.string()).optional(),
}).refine((output) => output.type === "enum" || output.classes.length === 2, "A boolean has two classes.")
  .refine((output) => Object.keys(output.glossary ?? {}).every((name) => output.classes.includes(name)),
    "The glossary explains a class that is not there.")

const signatureSchema = z.strictObject({
  inputs: z.array(inputSchema).min(1)
    .refine((inputs) => unique(inputs.map((input) => input.name)), "Two inputs have the same name."),
  output: outputSchema,
})

/** Reads a signature from parsed JSON. Throws `bad_signature`, which names the field. */
export function parseSignature(json: unknown): Signature {
  const parsed = signatureSchema.safeParse(json)
  // A JSON value has no `undefined` fields, so the read object is exact.
  if (parsed.success) return parsed.data as Signature
  const issue = parsed.error.issues[0]
  throw functionErrors.bad_signature({ field: issue?.path.join(".") || "the top", problem: issue?.message ?? "" })
}

/** The signature as a JSON value; {@link parseSignature} reads it back to an equal one. */
export const signatureToJson = (signature: Signature): unknown => ({
  inputs: signature.inputs.map((input) => ({ ...input })),
  output: { ...signature.output },
})
