/** `daydream data list` and `daydream data pull <id>`: sample tables that everybody may have. */
import { defineCommand, type CommandContext, type Progress } from "../frame/index.ts"

const list = defineCommand({
  name: "list",
  description: { en: "list the sample tables", zh: "列出示例表格" },
  async run(context) {
    const { listSamples } = await import("@daydream/industry/sample")
    const samples = listSamples()
    context.table({
      columns: [
        { title: { en: "id", zh: "编号" } },
        { title: { en: "rows", zh: "行数" }, align: "right" },
        { title: { en: "classes", zh: "类别数" }, align: "right" },
        { title: { en: "licence", zh: "许可" } },
        { title: { en: "description", zh: "说明" } },
      ],
      rows: samples.map((one) => [
        one.id,
        one.rows.toLocaleString("en-US"),
        String(one.classes),
        one.licence,
        context.text(one.description),
      ]),
    })
    context.print({ en: "Fetch one: daydream data pull <id>", zh: "获取：daydream data pull <编号>" })
    return { samples: samples.map((one) => ({ ...one, description: context.text(one.description) })) }
  },
})

/** Says what to do next with the table. */
function showNext(context: CommandContext, path: string, inputs: readonly string[], output: string): void {
  const command = `daydream compile ${path} --input ${inputs.join(",")} --output ${output}`
  context.print({ en: `${path} is ready. Next: ${command}`, zh: `${path} 已就绪。下一步：${command}` })
}

const pull = defineCommand<{ readonly folder: string }>({
  name: "pull",
  description: { en: "put a sample table into a folder", zh: "获取一张示例表格到文件夹" },
  arguments: [{ name: "<id>", description: { en: "id of the sample; `daydream data list` shows them", zh: "示例编号，见 `daydream data list`" } }],
  options: [{ flags: "--folder <folder>", default: ".", description: { en: "where the files go", zh: "存放文件的文件夹" } }],
  async run(context, [id], { folder }) {
    const { listSamples, pullSample } = await import("@daydream/industry/sample")
    let progress: Progress | undefined
    const path = await pullSample(id as string, {
      folder,
      abortSignal: context.abortSignal,
      onProgress: (done, total) => {
        progress ??= context.progress({ en: `Preparing ${id}`, zh: `正在准备 ${id}` }, { total })
        progress.update(done, total)
      },
    })
    progress?.finish()
    const sample = listSamples().find((one) => one.id === id)
    if (sample) showNext(context, path, sample.inputs, sample.output)
    return { id, path, files: sample?.files, inputs: sample?.inputs, output: sample?.output }
  },
})

export const data = defineCommand({
  name: "data",
  description: { en: "sample tables: list them, fetch one", zh: "示例表格：列出、获取" },
  subcommands: [list, pull],
})
