/**
 * Texts a second of the embedder, beside Python's onnxruntime with the same files and the same texts:
 *
 *     node --conditions=source benchmarks/runtime/embedder.ts --python <python with onnxruntime, tokenizers, numpy>
 */
import { spawnSync } from "node:child_process"
import { parseArgs } from "node:util"
import { pullModel } from "@daydream/runtime"
import { createOnnxEmbedder } from "@daydream/runtime/onnx"
import type { OnnxEmbedderOptions } from "@daydream/runtime/onnx"
import { loadMails } from "./mails.ts"

const { values } = parseArgs({ options: { python: { type: "string" }, texts: { type: "string", default: "1000" } } })
const count = Number(values.texts)
const installed = (await pullModel("all-minilm-l6-v2")) as OnnxEmbedderOptions["installed"]
const subjects = loadMails().map((mail) => mail.subject).filter((text) => text !== "").slice(0, count)
const bodies = loadMails().map((mail) => mail.body).slice(0, Math.ceil(count / 10))
const sets = { "mail subjects": subjects, "mail bodies": bodies }

for (const threads of [1, 2]) {
  const model = await createOnnxEmbedder({ installed, threads })
  await model.doEmbed({ values: subjects.slice(0, 20) })
  for (const [name, texts] of Object.entries(sets)) {
    const start = performance.now()
    const { usage } = await model.doEmbed({ values: texts })
    const seconds = (performance.now() - start) / 1000
    const tokens = (usage?.tokens ?? 0) / texts.length
    console.log(`Daydream, ${threads} threads: ${(texts.length / seconds).toFixed(0)} ${name}/s (${tokens.toFixed(0)} tokens each)`)
  }
  await model.close()
}
const one = await createOnnxEmbedder({ installed })
const start = performance.now()
for (const text of subjects.slice(0, 300)) await one.doEmbed({ values: [text] })
console.log(`Daydream, one at a time: ${(300_000 / (performance.now() - start)).toFixed(0)} mail subjects/s`)
await one.close()

if (values.python === undefined) {
  console.log("--python was not given: no peer.")
} else {
  const input = JSON.stringify({ folder: installed.files["model.onnx"]?.replace(/model\.onnx$/u, ""), sets })
  const peer = spawnSync(values.python, [`${import.meta.dirname}/embedder_peer.py`], {
    input, encoding: "utf8", stdio: ["pipe", "inherit", "inherit"],
  })
  process.exitCode = peer.status ?? 1
}
