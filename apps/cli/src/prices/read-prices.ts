/** The price list of the user: the file named, else `.daydream/prices.json` where there is one, else the defaults. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { defineErrors } from "@daydream/engine/errors"
import { defaultPrices, parsePriceList, type PriceList } from "@daydream/engine/money"

const errors = defineErrors({
  prices_not_readable: {
    en: (f: { file: string; problem: string }) => ({
      message: `The price file ${f.file} cannot be read: ${f.problem}`,
      hint: "Name an existing JSON file; `daydream prices` writes one to begin with.",
    }),
    zh: (f) => ({
      message: `无法读取价格文件 ${f.file}：${f.problem}`,
      hint: "请指定一个存在的 JSON 文件；可先用 `daydream prices` 写出一份。",
    }),
  },
})

/** Reads the price list. Throws `prices_not_readable`, `bad_price_list`. */
export async function readPrices(file: string | undefined, stateFolder: string): Promise<PriceList> {
  const path = file ?? join(stateFolder, "prices.json")
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    if (file === undefined && (error as NodeJS.ErrnoException).code === "ENOENT") return defaultPrices
    throw errors.prices_not_readable({ file: path, problem: (error as Error).message }, error)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw errors.prices_not_readable({ file: path, problem: (error as Error).message }, error)
  }
  return parsePriceList(json, path)
}
