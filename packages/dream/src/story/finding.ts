/** What an author is told about a story: where, what, and the fix, in both languages. */
import type { Localized } from "@daydream/engine/language"

type Facts = Readonly<Record<string, string | number>>
type Text = (facts: Facts) => string

interface FindingText {
  readonly severity: "error" | "warning"
  readonly en: readonly [message: Text, hint: Text]
  readonly zh: readonly [message: Text, hint: Text]
}

const texts = {
  no_files: {
    severity: "error",
    en: [() => "There is no story file.", () => "Add a file story.ink."],
    zh: [() => "没有故事文件。", () => "请添加 story.ink。"],
  },
  too_large: {
    severity: "error",
    en: [() => "The story is too large or nested too deeply to be compiled.", () => "Split it; at most 2 MB in all, and 24 brackets inside one another."],
    zh: [() => "故事过大或嵌套过深，无法编译。", () => "请拆分：总量不超过 2 MB，括号嵌套不超过 24 层。"],
  },
  include_path: {
    severity: "error",
    en: [(f) => `INCLUDE "${f.name}" leaves the story's folder.`, () => "Name a file that lies beside this one, without a path."],
    zh: [(f) => `INCLUDE“${f.name}”超出了故事文件夹。`, () => "请只写同一文件夹里的文件名，不带路径。"],
  },
  include_missing: {
    severity: "error",
    en: [(f) => `There is no file "${f.name}" to include.`, (f) => `The files are: ${f.files}.`],
    zh: [(f) => `找不到要包含的文件“${f.name}”。`, (f) => `现有文件：${f.files}。`],
  },
  include_cycle: {
    severity: "error",
    en: [(f) => `"${f.name}" is included twice or includes itself.`, () => "Include each file once, from the main file."],
    zh: [(f) => `“${f.name}”被重复包含，或包含了自身。`, () => "请在主文件中只包含每个文件一次。"],
  },
  ink_error: {
    severity: "error",
    en: [(f) => `ink: ${f.text}`, () => "Mend the line; docs/guides/stories.md shows the forms."],
    zh: [(f) => `ink 语法错误：${f.text}`, () => "请修改这一行；写法见 docs/guides/stories.zh.md。"],
  },
  ink_warning: {
    severity: "warning",
    en: [(f) => `ink: ${f.text}`, () => "Look at the line; the story runs, perhaps not as meant."],
    zh: [(f) => `ink 提示：${f.text}`, () => "请检查这一行：故事可以运行，但可能与本意不同。"],
  },
  target_missing: {
    severity: "error",
    en: [(f) => `"-> ${f.name}" leads nowhere: there is no such knot, stitch or label.`, (f) => `Write the name as it stands there${f.near}.`],
    zh: [(f) => `“-> ${f.name}”没有去处：不存在这个 knot、stitch 或标签。`, (f) => `请核对名称${f.near}。`],
  },
  loose_end: {
    severity: "warning",
    en: [() => "The story runs out here: no choice, divert or end follows.", () => "Add `-> somewhere`, a choice, or `# ending: name` and `-> END`."],
    zh: [() => "故事在这里中断：后面没有选项、跳转或结局。", () => "请加上 `-> 某处`、一个选项，或 `# ending: 名称` 和 `-> END`。"],
  },
  external_unknown: {
    severity: "error",
    en: [(f) => `The function "${f.name}" does not exist.`, (f) => `The world's functions are ${f.known}; define others as \`=== function ${f.name}(…)\`.`],
    zh: [(f) => `不存在函数“${f.name}”。`, (f) => `世界函数有：${f.known}；其他函数请用 \`=== function ${f.name}(…)\` 定义。`],
  },
  name_unknown: {
    severity: "error",
    en: [(f) => `The world has no "${f.name}" among its ${f.kind}.`, (f) => `Write a name that the world has${f.near}.`],
    zh: [(f) => `世界的 ${f.kind} 中没有“${f.name}”。`, (f) => `请使用世界里已有的名称${f.near}。`],
  },
  command_verb: {
    severity: "error",
    en: [(f) => `"${f.name}" is no command to the world.`, (f) => `Begin with one of: ${f.usage}.`],
    zh: [(f) => `“${f.name}”不是对世界的指令。`, (f) => `请以下列之一开头：${f.usage}。`],
  },
  command_form: {
    severity: "error",
    en: [(f) => `The command "${f.name}" is not complete or has too much.`, (f) => `Write: ${f.usage}.`],
    zh: [(f) => `指令“${f.name}”不完整或多了内容。`, (f) => `写法：${f.usage}。`],
  },
  move_in_text: {
    severity: "error",
    en: [() => "move(…) stands inside a text, a choice or its condition, where the world cannot be moved.", () => "Put it on a line of its own before: `~ temp done = move(\"…\")`."],
    zh: [() => "move(…) 写在了文本、选项或选项条件之中，此处不能改变世界。", () => "请在前面单独写一行：`~ temp done = move(\"…\")`。"],
  },
  knot_unreachable: {
    severity: "warning",
    en: [(f) => `Nothing leads to "${f.name}".`, () => "Divert to it, tag it `# entry` where the host enters it, or remove it."],
    zh: [(f) => `没有任何内容通向“${f.name}”。`, () => "请添加跳转；若由程序直接进入，请加标签 `# entry`；否则请删除。"],
  },
  ending_missing: {
    severity: "warning",
    en: [() => "The story names no ending.", () => "Tag the last line of each ending: `# ending: name`, then `-> END`."],
    zh: [() => "故事没有命名任何结局。", () => "请在每个结局的最后一行加标签 `# ending: 名称`，再写 `-> END`。"],
  },
  ending_unnamed: {
    severity: "warning",
    en: [(f) => `"-> END" in "${f.name}" ends the story without a named ending.`, () => "Put `# ending: name` on the line before."],
    zh: [(f) => `“${f.name}”中的“-> END”没有给结局命名。`, () => "请在前一行加上 `# ending: 名称`。"],
  },
  tag_name: {
    severity: "error",
    en: [(f) => `The tag "${f.tag}" has no name.`, (f) => `Write \`# ${f.tag}: name\`.`],
    zh: [(f) => `标签“${f.tag}”缺少名称。`, (f) => `请写成 \`# ${f.tag}: 名称\`。`],
  },
  checkpoint_twice: {
    severity: "error",
    en: [(f) => `The checkpoint "${f.name}" stands in two places.`, () => "Give each checkpoint its own name."],
    zh: [(f) => `检查点“${f.name}”出现了两次。`, () => "请为每个检查点起不同的名称。"],
  },
  checkpoint_inside: {
    severity: "warning",
    en: [(f) => `The checkpoint "${f.name}" does not stand at the top of its knot or stitch; a save resumes from the top.`, () => "Move the tag to the first line of the knot or stitch, or make a stitch of what follows."],
    zh: [(f) => `检查点“${f.name}”不在 knot 或 stitch 的开头；读档会从开头继续。`, () => "请把标签移到开头，或把后面的内容单独写成一个 stitch。"],
  },
  checkpoint_impossible: {
    severity: "error",
    en: [(f) => `The checkpoint "${f.name}" stands where no save can resume: ${f.where}.`, () => "Put it into a knot without parameters that is entered by an ordinary divert."],
    zh: [(f) => `检查点“${f.name}”的位置无法读档：${f.whereZh}。`, () => "请把它放在没有参数、由普通跳转进入的 knot 里。"],
  },
  id_twice: {
    severity: "error",
    en: [(f) => `Two lines have the id "${f.name}".`, () => "Give each line its own id."],
    zh: [(f) => `有两行使用了同一个 id“${f.name}”。`, () => "请为每一行使用不同的 id。"],
  },
  speaker_unknown: {
    severity: "warning",
    en: [(f) => `"${f.name}" speaks here and is no character.`, (f) => `Write the name as the world has it${f.near}.`],
    zh: [(f) => `“${f.name}”在此说话，但不是世界里的角色。`, (f) => `请核对角色名${f.near}。`],
  },
  style_halfwidth: {
    severity: "warning",
    en: [(f) => `Half-width punctuation in Chinese text: "${f.text}".`, (f) => `Write ${f.fix}.`],
    zh: [(f) => `中文里用了半角标点：“${f.text}”。`, (f) => `请改为 ${f.fix}。`],
  },
  style_fullwidth: {
    severity: "warning",
    en: [(f) => `Full-width punctuation in English text: "${f.text}".`, () => "Use the English sign."],
    zh: [(f) => `英文里用了全角标点：“${f.text}”。`, () => "请改用英文标点。"],
  },
  style_mixed: {
    severity: "warning",
    en: [(f) => `Two languages in one line: "${f.text}".`, () => "Translate it, or list the word in the story's vocabulary."],
    zh: [(f) => `一行中混用两种语言：“${f.text}”。`, () => "请翻译，或把该词列入词汇表。"],
  },
  style_space: {
    severity: "warning",
    en: [(f) => `A space between Chinese characters: "${f.text}".`, () => "Remove the space."],
    zh: [(f) => `汉字之间有空格：“${f.text}”。`, () => "请删除空格。"],
  },
  line_unreached: {
    severity: "warning",
    en: [(f) => `This line was never reached: "${f.text}".`, () => "Check the conditions that lead to it, or explore longer."],
    zh: [(f) => `从未到达这一行：“${f.text}”。`, () => "请检查通向它的条件，或加大探索次数。"],
  },
  choice_unreached: {
    severity: "warning",
    en: [(f) => `This choice was never offered: "${f.text}".`, () => "Check its condition, or explore longer."],
    zh: [(f) => `从未出现过这个选项：“${f.text}”。`, () => "请检查它的条件，或加大探索次数。"],
  },
  knot_unreached: {
    severity: "warning",
    en: [(f) => `"${f.name}" was never entered.`, () => "Check what leads to it, or explore longer."],
    zh: [(f) => `从未进入“${f.name}”。`, () => "请检查通向它的条件，或加大探索次数。"],
  },
  ending_unreached: {
    severity: "error",
    en: [(f) => `The ending "${f.name}" was never reached.`, () => "Check the conditions that lead to it, or explore longer."],
    zh: [(f) => `从未到达结局“${f.name}”。`, () => "请检查通向它的条件，或加大探索次数。"],
  },
  checkpoint_unreached: {
    severity: "warning",
    en: [(f) => `The checkpoint "${f.name}" was never reached.`, () => "Check what leads to it, or explore longer."],
    zh: [(f) => `从未到达检查点“${f.name}”。`, () => "请检查通向它的条件，或加大探索次数。"],
  },
  dead_end: {
    severity: "error",
    en: [(f) => `The story stops in "${f.name}" without an ending. Choices: ${f.path}.`, () => "Let a choice remain (`+` instead of `*`), add a fallback `* ->`, or name the ending."],
    zh: [(f) => `故事停在“${f.name}”，没有结局。选择序列：${f.path}。`, () => "请保留一个可重复选项（用 `+` 代替 `*`），或加后备选项 `* ->`，或给结局命名。"],
  },
  trap: {
    severity: "error",
    en: [(f) => `From "${f.name}" no ending can be reached any more. Choices: ${f.path}.`, () => "Add a way out of the loop."],
    zh: [(f) => `从“${f.name}”起再也无法到达任何结局。选择序列：${f.path}。`, () => "请为这个循环添加出口。"],
  },
  play_failed: {
    severity: "error",
    en: [(f) => `Played here, the story fails: ${f.text} Choices: ${f.path}.`, () => "Mend the knot; the path shows how to get there."],
    zh: [(f) => `运行到此处时出错：${f.text}选择序列：${f.path}。`, () => "请修改该处；按选择序列即可重现。"],
  },
} as const satisfies Readonly<Record<string, FindingText>>

export type StoryFindingCode = keyof typeof texts

/** One thing that an author should know. An `error` keeps the story from being played, or the player from an ending. */
export interface StoryFinding {
  readonly code: StoryFindingCode
  readonly severity: "error" | "warning"
  readonly file: string | null
  /** From 1. */
  readonly line: number | null
  readonly message: Localized
  readonly hint: Localized
}

/** Where in the author's files. */
export interface StoryLocation {
  readonly file: string | null
  readonly line: number | null
}

/** The finding `code` at `location`; where a text differs by language, the fact `<name>Zh` holds the Chinese one. */
export function finding(code: StoryFindingCode, location: StoryLocation, facts: Facts = {}): StoryFinding {
  const { severity, en, zh }: FindingText = texts[code]
  const zhFacts = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, facts[`${name}Zh`] ?? value]))
  return {
    code, severity, file: location.file, line: location.line,
    message: { en: en[0](facts), zh: zh[0](zhFacts) },
    hint: { en: en[1](facts), zh: zh[1](zhFacts) },
  }
}
