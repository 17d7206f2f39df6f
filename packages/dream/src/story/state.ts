/** Where a play of a story stands: plain JSON, so that it can be written, compared and hashed. */

/** One choice that is open. */
export interface StoryChoice {
  readonly index: number
  /** The id of the author's line. */
  readonly id: string
  readonly text: string
  readonly tags: readonly string[]
}

/** What was so when a checkpoint was passed. */
export interface CheckpointMark {
  readonly name: string
  /** How many inputs had been taken before. */
  readonly step: number
  /** Where the world stood (see `StoryWorld.mark`). */
  readonly world: number | string
  /** ink's variables, in ink's own JSON. */
  readonly variables: Readonly<Record<string, unknown>>
  /** How often what is counted was visited, by ink's path. */
  readonly visits: Readonly<Record<string, number>>
  readonly turn: number
  readonly random: number
}

export interface StoryState {
  readonly format: 1
  /** The identity of the story that it belongs to. */
  readonly story: string
  readonly seed: string
  /** How many inputs were taken. */
  readonly step: number
  readonly status: "ready" | "choosing" | "ended"
  /** Of an ended story; null where it ended without a named one. */
  readonly ending: string | null
  /** It ended to rest until the host enters a knot (`# rest`). */
  readonly isRest: boolean
  readonly choices: readonly StoryChoice[]
  /** The newest mark of each checkpoint, in the order in which they were passed last; 32 at most. */
  readonly checkpoints: readonly CheckpointMark[]
  /** ink's own state, as ink writes it. */
  readonly ink: string
}

type Fields = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)
const isTexts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === "string")
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= -1

const isChoice = (value: unknown): value is StoryChoice =>
  isRecord(value) && isCount(value.index) && typeof value.id === "string" && typeof value.text === "string" && isTexts(value.tags)

const isMark = (value: unknown): value is CheckpointMark =>
  isRecord(value) && typeof value.name === "string" && isCount(value.step) && (typeof value.world === "string" || typeof value.world === "number") &&
  isRecord(value.variables) && isRecord(value.visits) && Object.values(value.visits).every(isCount) && isCount(value.turn) && Number.isSafeInteger(value.random)

/** The state, or undefined where `value` has not the form of one. */
export function readState(value: unknown): StoryState | undefined {
  if (!isRecord(value) || value.format !== 1 || typeof value.story !== "string" || typeof value.seed !== "string") return undefined
  if (!isCount(value.step) || typeof value.ink !== "string" || !["ready", "choosing", "ended"].includes(value.status as string)) return undefined
  if (value.ending !== null && typeof value.ending !== "string") return undefined
  if (typeof value.isRest !== "boolean") return undefined
  const isWhole = Array.isArray(value.choices) && value.choices.every(isChoice) && Array.isArray(value.checkpoints) && value.checkpoints.every(isMark)
  return isWhole ? value as unknown as StoryState : undefined
}
