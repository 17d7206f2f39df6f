/** `daydream run <plan> <input> --out <file>`: labels every row of a table. */
import { join } from "node:path"
import type { RunFileOptions, RunFileResult } from "@daydream/industry/run"
import type { LoadedPlan } from "@daydream/industry/plan"
import { defineCommand, type CommandContext } from "../frame/index.ts"
import type { Money } from "../running/index.ts"

interface RunOptions {
  readonly out: string
  readonly workers?: number
  readonly encoding?: "utf-8" | "utf-8-bom" | "gb18030"
  readonly escapeFormulas: boolean
  readonly restart?: boolean
  readonly batchRows?: number
  readonly maxCost?: string
  readonly prices?: string
  readonly uncertified?: boolean
}

export const run = defineCommand<RunOptions>({
  name: "run",
  description: { en: "label every row of a table with a plan", zh: "用方案标注表格中的每一行" },
  arguments: [
    { name: "<plan>", description: { en: "folder that `daydream compile` wrote", zh: "`daydream compile` 写出的文件夹" } },
    { name: "<input>", description: { en: "table to label: CSV, TSV, JSON, JSONL, Parquet, Excel; - reads JSON Lines from stdin", zh: "要标注的表格：CSV、TSV、JSON、JSONL、Parquet、Excel；- 表示从标准输入读取 JSON Lines" } },
  ],
  options: [
    { flags: "--out <file>", isRequired: true, description: { en: "table to write, its format by its extension; - writes JSON Lines to stdout", zh: "输出表格，格式由扩展名决定；- 表示向标准输出写 JSON Lines" } },
    { flags: "--workers <count>", kind: "integer", description: { en: "spread the run over so many processes; 0 leaves it to `daydream run-worker` elsewhere", zh: "分给多少个进程运行；0 表示全部交给别处的 `daydream run-worker`" } },
    { flags: "--encoding <encoding>", choices: ["utf-8", "utf-8-bom", "gb18030"], description: { en: "encoding of a text output (default: the input's)", zh: "文本输出的编码（默认与输入相同）" } },
    { flags: "--no-escape-formulas", description: { en: "leave cells as they are that a spreadsheet would run as a formula", zh: "不转义会被电子表格当作公式执行的单元格" } },
    { flags: "--restart", description: { en: "throw away the rows that an unfinished run has labelled", zh: "放弃未完成的运行已标注的行，重新开始" } },
    { flags: "--batch-rows <count>", kind: "integer", description: { en: "rows handed to the plan at once (default: 256)", zh: "每次交给方案的行数（默认 256）" } },
    { flags: "--max-cost <amount>", description: { en: "stop before more than this is spent on models", zh: "模型费用上限，超出之前停止" } },
    { flags: "--prices <file>", description: { en: "price list (default: .daydream/prices.json)", zh: "价格表（默认 .daydream/prices.json）" } },
    { flags: "--uncertified", description: { en: "run a plan that has no certificate", zh: "允许运行没有证书的方案" } },
  ],
  details: {
    en: "Adds the columns <output>, confidence, rung, status and suggestion. Rows that fail are listed in <file>.errors.csv.\nStopped or killed, the same command continues where it was; labelled rows are kept in <file>.parts until then.",
    zh: "新增列：<输出>、confidence、rung、status、suggestion。失败的行列在 <file>.errors.csv 中。\n中断或被杀死后，再次执行同一条命令即可继续；此前已标注的行保存在 <file>.parts 中。",
  },
  async run(context, [planPath = "", input = ""], options) {
    const { openPlan, readMoney, runningErrors } = await import("../running/index.ts")
    const isPiped = input === "-" || options.out === "-"
    if (options.out === "-" && context.json) throw runningErrors.stdout_taken({})
    if (isPiped && options.workers !== undefined) throw runningErrors.workers_need_files({})
    const money = await readMoney(options)
    const plan = await openPlan(context, planPath, money)
    try {
      if (!plan.manifest.isCertified && options.uncertified !== true) throw runningErrors.plan_uncertified({ plan: planPath })
      return await (isPiped ? runPiped(context, plan, input, options, money) : runFiles(context, plan, input, options, money))
    } finally {
      await plan.close()
    }
  },
})

