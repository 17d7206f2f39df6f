/** The manifest of a plan's folder: what the function is, which models it needs, and the hash of every file. */
import { z } from "zod"
import type { Task } from "../rung/index.ts"

/** Version of the folder's layout. Raised when an older program could not read it. */
export const planFormatVersion = 1

// A plan may come from anywhere: its manifest must not make us read elsewhere.
const isInside = (path: string) => !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes("..")

const taskSchema = z.object({
  instruction: z.string().optional(),
  signature: z.object({
    inputs: z
      .array(
        z.object({
          name: z.string(),
          type: z.enum(["text", "number", "date", "category"]),
          description: z.string().optional(),
        }),
      )
      .min(1),
    output: z.object({
      name: z.string(),
      type: z.enum(["boolean", "enum"]),
      classes: z.array(z.string()).min(2),
      glossary: z.record(z.string(), z.string()).optional(),
    }),
  }),
})

export const manifestSchema = z.object({
  formatVersion: z.number().int(),
  name: z.string(),
  /** ISO 8601 instant. */
  createdAt: z.string(),
  task: taskSchema,
  /** False: no certificate was given; `run` asks for an explicit consent. */
  isCertified: z.boolean(),
  /** What answers, in words of the ladder: "tfidf-softmax", "cascade: tfidf-softmax → llm-retrieved". */
  chosen: z.string(),
  /** Reference of each model that running needs. */
  models: z.object({ embedder: z.string().optional(), languageModel: z.string().optional() }),
  /** True where the variant's files hold texts of the training rows. */
  holdsTrainingText: z.boolean(),
  /** SHA-256 in hexadecimal by relative path, for every file but this one. */
  files: z.record(z.string().refine(isInside, "a path that leaves the plan's folder"), z.string()),
})

export type PlanManifest = Omit<z.infer<typeof manifestSchema>, "task"> & { readonly task: Task }
