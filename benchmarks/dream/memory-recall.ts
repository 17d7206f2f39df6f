/**
 * What memory finds, and how fast:
 *
 *     node --conditions=source benchmarks/dream/memory-recall.ts              # generated conversations and latency
 *     node --conditions=source benchmarks/dream/memory-recall.ts --tune       # and look for better weights
 *     node --conditions=source benchmarks/dream/memory-recall.ts --locomo locomo10.json
 */
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { openKeyedCache } from "@daydream/engine/artifact"
import type { Language } from "@daydream/engine/language"
import { withEmbeddingCache } from "@daydream/engine/model"
import type { EmbeddingModel } from "@daydream/engine/model"
import { defaultWeights } from "@daydream/dream/memory"
import type { RecallWeights } from "@daydream/dream/memory"
import { createRuntime, locateModel } from "@daydream/runtime"
import { generateConversation } from "./memory-conversations.ts"
import type { Conversation } from "./memory-conversations.ts"
import { measureLatency } from "./memory-latency.ts"
import { readLocomo } from "./memory-locomo.ts"
import { ask, byReciprocalRank, bySum, recallAtTen, tune } from "./memory-methods.ts"
import type { Asked, Method } from "./memory-methods.ts"

const { values } = parseArgs({ options: {
  locomo: { type: "string" }, tune: { type: "boolean", default: false }, cache: { type: "string" },
  "skip-latency": { type: "boolean", default: false }, "only-latency": { type: "boolean", default: false }, turns: { type: "string", default: "600" },
} })

const nothing: RecallWeights = { ...defaultWeights, words: 0, meaning: 0, recency: 0, importance: 0, presence: 0, pinned: 0 }
/** The best for reciprocal ranks, found by --tune. */
const rankWeights: RecallWeights = { ...nothing, words: 1, meaning: 0.75, recency: 0.05, presence: 2, halfLife: 14 * 24 * 3600 }

const embedderId = "all-minilm-l6-v2"
await using runtime = createRuntime({ allowDownload: false })
async function openEmbedder(): Promise<EmbeddingModel | undefined> {
  if (await locateModel(embedderId) === undefined) {
    console.log(`${embedderId} is not installed: what needs an embedder is skipped (daydream models pull ${embedderId}).`)
    return undefined
  }
  const model = await runtime.embeddingModel(embedderId)
  return values.cache === undefined ? model : withEmbeddingCache(model, await openKeyedCache(values.cache))
}
const embedder = await openEmbedder()

interface AskedBothWays {
  readonly plain: readonly Asked[]
  readonly transcript: readonly Asked[]
}

async function askAll(conversations: readonly Conversation[]): Promise<AskedBothWays> {
  const plain: Asked[] = []
  const transcript: Asked[] = []
  for (const conversation of conversations) {
    plain.push(...await ask(conversation, embedder, false))
    transcript.push(...await ask(conversation, embedder, true))
  }
  return { plain, transcript }
}

const generated = (language: Language, set: "tune" | "report", seeds: readonly number[]) =>
  seeds.map((seed) => generateConversation({ language, set, seed: String(seed), turns: Number(values.turns) }))

const withoutMeaning = (weights: RecallWeights): RecallWeights => ({ ...weights, meaning: 0 })

interface Compared {
  readonly name: string
  readonly method: Method
  readonly needsEmbedder?: boolean
  /** Over texts with the speaker's name before them. */
  readonly isTranscript?: boolean
}

const words = bySum({ ...nothing, words: 1 })
const meaning = bySum({ ...nothing, meaning: 1 })
const methods: readonly Compared[] = [
  { name: "BM25 alone", method: words },
  { name: "BM25 alone, transcript", method: words, isTranscript: true },
  { name: "embeddings alone", method: meaning, needsEmbedder: true },
  { name: "embeddings alone, transcript", method: meaning, needsEmbedder: true, isTranscript: true },
  { name: "BM25 + embeddings, transcript", method: bySum({ ...nothing, words: 1, meaning: 1 }), needsEmbedder: true, isTranscript: true },
  { name: "**fusion without embeddings**", method: bySum(withoutMeaning(defaultWeights)) },
  { name: "**fusion**", method: bySum(defaultWeights), needsEmbedder: true },
  { name: "fusion without words", method: bySum({ ...defaultWeights, words: 0 }), needsEmbedder: true },
  { name: "fusion without recency", method: bySum({ ...defaultWeights, recency: 0 }), needsEmbedder: true },
  { name: "fusion without presence", method: bySum({ ...defaultWeights, presence: 0 }), needsEmbedder: true },
  { name: "reciprocal ranks without embeddings", method: byReciprocalRank(withoutMeaning(rankWeights), 10) },
  { name: "reciprocal ranks", method: byReciprocalRank(rankWeights, 10), needsEmbedder: true },
]

