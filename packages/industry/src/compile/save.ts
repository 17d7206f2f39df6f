/** Writes a compilation as a plan's folder, with everything that a person may want to read beside it. */
import { formatCsv, labelRequest, labelRequestColumns } from "../table/index.ts"
import type { KeyedRow, Row } from "@daydream/engine/function"
import { certificateText } from "../certificate/index.ts"
import { writePlanFolder, type PlanManifest } from "../plan/index.ts"
import type { Compilation } from "./compile.ts"
import type { Suggestions } from "./suggest.ts"

/** Names of the documents in a plan's folder. */
export const planDocuments = {
  ladder: "ladder.json",
  verdict: "certificate.json",
  texts: { en: "certificate.txt", zh: "certificate.zh.txt" },
  worthLabelling: "to-label.csv",
  randomSample: "to-label-random.csv",
  suspicious: "labels-to-check.csv",
  /** Group hashes of the rows that the plan was fitted and chosen with: they can never check it. */
  knownRows: "known-rows.json",
} as const

export interface SaveOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly currency: string
  readonly metric: string
}

/** Writes `compilation` to `folder`, replacing an older plan there. Throws `plan_folder_taken`. */
export function savePlan(folder: string, compilation: Compilation, options: SaveOptions): Promise<PlanManifest> {
  const { name, task, variant, candidate, verdict, ladder, models, suggestions } = compilation
  const documents: Record<string, string> = {
    [planDocuments.ladder]: json({ currency: options.currency, metric: options.metric, entries: ladder }),
  }
  if (verdict !== undefined) {
    documents[planDocuments.verdict] = json(verdict)
    documents[planDocuments.texts.en] = `${certificateText(verdict, "en")}\n`
    documents[planDocuments.texts.zh] = `${certificateText(verdict, "zh")}\n`
  }
  if (compilation.knownRows.length > 0) documents[planDocuments.knownRows] = `${JSON.stringify(compilation.knownRows)}\n`
  if (suggestions !== undefined) Object.assign(documents, suggestionTables(suggestions, inputNames(compilation)))
  return writePlanFolder(folder, {
    manifest: {
      name,
      createdAt: new Date(options.now).toISOString(),
      task,
      isCertified: verdict?.kind === "certificate",
      chosen: candidate.name,
      models,
      holdsTrainingText: variant.holdsTrainingText,
    },
    variant: variant.save(),
    documents,
  })
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

const inputNames = ({ task }: Compilation) => task.signature.inputs.map((field) => field.name)

/** CSV tables, with a byte order mark so that Excel reads Chinese; only those that have rows. */
function suggestionTables(suggestions: Suggestions, inputs: readonly string[]): Record<string, string> {
  const columns = labelRequestColumns(inputs)
  const request = (row: KeyedRow) => labelRequest(row, inputs)
  const suspicious = suggestions.suspicious.map(({ example, suggested, selfConfidence, suggestedConfidence }) => ({
    ...labelRequest(example, inputs),
    given_label: example.label,
    suggested_label: suggested,
    given_confidence: round(selfConfidence),
    suggested_confidence: round(suggestedConfidence),
  }))
  const more = ["given_label", "suggested_label", "given_confidence", "suggested_confidence"]
  const tables: [string, readonly string[], readonly Row[]][] = [
    [planDocuments.worthLabelling, columns, suggestions.worthLabelling.map(request)],
    [planDocuments.randomSample, columns, suggestions.randomSample.map(request)],
    [planDocuments.suspicious, [...columns.slice(0, 3), ...more, ...columns.slice(3)], suspicious],
  ]
  return Object.fromEntries(tables.filter(([, , rows]) => rows.length > 0).map(([name, head, rows]) => [name, formatCsv(head, rows)]))
}

const round = (value: number) => Math.round(value * 1000) / 1000
