import { defineErrors } from "@daydream/engine/errors"

/** What can be wrong with the folder of an imported card. */
export const cardFolderErrors = defineErrors({
  card_folder_taken: {
    en: (f: { folder: string }) => ({
      message: `${f.folder} exists and is not empty.`,
      hint: "Name another folder with --out, or replace it with --overwrite.",
    }),
    zh: (f) => ({ message: `${f.folder} 已存在且非空。`, hint: "请用 --out 指定其他文件夹，或用 --overwrite 覆盖。" }),
  },
  card_folder_without_card: {
    en: (f: { folder: string }) => ({
      message: `${f.folder} holds no card.json.`,
      hint: "Give a folder that `daydream card import` wrote, or put a card.json into it.",
    }),
    zh: (f) => ({
      message: `${f.folder} 中没有 card.json。`,
      hint: "请给出 `daydream card import` 写出的文件夹，或在其中放入 card.json。",
    }),
  },
  card_conversion_mismatch: {
    en: (f: { kind: string; to: string }) => ({
      message: `A ${f.kind} cannot become ${f.to}.`,
      hint: "Cards become png, json or charx; lorebooks become world or lorebook.",
    }),
    zh: (f) => ({
      message: `${f.kind} 不能转换为 ${f.to}。`,
      hint: "角色卡可转换为 png、json、charx；世界书可转换为 world、lorebook。",
    }),
  },
})
