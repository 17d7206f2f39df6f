/** Everything that is done with a file of a stranger. */
import { activate, emptyLoreState, type Lorebook, type LoreMessage } from "@daydream/dream/lore"
import {
  chatMessages,
  convertCard,
  convertLorebook,
  readCardOrBook,
  resolveAssets,
  voiceExamples,
  writeCard,
} from "@daydream/dream/card"
import { isDaydreamError } from "@daydream/engine/errors"
import { createRandom } from "@daydream/engine/random"

const talk: readonly LoreMessage[] = Array.from({ length: 6 }, (_, n) => ({
  role: n % 2 === 0 ? "assistant" : "user",
  name: n % 2 === 0 ? "Mira" : "Tom",
  text: `灯 foggy night key ${n} ${"a".repeat(200)}!`,
}))

function useLore(lorebook: Lorebook, messages: readonly LoreMessage[]): void {
  const options = { char: "Mira", user: "Tom", recursive: true }
  const first = activate([lorebook], messages, emptyLoreState, createRandom("use"), options)
  activate([lorebook], [...messages, ...talk.slice(0, 1)], first.state, createRandom("use", 2), options)
}

/** Reads `bytes` and does all that can be done with them. Gives `read`, or the code of the message; any other error is thrown. */
export function useFile(bytes: Uint8Array): string {
  try {
    const read = readCardOrBook(bytes)
    if (read.kind === "chat") chatMessages(read.file)
    else if (read.kind === "lorebook") {
      useLore(read.file.lorebook, talk)
      for (const to of ["world", "book"] as const) convertLorebook(read.file, to)
    } else {
      const { file } = read
      if (Buffer.compare(writeCard(file), bytes) !== 0) throw new Error("written back with other bytes")
      voiceExamples(file.card, { user: "Tom" })
      resolveAssets(file)
      if (file.card.lorebook !== undefined) useLore(file.card.lorebook, talk)
      for (const [format, version] of [
        ["json", 2],
        ["json", 3],
        ["png", 2],
        ["png", 3],
        ["charx", 3],
      ] as const) {
        const made = convertCard(file, { format, version })
        if (readCardOrBook(made.bytes).kind !== "card") throw new Error("what was written is no card")
      }
    }
    return "read"
  } catch (error) {
    if (isDaydreamError(error)) return error.code
    throw error
  }
}
