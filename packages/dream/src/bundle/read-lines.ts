/** Lines of a character's sheet. */
import type { AuthoredLineEntry } from "./document.ts"
import type { CastLine, ContentKind } from "./model.ts"
import { within } from "./reading.ts"
import type { Place, Reading } from "./reading.ts"

/** What one sheet's lines have in common. */
export interface LineRules {
  readonly character: string
  readonly isMinor: boolean
  readonly contents: readonly ContentKind[]
  /** Ids given so far. */
  readonly ids: Set<string>
}

/** Reads a list of lines; ids are made of `owner` and the place in the list where none is given. */
export function readLines(
  reading: Reading,
  rules: LineRules,
  authored: readonly AuthoredLineEntry[] | undefined,
  owner: string,
  place: Place,
): CastLine[] {
  return (authored ?? []).map((entry, index) => readLine(reading, rules, entry, `${owner}-${index + 1}`, within(place, index)))
}

function readLine(reading: Reading, rules: LineRules, entry: AuthoredLineEntry, made: string, place: Place): CastLine {
  const { names, tell } = reading
  const isPlain = typeof entry === "string" || !("say" in entry)
  const line = isPlain ? { say: entry } : entry
  const id = line.id ?? made
  if (rules.ids.has(id)) tell("line_twice", place, { id })
  rules.ids.add(id)
  reading.mark(`line:${rules.character}/${id}`, place)
  const { content = null } = line
  if (content !== null && !rules.contents.includes(content))
    tell("content_undeclared", within(place, "content"), { kind: content })
  if (content === "romance" && rules.isMinor) tell("minor_romance", within(place, "content"))
  return {
    id,
    texts: reading.texts(line.say, isPlain ? place : within(place, "say")),
    when: reading.condition(line.when, within(place, "when")),
    feeling:
      line.feel === undefined ? null : names.feeling(line.feel, { source: place.file, path: [...place.path, "feel"] }),
    claims: (line.claims ?? []).map(({ fact, value }, index) => {
      const at = within(place, "claims", index)
      names.reference("fact", fact, { source: at.file, path: [...at.path, "fact"] })
      return { fact, value: names.value(fact, value, { source: at.file, path: [...at.path, "value"] }) }
    }),
    content,
  }
}
