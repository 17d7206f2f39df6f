/** The document of the admin API, for who wants it without a server. */
import { silentLog } from "../observability/index.ts"
import { createAdminApp, documentOf } from "./app.ts"
import type { AdminParts } from "./parts.ts"

/** OpenAPI 3.1 as a plain value, with its fields in a fixed order. */
export function adminDocument(): object {
  const serving = { log: silentLog, now: () => 0, actorOf: () => Promise.reject(new Error("nobody asks")) }
  // Building touches no part: the document is made of the schemas alone.
  return documentOf(createAdminApp({} as AdminParts, serving))
}
