/** Reads the body of `POST /v1/embeddings`. */
import type { CallFacts, JsonObject, JsonValue } from "../call/index.ts"
import { isAbsent, isArray, listAt, modelIn, numberIn, oneOf, refuse } from "./check.ts"
import { weigh, type WorstCase } from "./weigh.ts"

const mostInputs = 2_048
const mostTokens = 2_000_000
const encodings = new Set(["float", "base64"])

export function parseEmbeddings(body: JsonObject, worst: WorstCase): CallFacts {
  const model = modelIn(body)
  const tokens = weighInput(body["input"], worst)
  if (!isAbsent(body["encoding_format"])) oneOf(body["encoding_format"], "encoding_format", encodings)
  numberIn(body, "dimensions", 1, 1_000_000, "integer")
  // The rest (task descriptions of some servers) is weighed as any text, and its nesting is bounded.
  const { input: _, ...rest } = body
  return {
    api: "embeddings", model, body, isStream: false, choices: 1, outputCap: null, prefixKey: "",
    mostInputTokens: tokens + weigh(rest, 0, worst).tokens,
    requestClass: "interactive",
    needs: { tools: false, structured: false, images: false, audio: false },
  }
}

function weighInput(input: JsonValue | undefined, worst: WorstCase): number {
  if (isAbsent(input)) refuse("input", "is missing.", "缺少该字段。")
  if (typeof input === "string") return weighText(input, "input", worst)
  const list = listAt(input, "input", typeof (input as JsonValue[])[0] === "number" ? mostTokens : mostInputs)
  if (typeof list[0] === "number") return weighIds(list, "input", worst)
  let sum = 0
  for (let i = 0; i < list.length; i++) {
    const item = list[i]
    if (typeof item === "string") sum += weighText(item, `input[${i}]`, worst)
    else if (isArray(item)) sum += weighIds(listAt(item, `input[${i}]`, mostTokens), `input[${i}]`, worst)
    else refuse(`input[${i}]`, "must be a string or an array of token numbers.", "必须是字符串或词元编号的数组。")
  }
  return sum
}

function weighText(text: string, param: string, worst: WorstCase): number {
  if (text === "") refuse(param, "must not be empty.", "不能为空。")
  return Buffer.byteLength(text) + worst.perMessage
}

function weighIds(ids: readonly JsonValue[], param: string, worst: WorstCase): number {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0) {
      refuse(`${param}[${i}]`, "must be a token number.", "必须是词元编号。")
    }
  }
  // A server may turn numbers back into text and that into its own tokens: a token is seldom longer than 16 bytes.
  return ids.length * 16 + worst.perMessage
}
