import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import {
  advance,
  append,
  believes,
  checkSpeech,
  createWorld,
  findBreaches,
  isAcquainted,
  knowledgeOf,
  legalMoves,
  parseWorld,
  replay,
  requireWorld,
  rewind,
  readJournal,
  sentencesOf,
  stateHash,
  writeJournal,
} from "./index.ts"
import type { World } from "./index.ts"

const files = ["world.yaml", "plot.yaml"].map((name) => ({
  name,
  text: readFileSync(new URL(`example/${name}`, import.meta.url), "utf8"),
}))
const definition = requireWorld(files)

let count = 0
function act(world: World, actor: string, move: string, args: Record<string, string> = {}, more: object = {}): World {
  const result = advance(
    world,
    { kind: "act", id: `i${count++}`, time: world.state.time, actor },
    { move, arguments: args, ...more },
  )
  if (result.refusal !== undefined)
    throw new Error(`${actor} ${move}: ${result.refusal.code} ${JSON.stringify(result.refusal.findings)}`)
  const next = append(world, result.entry)
  expect(next.refused).toBe(0)
  expect(findBreaches(definition, next.world.state)).toEqual([])
  return next.world
}
const say = (world: World, actor: string, text: string, language = "en") =>
  advance(
    world,
    { kind: "act", id: "s", time: world.state.time, actor },
    { move: "say", arguments: {}, speech: { text, language, origin: "generated" } },
  )
const moveIds = (world: World, who: string) =>
  legalMoves(world, who).map(({ move, arguments: args }) => [move, ...Object.values(args)].join(" "))

test("the example has no problem, not even a warning", () => {
  expect(parseWorld(files).problems).toEqual([])
})

test("moves are those that are open, with their arguments", () => {
  const world = createWorld(definition)
  expect(moveIds(world, "guest")).toEqual([
    "comfort wen",
    "go jetty",
    "take lamp",
    "tell fog true",
    "tell hatch_open false",
    "tell oil 5",
    "say",
    "wait",
  ])
  expect(moveIds(world, "wen")).toContain("lift_hatch")
  expect(moveIds(world, "guest")).not.toContain("lift_hatch")
  expect(legalMoves(world, "guest").at(0)?.names).toEqual({ en: "Comfort Wen", zh: "安慰文掌柜" })
  expect(legalMoves(world, "guest", { limit: 2 })).toHaveLength(2)
  expect(legalMoves(world, "nobody")).toEqual([])
  expect(legalMoves(world, "constructor")).toEqual([])
})

test("a thing is in one place, a taken one goes along", () => {
  let world = act(createWorld(definition), "guest", "take", { thing: "lamp" })
  expect(moveIds(world, "wen")).not.toContain("take lamp")
  world = act(world, "guest", "go", { to: "jetty" })
  world = act(world, "guest", "drop", { thing: "lamp" })
  expect(world.state.positions.lamp).toBe("jetty")
  expect(moveIds(world, "luo")).toContain("take lamp")
})

test("an exit opens when its condition holds, and the actor is busy for as long as it takes", () => {
  let world = createWorld(definition)
  expect(moveIds(world, "guest")).not.toContain("go cellar")
  world = act(world, "wen", "lift_hatch")
  expect(moveIds(world, "guest")).toContain("go cellar")
  // Nobody has told the guest of a cellar: the way has the name that the author gave it.
  expect(legalMoves(world, "guest").find(({ arguments: args }) => args.to === "cellar")?.names).toEqual({
    en: "down the hatch",
    zh: "从地板门下去",
  })
  expect(legalMoves(world, "wen")).toEqual([])
  const early = advance(
    world,
    { kind: "act", id: "x", time: world.state.time + 59, actor: "wen" },
    { move: "wait", arguments: {} },
  )
  expect(early.refusal?.code).toBe("busy")
  expect(
    advance(world, { kind: "act", id: "x", time: world.state.time + 60, actor: "wen" }, { move: "wait", arguments: {} })
      .refusal,
  ).toBeUndefined()
})

test("whoever is there sees a change, whoever is not keeps the old belief", () => {
  let world = act(createWorld(definition), "guest", "wait")
  world = act(world, "luo", "go", { to: "taproom" })
  world = act(world, "luo", "go", { to: "jetty" })
  world = act(world, "wen", "lift_hatch")
  expect(believes(definition, world.state, "guest", "hatch_open", true, 3)).toBe(true)
  expect(knowledgeOf(definition, world.state, "guest", "hatch_open").find(({ value }) => value === false)?.until).toBe(
    world.state.time,
  )
  expect(believes(definition, world.state, "luo", "hatch_open", false, 3)).toBe(true)
  expect(believes(definition, world.state, "luo", "hatch_open", true, 1)).toBe(false)
})

