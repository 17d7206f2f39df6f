/** `daydream card`: character cards, lorebooks and chats of other programs: shown, taken apart, put together, converted. */
import type { CardFormat, ReadFile } from "@daydream/dream/card"
import { defineCommand, type CommandContext } from "../frame/index.ts"

const fileArgument = {
  name: "<file>",
  description: {
    en: "card (PNG, JSON, CHARX), lorebook (JSON), or SillyTavern chat (JSONL)",
    zh: "角色卡（PNG、JSON、CHARX）、世界书（JSON）或 SillyTavern 聊天记录（JSONL）",
  },
}
const overwriteOption = { flags: "--overwrite", description: { en: "replace what is there", zh: "覆盖已有的内容" } }
// `--version` is that of the program.
const versionOption = {
  flags: "--spec <version>",
  choices: ["2", "3"],
  description: {
    en: "version of the card format (default: the card's own; 3 where the other format needs it)",
    zh: "角色卡版本（默认不变，目标格式需要时为 3）",
  },
}

interface WriteOptions {
  readonly out?: string
  readonly spec?: string
  readonly picture?: string
  readonly overwrite?: boolean
}

async function writeOut(path: string, bytes: Uint8Array, overwrite: boolean | undefined): Promise<void> {
  const { mkdir, writeFile } = await import("node:fs/promises")
  const paths = await import("node:path")
  await mkdir(paths.dirname(path), { recursive: true })
  await writeFile(path, bytes, { flag: overwrite === true ? "w" : "wx" })
}

/** Converts a card and writes it; the document of `--json`. */
async function writeCardAs(
  context: CommandContext,
  read: Extract<ReadFile, { kind: "card" }>,
  format: CardFormat,
  out: string,
  options: WriteOptions,
  picture?: Uint8Array,
) {
  const { convertCard } = await import("@daydream/dream/card")
  const { printLost, texts } = await import("../cards/index.ts")
  const { readFile } = await import("node:fs/promises")
  const own = read.file.card.version
  const usual = format === read.file.container.format ? own : format === "charx" || own === 1 ? 3 : own
  const version = options.spec === "2" ? 2 : options.spec === "3" ? 3 : usual
  const given = options.picture === undefined ? picture : await readFile(options.picture)
  const made = convertCard(read.file, { format, version, ...(given === undefined ? {} : { picture: given }) })
  await writeOut(out, made.bytes, options.overwrite)
  context.print({
    en: `Wrote ${out} (version ${version}, ${made.bytes.length} bytes).`,
    zh: `已写出 ${out}（版本 ${version}，${made.bytes.length} 字节）。`,
  })
  for (const { text } of made.notices) context.print(text)
  printLost(context, made.lost)
  return {
    out,
    format,
    version,
    bytes: made.bytes.length,
    lost: texts(made.lost, context),
    notices: texts(made.notices, context),
  }
}

const show = defineCommand({
  name: "show",
  description: { en: "show what a card, lorebook or chat holds", zh: "查看角色卡、世界书或聊天记录的内容" },
  arguments: [{ name: "<path>", description: { en: "file, or folder of an import", zh: "文件，或导入得到的文件夹" } }],
  async run(context, [path = ""]) {
    const { printRead, readDocument, readPath } = await import("../cards/index.ts")
    const { read } = await readPath(path)
    printRead(context, read)
    return readDocument(read, context)
  },
})

const importCommand = defineCommand<WriteOptions>({
  name: "import",
  description: { en: "take a file apart into a folder that you can edit", zh: "把文件拆成可编辑的文件夹" },
  details: {
    en: "The folder holds card.json, lorebook.json, avatar.png and the assets, and the original file as it was.",
    zh: "文件夹内有 card.json、lorebook.json、avatar.png、各项资源，以及原始文件。",
  },
  arguments: [fileArgument],
  options: [
    {
      flags: "--out <folder>",
      description: { en: "folder to write (default: the file's name)", zh: "写入的文件夹（默认与文件同名）" },
    },
    overwriteOption,
  ],
  async run(context, [path = ""], options) {
    const { readFile } = await import("node:fs/promises")
    const { readCardOrBook } = await import("@daydream/dream/card")
    const { folderFor, printRead, readDocument, writeCardFolder } = await import("../cards/index.ts")
    const bytes = await readFile(path)
    const read = readCardOrBook(bytes)
    const folder = options.out ?? folderFor(path)
    const files = await writeCardFolder(read, bytes, path, folder, options.overwrite === true)
    printRead(context, read)
    context.print({ en: `Wrote ${folder}: ${files.join(", ")}.`, zh: `已写出 ${folder}：${files.join("、")}。` })
    context.print({
      en: "Nothing is lost: an export in the same format gives the same file.",
      zh: "没有任何丢失：以相同格式导出即得到相同的文件。",
    })
    if (read.kind === "card")
      context.note({
        en: "A model as small as the embedded one cannot talk freely as this character; it needs lines of an author. A large model can.",
        zh: "内置的小模型无法自由扮演该角色，需要作者写好的台词；大模型可以。",
      })
    return { folder, files, ...readDocument(read, context) }
  },
})

