/** Opens a plan for running, with the models that its manifest names. */
import { join } from "node:path"
import { createBudget, parseMoney, type Budget, type PriceList } from "@daydream/engine/money"
import { loadPlan, type LoadedPlan } from "@daydream/industry/plan"
import type { CommandContext } from "../frame/index.ts"
import { createModelSources } from "../models/index.ts"
import { readPrices } from "../prices/index.ts"

/** Folder of what the program keeps, below the folder that it runs in. */
export const stateFolder = ".daydream"

/** Prices and the ceiling of one command. */
export interface Money {
  readonly prices: PriceList
  readonly budget: Budget
}

export async function readMoney(options: { readonly prices?: string; readonly maxCost?: string }): Promise<Money> {
  const prices = await readPrices(options.prices, stateFolder)
  const limit = options.maxCost === undefined ? null : parseMoney(options.maxCost, prices.currency)
  return { prices, budget: createBudget(limit) }
}

/** Loads the plan in `folder`. Closing it frees the models that it opened. */
export async function openPlan(context: CommandContext, folder: string, money: Money): Promise<LoadedPlan> {
  const sources = createModelSources(context, { ...money, cacheFolder: join(stateFolder, "cache"), keepsVectors: false })
  return loadPlan(folder, {
    ...money,
    embedder: (reference) => sources.embedder(reference).open(),
    languageModel: (reference) => sources.languageModel(reference).open(),
    close: async () => sources[Symbol.asyncDispose](),
  })
}
