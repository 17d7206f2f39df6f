/**
 * The embedded model behind fabric: how much more several clients get than one, and how much sooner a call begins whose
 * beginning was read before.
 *
 *     npx node --conditions=source benchmarks/runtime/batching.ts [--model qwen2.5-coder-0.5b] [--threads 1] [--rounds 3] [--clients 4]
 */
import { parseArgs } from "node:util"
import { createEmbeddedUpstream } from "@daydream/fabric/upstream"
import type { Upstream } from "@daydream/fabric/upstream"
import { createRuntime } from "@daydream/runtime"

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "qwen2.5-coder-0.5b" }, threads: { type: "string" }, rounds: { type: "string", default: "3" },
    clients: { type: "string", default: "4" }, tokens: { type: "string", default: "64" },
  },
})
const [rounds, clients, tokens] = [Number(values.rounds), Number(values.clients), Number(values.tokens)]
const timeouts = { connectMs: 120_000, firstTokenMs: 300_000, stallMs: 300_000, totalMs: 600_000 }

interface Seen {
  readonly firstTokenMs: number
  readonly totalMs: number
  readonly outputTokens: number
  readonly cachedTokens: number
  readonly promptTokens: number
}

/** One streamed call, as the gateway makes it. */
async function ask(upstream: Upstream, content: string, most: number): Promise<Seen> {
  const start = performance.now()
  const { body } = await upstream.call({
    dialect: "openai-chat", model: values.model, isStream: true, headers: {}, requestId: "benchmark",
    body: JSON.stringify({
      model: values.model, messages: [{ role: "user", content }], max_tokens: most, temperature: 0, stream: true,
      stream_options: { include_usage: true },
    }),
  }, { signal: new AbortController().signal, timeouts })
  let [text, firstTokenMs] = ["", 0]
  for await (const chunk of body) {
    if (firstTokenMs === 0) firstTokenMs = performance.now() - start
    text += Buffer.from(chunk).toString()
  }
  const usage = JSON.parse(/^data: (\{.*"choices":\[\],.*\})$/m.exec(text)?.[1] ?? "{}") as {
    usage: { prompt_tokens: number; completion_tokens: number; prompt_tokens_details: { cached_tokens: number } }
  }
  return {
    firstTokenMs, totalMs: performance.now() - start, outputTokens: usage.usage.completion_tokens,
    promptTokens: usage.usage.prompt_tokens, cachedTokens: usage.usage.prompt_tokens_details.cached_tokens,
  }
}

interface Rate {
  readonly perSecond: number
  /** Of processor time: what other work on the machine takes does not count. */
  readonly perCpuSecond: number
}

/** Output tokens a second of so many clients at once. */
async function rate(upstream: Upstream, count: number, seed: number): Promise<Rate> {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  const seen = await Promise.all(Array.from({ length: count }, (_, index) =>
    ask(upstream, `Write a long story about a ship with the number ${seed * 100 + index}.`, tokens)))
  const written = seen.reduce((sum, { outputTokens }) => sum + outputTokens, 0)
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: written / ((performance.now() - start) / 1000), perCpuSecond: written / ((user + system) / 1e6) }
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number
const prefix = (round: number) => `Report ${round}. ${"The parcel was sent on Monday, came to the wrong house and went back. ".repeat(64)}`

await using runtime = createRuntime({
  contextTokens: 2048, sequences: clients, ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
})
const upstream = createEmbeddedUpstream(runtime)
await ask(upstream, "Say hello.", 4)
const [gains, cpuGains, sooner]: [number[], number[], number[]] = [[], [], []]
for (let round = 1; round <= rounds; round++) {
  const alone = await rate(upstream, 1, round * 2)
  const together = await rate(upstream, clients, round * 2 + 1)
  gains.push(together.perSecond / alone.perSecond)
  cpuGains.push(together.perCpuSecond / alone.perCpuSecond)
  const told = ({ perSecond, perCpuSecond }: Rate) => `${perSecond.toFixed(1)} tokens/s (${perCpuSecond.toFixed(1)} a processor second)`
  console.log(`round ${round}: one client ${told(alone)}, ${clients} clients ${told(together)}: ${gains.at(-1)?.toFixed(2)} times`)
}
for (let round = 1; round <= rounds; round++) {
  const cold = await ask(upstream, `${prefix(round)}Who sent it?`, 4)
  const warm = await ask(upstream, `${prefix(round)}Where did it go?`, 4)
  sooner.push(cold.firstTokenMs / warm.firstTokenMs)
  console.log(`round ${round}: prompt of ${cold.promptTokens} tokens, first token after ${cold.firstTokenMs.toFixed(0)} ms; `
    + `the next with ${warm.cachedTokens} of them known after ${warm.firstTokenMs.toFixed(0)} ms (${sooner.at(-1)?.toFixed(1)} times sooner)`)
}
console.log(`${clients} clients get ${median(gains).toFixed(2)} times the tokens/s of one (goal 1.8; ${median(cpuGains).toFixed(2)} by processor time); `
  + `a known beginning starts ${median(sooner).toFixed(1)} times sooner (goal 8)`)
