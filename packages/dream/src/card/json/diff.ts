import type { JsonEdit } from "./edit.ts"
import { valueOf, type JsonDocument, type JsonNode } from "./node.ts"

/** The fewest edits that make `before` say what `after` says, so that the rest keeps its bytes. */
export function diffJson(before: JsonDocument, after: JsonDocument): JsonEdit[] {
  const edits: JsonEdit[] = []
  const sameText = (a: JsonNode, b: JsonNode): boolean =>
    b.end - b.start === a.end - a.start && before.text.slice(a.start, a.end) === after.text.slice(b.start, b.end)
  const compare = (a: JsonNode, b: JsonNode, path: (string | number)[]): void => {
    if (sameText(a, b)) return
    if (a.kind === "object" && b.kind === "object") {
      const [mine, theirs] = [membersOf(a), membersOf(b)]
      for (const key of mine.keys()) if (!theirs.has(key)) edits.push({ path: [...path, key] })
      for (const [key, value] of theirs) {
        const old = mine.get(key)
        if (old === undefined) edits.push({ path: [...path, key], value: valueOf(value) })
        else compare(old, value, [...path, key])
      }
    } else if (a.kind === "list" && b.kind === "list" && a.items.length === b.items.length) {
      for (const [i, item] of b.items.entries()) compare(a.items[i] as JsonNode, item, [...path, i])
    } else if (a.kind !== "primitive" || b.kind !== "primitive" || a.value !== b.value)
      edits.push({ path, value: valueOf(b) })
  }
  compare(before.root, after.root, [])
  return edits
}

const membersOf = (node: Extract<JsonNode, { kind: "object" }>): Map<string, JsonNode> =>
  new Map(node.members.filter((member) => member.key !== "__proto__").map((member) => [member.key, member.value]))
