/** Short answers to what is offered: "the second one", “第二个”, yes and no. */
import type { Option } from "../model.ts"

const numbers: Readonly<Record<string, number>> = {
  one: 1, first: 1, "1st": 1, two: 2, second: 2, "2nd": 2, three: 3, third: 3, "3rd": 3, four: 4, fourth: 4, "4th": 4, five: 5, fifth: 5, "5th": 5,
  six: 6, sixth: 6, last: -1, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 末: -1,
}

const forms: readonly RegExp[] = [
  /^(?:i(?:'ll| will)? (?:take|choose|pick|go (?:with|for)) |let'?s (?:take|do|go with) )?(?:the )?(\d{1,2}|first|second|third|fourth|fifth|sixth|last|1st|2nd|3rd|4th|5th)(?: (?:one|option|choice))?(?:,? please)?$/u,
  /^(?:i(?:'ll| will)? (?:take|choose|pick) |take |choose |pick )?(?:option|number|no\.?|choice) ?(\d{1,2}|one|two|three|four|five|six)(?:,? please)?$/u,
  /^(?:我)?(?:就|要|选|选择|挑)*第?(\d{1,2}|[一二两三四五六七八])(?:个|项|条|号|种)?(?:选项|选择)?(?:吧|好了)?$/u,
  /^(?:我)?(?:就|要|选|选择|挑)*最后(?:一|那)?(?:个|项|条)(末?)(?:选项|选择)?(?:吧)?$/u,
]

const bare = (text: string) =>
  text.normalize("NFKC").toLowerCase().replaceAll(/[’‘ʼ]/gu, "'").replaceAll(/[。．.!！?？,，~～…\s]+$/gu, "").replaceAll(/\s+/gu, " ").trim()

/** The place that `text` names among `count`, from 0; null: none, or one that is not there. */
export function readOrdinal(text: string, count: number): number | null {
  const said = bare(text)
  for (const form of forms) {
    const found = form.exec(said)
    if (found === null) continue
    const word = found[1] ?? ""
    const number = word === "" ? -1 : /^\d+$/u.test(word) ? Number(word) : numbers[word]
    if (number === undefined) return null
    const place = number === -1 ? count - 1 : number - 1
    return place >= 0 && place < count ? place : null
  }
  return null
}

const yes = /^(?:yes|yeah|yep|yup|sure|ok(?:ay)?|of course|certainly|gladly|agreed|i (?:do|will|agree)|let's|with pleasure|fine|all right|alright|好|是|行|可以|嗯|愿意|我愿意|当然|没问题|对|答应|成|同意|那就)/u
const no = /^(?:no|nope|nah|never|not|i (?:don't|do not|won't|will not|refuse)|don't|refuse|decline|rather not|不|没|别|算了|拒绝|我不|休想|还是不)/u
const short = 24

/** The place of the one choice of two that `text` affirms or denies; null: it does neither. */
export function readYesNo(text: string, choices: readonly Option[]): number | null {
  const said = bare(text)
  if (choices.length !== 2 || said.length > short) return null
  const says = (one: string) => (no.test(one) ? "no" : yes.test(one) ? "yes" : null)
  const meant = says(said)
  // Only a bare yes or no: "yes, but who are you?" wants more.
  if (meant === null || said.replace(no, "").replace(yes, "").replaceAll(/[\s,，、的了啊呀吧呢嘛]|thank you|thanks|please|i do|i will|谢谢|好|是|行/gu, "").length > 3) return null
  const signs = choices.map(({ name }) => says(bare(name)))
  const [first, second] = signs
  if (first === meant && second !== meant) return 0
  if (second === meant && first !== meant) return 1
  const opposite = meant === "yes" ? "no" : "yes"
  if (first === opposite && second !== opposite) return 1
  return second === opposite && first !== opposite ? 0 : null
}
