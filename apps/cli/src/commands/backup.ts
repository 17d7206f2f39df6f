/** `daydream backup` and `daydream restore`: everything that the store holds, as one file. */
import { stateOption } from "../administration/index.ts"
import { defineCommand, formatBytes, type Progress } from "../frame/index.ts"

const fileArgument = { name: "<file>", description: { en: "the backup, a tar archive", zh: "备份文件（tar 归档）" } }

interface StateOption {
  readonly state: string
}

export const backup = defineCommand<StateOption>({
  name: "backup",
  description: { en: "write everything that the store holds into one file, while it is in use", zh: "在使用中把存储的全部内容写入一个文件" },
  details: {
    en: "The master key is not in it: keep the file master-keys of the state folder (or DAYDREAM_MASTER_KEY) apart.\nReads the store itself: of --state, or of DATABASE_URL.",
    zh: "备份不含主密钥：请另行保存状态文件夹中的 master-keys 文件（或 DAYDREAM_MASTER_KEY）。\n直接读取 --state 或 DATABASE_URL 指定的存储。",
  },
  arguments: [fileArgument],
  options: [stateOption],
  async run(context, [path = ""], { state }) {
    const { openState, storeSchemas } = await import("@daydream/server")
    const { makeBackup } = await import("@daydream/fabric/backup")
    await using opened = await openState({ state, environment: context.environment, connections: 2, claims: false })
    let progress: Progress | undefined
    const result = await makeBackup(opened.store, path, {
      now: new Date(), schemas: await storeSchemas(), abortSignal: context.abortSignal,
      onProgress: (rows) => {
        progress ??= context.progress({ en: "Writing rows", zh: "正在写入" })
        progress.update(rows)
      },
    })
    progress?.finish()
    context.print({
      en: `${path}: ${result.rows} rows of ${result.tables} tables, ${formatBytes(result.bytes)}.`,
      zh: `${path}：${result.tables} 个表，共 ${result.rows} 行，${formatBytes(result.bytes)}。`,
    })
    context.note({ en: "Keep the master key apart from it: without the key, its secrets are lost; with both, they are open.", zh: "请将主密钥与备份分开保存：没有主密钥，其中的密钥无法恢复；两者在一起，则可被解开。" })
    return { path, ...result }
  },
})

export const restore = defineCommand<StateOption>({
  name: "restore",
  description: { en: "put a backup into an empty store: all of it, checked, or nothing", zh: "把备份恢复到空的存储：校验后全部恢复，否则不做任何更改" },
  details: {
    en: "Put the master key in place first: the file master-keys in the new state folder, or DAYDREAM_MASTER_KEY.\nA backup of an older version is brought up to date; one of a newer version is refused.",
    zh: "请先放好主密钥：新状态文件夹中的 master-keys 文件，或 DAYDREAM_MASTER_KEY。\n旧版本的备份会自动更新；更新版本的备份会被拒绝。",
  },
  arguments: [fileArgument],
  options: [stateOption],
  async run(context, [path = ""], { state }) {
    const { openState, prepareStore, storeSchemas } = await import("@daydream/server")
    const { restoreBackup } = await import("@daydream/fabric/backup")
    const { openVault } = await import("@daydream/fabric/secrets")
    const { onClient } = await import("@daydream/fabric/tenancy")
    await using opened = await openState({ state, environment: context.environment, connections: 4 })
    const { store, secrets } = opened
    await prepareStore(store, secrets)
    let progress: Progress | undefined
    const result = await restoreBackup(store, path, {
      abortSignal: context.abortSignal, schemas: await storeSchemas(),
      mustBeEmpty: ["dream_session.session", "dream_taste.taste"],
      // Opens only with the key that sealed it.
      check: async (client) => void await openVault(onClient(store, client), secrets),
      onProgress: (rows) => {
        progress ??= context.progress({ en: "Restoring rows", zh: "正在恢复" })
        progress.update(rows)
      },
    })
    progress?.finish()
    context.print({ en: `${result.rows} rows of ${result.madeAt} are restored.`, zh: `已恢复 ${result.madeAt} 的备份，共 ${result.rows} 行。` })
    if (result.steps > 0) context.note({ en: `The backup was of an older version: ${result.steps} steps brought it up to date.`, zh: `该备份来自旧版本：已通过 ${result.steps} 个步骤更新。` })
    return { path, ...result }
  },
})
