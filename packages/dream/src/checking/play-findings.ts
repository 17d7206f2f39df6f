/** What a search through a dream has met and not met, as findings for its author. */
import { placeInFiles } from "../bundle/index.ts"
import type { AuthoredPlace, CastLine, CastMember, Dream, DreamProblem } from "../bundle/index.ts"
import type { AuthoredLine, Story } from "../story/index.ts"
import type { Finding } from "../world/index.ts"
import type { PlayExploration } from "./explore-play.ts"
import { finding } from "./finding.ts"
import type { CheckCode } from "./finding.ts"
import type { SpeechIssue, Tally } from "./tally.ts"
import { variantsOf } from "./variant.ts"
import type { Variant } from "./variant.ts"

const textOf = (line: CastLine) => Object.values(line.texts)[0] ?? ""
const pathText = (path: readonly string[]) => (path.length === 0 ? "—" : path.join(" → "))

/** Where a line of a story stands. */
function storyPlace(dream: Dream, id: string): AuthoredPlace {
  for (const story of Object.values(dream.stories)) {
    const line = story.lines.find((one) => one.id === id)
    if (line !== undefined) return { file: line.file, line: line.line, column: 1 }
  }
  return { file: "story.ink", line: 0, column: 0 }
}

const nameIn = (dream: Dream, id: string, language: "en" | "zh") => {
  const names = dream.world.entities.get(id)?.names ?? {}
  return names[language] ?? Object.values(names)[0] ?? id
}

const codes: Readonly<Record<Finding["kind"], CheckCode>> = {
  secret_unknown: "says_secret", secret_guarded: "says_secret", secret_word: "says_secret", contradicts: "says_wrong",
  claims_unknown: "says_wrong", name_not_known: "says_stranger", name_invented: "says_stranger", claims_nature: "says_nature",
}

function speechProblem(dream: Dream, { speaker, line, text, finding: found, isOfStory }: SpeechIssue): DreamProblem {
  const place = isOfStory ? storyPlace(dream, line) : placeInFiles(dream, `line:${speaker}/${line}`)
  return finding(codes[found.kind], place, {
    who: nameIn(dream, speaker, "en"), whoZh: nameIn(dream, speaker, "zh"), reason: found.reason.en, reasonZh: found.reason.zh, text, name: found.text,
  })
}

/** Lines of a topic or a reaction, and whether it comes once. */
interface Lines {
  readonly lines: readonly CastLine[]
  readonly isOnce: boolean
}

function lineProblems(dream: Dream, member: CastMember, { lines, isOnce }: Lines, { said, barred, turns }: Tally): DreamProblem[] {
  const first = lines.findIndex(({ when }) => when === null)
  return lines.flatMap((line, at) => {
    const key = `${member.character}/${line.id}`
    if (said.has(key)) return []
    const place = placeInFiles(dream, `line:${key}`)
    const text = textOf(line)
    const bar = Object.values(line.texts).map((one) => `${member.character}\n${one}`).find((one) => barred.has(one))
    if (bar !== undefined) {
      const reason = barred.get(bar)?.reason ?? { en: "claims what the character may not tell", zh: "声称了角色不能透露的内容" }
      return [finding("line_barred", place, { text, reason: reason.en, reasonZh: reason.zh })]
    }
    if (isOnce && first >= 0 && at > first) return [finding("line_after_once", place, { text })]
    // A line without a condition comes as soon as it is asked for often enough.
    return line.when === null ? [] : [finding("line_unsaid", place, { turns, text })]
  })
}

function castProblems(dream: Dream, tally: Tally): DreamProblem[] {
  const { open, reactions, turns } = tally
  return [...dream.cast.values()].flatMap((member) => {
    const { character } = member
    const closed = member.topics.filter(({ id }) => !open.has(`topic:${character}/${id}`))
    const unseen = member.reactions.filter(({ id }) => !reactions.has(`reaction:${character}/${id}`))
    const opened = [...member.topics.filter((topic) => !closed.includes(topic)), ...member.reactions.filter((one) => !unseen.includes(one))]
    return [
      ...closed.map(({ id }) => finding("topic_unopened", placeInFiles(dream, `topic:${character}/${id}`), { id, turns })),
      ...unseen.map(({ id }) => finding("reaction_unseen", placeInFiles(dream, `reaction:${character}/${id}`), { id, turns })),
      ...opened.flatMap((one) => lineProblems(dream, member, { lines: one.lines, isOnce: !("isOnce" in one) || one.isOnce }, tally)),
    ]
  })
}

