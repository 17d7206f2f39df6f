/** A plan for tests whose answers are a function of the row alone. */
import { createHash } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import type { KeyedRow, Outcome } from "@daydream/engine/function"
import type { Plan } from "../plan/index.ts"

const classes = ["refund", "delivery", "other question"]

export interface Script {
  /** Pause before each batch, as a slow model makes. */
  readonly batchMs?: number
  /** Called with the number of rows answered so far; may throw. */
  readonly onBatch?: (rows: number) => void
}

/** Reads the column `text`; rows that say "broken" fail, about one in seven is left for review. */
export function scriptedPlan({ batchMs = 0, onBatch }: Script = {}): Pick<Plan, "task" | "runBatches"> {
  return {
    task: { signature: { inputs: [{ name: "text", type: "text" }], output: { name: "label", type: "enum", classes } } },
    async *runBatches(batches, options = {}) {
      let rows = 0
      for await (const batch of batches) {
        options.abortSignal?.throwIfAborted()
        if (batchMs > 0) await sleep(batchMs)
        rows += batch.length
        onBatch?.(rows)
        yield batch.map(answer)
      }
    },
  }
}

function answer({ key, input }: KeyedRow): Outcome {
  const digest = createHash("sha256").update(String(input["text"])).digest()
  const usage = { operations: 10, tokens: [{ modelId: "scripted", inputTokens: 2, outputTokens: 1 }] }
  const base = { key, scores: new Float64Array(), by: digest[1]! % 2 === 0 ? "cheap" : "dear", usage, cost: 3n }
  if (String(input["text"]).includes("broken")) {
    const fault = { code: "row_broken", texts: { en: "The row is broken.", zh: "这一行已损坏。" }, isRetryable: false }
    return { ...base, status: "failed", output: null, confidence: 0, fault }
  }
  const status = digest[2]! % 7 === 0 ? "review" : digest[2]! % 31 === 0 ? "other" : "answered"
  return { ...base, status, output: classes[digest[0]! % 3]!, confidence: digest.readUInt16LE(4) / 65536 }
}
