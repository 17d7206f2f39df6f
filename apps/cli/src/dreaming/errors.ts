/** Errors of `daydream dream`. */
import { defineErrors } from "@daydream/engine/errors"

export const dreamingErrors = defineErrors({
  dream_folder_taken: {
    en: (f: { folder: string }) => ({ message: `${f.folder} exists and is not empty.`, hint: "Name another folder." }),
    zh: (f) => ({ message: `${f.folder} 已存在且非空。`, hint: "请换一个文件夹。" }),
  },
  no_tests: {
    en: (f: { folder: string }) => ({
      message: `${f.folder} holds no tests.`,
      hint: "Add tests/first.yaml; docs/guides/dreams.md shows how.",
    }),
    zh: (f) => ({ message: `${f.folder} 中没有测试。`, hint: "请添加 tests/first.yaml，写法见 docs/guides/dreams.zh.md。" }),
  },
})
