/** The age gate, minors' mode and content limits. */
import type { CastMember, ContentKind, Dial, Dream, Rating } from "../bundle/index.ts"
import type { AgeBand, Allowance, Limits } from "./model.ts"

const openTo: Readonly<Record<Rating, readonly AgeBand[]>> = {
  everyone: ["child", "teen", "adult", "unknown"],
  teen: ["teen", "adult", "unknown"],
  adult: ["adult"],
}

/** What no minor meets, whatever a dream, a dial or a player says; nobody can switch these on. */
const withheldFrom: Readonly<Record<AgeBand, readonly ContentKind[]>> = {
  child: ["romance", "gambling", "alcohol", "self-harm", "violence"],
  teen: ["romance", "gambling", "self-harm"],
  unknown: ["romance", "gambling", "self-harm"],
  adult: [],
}

/** What a player with these limits may meet in `dream`. */
export function allowanceOf(dream: Pick<Dream, "rating">, { age, without }: Limits): Allowance {
  return {
    isOpen: openTo[dream.rating].includes(age),
    withheld: [...new Set([...withheldFrom[age], ...without])].toSorted(),
    isMinor: age !== "adult",
  }
}

/** Of several players in one session: what all of them may meet. */
export const allowanceOfAll = (all: readonly Allowance[]): Allowance => ({
  isOpen: all.every(({ isOpen }) => isOpen),
  withheld: [...new Set(all.flatMap(({ withheld }) => withheld))].toSorted(),
  isMinor: all.some(({ isMinor }) => isMinor),
})

/** True where a text of this kind is not said: by the player's limits, or because a child of the fiction would say it. */
export const isWithheld = (
  { withheld }: Pick<Allowance, "withheld">,
  content: ContentKind | null,
  speaker: Pick<CastMember, "isMinor"> | null = null,
): boolean => content !== null && (withheld.includes(content) || (content === "romance" && speaker?.isMinor === true))

/** The settings of the dials: what was asked for where it may be, else what the author began with; closed ones at their first value. */
export function dialsFor(
  dials: Iterable<Dial>,
  { withheld }: Pick<Allowance, "withheld">,
  asked: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const { id, values, starts, content } of dials) {
    const wanted = Object.hasOwn(asked, id) ? asked[id] : undefined
    const open = values.find(({ value }) => value === wanted)?.value ?? starts
    settings[id] = content !== null && withheld.includes(content) ? (values[0]?.value ?? starts) : open
  }
  return settings
}
