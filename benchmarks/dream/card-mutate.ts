/** Files to break: cards, books and chats of our own making, and seeded ways of damaging them. */
import { crc32 } from "node:zlib"
import { convertCard, readCard } from "@daydream/dream/card"
import { createRandom, type Random } from "@daydream/engine/random"

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const entry = (n: number) => ({
  keys: ["灯", `key ${n}`, "/fog(gy)?/i"],
  secondary_keys: ["night"],
  selective: n % 2 === 0,
  content: `@@depth ${n}\n@@role user\nThe lamp {{random:a,b}} ${n} {{hidden_key:灯}}`,
  extensions: {
    selectiveLogic: n % 4,
    position: n % 8,
    depth: 2,
    probability: 80,
    useProbability: true,
    sticky: 2,
    cooldown: 1,
    group: n % 3 === 0 ? "g" : "",
    delay_until_recursion: n % 2,
  },
  enabled: true,
  insertion_order: n,
  use_regex: n % 5 === 0,
  id: n,
})
const card = {
  spec: "chara_card_v3",
  spec_version: "3.0",
  data: {
    name: "Mira 米拉",
    nickname: "小米",
    description: "守灯人。{{char}} keeps the lamp.",
    personality: "quiet",
    scenario: "a cape in fog",
    first_mes: "你也看见雾了？",
    mes_example: "<START>\n{{user}}: Why?\n{{char}}: 因为还有人没回来。\n<START>\nMira: Yes.",
    creator_notes: "ours",
    system_prompt: "",
    post_history_instructions: "",
    alternate_greetings: ["a", "b"],
    tags: ["sea"],
    creator: "us",
    character_version: "1",
    extensions: { depth_prompt: { prompt: "x", depth: 3, role: "user" } },
    group_only_greetings: ["all"],
    creator_notes_multilingual: { zh: "自写" },
    source: ["s"],
    creation_date: 1,
    assets: [
      { type: "icon", uri: "ccdefault:", name: "main", ext: "png" },
      { type: "emotion", uri: "data:image/png;base64,AAAA", name: "smile", ext: "png" },
    ],
    character_book: {
      name: "cape",
      scan_depth: 3,
      token_budget: 500,
      recursive_scanning: true,
      extensions: {},
      entries: Array.from({ length: 12 }, (_, n) => entry(n)),
    },
  },
}
const world = {
  entries: Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [
      String(n),
      {
        uid: n,
        key: ["灯", "/a+/"],
        keysecondary: ["b"],
        content: `lamp ${n}`,
        order: n,
        position: n,
        probability: 50,
        useProbability: true,
        sticky: 1,
        selectiveLogic: n % 4,
        group: "g",
      },
    ]),
  ),
}
const chat = [
  { user_name: "Tom", character_name: "Mira", chat_metadata: {} },
  ...Array.from({ length: 12 }, (_, n) => ({
    name: n % 2 === 0 ? "Mira" : "Tom",
    is_user: n % 2 === 1,
    mes: `灯 fog ${n}`,
    swipes: ["a", "b"],
  })),
]

/** Valid files, by name. */
export function makeSeeds(): Readonly<Record<string, Uint8Array>> {
  const json = encode(JSON.stringify(card))
  const file = readCard(json)
  const as = (format: "png" | "json" | "charx", version: 2 | 3) => convertCard(file, { format, version }).bytes
  const flat = {
    name: "Pell",
    description: "ferry",
    personality: "",
    scenario: "",
    first_mes: "Crossing?",
    mes_example: "{{char}}: Two coins.",
  }
  return {
    "v1.json": encode(JSON.stringify(flat)),
    "v2.json": as("json", 2),
    "v3.json": encode(JSON.stringify(card, undefined, 2)),
    "v2.png": as("png", 2),
    "v3.png": as("png", 3),
    "v3.charx": as("charx", 3),
    "world.json": encode(JSON.stringify(world)),
    "lorebook.json": encode(JSON.stringify({ spec: "lorebook_v3", data: card.data.character_book })),
    "chat.jsonl": encode(chat.map((line) => JSON.stringify(line)).join("\n")),
  }
}

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)] as T

function damageBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const kind = random.integer(6)
  const at = random.integer(bytes.length)
  const length = 1 + random.integer(Math.min(64, bytes.length - at))
  if (kind === 0) return bytes.subarray(0, at)
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
  if (kind === 2) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)])
  if (kind === 3)
    return Buffer.concat([
      bytes.subarray(0, at),
      Uint8Array.from({ length }, () => random.integer(256)),
      bytes.subarray(at),
    ])
  const copy = Uint8Array.from(bytes)
  for (let i = 0; i < (kind === 4 ? 1 : length); i++)
    copy[random.integer(copy.length)] = pick([0, 1, 0x7f, 0x80, 0xff, 34, 123, random.integer(256)], random)
  return copy
}

const junk: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  2 ** 53,
  "",
  "{{char}}",
  "@@depth 1\n@@@x",
  "/(a+)+$/",
  "\uD800",
  [],
  {},
  [[[]]],
  "{{".repeat(50),
  "../../x",
  { __proto__: null, constructor: 1, toString: 2 },
  ["龙", 1, null],
]

/** JSON text with some values exchanged for others. */
function damageValues(text: string, random: Random): string {
  const share = pick([0.01, 0.05, 0.3], random)
  const change = (value: unknown): unknown => {
    if (random.next() < share) return pick(junk, random)
    if (Array.isArray(value)) return value.map(change)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        random.next() < share / 4 ? pick(["__proto__", "entries", "data", "spec", ""], random) : key,
        change(one),
      ]),
    )
  }
  return JSON.stringify(change(JSON.parse(text)))
}

/** Puts `json` into the card chunks of a PNG, checksums right, so that what comes behind the checksum is reached. */
function fillPng(bytes: Uint8Array, change: (json: string) => string): Uint8Array {
  const parts: Uint8Array[] = [bytes.subarray(0, 8)]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at)
    const content = Buffer.from(bytes.subarray(at + 4, end - 4))
    const head = /^tEXt(?:chara|ccv3)\0/u.exec(content.toString("latin1"))
    if (head === null) parts.push(bytes.subarray(at, end))
    else {
      const json = Buffer.from(content.subarray(head[0].length).toString("latin1"), "base64").toString("utf8")
      const fresh = Buffer.from(head[0] + Buffer.from(change(json), "utf8").toString("base64"), "latin1")
      const frame = Buffer.alloc(4)
      const sum = Buffer.alloc(4)
      frame.writeUInt32BE(fresh.length - 4)
      sum.writeUInt32BE(crc32(fresh))
      parts.push(frame, fresh, sum)
    }
    at = end
  }
  return Buffer.concat(parts)
}

/** The `index`-th damaged file: the same for the same index. */
export function mutate(
  seeds: Readonly<Record<string, Uint8Array>>,
  index: number,
): { readonly name: string; readonly bytes: Uint8Array } {
  const random = createRandom("card-fuzz", index)
  const name = pick(Object.keys(seeds), random)
  let bytes = seeds[name] as Uint8Array
  const asText = (change: (text: string) => string): Uint8Array => encode(change(new TextDecoder().decode(bytes)))
  const deep = random.integer(3)
  if (deep === 0 && name.endsWith(".json")) bytes = asText((text) => damageValues(text, random))
  else if (deep === 0 && name.endsWith(".png")) bytes = fillPng(bytes, (text) => damageValues(text, random))
  else if (deep === 0 && name.endsWith(".jsonl"))
    bytes = asText((text) =>
      text
        .split("\n")
        .map((line) => damageValues(line, random))
        .join("\n"),
    )
  else if (deep === 1 && name.endsWith(".png"))
    bytes = fillPng(bytes, (text) => new TextDecoder().decode(damageBytes(encode(text), random)))
  else for (let i = 1 + random.integer(3); i > 0 && bytes.length > 0; i--) bytes = damageBytes(bytes, random)
  return { name, bytes }
}
