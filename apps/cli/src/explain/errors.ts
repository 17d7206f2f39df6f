import { defineErrors } from "@daydream/engine/errors"

/** What can be wrong with the rows that `show` is asked to explain. */
export const explainErrors = defineErrors({
  row_is_no_json: {
    en: (f: { problem: string }) => ({
      message: `The row given with --row is no valid JSON: ${f.problem}`,
      hint: `Write it like --row '{"subject": "…", "body": "…"}'.`,
    }),
    zh: (f) => ({
      message: `--row 给出的行不是有效的 JSON：${f.problem}`,
      hint: `请写成 --row '{"subject": "…", "body": "…"}' 这样的形式。`,
    }),
  },
  row_needs_names: {
    en: (f: { inputs: readonly string[] }) => ({
      message: `This function has ${f.inputs.length} inputs, so a text alone is no row.`,
      hint: `Give the row as JSON: --row '{${f.inputs.map((one) => `"${one}": "…"`).join(", ")}}'.`,
    }),
    zh: (f: { inputs: readonly string[] }) => ({
      message: `此函数有 ${f.inputs.length} 项输入，只给一段文字不够。`,
      hint: `请以 JSON 给出这一行：--row '{${f.inputs.map((one) => `"${one}": "…"`).join(", ")}}'。`,
    }),
  },
  row_lacks_inputs: {
    en: (f: { missing: readonly string[]; columns: readonly string[] }) => ({
      message: `The row has no ${f.missing.join(", ")}.`,
      hint: `It has: ${f.columns.join(", ")}. The function needs every one of its inputs under its own name.`,
    }),
    zh: (f: { missing: readonly string[]; columns: readonly string[] }) => ({
      message: `这一行缺少 ${f.missing.join("、")}。`,
      hint: `现有：${f.columns.join("、")}。函数的每一项输入都要以其名称给出。`,
    }),
  },
  row_is_no_number: {
    en: (f: { row: string }) => ({
      message: `With --rows, --row is the number of a row; "${f.row}" is none.`,
      hint: "Data rows count from 1. To explain a row that is in no file, leave out --rows.",
    }),
    zh: (f) => ({
      message: `与 --rows 同用时，--row 应为行号，而“${f.row}”不是。`,
      hint: "数据行从 1 开始计数。若要解释文件之外的一行，请去掉 --rows。",
    }),
  },
  row_needs_table: {
    en: (f: { row: string }) => ({
      message: `Row ${f.row} of which table?`,
      hint: "A plan does not keep the table that it learned from: name the file with --rows.",
    }),
    zh: (f) => ({
      message: `第 ${f.row} 行是哪张表的？`,
      hint: "方案不保存训练用的表格，请用 --rows 指定文件。",
    }),
  },
  no_such_row: {
    en: (f: { row: number; path: string }) => ({
      message: `${f.path} has no row ${f.row}.`,
      hint: "Data rows count from 1; the header is none.",
    }),
    zh: (f) => ({ message: `${f.path} 没有第 ${f.row} 行。`, hint: "数据行从 1 开始计数，表头不算。" }),
  },
})
