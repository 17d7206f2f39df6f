/** Errors of money: ceilings, prices and amounts typed by people. */
import { defineErrors } from "../errors/index.ts"

export const moneyErrors = defineErrors({
  budget_exceeded: {
    exitCode: 1,
    en: (f: { needed: string; left: string; limit: string }) => ({
      message: `The next call may cost up to ${f.needed}, but only ${f.left} of the limit of ${f.limit} is left.`,
      hint: "Raise the money limit, or choose a cheaper model or fewer rows. What was already paid for is kept.",
    }),
    zh: (f) => ({
      message: `下一次调用最多可能花费 ${f.needed}，而上限 ${f.limit} 只剩下 ${f.left}。`,
      hint: "请提高费用上限，或改用更便宜的模型、减少行数。已付费得到的结果都会保留。",
    }),
  },
  bad_amount: {
    en: (f: { text: string; currency: string }) => ({
      message: `"${f.text}" is not an amount of money.`,
      hint: `Write for example "5", "0.50 ${f.currency}" or "1,000.25"; at most nine decimals, not negative.`,
    }),
    zh: (f) => ({
      message: `“${f.text}”不是一个有效的金额。`,
      hint: `请写成“5”、“0.50 ${f.currency}”或“1,000.25”这样的形式；最多九位小数，不能为负数。`,
    }),
  },
  other_currency: {
    en: (f: { text: string; found: string; currency: string }) => ({
      message: `"${f.text}" is in ${f.found}, but the price list is in ${f.currency}.`,
      hint: `Give the amount in ${f.currency}, or change "currency" and all prices in the price file.`,
    }),
    zh: (f) => ({
      message: `“${f.text}”的货币是 ${f.found}，而价格表使用的是 ${f.currency}。`,
      hint: `请改用 ${f.currency} 填写金额，或在价格文件中修改 "currency" 以及全部价格。`,
    }),
  },
  no_price: {
    en: (f: { modelId: string; file: string | undefined }) => ({
      message: `There is no price for the model "${f.modelId}", so the money limit cannot be kept.`,
      hint:
        `Add to ${f.file ?? "your price file"} under "models": ` +
        `"${f.modelId}": { "inputPerMillion": "0.50", "outputPerMillion": "1.50" } ` +
        `with the real prices per million tokens, or run without a money limit.`,
    }),
    zh: (f) => ({
      message: `没有模型“${f.modelId}”的价格，因此无法保证不超过费用上限。`,
      hint:
        `请在${f.file === undefined ? "价格文件" : ` ${f.file} `}的 "models" 下添加：` +
        `"${f.modelId}": { "inputPerMillion": "0.50", "outputPerMillion": "1.50" }，` +
        `并换成每百万 token 的真实价格；或者不设费用上限。`,
    }),
  },
  bad_price_list: {
    en: (f: { file: string | undefined; field: string; problem: string }) => ({
      message: `The price list${f.file === undefined ? "" : ` ${f.file}`} is wrong at ${f.field}: ${f.problem}`,
      hint: `Amounts are texts such as "0.50" (in "currency"), rates are positive numbers. See docs/guides/providers.md.`,
    }),
    zh: (f) => ({
      message: `价格表${f.file === undefined ? "" : ` ${f.file} `}的 ${f.field} 有误：${f.problem}`,
      hint: `金额写成 "0.50" 这样的文本（单位为 "currency"），速率写成正数。参见 docs/guides/providers.zh.md。`,
    }),
  },
})
