import type { JsonDocument, JsonNode } from "./node.ts"

/** The text of `document` with one member a line, two spaces a level; texts and numbers stay as they are written. */
export function formatJson(document: JsonDocument): string {
  const write = (node: JsonNode, indent: string): string => {
    if (node.kind === "primitive") return document.text.slice(node.start, node.end)
    const inner = `${indent}  `
    const parts =
      node.kind === "list"
        ? node.items.map((item) => inner + write(item, inner))
        : node.members.map((member) => `${inner}${nameOf(document.text, member.start)}: ${write(member.value, inner)}`)
    const [open, close] = node.kind === "list" ? ["[", "]"] : ["{", "}"]
    return parts.length === 0 ? open + close : `${open}\n${parts.join(",\n")}\n${indent}${close}`
  }
  return `${write(document.root, "")}\n`
}

/** The key that begins at `start`, in its quotes. */
function nameOf(text: string, start: number): string {
  let end = start + 1
  while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1
  return text.slice(start, end + 1)
}
