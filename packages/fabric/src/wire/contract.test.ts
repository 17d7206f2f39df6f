/** What we emit against OpenAI's published description, where it is at hand. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import { beforeAll, describe, expect, test } from "vitest"
import type { Api, CallFacts, Dialect, JsonObject } from "../call/index.ts"
import { translateAnswer } from "./answer.ts"
import { textOf } from "./check.ts"
import { encodeCall } from "./encode.ts"
import { errorBody } from "./error-body.ts"
import { wireErrors } from "./errors.ts"
import { modelList } from "./models.ts"
import { parseCall } from "./parse.ts"
import { createStreamRelay } from "./relay.ts"
import { responsesOf } from "./responses.test.support.ts"
import { callOf, chatText, chatTools, chatWhole, delta, done, eventsOf, messagesText, messagesTools, messagesWhole, options } from "./streams.test.support.ts"

const folder = process.env["DAYDREAM_DATA"] ?? fileURLToPath(new URL("../../../../../shared/data", import.meta.url))
const path = join(folder, "openai", "openapi.json")
const isThere = existsSync(path)
const skipped = isThere ? "" : ` (skipped: it is not at ${path}; DAYDREAM_DATA names the folder that holds openai/openapi.json)`

const validators = new Map<string, ValidateFunction>()
let ajv: Ajv2020

/** What is wrong with `value`; empty where it fits. */
function faultsOf(schema: string, value: unknown): string[] {
  const validate = validators.get(schema) ?? ajv.compile({ $ref: `openapi#/components/schemas/${schema}` })
  validators.set(schema, validate)
  if (validate(value)) return []
  const text = JSON.stringify(value).slice(0, 400)
  return (validate.errors ?? []).map((error) => `${schema} ${error.instancePath} ${error.message}: ${text}`)
}

/** Fields of OpenAI 3.0 that JSON Schema 2020 does not know. */
function modernise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modernise)
  if (typeof value !== "object" || value === null) return value
  // Several of the alternatives of one `oneOf` overlap there (a message item is two of them), so any may match.
  const { nullable, discriminator: _discriminator, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key === "oneOf" ? "anyOf" : key, modernise(inner)]))
  return nullable === true ? { anyOf: [rest, { type: "null" }] } : rest
}

function streamOf(api: Api, dialect: Dialect, text: string, more: JsonObject = {}): JsonObject[] {
  const relay = createStreamRelay(callOf(api, more), dialect, options)
  const out = Buffer.from(relay.push(Buffer.from(text)) ?? []).toString()
  expect(relay.isComplete).toBe(true)
  return eventsOf(out + Buffer.from(relay.finish() ?? []).toString())
}

const withoutTools = chatText(["Grüße", " 🐫"])
const cut = delta({ role: "assistant", content: "a" }) + delta({}, "length") + done
const filtered = delta({ role: "assistant", content: "a" }) + delta({}, "content_filter") + done
const reasoned = delta({ role: "assistant", reasoning_content: "Hm" }) + delta({ reasoning_content: "." }) + delta({ content: "Yes" }) + delta({ refusal: "No" }) + delta({}, "stop") + done
const sources: readonly [Dialect, string][] = [
  ["openai-chat", withoutTools], ["openai-chat", chatTools], ["openai-chat", cut], ["openai-chat", filtered], ["openai-chat", reasoned],
  ["anthropic-messages", messagesText(["a", "b"])], ["anthropic-messages", messagesTools],
  ["openai-responses", responsesOf(["a", "b"])],
]

beforeAll(() => {
  if (!isThere) return
  ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false })
  ajv.addSchema(modernise(JSON.parse(readFileSync(path, "utf8"))) as object, "openapi")
})

