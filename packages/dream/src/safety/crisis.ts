/** Words of somebody who may be about to hurt themselves: said of oneself and of now. What somebody else said or felt is fiction. */
import type { Language, Localized } from "@daydream/engine/language"

const patterns: Readonly<Record<Language, readonly RegExp[]>> = {
  en: [
    /\bi(?:'m| am| feel)? (?:really |just |so |honestly |still )*(?:want|wanna|wish|plan|intend|going|gonna|about|thinking (?:of|about)|ready|tempted)(?: to)? (?:die|dying|be dead|kill(?:ing)? myself|hurt(?:ing)? myself|harm(?:ing)? myself|cut(?:ting)? myself|end(?:ing)? (?:my (?:own )?life|it all|everything)|commit(?:ting)? suicide|suicide|tak(?:e|ing) my (?:own )?life)\b/u,
    /\bi(?:'ll| will| might| may| could| should|'d better|'m gonna) (?:really |just )*(?:kill|hang|cut|hurt|harm) myself\b/u,
    /\bi(?:'m| am| feel) (?:really |so |very )*suicidal\b/u,
    /\bi (?:do not|don't|dont|no longer) (?:really )?(?:want|wanna)(?: to)? (?:live|be alive|go on living|exist|wake up)(?: any ?more| any longer)?\b/u,
    /\bi (?:can't|cannot|can not) (?:go on|live) (?:living|any ?more|like this|any longer)\b/u,
    /\b(?:i have|i've got|i see|there is|there's) no reason (?:for me )?to (?:live|go on)\b/u,
    /\bi wish i (?:was|were) (?:dead|never born)\b|\bi wish i'd never been born\b/u,
    /\bi(?:'m| am| keep| have been|'ve been)? (?:cutting|hurting|harming|starving) myself\b/u,
    /\b(?:every(?:one|body)|they|you)(?:'d| would|'ll| will)? (?:all )?be better off without me\b/u,
  ],
  zh: [
    /我(?:真的|真|好|很|就|只|已经|现在|今晚|今天|也|都|还是|有点|突然|越来越)*(?:想|想要|要|打算|准备|决定)(?:去|一个人|今晚|今天|今夜|明天|现在|马上|就|要)*(?:自杀|自残|自尽|轻生|割腕|跳楼|上吊|寻死|了结自己|结束(?:我)?自己|结束(?:自己的?|我的?|这条)?(?:生命|性命|一切)|伤害自己|弄死自己|杀(?:了|死)(?:我)?自己)/u,
    /我(?:真的|真|好|很|就|只|现在|今晚|也)*想(?:去)?死(?!你|我|他|她|了你|了他|了她|灰|守|记|磕|盯|缠)(?:了|掉|啊|。|，|！|$)/u,
    /我(?:真的|真|已经|也|再也|一点(?:也|都))*不想(?:再)?活(?:了|着|下去)/u,
    /我(?:真的|真|已经|也)*(?:活不下去|不想活(?![动泼跃络])|活够|活腻)/u,
    /(?:没有|找不到)(?:任何)?(?:活着|活下去|生活下去)的(?:理由|意义|必要)/u,
    /(?:我)?(?:活着|活下去)(?:对我(?:来说)?)?(?:真的)?(?:没有|没)(?:任何|什么)?(?:意思|意义|希望)/u,
    /我(?:正|正在|刚刚?|又|一直)?在?(?:割腕|自残|伤害自己)(?:了|着)?/u,
    /我(?:要是|如果)?(?:死|消失)了(?:大家|所有人|你们|他们)(?:会|都会|就会)?(?:更好|轻松|解脱)/u,
  ],
}

/** Somebody else's words, or a tale of them. */
const quoted = /(?:["“「『][^"“”「」『』]*["”」』])/gu
const reported = /(?:说|写道|喊|said|says|wrote|told (?:me|us|him|her)(?: that)?|whispered|cried)[，,:：]?\s*$/u

/** True where `text` says so of the speaker itself, now. */
export function isCrisis(text: string): boolean {
  const plain = text.normalize("NFKC").toLowerCase().replaceAll(/[’‘ʼ]/gu, "'").replaceAll(quoted, " ").replaceAll(/\s+/gu, " ")
  return Object.values(patterns).flat().some((pattern) => {
    const found = pattern.exec(plain.replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, ""))
    return found !== null && !reported.test(plain.slice(0, found.index))
  })
}

/** What the interface says then, outside the fiction. The story waits; nothing is generated in answer. */
export const crisisHelp: Localized = {
  en:
    "The story waits. If you are thinking of hurting yourself, please talk to somebody now. In danger, call your local emergency number. " +
    "US: call or text 988. UK and Ireland: 116 123. China: 12356. Elsewhere: findahelpline.com. You matter, and there are people who will listen.",
  zh:
    "故事先停在这里。如果你正想伤害自己，请现在就和人说说话。情况紧急时请拨打 120 或 110；全国统一心理援助热线是 12356，全天有人接听。" +
    "在其他地区，可以在 findahelpline.com 找到当地的热线。你很重要，会有人愿意听你说。",
}
