/** A row encoder as plain files. */
import type { VariantFiles } from "@daydream/engine/function"
import type { RowEncoderState, TextFeatureState } from "../learner/index.ts"
import { fileOf, floatsOf, jsonBytes, jsonOf, wordBytes } from "./variant-files.ts"

type ColumnState = RowEncoderState[number]
type StoredColumn = Exclude<ColumnState, { readonly type: "text" }> | { readonly type: "text"; readonly name: string }

const folderOf = (index: number) => `columns/${index}`

function textFiles(folder: string, text: TextFeatureState): [string, Uint8Array][] {
  return [
    [`${folder}/terms.json`, jsonBytes(text.terms)],
    [`${folder}/blocks.bin`, Uint8Array.from(text.blockOf)],
    [`${folder}/inverse-frequency.bin`, wordBytes(text.inverseFrequency)],
  ]
}

function readText(folder: string, files: VariantFiles): TextFeatureState {
  const terms = jsonOf<readonly string[]>(files, `${folder}/terms.json`)
  const inverseFrequency = floatsOf(files, `${folder}/inverse-frequency.bin`, terms.length)
  return { terms, blockOf: Uint8Array.from(fileOf(files, `${folder}/blocks.bin`)), inverseFrequency }
}

/** Files of an encoder: `columns.json`, and a folder for each text column. */
export function encoderFiles(state: RowEncoderState): VariantFiles {
  const stored = state.map((column): StoredColumn => {
    if (column.type !== "text") return column
    return { type: "text", name: column.name }
  })
  const texts = state.flatMap((column, index) => (column.type === "text" ? textFiles(folderOf(index), column.text) : []))
  return { "columns.json": jsonBytes(stored), ...Object.fromEntries(texts) }
}

/** Reads what {@link encoderFiles} wrote. Throws `damaged_variant`. */
export function readEncoder(files: VariantFiles): RowEncoderState {
  const stored = jsonOf<readonly StoredColumn[]>(files, "columns.json")
  return stored.map((column, index): ColumnState => {
    if (column.type !== "text") return column
    return { type: "text", name: column.name, text: readText(folderOf(index), files) }
  })
}