/** What of a story was not met, a knot or stitch of which nothing was met as a whole. */
function unmetOfStory(story: Story, { said, taken, open, turns }: Tally): DreamProblem[] {
  const isMet = (line: AuthoredLine) => (line.kind === "choice" ? open.has(`choice:${line.id}`) || taken.has(`choice:${line.id}`) : said.has(line.id))
  return [...Map.groupBy(story.lines, ({ flow }) => flow)].flatMap(([name, lines]) => {
    const unmet = lines.filter((line) => !isMet(line))
    const flow = story.flows.find(({ path }) => path === name)
    const [first] = lines
    if (lines.length > 1 && unmet.length === lines.length && first !== undefined)
      return [finding("knot_unentered", { file: flow?.file ?? first.file, line: flow?.line ?? first.line, column: 1 }, { name, count: lines.length, turns })]
    return unmet.map((line) =>
      finding(line.kind === "choice" ? "choice_unoffered" : "story_line_unread", { file: line.file, line: line.line, column: 1 }, { text: line.source, turns }))
  })
}

function storyProblems(dream: Dream, tally: Tally): DreamProblem[] {
  const { endings, turns } = tally
  const stories = Object.values(dream.stories)
  const names = [...new Set(stories.flatMap((story) => story.endings))]
  const main = { file: dream.languages.length > 1 ? `story.${dream.languages[0] ?? ""}.ink` : "story.ink", line: 0, column: 0 }
  return [
    ...names.filter((name) => !endings.has(name)).map((name) => finding("ending_unreached", main, { name, turns })),
    ...stories.flatMap((story) => unmetOfStory(story, tally)),
  ]
}

/** Turns in which a play should have come to an end. */
const longEnough = 200

function describe({ language, dials, withheld }: Variant): { readonly what: string; readonly whatZh: string } {
  const set = Object.entries(dials).map(([id, value]) => `${id} = ${value}`).join(", ")
  if (withheld.length > 0) return { what: `contents withheld (${withheld.join(", ")})`, whatZh: `隐去内容（${withheld.join("、")}）` }
  return set === "" ? { what: `the language ${language}`, whatZh: `语言为 ${language}` } : { what: set, whatZh: set }
}

function variantProblems(dream: Dream, { ofVariant, endings }: Tally): DreamProblem[] {
  if (endings.size === 0) return []
  return variantsOf(dream).flatMap((variant, at) => {
    const { turns, endings: met } = ofVariant.get(at) ?? { turns: 0, endings: 0 }
    return turns < longEnough || met > 0 ? [] : [finding("variant_endless", placeInFiles(dream, "dream"), { turns, ...describe(variant) })]
  })
}

/** Everything that an author should know of a search. */
export function playFindings(dream: Dream, { tally }: PlayExploration): DreamProblem[] {
  const { turns } = tally
  const world: AuthoredPlace = { file: "world.yaml", line: 0, column: 0 }
  const top = placeInFiles(dream, "dream")
  const [player = ""] = dream.players
  const mine = [...dream.world.moves.values()].filter(({ who }) => who === "everyone" || who.includes(player))
  return [
    ...[...tally.failures].map(([text, path]) => finding("turn_failed", top, { text, path: pathText(path) })),
    ...[...tally.stuck.values()].map((path) => finding("stuck", top, { path: pathText(path) })),
    ...variantProblems(dream, tally),
    ...storyProblems(dream, tally),
    ...castProblems(dream, tally),
    ...dream.scenes.filter(({ id }) => !tally.scenes.has(id)).map(({ id }) => finding("scene_unseen", placeInFiles(dream, `scene:${id}`), { id, turns })),
    ...mine.filter(({ id }) => !tally.moves.has(id)).map(({ id }) => finding("move_unopened", world, { id, turns })),
    ...[...tally.same].map(([name, keys]) => finding("suggestions_same", top, { name, keys: keys.join(", ") })),
    ...[...tally.speech.values()].map((issue) => speechProblem(dream, issue)),
    ...[...tally.toldReader.values()].map(({ line, text, fact }) => finding("tells_reader", storyPlace(dream, line), { text, fact, player })),
  ]
}
