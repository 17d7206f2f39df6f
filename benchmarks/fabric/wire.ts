/**
 * Microseconds that reading a call, making an upstream's body and relaying a chunk take.
 * Usage: node --conditions=source benchmarks/fabric/wire.ts
 */
import type { Api, CallFacts, Dialect, JsonObject } from "@daydream/fabric/call"
import { countTokens, createStreamRelay, encodeCall, parseCall } from "@daydream/fabric/wire"

/** Prints the mean of `runs`, after as many to warm up. */
function measure(name: string, runs: number, run: () => unknown): void {
  for (let i = 0; i < runs; i++) run()
  const began = process.hrtime.bigint()
  for (let i = 0; i < runs; i++) run()
  const microseconds = Number(process.hrtime.bigint() - began) / 1000 / runs
  console.log(`${name.padEnd(48)} ${microseconds.toFixed(2).padStart(8)} µs`)
}

const messages = [
  { role: "system", content: "You are a helpful assistant." }, { role: "user", content: "What is the capital of France? Answer in one word." },
]
const small: JsonObject = { model: "chat", messages, stream: true, max_tokens: 64, temperature: 0 }
const parameters = { type: "object", properties: { city: { type: "string", description: "where" }, when: { type: "string" } }, required: ["city"] }
const tools = Array.from({ length: 10 }, (_, i) => ({ type: "function", function: { name: `tool_${i}`, description: "does something useful", parameters } }))
const talk = Array.from({ length: 20 }, (_, i) => ({ role: i % 2 === 0 ? "assistant" : "user", content: "some words are said here ".repeat(20) }))

const calls = {
  chat: parseCall("chat", small),
  messages: parseCall("messages", { model: "m", max_tokens: 5, stream: true, messages: messages.slice(1) }),
  responses: parseCall("responses", { model: "m", stream: true, input: "x" }),
}

measure("read a small chat call", 50_000, () => parseCall("chat", small))
measure("read a chat call of 22 messages and 10 tools", 5_000, () => parseCall("chat", { ...small, tools, messages: [...messages, ...talk] }))
measure("body for the same dialect", 50_000, () => encodeCall(calls.chat, { dialect: "openai-chat", model: "m", outputCap: 64 }))
measure("body from chat to Anthropic", 20_000, () => encodeCall(calls.chat, { dialect: "anthropic-messages", model: "m", outputCap: 64 }))

const choice = { index: 0, delta: { content: " token" }, logprobs: null, finish_reason: null }
const chatChunk = `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [choice] })}\n\n`
const event = (data: JsonObject & { type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
const messagesOpening = event({ type: "message_start", message: { id: "msg_1", model: "m", content: [], usage: { input_tokens: 3, output_tokens: 1 } } })
  + event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } })
const messagesChunk = event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: " token" } })

function measureRelay(api: Api & keyof typeof calls, dialect: Dialect): void {
  const [opening, chunk] = dialect === "openai-chat" ? ["", chatChunk] : [messagesOpening, messagesChunk]
  const open = (call: CallFacts) => {
    const relay = createStreamRelay(call, dialect, { requestId: "r", created: 1 })
    relay.push(Buffer.from(opening))
    return relay
  }
  const bytes = Buffer.from(chunk)
  let relay = open(calls[api])
  let chunks = 0
  measure(`one chunk, ${dialect} to ${api}`, 20_000, () => {
    if (++chunks % 500 === 0) relay = open(calls[api])
    relay.push(bytes)
  })
}
for (const api of ["chat", "messages", "responses"] as const) for (const dialect of ["openai-chat", "anthropic-messages"] as const) measureRelay(api, dialect)

const began = performance.now()
await countTokens("x")
console.log(`${"reading the tokenizer, once".padEnd(48)} ${(performance.now() - began).toFixed(0).padStart(8)} ms`)
