/** `daydream compile <table>`: from a table of past work to a certified plan. */
import { defineCommand } from "../frame/index.ts"
import { compileOptions, type CompileCommandOptions } from "../options/index.ts"

export const compile = defineCommand<CompileCommandOptions>({
  name: "compile",
  description: { en: "make a certified AI function from a table of past work", zh: "用以往工作的表格生成经认证的 AI 函数" },
  arguments: [{ name: "<table>", description: { en: "CSV, TSV, JSON, JSONL, Parquet or Excel file", zh: "CSV、TSV、JSON、JSONL、Parquet 或 Excel 文件" } }],
  options: compileOptions,
  details: {
    en: "Example:\n  daydream compile mails.csv --input subject,text --output label --target 0.97\nExit code 3: the work was done, but no plan could be certified at the target.",
    zh: "示例：\n  daydream compile mails.csv --input subject,text --output label --target 0.97\n退出码 3：编译已完成，但没有方案能在该目标下通过认证。",
  },
  async run(context, [table = ""], options) {
    const { compileFile } = await import("../compiling/index.ts")
    return compileFile(context, table, options)
  },
})
