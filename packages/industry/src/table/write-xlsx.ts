/** Excel workbooks of one sheet, written as a stream at constant memory (ECMA-376, strings inline). */
import type { Cell } from "@daydream/engine/function"
import { openAside } from "./aside-file.ts"
import { tableErrors } from "./errors.ts"
import type { TableWriter, TableWriterOptions } from "./table.ts"
import { createZipWriter } from "./zip.ts"

/** Limits of Excel. */
const maxRows = 1_048_576
const maxCharacters = 32_767
/** Beyond it the archive would need a form that not every spreadsheet reads. */
const maxSheetBytes = 4_000_000_000

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
const relations = "http://schemas.openxmlformats.org/package/2006/relationships"
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// Everything that XML cannot hold as it is; also what would be read as such an escape.
// oxlint-disable-next-line no-control-regex
const special = /[&<>\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

/** A text as the content of an XML element of a workbook. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replace(special, (char) => entities[char] ?? `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)

const xmlAttribute = (text: string): string => xmlText(text).replaceAll('"', "&quot;")

/** The letters of a column, from 0: A … Z, AA … */
export function columnLetters(index: number): string {
  let letters = ""
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
  }
  return letters
}

function cellXml(reference: string, cell: Cell): string {
  if (cell === null) return ""
  if (typeof cell === "boolean") return `<c r="${reference}" t="b"><v>${cell ? 1 : 0}</v></c>`
  if (typeof cell === "number" && Number.isFinite(cell)) return `<c r="${reference}"><v>${cell}</v></c>`
  return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${xmlText(String(cell))}</t></is></c>`
}

function parts(sheet: string): readonly (readonly [string, string])[] {
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml"
  return [
    ["[Content_Types].xml",
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>` +
      `<Override PartName="/xl/sharedStrings.xml" ContentType="${type}.sharedStrings+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/></Types>`],
    ["_rels/.rels",
      `<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" ` +
      'Target="xl/workbook.xml"/></Relationships>'],
    ["xl/workbook.xml",
      `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>` +
      `<sheet name="${xmlAttribute(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels",
      `<Relationships xmlns="${relations}">` +
      `<Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/>` +
      `<Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/>` +
      `<Relationship Id="rId3" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`],
    ["xl/styles.xml",
      `<styleSheet xmlns="${main}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
      '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
      '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
      '<cellXfs count="1"><xf xfId="0"/></cellXfs>' +
      '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'],
    ["xl/sharedStrings.xml", `<sst xmlns="${main}" count="0" uniqueCount="0"/>`],
  ]
}

export async function writeXlsx(path: string, options: TableWriterOptions): Promise<TableWriter> {
  const { columns } = options
  const letters = columns.map((_, i) => columnLetters(i))
  const file = await openAside(path)
  const zip = createZipWriter((bytes) => file.write(bytes))
  for (const [name, xml] of parts(options.sheet ?? "Sheet1")) {
    await zip.begin(name)
    await zip.write(Buffer.from(declaration + xml))
  }
  await zip.begin("xl/worksheets/sheet1.xml")
  await zip.write(Buffer.from(`${declaration}<worksheet xmlns="${main}"><sheetData>`))
  let written = 0

  const rowXml = (cells: readonly Cell[]): string => {
    if (written >= maxRows) throw tableErrors.too_large_for_excel({ path, what: "rows", row: written, limit: maxRows })
    if (cells.some((cell) => typeof cell === "string" && cell.length > maxCharacters)) {
      throw tableErrors.too_large_for_excel({ path, what: "cell", row: written, limit: maxCharacters })
    }
    written++
    return `<row r="${written}">${cells.map((cell, i) => cellXml(`${letters[i]}${written}`, cell)).join("")}</row>`
  }
  await zip.write(Buffer.from(rowXml(columns)))

  return {
    write: async (rows) => {
      let xml = ""
      for (const row of rows) xml += rowXml(columns.map((name) => row[name] ?? null))
      if (xml !== "") await zip.write(Buffer.from(xml))
      if (zip.entryBytes > maxSheetBytes) {
        throw tableErrors.too_large_for_excel({ path, what: "size", row: written, limit: maxSheetBytes })
      }
    },
    close: async () => {
      await zip.write(Buffer.from("</sheetData></worksheet>"))
      await zip.end()
      await file.close()
    },
    abort: () => file.abort(),
  }
}
