/**
 * Tokens a second of a language model: threads, and answers that grow side by side.
 *
 *     node --conditions=source benchmarks/runtime/language-model.ts [--model qwen2.5-coder-0.5b] [--threads 1,2]
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { createRuntime } from "@daydream/runtime"
import type { Runtime } from "@daydream/runtime"

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "qwen2.5-coder-0.5b" },
    threads: { type: "string", default: Array.from({ length: availableParallelism() }, (_, i) => i + 1).join(",") },
    tokens: { type: "string", default: "48" },
  },
})
const maxOutputTokens = Number(values.tokens)
const user = (text: string) => [{ role: "user" as const, content: [{ type: "text" as const, text }] }]
const classes = ["refund", "delivery", "payment", "account", "complaint", "other"]

async function measure(runtime: Runtime, threads: number): Promise<void> {
  const opening = performance.now()
  const model = await runtime.languageModel(values.model)
  const say = (what: string) => console.log(`${values.model}, ${threads} threads: ${what}`)
  say(`opened in ${((performance.now() - opening) / 1000).toFixed(1)} s, ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB in use`)
  const time = async (work: () => Promise<number>): Promise<number> => {
    const start = performance.now()
    return (await work()) / ((performance.now() - start) / 1000)
  }
  const write = async (n: number) => {
    const { usage } = await model.doGenerate({ prompt: user(`Write a poem about the number ${n}.`), maxOutputTokens })
    return usage.outputTokens.total ?? 0
  }
  const long = "The parcel was sent on Monday, came to the wrong house and went back. ".repeat(24)
  const reading = await time(async () => {
    const { usage } = await model.doGenerate({ prompt: user(long), maxOutputTokens: 1 })
    return usage.inputTokens.noCache ?? 0
  })
  say(`reads ${reading.toFixed(0)} tokens/s`)
  say(`writes ${(await time(() => write(1))).toFixed(1)} tokens/s alone`)
  const together = async () => (await Promise.all([2, 3, 4, 5].map(write))).reduce((sum, tokens) => sum + tokens, 0)
  say(`writes ${(await time(together)).toFixed(1)} tokens/s in four answers side by side`)
  const score = async (rows: number) => {
    for (let row = 0; row < rows; row++) {
      const prompt = [{ role: "system" as const, content: `Answer with one of: ${classes.join(", ")}.` }, ...user(`Where is parcel ${row}?`)]
      await model.scoreContinuations({ prompt, continuations: classes })
    }
    return rows
  }
  say(`scores ${classes.length} classes of ${(await time(() => score(8))).toFixed(1)} short rows/s`)
}

for (const threads of values.threads.split(",").map(Number)) {
  await using runtime = createRuntime({ threads, contextTokens: 1024 })
  await measure(runtime, threads)
}
