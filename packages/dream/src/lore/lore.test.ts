import { createRandom } from "@daydream/engine/random"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import {
  activate,
  emptyLoreState,
  expandMacros,
  readDecorators,
  readLorebook,
  type LoreMessage,
  type LoreOptions,
  type LoreState,
} from "./index.ts"

type Raw = Record<string, unknown>
const book = (entries: readonly Raw[], more: Raw = {}, id = "b") =>
  readLorebook(
    { entries: entries.map((entry, i) => ({ id: i, content: `text ${i}`, insertion_order: i, ...entry })), ...more },
    id,
  )
const world = (entries: readonly Raw[], id = "w") =>
  readLorebook(
    {
      entries: Object.fromEntries(
        entries.map((entry, i) => [String(i), { uid: i, key: [], content: `text ${i}`, order: i, ...entry }]),
      ),
    },
    id,
  )
const say = (...texts: string[]): LoreMessage[] =>
  texts.map((text, i) => ({ role: i % 2 === 0 ? "assistant" : "user", name: i % 2 === 0 ? "Mira" : "Tom", text }))
const names = { char: "Mira", user: "Tom" }
const run = (
  books: ReturnType<typeof book>[] | ReturnType<typeof book>,
  messages: LoreMessage[],
  options: Partial<LoreOptions> = {},
  state: LoreState = emptyLoreState,
  seed = 1,
) =>
  activate(Array.isArray(books) ? books : [books], messages, state, createRandom("test", seed), {
    ...names,
    ...options,
  })
const found = (...args: Parameters<typeof run>) => run(...args).placed.map((one) => one.entry)

test("an entry is found by any of its keys, in the last messages alone", () => {
  const lore = book([{ keys: ["dragon", "wyrm"] }, { keys: ["harbour"] }])
  expect(found(lore, say("a DRAGON flew"))).toEqual(["0"])
  expect(found(lore, say("a dragon", "b", "c"), { scanDepth: 2 })).toEqual([])
  expect(found(book([{ keys: ["dragon"] }], { scan_depth: 3 }), say("a dragon", "b", "c"), { scanDepth: 1 })).toEqual([
    "0",
  ])
  expect(found(lore, say("dragon"), { scanDepth: 0 })).toEqual([])
  expect(found(book([{ keys: ["dragon"], case_sensitive: true }]), say("Dragon"))).toEqual([])
  expect(found(book([{ keys: ["dragon"], enabled: false, constant: true }]), say("dragon"))).toEqual([])
})

test("whole words are told by the letters beside them, and Chinese has no such border", () => {
  const lore = book([{ keys: ["king"] }, { keys: ["龙"] }, { keys: ["rock-salt"] }])
  const whole = { wholeWords: true }
  expect(found(lore, say("to my liking"), whole)).toEqual([])
  expect(found(lore, say("long live the king!"), whole)).toEqual(["0"])
  expect(found(lore, say("这位king很老"), whole)).toEqual(["0"])
  expect(found(lore, say("一条恐龙王"), whole)).toEqual(["1"])
  expect(found(lore, say("rock-salts"), whole)).toEqual([])
  expect(found(lore, say("liking")), "without the rule").toEqual(["0"])
})

test.each([
  [0, "a b", true],
  [0, "a", false],
  [3, "a b c", true],
  [3, "a b", false],
  [2, "a", true],
  [2, "a b", false],
  [1, "a b", true],
  [1, "a b c", false],
])("secondary keys under logic %i: %j gives %s", (logic, text, isFound) => {
  const lore = world([{ key: ["a"], keysecondary: ["b", "c"], selective: true, selectiveLogic: logic }])
  expect(found(lore, say(text), { includesNames: false }).length === 1).toBe(isFound)
})

test("secondary keys count only where the entry is selective, and not beside expressions", () => {
  expect(found(book([{ keys: ["a"], secondary_keys: ["zzz"], selective: false }]), say("a"))).toEqual(["0"])
  expect(found(book([{ keys: ["a"], secondary_keys: ["zzz"], selective: true, use_regex: true }]), say("a"))).toEqual([
    "0",
  ])
})

