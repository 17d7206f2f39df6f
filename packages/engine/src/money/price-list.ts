/** The price list as a file that people edit. */
import { z } from "zod"
import { isDaydreamError } from "../errors/index.ts"
import { moneyErrors } from "./errors.ts"
import { formatAmount, parseMoney } from "./nano.ts"
import type { Nano } from "./nano.ts"
import type { LocalSpeed, PriceList, TokenPrice } from "./price.ts"

/**
 * The list where the user has none. A core-second is priced at 0.04 USD a core-hour, about what clouds ask for a
 * general-purpose core. Speeds of embedded models were measured on a 2-core machine (`docs/guides/providers.md`).
 * Hosted models have no built-in price: theirs change, and a stale one would break a money limit silently.
 */
export const defaultPrices: PriceList = {
  currency: "USD",
  coreSecond: 11_111n,
  operationsPerCoreSecond: 500_000_000,
  models: {},
  localModels: {
    "qwen2.5-coder-1.5b": { inputTokensPerCoreSecond: 38, outputTokensPerCoreSecond: 14 },
    "qwen2.5-coder-0.5b": { inputTokensPerCoreSecond: 110, outputTokensPerCoreSecond: 18 },
    "smollm2-135m": { inputTokensPerCoreSecond: 300, outputTokensPerCoreSecond: 37 },
    "all-minilm-l6-v2": { inputTokensPerCoreSecond: 1500, outputTokensPerCoreSecond: 1500 },
    "multilingual-e5-small": { inputTokensPerCoreSecond: 600, outputTokensPerCoreSecond: 600 },
  },
}

const rate = z.number().positive().finite()
const amount = z.string()

const fileSchema = z.strictObject({
  about: z.string().optional(),
  currency: z.string().regex(/^[A-Z]{3}$/, "three capital letters, as USD or CNY"),
  coreHour: amount,
  operationsPerCoreSecond: rate,
  models: z.record(z.string(), z.strictObject({ inputPerMillion: amount, outputPerMillion: amount.optional() })),
  localModels: z.record(
    z.string(),
    z.strictObject({ inputTokensPerCoreSecond: rate, outputTokensPerCoreSecond: rate.optional() }),
  ),
})

type PriceFile = z.infer<typeof fileSchema>

const pathText = (path: readonly PropertyKey[]) => path.map((part) => JSON.stringify(part)).join(" → ") || "the top"

function readFile(json: unknown, file: string | undefined): PriceFile {
  const parsed = fileSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw moneyErrors.bad_price_list({ file, field: pathText(issue?.path ?? []), problem: issue?.message ?? "" })
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))

/**
 * Reads a price list (parsed JSON). Unknown fields are refused, since a mistyped field would mean a price of 0.
 * Amounts are texts in the list's currency; `coreHour` is the price of 3,600 core-seconds. Throws `bad_price_list`.
 */
export function parsePriceList(json: unknown, file?: string): PriceList {
  const read = readFile(json, file)
  const money = (text: string, field: string): Nano => {
    try {
      return parseMoney(text, read.currency)
    } catch (error) {
      if (!isDaydreamError(error)) throw error
      throw moneyErrors.bad_price_list({ file, field, problem: error.message }, error)
    }
  }
  const tokenPrice = (price: PriceFile["models"][string], id: string): TokenPrice => ({
    inputPerMillion: money(price.inputPerMillion, pathText(["models", id, "inputPerMillion"])),
    outputPerMillion: money(price.outputPerMillion ?? "0", pathText(["models", id, "outputPerMillion"])),
  })
  const speed = (local: PriceFile["localModels"][string]): LocalSpeed => ({
    inputTokensPerCoreSecond: local.inputTokensPerCoreSecond,
    outputTokensPerCoreSecond: local.outputTokensPerCoreSecond ?? local.inputTokensPerCoreSecond,
  })
  return {
    currency: read.currency,
    // Rounded up to a whole nano-unit: the price of a core-second is never understated.
    coreSecond: (money(read.coreHour, "\"coreHour\"") + 3599n) / 3600n,
    operationsPerCoreSecond: read.operationsPerCoreSecond,
    models: mapValues(read.models, tokenPrice),
    localModels: mapValues(read.localModels, speed),
    ...(file === undefined ? {} : { source: file }),
  }
}

const ABOUT =
  "Prices that Daydream reckons with. models: hosted models, price per million tokens (outputPerMillion is left out " +
  "for embedding models). coreHour: what one core costs for an hour; operationsPerCoreSecond and localModels say how " +
  "much one core does in a second. / 价格表：models 为托管模型每百万 token 的价格（嵌入模型不写 outputPerMillion）；" +
  "coreHour 为一个 CPU 核每小时的价格；operationsPerCoreSecond 与 localModels 为每核每秒的处理量。"

/** The list as the text of a JSON file to edit; {@link parsePriceList} reads it back to an equal list. */
export function formatPriceList(prices: PriceList): string {
  const file: PriceFile = {
    about: ABOUT,
    currency: prices.currency,
    coreHour: formatAmount(prices.coreSecond * 3600n),
    operationsPerCoreSecond: prices.operationsPerCoreSecond,
    models: mapValues(prices.models, (price) => ({
      inputPerMillion: formatAmount(price.inputPerMillion),
      outputPerMillion: formatAmount(price.outputPerMillion),
    })),
    localModels: mapValues(prices.localModels, (local) => ({ ...local })),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
