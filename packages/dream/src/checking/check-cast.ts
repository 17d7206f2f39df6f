/** What can be seen in the characters' sheets without playing. */
import { placeInFiles } from "../bundle/index.ts"
import type { AuthoredPlace, CastMember, Dream, DreamProblem, Topic } from "../bundle/index.ts"
import { indexPhrases, normalise } from "../world/index.ts"
import type { Together } from "./check-confusion.ts"
import { finding } from "./finding.ts"

const few = 3

interface Sheet {
  readonly dream: Dream
  readonly member: CastMember
}

const placeOf = ({ dream, member }: Sheet, part: string): AuthoredPlace => placeInFiles(dream, part.replace("@", member.character))

function checkCounts(sheet: Sheet): DreamProblem[] {
  const { dream, member } = sheet
  const lists = [["unclear", member.unclear], ["off_world", member.offWorld], ["nature", member.nature]] as const
  const hasNotes = member.freedom !== "select" && (member.freedom === "talk" || member.topics.some(({ note }) => note !== null))
  return [
    ...lists.flatMap(([list, lines]) =>
      (lines.length >= few || (list === "nature" && lines.length > 0) ? [] : [finding("few_lines", placeOf(sheet, `list:@/${list}`), { list, count: lines.length })])),
    ...dream.languages.flatMap((language) => {
      const count = member.voice[language]?.length ?? 0
      return hasNotes && count < few ? [finding("few_voices", placeOf(sheet, "list:@/voice"), { language, count })] : []
    }),
  ]
}

function checkTopic(sheet: Sheet, topic: Topic): DreamProblem[] {
  const { dream, member } = sheet
  const place = placeOf(sheet, `topic:@/${topic.id}`)
  const examples = dream.languages.flatMap((language) => {
    const count = topic.examples[language]?.length ?? 0
    return count < few ? [finding("few_examples", place, { language, count })] : []
  })
  const isNoteAlone = topic.lines.length === 0 && topic.note !== null
  const isConditional = topic.lines.length > 0 && topic.note === null && topic.when === null && topic.lines.every(({ when }) => when !== null)
  return [
    ...examples,
    ...(isNoteAlone ? [finding(member.freedom === "select" ? "note_never" : "note_alone", place)] : []),
    ...(isConditional ? [finding("lines_conditional", place)] : []),
  ]
}

function checkDoubles(sheet: Sheet): DreamProblem[] {
  const { member, dream } = sheet
  const lines = [...member.topics.flatMap((one) => one.lines), ...member.reactions.flatMap((one) => one.lines), ...member.unclear, ...member.offWorld, ...member.nature]
  return dream.languages.flatMap((language) => {
    const seen = new Map<string, string>()
    return lines.flatMap((line) => {
      const text = normalise(line.texts[language] ?? "").text
      const other = seen.get(text)
      seen.set(text, other ?? line.id)
      return other === undefined || text === "" ? [] : [finding("line_double", placeOf(sheet, `line:@/${line.id}`), { other })]
    })
  })
}

/** Examples that two topics share, and patterns of one that catch examples of another, where both can be open. */
function checkOverlaps(sheet: Sheet, isTogether: Together): DreamProblem[] {
  const { member, dream } = sheet
  const { topics, character } = member
  const rivals = (topic: Topic) => topics.filter(({ id }) => id !== topic.id && isTogether(`topic:${character}/${topic.id}`, `topic:${character}/${id}`))
  return dream.languages.flatMap((language) => topics.flatMap((topic, at) => {
    const place = placeOf(sheet, `topic:@/${topic.id}`)
    const others = rivals(topic)
    const before = others.filter((other) => topics.indexOf(other) < at)
    const index = indexPhrases([topic, ...others].flatMap(({ id, patterns }) => (patterns[language] ?? []).map((text) => ({ text, meaning: { id, text } }))))
    const twice = (topic.patterns[language] ?? []).flatMap((pattern) => {
      const other = before.find(({ patterns }) => patterns[language]?.includes(pattern) === true)
      return other === undefined ? [] : [finding("pattern_twice", place, { other: other.id, pattern })]
    })
    return [...twice, ...(topic.examples[language] ?? []).flatMap((text) => {
      const key = normalise(text).text
      const other = before.find(({ examples }) => examples[language]?.some((one) => normalise(one).text === key) === true)
      if (other !== undefined) return [finding("example_double", place, { text, other: other.id })]
      const hits = index.find(text)
      const longest = Math.max(0, ...hits.map(({ start, end }) => end - start))
      const best = hits.filter(({ start, end }) => end - start === longest)
      // The longest pattern decides; where its own is as long, a chooser does.
      const catcher = best.some(({ meaning }) => meaning.id === topic.id) ? undefined : best[0]?.meaning
      if (catcher === undefined) return []
      return [finding("pattern_catches", place, { text, other: catcher.id, pattern: catcher.text })]
    })]
  }))
}

/** What can be seen in the sheets of all characters. */
export function checkCast(dream: Dream, isTogether: Together): DreamProblem[] {
  return [...dream.cast.values()].flatMap((member) => {
    const sheet = { dream, member }
    return [
      ...checkCounts(sheet),
      ...member.topics.flatMap((topic) => checkTopic(sheet, topic)),
      ...checkDoubles(sheet),
      ...checkOverlaps(sheet, isTogether),
    ]
  })
}
