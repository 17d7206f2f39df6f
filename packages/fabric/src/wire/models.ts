/** Lists of models, as each API gives them. */
import type { JsonObject } from "../call/index.ts"

export interface ListedModel {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly ownedBy?: string
}

/** The body of `GET /v1/models`. `messages`: Anthropic's shape (where the client sends `anthropic-version`). */
export function modelList(api: "openai" | "messages", models: readonly ListedModel[]): JsonObject {
  if (api === "messages") {
    return {
      data: models.map((model) => modelEntry(api, model)), has_more: false,
      first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null,
    }
  }
  return { object: "list", data: models.map((model) => modelEntry(api, model)) }
}

/** The body of `GET /v1/models/{id}`. */
export function modelEntry(api: "openai" | "messages", model: ListedModel): JsonObject {
  if (api === "messages") {
    return { type: "model", id: model.id, display_name: model.id, created_at: new Date(model.created).toISOString() }
  }
  const created = Math.floor(model.created / 1000)
  return { id: model.id, object: "model", created, owned_by: model.ownedBy ?? "daydream" }
}
