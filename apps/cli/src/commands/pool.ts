/** `daydream pool`: servers of models. */
import type { HealthDocument, PoolDocument } from "@daydream/fabric/admin"
import { administer, administrationErrors, part, whereOptions, type Administration, type WhereOptions } from "../administration/index.ts"
import { defineCommand } from "../frame/index.ts"

const nameArgument = { name: "<pool>", description: { en: "name of the pool", zh: "池的名称" } }

interface SetOptions extends WhereOptions {
  readonly kind?: string
  readonly address?: readonly string[]
  readonly models?: readonly string[]
  readonly credential?: string
  readonly concurrency?: number
  readonly waiting?: number
  readonly outputCap?: number
  readonly context?: number
  readonly responses?: boolean
  readonly prefill?: boolean
  readonly logprobs?: boolean
  readonly accelerator?: string
  readonly accelerators?: number
  readonly watts?: number
}

/** What the options name, over what the pool has. */
function poolOf(options: SetOptions, old: PoolDocument | undefined): object {
  const { name: _, ...rest } = old ?? { name: "" }
  const named = {
    kind: options.kind ?? (old === undefined ? "openai" : undefined), addresses: options.address, models: options.models,
    credential: options.credential === "none" ? null : options.credential, concurrency: options.concurrency, mostWaiting: options.waiting,
    outputCap: options.outputCap, contextTokens: options.context, acceptsPrefill: options.prefill, reportsLogprobs: options.logprobs,
    dialects: options.responses === undefined ? undefined : options.responses ? ["openai-responses"] : [],
    accelerator: options.accelerator === undefined ? undefined
      : { name: options.accelerator, count: options.accelerators ?? 1, watts: options.watts ?? null },
  }
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
  return { models: [], ...rest, ...given }
}

const find = async (administration: Administration, name: string): Promise<PoolDocument | undefined> =>
  (await administration.ask<{ pools: PoolDocument[] }>("GET", "/pools")).pools.find((pool) => pool.name === name)

const set = defineCommand<SetOptions>({
  name: "set",
  description: { en: "set a pool, or change what is named of it", zh: "设置池，或更改其中指定的部分" },
  details: {
    en: "Example: daydream pool set gpu --address http://10.0.0.5:8000/v1 --models qwen3-8b\nPrivate addresses must lie in a network of `daydream network set`.",
    zh: "示例：daydream pool set gpu --address http://10.0.0.5:8000/v1 --models qwen3-8b\n私有地址须位于 `daydream network set` 允许的网段内。",
  },
  arguments: [nameArgument],
  options: [
    { flags: "--kind <kind>", choices: ["openai", "anthropic", "embedded", "sdk"], description: { en: "openai: any OpenAI-compatible server (default); embedded: this process; sdk: a provider of the host", zh: "openai：任何兼容 OpenAI 的服务（默认）；embedded：本进程；sdk：宿主程序提供的模型" } },
    { flags: "--address <addresses>", kind: "list", description: { en: "base addresses of its replicas, with the version, for example http://10.0.0.5:8000/v1", zh: "各副本的基础地址（含版本），例如 http://10.0.0.5:8000/v1" } },
    { flags: "--models <ids>", kind: "list", description: { en: "model ids that it serves", zh: "它提供的模型编号" } },
    { flags: "--credential <name>", description: { en: "credential that is sent; none for none", zh: "发送的凭据；none 表示不发送" } },
    { flags: "--concurrency <count>", kind: "integer", description: { en: "calls at once; more wait in the fair queue", zh: "并发调用数，超出的在公平队列中等待" } },
    { flags: "--waiting <count>", kind: "integer", description: { en: "calls that may wait; more are refused", zh: "最多等待的调用数，超出的被拒绝" } },
    { flags: "--output-cap <tokens>", kind: "integer", description: { en: "output tokens at most where a call names no limit", zh: "调用未指定时的输出 token 上限" } },
    { flags: "--context <tokens>", kind: "integer", description: { en: "longest prompt and answer together", zh: "提示词与应答合计的最大 token 数" } },
    { flags: "--responses", description: { en: "it has OpenAI's Responses interface", zh: "它支持 OpenAI 的 Responses 接口" } },
    { flags: "--prefill", description: { en: "it goes on from a half-said answer", zh: "它能从未说完的应答继续" } },
    { flags: "--logprobs", description: { en: "it reports token probabilities", zh: "它报告 token 概率" } },
    { flags: "--accelerator <name>", description: { en: "what it computes on, for the record", zh: "所用加速器（仅作记录）" } },
    { flags: "--accelerators <count>", kind: "integer", description: { en: "how many of them", zh: "加速器数量" } },
    { flags: "--watts <watts>", kind: "number", description: { en: "power of one, for joules per request", zh: "单个加速器的功率（瓦），用于计算每次请求的能耗" } },
    ...whereOptions,
  ],
  async run(context, [name = ""], options) {
    return administer(context, options, async (administration) => {
      const old = await find(administration, name)
      const pool = await administration.ask<PoolDocument>("PUT", `/pools/${part(name)}`, poolOf(options, old))
      context.print({ en: `Pool ${name} serves: ${pool.models.join(", ")}.`, zh: `池 ${name} 提供：${pool.models.join("、")}。` })
      context.note({ en: `Clients can call ${name}/${pool.models[0]}. Next: daydream route set <model> --target ${name}/${pool.models[0]}`, zh: `客户端可直接调用 ${name}/${pool.models[0]}。下一步：daydream route set <模型名> --target ${name}/${pool.models[0]}` })
      return { pool }
    })
  },
})

const list = defineCommand<WhereOptions>({
  name: "list",
  description: { en: "list the pools", zh: "列出池" },
  options: whereOptions,
  async run(context, _args, options) {
    const { showPools } = await import("../fabric-view/index.ts")
    const answer = await administer(context, options, (one) => one.ask<{ pools: PoolDocument[] }>("GET", "/pools"))
    showPools(context, answer.pools)
    return answer
  },
})

const remove = defineCommand<WhereOptions>({
  name: "remove",
  description: { en: "remove a pool that no route leads to", zh: "删除没有路由指向的池" },
  arguments: [nameArgument],
  options: whereOptions,
  async run(context, [name = ""], options) {
    await administer(context, options, (one) => one.ask("DELETE", `/pools/${part(name)}`))
    context.print({ en: `Pool ${name} is removed.`, zh: `池 ${name} 已删除。` })
    return { pool: name }
  },
})

const health = defineCommand<WhereOptions>({
  name: "health",
  description: { en: "show how pools and their targets stand; exit code 1 where one is down", zh: "查看池及其目标的状态；有任何目标不可用时退出码为 1" },
  details: {
    en: "As the server knows it that answers: breakers are shared by all replicas, calls under way are its own.\nA target is known once it was called.",
    zh: "以作答的服务器所知为准：熔断状态由所有副本共享，正在处理的调用只计本副本。\n目标被调用过后才有状态。",
  },
  options: whereOptions,
  async run(context, _args, options) {
    const { showHealth } = await import("../fabric-view/index.ts")
    const answer = await administer(context, options, (one) => one.ask<HealthDocument>("GET", "/health"))
    if (!answer.isServing) throw administrationErrors.no_server_runs({ state: options.state })
    showHealth(context, answer)
    if (answer.targets.some(({ breaker }) => breaker !== "closed")) context.setExitCode(1)
    return answer
  },
})

export const pool = defineCommand({
  name: "pool",
  description: { en: "pools, the servers of models: set, list, health, remove", zh: "池（模型的服务器）：设置、列出、状态、删除" },
  subcommands: [set, list, health, remove],
})
