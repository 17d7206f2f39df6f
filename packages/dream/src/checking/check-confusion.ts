/** Examples that would be understood as another topic of the same character, were they not written down. */
import { placeInFiles } from "../bundle/index.ts"
import type { CastMember, Dream, DreamProblem, Topic } from "../bundle/index.ts"
import type { Language } from "@daydream/engine/language"
import { createWordChooser } from "../turn/index.ts"
import type { Option } from "../turn/index.ts"
import { finding } from "./finding.ts"

const optionsOf = (member: CastMember, language: Language, topics: readonly Topic[], without: string): Option[] =>
  topics.map((topic) => ({
    key: topic.id, kind: "topic", character: member.character, name: topic.names[language] ?? "", isSuggested: true,
    examples: (topic.examples[language] ?? []).filter((text) => text !== without), patterns: topic.patterns[language] ?? [],
  }))

/** How much more probable another topic must be to count. */
const clearly = 2

/** True where two topics, by their keys, can be open at one time. */
export type Together = (a: string, b: string) => boolean

/**
 * Leaves each example out and lets the author-only chooser decide among the topics of its character that can be open at the
 * same time. What it takes for another topic, a player's own wording will be taken for too.
 */
export async function checkConfusion(dream: Dream, isTogether: Together): Promise<DreamProblem[]> {
  const chooser = createWordChooser()
  const found: DreamProblem[] = []
  for (const member of dream.cast.values())
    for (const language of dream.languages)
      for (const topic of member.topics) {
        const key = (id: string) => `topic:${member.character}/${id}`
        const topics = member.topics.filter((other) => other === topic || isTogether(key(topic.id), key(other.id)))
        for (const text of topic.examples[language] ?? []) {
          const context = { language, text, addressee: null, place: null, recent: [], turn: "check" }
          const chosen = await chooser.choose(context, optionsOf(member, language, topics, text))
          const own = chosen[topic.id] ?? 0
          const [other = "", most = 0] = Object.entries(chosen).filter(([key]) => key !== "none" && key !== topic.id).toSorted(([, a], [, b]) => b - a)[0] ?? []
          if (most > (chosen["none"] ?? 0) && most > clearly * own)
            found.push(finding("example_confused", placeInFiles(dream, `topic:${member.character}/${topic.id}`), { text, other }))
        }
      }
  return found
}
