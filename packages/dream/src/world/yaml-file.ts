/** A YAML file of any schema: its values, and where each of them stands. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml"
import type { Document } from "yaml"
import type { z } from "zod"
import { tellIssues } from "./issues.ts"
import { textsOfProblem } from "./problem.ts"
import type { AuthoredProblem, ProblemCode, problemTexts, WorldProblem } from "./problem.ts"

/** One of an author's files. */
export interface WorldFile {
  readonly name: string
  readonly text: string
}

export type Path = readonly (string | number)[]

/** Somewhere to tell problems. */
export interface Reporter {
  report<C extends ProblemCode>(
    code: C,
    path: Path,
    facts: Parameters<(typeof problemTexts)[C]>[0],
    severity?: "warning",
  ): void
}

/** A parsed file, and how a problem in it is told. */
export interface YamlFile<T> extends Reporter {
  readonly file: string
  readonly document: T
  /** The problem at its place in the file; its path counts from the top of the file. */
  locate(problem: AuthoredProblem): WorldProblem
  /** Where the value at `path` begins; line and column from 1. */
  placeOf(path: Path): { readonly file: string; readonly line: number; readonly column: number }
}

const largest = 4_000_000

/** Where the key or the list's item at `path` begins; where a part of the path is missing, the last that is there. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of path) {
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

/**
 * Parses one file. `undefined` where it has not the form of `schema`; `problems` gets everything that is wrong. `keys`
 * are all that the schema knows, for what a misspelt one may have meant.
 */
export function readYamlFile<T>(
  { name: file, text }: WorldFile,
  schema: z.ZodType<T>,
  keys: () => ReadonlySet<string>,
  problems: { push(problem: WorldProblem): unknown },
): YamlFile<T> | undefined {
  const lines = new LineCounter()
  const spot = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const placed = (problem: AuthoredProblem, offset: number): WorldProblem => ({ ...problem, ...spot(offset) })
  const tell = <C extends ProblemCode>(
    code: C,
    path: Path,
    facts: Parameters<(typeof problemTexts)[C]>[0],
    offset: number,
    severity?: "warning",
  ) => {
    problems.push(
      placed({ code, severity: severity ?? "error", path: [...path], ...textsOfProblem(code, facts) }, offset),
    )
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
  const read = schema.safeParse(value, { reportInput: true })
  if (!read.success) {
    tellIssues(
      read.error.issues,
      (code, path, facts, place) =>
        tell(code, path, facts, place === "key" ? offsetOf(document, path) : valueOffset(document, path)),
      keys,
    )
    return undefined
  }
  return {
    file,
    document: read.data,
    report: (code, path, facts, severity) => tell(code, path, facts, valueOffset(document, path), severity),
    locate: (problem) => placed(problem, valueOffset(document, problem.path)),
    placeOf: (path) => spot(valueOffset(document, path)),
  }
}
