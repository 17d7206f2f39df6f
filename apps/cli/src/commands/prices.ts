/** `daydream prices`: the price list that costs are reckoned with, as a file to edit. */
import { access, mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { defineCommand } from "../frame/index.ts"

interface PricesOptions {
  readonly prices?: string
  readonly state: string
}

export const prices = defineCommand<PricesOptions>({
  name: "prices",
  description: { en: "show the price list; write one to edit where there is none", zh: "显示价格表；没有时写出一份供修改" },
  options: [
    { flags: "--prices <file>", description: { en: "the price list (default: prices.json in the state folder)", zh: "价格表文件（默认为状态文件夹中的 prices.json）" } },
    { flags: "--state <folder>", default: ".daydream", description: { en: "folder of caches and settings", zh: "缓存与设置所在的文件夹" } },
  ],
  async run(context, _args, options) {
    const { readPrices } = await import("../prices/index.ts")
    const { defaultPrices, formatPriceList } = await import("@daydream/engine/money")
    const path = options.prices ?? join(options.state, "prices.json")
    const isNew = await access(path).then(() => false, () => true)
    if (isNew) {
      await mkdir(dirname(path), { recursive: true })
      // "wx": a file that another process wrote meanwhile is the user's and stays.
      await writeFile(path, formatPriceList(defaultPrices), { flag: "wx" })
    }
    const text = formatPriceList(await readPrices(path, options.state))
    context.print(text.trimEnd())
    context.note(
      isNew
        ? { en: `Written to ${path}. Edit it; \`daydream compile\` reads it.`, zh: `已写入 ${path}，可自行修改，\`daydream compile\` 会读取它。` }
        : { en: `Read from ${path}.`, zh: `读自 ${path}。` },
    )
    return { path, isNew, prices: JSON.parse(text) as unknown }
  },
})
