import { defineErrors } from "@daydream/engine/errors"

const wanted = {
  number: { en: "a number", zh: "一个数字" },
  integer: { en: "a whole number, 0 or more", zh: "一个非负整数" },
  share: { en: "a share above 0 and up to 1, such as 0.97 or 97%", zh: "大于 0、不超过 1 的比例，例如 0.97 或 97%" },
  duration: { en: "a length of time, such as 90s, 2m or 1h", zh: "一段时间，例如 90s、2m 或 1h" },
  text: { en: "a text", zh: "一段文字" },
  list: { en: "names separated by commas", zh: "用逗号分隔的名称" },
} as const

const didYouMean = (nearest: string | undefined, fallback: string) =>
  nearest === undefined ? fallback : `Did you mean "${nearest}"? ${fallback}`

const suggestion = (nearest: string | undefined, fallback: string) =>
  nearest === undefined ? fallback : `您要找的是“${nearest}”吗？${fallback}`

/** What can be wrong with a command line, and with the files that it names. */
export const frameErrors = defineErrors({
  unknown_command: {
    en: (f: { command: string; nearest?: string | undefined; help: string }) => ({
      message: `There is no command "${f.command}".`,
      hint: didYouMean(f.nearest, `All commands: ${f.help}`),
    }),
    zh: (f) => ({ message: `没有名为“${f.command}”的命令。`, hint: suggestion(f.nearest, `查看全部命令：${f.help}`) }),
  },
  command_needed: {
    en: (f: { group: string; commands: readonly string[]; help: string }) => ({
      message: `"${f.group}" needs a command: ${f.commands.join(", ")}.`,
      hint: `See ${f.help}`,
    }),
    zh: (f) => ({
      message: `“${f.group}”后面需要一个命令：${f.commands.join("、")}。`,
      hint: `详见：${f.help}`,
    }),
  },
  unknown_option: {
    en: (f: { option: string; nearest?: string | undefined; help: string }) => ({
      message: `There is no option "${f.option}" here.`,
      hint: didYouMean(f.nearest, `All options: ${f.help}`),
    }),
    zh: (f) => ({ message: `此命令没有选项“${f.option}”。`, hint: suggestion(f.nearest, `查看全部选项：${f.help}`) }),
  },
  missing_argument: {
    en: (f: { argument: string; usage: string; help: string }) => ({
      message: `The argument <${f.argument}> is missing.`,
      hint: `Usage: ${f.usage}. More: ${f.help}`,
    }),
    zh: (f) => ({ message: `缺少参数 <${f.argument}>。`, hint: `用法：${f.usage}。详见：${f.help}` }),
  },
  too_many_arguments: {
    en: (f: { extra: readonly string[]; usage: string; help: string }) => ({
      message: `Too many arguments: ${f.extra.map((one) => `"${one}"`).join(", ")}.`,
      hint: `Usage: ${f.usage}. Put values that hold spaces in quotes. More: ${f.help}`,
    }),
    zh: (f: { extra: readonly string[]; usage: string; help: string }) => ({
      message: `多余的参数：${f.extra.map((one) => `“${one}”`).join("、")}。`,
      hint: `用法：${f.usage}。含空格的值请加引号。详见：${f.help}`,
    }),
  },
  missing_option_value: {
    en: (f: { option: string; help: string }) => ({ message: `The option ${f.option} needs a value.`, hint: `See ${f.help}` }),
    zh: (f) => ({ message: `选项 ${f.option} 需要一个值。`, hint: `详见：${f.help}` }),
  },
  missing_option: {
    en: (f: { option: string; help: string }) => ({ message: `The option ${f.option} must be given.`, hint: `See ${f.help}` }),
    zh: (f) => ({ message: `必须给出选项 ${f.option}。`, hint: `详见：${f.help}` }),
  },
  conflicting_options: {
    en: (f: { option: string; other: string }) => ({
      message: `The options ${f.option} and ${f.other} exclude each other.`,
      hint: "Leave one of them out.",
    }),
    zh: (f) => ({ message: `选项 ${f.option} 与 ${f.other} 不能同时使用。`, hint: "请去掉其中一个。" }),
  },
  invalid_option_value: {
    en: (f: { option: string; value: string; kind: keyof typeof wanted }) => ({
      message: `The option ${f.option} cannot be "${f.value}".`,
      hint: `It takes ${wanted[f.kind].en}.`,
    }),
    zh: (f: { option: string; value: string; kind: keyof typeof wanted }) => ({
      message: `选项 ${f.option} 的值不能是“${f.value}”。`,
      hint: `这里需要${wanted[f.kind].zh}。`,
    }),
  },
  invalid_choice: {
    en: (f: { option: string; value: string; choices: readonly string[] }) => ({
      message: `The option ${f.option} cannot be "${f.value}".`,
      hint: `It takes one of: ${f.choices.join(", ")}.`,
    }),
    zh: (f) => ({
      message: `选项 ${f.option} 的值不能是“${f.value}”。`,
      hint: `可选的值：${f.choices.join("、")}。`,
    }),
  },
  file_not_found: {
    en: (f: { path: string }) => ({ message: `There is no file or folder "${f.path}".`, hint: "Check the path." }),
    zh: (f) => ({ message: `找不到文件或文件夹“${f.path}”。`, hint: "请检查路径是否正确。" }),
  },
  not_permitted: {
    en: (f: { path: string }) => ({
      message: `Access to "${f.path}" was refused.`,
      hint: "Check who may read and write it, or choose another place.",
    }),
    zh: (f) => ({ message: `没有权限访问“${f.path}”。`, hint: "请检查读写权限，或换一个位置。" }),
    exitCode: 1,
  },
  is_a_folder: {
    en: (f: { path: string }) => ({ message: `"${f.path}" is a folder, not a file.`, hint: "Name a file." }),
    zh: (f) => ({ message: `“${f.path}”是文件夹，不是文件。`, hint: "请指定一个文件。" }),
  },
  not_a_folder: {
    en: (f: { path: string }) => ({ message: `A part of the path "${f.path}" is a file, not a folder.`, hint: "Check the path." }),
    zh: (f) => ({ message: `路径“${f.path}”中有一段是文件而不是文件夹。`, hint: "请检查路径是否正确。" }),
  },
  file_exists: {
    en: (f: { path: string }) => ({ message: `There is a file "${f.path}" already; it is not replaced.`, hint: "Name another one, or move that one away." }),
    zh: (f) => ({ message: `文件“${f.path}”已存在，不会被覆盖。`, hint: "请指定其他文件名，或先移走该文件。" }),
  },
  disk_full: {
    en: (f: { path: string }) => ({
      message: `The disk is full${f.path === "" ? "" : ` ("${f.path}")`}.`,
      hint: "Free some space and start the same command again.",
    }),
    zh: (f) => ({
      message: `磁盘空间不足${f.path === "" ? "" : `（“${f.path}”）`}。`,
      hint: "请清理出一些空间，然后重新执行同一条命令。",
    }),
    exitCode: 1,
  },
  stopped: {
    en: (f: { signal: string }) => ({ message: `Stopped (${f.signal}).` }),
    zh: (f) => ({ message: `已停止（${f.signal}）。` }),
    exitCode: 1,
  },
  internal: {
    en: (f: { message: string; log?: string | undefined }) => ({
      message: `Daydream failed: ${f.message}`,
      hint: `This is a fault of the program. ${f.log === undefined ? "" : `Details are in ${f.log}. `}DAYDREAM_DEBUG=1 shows them here.`,
    }),
    zh: (f) => ({
      message: `Daydream 出错：${f.message}`,
      hint: `这是程序自身的问题。${f.log === undefined ? "" : `详情已写入 ${f.log}。`}设置 DAYDREAM_DEBUG=1 可在此直接显示详情。`,
    }),
    exitCode: 1,
  },
})
