/** Style of every text outside the story: punctuation, languages. */
import type { Language } from "@daydream/engine/language"
import { foreignWords, placeInFiles } from "../bundle/index.ts"
import type { AuthoredPlace, Dream, DreamProblem } from "../bundle/index.ts"
import { checkStyle } from "../story/index.ts"
import type { TextLists, Texts } from "../world/index.ts"
import { finding } from "./finding.ts"
import type { CheckCode } from "./finding.ts"

interface Piece {
  readonly language: Language
  readonly text: string
  readonly place: AuthoredPlace
}

const of = (texts: Texts, place: AuthoredPlace): Piece[] =>
  Object.entries(texts).map(([language, text]) => ({ language: language as Language, text, place }))
const ofLists = (lists: TextLists, place: AuthoredPlace): Piece[] =>
  Object.entries(lists).flatMap(([language, list]) => list.map((text) => ({ language: language as Language, text, place })))

function castPieces(dream: Dream): Piece[] {
  return [...dream.cast.values()].flatMap((member) => {
    const at = (part: string) => placeInFiles(dream, part)
    const { character } = member
    const lines = [...member.unclear, ...member.offWorld, ...member.nature, ...member.reactions.flatMap((one) => one.lines),
      ...member.topics.flatMap((one) => one.lines)]
    return [
      ...of(member.persona, at(`character:${character}`)),
      ...Object.entries(member.voice).flatMap(([language, pairs]) =>
        pairs.map(({ line }) => ({ language: language as Language, text: line, place: at(`list:${character}/voice`) }))),
      ...member.topics.flatMap((topic) => {
        const place = at(`topic:${character}/${topic.id}`)
        return [...of(topic.names, place), ...ofLists(topic.examples, place), ...of(topic.note ?? {}, place)]
      }),
      ...lines.flatMap((line) => of(line.texts, at(`line:${character}/${line.id}`))),
    ]
  })
}

function worldPieces({ world }: Dream): Piece[] {
  const place = { file: "world.yaml", line: 0, column: 0 }
  return [
    ...[...world.entities.values()].flatMap((entity) => of(entity.description, place)),
    ...[...world.facts.values()].flatMap((fact) => [...fact.values.values()].flatMap(({ says }) => of(says, place))),
    ...[...world.moves.values()].flatMap((move) => [...of(move.names, place), ...ofLists(move.examples, place)]),
  ]
}

const han = /\p{Script=Han}/u
const letters = /\p{Script=Latin}{2,}/u

/** True where the text has letters, and none of its language. */
const isForeign = ({ language, text }: Piece) => (language === "zh" ? !han.test(text) && letters.test(text) : han.test(text) && !letters.test(text))

/** What is amiss in the style of a dream's texts; the story's own are checked when it is read. */
export function checkTexts(dream: Dream): DreamProblem[] {
  const dreamPlace = placeInFiles(dream, "dream")
  const vocabulary = foreignWords(dream.world)
  const pieces = [
    ...of(dream.names, dreamPlace), ...of(dream.summary, dreamPlace), ...ofLists(dream.unclear, dreamPlace),
    ...[...dream.dials.values()].flatMap((dial) =>
      [...of(dial.names, placeInFiles(dream, `dial:${dial.id}`)), ...dial.values.flatMap(({ names }) => of(names, placeInFiles(dream, `dial:${dial.id}`)))]),
    ...worldPieces(dream), ...castPieces(dream),
  ]
  return pieces.flatMap((piece) => {
    const { text, place, language } = piece
    // Macros and arguments are no words.
    const plain = text.replaceAll(/\{+\w+\}+/gu, "")
    if (isForeign({ ...piece, text: vocabulary.reduce((left, word) => (word === "" ? left : left.replaceAll(word, "")), plain) }))
      return [finding("style_language", place, { language, text })]
    const line = { id: "", kind: "choice" as const, flow: "", file: place.file, line: place.line, source: plain, pieces: [plain] }
    return checkStyle(line, { vocabulary }).map((one): DreamProblem => {
      const fix = /请改为 (.*)。$/u.exec(one.hint.zh)?.[1] ?? ""
      return finding(one.code as CheckCode, place, { text, fix })
    })
  })
}
