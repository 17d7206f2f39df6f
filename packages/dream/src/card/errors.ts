import { defineErrors } from "@daydream/engine/errors"

const size = (bytes: number): string =>
  bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MB` : `${Math.ceil(bytes / 1024)} KB`

/** What can be wrong with a card, a lorebook or a chat log. */
export const cardErrors = defineErrors({
  card_too_large: {
    en: (f: { what: string; bytes: number; limit: number }) => ({
      message: `${f.what} is too large: ${size(f.bytes)}; at most ${size(f.limit)} are read.`,
      hint: "Make the portrait or the assets smaller, or take the card out of its assets.",
    }),
    zh: (f) => ({
      message: `${f.what} 过大：${size(f.bytes)}，最多读取 ${size(f.limit)}。`,
      hint: "请缩小立绘或资源，或将卡片与资源分开。",
    }),
  },
  card_unknown_format: {
    en: () => ({
      message: "This is no character card, lorebook or chat log.",
      hint: "Read are: cards as PNG, JSON or CHARX; lorebooks as JSON; SillyTavern chats as JSONL.",
    }),
    zh: () => ({
      message: "这不是角色卡、世界书或聊天记录。",
      hint: "可读取：PNG、JSON、CHARX 角色卡，JSON 世界书，SillyTavern 的 JSONL 聊天记录。",
    }),
  },
  card_not_in_image: {
    en: () => ({
      message: "This picture holds no character card.",
      hint: "Sites and messengers that recompress pictures remove the card: download the original file.",
    }),
    zh: () => ({
      message: "这张图片里没有角色卡。",
      hint: "会重新压缩图片的网站和聊天软件会去掉卡片数据，请下载原始文件。",
    }),
  },
  card_png_damaged: {
    en: (f: { problem: string; at: number }) => ({
      message: `The PNG is damaged at byte ${f.at}: ${f.problem}.`,
      hint: "Download or export the file again.",
    }),
    zh: (f) => ({ message: `PNG 在第 ${f.at} 字节处损坏：${f.problem}。`, hint: "请重新下载或导出该文件。" }),
  },
  card_zip_damaged: {
    en: (f: { problem: string }) => ({
      message: `The CHARX file cannot be read: ${f.problem}.`,
      hint: "Export it again, without encryption and as one file.",
    }),
    zh: (f) => ({ message: `无法读取 CHARX 文件：${f.problem}。`, hint: "请重新导出，不要加密，也不要分卷。" }),
  },
  card_json_invalid: {
    en: (f: { line: number; column: number; problem: string }) => ({
      message: `The JSON is invalid at line ${f.line}, column ${f.column}: ${f.problem}.`,
      hint: "Correct that place, or export the file again.",
    }),
    zh: (f) => ({
      message: `JSON 在第 ${f.line} 行第 ${f.column} 列无效：${f.problem}。`,
      hint: "请改正此处，或重新导出该文件。",
    }),
  },
  card_json_too_much: {
    en: (f: { what: "depth" | "values"; limit: number }) => ({
      message:
        f.what === "depth"
          ? `The JSON is nested more than ${f.limit} levels deep.`
          : `The JSON holds more than ${f.limit} values.`,
      hint: "No card needs that: the file is broken or means harm.",
    }),
    zh: (f) => ({
      message: f.what === "depth" ? `JSON 嵌套超过 ${f.limit} 层。` : `JSON 的值超过 ${f.limit} 个。`,
      hint: "正常的角色卡不会这样：文件已损坏，或别有用心。",
    }),
  },
  card_text_unreadable: {
    en: (f: { chunk: string }) => ({
      message: `The card in "${f.chunk}" is not readable as base64 of JSON.`,
      hint: "Export the card again with the program that made it.",
    }),
    zh: (f) => ({
      message: `“${f.chunk}”中的卡片无法按 Base64 编码的 JSON 读取。`,
      hint: "请用制作该卡片的程序重新导出。",
    }),
  },
  card_lacks_name: {
    en: () => ({
      message: "The JSON is no character card: it has no name and no description.",
      hint: "A card has at least name, description or first_mes, at the top or in data.",
    }),
    zh: () => ({
      message: "该 JSON 不是角色卡：既没有名字也没有描述。",
      hint: "角色卡至少要有 name、description 或 first_mes，位于顶层或 data 之内。",
    }),
  },
  card_edit_impossible: {
    en: (f: { path: string }) => ({
      message: `"${f.path}" cannot be set: what it lies in is no object or list.`,
      hint: "Set the whole of what it lies in.",
    }),
    zh: (f) => ({ message: `无法设置“${f.path}”：其上层不是对象或列表。`, hint: "请整体设置它的上层。" }),
  },
  card_conversion_unknown: {
    en: (f: { format: string; version: number }) => ({
      message: `A ${f.format} file cannot hold a card of version ${f.version}.`,
      hint: "CHARX needs version 3; PNG and JSON take 2 and 3, and keep a card of version 1 as it is.",
    }),
    zh: (f) => ({
      message: `${f.format} 文件不能存放版本 ${f.version} 的角色卡。`,
      hint: "CHARX 需要版本 3，PNG 与 JSON 可用版本 2 或 3，版本 1 的卡也可原样保留。",
    }),
  },
  card_image_not_png: {
    en: () => ({
      message: "The picture is no PNG, so it cannot carry a card.",
      hint: "Convert it to PNG, or export as CHARX or JSON.",
    }),
    zh: () => ({ message: "图片不是 PNG，无法承载角色卡。", hint: "请转换为 PNG，或导出为 CHARX、JSON。" }),
  },
  chat_without_messages: {
    en: () => ({
      message: "This is no chat log: no message, or too few among its lines, could be read.",
      hint: "A SillyTavern chat is a .jsonl file: one JSON object a line.",
    }),
    zh: () => ({
      message: "这不是聊天记录：读不到消息，或能读的行太少。",
      hint: "SillyTavern 聊天为 .jsonl 文件，每行一个 JSON 对象。",
    }),
  },
})
