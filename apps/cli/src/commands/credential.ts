/** `daydream credential`: secrets of upstream servers, sealed in the store. */
import type { CredentialsDocument } from "@daydream/fabric/admin"
import { administer, part, readSecret, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand } from "../frame/index.ts"

const nameArgument = { name: "<name>", description: { en: "name of the credential", zh: "凭据名称" } }

const set = defineCommand<WhereOptions & { readonly fromEnv?: string }>({
  name: "set",
  description: { en: "set a credential, or give it a new secret, read from standard input", zh: "设置凭据或更换其密钥，从标准输入读取" },
  details: {
    en: "The secret is never taken from the command line, where other programs can read it:\n  daydream credential set vendor < key.txt\n  daydream credential set vendor --from-env VENDOR_KEY",
    zh: "密钥从不取自命令行，因为其他程序可以看到命令行：\n  daydream credential set vendor < key.txt\n  daydream credential set vendor --from-env VENDOR_KEY",
  },
  arguments: [nameArgument],
  options: [{ flags: "--from-env <variable>", description: { en: "take the secret from this environment variable", zh: "从该环境变量读取密钥" } }, ...whereOptions],
  async run(context, [name = ""], options) {
    const secret = await readSecret(context, options.fromEnv)
    await administer(context, options, (one) => one.ask("PUT", `/credentials/${part(name)}`, { secret }))
    context.print({ en: `Credential ${name} is set.`, zh: `凭据 ${name} 已设置。` })
    return { credential: name }
  },
})

const list = defineCommand<WhereOptions>({
  name: "list",
  description: { en: "list the names of credentials, never their secrets", zh: "列出凭据名称（从不显示密钥）" },
  options: whereOptions,
  async run(context, _args, options) {
    const answer = await administer(context, options, (one) => one.ask<CredentialsDocument>("GET", "/credentials"))
    context.table({
      columns: [{ title: { en: "name", zh: "名称" } }, { title: { en: "set", zh: "设置时间" } }, { title: { en: "used by pools", zh: "使用它的池" } }],
      rows: answer.credentials.map((one) => [one.name, one.setAt.slice(0, 16).replace("T", " "), one.usedBy.join(", ") || "—"]),
    })
    return answer
  },
})

const remove = defineCommand<WhereOptions>({
  name: "remove",
  description: { en: "remove a credential that no pool uses", zh: "删除没有池使用的凭据" },
  arguments: [nameArgument],
  options: whereOptions,
  async run(context, [name = ""], options) {
    await administer(context, options, (one) => one.ask("DELETE", `/credentials/${part(name)}`))
    context.print({ en: `Credential ${name} is removed.`, zh: `凭据 ${name} 已删除。` })
    return { credential: name }
  },
})

const reseal = defineCommand<WhereOptions>({
  name: "rotate-master-key",
  description: { en: "seal all secrets under a new master key, while everything runs", zh: "在不停机的情况下用新的主密钥重新加密全部密钥" },
  options: whereOptions,
  async run(context, _args, options) {
    const answer = await administer(context, options, (one) => one.ask<{ version: number; rewrapped: number }>("POST", "/master-key/rotate", {}))
    context.print({ en: `Master key ${answer.version} seals ${answer.rewrapped} secrets now.`, zh: `主密钥版本 ${answer.version} 现已加密 ${answer.rewrapped} 项密钥。` })
    context.note({ en: "Back the file master-keys up again, apart from the database.", zh: "请重新备份 master-keys 文件，并与数据库备份分开存放。" })
    return answer
  },
})

export const credential = defineCommand({
  name: "credential",
  description: { en: "secrets of upstream servers: set, list, remove", zh: "上游服务凭据：设置、列出、删除" },
  subcommands: [set, list, remove, reseal],
})
