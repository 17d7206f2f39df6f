import { defineErrors } from "@daydream/engine/errors"

export const compileCommandErrors = defineErrors({
  glossary_not_readable: {
    en: (f: { file: string; problem: string }) => ({
      message: `The glossary ${f.file} cannot be read: ${f.problem}`,
      hint: 'Write a JSON or YAML file with one entry a class, e.g. spam: unwanted advertising.',
    }),
    zh: (f) => ({
      message: `无法读取类别说明文件 ${f.file}：${f.problem}`,
      hint: "请写一个 JSON 或 YAML 文件，每个类别一项，例如 spam: 垃圾广告。",
    }),
  },
  bad_type: {
    en: (f: { pair: string }) => ({
      message: `"${f.pair}" is not a column with a type.`,
      hint: "Write column=type, where type is text, number, date or category.",
    }),
    zh: (f) => ({ message: `“${f.pair}”不是“列=类型”的形式。`, hint: "请写成 列=类型，类型为 text、number、date 或 category。" }),
  },
  positive_needed: {
    en: (f: { metric: string; classes: readonly string[] }) => ({
      message: `--metric ${f.metric} needs the class that it is about.`,
      hint: `Add --positive with one of: ${f.classes.join(", ")}.`,
    }),
    zh: (f) => ({ message: `--metric ${f.metric} 需要指明针对哪个类别。`, hint: `请加上 --positive，可选：${f.classes.join("、")}。` }),
  },
  no_such_class: {
    en: (f: { given: string; classes: readonly string[] }) => ({
      message: `No row is labelled "${f.given}".`,
      hint: `The classes are: ${f.classes.slice(0, 20).join(", ")}.`,
    }),
    zh: (f) => ({ message: `没有任何一行标为“${f.given}”。`, hint: `现有类别：${f.classes.slice(0, 20).join("、")}。` }),
  },
})
