/** Errors of `daydream play`. */
import { defineErrors } from "@daydream/engine/errors"

export const playErrors = defineErrors({
  bad_dial: {
    en: (f: { given: string }) => ({ message: `"${f.given}" is no setting of a dial.`, hint: "Write --dial name=value, for example --dial fear=low." }),
    zh: (f) => ({ message: `“${f.given}”不是有效的调节项。`, hint: "请写成 --dial 名称=取值，例如 --dial fear=low。" }),
  },
  bad_content: {
    en: (f: { given: string; known: readonly string[] }) => ({ message: `There is no content called "${f.given}".`, hint: `Choose among ${f.known.join(", ")}.` }),
    zh: (f) => ({ message: `没有名为“${f.given}”的内容类别。`, hint: `可选：${f.known.join("、")}。` }),
  },
  file_taken: {
    en: (f: { file: string }) => ({ message: `${f.file} is there already.`, hint: "Name another file." }),
    zh: (f) => ({ message: `${f.file} 已存在。`, hint: "请换一个文件名。" }),
  },
})
