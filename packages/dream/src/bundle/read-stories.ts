/** The stories of a dream, one a language. */
import { languages as allLanguages } from "@daydream/engine/language"
import type { Language } from "@daydream/engine/language"
import { compileStory, storyNamesOf, storySpeakersOf } from "../story/index.ts"
import type { Story, StoryFile, StoryFinding } from "../story/index.ts"
import type { WorldDefinition } from "../world/index.ts"
import { contentKinds } from "./model.ts"
import type { ContentKind, DreamProblem } from "./model.ts"
import { problemOfFile } from "./problem.ts"

/** The words of other languages that a text of this world may hold. */
export function foreignWords({ entities, vocabulary, names }: WorldDefinition): string[] {
  const texts = [vocabulary, names, ...[...entities.values()].flatMap((entity) => [entity.names, entity.aliases])]
  return texts.flatMap((one) => Object.values(one).flat())
}

function mainFiles(files: readonly StoryFile[], languages: readonly Language[], problems: DreamProblem[]): (readonly [Language, string])[] {
  const has = (name: string) => files.some((file) => file.name === name)
  const own = allLanguages.filter((language) => has(`story.${language}.ink`))
  const [only] = languages
  if (has("story.ink")) {
    if (own.length > 0) problems.push(problemOfFile("story_both", "story.ink"))
    if (languages.length === 1 && only !== undefined) return [[only, "story.ink"]]
    for (const language of languages.filter((one) => !own.includes(one)))
      problems.push(problemOfFile("story_missing", "story.ink", { language }))
    return own.map((language) => [language, `story.${language}.ink`])
  }
  for (const language of own)
    if (!languages.includes(language)) problems.push(problemOfFile("story_foreign", `story.${language}.ink`, { language }))
  if (own.length > 0)
    for (const language of languages)
      if (!own.includes(language)) problems.push(problemOfFile("story_missing", `story.${own[0] ?? ""}.ink`, { language }))
  return own.filter((language) => languages.includes(language)).map((language) => [language, `story.${language}.ink`])
}

/** What a story's check found, as a problem of the dream. */
export const problemOfFinding = ({ file, line, code, severity, message, hint }: StoryFinding, main: string): DreamProblem =>
  ({ code, severity, file: file ?? main, line: line ?? 0, column: line === null ? 0 : 1, message, hint })

/** What ink itself says of the stories, where the world's names are not known yet. */
export function checkInkAlone(files: readonly StoryFile[]): DreamProblem[] {
  const mains = files.filter(({ name }) => /^story(?:\.(?:en|zh))?\.ink$/u.test(name)).map(({ name }) => name)
  return mains.flatMap((main) =>
    compileStory(files, { main }).findings
      .filter(({ code, severity }) => severity === "error" && /^(?:ink|include|target)_/u.test(code))
      .map((finding) => problemOfFinding(finding, main)))
}

/** Tags `# content: kind`: a misspelt one would let through what limits forbid. */
export function checkContentTags(files: readonly StoryFile[], contents: readonly ContentKind[]): DreamProblem[] {
  return files.flatMap(({ name, text }) => text.split(/\r?\n/u).flatMap((source, at) =>
    [...source.matchAll(/#\s*content\s*[:：]\s*(.*?)\s*(?=->|[#\]]|$)/gu)].flatMap(({ index, 1: kind = "" }): DreamProblem[] => {
      const isKind = contentKinds.some((one) => one === kind)
      if (isKind && contents.some((one) => one === kind)) return []
      const code = isKind ? "content_undeclared" : "content_unknown"
      return [{ ...problemOfFile(code, name, { kind, known: contentKinds.join(", ") }), line: at + 1, column: index + 1 }]
    })))
}

/** Compiles the stories; those that fail are left out and told. */
export function readStories(
  files: readonly StoryFile[],
  languages: readonly Language[],
  world: { readonly definition: WorldDefinition; readonly dials: readonly string[] },
  problems: DreamProblem[],
): Partial<Record<Language, Story>> {
  const mains = mainFiles(files, languages, problems)
  const stories: Partial<Record<Language, Story>> = {}
  for (const [language, main] of mains) {
    const { story, findings } = compileStory(files, {
      main,
      names: storyNamesOf(world.definition, world.dials),
      speakers: storySpeakersOf(world.definition),
      vocabulary: foreignWords(world.definition),
    })
    problems.push(...findings.map((finding) => problemOfFinding(finding, main)))
    if (story !== null) stories[language] = story
  }
  return stories
}
