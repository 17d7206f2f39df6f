import { defineErrors } from "@daydream/engine/errors"

export const runningErrors = defineErrors({
  plan_uncertified: {
    en: (f: { plan: string }) => ({
      message: `The plan ${f.plan} has no certificate: nothing is promised about its labels.`,
      hint: "Add --uncertified to label with it all the same, or compile with more labels or a lower target.",
    }),
    zh: (f) => ({
      message: `方案 ${f.plan} 没有证书：对标注质量不作任何保证。`,
      hint: "仍要使用请加上 --uncertified；也可以提供更多标注或降低目标后重新编译。",
    }),
  },
  stdout_taken: {
    en: () => ({
      message: "Rows and the JSON document cannot both go to standard output.",
      hint: "Leave out --json, or name a file with --out.",
    }),
    zh: () => ({ message: "标注结果和 JSON 文档不能同时输出到标准输出。", hint: "请去掉 --json，或用 --out 指定文件。" }),
  },
  workers_need_files: {
    en: () => ({
      message: "A run over standard input or output cannot be spread over workers.",
      hint: "Name files for input and --out, or leave out --workers.",
    }),
    zh: () => ({ message: "使用标准输入或输出时不能分给多个工作进程。", hint: "请为输入和 --out 指定文件，或去掉 --workers。" }),
  },
  input_line_broken: {
    en: (f: { line: number; problem: string }) => ({
      message: `Line ${f.line} of standard input is not a JSON object: ${f.problem}`,
      hint: "Standard input takes JSON Lines: one object of column and value on each line.",
    }),
    zh: (f) => ({
      message: `标准输入的第 ${f.line} 行不是 JSON 对象：${f.problem}`,
      hint: "标准输入需为 JSON Lines 格式：每行一个“列名: 值”的对象。",
    }),
  },
})