test("expressions: keys of the entry, keys between slashes, and what SillyTavern means by use_regex", () => {
  expect(found(book([{ keys: ["dra(gon|ke)s?"], use_regex: true }]), say("drakes"))).toEqual(["0"])
  expect(found(book([{ keys: ["/dra(gon|ke)s?/i"] }]), say("DRAKES"))).toEqual(["0"])
  expect(found(book([{ keys: ["a", "("], use_regex: true }]), say("a")), "an invalid one makes no match").toEqual([])
  expect(found(book([{ keys: ["c.t"], use_regex: true, extensions: { selectiveLogic: 0 } }]), say("cat"))).toEqual([])
  expect(found(book([{ keys: ["/\\x01{{user}}:[^\\x01]*?hello/"] }]), say("hello", "nothing"))).toEqual([])
  expect(found(book([{ keys: ["/\\x01{{user}}:[^\\x01]*?hello/"] }]), say("nothing", "well hello"))).toEqual(["0"])
})

test("an evil expression is told and stops nothing", () => {
  const evil = book([
    { keys: ["(a+)+\\1+\\1+b$"], use_regex: true },
    { keys: ["^(a+)+$"], use_regex: true },
    { keys: ["a"] },
  ])
  const { placed, refused } = run(evil, say("a".repeat(20_000)), { includesNames: false })
  expect(placed.map((one) => one.entry)).toEqual(["2"])
  expect(refused.map((one) => one.refusal)).toEqual(["bad_regex", "no_key"])
})

test("constant entries stand always; the more important go first where the budget is short", () => {
  const long = "word ".repeat(8).trim()
  const lore = book(
    [
      { constant: true, content: long },
      { keys: ["a"], content: long, priority: 1 },
      { keys: ["a"], content: long, priority: 5 },
    ],
    { token_budget: 25 },
  )
  expect(found(lore, say("a"))).toEqual(["0", "2"])
  expect(run(lore, say("a")).refused).toMatchObject([{ entry: "1", refusal: "budget" }])
  const ignoring = world([
    { constant: true, content: long },
    { key: ["a"], content: long, ignoreBudget: true },
  ])
  expect(found(ignoring, say("a"), { tokenBudget: 10 })).toEqual(["0", "1"])
})

test("order places entries, the lower the earlier; equal ones by book", () => {
  const first = book(
    [
      { keys: ["a"], insertion_order: 5 },
      { keys: ["a"], insertion_order: -1 },
    ],
    {},
    "x",
  )
  const second = book([{ keys: ["a"], insertion_order: 5 }], {}, "y")
  expect(run([first, second], say("a")).placed.map((one) => `${one.book}${one.entry}`)).toEqual(["x1", "x0", "y0"])
})

test("chance follows the seed and is near what it says", () => {
  const lore = world([
    { key: ["a"], probability: 30, useProbability: true },
    { key: ["a"], probability: 0, useProbability: false },
    { key: ["a"], probability: 0 },
  ])
  const hits = Array.from({ length: 2_000 }, (_, i) => found(lore, say("a"), {}, emptyLoreState, i))
  expect(hits.every((one) => one.includes("1") && !one.includes("2"))).toBe(true)
  const share = hits.filter((one) => one.includes("0")).length / 2_000
  expect(Math.abs(share - 0.3)).toBeLessThan(0.035)
  expect(found(lore, say("a"), {}, emptyLoreState, 5)).toEqual(found(lore, say("a"), {}, emptyLoreState, 5))
})

