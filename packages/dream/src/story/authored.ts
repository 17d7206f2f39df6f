/** The lines, choices and tags that an author wrote, found in the parsed story. */
import { createHash } from "node:crypto"
import { flowOf, locationOf, walk } from "./parsed.ts"
import type { ParsedNode } from "./parsed.ts"
import { readTag } from "./tag.ts"

/** A tag as written; `value` is null where logic makes it. */
export interface AuthoredTag {
  readonly name: string
  readonly value: string | null
  readonly flow: string
  readonly file: string | null
  readonly line: number | null
  /** Stands before any text or choice of its knot or stitch. */
  readonly isAtTop: boolean
}

/** One line of the author's file that a player can read. */
export interface AuthoredLine {
  /** The tag `id:`, else made of the knot's name and the line's text: it survives edits elsewhere. */
  readonly id: string
  readonly kind: "line" | "choice"
  readonly flow: string
  readonly file: string
  readonly line: number
  /** As it stands in the file, without weave marks. */
  readonly source: string
  /** The plain pieces of text, apart from logic. */
  readonly pieces: readonly string[]
}

export interface Authored {
  readonly lines: readonly AuthoredLine[]
  readonly tags: readonly AuthoredTag[]
}

interface Draft {
  readonly kind: "line" | "choice"
  readonly flow: string
  readonly file: string
  readonly line: number
  readonly pieces: string[]
}

/** `file:line`, the key by which a running story finds the author's line again. */
export const lineKey = (file: string | null | undefined, line: number | null | undefined): string => `${file ?? ""}:${line ?? 0}`

const isOfChoice = (node: ParsedNode): boolean => {
  for (let child = node, up = node.parent; up !== null; child = up, up = up.parent)
    if (up.typeName === "Choice") return child === up.startContent || child === up.choiceOnlyContent
  return false
}

const isInExpression = (node: ParsedNode): boolean => {
  for (let up = node.parent; up !== null; up = up.parent) if (up.typeName === "String" || up.typeName === "FunctionCall") return true
  return false
}

const weaveMarks = /^\s*(?:[*+-]\s*)*(?:\([\p{L}\p{N}_]+\)\s*)?/u

function sourceOf(files: ReadonlyMap<string, readonly string[]>, file: string, line: number): string {
  const text = files.get(file)?.[line - 1] ?? ""
  return text.replace(weaveMarks, "").replace(/\s+#.*$/, "").trim()
}

function withIds(drafts: Iterable<Draft>, ids: ReadonlyMap<string, string>, files: ReadonlyMap<string, readonly string[]>): AuthoredLine[] {
  const used = new Map<string, number>()
  return [...drafts].map((draft) => {
    const source = sourceOf(files, draft.file, draft.line)
    const named = ids.get(lineKey(draft.file, draft.line))
    const made = `${draft.flow === "" ? "top" : draft.flow}:${createHash("sha256").update(source).digest("hex").slice(0, 8)}`
    const count = (used.get(made) ?? 0) + (named === undefined ? 1 : 0)
    used.set(made, count)
    return { ...draft, source, id: named ?? (count > 1 ? `${made}-${count}` : made) }
  })
}

/** Reads lines and tags off the parse tree. */
export function readAuthored(root: ParsedNode, files: ReadonlyMap<string, readonly string[]>): Authored {
  const drafts = new Map<string, Draft>()
  const tags: AuthoredTag[] = []
  const begun = new Set<string>()
  let tag: { readonly node: ParsedNode; pieces: string[]; isPlain: boolean } | null = null
  for (const node of walk(root)) {
    if (node.typeName === "Tag") {
      if (node.isStart === true) tag = { node, pieces: [], isPlain: true }
      else if (tag !== null) {
        const { name, value } = readTag(tag.pieces.join(""))
        const flow = flowOf(tag.node)
        tags.push({ name, value: tag.isPlain ? value : null, flow, ...locationOf(tag.node), isAtTop: !begun.has(flow) })
        tag = null
      }
      continue
    }
    if (tag !== null) {
      if (node.typeName === "Text") tag.pieces.push(node.text ?? "")
      else if (node.typeName !== "ContentList") tag.isPlain = false
      continue
    }
    if (node.typeName === "Choice" || node.typeName === "FunctionCall" || node.typeName === "Divert") begun.add(flowOf(node))
    if (node.typeName !== "Text" || (node.text ?? "").trim() === "" || isInExpression(node)) continue
    const { file, line } = locationOf(node)
    const key = lineKey(file, line)
    const flow = flowOf(node)
    const draft = drafts.get(key) ?? { kind: isOfChoice(node) ? "choice" : "line", flow, file: file ?? "", line: line ?? 0, pieces: [] }
    draft.pieces.push(node.text ?? "")
    drafts.set(key, draft)
    begun.add(flow)
  }
  const ids = new Map(tags.filter(({ name, value }) => name === "id" && value !== null && value !== "")
    .map((one) => [lineKey(one.file, one.line), one.value ?? ""]))
  return { lines: withIds(drafts.values(), ids, files), tags }
}
