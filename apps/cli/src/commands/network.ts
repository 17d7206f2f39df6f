/** `daydream network`: private networks that pools may lie in. */
import { administer, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand, type CommandContext } from "../frame/index.ts"

interface Networks {
  readonly networks: readonly string[]
}

function show(context: CommandContext, { networks }: Networks): void {
  if (networks.length === 0) context.print({ en: "None: pools may have public addresses only.", zh: "无：池只能使用公网地址。" })
  for (const network of networks) context.print(network)
}

const list = defineCommand<WhereOptions>({
  name: "list",
  description: { en: "list the private networks that pools may lie in", zh: "列出池可以使用的私有网段" },
  options: whereOptions,
  async run(context, _args, options) {
    const answer = await administer(context, options, (one) => one.ask<Networks>("GET", "/networks"))
    show(context, answer)
    return answer
  },
})

const set = defineCommand<WhereOptions>({
  name: "set",
  description: { en: "set the private networks that pools may lie in; without any: none", zh: "设置池可以使用的私有网段；不给则清空" },
  arguments: [{ name: "[networks...]", description: { en: "for example 10.0.0.0/8 127.0.0.1/32", zh: "例如 10.0.0.0/8 127.0.0.1/32" } }],
  options: whereOptions,
  async run(context, networks, options) {
    const answer = await administer(context, options, (one) => one.ask<Networks>("PUT", "/networks", { networks: networks.flatMap((one) => one.split(",")) }))
    show(context, answer)
    return answer
  },
})

export const network = defineCommand({
  name: "network",
  description: { en: "private networks that pools may lie in: list, set", zh: "池可以使用的私有网段：列出、设置" },
  subcommands: [list, set],
})
