/** What may be wished for. */
import type { Language } from "@daydream/engine/language"
import { isCrisis } from "../safety/index.ts"
import { wishErrors } from "./errors.ts"

const longest = 300

// What is never made, whoever asks: told by words alone, so it errs on the side of refusing.
const closed = [
  /\b(?:porn|sex(?:ual|y)?|erotic|nude|naked|rape|incest|fetish|hentai|loli|shota)\w*\b/iu,
  /色情|性爱|做爱|裸体|强奸|乱伦|情色|淫|萝莉控|正太控|黄色小说/u,
  /\b(?:how to|instructions? (?:for|to)) (?:make|build) (?:a )?(?:bomb|weapon|drug)/iu,
]

/** The language of a wish by its script. */
export const languageOfWish = (wish: string): Language => (/\p{Script=Han}/u.test(wish) ? "zh" : "en")

/** The wish, tidied. Throws `wish_empty`, `wish_too_long` and `wish_closed`; `isCrisis` where help is to be offered instead. */
export function readWish(given: string): { readonly wish: string; readonly isCrisis: boolean } {
  const wish = given.normalize("NFC").replaceAll(/[\s\p{Cc}]+/gu, " ").trim()
  if (wish === "") throw wishErrors.wish_empty({})
  if (Array.from(wish).length > longest) throw wishErrors.wish_too_long({ most: longest })
  if (closed.some((pattern) => pattern.test(wish))) throw wishErrors.wish_closed({})
  return { wish, isCrisis: isCrisis(wish) }
}
