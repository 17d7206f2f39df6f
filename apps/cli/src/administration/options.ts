/** What all commands of the fabric have in common. */
import type { CommandContext, OptionDefinition } from "../frame/index.ts"
import type { Administration } from "./administration.ts"
import { openAdministration } from "./open.ts"

export const stateOption: OptionDefinition = {
  flags: "--state <folder>", default: ".daydream",
  description: { en: "state folder: that of a running server, or the store itself", zh: "状态文件夹：正在运行的服务器所用的，或存储本身" },
}

export const whereOptions: readonly OptionDefinition[] = [
  stateOption,
  {
    flags: "--server <address>",
    description: { en: "another server; its admin key is read from DAYDREAM_ADMIN_KEY", zh: "其他服务器；管理密钥取自 DAYDREAM_ADMIN_KEY" },
  },
]

export interface WhereOptions {
  readonly state: string
  readonly server?: string
}

/** Opens the administration, asks, and closes it again. */
export async function administer<T>(
  context: CommandContext, options: WhereOptions, work: (administration: Administration) => Promise<T>,
): Promise<T> {
  await using administration = await openAdministration(context, options)
  return await work(administration)
}

/** A part of a path. */
export const part = (text: string): string => encodeURIComponent(text)
