/** The dials of a dream. */
import type { DreamDocument } from "./document.ts"
import type { ContentKind, Dial } from "./model.ts"
import { within } from "./reading.ts"
import type { Place, Reading } from "./reading.ts"

/** Reads every dial, in the author's order. */
export function readDials(
  reading: Reading,
  authored: DreamDocument["dials"],
  contents: readonly ContentKind[],
  place: Place,
): Map<string, Dial> {
  const dials = Object.entries(authored ?? {}).map(([id, dial]): [string, Dial] => {
    const at = within(place, id)
    reading.mark(`dial:${id}`, at)
    const known = Object.keys(dial.values)
    const [first = ""] = known
    if (known.length < 2) reading.tell("dial_values", within(at, "values"))
    if (dial.starts !== undefined && !known.includes(dial.starts))
      reading.tell("dial_start", within(at, "starts"), { id: dial.starts, known: known.join(", ") })
    if (dial.content !== undefined && !contents.includes(dial.content))
      reading.tell("content_undeclared", within(at, "content"), { kind: dial.content })
    return [id, {
      id,
      names: reading.texts(dial.names, within(at, "names")),
      values: Object.entries(dial.values).map(([value, { names }]) => ({
        value,
        names: reading.texts(names, within(at, "values", value, "names")),
      })),
      starts: dial.starts ?? first,
      content: dial.content ?? null,
    }]
  })
  return new Map(dials)
}
