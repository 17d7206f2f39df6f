/** What the check of a whole dream tells its author, in both languages, with the fix. */
import type { AuthoredPlace, DreamProblem } from "../bundle/index.ts"

type Facts = Readonly<Record<string, string | number>>
type Text = readonly [message: string, hint: string]
interface FindingTexts {
  readonly severity: "error" | "warning"
  readonly en: Text
  readonly zh: Text
}

// A fact `<name>Zh` stands in for `<name>` in the Chinese text.
const texts = {
  no_story: {
    severity: "warning",
    en: ["The dream has no story, so it has no ending.", "Add story.ink with scenes and endings."],
    zh: ["这个梦境没有故事，因此没有结局。", "请添加 story.ink，写上场景和结局。"],
  },
  stories_differ: {
    severity: "error",
    en: ["The stories of the two languages differ in their {what}: {names}.", "Give both the same knots, entries, checkpoints and endings; only the texts differ."],
    zh: ["两种语言的故事在{whatZh}上不一致：{names}。", "两个故事的 knot、入口、检查点和结局应相同，只有文字不同。"],
  },
  style_halfwidth: {
    severity: "warning",
    en: ["Half-width punctuation in Chinese text: \"{text}\".", "Write {fix}."],
    zh: ["中文里用了半角标点：“{text}”。", "请改为 {fix}。"],
  },
  style_fullwidth: {
    severity: "warning",
    en: ["Full-width punctuation in English text: \"{text}\".", "Use the English sign."],
    zh: ["英文里用了全角标点：“{text}”。", "请改用英文标点。"],
  },
  style_mixed: {
    severity: "warning",
    en: ["Two languages in one text: \"{text}\".", "Translate it, or list the word in the world's vocabulary."],
    zh: ["一段文字中混用两种语言：“{text}”。", "请翻译，或把该词列入世界的 vocabulary。"],
  },
  style_space: {
    severity: "warning",
    en: ["A space between Chinese characters: \"{text}\".", "Remove the space."],
    zh: ["汉字之间有空格：“{text}”。", "请删除空格。"],
  },
  style_language: {
    severity: "error",
    en: ["This text is not in the language under which it stands ({language}): \"{text}\".", "Translate it, or move it to the other language."],
    zh: ["这段文字与所标的语言（{language}）不符：“{text}”。", "请翻译，或移到另一种语言下。"],
  },
  few_examples: {
    severity: "warning",
    en: ["Only {count} example(s) in {language} of what a player says to mean this.", "Write four or more, worded differently."],
    zh: ["玩家说法的示例只有 {count} 条（{language}）。", "请写四条以上，措辞各不相同。"],
  },
  few_lines: {
    severity: "warning",
    en: ["Only {count} line(s) under {list}; repetition shows.", "Write three or more."],
    zh: ["{list} 下只有 {count} 句，容易重复。", "请写三句以上。"],
  },
  few_voices: {
    severity: "warning",
    en: ["Only {count} example(s) of the voice in {language}, and a model is to word notes.", "Write three or more pairs of note and line."],
    zh: ["语气示例只有 {count} 条（{language}），而模型需要据此改写提示。", "请写三组以上的 note 与 line。"],
  },
  note_alone: {
    severity: "warning",
    en: ["This topic has a note and no line: without a model there is nothing to say.", "Write one or more lines that stand in."],
    zh: ["这个话题只有提示没有台词：没有模型时无话可说。", "请写一句以上的备用台词。"],
  },
  note_never: {
    severity: "error",
    en: ["This topic has only a note, and this character may not be worded by a model.", "Write lines, or give the character freedom: reword."],
    zh: ["这个话题只有提示，而该角色不允许由模型改写。", "请写台词，或设 freedom: reword。"],
  },
  lines_conditional: {
    severity: "warning",
    en: ["Every line of this topic has a condition; where none holds the topic is closed.", "Leave out the condition of one, or give the topic itself a when."],
    zh: ["这个话题的每句台词都有条件；都不满足时话题关闭。", "请去掉其中一句的条件，或给话题本身写 when。"],
  },
  line_double: {
    severity: "warning",
    en: ["The same line stands here and in {other}.", "Word one of them differently."],
    zh: ["这句台词与 {other} 相同。", "请改写其中一句。"],
  },
  example_double: {
    severity: "error",
    en: ["\"{text}\" is an example of the topic \"{other}\" too: nobody can tell which is meant.", "Keep it in one of the two."],
    zh: ["“{text}”同时是话题“{other}”的示例，无法分辨。", "请只保留在其中一个话题里。"],
  },
  example_confused: {
    severity: "warning",
    en: ["\"{text}\" is understood as the topic \"{other}\" rather than as this one.", "Word the examples of the two further apart, or give this one a pattern."],
    zh: ["“{text}”会被理解为话题“{other}”，而不是本话题。", "请让两个话题的示例差别更大，或给本话题写 patterns。"],
  },
  pattern_catches: {
    severity: "warning",
    en: ["What is worded like this example, \"{text}\", goes to the topic \"{other}\": its pattern \"{pattern}\" is certain and comes first.", "Narrow that pattern, or give this topic a longer one."],
    zh: ["措辞接近示例“{text}”的话会进入话题“{other}”：它的句式“{pattern}”优先且确定。", "请收窄那个句式，或给本话题写一个更长的句式。"],
  },
  pattern_twice: {
    severity: "error",
    en: ["The topic \"{other}\" has the pattern \"{pattern}\" too.", "Keep it in one of the two."],
    zh: ["话题“{other}”也有句式“{pattern}”。", "请只保留在其中一个话题里。"],
  },
  suggestions_same: {
    severity: "warning",
    en: ["Two suggestions read the same at one time: \"{name}\" ({keys}).", "Name one of them differently."],
    zh: ["同时出现了两条相同的建议：“{name}”（{keys}）。", "请给其中一条换个名称。"],
  },
  topic_unopened: {
    severity: "warning",
    en: ["The topic \"{id}\" was never open in {turns} turns.", "Check its condition and whether the two ever meet."],
    zh: ["走了 {turns} 轮，话题“{id}”从未开放。", "请检查它的条件，以及两人是否会相遇。"],
  },
  line_unsaid: {
    severity: "warning",
    en: ["This line was never said in {turns} turns: \"{text}\".", "Check its condition, and the lines before it."],
    zh: ["走了 {turns} 轮，从未说过这句台词：“{text}”。", "请检查它的条件，以及排在前面的台词。"],
  },
  line_after_once: {
    severity: "warning",
    en: ["This line is never said: what it stands in comes once, and a line before it has no condition: \"{text}\".", "Put it first with a when, or leave out once."],
    zh: ["这句台词永远说不到：它所在的话题或反应只来一次，而前面已有不带条件的台词：“{text}”。", "请写上 when 并放到前面，或去掉 once。"],
  },
  line_barred: {
    severity: "error",
    en: ["This line was passed over each time, because it {reason}: \"{text}\".", "Give it a when under which the character may say it, or reword it."],
    zh: ["这句台词每次都被跳过，因为它{reasonZh}：“{text}”。", "请写上允许说出它的 when，或改写。"],
  },
  reaction_unseen: {
    severity: "warning",
    en: ["The reaction \"{id}\" never came in {turns} turns.", "Check its condition: the player must be there while it holds."],
    zh: ["走了 {turns} 轮，反应“{id}”从未出现。", "请检查它的条件：成立时玩家须在场。"],
  },
  scene_unseen: {
    severity: "warning",
    en: ["The scene \"{id}\" never began in {turns} turns.", "Check its condition: it begins only while the story rests."],
    zh: ["走了 {turns} 轮，场景“{id}”从未开始。", "请检查它的条件：只有在故事休息时才会开始。"],
  },
  move_unopened: {
    severity: "warning",
    en: ["The move \"{id}\" was never open to the player in {turns} turns.", "Check its condition and its arguments."],
    zh: ["走了 {turns} 轮，玩家从未能做动作“{id}”。", "请检查它的条件和参数。"],
  },
  ending_unreached: {
    severity: "error",
    en: ["The ending \"{name}\" was never reached in {turns} turns of play.", "Check what leads to it, or look longer: --turns."],
    zh: ["走了 {turns} 轮，从未到达结局“{name}”。", "请检查通向它的条件，或加大探索次数：--turns。"],
  },
  story_line_unread: {
    severity: "warning",
    en: ["This line of the story was never read in {turns} turns: \"{text}\".", "Check what leads to it, or look longer: --turns."],
    zh: ["走了 {turns} 轮，从未读到故事的这一行：“{text}”。", "请检查通向它的条件，或加大探索次数：--turns。"],
  },
  knot_unentered: {
    severity: "warning",
    en: ["Nothing of \"{name}\" ({count} lines and choices) was met in {turns} turns.", "Check what leads to it, or look longer: --turns."],
    zh: ["走了 {turns} 轮，“{name}”里的 {count} 行和选项都没有遇到。", "请检查通向它的条件，或加大探索次数：--turns。"],
  },
  choice_unoffered: {
    severity: "warning",
    en: ["This choice was never offered in {turns} turns: \"{text}\".", "Check its condition, or look longer: --turns."],
    zh: ["走了 {turns} 轮，从未出现这个选项：“{text}”。", "请检查它的条件，或加大探索次数：--turns。"],
  },
  variant_endless: {
    severity: "warning",
    en: ["No ending was reached in {turns} turns with {what}.", "Check that something else leads to an ending there, or look longer: --turns."],
    zh: ["在{whatZh}的情况下走了 {turns} 轮，没有到达任何结局。", "请检查此时是否另有通向结局的路，或加大探索次数：--turns。"],
  },
  stuck: {
    severity: "error",
    en: ["The play stops here without an ending: nothing is open any more. Inputs: {path}.", "Leave a way on, or end the story with `# ending: name`."],
    zh: ["玩到这里停住了：没有结局，也无事可做。输入：{path}。", "请留一条路，或用 `# ending: 名称` 结束故事。"],
  },
  turn_failed: {
    severity: "error",
    en: ["A turn failed: {text} Inputs: {path}.", "Mend what the message names; the inputs lead there."],
    zh: ["有一轮出错：{text}输入：{path}。", "请按提示修改，依次输入即可重现。"],
  },
  story_refused: {
    severity: "warning",
    en: ["The world refused what the story asked, {count} time(s): {command} ({code}).", "Ask only where it is possible, or read `refusal` and go on accordingly."],
    zh: ["世界拒绝了故事的请求 {count} 次：{command}（{code}）。", "请只在可行时请求，或读取 `refusal` 后另作安排。"],
  },
  says_secret: {
    severity: "error",
    en: ["{who} {reason} here: \"{text}\".", "Let the guard allow it (tell), let {who} learn it before, or reword the line."],
    zh: ["{who}在此{reasonZh}：“{text}”。", "请在 guard 的 tell 中允许，让{who}先得知，或改写台词。"],
  },
  says_wrong: {
    severity: "warning",
    en: ["{who} {reason} here: \"{text}\".", "Give the line a when, let lies allow it, or let the character learn it before."],
    zh: ["{who}在此{reasonZh}：“{text}”。", "请给台词写 when，在 lies 中允许，或让角色先得知。"],
  },
  says_stranger: {
    severity: "warning",
    en: ["{who} {reason} here: \"{name}\" in \"{text}\".", "Let the character know of it (known), or list the name in the world's vocabulary."],
    zh: ["{who}在此{reasonZh}：“{text}”里的“{name}”。", "请让角色认识它（known），或把名字列入世界的 vocabulary。"],
  },
  says_nature: {
    severity: "error",
    en: ["{who} {reason} here: \"{text}\".", "Answer within the fiction; the interface tells the truth. For robots in your fiction: mayClaimNature."],
    zh: ["{who}在此{reasonZh}：“{text}”。", "请在故事内作答，真实身份由界面说明；故事中的机器人可设 mayClaimNature。"],
  },
  tells_reader: {
    severity: "warning",
    en: ["The narration gives the guarded fact \"{fact}\" away to a player whose character does not know it: \"{text}\".", "Let the character learn it there (`~ move(\"learn {player} {fact}\")`), or reword."],
    zh: ["旁白向玩家泄露了受保护的事实“{fact}”，而玩家的角色并不知道：“{text}”。", "请在此处让角色得知（`~ move(\"learn {player} {fact}\")`），或改写。"],
  },
} as const satisfies Readonly<Record<string, FindingTexts>>

export type CheckCode = keyof typeof texts

const fill = (text: string, facts: Facts): string =>
  text.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => (Object.hasOwn(facts, name) ? String(facts[name]) : whole))

const chinese = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, facts[`${name}Zh`] ?? value]))

/** The finding `code` at `place`. */
export function finding(code: CheckCode, place: AuthoredPlace, facts: Facts = {}): DreamProblem {
  const { severity, en, zh }: FindingTexts = texts[code]
  const zhFacts = { ...facts, ...chinese(facts) }
  return {
    code, severity, file: place.file, line: place.line, column: place.column,
    message: { en: fill(en[0], facts), zh: fill(zh[0], zhFacts) },
    hint: { en: fill(en[1], facts), zh: fill(zh[1], zhFacts) },
  }
}
