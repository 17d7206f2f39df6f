/** What a schema found wrong, as problems that an author understands. */
import type { z } from "zod"
import { nearest, problemTexts } from "./problem.ts"
import type { ProblemCode } from "./problem.ts"
import type { Path } from "./yaml-file.ts"

type Issue = z.core.$ZodIssue

/** Takes one problem; `key`: it stands at the key rather than at the value. */
export type Tell = <C extends ProblemCode>(
  code: C,
  path: Path,
  facts: Parameters<(typeof problemTexts)[C]>[0],
  place: "key" | "value",
) => void

/** Every name of a property in a JSON Schema. */
export function keysOf(schema: unknown, keys: Set<string> = new Set()): Set<string> {
  if (typeof schema !== "object" || schema === null) return keys
  for (const [name, value] of Object.entries(schema)) {
    if (name === "properties" && typeof value === "object" && value !== null)
      for (const key of Object.keys(value)) keys.add(key)
    keysOf(value, keys)
  }
  return keys
}

const weightOf = (issue: Issue) => (issue.code === "unrecognized_keys" ? issue.keys.length : 1)

/** Of the branches of a union, the problems of the one that fitted best at its top and failed within. */
const deepestBranch = (issue: Extract<Issue, { code: "invalid_union" }>): readonly Issue[] =>
  issue.errors
    .filter(
      (branch) =>
        branch.length > 0 && branch.every((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys"),
    )
    .map((branch) => ({ branch, weight: branch.reduce((sum, inner) => sum + weightOf(inner), 0) }))
    .toSorted((a, b) => a.weight - b.weight)[0]?.branch ?? []

function tellIssue(issue: Issue, tell: Tell, keys: () => ReadonlySet<string>): void {
  const path = issue.path.filter((step) => typeof step !== "symbol")
  const isMissing =
    issue.input === undefined &&
    (issue.code === "invalid_type" || issue.code === "invalid_union" || issue.code === "invalid_value")
  if (isMissing) {
    tell("missing_key", path.slice(0, -1), { key: String(path.at(-1) ?? "") }, "key")
    return
  }
  if (Object.hasOwn(problemTexts, issue.message)) {
    const deeper = issue.code === "invalid_union" ? deepestBranch(issue) : []
    if (deeper.length > 0)
      tellIssues(
        deeper.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
        tell,
        keys,
      )
    else tell(issue.message as "bad_id", path, undefined, "value")
    return
  }
  switch (issue.code) {
    case "unrecognized_keys":
      for (const key of issue.keys) tell("unknown_key", [...path, key], { key, near: nearest(key, keys()) }, "key")
      return
    case "invalid_type":
      tell("wrong_type", path, { expected: issue.expected }, "value")
      return
    case "invalid_value":
      tell("wrong_choice", path, { allowed: issue.values }, "value")
      return
    case "invalid_key":
      tell("bad_id", path, undefined, "key")
      return
    case "too_small":
      tell("out_of_bounds", path, { detail: `≥ ${String(issue.minimum)}` }, "value")
      return
    case "too_big":
      tell("out_of_bounds", path, { detail: `≤ ${String(issue.maximum)}` }, "value")
      return
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "invalid_union":
    case "not_multiple_of":
      tell("wrong_type", path, { expected: "object" }, "value")
  }
}

/** Tells every issue of a schema; `keys` are all that it knows. */
export function tellIssues(issues: readonly Issue[], tell: Tell, keys: () => ReadonlySet<string>): void {
  for (const issue of issues) tellIssue(issue, tell, keys)
}
