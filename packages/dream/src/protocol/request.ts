/**
 * Schemas of what a client sends. Strict: what is not known is refused, so that no misspelt field is lost without a
 * word.
 */
import { z } from "zod"
import { contentKind, language } from "./event.ts"
import { named } from "./registry.ts"

/** Ids that a host chooses for its players. */
export const playerIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/

const id = z.string().min(1).max(64)
const count = z.int().min(0)
/** No NUL, and no half of a surrogate pair: neither is text. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "must be text")
const inputTextLength = 2_000

export const playerId = z.string().regex(playerIdPattern, "must be 1 to 64 letters, digits and . _ : @ -")
export const ageBand = named(
  "AgeBand",
  "`child`: under 14; `teen`: 14 to 17; `adult`: from 18; `unknown` is treated as a teen.",
  z.enum(["child", "teen", "adult", "unknown"])
)

export const playerInput = named(
  "PlayerInput",
  "What a player says or does.",
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("begin") }).describe("The first input of a session."),
    z.strictObject({ kind: z.literal("say"), text: text(inputTextLength), to: id.exactOptional() }),
    z.strictObject({ kind: z.literal("take"), option: text(600) }).describe("A suggestion of the state."),
    z.strictObject({
      kind: z.literal("do"),
      move: id,
      arguments: z
        .record(id, text(200))
        .refine((value) => Object.keys(value).length <= 16, "must hold at most 16 fields"),
    }),
    z.strictObject({ kind: z.literal("continue") }),
    z.strictObject({ kind: z.literal("wait"), seconds: z.int().min(1).max(86_400).exactOptional() }),
  ])
)

const sessionRules = named(
  "SessionRules",
  "How several players share a session.",
  z.strictObject({
    turns: z.enum(["free", "round"]).describe("`free`: whoever speaks first; `round`: one after the other."),
    rewind: z
      .enum(["owner", "all"])
      .describe("Who may take turns back: who opened the session, or everybody together."),
  })
)

export const openSession = named(
  "OpenSession",
  "",
  z.strictObject({
    dream: id,
    language: language.exactOptional(),
    seed: text(200)
      .exactOptional()
      .describe("Equal seeds and inputs give equal journals; made at random where not given."),
    dials: z.record(id, id).exactOptional(),
    without: z.array(contentKind).max(16).exactOptional().describe("Kinds that are not wanted."),
    character: id.exactOptional(),
    rules: sessionRules.exactOptional(),
    age: ageBand.exactOptional().describe("Of the player for whom a key acts; a player's token has it inside."),
  })
)

const expects = count
  .exactOptional()
  .describe("Turns that the client has seen; where the session has moved on, nothing is played.")
/** As in the header Idempotency-Key. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 printable ASCII characters")

export const playTurn = named("PlayTurn", "", z.strictObject({ input: playerInput, expects }))
export const retryTurn = named(
  "RetryTurn",
  "",
  z.strictObject({
    input: playerInput.exactOptional().describe("In place of the last one: an edit of what the player said."),
    expects,
  })
)
export const nothing = named("Nothing", "", z.strictObject({}))
export const rewind = named("Rewind", "", z.strictObject({ turn: count.describe("So many turns are kept.") }))
export const branch = named("Branch", "", z.strictObject({ turn: count.exactOptional() }))
export const saveName = named("SaveName", "", z.strictObject({ name: text(100).min(1) }))
export const memoryChange = named(
  "MemoryChange",
  "",
  z.strictObject({
    holder: id.describe("The character whose memory it is."),
    isPinned: z.boolean().exactOptional(),
    text: text(2_000).exactOptional(),
    importance: z.number().min(0).max(1).exactOptional(),
  })
)
export const newReport = named(
  "NewReport",
  "",
  z.strictObject({
    event: count.describe("The cursor of the text."),
    reason: text(100).min(1),
    note: text(2_000).exactOptional(),
  })
)
export const newInvitation = named(
  "NewInvitation",
  "",
  z.strictObject({
    character: id.exactOptional().describe("Whom the new player is; the first that is free unless said."),
    minutes: z.int().min(1).max(10_080).exactOptional().describe("For so long it is good; 1,440 unless said."),
  })
)
export const joinSession = named(
  "JoinSession",
  "",
  z.strictObject({ invitation: text(1_000), age: ageBand.exactOptional() })
)
export const newPlayer = named(
  "NewPlayer",
  "",
  z.strictObject({
    player: playerId.exactOptional().describe("Your user's id; a guest's is made where not given."),
    age: ageBand.exactOptional(),
    without: z.array(contentKind).max(16).exactOptional().describe("Kinds that this player never meets."),
    dreams: z.array(id).max(100).exactOptional().describe("The only dreams that this player may open."),
    minutes: z.int().min(1).max(1_440).exactOptional().describe("For so long the token is good; 120 unless said."),
  })
)

const request = z.string().min(1).max(64).exactOptional().describe("Your name of this message; its answer carries it.")

/** What a client sends over a socket. */
export const clientMessage = named(
  "ClientMessage",
  "A message to the server over a socket.",
  z.discriminatedUnion("type", [
    z
      .strictObject({
        type: z.literal("play"),
        request,
        input: playerInput,
        key: idempotencyKey.exactOptional(),
        expects,
      })
      .describe("Plays a turn."),
    z
      .strictObject({
        type: z.literal("retry"),
        request,
        input: playerInput.exactOptional(),
        key: idempotencyKey.exactOptional(),
        expects,
      })
      .describe("Plays the last turn again."),
    z.strictObject({ type: z.literal("interrupt"), request }).describe("Stops the turn that is being played."),
    z
      .strictObject({ type: z.literal("resume"), request, cursor: count })
      .describe("Sends the kept events from this cursor on."),
    z.strictObject({ type: z.literal("state"), request }).describe("Asks for the state."),
    z.strictObject({ type: z.literal("ping"), request }),
  ])
)
