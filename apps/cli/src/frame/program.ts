/** Builds the commander program from the definitions of the commands. */
import type { Language } from "@daydream/engine/language"
import { Argument, Option } from "commander"
import type { CommandDefinition, OptionDefinition } from "./definition.ts"
import { frameErrors } from "./errors.ts"
import { helpConfiguration } from "./help.ts"
import { LocalisedCommand } from "./localised-command.ts"
import { readOption } from "./option-kind.ts"

/** Called with the definition that the command line chose, its arguments and its options. */
export type Dispatch = (definition: CommandDefinition, args: readonly string[], options: Record<string, unknown>) => Promise<void>

export interface ProgramOptions {
  readonly language: Language
  readonly version: string
  readonly definitions: readonly CommandDefinition[]
  readonly dispatch: Dispatch
  readonly writeOut: (text: string) => void
  /** Columns that help may take. */
  readonly helpWidth: number
}

const globalOptions: readonly OptionDefinition[] = [
  { flags: "--json", description: { en: "print the result as one JSON document", zh: "以一个 JSON 文档输出结果" } },
  { flags: "--lang <language>", choices: ["zh", "en"], description: { en: "language of all texts", zh: "界面语言" } },
  { flags: "--quiet", description: { en: "no progress and no notes", zh: "不显示进度和提示" } },
  { flags: "--no-color", description: { en: "no colours", zh: "不使用颜色" } },
]

function createOption(definition: OptionDefinition, language: Language): Option {
  const option = new Option(definition.flags, definition.description[language])
  const takesValue = /[<[]/u.test(definition.flags)
  if (definition.default !== undefined) option.default(definition.default)
  if (definition.isRequired) option.makeOptionMandatory()
  if (!takesValue) return option
  const { choices } = definition
  if (choices) option.argChoices = [...choices]
  return option.argParser((value: string, previous: unknown) => {
    const name = option.long ?? definition.flags
    if (choices && !choices.includes(value)) throw frameErrors.invalid_choice({ option: name, value, choices })
    return readOption(name, definition.kind ?? "text", value, previous)
  })
}

function addDefinition(parent: LocalisedCommand, definition: CommandDefinition, options: ProgramOptions): void {
  const { language, dispatch } = options
  const command = parent.createCommand(definition.name)
  command.copyInheritedSettings(parent).description(definition.description[language])
  for (const one of definition.arguments ?? []) command.addArgument(new Argument(one.name, one.description[language]))
  for (const one of definition.options ?? []) command.addOption(createOption(one, language))
  for (const one of definition.subcommands ?? []) addDefinition(command, one, options)
  localiseHelp(command, language, (definition.subcommands?.length ?? 0) > 0)
  if (definition.details) command.addHelpText("after", `\n${definition.details[language]}`)
  if (definition.run)
    command.action(async () => {
      await dispatch(definition, command.processedArgs.flat().filter((one) => one !== undefined) as string[], command.opts())
    })
  parent.addCommand(command)
}

function localiseHelp(command: LocalisedCommand, language: Language, hasCommands: boolean): void {
  command.helpOption("-h, --help", language === "zh" ? "显示帮助" : "show help")
  if (hasCommands) command.helpCommand("help [command]", language === "zh" ? "显示某个命令的帮助" : "show help of a command")
  else command.helpCommand(false)
}

/** The whole command line. Parsing throws `DaydreamError` for wrong input and `CommanderError` after help or version. */
export function createProgram(options: ProgramOptions): LocalisedCommand {
  const { language } = options
  const program = new LocalisedCommand("daydream")
  program
    .description(
      language === "zh"
        ? "从一张带标签的表格得到有保证、成本最低的 AI 函数。"
        : "From a table with labels to a certified AI function at the lowest cost.",
    )
    .version(options.version, "-V, --version", language === "zh" ? "显示版本号" : "show the version")
    .configureHelp(helpConfiguration(language))
    .configureOutput({
      writeOut: options.writeOut,
      getOutHelpWidth: () => options.helpWidth,
    })
    .exitOverride()
    .allowExcessArguments(false)
  for (const one of globalOptions) program.addOption(createOption(one, language))
  for (const one of options.definitions) addDefinition(program, one, options)
  localiseHelp(program, language, true)
  return program
}
