/** Embeddings of a model in this process, told as OpenAI's API tells them. */
import type { EmbeddingModelV4 } from "@ai-sdk/provider"
import type { UpstreamResponse } from "../upstream.ts"
import { refuse, wrong } from "./body-fault.ts"
import { jsonResponse } from "./chat.ts"
import type { ChatContext } from "./chat.ts"
import { parseBody } from "./read-body.ts"

function textsOf(input: unknown): readonly string[] {
  const texts: unknown[] = Array.isArray(input) ? input : [input]
  if (texts.length > 0 && texts.every((text) => typeof text === "string" && text !== "")) return texts as string[]
  throw wrong("input", "a text or a list of texts, none of them empty")
}

const inBase64 = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString("base64")

/** Answers a call for embeddings. Throws faults. */
export async function embeddings(open: (id: string) => Promise<EmbeddingModelV4>, { request, deadlines }: ChatContext): Promise<UpstreamResponse> {
  const model = await deadlines.race(open(request.model))
  const body = parseBody(request.body)
  const texts = textsOf(body["input"])
  if (body["dimensions"] !== undefined) throw refuse("unsupported_value", "`dimensions` is not supported by this model.")
  deadlines.opened()
  const most = (await model.maxEmbeddingsPerCall) ?? texts.length
  const vectors: (readonly number[])[] = []
  let tokens: number | undefined = 0
  for (let start = 0; start < texts.length; start += most) {
    const result = await deadlines.race(model.doEmbed({ values: texts.slice(start, start + most), abortSignal: deadlines.signal }))
    for (const vector of result.embeddings) vectors.push(vector)
    tokens = tokens === undefined || result.usage === undefined ? undefined : tokens + result.usage.tokens
  }
  deadlines.close()
  const write = body["encoding_format"] === "base64" ? inBase64 : (vector: readonly number[]) => vector
  return jsonResponse(JSON.stringify({
    object: "list", model: request.model,
    data: vectors.map((vector, index) => ({ object: "embedding", index, embedding: write(vector) })),
    ...(tokens === undefined ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
  }))
}
