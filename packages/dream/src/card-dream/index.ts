/** A character card as a dream that can be played: one place, one character who talks freely. */
export { dreamOfCard } from "./dream-of-card.ts"
export type { CardDreamOptions } from "./dream-of-card.ts"
