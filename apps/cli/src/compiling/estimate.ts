/** `--dry-run`: what a compilation may cost before it is begun. */
import { formatMoney } from "@daydream/engine/money"
import { estimateCompile, rungTitle, type CompileOptions } from "@daydream/industry/compile"
import type { Task } from "@daydream/industry/rung"
import type { CommandContext } from "../frame/index.ts"
import { skipReasonText } from "../view/index.ts"
import type { Material } from "./read.ts"

/** Prints the estimate and returns it as the JSON document. */
export function showEstimate(context: CommandContext, task: Task, material: Material, options: CompileOptions) {
  const estimate = estimateCompile(task, material.examples, options)
  const { currency } = options.prices
  context.table({
    columns: [
      { title: { en: "rung", zh: "方法" } },
      { title: { en: "model calls at most", zh: "模型调用上限" }, align: "right" },
      { title: { en: "tokens at most", zh: "token 上限" }, align: "right" },
      { title: { en: "cost at most", zh: "费用上限" }, align: "right" },
      { title: { en: "note", zh: "说明" } },
    ],
    rows: estimate.rungs.map((rung) => [
      context.text(rungTitle(rung.rung)),
      rung.calls.toLocaleString("en"),
      rung.tokens.toLocaleString("en"),
      rung.isPriced ? formatMoney(rung.cost, currency) : "?",
      rung.skipped === undefined ? "" : context.text(skipReasonText(rung.skipped)),
    ]),
  })
  context.print({
    en: `At most ${formatMoney(estimate.cost, currency)} for all rungs; usually much less, since climbing stops where the target is met. Nothing was spent.`,
    zh: `全部方法最多 ${formatMoney(estimate.cost, currency)}；达到目标即停，通常远低于此。本次没有任何花费。`,
  })
  if (options.budget.limit !== null && estimate.cost > options.budget.limit)
    context.print({
      en: `The limit of ${formatMoney(options.budget.limit, currency)} holds: rungs that would pass it are left out.`,
      zh: `上限 ${formatMoney(options.budget.limit, currency)} 会得到遵守：会超出的方法将被略过。`,
    })
  return {
    dryRun: true,
    currency,
    cost: String(estimate.cost),
    rungs: estimate.rungs.map(({ cost, ...rung }) => ({ ...rung, cost: String(cost) })),
  }
}
