/**
 * The store edge of memory: appending turns, loading a holder cold, and asking again when one memory came to it.
 * `memory-store.ts [memories]`
 */
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { openStore } from "@daydream/engine/storage"
import type { EmbeddingModel } from "@daydream/engine/model"
import { createRandom } from "@daydream/engine/random"
import { createMemoryStore, createPostgresVault, openFolderVault } from "@daydream/dream/memory"
import { generateConversation } from "./memory-conversations.ts"

const count = Number(process.argv[2] ?? 5000)
const folder = await mkdtemp(join(tmpdir(), "daydream-bench-memory-"))
await chmod(folder, 0o755)
const store = await openStore({ folder: join(folder, "store") })
const { turns } = generateConversation({ language: "zh", set: "report", seed: "store", turns: count })
const random = createRandom("memory-store")
/** Vectors of no meaning: only their size matters here. */
const embedder: EmbeddingModel = {
  specificationVersion: "v4", provider: "benchmark", modelId: "random-384", maxEmbeddingsPerCall: 256, supportsParallelCalls: true,
  doEmbed: async ({ values }) => ({ embeddings: values.map(() => Array.from({ length: 384 }, () => random.next() - 0.5)), warnings: [] }),
}
const timed = async <T>(work: () => Promise<T>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}
const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

console.log("| vault | append one, ms (median) | load cold, ms | one new, then recall, ms (median) | forget one, ms (median) |\n|---|---:|---:|---:|---:|")
for (const vault of [await createPostgresVault(store), await openFolderVault(join(folder, "vault"))]) {
  const session = vault.joinsTransaction ? "store" : "folder"
  const open = () => createMemoryStore(store, { vault, embedder })
  const memories = await open()
  const event = (index: number) => ({ type: "episode" as const, id: `t${index}`, at: index, journalIndex: index, text: turns[index % turns.length]?.text ?? "",
    importance: 0.5, source: "told" as const })
  const append = (from: number, to: number) => store.transaction((transaction) => memories.append(transaction, session,
    Array.from({ length: to - from }, (_, index) => ({ holder: "mira", event: event(from + index) }))))
  for (let from = 0; from < count; from += 500) await append(from, Math.min(count, from + 500))
  await memories.embed(session, "mira")
  const cold = await timed(async () => (await open()).view(session, "mira"))
  const appends: number[] = []
  const recalls: number[] = []
  const forgets: number[] = []
  for (let n = 0; n < 40; n++) {
    appends.push(await timed(() => append(count + n, count + n + 1)))
    recalls.push(await timed(() => memories.recall(session, "mira", { text: "谁提到过灯塔？", now: count + n })))
  }
  for (let n = 0; n < 10; n++) forgets.push(await timed(() => memories.forget(session, [`t${n}`])))
  console.log(`| ${session} | ${median(appends).toFixed(1)} | ${cold.toFixed(0)} | ${median(recalls).toFixed(1)} | ${median(forgets).toFixed(0)} |`)
  if ("close" in vault && typeof vault.close === "function") await vault.close()
}
await store.close()
await rm(folder, { recursive: true, force: true })
