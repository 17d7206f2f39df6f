/** Rebuilds variants made of variants from their files. */
import type { Variant, VariantFiles } from "@daydream/engine/function"
import type { PriceList } from "@daydream/engine/money"
import { errors } from "./errors.ts"
import { formatVersion, readJsonFile, unnest } from "./files.ts"
import { loadNovelty } from "./novelty.ts"
import type { EmbedRows } from "./novelty.ts"
import { OtherVariant } from "./other.ts"
import { AbstainingVariant, CalibratedVariant, CascadeVariant } from "./variants.ts"
import type { Decision } from "./candidate.ts"

/** Kinds that `loadComposite` knows. */
export const compositeKinds = ["cascade", "abstaining", "calibrated", "other"] as const

export interface LoadCompositeOptions {
  /** Loads an inner variant of any kind (it may call `loadComposite` again). */
  readonly loadVariant: (files: VariantFiles) => Promise<Variant>
  /** For an "other" class by similarity of embeddings. */
  readonly embed?: EmbedRows
  /** For what telling an "other" class costs. */
  readonly prices: PriceList
}

/** Kind of the variant in these files. @throws variant_file_damaged */
export const variantKind = (files: VariantFiles): string => String(readJsonFile(files, "variant.json", "variant")["kind"])

/** @throws unknown_variant_kind for another kind or a newer format, variant_file_damaged */
export async function loadComposite(files: VariantFiles, options: LoadCompositeOptions): Promise<Variant> {
  const facts = readJsonFile(files, "variant.json", "variant")
  const kind = String(facts["kind"])
  const inner = (folder: string) => options.loadVariant(unnest(folder, files))
  const known = facts["formatVersion"] === formatVersion ? kind : `${kind}, format ${String(facts["formatVersion"])}`
  switch (known) {
    case "cascade":
      return new CascadeVariant({
        proxy: await inner("proxy"),
        oracle: await inner("oracle"),
        escalateBelow: number(facts, "escalateBelow", kind),
      })
    case "abstaining":
      return new AbstainingVariant({
        inner: await inner("inner"),
        classes: facts["classes"] as readonly string[],
        reviewBelow: number(facts, "reviewBelow", kind),
        ...(facts["decision"] ? { decision: facts["decision"] as Decision } : {}),
      })
    case "calibrated":
      return new CalibratedVariant({
        inner: await inner("inner"),
        temperature: number(facts, "temperature", kind),
      })
    case "other":
      return new OtherVariant({
        inner: await inner("inner"),
        novelty: loadNovelty(unnest("novelty", files), options),
        threshold: facts["threshold"] === null ? Number.POSITIVE_INFINITY : number(facts, "threshold", kind),
        falseAlarm: number(facts, "falseAlarm", kind),
        prices: options.prices,
      })
    default:
      throw errors.unknown_variant_kind({ kind: known, known: compositeKinds })
  }
}

function number(facts: Readonly<Record<string, unknown>>, field: string, kind: string): number {
  const value = facts[field]
  if (typeof value !== "number") throw errors.variant_file_damaged({ file: "variant.json", kind })
  return value
}