const exportCommand = defineCommand<WriteOptions & { readonly format: CardFormat }>({
  name: "export",
  description: { en: "put the folder of an import together into a file", zh: "把导入得到的文件夹合成为文件" },
  details: {
    en: "Without an edit, the format and version that it came from give the same bytes. Edits of card.json, lorebook.json and avatar.png are taken over, those of assets are not.",
    zh: "未经编辑时，以原有格式和版本导出即得到相同的字节。card.json、lorebook.json、avatar.png 的改动会写入，资源文件的改动不会。",
  },
  arguments: [{ name: "<folder>", description: { en: "folder that holds card.json", zh: "含有 card.json 的文件夹" } }],
  options: [
    {
      flags: "--format <format>",
      choices: ["png", "json", "charx"],
      isRequired: true,
      description: { en: "format of the file", zh: "文件格式" },
    },
    versionOption,
    { flags: "--out <file>", isRequired: true, description: { en: "file to write", zh: "写出的文件" } },
    {
      flags: "--picture <file>",
      description: { en: "PNG that carries the card instead of its own", zh: "用此 PNG 承载角色卡，代替原图" },
    },
    overwriteOption,
  ],
  async run(context, [folder = ""], options) {
    const { readCardFolder } = await import("../cards/index.ts")
    const { file, picture, edited } = await readCardFolder(folder)
    if (edited.length > 0)
      context.print({
        en: `Edited since the import: ${edited.join(", ")}.`,
        zh: `导入后改动过：${edited.join("、")}。`,
      })
    return {
      edited,
      ...(await writeCardAs(context, { kind: "card", file }, options.format, options.out ?? "", options, picture)),
    }
  },
})

const convert = defineCommand<WriteOptions & { readonly to: string }>({
  name: "convert",
  description: { en: "convert a card or lorebook to another format", zh: "转换角色卡或世界书的格式" },
  arguments: [{ name: "<file>", description: { en: "card or lorebook", zh: "角色卡或世界书" } }],
  options: [
    {
      flags: "--to <format>",
      choices: ["png", "json", "charx", "world", "lorebook"],
      isRequired: true,
      description: {
        en: "cards: png, json, charx; lorebooks: world (SillyTavern), lorebook (V3)",
        zh: "角色卡：png、json、charx；世界书：world（SillyTavern）、lorebook（V3）",
      },
    },
    versionOption,
    { flags: "--out <file>", isRequired: true, description: { en: "file to write", zh: "写出的文件" } },
    {
      flags: "--picture <file>",
      description: { en: "PNG that carries the card instead of its own", zh: "用此 PNG 承载角色卡，代替原图" },
    },
    overwriteOption,
  ],
  async run(context, [path = ""], options) {
    const { convertLorebook } = await import("@daydream/dream/card")
    const { cardFolderErrors, printLost, readPath, texts } = await import("../cards/index.ts")
    const { read, picture } = await readPath(path)
    const { to, out = "" } = options
    const isBook = to === "world" || to === "lorebook"
    if (read.kind === "chat" || (read.kind === "lorebook") !== isBook)
      throw cardFolderErrors.card_conversion_mismatch({ kind: read.kind, to })
    if (read.kind === "card") return writeCardAs(context, read, to as CardFormat, out, options, picture)
    const made = convertLorebook(read.file, to === "world" ? "world" : "book")
    await writeOut(out, made.bytes, options.overwrite)
    context.print({ en: `Wrote ${out}.`, zh: `已写出 ${out}。` })
    printLost(context, made.lost)
    return { out, format: to, bytes: made.bytes.length, lost: texts(made.lost, context) }
  },
})

export const card = defineCommand({
  name: "card",
  description: {
    en: "character cards, lorebooks and chats of other programs",
    zh: "其他程序的角色卡、世界书与聊天记录",
  },
  subcommands: [show, importCommand, exportCommand, convert],
})
