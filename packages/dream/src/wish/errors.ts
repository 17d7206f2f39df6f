/** Errors of making a dream from a wish. */
import { defineErrors } from "@daydream/engine/errors"

export const wishErrors = defineErrors({
  wish_empty: {
    en: () => ({ message: "There is no wish.", hint: "Say in a sentence what the dream is about, for example: a bookshop that opens only in fog." }),
    zh: () => ({ message: "愿望是空的。", hint: "请用一句话说出想要的梦，例如：一个只在雾里开门的书店。" }),
  },
  wish_too_long: {
    en: (f: { most: number }) => ({ message: `The wish is longer than ${f.most} characters.`, hint: "One or two sentences are enough; the rest is found out by playing." }),
    zh: (f) => ({ message: `愿望超过了 ${f.most} 个字。`, hint: "一两句话就够了，其余的可以在游玩中发现。" }),
  },
  wish_closed: {
    en: () => ({ message: "This dream cannot be made: it asks for what no dream here shows.", hint: "Wish for something else; sexual content and harm to children are never made." }),
    zh: () => ({ message: "无法生成这个梦：它要求的内容在这里不会出现。", hint: "请换一个愿望；这里不会生成色情内容或伤害儿童的内容。" }),
  },
  wish_unfinished: {
    en: (f: { skeleton: string; problems: readonly string[] }) => ({ message: `The dream from the skeleton "${f.skeleton}" does not pass its check:\n${f.problems.join("\n")}`, hint: "Try again with another --seed; the skeleton's own texts are at fault." }),
    zh: (f) => ({ message: `用骨架“${f.skeleton}”生成的梦没有通过检查：\n${f.problems.join("\n")}`, hint: "请换一个 --seed 再试；问题出在骨架自带的文本。" }),
    exitCode: 1,
  },
})
