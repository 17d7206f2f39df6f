/** Errors of `daydream dream make`. */
import { defineErrors } from "@daydream/engine/errors"

export const makeErrors = defineErrors({
  folder_taken: {
    en: (f: { folder: string }) => ({ message: `${f.folder} is there already.`, hint: "Name another folder with --out, or another --seed." }),
    zh: (f) => ({ message: `${f.folder} 已存在。`, hint: "请用 --out 换一个文件夹，或换一个 --seed。" }),
  },
})