test("sticky, cooldown and delay follow one another in messages", () => {
  const lore = world([{ key: ["spark"], sticky: 3, cooldown: 2, delay: 2 }])
  let state = emptyLoreState
  const seen: string[] = []
  for (let now = 1; now <= 8; now++) {
    const result = run(lore, say(...Array.from({ length: now }, () => "spark")), {}, state)
    state = result.state
    seen.push(result.placed[0]?.cause ?? result.refused[0]?.refusal ?? "")
  }
  expect(seen).toEqual(["delayed", "key", "sticky", "sticky", "sticky", "cooling", "cooling", "key"])
  expect(JSON.parse(JSON.stringify(state))).toEqual(state)
})

test("a turn done again does not feel its own effects, and an edited entry loses them", () => {
  const lore = world([{ key: ["spark"], cooldown: 3 }])
  const { state } = run(lore, say("spark"))
  expect(found(lore, say("spark"), {}, state)).toEqual(["0"])
  expect(found(lore, say("spark", "spark"), {}, state)).toEqual([])
  expect(found(world([{ key: ["spark"], cooldown: 3, content: "edited" }]), say("spark", "spark"), {}, state)).toEqual([
    "0",
  ])
})

test("entries find one another only where the book allows it", () => {
  const chain: Raw[] = [
    { keys: ["cow"], content: "friend of Rufus" },
    { keys: ["rufus"], content: "chases Cleo" },
    { keys: ["cleo"] },
  ]
  expect(found(book(chain), say("cow"))).toEqual(["0"])
  expect(found(book(chain, { recursive_scanning: false }), say("cow"), { recursive: true })).toEqual(["0"])
  expect(run(book(chain, { recursive_scanning: true }), say("cow")).placed.map((one) => one.cause)).toEqual([
    "key",
    "recursion",
    "recursion",
  ])
  expect(found(book(chain, { recursive_scanning: true }), say("cow"), { maxPasses: 2 })).toEqual(["0", "1"])
  const fenced = (at: number, rule: Raw) =>
    book(
      chain.map((one, i) => (i === at ? { ...one, extensions: rule } : one)),
      { recursive_scanning: true },
    )
  expect(found(fenced(1, { exclude_recursion: true }), say("cow"))).toEqual(["0"])
  expect(found(fenced(1, { prevent_recursion: true }), say("cow"))).toEqual(["0", "1"])
  expect(found(fenced(1, { delay_until_recursion: true }), say("rufus"))).toEqual([])
  expect(found(fenced(1, { delay_until_recursion: true }), say("cow"))).toEqual(["0", "1", "2"])
  const ring = book(
    [
      { keys: ["a"], content: "b" },
      { keys: ["b"], content: "a" },
    ],
    { recursive_scanning: true },
  )
  expect(run(ring, say("a"), { includesNames: false }).passes).toBe(3)
})

test("levels of delayed recursion open one after another", () => {
  const lore = book(
    [
      { keys: ["start"], content: "one two" },
      { keys: ["two"], content: "x", extensions: { delay_until_recursion: 2 } },
      { keys: ["one"], content: "y", extensions: { delay_until_recursion: 1 } },
    ],
    { recursive_scanning: true },
  )
  expect(run(lore, say("start")).passes).toBeGreaterThan(2)
  expect(found(lore, say("start"))).toEqual(["0", "1", "2"])
})

test("the search goes further back until enough is found", () => {
  const lore = book([{ keys: ["old"] }, { keys: ["older"] }])
  const talk = say("older", "old", "x", "y")
  expect(found(lore, talk, { scanDepth: 1 })).toEqual([])
  expect(found(lore, talk, { scanDepth: 1, minActivations: 1 })).toEqual(["0"])
  expect(found(lore, talk, { scanDepth: 1, minActivations: 2 })).toEqual(["0", "1"])
  expect(found(lore, talk, { scanDepth: 1, minActivations: 2, maxScanDepth: 3 })).toEqual(["0"])
})

