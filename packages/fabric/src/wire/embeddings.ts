/** Reads whole answers of embeddings, and gives the vectors in the encoding that the client asked for. */
import type { JsonObject, JsonValue } from "../call/index.ts"
import { isArray, isObject } from "./check.ts"
import { malformed, type Part } from "./part.ts"
import { readOpenAiUsage } from "./usage.ts"

/** Parts of an answer of embeddings. */
export function readEmbeddings(json: JsonObject): Part[] {
  const data = json["data"]
  const isEmbedding = (row: JsonValue): boolean =>
    isObject(row) && (isArray(row["embedding"]) || typeof row["embedding"] === "string")
  if (!isArray(data) || data.length === 0 || !data.every(isEmbedding)) {
    return [malformed("The model's server sent an answer without embeddings.")]
  }
  return [
    { type: "open", id: null, model: typeof json["model"] === "string" ? json["model"] : null, created: null },
    { type: "finish", choice: 0, reason: "stop", said: "stop" },
    { type: "usage", usage: readOpenAiUsage(json["usage"]) },
    { type: "end" },
  ]
}

/**
 * `json` with its vectors in the encoding that `body` asks for; null where they are already. Clients of OpenAI ask for
 * base64 (32-bit floats, little-endian) by themselves and break where a server does not know it and sends numbers.
 */
export function recoded(body: JsonObject, json: JsonObject): JsonObject | null {
  const wantsText = body["encoding_format"] === "base64"
  const rows = json["data"] as readonly JsonObject[]
  if (rows.every((row) => (typeof row["embedding"] === "string") === wantsText)) return null
  const data = rows.map((row) => {
    const { embedding } = row
    if (typeof embedding === "string") return wantsText ? row : { ...row, embedding: numbersOf(embedding) }
    return wantsText ? { ...row, embedding: textOf(embedding as readonly JsonValue[]) } : row
  })
  return { ...json, data }
}

function textOf(vector: readonly JsonValue[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i]
    bytes.writeFloatLE(typeof value === "number" ? value : Number.NaN, i * 4)
  }
  return bytes.toString("base64")
}

function numbersOf(text: string): number[] {
  const bytes = Buffer.from(text, "base64")
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(i * 4))
}
