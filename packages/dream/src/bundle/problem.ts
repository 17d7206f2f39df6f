/** What can be wrong in a dream's folder beside what is wrong in its world and story: in both languages, with the fix. */
import type { Localized } from "@daydream/engine/language"
import type { DreamProblem } from "./model.ts"

type Facts = Readonly<Record<string, string | number>>
type Text = readonly [message: string, hint: string]
interface ProblemTexts {
  readonly severity: "error" | "warning"
  readonly en: Text
  readonly zh: Text
}

const texts = {
  file_missing: {
    severity: "error",
    en: ["There is no {name}.", "Add the file; docs/guides/dreams.md shows a small one."],
    zh: ["缺少 {name}。", "请添加这个文件，写法见 docs/guides/dreams.zh.md。"],
  },
  file_unread: {
    severity: "warning",
    en: ["This file is not read: it has no place in a dream's folder.", "Put it where it belongs (world/, characters/, lore/, tests/; .ink beside dream.yaml), or remove it."],
    zh: ["这个文件不会被读取：它不在应有的位置。", "请放到应有的位置（world/、characters/、lore/、tests/，.ink 与 dream.yaml 同级），或删除。"],
  },
  not_utf8: {
    severity: "error",
    en: ["The file is not UTF-8.", "Save it as UTF-8."],
    zh: ["文件不是 UTF-8 编码。", "请另存为 UTF-8。"],
  },
  bad_json: {
    severity: "error",
    en: ["The file is not valid JSON: {detail}", "Mend it, or export it again from the program that wrote it."],
    zh: ["文件不是合法的 JSON：{detail}", "请修改，或从原程序重新导出。"],
  },
  no_lorebook: {
    severity: "error",
    en: ["The file is no lorebook.", "A lorebook has a field entries, as character cards (V2, V3) and SillyTavern's world files have."],
    zh: ["这个文件不是世界书。", "世界书应有 entries 字段，如角色卡（V2、V3）和 SillyTavern 的世界书文件。"],
  },
  language_of_world: {
    severity: "error",
    en: ["The world does not speak \"{language}\".", "Add {language} to the languages of world.yaml, or take it out here."],
    zh: ["世界没有声明“{language}”语言。", "请在 world.yaml 的 languages 中加上 {language}，或在此处去掉。"],
  },
  player_unmarked: {
    severity: "error",
    en: ["\"{id}\" is a character that no human plays.", "Give it player: true in the world, or take it out of players."],
    zh: ["“{id}”不是由玩家扮演的角色。", "请在世界里给它加上 player: true，或从 players 中去掉。"],
  },
  no_player: {
    severity: "error",
    en: ["The dream has no character for the player.", "Give one character of the world player: true."],
    zh: ["这个梦境没有可供玩家扮演的角色。", "请在世界里给一个角色加上 player: true。"],
  },
  dial_values: {
    severity: "error",
    en: ["A dial needs two settings or more.", "Add settings to values, or remove the dial."],
    zh: ["旋钮至少要有两档。", "请在 values 中补上，或删除这个旋钮。"],
  },
  dial_start: {
    severity: "error",
    en: ["\"{id}\" is no setting of this dial.", "Its settings are: {known}."],
    zh: ["“{id}”不是这个旋钮的档位。", "可用的档位：{known}。"],
  },
  twice: {
    severity: "error",
    en: ["\"{id}\" stands here twice.", "Rename or remove one of the two."],
    zh: ["“{id}”出现了两次。", "请改名或删除其中一个。"],
  },
  line_twice: {
    severity: "error",
    en: ["Another line of this character has the id \"{id}\" already.", "Give one of the two its own id: …, or rename the topic or reaction."],
    zh: ["该角色已有 id 为“{id}”的台词。", "请给其中一句写上不同的 id，或给话题、反应改名。"],
  },
  character_twice: {
    severity: "error",
    en: ["\"{id}\" has a sheet already in {other}.", "Join the two files, or correct the character of one."],
    zh: ["“{id}”在 {other} 中已有角色表。", "请合并两个文件，或改正其中一个的 character。"],
  },
  file_name: {
    severity: "warning",
    en: ["The sheet of \"{id}\" stands in a file of another name.", "Call it characters/{id}.yaml."],
    zh: ["“{id}”的角色表放在了别的文件名下。", "请命名为 characters/{id}.yaml。"],
  },
  freedom_exceeded: {
    severity: "error",
    en: ["The character may do more ({own}) than the dream allows ({dream}).", "Write {dream} here, or more in dream.yaml."],
    zh: ["角色的 freedom（{own}）超出了整个梦境的上限（{dream}）。", "请在此处写 {dream}，或提高 dream.yaml 中的 freedom。"],
  },
  content_undeclared: {
    severity: "error",
    en: ["\"{kind}\" is not among the contents of the dream.", "Add it to contents in dream.yaml, so that age gates and readers' limits know."],
    zh: ["梦境的 contents 中没有“{kind}”。", "请在 dream.yaml 的 contents 中加上，让年龄限制和读者偏好生效。"],
  },
  minor_romance: {
    severity: "error",
    en: ["A child is never part of anything of the kind romance.", "Remove the line, or its content."],
    zh: ["未成年角色不得涉及恋爱内容。", "请删除这句台词或它的 content。"],
  },
  topic_unreachable: {
    severity: "error",
    en: ["Nothing leads to this topic: no name, no example, no pattern.", "Give it names (a suggestion), examples (what a player says) or patterns."],
    zh: ["没有任何办法进入这个话题：没有名称、示例或句式。", "请写 names（建议）、examples（玩家的说法）或 patterns。"],
  },
  topic_empty: {
    severity: "error",
    en: ["This topic has nothing to say: no lines and no note.", "Write lines, or a note for a model."],
    zh: ["这个话题无话可说：既没有台词也没有提示。", "请写 lines，或给模型写 note。"],
  },
  pattern_empty: {
    severity: "error",
    en: ["A part of the pattern \"{text}\" leaves nothing to look for.", "Write words on both sides of each gap."],
    zh: ["句式“{text}”的某一段没有可查找的文字。", "请在每个省略号两侧都写上文字。"],
  },
  list_missing: {
    severity: "error",
    en: ["There is nothing in \"{language}\" here.", "Add {language}: […]."],
    zh: ["此处没有“{language}”语言的内容。", "请补上 {language}: […]。"],
  },
  knot_unknown: {
    severity: "error",
    en: ["The story has no knot \"{id}\" that may be entered.{near}", "Tag the knot `# entry` on its first line, or correct the name."],
    zh: ["故事中没有可进入的 knot“{id}”。{nearZh}", "请在该 knot 的第一行加标签 `# entry`，或改正名称。"],
  },
  story_missing: {
    severity: "error",
    en: ["There is no story in \"{language}\".", "Add story.{language}.ink."],
    zh: ["缺少“{language}”语言的故事。", "请添加 story.{language}.ink。"],
  },
  story_both: {
    severity: "error",
    en: ["story.ink stands beside stories of a language.", "Keep story.ink for a dream of one language, or story.en.ink and story.zh.ink for two."],
    zh: ["story.ink 与分语言的故事同时存在。", "单语言请只用 story.ink，双语请用 story.en.ink 和 story.zh.ink。"],
  },
  story_foreign: {
    severity: "error",
    en: ["The dream does not speak \"{language}\".", "Add it to the languages of dream.yaml, or remove the file."],
    zh: ["这个梦境没有声明“{language}”语言。", "请在 dream.yaml 的 languages 中加上，或删除该文件。"],
  },
  content_unknown: {
    severity: "error",
    en: ["\"{kind}\" is no kind of content.", "The kinds are: {known}."],
    zh: ["没有名为“{kind}”的内容类别。", "可用的类别：{known}。"],
  },
  move_forbidden: {
    severity: "error",
    en: ["\"{id}\" may not make this move.", "Add {id} to the move's who, or choose another move."],
    zh: ["“{id}”不能做这个动作。", "请把 {id} 加入该动作的 who，或换一个动作。"],
  },
  move_arguments: {
    severity: "error",
    en: ["The arguments of this move are: {known}.", "Name exactly these under arguments."],
    zh: ["这个动作的参数是：{known}。", "请在 arguments 中正好写上这些。"],
  },
  argument_unknown: {
    severity: "error",
    en: ["\"{id}\" is nothing that this argument can be.", "Write the id of a {kind} of the world."],
    zh: ["参数不能是“{id}”。", "请写世界里某个{kindZh}的标识符。"],
  },
} as const satisfies Readonly<Record<string, ProblemTexts>>

export type DreamProblemCode = keyof typeof texts

const fill = (text: string, facts: Facts): string =>
  text.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => (Object.hasOwn(facts, name) ? String(facts[name]) : whole))

/** Severity, message and hint of one problem. */
export function textsOf(
  code: DreamProblemCode,
  facts: Facts = {},
): { readonly severity: "error" | "warning"; readonly message: Localized; readonly hint: Localized } {
  const { severity, en, zh }: ProblemTexts = texts[code]
  return {
    severity,
    message: { en: fill(en[0], facts), zh: fill(zh[0], facts) },
    hint: { en: fill(en[1], facts), zh: fill(zh[1], facts) },
  }
}

/** A problem of a whole file. */
export const problemOfFile = (code: DreamProblemCode, file: string, facts: Facts = {}): DreamProblem => ({
  code,
  file,
  line: 0,
  column: 0,
  ...textsOf(code, facts),
})
