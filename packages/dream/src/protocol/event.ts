/**
 * Schemas of what the server sends while a session is played. Open: what is added later, an older client passes over.
 */
import { languages } from "@daydream/engine/language"
import { z } from "zod"
import { contentKinds } from "../bundle/index.ts"
import { protocolVersion } from "./model.ts"
import { named } from "./registry.ts"

const count = z.int().min(0)
const record = z.record(z.string(), z.string())

export const language = named("Language", "", z.enum(languages))
export const contentKind = named(
  "ContentKind",
  "What a dream may hold that limits can leave out.",
  z.enum(contentKinds)
)
export const origin = named(
  "Origin",
  "Where a text comes from. `selected`: a model chose among the author's lines; `reworded`: a model "
    + "worded the author's note.",
  z.enum(["authored", "selected", "reworded", "generated", "fallback"])
)

const textLabel = named(
  "TextLabel",
  "What a text's label says: show it wherever the text is shown.",
  z.object({
    isGenerated: z.boolean().describe("A model wrote the text."),
    text: z.string().describe("In the language of the session."),
  })
)

export const namedThing = named(
  "Named",
  "Something of the world, as the player perceives it.",
  z.object({ id: z.string(), name: z.string(), description: z.string() })
)

const suggestion = named(
  "Suggestion",
  "What can be done now. Take it with the input `take`.",
  z.object({
    option: z.string(),
    kind: z.enum(["choice", "topic", "move"]),
    text: z.string(),
    character: z.string().nullable().describe("With whom, of a topic."),
  })
)

const ended = z.object({ ending: z.string().nullable() }).nullable()

export const sessionState = named(
  "SessionState",
  "What one player sees of a session.",
  z.object({
    protocol: z.literal(protocolVersion),
    session: z.string(),
    dream: z.object({
      id: z.string(),
      name: z.string(),
      version: z.string().describe("A session belongs to one version of its dream."),
    }),
    language,
    turns: count.describe("Turns that were played. Send it as `expects`."),
    cursor: count.describe("The cursor of the next event: resume from here."),
    player: namedThing,
    time: z.string().describe("Time in the story."),
    place: namedThing.nullable(),
    exits: z.array(namedThing),
    characters: z.array(z.object({ ...namedThing.shape, feeling: z.string().nullable() })),
    things: z.array(z.object({ ...namedThing.shape, isHeld: z.boolean() })),
    knows: z
      .array(z.object({ fact: z.string(), text: z.string(), certainty: z.enum(["certain", "hearsay", "rumour"]) }))
      .describe("What the player's character knows, newest first."),
    suggestions: z.array(suggestion),
    canContinue: z.boolean().describe("The story paused: send the input `continue`."),
    ended,
    notice: z.string().describe("That the session is generated. Always to be shown."),
    dials: record,
    withheld: z.array(contentKind),
    players: z.array(z.object({ id: z.string(), character: z.string() })),
    next: z.string().nullable().describe("Whose turn it is; null: anybody's."),
  })
)

const base = {
  cursor: count.nullable().describe("Counts the kept events of a session from 0; null: not kept."),
  turn: count.describe("The turn to which it belongs, from 0."),
}
const output = { ...base, label: textLabel.exactOptional() }
const line = z.string().nullable().describe("The author's line, by its id.")

const outputEvents = [
  named(
    "NarrateEvent",
    "The story tells.",
    z.object({ ...output, type: z.literal("narrate"), text: z.string(), language, origin, line })
  ),
  named(
    "SayEvent",
    "Somebody speaks; the origin `player` is a player's own words.",
    z.object({
      ...output,
      type: z.literal("say"),
      character: z.string(),
      text: z.string(),
      language,
      origin: z.union([origin, z.literal("player")]),
      line,
    })
  ),
  named(
    "DoEvent",
    "Somebody does something. Comes before the words that go with it.",
    z.object({
      ...output,
      type: z.literal("do"),
      character: z.string(),
      move: z.string(),
      arguments: record,
      text: z.string(),
    })
  ),
  named(
    "FeelEvent",
    "What somebody shows. Comes before the words that go with it.",
    z.object({ ...output, type: z.literal("feel"), character: z.string(), feeling: z.string() })
  ),
  named(
    "SceneEvent",
    "The player is somewhere else now, or sees others.",
    z.object({
      ...output,
      type: z.literal("scene"),
      place: z.string().nullable(),
      characters: z.array(z.string()),
      things: z.array(z.string()),
    })
  ),
  named(
    "NoticeEvent",
    "From the interface, outside the fiction.",
    z.object({ ...output, type: z.literal("notice"), code: z.string(), text: z.string() })
  ),
  named(
    "RefusedEvent",
    "What the player wanted cannot be done in the world.",
    z.object({ ...output, type: z.literal("refused"), code: z.string(), text: z.string() })
  ),
  named(
    "EndEvent",
    "The dream has ended.",
    z.object({ ...output, type: z.literal("end"), ending: z.string().nullable() })
  ),
] as const

const turnEvent = named(
  "TurnEvent",
  "A turn began. Not kept.",
  z.object({
    ...base,
    type: z.literal("turn"),
    player: z.string(),
    text: z
      .string()
      .nullable()
      .describe("What the player said; null for other players, who hear it where their characters do."),
  })
)
const committedEvent = named(
  "CommittedEvent",
  "Everything of the turn is durable now.",
  z.object({ ...base, type: z.literal("committed"), turns: count, state: sessionState })
)
const changedEvent = named(
  "ChangedEvent",
  "The session stands elsewhere now: it was rewound, loaded, or a player joined.",
  z.object({ ...base, type: z.literal("changed"), state: sessionState })
)
const errorEvent = named(
  "ErrorEvent",
  "The turn did not happen, or a message was refused.",
  z.object({
    ...base,
    type: z.literal("error"),
    code: z.string(),
    message: z.string(),
    isRetryable: z.boolean(),
    hint: z.string().exactOptional(),
    request: z.string().exactOptional().describe("What the client named its message."),
  })
)

export const eventSchemas = [...outputEvents, turnEvent, committedEvent, changedEvent, errorEvent] as const

/** Everything that a session sends. Pass over types that you do not know. */
export const sessionEvent = named("SessionEvent", "", z.discriminatedUnion("type", eventSchemas))