async function runFiles(context: CommandContext, plan: LoadedPlan, input: string, options: RunOptions, money: Money) {
  const { createRunReporter, resultDocument, showResult } = await import("../running/index.ts")
  const reporter = createRunReporter(context)
  const subject = { plan, planPath: plan.folder, input, output: options.out }
  const chosen: RunFileOptions = {
    ...given(options),
    language: context.language,
    abortSignal: context.abortSignal,
    onProgress: reporter.onProgress,
  }
  try {
    const result = await (options.workers === undefined
      ? (await import("@daydream/industry/run")).runFile(subject, chosen)
      : runSpread(context, subject, chosen, options))
    reporter.finish()
    showResult(context, result, money.prices.currency)
    return resultDocument(result, money.prices.currency)
  } catch (error) {
    reporter.finish()
    noteHowToContinue(context, options.out)
    throw error
  }
}

function given({ encoding, escapeFormulas, restart, batchRows }: RunOptions): RunFileOptions {
  return {
    ...(encoding === undefined ? {} : { encoding }),
    ...(escapeFormulas ? {} : { escapeFormulas: false }),
    ...(restart === true ? { restart } : {}),
    ...(batchRows === undefined ? {} : { batchRows: Math.max(1, batchRows) }),
  }
}

function noteHowToContinue(context: CommandContext, output: string): void {
  if (!context.abortSignal.aborted) return
  context.note({
    en: `The rows labelled so far are kept in ${output}.parts. The same command continues from there.`,
    zh: `已标注的行保存在 ${output}.parts 中，再次执行同一条命令即可继续。`,
  })
}

type Subject = Parameters<typeof import("@daydream/industry/run").runFile>[0]

async function runSpread(
  context: CommandContext, subject: Subject, chosen: RunFileOptions, options: RunOptions,
): Promise<RunFileResult> {
  const [{ openStore }, { runFileSpread }, { stateFolder, workerStarter }] = await Promise.all([
    import("@daydream/engine/storage"), import("@daydream/industry/spread"), import("../running/index.ts"),
  ])
  const workers = options.workers ?? 0
  const store = await openStore({ folder: join(stateFolder, "postgres") })
  try {
    if (workers === 0)
      context.note({ en: "Waiting for workers: daydream run-worker --store <address>", zh: "等待工作进程：daydream run-worker --store <地址>" })
    return await runFileSpread(subject,
      { ...chosen, store, workers, startWorker: workerStarter(store.url, await workerMoney(options, workers)) })
  } finally {
    await store.close()
  }
}

/** Each worker may spend its share, so that all together stay below the ceiling. */
async function workerMoney({ maxCost, prices }: RunOptions, workers: number): Promise<string[]> {
  const flags = prices === undefined ? [] : ["--prices", prices]
  if (maxCost === undefined || workers === 0) return flags
  const [{ formatAmount, parseMoney }, { readMoney }] =
    await Promise.all([import("@daydream/engine/money"), import("../running/index.ts")])
  const { currency } = (await readMoney(prices === undefined ? {} : { prices })).prices
  return [...flags, "--max-cost", formatAmount(parseMoney(maxCost, currency) / BigInt(workers))]
}

async function runPiped(context: CommandContext, plan: LoadedPlan, input: string, options: RunOptions, money: Money) {
  const { createRunReporter, runLines, showTotals, totalsDocument } = await import("../running/index.ts")
  const reporter = createRunReporter(context)
  const totals = await runLines({
    plan, input, output: options.out, abortSignal: context.abortSignal,
    ...(options.batchRows === undefined ? {} : { batchRows: Math.max(1, options.batchRows) }),
    onRows: (rows) => reporter.onProgress({ phase: "label", rows }),
  })
  reporter.finish()
  if (options.out !== "-") showTotals(context, totals, money.prices.currency)
  return { output: options.out, ...totalsDocument(totals, money.prices.currency) }
}