test("of a group one stands, by weight, by order, or by how much matched", () => {
  const lore = (more: Raw) =>
    world([
      { key: ["song"], group: "songs", groupWeight: 300 },
      { key: ["song", "ghost"], group: "songs, other", groupWeight: 100, ...more },
      { key: ["song"], group: "other" },
    ])
  const wins = Array.from({ length: 1_000 }, (_, i) => found(lore({}), say("song"), {}, emptyLoreState, i))
  expect(wins.every((one) => one.includes("0") !== one.includes("1"))).toBe(true)
  expect(wins.every((one) => !(one.includes("1") && one.includes("2")))).toBe(true)
  expect(Math.abs(wins.filter((one) => one.includes("0")).length / 1_000 - 0.75)).toBeLessThan(0.05)
  expect(found(lore({ groupOverride: true }), say("song"))).toEqual(["1"])
  expect(found(lore({}), say("song of a ghost"), { groupScoring: true })).toContain("1")
})

test("filters by character and by what is generated", () => {
  const lore = world([
    { constant: true, characterFilter: { names: ["Mira"], isExclude: false } },
    { constant: true, characterFilter: { tags: ["sea"], isExclude: true } },
    { constant: true, triggers: ["swipe"] },
  ])
  expect(found(lore, [], { character: { name: "Mira", tags: ["sea"] } })).toEqual(["0"])
  expect(found(lore, [], { character: { name: "Tom", tags: [] }, trigger: "swipe" })).toEqual(["1", "2"])
})

test("an entry may look into texts beside the conversation", () => {
  const lore = world([{ key: ["lamp"], matchCharacterDescription: true }, { key: ["lamp"] }])
  expect(found(lore, say("x"), { sources: { character_description: "keeps a lamp" } })).toEqual(["0"])
})

test("what stands in every turn goes where it asks, what comes and goes stands near the end", () => {
  const lore = book([
    { constant: true, position: "before_char" },
    { keys: ["a"], position: "before_char" },
    { keys: ["a"], extensions: { position: 4, depth: 2, role: 1 } },
    { constant: true, content: "{{random:x,y}}", position: "after_char" },
    { constant: true, extensions: { position: 5 } },
    { constant: true, extensions: { position: 7, outlet_name: "seal" } },
  ])
  const { layout } = run(lore, say("a", "b", "c"))
  expect(Object.keys(layout.prefix)).toEqual(["before_char", "before_examples"])
  expect(layout.conversation.map((one) => [one.entry, one.position])).toEqual([
    ["2", { zone: "conversation", depth: 2, role: "user" }],
    ["1", { zone: "conversation", depth: 1, role: "system" }],
    ["3", { zone: "conversation", depth: 1, role: "system" }],
  ])
  expect(layout.conversation[1]?.asked).toEqual({ zone: "prefix", place: "before_char" })
  expect(layout).toMatchObject({ rereadMessages: 2, keepsPrefix: true, outlets: { seal: "text 5" } })
  expect(run(lore, say("a"), { keepsPrefix: false }).layout).toMatchObject({ keepsPrefix: false })
})

test("the beginning of the prompt is the same whatever is said", () => {
  const lore = book([
    { constant: true },
    { keys: ["a"] },
    { constant: true, extensions: { probability: 50 } },
    { constant: true, extensions: { cooldown: 1 } },
    { constant: true, content: "@@activate_only_after 2\nlate" },
  ])
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c d"), { maxLength: 6 }), fc.nat(50), (texts, seed) => {
      const { layout } = run(lore, say(...texts), {}, emptyLoreState, seed)
      expect(JSON.stringify(layout.prefix)).toBe(JSON.stringify(run(lore, []).layout.prefix))
      expect(layout.keepsPrefix).toBe(true)
    }),
  )
})

