/** Edits of JSON that leave every other byte as it stands. */
import { cardErrors } from "../errors.ts"
import { parseJson, type JsonDocument, type JsonNode, type JsonValue } from "./node.ts"

/** Sets the value at `path` (keys and indices from the root); without `value`, removes it. */
export interface JsonEdit {
  readonly path: readonly (string | number)[]
  readonly value?: JsonValue
}

interface Changes {
  edit?: JsonEdit
  readonly below: Map<string, Changes>
}

function arrange(edits: readonly JsonEdit[]): Changes {
  const root: Changes = { below: new Map() }
  for (const edit of edits) {
    let at = root
    for (const step of edit.path) {
      const next = at.below.get(String(step)) ?? { below: new Map<string, Changes>() }
      at.below.set(String(step), next)
      at = next
    }
    at.edit = edit
    at.below.clear()
  }
  return root
}

interface Part {
  readonly lead: string
  readonly name: string
  readonly value: string
  readonly trail: string
}

/** `document` after `edits`. Throws `card_edit_impossible` where a path leads through a text or number. */
export function editJson(document: JsonDocument, edits: readonly JsonEdit[]): JsonDocument {
  if (edits.length === 0) return document
  const { text } = document
  const { root } = document

  /** How a new value is written: indented like its neighbours, or on one line. */
  const write = (value: JsonValue, lead: string): string => {
    const indent = /\n([ \t]*)$/u.exec(lead)
    if (indent === null) return JSON.stringify(value)
    return JSON.stringify(value, undefined, indentUnit(document)).replaceAll("\n", `\n${indent[1]}`)
  }

  const render = (node: JsonNode, changes: Changes, lead: string, path: readonly string[]): string => {
    if (changes.edit !== undefined && changes.edit.value !== undefined) return write(changes.edit.value, lead)
    if (changes.below.size === 0) return text.slice(node.start, node.end)
    if (node.kind === "primitive")
      throw cardErrors.card_edit_impossible({ path: [...path, ...changes.below.keys()].join(".") })
    const children =
      node.kind === "list"
        ? node.items.map((value, i) => ({ key: String(i), value, start: value.start, end: value.end }))
        : node.members
    const last = new Map(children.map((child, i) => [child.key, i]))
    let from = node.start + 1
    const parts: Part[] = []
    for (const [i, child] of children.entries()) {
      const next = children[i + 1]
      const comma = next === undefined ? node.end - 1 : text.indexOf(",", child.end)
      const before = text.slice(from, child.start)
      const change = changes.below.get(child.key)
      const isMeant = change !== undefined && last.get(child.key) === i
      if (!isMeant || change.edit === undefined || change.edit.value !== undefined || change.below.size > 0)
        parts.push({
          lead: before,
          name: text.slice(child.start, child.value.start),
          value: isMeant
            ? render(child.value, change, before, [...path, child.key])
            : text.slice(child.value.start, child.value.end),
          trail: text.slice(child.end, comma),
        })
      from = comma + 1
    }
    const [open, close] = node.kind === "list" ? ["[", "]"] : ["{", "}"]
    const inner = children.length === 0 ? text.slice(node.start + 1, node.end - 1) : ""
    const end = children.length === 0 ? inner : text.slice((children.at(-1) as { end: number }).end, node.end - 1)
    const body = parts.map((part, i) => part.lead + part.name + part.value + (i === parts.length - 1 ? "" : part.trail))
    for (const [key, change] of changes.below)
      if (!last.has(key)) body.push(...added(node, key, change, { parts, lead, path }))
    return open + body.join(",") + (body.length === 0 ? "" : end) + close
  }

  const added = (
    node: JsonNode,
    key: string,
    change: Changes,
    at: { parts: readonly Part[]; lead: string; path: readonly string[] },
  ): string[] => {
    const value =
      change.edit?.value === undefined ? (change.below.size > 0 ? nested(change) : undefined) : change.edit.value
    if (value === undefined) return []
    if (node.kind === "list" && !/^\d+$/u.test(key))
      throw cardErrors.card_edit_impossible({ path: [...at.path, key].join(".") })
    const model = at.parts.at(-1)
    const lead = model?.lead ?? ""
    const name =
      node.kind === "list"
        ? ""
        : `${JSON.stringify(key)}${model === undefined ? ":" : (/:\s*$/u.exec(model.name)?.[0] ?? ":")}`
    return [lead + name + write(value, lead)]
  }

  const start = /^\uFEFF?\s*/u.exec(text)?.[0].length ?? 0
  return parseJson(text.slice(0, start) + render(root, arrange(edits), "\n", []) + text.slice(root.end))
}

/** What several edits below a key that is not there make. */
function nested(change: Changes): JsonValue {
  if (change.edit?.value !== undefined) return change.edit.value
  const entries = [...change.below].map(([key, below]) => [key, nested(below)] as const)
  return Object.fromEntries(entries)
}

/** The indentation of the document: that of its first member, none where it stands on one line. */
function indentUnit(document: JsonDocument): string {
  return /^\uFEFF?\s*[{[]\r?\n([ \t]+)/u.exec(document.text)?.[1] ?? ""
}
