/** One YAML file: its values, and where each of them stands. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml"
import type { Document } from "yaml"
import type { z } from "zod"
import { worldDocument, worldJsonSchema } from "./document.ts"
import type { WorldDocument } from "./document.ts"
import { nearest, problemTexts } from "./problem.ts"
import type { ProblemCode, WorldProblem } from "./problem.ts"

/** One of the files of a world. */
export interface WorldFile {
  readonly name: string
  readonly text: string
}

export type Path = readonly (string | number)[]

/** A parsed file, and how a problem in it is told. */
export interface Source {
  readonly file: string
  readonly document: WorldDocument
  report<C extends ProblemCode>(code: C, path: Path, facts: Parameters<(typeof problemTexts)[C]>[0], severity?: "warning"): void
}

const largest = 4_000_000

function offsetOf(document: Document, path: Path, key?: string): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of [...path, ...(key === undefined ? [] : [key])]) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step))
      if (pair === undefined) break
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset
    } else break
  }
  return offset
}

/** Where the value at `path` begins: a scalar's own place, else its key's. */
function valueOffset(document: Document, path: Path): number {
  const node = document.getIn(path, true)
  const own = isScalar(node) ? node.range?.[0] : undefined
  return own ?? offsetOf(document, path)
}

function keysOf(schema: unknown, keys: Set<string>): Set<string> {
  if (typeof schema !== "object" || schema === null) return keys
  for (const [name, value] of Object.entries(schema)) {
    if (name === "properties" && typeof value === "object" && value !== null) for (const key of Object.keys(value)) keys.add(key)
    keysOf(value, keys)
  }
  return keys
}

/** Parses one file. `undefined` where it has not the form of a world; `problems` gets everything that is wrong. */
export function readSource({ name: file, text }: WorldFile, problems: WorldProblem[]): Source | undefined {
  const lines = new LineCounter()
  const tell = <C extends ProblemCode>(code: C, path: Path, facts: Parameters<(typeof problemTexts)[C]>[0], offset: number, severity?: "warning") => {
    const { line, col } = lines.linePos(offset)
    const texts = (problemTexts[code] as (given: typeof facts) => { message: WorldProblem["message"]; hint: WorldProblem["hint"] })(facts)
    problems.push({ code, severity: severity ?? "error", file, line: Math.max(1, line), column: Math.max(1, col), path: [...path], ...texts })
  }
  if (text.length > largest) {
    tell("file_too_large", [], { bytes: text.length }, 0)
    return undefined
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  // After the first syntax error everything else looks wrong too; a key that stands twice is a problem of its own.
  const [firstError] = document.errors.filter(({ code }) => code !== "DUPLICATE_KEY")
  for (const error of document.errors)
    if (error.code === "DUPLICATE_KEY") tell("yaml_twice", [], undefined, error.pos[0])
    else if (error === firstError) tell("yaml_syntax", [], { code: error.code }, error.pos[0])
  if (document.errors.length > 0) return undefined
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch {
    tell("yaml_syntax", [], { code: "ALIASES" }, 0)
    return undefined
  }
  const read = worldDocument.safeParse(value, { reportInput: true })
  if (!read.success) {
    for (const issue of read.error.issues) tellIssue(issue, document, tell)
    return undefined
  }
  return { file, document: read.data, report: (code, path, facts, severity) => tell(code, path, facts, valueOffset(document, path), severity) }
}

type Tell = <C extends ProblemCode>(code: C, path: Path, facts: Parameters<(typeof problemTexts)[C]>[0], offset: number) => void
type Issue = z.core.$ZodIssue

let knownKeys: ReadonlySet<string> | undefined

function tellIssue(issue: Issue, document: Document, tell: Tell): void {
  const path = issue.path.filter((step) => typeof step !== "symbol")
  const at = valueOffset(document, path)
  const own = issue.message as ProblemCode
  if (issue.code === "invalid_union" && issue.input === undefined) {
    tell("missing_key", path, { key: String(path.at(-1) ?? "") }, offsetOf(document, path.slice(0, -1)))
    return
  }
  if (Object.hasOwn(problemTexts, own)) {
    // A union tells only that nothing fitted; where one branch got deeper, its own problem says more.
    const deeper = issue.code === "invalid_union" ? deepestBranch(issue) : []
    if (deeper.length > 0) for (const inner of deeper) tellIssue({ ...inner, path: [...issue.path, ...inner.path] }, document, tell)
    else tell(own as "bad_id", path, undefined, at)
    return
  }
  switch (issue.code) {
    case "unrecognized_keys":
      knownKeys ??= keysOf(worldJsonSchema(), new Set())
      for (const key of issue.keys) tell("unknown_key", [...path, key], { key, near: nearest(key, knownKeys) }, offsetOf(document, path, key))
      return
    case "invalid_type":
      if (issue.input === undefined) tell("missing_key", path, { key: String(path.at(-1) ?? "") }, offsetOf(document, path.slice(0, -1)))
      else tell("wrong_type", path, { expected: issue.expected }, at)
      return
    case "invalid_value": tell("wrong_choice", path, { allowed: issue.values }, at); return
    case "invalid_key": tell("bad_id", path, undefined, offsetOf(document, path)); return
    case "too_small": tell("out_of_bounds", path, { detail: `≥ ${String(issue.minimum)}` }, at); return
    case "too_big": tell("out_of_bounds", path, { detail: `≤ ${String(issue.maximum)}` }, at); return
    case "custom": case "invalid_element": case "invalid_format": case "invalid_union": case "not_multiple_of":
      tell("wrong_type", path, { expected: "object" }, at)
  }
}

const deepestBranch = (issue: Extract<Issue, { code: "invalid_union" }>): readonly Issue[] =>
  issue.errors.find((branch) => branch.length > 0 && branch.every((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys")) ?? []