const only = (content: string, more: Raw = {}) => book([{ keys: ["a"], content, ...more }])
test.each([
  ["@@activate\nx", "zzz", {}, ["0"]],
  ["@@dont_activate\nx", "a", {}, []],
  ["@@dont_activate\n@@activate\nx", "zzz", {}, ["0"]],
  ["@@activate_only_after 2\nx", "a", {}, []],
  ["@@activate_only_every 2\nx", "a", {}, []],
  ["@@activate_only_every 1\nx", "a", {}, ["0"]],
  ["@@additional_keys b, c\nx", "a", {}, []],
  ["@@additional_keys b, c\nx", "a c", { includesNames: false }, ["0"]],
  ["@@exclude_keys b\nx", "a b", {}, []],
  ["@@scan_depth 0\nx", "a", {}, []],
  ["@@is_greeting 1\nx", "a", { greetingIndex: 0 }, []],
  ["@@is_greeting 1\nx", "a", { greetingIndex: 1 }, ["0"]],
  ["@@is_greeting 1\nx", "a", {}, ["0"]],
  ["@@is_user_icon red\nx", "a", { userIcon: "blue" }, []],
  ["@@ignore_on_max_context\nx", "a", { contextIsFull: true }, []],
  ["@@unheard_of 3\nx", "a", {}, ["0"]],
  ["@@unheard_of\n@@@also_unheard\n@@@dont_activate\nx", "a", {}, []],
  ["@@activate\n@@@dont_activate\nx", "zzz", {}, ["0"]],
] as const)("%j on %j gives %j %j", (content, text, options, expected) => {
  expect(found(only(content), say(text), options)).toEqual(expected)
})

test("decorators that remember a match keep or end the entry for good", () => {
  for (const [name, expected] of [
    ["keep_activate_after_match", ["0"]],
    ["dont_activate_after_match", []],
  ] as const) {
    const lore = only(`@@${name}\nx`)
    const { state } = run(lore, say("a"))
    expect(
      found(lore, say("a", name.startsWith("keep") ? "quiet" : "a"), { scanDepth: 1, includesNames: false }, state),
    ).toEqual(expected)
  }
})

test("depth, reverse depth, role and position place an entry", () => {
  const at = (content: string) => run(only(content), say("x", "y", "a"), { keepsPrefix: false }).placed[0]?.position
  expect(at("@@depth 1\n@@role assistant\nx")).toEqual({ zone: "conversation", depth: 1, role: "assistant" })
  expect(at("@@depth 99\nx")).toMatchObject({ depth: 3 })
  expect(at("@@depth -2\nx")).toMatchObject({ depth: 0 })
  expect(at("@@reverse_depth 1\nx")).toMatchObject({ depth: 2 })
  expect(at("@@depth 1\n@@position after_desc\nx")).toEqual({ zone: "prefix", place: "after_description" })
  expect(at("@@instruct_depth 5\n@@@depth 2\nx")).toMatchObject({ depth: 2 })
  expect(run(only("@@disable_ui_prompt system_prompt\nx"), say("a")).disabledPrompts).toEqual(["system_prompt"])
})

test("decorators leave the content, which else stays as written", () => {
  expect(readDecorators("@@depth 5\n@@role user\n\nLore.\n@@not_here 1\n")).toMatchObject({
    content: "Lore.\n@@not_here 1",
    decorators: { depth: 5, role: "user" },
  })
  expect(readDecorators("plain  \n\ntext ").content).toBe("plain  \n\ntext ")
  expect(readDecorators("@@depth 1\n@@depth 2\nx").decorators.depth).toBe(1)
  expect(readDecorators("@@depth many\nx").ignored).toEqual(["@@depth many"])
})

test("decorators that are not followed are named in the entry", () => {
  expect(only("@@unheard_of 3\n@@@depth 1\n@@instruct_depth 9\nx").entries[0]).toMatchObject({
    decorators: { depth: 1 },
    ignoredDecorators: ["@@instruct_depth 9"],
  })
})

test("an empty entry stands nowhere", () => {
  expect(found(only(""), say("a"))).toEqual([])
  expect(found(only("{{// note}}"), say("a"))).toEqual([])
})

test("notes are not searched, hidden keys only by other entries", () => {
  expect(found(book([{ keys: ["gold"] }]), say("{{// gold}} {{comment: gold}}"))).toEqual([])
  const lore = book(
    [
      { keys: ["a"], content: "map {{hidden_key:cave}}" },
      { keys: ["cave"], content: "dark" },
    ],
    { recursive_scanning: true },
  )
  expect(run(lore, say("a"), { includesNames: false }).placed.map((one) => one.content)).toEqual(["map", "dark"])
})

