/** The parts of an Excel workbook (ECMA-376) that a table needs: sheets, shared strings, which styles are dates. */
import { posix } from "node:path"
import type { ZipArchive } from "./zip-reader.ts"

export interface Sheet {
  readonly name: string
  readonly isVisible: boolean
  /** Name of its entry in the archive. */
  readonly entry: string
}

export interface Workbook {
  readonly archive: ZipArchive
  readonly sheets: readonly Sheet[]
  readonly sharedStrings: readonly string[]
  /** For each cell style whether it shows a date or a time. */
  readonly dateStyles: readonly boolean[]
  readonly startsIn1904: boolean
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }

/** Decodes XML text and the _xHHHH_ forms that stand for what XML cannot hold. */
export function decodeXml(text: string): string {
  let decoded = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text
  if (decoded.includes("&")) {
    decoded = decoded.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|([a-z]+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
    })
  }
  if (!decoded.includes("_x")) return decoded
  return decoded.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

const attributePatterns = new Map<string, RegExp>()

/** The value of an attribute in the text of a start tag. */
export function attribute(tag: string, name: string): string | undefined {
  let pattern = attributePatterns.get(name)
  if (pattern === undefined) {
    pattern = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    attributePatterns.set(name, pattern)
  }
  const found = pattern.exec(tag)
  return found === null ? undefined : decodeXml(found[1] ?? found[2] ?? "")
}

/** The text of `<t>` elements in a string item; phonetic guides are left out. */
export function itemText(xml: string): string {
  const plain = xml.includes("rPh") ? xml.replace(/<(?:\w+:)?rPh\b[\s\S]*?<\/(?:\w+:)?rPh>/g, "") : xml
  let text = ""
  for (const found of plain.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?t>/g)) text += found[1] ?? ""
  return decodeXml(text)
}

async function readWhole(archive: ZipArchive, name: string): Promise<string> {
  const entry = archive.entries.get(name)
  if (entry === undefined) return ""
  let text = ""
  for await (const piece of archive.read(entry)) text += piece.text
  return text
}

const tagsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\b([^>]*?)/?>`, "g"))].map((found) => found[1] ?? "")

/** Elements `name` (with their content) as they come; `piece` gives whatever stands before the end of one. */
export async function* elements(
  pieces: AsyncIterable<{ text: string; bytesRead: number }>,
  name: string,
  maxCharacters: number,
): AsyncGenerator<{ xml: string[]; bytesRead: number }> {
  // Of any prefix; an empty element ends itself.
  const emptyTag = new RegExp(`^<(?:\\w+:)?${name}(?:\\s[^>]*)?/>`)
  const closing = new RegExp(`</(?:\\w+:)?${name}\\s*>`, "g")
  const opening = new RegExp(`<(?:\\w+:)?${name}(?=[\\s>/])`)
  let rest = ""
  for await (const { text, bytesRead } of pieces) {
    const all = rest + text
    const found: string[] = []
    let at = 0
    closing.lastIndex = Math.max(0, rest.length - 64)
    for (let end = closing.exec(all); end !== null; end = closing.exec(all)) {
      let element = all.slice(at, end.index)
      for (let start = element.search(opening); start >= 0; start = element.search(opening)) {
        element = element.slice(start)
        const empty = emptyTag.exec(element)?.[0]
        found.push(empty ?? element)
        if (empty === undefined) break
        element = element.slice(empty.length)
      }
      at = closing.lastIndex
    }
    rest = all.slice(at)
    if (rest.length > maxCharacters) throw new Error(`an element "${name}" is longer than ${maxCharacters} characters`)
    if (found.length > 0) yield { xml: found, bytesRead }
  }
}

const builtInDates = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** Whether a number format shows a date or a time of day (not a duration such as [h]:mm). */
export function isDateFormat(code: string): boolean {
  const first = (code.split(";")[0] ?? "").replace(/"[^"]*"|\\.|_.|\*./g, "")
  if (/\[(h+|m+|s+)\]/i.test(first)) return false
  return /[ymdhs]/i.test(first.replace(/\[[^\]]*\]/g, "").replace(/general/gi, ""))
}

async function readDateStyles(archive: ZipArchive): Promise<boolean[]> {
  const xml = await readWhole(archive, "xl/styles.xml")
  const custom = new Map(tagsOf(xml, "numFmt").map((tag) => [attribute(tag, "numFmtId"), attribute(tag, "formatCode") ?? ""]))
  const formats = /<(?:\w+:)?cellXfs\b[\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(xml)?.[0] ?? ""
  return tagsOf(formats, "xf").map((tag) => {
    const id = attribute(tag, "numFmtId")
    const code = custom.get(id)
    return code === undefined ? builtInDates(Number(id)) : isDateFormat(code)
  })
}

async function readSharedStrings(archive: ZipArchive, maxCharacters: number): Promise<string[]> {
  const entry = archive.entries.get("xl/sharedStrings.xml")
  const strings: string[] = []
  if (entry === undefined) return strings
  for await (const { xml } of elements(archive.read(entry), "si", maxCharacters)) {
    for (const item of xml) {
      // Items without text stand before it as <si/>.
      strings.push(itemText(item))
    }
  }
  return strings
}

/** Reads everything but the sheets' cells. Throws where the archive is no workbook. */
export async function readWorkbook(archive: ZipArchive, maxCharacters: number): Promise<Workbook> {
  const xml = await readWhole(archive, "xl/workbook.xml")
  const relations = await readWhole(archive, "xl/_rels/workbook.xml.rels")
  const targets = new Map(tagsOf(relations, "Relationship").map((tag) => [attribute(tag, "Id"), attribute(tag, "Target") ?? ""]))
  const sheets = tagsOf(xml, "sheet").map((tag): Sheet => {
    const target = targets.get(attribute(tag, "(?:\\w+:)?id")) ?? ""
    return {
      name: attribute(tag, "name") ?? "",
      isVisible: (attribute(tag, "state") ?? "visible") === "visible",
      entry: target.startsWith("/") ? target.slice(1) : posix.join("xl", target),
    }
  })
  if (sheets.length === 0) throw new Error("it holds no workbook")
  return {
    archive,
    sheets: sheets.filter((sheet) => archive.entries.has(sheet.entry)),
    sharedStrings: await readSharedStrings(archive, maxCharacters),
    dateStyles: await readDateStyles(archive),
    startsIn1904: tagsOf(xml, "workbookPr").some((tag) => ["1", "true"].includes(attribute(tag, "date1904") ?? "")),
  }
}
