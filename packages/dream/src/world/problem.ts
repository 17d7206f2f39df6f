/** What is wrong with an author's files: place, what, and how to mend it, in both languages. */
import type { Localized } from "@daydream/engine/language"

/** One problem of a value that an author wrote. */
export interface AuthoredProblem {
  readonly code: string
  readonly severity: "error" | "warning"
  /** Keys and positions from the top of the value. */
  readonly path: readonly (string | number)[]
  readonly message: Localized
  readonly hint: Localized
}

/** One problem in one place of one file. */
export interface WorldProblem extends AuthoredProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
}

interface ProblemText {
  readonly message: Localized
  readonly hint: Localized
}

const kinds: Readonly<Record<string, Localized>> = {
  string: { en: "a text", zh: "文字" },
  number: { en: "a number", zh: "数字" },
  int: { en: "a whole number", zh: "整数" },
  boolean: { en: "true or false", zh: " true 或 false" },
  array: { en: "a list", zh: "列表" },
  object: { en: "a mapping", zh: "映射" },
  record: { en: "a mapping", zh: "映射" },
  tuple: { en: "a list of two", zh: "两项的列表" },
  null: { en: "nothing", zh: "空值" },
  place: { en: "place", zh: "地点" },
  character: { en: "character", zh: "角色" },
  thing: { en: "thing", zh: "物品" },
  entity: { en: "place, character or thing", zh: "地点、角色或物品" },
  fact: { en: "fact", zh: "事实" },
  relation: { en: "relation", zh: "关系" },
  movable: { en: "character or thing", zh: "角色或物品" },
  move: { en: "move or rule", zh: "动作或规则" },
  argument: { en: "argument", zh: "参数" },
  feeling: { en: "feeling", zh: "情绪" },
  topic: { en: "topic", zh: "话题" },
  ending: { en: "ending", zh: "结局" },
  dial: { en: "dial", zh: "旋钮" },
}

const kindOf = (kind: string): Localized => kinds[kind] ?? { en: kind, zh: kind }
const meant = (near: string | undefined, otherwise: Localized): Localized =>
  near === undefined ? otherwise : { en: `Did you mean "${near}"?`, zh: `是不是想写“${near}”？` }

const yamlCodes: Readonly<Record<string, Localized>> = {
  BAD_INDENT: { en: "the indentation is wrong", zh: "缩进不对" },
  TAB_AS_INDENT: { en: "a tab cannot indent; use spaces", zh: "不能用制表符缩进，请用空格" },
  MISSING_CHAR: { en: "a bracket, comma or quote is missing", zh: "缺少括号、逗号或引号" },
  UNEXPECTED_TOKEN: { en: "this cannot stand here", zh: "此处不应出现这样的内容" },
  BAD_ALIAS: { en: "this alias names nothing", zh: "这个别名没有所指" },
  MULTILINE_IMPLICIT_KEY: { en: "a key must be on one line", zh: "键必须写在一行之内" },
  BLOCK_AS_IMPLICIT_KEY: { en: "a mapping cannot begin on the line of another", zh: "映射不能写在另一个映射的同一行" },
  ALIASES: { en: "too many aliases", zh: "别名太多" },
}
const yamlOf = (code: string): Localized => yamlCodes[code] ?? { en: code.toLowerCase().replaceAll("_", " "), zh: code }

