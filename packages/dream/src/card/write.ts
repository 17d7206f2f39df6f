/** Writes a card back into the file that it came from. */
import { editJson, memberOf, type JsonDocument, type JsonEdit, type JsonNode } from "./json/index.ts"
import type { CardFile } from "./model.ts"
import { joinBytes, writeText } from "./png/index.ts"
import { openCard } from "./read.ts"
import { encodePayload, encodeText } from "./text.ts"
import { replaceEntry } from "./zip/index.ts"

/** The bytes of `file`: those that were read while nothing is edited; else only the card in them differs. */
export function writeCard(file: CardFile): Uint8Array {
  const { container, document } = file
  if (!file.isEdited) return container.bytes
  if (container.format === "json") return encodeText(document.text)
  if (container.format === "charx") return replaceEntry(container.archive, "card.json", encodeText(document.text))
  const parts: Uint8Array[] = []
  let at = 0
  for (const payload of container.payloads) {
    const chunk = container.chunks.chunks[payload.chunk]
    if (chunk === undefined) continue
    parts.push(container.bytes.subarray(at, chunk.start))
    if (payload.isDropped !== true) parts.push(writeText(payload.keyword, encodePayload(payload.document)))
    at = chunk.end
  }
  return joinBytes([...parts, container.bytes.subarray(at)])
}

/**
 * `file` after `edits` of its raw document (paths as in the JSON: `["data", "name"]`). Where a picture also holds the
 * older version and the edited place was alike in both, it is edited in both. Throws `card_edit_impossible`,
 * `card_lacks_name`.
 */
export function editCard(file: CardFile, edits: readonly JsonEdit[]): CardFile {
  if (edits.length === 0) return file
  const document = editJson(file.document, edits)
  if (file.container.format !== "png") return openCard(file.container, document, file.notices, true)
  const payloads = file.container.payloads.map((payload) => {
    if (payload.document === file.document) return { ...payload, document }
    const alike = edits.filter(
      (edit) =>
        textAt(file.document, edit.path) !== undefined &&
        textAt(file.document, edit.path) === textAt(payload.document, edit.path),
    )
    return { ...payload, document: editJson(payload.document, alike) }
  })
  return openCard({ ...file.container, payloads }, document, file.notices, true)
}

/** `file` with another document altogether, as after an edit by hand. An older copy beside it, which would say something else, goes. */
export function replaceDocument(file: CardFile, document: JsonDocument): CardFile {
  const { container } = file
  if (container.format !== "png") return openCard(container, document, file.notices, true)
  const payloads = container.payloads.map((one) =>
    one.document === file.document ? { ...one, document } : { ...one, isDropped: true },
  )
  return openCard({ ...container, payloads }, document, file.notices, true)
}

function textAt(document: JsonDocument, path: JsonEdit["path"]): string | undefined {
  let node: JsonNode | undefined = document.root
  for (const step of path) node = node?.kind === "list" ? node.items[Number(step)] : memberOf(node, String(step))
  return node === undefined ? undefined : document.text.slice(node.start, node.end)
}
