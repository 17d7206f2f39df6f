/** How long recall takes in memories of 100,000 entries, without embedding the query. */
import { performance } from "node:perf_hooks"
import { createRandom } from "@daydream/engine/random"
import type { Random } from "@daydream/engine/random"
import { createHolderMemory } from "@daydream/dream/memory"
import type { HolderMemory } from "@daydream/dream/memory"
import { generateConversation } from "./memory-conversations.ts"
import type { Conversation } from "./memory-conversations.ts"

const dimensions = 384

const vectorOf = (random: Random) => Float32Array.from({ length: dimensions }, () => random.next() - 0.5)

function fill(conversation: Conversation, count: number, random: Random): HolderMemory {
  const memory = createHolderMemory("listener")
  for (let index = 0; index < count; index++) {
    const turn = conversation.turns[index % conversation.turns.length]
    if (turn === undefined) break
    const id = `t${index}`
    memory.add({ type: "episode", id, at: index * 60, journalIndex: index, text: `${turn.speaker}${conversation.colon}${turn.text}`,
      importance: random.next(), source: "told", toldBy: turn.speaker, present: conversation.speakers })
    memory.setVector(id, vectorOf(random), "random")
  }
  return memory
}

export interface Quantiles {
  readonly p50: number
  readonly p99: number
}

function quantiles(times: number[]): Quantiles {
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

/** Milliseconds of processor time of this thread. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

export interface Latency {
  readonly holders: number
  readonly each: number
  /** Milliseconds on the wall, and of the thread's own processor time: on a busy machine they differ. */
  readonly wall: Quantiles
  readonly cpu: Quantiles
  /** Milliseconds a memory to keep and index. */
  readonly keep: number
  readonly heapMb: number
}

/** English and Chinese holders in turn; every question asks by words, meaning, and who was there. */
export function measureLatency(holders: number, each: number, questions: number): Latency {
  const random = createRandom("memory-latency", holders, each)
  const conversations = Array.from({ length: holders }, (_, index) => generateConversation({
    language: index % 2 === 0 ? "en" : "zh", set: "report", seed: `latency-${index}`, turns: Math.min(each, 5000) }))
  const start = performance.now()
  const memories = conversations.map((conversation) => fill(conversation, each, random))
  const keep = (performance.now() - start) / (holders * each)
  const wall: number[] = []
  const cpu: number[] = []
  for (let index = -200; index < questions; index++) {
    const holder = random.integer(holders)
    const conversation = conversations[holder] as Conversation
    const question = conversation.questions[random.integer(conversation.questions.length)]
    const vector = vectorOf(random)
    const begin = performance.now()
    const cpuBegin = threadTime()
    memories[holder]?.recall({ text: question?.text ?? "", vector, now: each * 60, present: conversation.speakers.slice(0, 2),
      about: conversation.speakers.filter((name) => question?.text.includes(name)) })
    if (index < 0) continue
    cpu.push(threadTime() - cpuBegin)
    wall.push(performance.now() - begin)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { holders, each, wall: quantiles(wall), cpu: quantiles(cpu), keep, heapMb: (heapUsed + arrayBuffers) / 2 ** 20 }
}
