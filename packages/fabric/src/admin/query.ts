/** Parts of queries that several endpoints take. */
import { z } from "@hono/zod-openapi"
import { readTime } from "./time-range.ts"

export const time = z.string().refine((text) => readTime(text, 0) !== undefined, "must be a length of time such as 7d, 12h or 30min, or a date")
export const flag = z.string().refine((text) => text === "true" || text === "false", "must be true or false")
export const limit = z.string().refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1_000,
  "must be a whole number from 1 to 1000")
