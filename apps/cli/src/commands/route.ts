/** `daydream route`: how a model name is served. */
import type { RouteDocument } from "@daydream/fabric/admin"
import { administer, administrationErrors, part, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand } from "../frame/index.ts"

const nameArgument = { name: "<model>", description: { en: "model name that clients say", zh: "客户端使用的模型名" } }

interface SetOptions extends WhereOptions {
  readonly target: readonly string[]
  readonly strategy?: string
  readonly weights?: readonly string[]
  readonly buffer?: boolean
  readonly attempts?: number
  readonly latency?: number
  readonly continue: boolean
  readonly connectTimeout?: number
  readonly firstTokenTimeout?: number
  readonly stallTimeout?: number
  readonly timeout?: number
}

function targetsOf({ target, weights }: SetOptions) {
  if (weights !== undefined && weights.length !== target.length)
    throw administrationErrors.weights_differ({ weights: weights.length, targets: target.length })
  return target.map((text, at) => {
    const slash = text.indexOf("/")
    if (slash < 1 || slash === text.length - 1) throw administrationErrors.bad_target({ target: text })
    const weight = weights === undefined ? undefined : Number(weights[at])
    if (weight !== undefined && !Number.isFinite(weight)) throw administrationErrors.bad_number({ option: "--weights", value: weights?.[at] ?? "" })
    return { pool: text.slice(0, slash), model: text.slice(slash + 1), weight }
  })
}

const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.round(seconds * 1_000))

const set = defineCommand<SetOptions>({
  name: "set",
  description: { en: "set a route: the targets of a model name", zh: "设置路由：某个模型名的目标" },
  details: {
    en: "Example: daydream route set chat --target local/qwen2.5-coder-1.5b --target cloud/some-model --strategy fallback",
    zh: "示例：daydream route set chat --target local/qwen2.5-coder-1.5b --target cloud/some-model --strategy fallback",
  },
  arguments: [nameArgument],
  options: [
    { flags: "--target <targets>", kind: "list", isRequired: true, description: { en: "pool/model; again or with commas for several, the first is tried first", zh: "池/模型；可重复或用逗号分隔，先写的先试" } },
    { flags: "--strategy <strategy>", choices: ["single", "weighted", "fallback", "cheapest", "prefix"], description: { en: "how a target is chosen (default: fallback; single for one target)", zh: "选择目标的方式（默认 fallback；单个目标时为 single）" } },
    { flags: "--weights <numbers>", kind: "list", description: { en: "for weighted: one for each target, for example 3,1", zh: "用于 weighted：每个目标一个权重，例如 3,1" } },
    { flags: "--buffer", description: { en: "hold answers back until they are whole, so that every cut can be mended", zh: "完整后才返回应答，任何中断都可重试" } },
    { flags: "--attempts <count>", kind: "integer", description: { en: "attempts at most, over all targets", zh: "所有目标合计的最多尝试次数" } },
    { flags: "--latency <time>", kind: "duration", description: { en: "for cheapest: the first token within so long", zh: "用于 cheapest：首个 token 的时限" } },
    { flags: "--no-continue", description: { en: "do not go on from a half-said answer elsewhere", zh: "不在其他目标上续写未完成的应答" } },
    { flags: "--connect-timeout <time>", kind: "duration", description: { en: "longest to connect", zh: "连接时限" } },
    { flags: "--first-token-timeout <time>", kind: "duration", description: { en: "longest to the first token", zh: "首个 token 的时限" } },
    { flags: "--stall-timeout <time>", kind: "duration", description: { en: "longest silence within an answer", zh: "应答过程中的最长静默时间" } },
    { flags: "--timeout <time>", kind: "duration", description: { en: "longest for the whole call", zh: "整个调用的时限" } },
    ...whereOptions,
  ],
  async run(context, [name = ""], options) {
    const timeouts = {
      connectMs: milliseconds(options.connectTimeout), firstTokenMs: milliseconds(options.firstTokenTimeout),
      stallMs: milliseconds(options.stallTimeout), totalMs: milliseconds(options.timeout),
    }
    const route = await administer(context, options, (one) => one.ask<RouteDocument>("PUT", `/routes/${part(name)}`, {
      targets: targetsOf(options), strategy: options.strategy, mode: options.buffer === true ? "buffer" : undefined, attempts: options.attempts,
      latencyTargetMs: milliseconds(options.latency), continues: options.continue ? undefined : false, timeouts,
    }))
    const targets = route.targets.map(({ pool, model }) => `${pool}/${model}`).join(", ")
    context.print({ en: `${name} is served by ${targets} (${route.strategy}).`, zh: `${name} 由 ${targets} 提供（${route.strategy}）。` })
    return { route }
  },
})

const list = defineCommand<WhereOptions>({
  name: "list",
  description: { en: "list the routes", zh: "列出路由" },
  options: whereOptions,
  async run(context, _args, options) {
    const { showRoutes } = await import("../fabric-view/index.ts")
    const answer = await administer(context, options, (one) => one.ask<{ routes: RouteDocument[] }>("GET", "/routes"))
    showRoutes(context, answer.routes)
    return answer
  },
})

const remove = defineCommand<WhereOptions>({
  name: "remove",
  description: { en: "remove a route", zh: "删除路由" },
  arguments: [nameArgument],
  options: whereOptions,
  async run(context, [name = ""], options) {
    await administer(context, options, (one) => one.ask("DELETE", `/routes/${part(name)}`))
    context.print({ en: `Route ${name} is removed.`, zh: `路由 ${name} 已删除。` })
    return { route: name }
  },
})

export const route = defineCommand({
  name: "route",
  description: { en: "routes, how a model name is served: set, list, remove", zh: "路由（模型名由谁提供）：设置、列出、删除" },
  subcommands: [set, list, remove],
})