test("macros", () => {
  const context = {
    char: "Mira",
    user: "{{char}}",
    random: createRandom("m"),
    pick: (i: number) => createRandom("p", i),
  }
  const expand = (text: string) => expandMacros(text, context)
  expect(expand("{{char}}, {{USER}}, <Bot>, <user>, {{ char }}")).toBe("Mira, {{char}}, Mira, {{char}}, Mira")
  expect(expand("{{reverse:{{char}}}}|{{reverse:龙😀}}")).toBe("ariM|😀龙")
  expect(["x", "y,z"]).toContain(expand("{{random:x,y\\,z}}"))
  expect(["x", "y, z"]).toContain(expand("{{pick::x::y, z}}"))
  expect(expand("{{pick:a,b,c,d,e,f}}")).toBe(expand("{{pick:a,b,c,d,e,f}}"))
  for (let i = 0; i < 50; i++) expect(Number(expand("{{roll:d6}}"))).toBeGreaterThanOrEqual(1)
  expect(Number(expand("{{roll:6}}"))).toBeLessThanOrEqual(6)
  expect(expand("a{{// note }}b{{comment: c}}c{{hidden_key:k}}")).toBe("abc")
  expect(expand("{{unknown}} {{ {x} {{char")).toBe("{{unknown}} {{ {x} {{char")
})

test("macros neither hang nor grow without end", () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom("{", "}", "{{", "}}", "char", "random:", "a,", "reverse:", "<user>", "龙"),
        maxLength: 60,
      }),
      (text) => {
        expect(expandMacros(text, { char: "c", user: "u", random: createRandom("x") }).length).toBeLessThan(2_000)
      },
    ),
  )
  expect(expandMacros("{{".repeat(50_000), { char: "c", user: "u" })).toHaveLength(100_000)
})

test("whatever a book says, an evaluation ends, stays in its budget and depends on nothing else", () => {
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(true, 1, "a", ["a"], -5, 1e9))
  const entry = fc.record(
    {
      keys: fc.oneof(fc.array(fc.constantFrom("a", "b", "/a+/", "(")), junk),
      content: fc.oneof(fc.constantFrom("a", "b a", "@@depth 1\nb"), junk),
      constant: junk,
      selective: junk,
      secondary_keys: junk,
      insertion_order: junk,
      priority: junk,
      use_regex: fc.boolean(),
      enabled: junk,
      position: junk,
      id: junk,
      extensions: fc.record(
        {
          sticky: junk,
          cooldown: junk,
          delay: junk,
          probability: junk,
          group: junk,
          group_weight: junk,
          depth: junk,
          position: fc.oneof(fc.nat(8), junk),
          role: junk,
          selectiveLogic: fc.nat(5),
          delay_until_recursion: junk,
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 12 }),
      fc.array(fc.constantFrom("a", "b", "龙 a"), { maxLength: 5 }),
      fc.nat(40),
      (entries, texts, tokens) => {
        const lore = readLorebook({ entries, recursive_scanning: true, token_budget: tokens }, "f")
        const first = run(lore, say(...texts))
        expect(first.placed.reduce((sum, one) => sum + one.tokens, 0)).toBeLessThanOrEqual(tokens)
        expect(new Set(first.placed.map((one) => one.entry)).size).toBe(first.placed.length)
        expect(first.placed.length + first.refused.length).toBeLessThanOrEqual(entries.length)
        expect(run(lore, say(...texts))).toEqual(first)
        expect(run(lore, say(...texts, "a"), {}, first.state)).toEqual(
          run(lore, say(...texts, "a"), {}, JSON.parse(JSON.stringify(first.state)) as LoreState),
        )
      },
    ),
    { numRuns: 400 },
  )
})
