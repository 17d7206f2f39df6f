/**
 * Words of the contents that a reader does not want. Where one is unwanted, no text with such a word is taken; by words
 * alone, so it errs on the side of leaving out.
 */
import type { Language } from "@daydream/engine/language"
import type { ContentKind } from "../bundle/index.ts"

const words: Readonly<Record<ContentKind, Readonly<Record<Language, RegExp>>>> = {
  fear: {
    en: /\b(?:ghosts?|horr\w+|terr(?:or|ified|ifying|ible)\w*|scream\w*|fear\w*|afraid|monsters?|creepy|eerie|haunt\w*|blood\w*|nightmares?|sinister)\b/iu,
    zh: /鬼|恐怖|恐惧|害怕|尖叫|毛骨悚然|可怕|怪物|吓|幽灵|阴森|血|噩梦|诡异/u,
  },
  violence: {
    en: /\b(?:kill\w*|murder\w*|knif\w+|knives|guns?|swords?|stab\w*|shot|shoot\w*|blood\w*|bomb\w*|weapons?|beat(?:en|ing)|war|attack\w*)\b/iu,
    zh: /杀|刀|枪|剑|打架|殴|血|炸|武器|战争|攻击/u,
  },
  death: {
    en: /\b(?:dead|death|dies?|died|dying|graves?|corpses?|funerals?|buried|coffins?|killed|late (?:wife|husband|mother|father|brother|sister))\b/iu,
    zh: /死|亡|尸|坟|葬|墓|遗物|遗书|遗像|过世|去世|棺/u,
  },
  romance: {
    en: /\b(?:lovers?|in love|kiss\w*|roman\w+|sweethearts?|brides?|wedding|fianc\w+|girlfriend|boyfriend)\b/iu,
    zh: /爱情|恋|吻|情人|情侣|求婚|新娘|新郎|情书|婚礼/u,
  },
  alcohol: { en: /\b(?:wine|beer|whisk\w+|vodka|rum|gin|brandy|ale|drunk\w*|tavern|liquor|cocktails?)\b/iu, zh: /酒|醉/u },
  gambling: { en: /\b(?:gambl\w*|casinos?|bet(?:s|ting)?|dice|roulette|poker|lottery)\b/iu, zh: /赌(?!气)|骰|彩票/u },
  "self-harm": { en: /\b(?:suicid\w*|self-harm|(?:hang|hurt|kill|cut)(?:ed|ing)? (?:him|her|my|them)sel\w+)\b/iu, zh: /自杀|自残|自尽|割腕|轻生/u },
}

/** How the kinds are called in a prompt. */
const names: Readonly<Record<ContentKind, Readonly<Record<Language, string>>>> = {
  fear: { en: "anything frightening", zh: "吓人的事" },
  violence: { en: "violence", zh: "暴力" },
  death: { en: "death", zh: "死亡" },
  romance: { en: "romance", zh: "恋爱" },
  alcohol: { en: "alcohol", zh: "饮酒" },
  gambling: { en: "gambling", zh: "赌博" },
  "self-harm": { en: "self-harm", zh: "伤害自己" },
}

export const isUnwanted = (text: string, without: readonly ContentKind[], language: Language): boolean =>
  without.some((kind) => words[kind][language].test(text))

/** The kinds as words, for a prompt. */
export const unwantedNames = (without: readonly ContentKind[], language: Language): string =>
  without.map((kind) => names[kind][language]).join(language === "zh" ? "、" : ", ")
