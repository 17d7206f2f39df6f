/** AI functions as the gateway sees them: something that answers rows. */
import type { Nano } from "@daydream/engine/money"
import type { JsonObject, JsonValue, MeteredTokens } from "../call/index.ts"

/** What a function says of one row. */
export interface FunctionAnswer {
  /** `review` and `other`: unsure; `output` is then a guess. `failed`: see `fault`. */
  readonly status: "answered" | "review" | "other" | "failed"
  readonly output: JsonValue
  /** Calibrated probability in [0, 1] that `output` is right. */
  readonly confidence: number
  /** The variant that answered. */
  readonly by: string
  readonly fault?: { readonly code: string; readonly message: string }
}

export interface FunctionRun {
  readonly answers: readonly FunctionAnswer[]
  readonly tokens: MeteredTokens
  /** What the run cost us. */
  readonly cost: Nano
}

export interface ServedFunction {
  readonly name: string
  /** Name of its one input where a plain text can stand for a row; null where a row needs more. */
  readonly textInput: string | null
  /** Worst case for these rows. A tenant is never charged more, whatever they cost. */
  mostCost(rows: readonly JsonObject[]): Nano
  /** The same in tokens that a run reports, with all that a variant's prompt adds; default: the rows' bytes, and 4,096 a row. */
  mostTokens?(rows: readonly JsonObject[]): { readonly input: number; readonly output: number }
  /** One answer for each row, in order. Throws an error with `bad_request` where rows do not fit the inputs. */
  run(rows: readonly JsonObject[], options: { readonly signal: AbortSignal }): Promise<FunctionRun>
}

export interface FunctionHost {
  find(name: string): ServedFunction | undefined
  names(): readonly string[]
}
