/** `daydream run-worker`: labels chunks of runs that others have begun. */
import { join } from "node:path"
import { defineCommand } from "../frame/index.ts"

interface WorkerOptions {
  readonly store?: string
  readonly run?: string
  readonly name?: string
  readonly maxCost?: string
  readonly prices?: string
}

export const runWorkerCommand = defineCommand<WorkerOptions>({
  name: "run-worker",
  description: { en: "help with runs that `daydream run --workers` has begun", zh: "协助由 `daydream run --workers` 开始的运行" },
  options: [
    { flags: "--store <address>", description: { en: "PostgreSQL of the run (default: DATABASE_URL, else the store below .daydream)", zh: "运行所用的 PostgreSQL 地址（默认 DATABASE_URL，否则为 .daydream 下的存储）" } },
    { flags: "--run <id>", description: { en: "help with this run alone and end with it", zh: "只协助这一个运行，并随它结束" } },
    { flags: "--name <name>", description: { en: "name of this worker in the store", zh: "本工作进程在存储中的名称" } },
    { flags: "--max-cost <amount>", description: { en: "stop before this worker spends more than this on models", zh: "本工作进程的模型费用上限" } },
    { flags: "--prices <file>", description: { en: "price list (default: .daydream/prices.json)", zh: "价格表（默认 .daydream/prices.json）" } },
  ],
  details: {
    en: "Rows, answers and the plan travel through the database: no shared files are needed. Models are opened on this machine.",
    zh: "数据行、结果和方案都经由数据库传递，无需共享文件；模型在本机打开。",
  },
  async run(context, _arguments, options) {
    const [{ openStore }, { runWorker }, { openPlan, readMoney, stateFolder, storeVariable }] = await Promise.all([
      import("@daydream/engine/storage"), import("@daydream/industry/spread"), import("../running/index.ts"),
    ])
    const money = await readMoney(options)
    const url = options.store ?? context.environment[storeVariable]
    const store = await openStore(url === undefined ? { folder: join(stateFolder, "postgres") } : { url })
    let chunks = 0
    let rows = 0
    try {
      await runWorker({
        store,
        loadPlan: (folder) => openPlan(context, folder, money),
        abortSignal: AbortSignal.any([context.abortSignal, parentGone()]),
        ...(options.run === undefined ? {} : { runId: options.run }),
        ...(options.name === undefined ? {} : { name: options.name }),
        onChunk: (chunk) => {
          chunks++
          rows += chunk.rows
        },
        onFailure: (error) => context.note(error instanceof Error ? error.message : String(error)),
      })
    } finally {
      await store.close()
      if (process.connected) process.disconnect()
    }
    context.print({ en: `${rows} rows in ${chunks} chunks.`, zh: `共 ${chunks} 块、${rows} 行。` })
    return { chunks, rows }
  },
})

/** Aborted when the process that started this one is gone; never where nobody holds a channel to it. */
function parentGone(): AbortSignal {
  const gone = new AbortController()
  process.once("disconnect", () => gone.abort("the parent ended"))
  return gone.signal
}