/** Each kind of problem, from its facts to its texts. */
export const problemTexts = {
  yaml_syntax: (f: { code: string }): ProblemText => ({
    message: { en: `This is not valid YAML: ${yamlOf(f.code).en}.`, zh: `YAML 语法有误：${yamlOf(f.code).zh}。` },
    hint: {
      en: "Look at the indentation, colons and brackets here and on the line before; a text with { } [ ] # or a colon needs quotes.",
      zh: "请检查此处和上一行的缩进、冒号和括号；含有 { } [ ] # 或冒号的文字要加引号。",
    },
  }),
  yaml_twice: (): ProblemText => ({
    message: { en: "This key stands twice in the same mapping.", zh: "这个键在同一个映射里出现了两次。" },
    hint: { en: "Rename or remove one of the two.", zh: "请改名或删除其中一个。" },
  }),
  file_too_large: (f: { bytes: number }): ProblemText => ({
    message: {
      en: `The file has ${f.bytes} characters; at most 4,000,000 are read.`,
      zh: `文件有 ${f.bytes} 个字符，最多读取 400 万个。`,
    },
    hint: { en: "Divide it into several files.", zh: "请拆分成多个文件。" },
  }),
  wrong_type: (f: { expected: string }): ProblemText => ({
    message: { en: `Here should stand ${kindOf(f.expected).en}.`, zh: `此处应填${kindOf(f.expected).zh}。` },
    hint: {
      en: "Change the value; a text that looks like a number or a word like yes needs quotes.",
      zh: "请修改这个值；看起来像数字或 true、no 之类的文字要加引号。",
    },
  }),
  missing_key: (f: { key: string }): ProblemText => ({
    message: { en: `"${f.key}" is missing here.`, zh: `此处缺少“${f.key}”。` },
    hint: { en: `Add a line "${f.key}: …".`, zh: `请加上一行“${f.key}: …”。` },
  }),
  unknown_key: (f: { key: string; near: string | undefined }): ProblemText => ({
    message: { en: `"${f.key}" means nothing here.`, zh: `此处不能写“${f.key}”。` },
    hint: /\s/u.test(f.key)
      ? { en: "A text with a comma within { } needs quotes.", zh: "写在 { } 里的文字若含有半角逗号，要加引号。" }
      : meant(f.near, {
          en: "Remove it, or look into the guide for what may stand here.",
          zh: "请删除它，或查阅指南了解此处可以写什么。",
        }),
  }),
  wrong_choice: (f: { allowed: readonly unknown[] }): ProblemText => ({
    message: { en: "This is none of the possible values.", zh: "这不是可选的值。" },
    hint: { en: `Write one of: ${f.allowed.join(", ")}.`, zh: `可选的值：${f.allowed.join("、")}。` },
  }),
  out_of_bounds: (f: { detail: string }): ProblemText => ({
    message: { en: `Too large, too small, too many or too few: ${f.detail}.`, zh: `大小或数量超出范围：${f.detail}。` },
    hint: { en: "Keep within the bound.", zh: "请保持在范围之内。" },
  }),
  bad_id: (): ProblemText => ({
    message: { en: "This is no id.", zh: "这不是合法的标识符。" },
    hint: {
      en: "Use small letters, digits, _ and -, beginning with a letter; the name that people read goes into names.",
      zh: "请用小写字母、数字、_ 和 -，以字母开头；给人看的名字写在 names 里。",
    },
  }),
  reserved_id: (f: { id: string }): ProblemText => ({
    message: { en: `"${f.id}" is reserved.`, zh: `“${f.id}”是保留字。` },
    hint: { en: "Choose another id.", zh: "请换一个标识符。" },
  }),
  bad_text: (): ProblemText => ({
    message: { en: "Here should stand a text.", zh: "此处应为文字。" },
    hint: {
      en: "Write {en: …, zh: …}, or a plain text where the world has one language.",
      zh: "请写成 {en: …, zh: …}；只有一种语言时可以直接写文字。",
    },
  }),
  bad_texts: (): ProblemText => ({
    message: { en: "Here should stand lists of texts.", zh: "此处应为文字的列表。" },
    hint: {
      en: "Write {en: [..], zh: [..]}, or a plain list where the world has one language.",
      zh: "请写成 {en: [..], zh: [..]}；只有一种语言时可以直接写列表。",
    },
  }),
  bad_value: (): ProblemText => ({
    message: {
      en: "A fact's value is true, false, a whole number or the name of a value.",
      zh: "事实的值只能是 true、false、整数或值的名称。",
    },
    hint: { en: "Change the value.", zh: "请修改这个值。" },
  }),
  bad_who: (): ProblemText => ({
    message: { en: "Here should stand everyone or a list of characters.", zh: "此处应为 everyone 或角色的列表。" },
    hint: { en: "Write everyone, or [anna, tom].", zh: "请写 everyone，或者 [anna, tom]。" },
  }),
  bad_exit: (): ProblemText => ({
    message: {
      en: "An exit is a place's id, or {to, names, when}.",
      zh: "出口应为地点的标识符，或 {to, names, when}。",
    },
    hint: {
      en: "Write for example {to: cellar, when: {has: {thing: key}}}.",
      zh: "例如 {to: cellar, when: {has: {thing: key}}}。",
    },
  }),
  bad_from: (): ProblemText => ({
    message: { en: "from is here, held, known or a list.", zh: "from 应为 here、held、known 或一个列表。" },
    hint: { en: "Write one of them.", zh: "请从中选择一个。" },
  }),
  bad_time: (f: { text: string }): ProblemText => ({
    message: { en: `"${f.text}" is no story time.`, zh: `“${f.text}”不是故事时间。` },
    hint: { en: 'Write "day 2 21:30" or "21:30", in quotes.', zh: '请写成 "day 2 21:30" 或 "21:30"，并加引号。' },
  }),
  bad_duration: (f: { text: string }): ProblemText => ({
    message: { en: `"${f.text}" is no duration.`, zh: `“${f.text}”不是时长。` },
    hint: { en: "Write 30s, 5m or 1h.", zh: "请写成 30s、5m 或 1h。" },
  }),
  one_condition: (): ProblemText => ({
    message: { en: "A condition has exactly one key.", zh: "一个条件只能有一个键。" },
    hint: { en: "Join several with all: [..] or any: [..].", zh: "多个条件请用 all: [..] 或 any: [..] 连接。" },
  }),
  one_effect: (): ProblemText => ({
    message: { en: "An effect has exactly one key.", zh: "一个效果只能有一个键。" },
    hint: { en: "Make a list with one item for each.", zh: "请写成列表，每项一个效果。" },
  }),
  no_characters: (): ProblemText => ({
    message: { en: "The world has no characters.", zh: "这个世界没有角色。" },
    hint: { en: "Add a section characters with at least one of them.", zh: "请添加 characters 一节，至少写一个角色。" },
  }),
  duplicate: (f: { id: string; other: string }): ProblemText => ({
    message: { en: `"${f.id}" stands already in ${f.other}.`, zh: `“${f.id}”已经出现在 ${f.other}。` },
    hint: { en: "Rename or remove one of the two.", zh: "请改名或删除其中一个。" },
  }),
  language_missing: (f: { language: string }): ProblemText => ({
    message: { en: `The text in "${f.language}" is missing.`, zh: `缺少“${f.language}”语言的文字。` },
    hint: {
      en: `Add ${f.language}: …, or take ${f.language} out of languages.`,
      zh: `请补上 ${f.language}: …，或从 languages 中去掉 ${f.language}。`,
    },
  }),
  language_foreign: (f: { language: string }): ProblemText => ({
    message: { en: `The world does not speak "${f.language}".`, zh: `这个世界没有声明“${f.language}”语言。` },
    hint: {
      en: `Add ${f.language} to languages, or remove this text.`,
      zh: `请在 languages 中加上 ${f.language}，或删除这段文字。`,
    },
  }),
  language_needed: (): ProblemText => ({
    message: {
      en: "A world of several languages needs to know which one this is.",
      zh: "世界有多种语言，需要说明这段文字是哪一种。",
    },
    hint: { en: "Write {en: …, zh: …}.", zh: "请写成 {en: …, zh: …}。" },
  }),
  unknown_reference: (f: { kind: string; id: string; near: string | undefined }): ProblemText => ({
    message: { en: `There is no ${kindOf(f.kind).en} "${f.id}".`, zh: `没有名为“${f.id}”的${kindOf(f.kind).zh}。` },
    hint: meant(f.near, { en: "Correct the id, or add what it names.", zh: "请改正标识符，或补上它所指的内容。" }),
  }),
  not_a_container: (f: { id: string }): ProblemText => ({
    message: { en: `"${f.id}" holds nothing.`, zh: `“${f.id}”不能装东西。` },
    hint: {
      en: "Give it container: true, or put the thing elsewhere.",
      zh: "请给它加上 container: true，或把物品放在别处。",
    },
  }),
  container_cycle: (): ProblemText => ({
    message: { en: "Things lie within each other in a circle, or too deep.", zh: "物品互相装在对方里面，或嵌套太深。" },
    hint: { en: "Put one of them into a place.", zh: "请把其中一个放到某个地点。" },
  }),
  bad_range: (): ProblemText => ({
    message: { en: "The first number of a range is the smaller one.", zh: "范围的第一个数应小于第二个。" },
    hint: { en: "Write range: [0, 10].", zh: "请写成 range: [0, 10]。" },
  }),
  outside_range: (f: { value: number; least: number; most: number }): ProblemText => ({
    message: {
      en: `${f.value} lies outside ${f.least} to ${f.most}.`,
      zh: `${f.value} 不在 ${f.least} 到 ${f.most} 之间。`,
    },
    hint: { en: "Change the number or the range.", zh: "请修改数值或范围。" },
  }),
  value_unknown: (f: { fact: string; value: unknown; allowed: string }): ProblemText => ({
    message: {
      en: `The fact "${f.fact}" has no value ${JSON.stringify(f.value)}.`,
      zh: `事实“${f.fact}”没有 ${JSON.stringify(f.value)} 这个值。`,
    },
    hint: { en: `Its values are: ${f.allowed}.`, zh: `可用的值：${f.allowed}。` },
  }),
  number_guarded: (): ProblemText => ({
    message: {
      en: "A number cannot be guarded: its sentences cannot be recognised.",
      zh: "数字类事实不能受保护：无法识别说出它的句子。",
    },
    hint: { en: "Use values: {…} with a text each.", zh: "请改用 values: {…}，为每个值写文字。" },
  }),
  fact_form: (): ProblemText => ({
    message: {
      en: "A fact is yes or no (says, not), a number (range), or one of several (values): not two of them.",
      zh: "事实只能是三种之一：是或否（says、not）、数字（range）、多值（values）。",
    },
    hint: { en: "Keep one form.", zh: "请只保留一种写法。" },
  }),
  guard_without_texts: (f: { value: string }): ProblemText => ({
    message: {
      en: `Nothing says how the guarded value ${f.value} sounds, so it cannot be kept.`,
      zh: `没有说明受保护的值 ${f.value} 会怎样说出来，因此无法保密。`,
    },
    hint: { en: "Give it says, and better phrasings and words too.", zh: "请写 says，最好再写 phrasings 和 words。" },
  }),
  phrase_empty: (f: { text: string }): ProblemText => ({
    message: { en: `"${f.text}" leaves nothing to look for.`, zh: `“${f.text}”里没有可以查找的文字。` },
    hint: { en: "Write words or characters, not only marks.", zh: "请写词语或文字，不要只写标点。" },
  }),
  secret_in_text: (f: { fact: string; found: string }): ProblemText => ({
    message: {
      en: `This text gives the guarded fact "${f.fact}" away: "${f.found}".`,
      zh: `这段文字泄露了受保护的事实“${f.fact}”：“${f.found}”。`,
    },
    hint: { en: "Reword it, or narrow the words of the fact.", zh: "请换一种写法，或收窄这个事实的 words。" },
  }),
  binding_unknown: (f: { name: string; allowed: string }): ProblemText => ({
    message: { en: `"$${f.name}" stands for nothing here.`, zh: `此处“$${f.name}”没有所指。` },
    hint: { en: `Here one may use: ${f.allowed}.`, zh: `此处可用：${f.allowed}。` },
  }),
  one_step: (): ProblemText => ({
    message: { en: "A step has exactly one input.", zh: "一步只能有一个输入。" },
    hint: { en: "Write one of: say, take, go, wait, continue.", zh: "请写其中之一：say、take、go、wait、continue。" },
  }),
  bad_line: (): ProblemText => ({
    message: { en: "Here should stand a line.", zh: "此处应为一句台词。" },
    hint: {
      en: "Write the plain text, {en: …, zh: …}, or {say: …, when: …, feel: …}.",
      zh: "请直接写文字，或写 {en: …, zh: …}，或 {say: …, when: …, feel: …}。",
    },
  }),
  bad_voice: (): ProblemText => ({
    message: { en: "Here should stand examples of the voice.", zh: "此处应为语气的示例。" },
    hint: {
      en: "Write a list of {note: …, line: …}; where the dream has several languages, {en: [..], zh: [..]}.",
      zh: "请写成 {note: …, line: …} 的列表；有多种语言时写成 {en: [..], zh: [..]}。",
    },
  }),
  lie_without_value: (): ProblemText => ({
    message: { en: "A lie needs its value.", zh: "谎言需要写明 value。" },
    hint: { en: "Add value: …, what is claimed.", zh: "请加上 value: …，即所声称的值。" },
  }),
} as const

export type ProblemCode = keyof typeof problemTexts

/** Message and hint of one problem. */
export const textsOfProblem = <C extends ProblemCode>(
  code: C,
  facts: Parameters<(typeof problemTexts)[C]>[0],
): ProblemText => (problemTexts[code] as (given: typeof facts) => ProblemText)(facts)

/** The nearest of `candidates` within two edits, or undefined. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.min(3, Math.ceil(text.length / 2) + 1)
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= least) continue
    const distance = editDistance(text, candidate)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    row = next
  }
  return row[b.length] ?? 0
}
