/** `daydream serve`: the gateway, until it is stopped. */
import { readFileSync } from "node:fs"
import { once } from "node:events"
import { noteFirstKey, retentionOf, stateOption } from "../administration/index.ts"
import { defineCommand, formatBytes, type CommandContext } from "../frame/index.ts"

interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly state: string
  readonly functions?: string
  readonly log: "debug" | "info" | "warn" | "error"
  readonly openMetrics?: boolean
  readonly grace: number
  readonly keepLedger?: string
  readonly keepAudit?: string
}

const version = () => (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version

function tell(context: CommandContext, server: { readonly address: string; poolNames(): readonly string[]; functionNames(): readonly string[] }): void {
  const { address } = server
  context.print({ en: `Daydream serves ${address}/v1 (OpenAI) and ${address}/v1/messages (Anthropic).`, zh: `Daydream 已在 ${address}/v1（OpenAI 接口）和 ${address}/v1/messages（Anthropic 接口）提供服务。` })
  context.print({ en: `Dreams are played at ${address}/v1/dreams and ${address}/v1/sessions.`, zh: `梦境可在 ${address}/v1/dreams 和 ${address}/v1/sessions 游玩。` })
  const functions = server.functionNames()
  if (functions.length > 0) context.print({ en: `Functions: ${functions.join(", ")}.`, zh: `函数：${functions.join("、")}。` })
  if (server.poolNames().length === 0)
    context.note({ en: "There is no pool yet. Set one: daydream pool set <name> --address <address> --models <ids>", zh: "还没有池。请设置：daydream pool set <名称> --address <地址> --models <模型>" })
  context.note({ en: "Ctrl-C stops it: calls under way are finished first.", zh: "按 Ctrl-C 停止：会先完成正在处理的调用。" })
}

/** Embedded models that a first call would have to wait for. */
async function noteMissing(context: CommandContext, models: readonly string[]): Promise<void> {
  if (models.length === 0) return
  const { listModels } = await import("@daydream/runtime/catalogue")
  const listings = await listModels({ env: context.environment })
  const [first] = listings.filter(({ entry, installed }) => installed === undefined && models.includes(entry.id))
  if (first === undefined) return
  const { id } = first.entry
  context.note({
    en: `The model ${id} is not on this machine yet: its first call fetches ${formatBytes(first.bytes)}. To do so now: daydream models pull ${id}`,
    zh: `模型 ${id} 尚未下载：首次调用时会下载 ${formatBytes(first.bytes)}。现在下载：daydream models pull ${id}`,
  })
}

const keepFlags = { ledger: "--keep-ledger", audit: "--keep-audit" } as const

export const serve = defineCommand<ServeOptions>({
  name: "serve",
  description: { en: "serve models and functions to many tenants, metered", zh: "向多个租户提供模型与函数服务，并计量" },
  details: {
    en: "State lies in the state folder; with DATABASE_URL any number of servers share a PostgreSQL.\nThe other commands find the running server by the same --state. OTEL_EXPORTER_OTLP_ENDPOINT sends traces.",
    zh: "状态保存在状态文件夹中；设置 DATABASE_URL 后，任意多个服务器可共用一个 PostgreSQL。\n其他命令通过相同的 --state 找到正在运行的服务器。OTEL_EXPORTER_OTLP_ENDPOINT 用于发送追踪数据。",
  },
  runsUntilStopped: true,
  options: [
    { flags: "--host <host>", default: "127.0.0.1", description: { en: "address to listen on; 0.0.0.0 for all", zh: "监听地址；0.0.0.0 表示全部" } },
    { flags: "--port <port>", kind: "integer", default: 7777, description: { en: "port to listen on; 0 for any", zh: "监听端口；0 表示任意" } },
    { ...stateOption, description: { en: "folder of the store, the master keys and the functions", zh: "存储、主密钥与函数所在的文件夹" } },
    { flags: "--functions <folder>", description: { en: "folder of compiled functions, <name>.plan (default: functions in the state folder)", zh: "编译好的函数 <名称>.plan 所在的文件夹（默认为状态文件夹中的 functions）" } },
    { flags: "--log <level>", choices: ["debug", "info", "warn", "error"], default: "warn", description: { en: "what is logged on stderr, as JSON lines; info: every request", zh: "输出到 stderr 的日志级别（JSON 行）；info 记录每个请求" } },
    { flags: "--open-metrics", description: { en: "let anybody read /metrics, not this machine and admin keys alone", zh: "任何人都可读取 /metrics，而不限于本机和管理密钥" } },
    { flags: "--keep-ledger <days>", description: { en: "keep closed requests so long, as 400d or forever; the same as `daydream retention set --ledger`", zh: "已结清请求的保留时间，如 400d 或 forever；等同于 `daydream retention set --ledger`" } },
    { flags: "--keep-audit <days>", description: { en: "keep the audit log so long; the same as `daydream retention set --audit`", zh: "审计日志的保留时间；等同于 `daydream retention set --audit`" } },
    { flags: "--grace <time>", kind: "duration", default: 30, description: { en: "how long calls may finish when it is stopped", zh: "停止时等待调用完成的时间" } },
  ],
  async run(context, _args, options) {
    const { startServer } = await import("@daydream/server")
    const { createLog } = await import("@daydream/fabric/observability")
    const lost = Promise.withResolvers<void>()
    const server = await startServer({
      onStoreLost: lost.resolve,
      host: options.host, port: options.port, state: options.state, environment: context.environment, version: version(),
      log: createLog({ level: options.log, destination: process.stderr }),
      ...(options.functions === undefined ? {} : { functions: options.functions }),
      ...(options.keepLedger === undefined && options.keepAudit === undefined ? {} : { retention: retentionOf({ ledger: options.keepLedger, audit: options.keepAudit }, keepFlags) }),
      ...(options.openMetrics === true ? { metricsAccess: "open" } : {}),
    })
    if (server.adminSecret !== null) noteFirstKey(context, server.adminSecret)
    tell(context, server)
    await noteMissing(context, server.embeddedModels())
    const stopped = context.abortSignal.aborted ? Promise.resolve() : once(context.abortSignal, "abort")
    await Promise.race([stopped, lost.promise])
    if (!context.abortSignal.aborted) {
      context.note({ en: "Another process got the store while its database was away.", zh: "数据库中断期间，存储已被其他进程占用。" })
      context.setExitCode(1)
    }
    context.note({ en: "Stopping…", zh: "正在停止……" })
    await server.close({ graceMs: options.grace * 1_000 })
    return { address: server.address }
  },
})
