/** Schemas of what the server answers, beside events. Open, as events are. */
import { z } from "zod"
import { ratings } from "../bundle/index.ts"
import { contentKind, eventSchemas, language, namedThing, sessionEvent, sessionState } from "./event.ts"
import { protocolVersion } from "./model.ts"
import { named } from "./registry.ts"

const count = z.int().min(0)
const dateTime = z.string().describe("ISO 8601.")
const ended = z.object({ ending: z.string().nullable() }).nullable()

const dreamEntry = named(
  "DreamEntry",
  "",
  z.object({
    id: z.string(),
    name: z.string(),
    summary: z.string(),
    author: z.string(),
    languages: z.array(language),
    minutes: z.number().nullable(),
    rating: z.enum(ratings),
    contents: z.array(contentKind),
    version: z.string(),
    characters: z.array(namedThing).describe("Those that players may be."),
    dials: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        starts: z.string(),
        values: z.array(z.object({ value: z.string(), name: z.string() })),
        content: contentKind.nullable(),
      })
    ),
    isOpen: z.boolean().describe("This player may open it."),
    made: z.enum(["author", "wish"]).describe("`wish`: a model wrote the dream as a whole."),
  })
)
export const dreamList = named(
  "DreamList",
  "",
  z.object({
    protocol: z.literal(protocolVersion),
    model: z
      .string()
      .nullable()
      .describe("The model that takes part in play; null: none, only the authors' lines are said."),
    dreams: z.array(dreamEntry),
  })
)
export const sessionList = named(
  "SessionList",
  "",
  z.object({
    sessions: z.array(
      named(
        "SessionSummary",
        "",
        z.object({
          id: z.string(),
          dream: z.string(),
          language,
          turns: count,
          ended,
          createdAt: dateTime,
          playedAt: dateTime,
          from: z.object({ session: z.string(), turn: count }).nullable().describe("Where this one branched off."),
        })
      )
    ),
  })
)
export const playedTurn = named(
  "PlayedTurn",
  "A turn as one answer.",
  z.object({ events: z.array(sessionEvent), state: sessionState })
)
export const eventPage = named("EventPage", "", z.object({ events: z.array(sessionEvent), cursor: count }))
export const interrupted = named(
  "Interrupted",
  "",
  z.object({ isInterrupted: z.boolean().describe("There was a turn, and it was stopped.") })
)
const saveSlot = named("SaveSlot", "", z.object({ name: z.string(), turn: count, savedAt: dateTime }))
export const savedSlot = saveSlot
export const saveList = named("SaveList", "", z.object({ saves: z.array(saveSlot) }))
export const recap = named(
  "Recap",
  "",
  z.object({ lines: z.array(z.object({ text: z.string(), origin: z.string() })) })
)
export const memoryList = named(
  "MemoryList",
  "",
  z.object({
    memories: z.array(z.object({ id: z.string(), text: z.string(), isPinned: z.boolean(), isEdited: z.boolean() })),
  })
)
export const reportList = named(
  "ReportList",
  "",
  z.object({
    reports: z.array(
      z.object({
        id: z.string(),
        session: z.string(),
        dream: z.string(),
        version: z.string(),
        player: z.string().nullable().describe("Null after the session was removed."),
        turn: count,
        output: z.record(z.string(), z.unknown()).describe("The reported text, as an event without a cursor."),
        reason: z.string(),
        note: z.string().nullable(),
        madeAt: dateTime,
      })
    ),
  })
)
export const upgraded = named(
  "Upgraded",
  "",
  z.object({
    state: sessionState,
    lost: z.array(z.string()).describe("What of the old session has no place in the dream as it is now."),
  })
)
export const madeReport = named("MadeReport", "", z.object({ report: z.string() }))
export const invitation = named("Invitation", "", z.object({ invitation: z.string(), expiresAt: dateTime }))
export const madePlayer = named(
  "MadePlayer",
  "",
  z.object({
    player: z.string(),
    token: z.string().describe("Send it as a key. It is in this answer and nowhere else."),
    expiresAt: dateTime,
  })
)
export const playError = named(
  "PlayError",
  "",
  z.object({
    error: z.object({
      code: z.string(),
      message: z.string().describe("In English, or in Chinese where Accept-Language asks for it."),
      hint: z.string().nullable(),
      isRetryable: z.boolean(),
    }),
  })
)

const request = z.string().exactOptional()
const welcome = named(
  "Welcome",
  "The first message of a socket.",
  z.object({ type: z.literal("welcome"), protocol: z.literal(protocolVersion), state: sessionState })
)
const answers = [
  welcome,
  z.object({ type: z.literal("state"), request, state: sessionState }),
  z
    .object({ type: z.literal("resumed"), request, cursor: count })
    .describe("All kept events before this cursor were sent."),
  z.object({ type: z.literal("interrupted"), request, isInterrupted: z.boolean() }),
  z.object({ type: z.literal("pong"), request }),
] as const

/** What the server sends over a socket: events, and answers to messages. */
export const serverMessage = named(
  "ServerMessage",
  "A message from the server over a socket. Pass over types that you do not know.",
  z.discriminatedUnion("type", [...eventSchemas, ...answers])
)
