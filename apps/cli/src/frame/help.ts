/** Help in the user's language. */
import type { Language } from "@daydream/engine/language"
import { Help, type HelpConfiguration, type Option } from "commander"
import { displayWidth } from "./width.ts"
import { wrap } from "./wrap.ts"

const titles: Readonly<Record<string, string>> = {
  "Usage:": "用法：",
  "Arguments:": "参数：",
  "Options:": "选项：",
  "Global Options:": "通用选项：",
  "Commands:": "命令：",
}

function optionDescription(option: Option, language: Language): string {
  const facts: string[] = []
  const isChinese = language === "zh"
  if (option.argChoices) facts.push(`${isChinese ? "可选：" : "one of: "}${option.argChoices.join(isChinese ? "、" : ", ")}`)
  const hasValue = option.required || option.optional
  if (option.defaultValue !== undefined && hasValue)
    facts.push(`${isChinese ? "默认：" : "default: "}${option.defaultValueDescription ?? String(option.defaultValue)}`)
  if (facts.length === 0) return option.description
  return isChinese ? `${option.description}（${facts.join("；")}）` : `${option.description} (${facts.join("; ")})`
}

/** How commander shall lay out help in `language`. */
export const helpConfiguration = (language: Language): HelpConfiguration => ({
  showGlobalOptions: true,
  displayWidth,
  boxWrap: (text, width) => (width < 30 ? text : wrap(text, width)),
  optionDescription: (option) => optionDescription(option, language),
  ...(language === "zh"
    ? {
        // Commander puts a space after the title, which the full-width colon already holds.
        formatHelp: (command, helper) => Help.prototype.formatHelp.call(helper, command, helper).replace("用法： ", "用法："),
        styleTitle: (title: string) => titles[title] ?? title,
        styleUsage: (usage: string) => usage.replaceAll("[options]", "[选项]").replaceAll("[command]", "[命令]"),
        styleSubcommandTerm: (term: string) => term.replaceAll("[options]", "[选项]").replaceAll("[command]", "[命令]"),
      }
    : {}),
})