describe.skipIf(!isThere)(`against OpenAI's description${skipped}`, () => {
  test("chunks of chat completions", () => {
    for (const [dialect, text] of sources) {
      for (const event of streamOf("chat", dialect, text, { stream_options: { include_usage: true } })) expect(faultsOf("CreateChatCompletionStreamResponse", event)).toEqual([])
    }
  })

  test("events of Responses, numbered without a gap", () => {
    for (const [dialect, text] of sources) {
      const events = streamOf("responses", dialect, text)
      for (const event of events) {
        expect(faultsOf("ResponseStreamEvent", event)).toEqual([])
        expect(faultsOf(eventSchema(textOf(event["type"])), event)).toEqual([])
      }
      expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_, i) => i))
    }
  })

  test("failures in the middle of a stream of Responses", () => {
    const relay = createStreamRelay(callOf("responses"), "openai-chat", options)
    relay.push(Buffer.from(delta({ content: "a" })))
    for (const event of eventsOf(Buffer.from(relay.fail({ kind: "reset", message: "", afterFirstToken: true })).toString())) {
      expect(faultsOf(eventSchema(textOf(event["type"])), event)).toEqual([])
    }
  })

  test("whole answers", () => {
    for (const [dialect, json] of [["openai-chat", chatWhole], ["anthropic-messages", messagesWhole]] as const) {
      for (const [api, schema] of [["chat", "CreateChatCompletionResponse"], ["responses", "Response"]] as const) {
        const answer = translateAnswer(callOf(api), dialect, Buffer.from(JSON.stringify(json)), options)
        expect(answer.facts.failure).toBeNull()
        expect(faultsOf(schema, answer.json)).toEqual([])
      }
    }
  })

  test("embeddings, models and errors", () => {
    const embeddings = { object: "list", model: "e", data: [{ object: "embedding", index: 0, embedding: [0.5] }], usage: { prompt_tokens: 1, total_tokens: 1 } }
    const call = parseCall("embeddings", { model: "e", input: "a" })
    expect(faultsOf("CreateEmbeddingResponse", translateAnswer(call, "openai-embeddings", Buffer.from(JSON.stringify(embeddings)), options).json)).toEqual([])
    expect(faultsOf("ListModelsResponse", modelList("openai", [{ id: "a", created: 1_700_000_000_000 }]))).toEqual([])
    for (const error of [wireErrors.no_such_model({ model: "x" }), wireErrors.bad_json({}), new Error("x")]) expect(faultsOf("ErrorResponse", errorBody("chat", error))).toEqual([])
  })
})

describe.skipIf(!isThere)(`what we send upstream against OpenAI's description${skipped}`, () => {
  test("translated calls", () => {
    const schema = { type: "object", properties: { city: { type: "string" } } }
    const message: JsonObject = {
      model: "m", max_tokens: 9, system: "S", stop_sequences: ["x"], output_config: { format: { type: "json_schema", schema } },
      tools: [{ name: "weather", input_schema: schema }], tool_choice: { type: "any" },
      messages: [
        { role: "user", content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }, { type: "text", text: "x" }] },
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "weather", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: "1" }] },
      ],
    }
    const send = (call: CallFacts, dialect: Dialect) => JSON.parse(encodeCall(call, { dialect, model: "m", outputCap: 20 })) as JsonObject
    expect(faultsOf("CreateChatCompletionRequest", send(parseCall("messages", message), "openai-chat"))).toEqual([])
    const { stop_sequences: _, ...rest } = message
    expect(faultsOf("CreateResponse", send(parseCall("messages", rest), "openai-responses"))).toEqual([])
    expect(faultsOf("CreateChatCompletionRequest", send(callOf("responses"), "openai-chat"))).toEqual([])
    expect(faultsOf("CreateResponse", send(callOf("chat"), "openai-responses"))).toEqual([])
  })

  test("the check itself finds what is wrong", () => {
    expect(faultsOf("CreateChatCompletionRequest", { model: "m", messages: [{ role: "robot", content: 5 }] })).not.toEqual([])
    expect(faultsOf("ResponseTextDeltaEvent", { type: "response.output_text.delta", delta: "x" })).not.toEqual([])
    expect(faultsOf("CreateChatCompletionResponse", { id: "a" })).not.toEqual([])
  })
})

const names: Readonly<Record<string, string>> = {
  "response.output_text.delta": "ResponseTextDeltaEvent", "response.output_text.done": "ResponseTextDoneEvent", error: "ResponseErrorEvent",
}

/** `response.content_part.added` → `ResponseContentPartAddedEvent`. */
function eventSchema(type: string): string {
  return names[type] ?? `${type.split(/[._]/).map((word) => word[0]!.toUpperCase() + word.slice(1)).join("")}Event`
}
