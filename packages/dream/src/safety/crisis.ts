/** Signs that a player, not a character, may be in danger. Found by rule, before any model; the answer comes from the interface. */
import type { Localized } from "@daydream/engine/language"

const signs: readonly RegExp[] = [
  /\b(?:i|i'm|im)\b[^.!?]{0,40}\b(?:kill(?:ing)? myself|end(?:ing)? (?:my (?:own )?life|it all)|suicid(?:e|al)|hurt(?:ing)? myself|cut(?:ting)? myself|self[- ]harm(?:ing)?)\b/iu,
  /\bi (?:really |just |do not |don't )*(?:want|wanna|wish|plan|intend|am going|'m going)(?: to)? (?:die|be dead|not (?:be alive|wake up|exist))\b/iu,
  /\bi (?:do not|don't|dont) (?:want|wanna)(?: to)? (?:live|be alive|be here)(?: any ?more| any longer)?\b/iu,
  /\b(?:i have|there is|there's) no reason (?:left )?to (?:live|go on living)\b/iu,
  /\b(?:better off|everyone would be better) without me\b/iu,
  /我[^。！？，,]{0,8}(?:想|要|打算|准备|不如)(?:去)?(?:自杀|自尽|轻生|寻死|死掉|死了算了|结束(?:自己的?)?生命|了结(?:自己|此生))/u,
  /我(?:真的|好|很|就是|只)?想死(?!你|我了|他|她|不|心|磕|亡[的之])/u,
  /我(?:真的|实在|已经|再也)?(?:不想|不愿意?|没法)再?活(?:下去|着|了|(?=$|[，。！？]))/u,
  /我(?:真的|实在|已经)?活不下去/u,
  /(?:割腕|自残|自伤|伤害自己)(?=$|[，。！？了过])/u,
  /(?:没有|没了)(?:继续)?活(?:下去)?的(?:意义|理由|念头)/u,
]

/** True where `text` sounds as if the player meant themselves. It errs on the side of asking. */
export const soundsLikeCrisis = (text: string): boolean => {
  const folded = text.normalize("NFKC").replaceAll(/[’‘]/gu, "'")
  return signs.some((sign) => sign.test(folded))
}

/** What the interface says then, outside the fiction. The story waits; nothing is generated in answer. */
export const crisisHelp: Localized = {
  en:
    "The story stops here for a moment. If you yourself feel like this, please talk to someone now: a person whom you trust, " +
    "or a crisis line (112 anywhere in the EU, 116 123 in many European countries, 988 in the United States and Canada; in China 12356). " +
    "This program cannot help you the way a person can. The story is kept, and waits for you.",
  zh:
    "故事先停在这里。如果这是你自己的感受，请现在就找人谈谈：找一个你信任的人，或拨打全国统一心理援助热线 12356" +
    "（青少年也可拨打 12355）；情况紧急请拨打 120 或 110。程序替代不了真正的人。故事已经保存，等你回来。",
}
