/** Fits a rung and measures it on rows that it has not seen. */
import type { Example, KeyedRow } from "@daydream/engine/function"
import type { EmbeddingModel } from "@daydream/engine/model"
import { createBudget, defaultPrices } from "@daydream/engine/money"
import type { Resources, Rung, Task } from "@daydream/industry/rung"

export interface Measured {
  readonly accuracy: number
  readonly fitSeconds: number
  readonly rowsPerSecond: number
}

export async function* batchesOf(rows: readonly KeyedRow[], size = 256): AsyncGenerator<readonly KeyedRow[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size)
}

export const resourcesOf = (embedder?: EmbeddingModel, seed = 1): Resources => ({
  ...(embedder === undefined ? {} : { embedder: async () => embedder }),
  prices: defaultPrices,
  budget: createBudget(null),
  seed,
})

/** Fits on `train`, labels `test`. */
export async function measure(
  rung: Rung,
  task: Task,
  train: readonly Example[],
  test: readonly Example[],
  resources: Resources,
): Promise<Measured> {
  const start = performance.now()
  const variant = await rung.fit(task, train, resources)
  const fitted = performance.now()
  let right = 0
  let position = 0
  for await (const outcomes of variant.run(batchesOf(test))) {
    for (const outcome of outcomes) if (outcome.output === test[position++]?.label) right++
  }
  const seconds = (performance.now() - fitted) / 1000
  return { accuracy: right / test.length, fitSeconds: (fitted - start) / 1000, rowsPerSecond: test.length / seconds }
}

/** Embeds each text once in the whole benchmark. */
export function remembered(model: EmbeddingModel): EmbeddingModel {
  const known = new Map<string, number[]>()
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.modelId,
    maxEmbeddingsPerCall: model.maxEmbeddingsPerCall,
    supportsParallelCalls: model.supportsParallelCalls,
    async doEmbed(options) {
      const values = options.values.filter((value) => !known.has(value))
      const fresh = values.length === 0 ? undefined : await model.doEmbed({ ...options, values })
      values.forEach((value, i) => known.set(value, fresh?.embeddings[i] as number[]))
      const embeddings = options.values.map((value) => known.get(value) as number[])
      return { embeddings, usage: { tokens: fresh?.usage?.tokens ?? 0 }, warnings: [] }
    },
  }
}

export const percent = (share: number): string => `${(share * 100).toFixed(2)} %`

/** Prints a Markdown table. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`| ${head.join(" | ")} |\n|${head.map(() => "---|").join("")}`)
  for (const row of rows) console.log(`| ${row.join(" | ")} |`)
  console.log()
}
