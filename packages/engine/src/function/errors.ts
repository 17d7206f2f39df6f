/** Errors in how a function is defined. */
import { defineErrors } from "../errors/index.ts"

export const functionErrors = defineErrors({
  schema_without_json_schema: {
    en: (f: { part: string }) => ({
      message: `The schema of the ${f.part} cannot be turned into a JSON Schema.`,
      hint:
        "Use a library with Standard JSON Schema (zod 4 has it), or describe the fields plainly, " +
        "e.g. { subject: \"text\" } and [\"spam\", \"ham\"].",
    }),
    zh: (f) => ({
      message: `无法把${f.part === "input" ? "输入" : "输出"}的 schema 转换为 JSON Schema。`,
      hint: "请使用支持 Standard JSON Schema 的库（例如 zod 4），或直接描述字段，如 { subject: \"text\" } 和 [\"spam\", \"ham\"]。",
    }),
  },
  bad_input_schema: {
    en: (f: { field: string; problem: string }) => ({
      message: `The input "${f.field}" cannot be used: ${f.problem}`,
      hint: "Inputs are texts, numbers, dates, booleans or one of several given texts, each possibly missing.",
    }),
    zh: (f) => ({
      message: `输入“${f.field}”无法使用：${f.problem}`,
      hint: "输入可以是文本、数字、日期、布尔值或若干给定文本之一，均可缺失。",
    }),
  },
  bad_output_schema: {
    en: (f: { problem: string }) => ({
      message: `The output cannot be used: ${f.problem}`,
      hint: "The output is a boolean or one of two or more different classes, alone or as the only field of an object.",
    }),
    zh: (f) => ({
      message: `输出无法使用：${f.problem}`,
      hint: "输出应为布尔值，或两个以上互不相同的类别之一；可以单独给出，也可以是对象的唯一字段。",
    }),
  },
  bad_signature: {
    en: (f: { field: string; problem: string }) => ({
      message: `The signature is wrong at ${f.field}: ${f.problem}`,
      hint: "The file was written by another version or changed by hand. Compile the plan again.",
    }),
    zh: (f) => ({
      message: `函数签名的 ${f.field} 有误：${f.problem}`,
      hint: "文件可能由其他版本写成或被手工修改过，请重新编译该方案。",
    }),
  },
})
