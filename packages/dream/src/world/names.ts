/** Guessing at personal names that a text makes up. A guess: it misses names, and takes a few words for names. */
import type { Language } from "@daydream/engine/language"

interface Span {
  readonly start: number
  readonly end: number
}

const english = new Set(
  (
    "I I'm I'll I've I'd Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June " +
    "July August September October November December God Lord Heaven Hell Sir Madam Ma'am Mister Miss Mr Mrs Ms Dr Captain Father Mother " +
    "Christmas Easter English Chinese French Yes No Oh Well OK"
  ).split(" "),
)
const titles =
  "Mr|Mrs|Ms|Miss|Dr|Doctor|Captain|Professor|Inspector|Sergeant|Uncle|Aunt|Old|Young|Lady|Lord|Sir|Brother|Sister|Father"
const titled = new RegExp(`\\b(?:${titles})\\.? (\\p{Lu}[\\p{Ll}'’-]+)`, "gu")
const capitals = /(?<![\p{L}\p{N}'’])\p{Lu}\p{L}*(?:['’-]\p{L}+)*(?: \p{Lu}\p{Ll}+(?:['’-]\p{L}+)*)*/gu
const possessive = /['’]s$/u

/** How far back the end of the sentence before is looked for. */
const nearby = 12

function englishNames(text: string): Span[] {
  const spans = [...text.matchAll(titled)].map(({ index, 0: found }) => ({ start: index, end: index + found.length }))
  for (const { index, 0: found } of text.matchAll(capitals)) {
    const name = found.replace(possessive, "")
    const words = name.split(" ")
    const isFirst =
      /(?:[.!?…:]["'”’)]*\s+|["'“‘(]|\n\s*|[—–]\s*)$/u.test(text.slice(Math.max(0, index - nearby), index)) ||
      index === 0
    if (words.every((word) => english.has(word) || english.has(word.replaceAll("’", "'")))) continue
    if (isFirst && words.length === 1) continue
    // The first word of a sentence is a capital by position; what follows it is a name by itself.
    const skipped = isFirst && words.length > 1 && commonFirst.has(words[0] ?? "") ? (words[0]?.length ?? 0) + 1 : 0
    if (skipped > 0 && words.slice(1).every((word) => english.has(word))) continue
    if (/^\p{Lu}+$/u.test(name) && name.length > 1) continue
    spans.push({ start: index + skipped, end: index + name.length })
  }
  return spans
}

const commonFirst = new Set(
  (
    "The A An My Your His Her Our Their And But Or So If When Then There This That These Those Ask Tell Find See Only Even " +
    "Did Does Do Is Was Are Were Has Had Have Where What Who Why How Did Perhaps Maybe Yes No Oh Well Now Here In On At For From With To By As I He She They We You It Not " +
    "Poor Dear Old Young Good Let Give Go Come Once Because After Before Since While"
  ).split(" "),
)

const surnames =
  "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭鲁韦马苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路娄江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房丁邓洪包左石崔龚程邢裴陆荣翁惠甄曲封芮储靳段焦侯班仇宁甘厉武符刘景詹龙叶幸韶黎薄白蒲鄂赖卓屠蒙池乔谭温庄晏柴瞿阎慕连习艾鱼容向古易廖耿匡寇广欧沃利蔚越隆师巩聂敖冷辛简饶曾沙关红游竺权盖益桓"
const honorifics =
  "先生|太太|小姐|女士|医生|大夫|船长|老师|教授|警官|警长|师傅|老板|掌柜|大叔|大婶|大伯|大妈|爷爷|奶奶|大哥|大姐|叔叔|阿姨|神父|队长|司机"
const chinese = [
  new RegExp(`[${surnames}]\\p{Script=Han}{0,2}(?:${honorifics})(?!们)`, "gu"),
  new RegExp(
    `(?<=名叫|叫做|叫作|我叫|他叫|她叫|名字是|姓名是)[${surnames}]\\p{Script=Han}{1,2}(?=[，。！？、,.!?\\s”」』的]|$)`,
    "gu",
  ),
  /(?<![\p{Script=Han}])[老小阿][张王李赵刘陈杨黄周吴徐孙胡朱郭罗梁宋郑谢韩唐冯邓曹彭曾肖蔡潘杜袁丁沈姜魏吕](?=[，。！？、,.!?说讲告问在是也都就和跟的去来]|$)/gu,
  /\p{Script=Han}{1,6}·\p{Script=Han}{1,8}/gu,
]

/** Where `text` seems to name somebody or somewhere. */
export function guessNames(text: string, language: Language): Span[] {
  if (language === "en") return englishNames(text)
  const han = chinese.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ start: index, end: index + found.length })),
  )
  const latin = [...text.matchAll(/(?<![\p{L}\p{N}])\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)*/gu)].map(
    ({ index, 0: found }) => ({ start: index, end: index + found.length }),
  )
  return [...han, ...latin]
}
