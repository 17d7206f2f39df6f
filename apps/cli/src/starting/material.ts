/** The mails of the demonstration: those to compile from, and some that are kept away from it altogether. */
import { mkdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { groupExamples } from "@daydream/engine/evaluation"
import type { Example } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"
import { readSpamAssassin } from "@daydream/industry/sample"
import { createTableWriter } from "@daydream/industry/table"
import type { CommandContext } from "../frame/index.ts"

const heldBackMails = 200

export interface DemonstrationFiles {
  readonly folder: string
  /** Labelled mails to compile from. */
  readonly mails: string
  /** Labelled mails that no compilation sees; copies of a mail are never on both sides. */
  readonly newMails: string
}

const columns = ["subject", "body", "label"] as const

/** Writes both tables, unless they are there. */
export async function prepareMails(context: CommandContext, stateFolder: string): Promise<DemonstrationFiles> {
  const folder = join(stateFolder, "demo")
  const files = { folder, mails: join(folder, "mails.csv"), newMails: join(folder, "new-mails.csv") }
  const isThere = (path: string) => stat(path).then(() => true, () => false)
  if ((await isThere(files.mails)) && (await isThere(files.newMails))) return files
  await mkdir(folder, { recursive: true })
  const progress = context.progress({ en: "Unpacking 6,046 real mails", zh: "正在解开 6,046 封真实邮件" })
  const examples: Example[] = []
  for await (const rows of readSpamAssassin({ abortSignal: context.abortSignal })) {
    for (const { subject = null, body = null, label } of rows)
      examples.push({ key: String(examples.length + 1), input: { subject, body }, label: String(label) })
    progress.update(examples.length)
  }
  progress.dismiss()
  const inputs = [{ name: "subject", type: "text" }, { name: "body", type: "text" }] as const
  const groups = shuffle(groupExamples(examples, { inputs }), createRandom("demonstration"))
  await write(files.newMails, groups.slice(0, heldBackMails).map((group) => group[0] as Example))
  await write(files.mails, groups.slice(heldBackMails).flat())
  return files
}

async function write(path: string, examples: readonly Example[]) {
  const writer = await createTableWriter(path, { format: "csv", columns: [...columns], escapeFormulas: false })
  await writer.write(examples.map(({ input, label }) => ({ ...input, label })))
  await writer.close()
}
