/** The JSON document of `daydream compile --json`. */
import type { Nano } from "@daydream/engine/money"
import type { Compilation } from "@daydream/industry/compile"
import type { ExamplesReport } from "@daydream/industry/table"

export interface DocumentFacts {
  readonly folder: string
  readonly currency: string
  readonly spent: Nano
  readonly report: ExamplesReport
}

export function compilationDocument(compilation: Compilation, { folder, currency, spent, report }: DocumentFacts) {
  const { name, task, candidate, verdict, ladder, split, models, suggestions, milliseconds } = compilation
  return {
    name,
    plan: folder,
    isCertified: verdict?.kind === "certificate",
    chosen: candidate,
    signature: task.signature,
    table: report,
    split: split ?? null,
    ladder,
    currency,
    verdict: verdict ?? null,
    models,
    spent: String(spent),
    suggestions:
      suggestions === undefined
        ? null
        : {
            worthLabelling: suggestions.worthLabelling.length,
            randomSample: suggestions.randomSample.length,
            suspicious: suggestions.suspicious.length,
          },
    seconds: Math.round(milliseconds) / 1000,
  }
}
