/** `daydream apply` and `daydream export`: everything that is configured, as one file. */
import { readFile, writeFile } from "node:fs/promises"
import { createInterface } from "node:readline/promises"
import type { AppliedDocument } from "@daydream/fabric/admin"
import { administer, administrationErrors, whereOptions, type WhereOptions } from "../administration/index.ts"
import { defineCommand, type CommandContext } from "../frame/index.ts"

interface ApplyOptions extends WhereOptions {
  readonly dryRun?: boolean
  readonly prune?: boolean
  readonly yes?: boolean
}

/** Values of the variables that the text names; the file's own check says which one is missing. */
export function variablesIn(text: string, environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = new Set([...text.matchAll(/env:([A-Za-z_][A-Za-z0-9_]*)/gu)].map((match) => match[1] as string))
  return Object.fromEntries([...names].flatMap((name) => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value]]
  }))
}

async function confirm(context: CommandContext, count: number): Promise<void> {
  if (context.json || !process.stdin.isTTY || !process.stdout.isTTY) throw administrationErrors.confirmation_needed({})
  const questions = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await questions.question(context.text({ en: `Make these ${count} changes? [y/N] `, zh: `执行这 ${count} 项更改？[y/N] ` }), { signal: context.abortSignal })
    if (!/^(?:y|yes|是|好)$/iu.test(answer.trim())) throw administrationErrors.confirmation_needed({})
  } finally {
    questions.close()
  }
}

export const apply = defineCommand<ApplyOptions>({
  name: "apply",
  description: { en: "make pools, routes, prices and tenants be as a file says", zh: "使池、路由、价格与租户与文件一致" },
  details: {
    en: "All changes are made in one step, or none. A second time nothing changes. Secrets stay out of the file: secretFrom: \"env:NAME\" takes them from this command's environment.",
    zh: "所有更改一次完成，否则全部不做；再次执行不会有变化。文件中不含密钥：secretFrom: \"env:NAME\" 取自本命令的环境变量。",
  },
  arguments: [{ name: "<file>", description: { en: "YAML or JSON; `daydream export` writes one", zh: "YAML 或 JSON 文件，可由 `daydream export` 写出" } }],
  options: [
    { flags: "--dry-run", description: { en: "check everything, show the changes, make none", zh: "检查并显示更改，但不执行" } },
    { flags: "--prune", description: { en: "remove what the file does not name, in the sections that it has", zh: "在文件包含的部分中，删除文件未列出的内容" } },
    { flags: "--yes", description: { en: "do not ask", zh: "不询问" } },
    ...whereOptions,
  ],
  async run(context, [path = ""], options) {
    const file = await readFile(path, "utf8")
    const body = { file, variables: variablesIn(file, context.environment), prune: options.prune }
    return administer(context, options, async (administration) => {
      const planned = await administration.ask<AppliedDocument>("POST", "/configuration/apply", { ...body, dryRun: true })
      for (const change of planned.changes) context.print(change.text)
      if (planned.changes.length === 0) {
        context.print({ en: "Nothing to change.", zh: "没有需要更改的内容。" })
        return planned
      }
      if (options.dryRun === true) return planned
      if (options.yes !== true) await confirm(context, planned.changes.length)
      const applied = await administration.ask<AppliedDocument>("POST", "/configuration/apply", { ...body, dryRun: false })
      context.print({ en: `${applied.changes.length} changes were made.`, zh: `已完成 ${applied.changes.length} 项更改。` })
      for (const { key, secret } of applied.keys) context.print(`${key.tenantId} ${key.title}: ${secret}`)
      if (applied.keys.length > 0) context.note({ en: "These keys are shown this once.", zh: "以上密钥仅显示这一次。" })
      return applied
    })
  },
})

export const exportCommand = defineCommand<WhereOptions & { readonly out?: string }>({
  name: "export",
  description: { en: "write what is configured as a file for `daydream apply`, without secrets", zh: "把当前配置写成供 `daydream apply` 使用的文件（不含密钥）" },
  options: [{ flags: "--out <file>", description: { en: "where it goes (default: printed)", zh: "写入的文件（默认直接输出）" } }, ...whereOptions],
  async run(context, _args, options) {
    const { file } = await administer(context, options, (one) => one.ask<{ file: string }>("GET", "/configuration"))
    if (options.out === undefined) context.print(file.trimEnd())
    else {
      await writeFile(options.out, file, { flag: "wx" })
      context.print({ en: `Written to ${options.out}.`, zh: `已写入 ${options.out}。` })
    }
    return { file, path: options.out ?? null }
  },
})
