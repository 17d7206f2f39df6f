/** `daydream tariff`: what tenants are charged and what upstreams cost. (`daydream prices` is the list that compiling reckons with.) */
import type { PricesDocument } from "@daydream/fabric/admin"
import { administer, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand, type OptionDefinition } from "../frame/index.ts"

const classes = ["input", "cachedInput", "cacheWrite", "imageInput", "audioInput", "output", "reasoning", "audioOutput"] as const
type TokenClass = (typeof classes)[number]

const titles: Readonly<Record<TokenClass, readonly [en: string, zh: string]>> = {
  input: ["input tokens", "输入 token"], cachedInput: ["input read from a cache", "命中缓存的输入"], cacheWrite: ["input written to a cache", "写入缓存的输入"],
  imageInput: ["image input", "图像输入"], audioInput: ["audio input", "音频输入"], output: ["output tokens", "输出 token"],
  reasoning: ["reasoning tokens", "推理 token"], audioOutput: ["audio output", "音频输出"],
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)

const subjectArgument = {
  name: "<subject>",
  description: { en: "a model name as clients say it; with --cost pool/model; * at the end for any ending", zh: "客户端使用的模型名；与 --cost 同用时写 池/模型；末尾可用 * 通配" },
}
const keyOptions: readonly OptionDefinition[] = [
  { flags: "--cost", description: { en: "what the upstream costs, instead of what tenants are charged", zh: "上游成本，而非向租户的收费" } },
  { flags: "--from <date>", description: { en: "valid from, for example 2027-01-01 (default: always)", zh: "生效日期，例如 2027-01-01（默认始终有效）" } },
]

type SetOptions = WhereOptions & { readonly cost?: boolean; readonly from?: string; readonly request?: string } & Readonly<Partial<Record<TokenClass, string>>>

const keyOf = ({ cost, from }: Pick<SetOptions, "cost" | "from">, subject: string) => ({
  side: cost === true ? "cost" : "charge", subject,
  validFrom: from === undefined ? new Date(0).toISOString() : /^\d{4}-\d\d-\d\d$/u.test(from) ? `${from}T00:00:00.000Z` : from,
})

const set = defineCommand<SetOptions>({
  name: "set",
  description: { en: "set a price, from now on or from a date", zh: "设置价格，立即生效或自某日起生效" },
  details: {
    en: "Example: daydream tariff set chat --input 0.50 --output 1.50\nAmounts are for a million tokens. A class without a price costs what input or output costs; a model without a price is charged at its cost.",
    zh: "示例：daydream tariff set chat --input 0.50 --output 1.50\n金额按每百万 token 计。未定价的类别按输入或输出计价；未定价的模型按成本收费。",
  },
  arguments: [subjectArgument],
  options: [
    ...keyOptions,
    ...classes.map((name): OptionDefinition => ({
      flags: `--${kebab(name)} <amount>`, description: { en: `a million ${titles[name][0]}`, zh: `每百万${titles[name][1]}` },
    })),
    { flags: "--request <amount>", description: { en: "each request, whatever its tokens", zh: "每次请求的固定价格" } },
    ...whereOptions,
  ],
  async run(context, [subject = ""], options) {
    const { amountOf, showPrices } = await import("../fabric-view/index.ts")
    return administer(context, options, async (administration) => {
      const amount = async (text: string | undefined) => (text === undefined ? undefined : amountOf(administration, text))
      const perMillion: Record<string, string | undefined> = {}
      for (const name of classes) perMillion[name] = await amount(options[name])
      const price = await administration.ask<PricesDocument["prices"][number]>("PUT", "/prices", {
        ...keyOf(options, subject), perMillion, perRequest: await amount(options.request),
      })
      const { currency } = await administration.ask<{ currency: string }>("GET", "/currency")
      showPrices(context, { currency, prices: [price] })
      return { currency, price }
    })
  },
})

const list = defineCommand<WhereOptions>({
  name: "list",
  description: { en: "list all prices, past and to come", zh: "列出全部价格，包括过往与将来的" },
  options: whereOptions,
  async run(context, _args, options) {
    const { showPrices } = await import("../fabric-view/index.ts")
    const answer = await administer(context, options, (one) => one.ask<PricesDocument>("GET", "/prices"))
    showPrices(context, answer)
    return answer
  },
})

const remove = defineCommand<WhereOptions & { readonly cost?: boolean; readonly from?: string }>({
  name: "remove",
  description: { en: "remove a price", zh: "删除价格" },
  arguments: [subjectArgument],
  options: [...keyOptions, ...whereOptions],
  async run(context, [subject = ""], options) {
    const key = keyOf(options, subject)
    await administer(context, options, (one) => one.ask("DELETE", `/prices?${new URLSearchParams(key).toString()}`))
    context.print({ en: `The price of ${subject} is removed.`, zh: `${subject} 的价格已删除。` })
    return key
  },
})

const currency = defineCommand<WhereOptions>({
  name: "currency",
  description: { en: "show the currency of all amounts, or set it while there are no prices", zh: "显示全部金额的货币；尚无价格时可设置" },
  arguments: [{ name: "[code]", description: { en: "three letters, for example CNY", zh: "三个字母，例如 CNY" } }],
  options: whereOptions,
  async run(context, [code], options) {
    const answer = await administer(context, options, (one) =>
      code === undefined ? one.ask<{ currency: string }>("GET", "/currency") : one.ask<{ currency: string }>("PUT", "/currency", { currency: code }))
    context.print(answer.currency)
    return answer
  },
})

export const tariff = defineCommand({
  name: "tariff",
  description: { en: "prices of models: what tenants are charged, what upstreams cost", zh: "模型价格：向租户的收费与上游成本" },
  subcommands: [set, list, remove, currency],
})