test("a secret is told by those who may, when they may, and then it is hearsay with its source", () => {
  let world = createWorld(definition)
  const secret = { fact: "drowned", value: '"brother"' }
  expect(moveIds(world, "wen")).not.toContain('tell drowned "brother"')
  expect(say(world, "wen", "My poor brother drowned here.").refusal?.findings.map(({ kind }) => kind)).toContain(
    "secret_guarded",
  )
  world = act(world, "guest", "comfort", { whom: "wen" })
  world = act(world, "guest", "comfort", { whom: "wen" })
  expect(moveIds(world, "wen")).toContain('tell drowned "brother"')
  expect(isAcquainted(definition, world.state, "guest", "ledger")).toBe(false)
  world = act(world, "wen", "tell", secret, {
    speech: { text: "My brother — he drowned, under that jetty.", language: "en", origin: "authored" },
  })
  expect(knowledgeOf(definition, world.state, "guest", "drowned")).toEqual([
    { value: "brother", since: world.state.time, entry: 2, source: { kind: "told", by: "wen" } },
  ])
  expect(isAcquainted(definition, world.state, "guest", "ledger")).toBe(true)
  expect(knowledgeOf(definition, world.state, "luo", "drowned")).toEqual([])
})

test("a player may say a secret aloud: those present have it as hearsay, the speaker as a supposition", () => {
  let world = act(createWorld(definition), "guest", "go", { to: "jetty" })
  world = act(
    world,
    "guest",
    "say",
    {},
    { speech: { text: "我听说文掌柜的弟弟在这里被淹死了。", language: "zh", origin: "player" } },
  )
  expect(
    knowledgeOf(definition, world.state, "luo", "drowned").map(({ value, source }) => ({ value, source })),
  ).toEqual([{ value: "brother", source: { kind: "told", by: "guest" } }])
  expect(knowledgeOf(definition, world.state, "guest", "drowned").map(({ source }) => source.kind)).toEqual([
    "supposed",
  ])
  // Hearsay does not make Luo one who may repeat it.
  expect(say(world, "luo", "是啊，她弟弟淹死了。", "zh").refusal?.code).toBe("speech_refused")
})

test("a question is a rumour, and may not be repeated as known", () => {
  let world = act(createWorld(definition), "guest", "go", { to: "jetty" })
  world = act(
    world,
    "guest",
    "say",
    {},
    { speech: { text: "Did her brother drown?", language: "en", origin: "player" } },
  )
  expect(knowledgeOf(definition, world.state, "luo", "drowned").map(({ source }) => source.kind)).toEqual(["asked"])
  expect(believes(definition, world.state, "luo", "drowned", "brother")).toBe(false)
})

test("a lie needs the author's leave", () => {
  const world = act(createWorld(definition), "guest", "go", { to: "jetty" })
  expect(moveIds(world, "luo")).toContain('tell drowned "nobody"')
  expect(say(world, "luo", "Nobody ever died at the ferry!").refusal).toBeUndefined()
  expect(say(createWorld(definition), "wen", "Nobody ever died at the ferry!").refusal?.code).toBe("speech_refused")
})

test("a whisper is heard by those to whom it goes", () => {
  let world = act(createWorld(definition), "luo", "go", { to: "taproom" })
  world = act(
    world,
    "guest",
    "say",
    {},
    { speech: { text: "The brother drowned.", language: "en", origin: "player", to: ["luo"], isWhisper: true } },
  )
  expect(knowledgeOf(definition, world.state, "luo", "drowned")).toHaveLength(1)
  expect(knowledgeOf(definition, world.state, "wen", "drowned").map(({ source }) => source.kind)).toEqual(["authored"])
})

test("a rule fires once when its time has come", () => {
  const world = createWorld(definition)
  const at = (time: number) => advance(world, { kind: "tick", id: `t${time}`, time })
  expect(at(world.state.time).events?.map(({ kind }) => kind)).toEqual(["waited"])
  const late = advance(world, { kind: "tick", id: "late", time: world.state.time + 3600 })
  expect(late.events?.map(({ kind }) => kind)).toEqual(["waited", "fired", "changed", "narrated"])
  if (late.entry === undefined) throw new Error("refused")
  const later = append(world, late.entry).world
  expect(advance(later, { kind: "tick", id: "later", time: later.state.time }).events?.map(({ kind }) => kind)).toEqual(
    ["waited"],
  )
  expect(advance(later, { kind: "tick", id: "earlier", time: later.state.time - 1 }).refusal?.code).toBe(
    "time_runs_back",
  )
})