function report(title: string, asked: AskedBothWays): void {
  const kinds = [...new Set(asked.plain.map((one) => one.question.kind))].toSorted((a, b) => a.localeCompare(b))
  const groups = [undefined, ...kinds].map((kind) => (all: readonly Asked[]) => all.filter((one) => kind === undefined || one.question.kind === kind))
  const counts = groups.map((group) => group(asked.plain).length)
  console.log(`\n### ${title}\n\n| evidence recall@10, % | ${["all", ...kinds].map((kind, index) => `${kind} (${counts[index]})`).join(" | ")} |`)
  console.log(`|---|${groups.map(() => "---:|").join("")}`)
  for (const { name, method, needsEmbedder, isTranscript } of methods) {
    if (needsEmbedder === true && embedder === undefined) continue
    const over = isTranscript === true ? asked.transcript : asked.plain
    console.log(`| ${name} | ${groups.map((group) => (recallAtTen(group(over), method) * 100).toFixed(1)).join(" | ")} |`)
  }
}

const day = 24 * 3600
const steps = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2]
const grid = { meaning: steps, presence: steps, recency: steps, halfLife: [1, 3, 7, 14, 30].map((days) => days * day) }

/** English with and without embedder, Chinese without: one set of weights serves them all. */
async function tuneBoth(): Promise<void> {
  const { plain: english } = await askAll(generated("en", "tune", [1, 2, 3]))
  const { plain: chinese } = await askAll(generated("zh", "tune", [1, 2, 3]))
  const goal = (toMethod: (weights: RecallWeights) => Method) => (weights: RecallWeights) =>
    recallAtTen(english, toMethod(weights)) + recallAtTen(english, toMethod(withoutMeaning(weights))) + recallAtTen(chinese, toMethod(withoutMeaning(weights)))
  const starts = [[0.5, 0.5], [1, 1.5], [0.2, 0.2]].map(([meaning = 1, presence = 1]) =>
    ({ ...nothing, words: 1, meaning, presence, recency: 0.1, halfLife: 14 * day }))
  for (const [name, toMethod] of [
    ["sum", bySum], ["ranks, k = 10", (weights: RecallWeights) => byReciprocalRank(weights, 10)],
    ["ranks, k = 60", (weights: RecallWeights) => byReciprocalRank(weights, 60)],
  ] as const) {
    const reached = goal(toMethod)
    const found = starts.map((start) => tune(start, grid, reached)).toSorted((a, b) => reached(b) - reached(a))[0] ?? nothing
    console.log(`Tuned ${name}: ${JSON.stringify(found)}, mean ${((reached(found) / 3) * 100).toFixed(1)}`)
  }
}

if (values.tune) await tuneBoth()
if (values.locomo !== undefined) {
  const { conversations, withoutEvidence } = readLocomo(readFileSync(values.locomo, "utf8"))
  report(`LoCoMo, ${conversations.length} conversations, ${withoutEvidence} questions without evidence left out`, await askAll(conversations))
} else {
  if (!values["only-latency"]) for (const language of ["en", "zh"] as const) report(`Generated, ${language}`, await askAll(generated(language, "report", [101, 102, 103, 104])))
  if (!values["skip-latency"]) {
    console.log("\n### Latency of recall, ms\n\n| holders × memories | p50 | p99 | CPU p50 | CPU p99 | keeping one | heap, MB |\n|---|---:|---:|---:|---:|---:|---:|")
    for (const [holders, each, questions] of [[100, 1000, 3000], [20, 5000, 2000], [1, 100_000, 300]] as const) {
      const one = measureLatency(holders, each, questions)
      console.log(`| ${holders} × ${each} | ${one.wall.p50.toFixed(2)} | ${one.wall.p99.toFixed(2)} | ${one.cpu.p50.toFixed(2)} | ${one.cpu.p99.toFixed(2)} | ${one.keep.toFixed(3)} | ${one.heapMb.toFixed(0)} |`)
    }
  }
}
