/** What can be seen in the characters' sheets without playing. */
import { placeInFiles } from "../bundle/index.ts"
import type { AuthoredPlace, CastMember, Dream, DreamProblem, Topic } from "../bundle/index.ts"
import { indexPhrases, normalise } from "../world/index.ts"
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

/** Examples that two topics share, and patterns of one that catch examples of another. */
function checkOverlaps(sheet: Sheet): DreamProblem[] {
  const { member, dream } = sheet
  return dream.languages.flatMap((language) => {
    const patterns = member.topics.flatMap((topic) => (topic.patterns[language] ?? []).map((text) => ({ text, meaning: { topic: topic.id, text } })))
    const index = indexPhrases(patterns)
    const seen = new Map<string, string>()
    const twice = member.topics.flatMap((topic) => (topic.patterns[language] ?? []).flatMap((pattern) => {
      const other = patterns.find(({ text, meaning }) => text === pattern && meaning.topic !== topic.id)?.meaning.topic
      return other === undefined || other > topic.id ? [] : [finding("pattern_twice", placeOf(sheet, `topic:@/${topic.id}`), { other, pattern })]
    }))
    return [...twice, ...member.topics.flatMap((topic) => {
      const place = placeOf(sheet, `topic:@/${topic.id}`)
      return (topic.examples[language] ?? []).flatMap((text) => {
        const key = normalise(text).text
        const other = seen.get(key)
        seen.set(key, other ?? topic.id)
        if (other !== undefined && other !== topic.id) return [finding("example_double", place, { text, other })]
        const hits = index.find(text)
        const catcher = hits.find(({ meaning }) => meaning.topic !== topic.id)?.meaning
        // Its own pattern catches it too: whichever is open answers.
        if (catcher === undefined || hits.some(({ meaning }) => meaning.topic === topic.id)) return []
        return [finding("pattern_catches", place, { text, other: catcher.topic, pattern: catcher.text })]
      })
    })]
  })
}

/** What can be seen in the sheets of all characters. */
export function checkCast(dream: Dream): DreamProblem[] {
  return [...dream.cast.values()].flatMap((member) => {
    const sheet = { dream, member }
    return [
      ...checkCounts(sheet),
      ...member.topics.flatMap((topic) => checkTopic(sheet, topic)),
      ...checkDoubles(sheet),
      ...checkOverlaps(sheet),
    ]
  })
}