test("nothing rides along into the journal", () => {
  const world = createWorld(definition)
  const big = { huge: 10n, run: () => 1 }
  const result = advance(
    world,
    { kind: "act", id: "x", time: world.state.time, actor: "guest", ...big },
    { move: "wait", arguments: {}, ...big },
  )
  if (result.entry === undefined) throw new Error("refused")
  const event = { kind: "waited", time: world.state.time, ...big } as never
  const forged = append(append(world, result.entry).world, { ...result.entry, events: [event] }).world
  expect(writeJournal(forged)).not.toContain("huge")
  expect(replay(definition, readJournal(writeJournal(forged))).refused).toBe(0)
})

test("an input that expected another journal is refused", () => {
  const world = act(createWorld(definition), "guest", "wait")
  const result = advance(
    world,
    { kind: "act", id: "x", time: world.state.time, actor: "guest", expects: 0 },
    { move: "wait", arguments: {} },
  )
  expect(result.refusal?.code).toBe("journal_moved")
})

test("a journal on paper replays to the same state, a prefix to the state of that time, a branch leaves its trunk alone", () => {
  let world = createWorld(definition)
  const hashes = [stateHash(world)]
  for (const [actor, move, args] of [
    ["guest", "take", { thing: "lamp" }],
    ["wen", "lift_hatch", {}],
    ["guest", "go", { to: "cellar" }],
    ["guest", "take", { thing: "ledger" }],
    ["luo", "ring", {}],
  ] as const) {
    world = act(world, actor, move, args)
    hashes.push(stateHash(world))
  }
  const again = replay(definition, readJournal(writeJournal(world)))
  expect(again.refused).toBe(0)
  expect(stateHash(again.world)).toBe(stateHash(world))
  expect(writeJournal(again.world)).toBe(writeJournal(world))
  for (const [length, hash] of hashes.entries()) expect(stateHash(rewind(world, length))).toBe(hash)
  const branch = act(rewind(world, 2), "guest", "wait")
  expect(branch.journal.length).toBe(3)
  expect(stateHash(replay(definition, readJournal(writeJournal(world))).world)).toBe(hashes.at(-1))
})

test("findings name the place, the fact and the reason", () => {
  const world = createWorld(definition)
  const check = (speaker: string, text: string, language: "en" | "zh" = "en") =>
    checkSpeech(world, speaker, text, language).map(({ kind, text: found }) => `${kind}: ${found}`)
  expect(check("luo", "Good evening. Mrs Wen has a room for you.")).toEqual([])
  expect(check("luo", "Look into the black ledger.")).toEqual(["name_not_known: the black ledger"])
  expect(check("wen", "Look into the black ledger.")).toEqual([])
  expect(check("luo", "去看看黑皮账本吧。", "zh")).toEqual(["name_not_known: 黑皮账本"])
  expect(check("luo", "She lost him. The man DROWNED!")).toEqual(["secret_word: DROWNED"])
  expect(check("luo", "他弟弟 淹 死 了", "zh")).toEqual(["secret_unknown: 弟弟 淹 死", "secret_word: 淹 死"])
  expect(check("luo", "There is no fog.")).toEqual(["contradicts: no fog"])
  expect(check("luo", "灯油还够3个小时。今晚天很晴。", "zh")).toEqual([
    "claims_unknown: 灯油还够3个小时",
    "contradicts: 今晚天很晴",
  ])
  expect(check("wen", "Look, there is oil for five hours. There is oil for six hours!")).toEqual([
    "contradicts: There is oil for six hours",
  ])
  expect(check("wen", "灯油还够五个小时，不，灯油还够十二个小时。", "zh")).toEqual(["contradicts: 灯油还够十二个小时"])
  expect(check("luo", "I asked Captain Barlow about Porthaven, by Saint Brannock.")).toEqual([
    "name_invented: Captain Barlow",
    "name_invented: Porthaven",
  ])
  expect(check("luo", "我去问问王医生。", "zh")).toEqual(["name_invented: 王医生"])
  expect(check("luo", "As an AI language model, I cannot row.").at(0)).toBe("claims_nature: As an AI")
  expect(check("luo", "我只是一个人工智能。", "zh")).toEqual(["claims_nature: 我只是一个人工智能"])
  expect(check("luo", "I'm a real person, I swear.")).toEqual(["claims_nature: I'm a real person"])
})

test("a number's sentence carries the number", () => {
  const oil = definition.facts.get("oil")
  expect(oil === undefined ? {} : sentencesOf(oil, 3)).toEqual({
    en: "There is oil for 3 hours.",
    zh: "灯油还够3个小时。",
  })
})
