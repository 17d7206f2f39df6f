/** The demonstration: compile, show, and label mails that nobody trained on. */
import { join } from "node:path"
import type { Outcome, Row } from "@daydream/engine/function"
import { openTable } from "@daydream/industry/table"
import { loadPlan, type LoadedPlan } from "@daydream/industry/plan"
import { compileFile } from "../compiling/index.ts"
import type { CommandContext } from "../frame/index.ts"
import type { StartOptions } from "../options/index.ts"
import { prepareMails, type DemonstrationFiles } from "./material.ts"

const target = 0.97
const shownMails = 6

/** Runs it; the JSON document holds the compilation and the mails that were labelled. */
export async function runDemonstration(context: CommandContext, { state }: StartOptions) {
  context.print({
    en: "A company has years of mails and knows which were spam. From subject and body alone, Daydream builds a filter,\nmeasures it, and certifies it on mails that it never saw.",
    zh: "一家公司有多年的邮件，并知道哪些是垃圾邮件。Daydream 仅凭主题和正文生成过滤器，加以测量，\n并用它从未见过的邮件进行认证。",
  })
  const files = await prepareMails(context, state)
  const plan = join(files.folder, "mails.plan")
  context.print(`\n$ daydream compile ${files.mails} --input subject,body --output label --target ${target}`)
  const compilation = await compileFile(context, files.mails, {
    input: ["subject", "body"], output: "label", target, metric: "accuracy", delta: 0.05, out: plan, embedder: "all-minilm-l6-v2",
    modelRows: 200, abstain: true, seed: 1, state,
  })
  const loaded = await loadPlan(plan)
  try {
    const labelled = await labelNewMails(context, loaded, files)
    showNext(context, files, plan)
    return { compilation, labelled }
  } finally {
    await loaded.close()
  }
}

async function labelNewMails(context: CommandContext, plan: LoadedPlan, files: DemonstrationFiles) {
  const rows: Row[] = []
  for await (const chunk of (await openTable(files.newMails)).chunks()) rows.push(...chunk.rows)
  const outcomes: (Outcome & { readonly input: Row })[] = []
  for await (const outcome of plan.run(rows, { abortSignal: context.abortSignal })) outcomes.push(outcome)
  const labelled = outcomes.map((outcome) => ({
    subject: String(outcome.input["subject"] ?? ""),
    label: outcome.output,
    status: outcome.status,
    confidence: outcome.confidence,
    truth: outcome.input["label"] ?? null,
  }))
  const shown = labelled.slice(0, shownMails)
  const right = labelled.filter((one) => one.label === one.truth).length
  context.print()
  context.print({ en: "Mails that nobody trained on:", zh: "没有参与训练的邮件：" })
  context.table({
    columns: [
      { title: { en: "subject", zh: "主题" }, maximumWidth: 60 },
      { title: { en: "label", zh: "标签" } },
      { title: { en: "confidence", zh: "置信度" }, align: "right" },
      { title: { en: "a person said", zh: "人工标签" } },
    ],
    rows: shown.map((one) => [one.subject, one.label ?? "", `${(one.confidence * 100).toFixed(1)} %`, String(one.truth)]),
  })
  context.print({
    en: `… and ${labelled.length - shown.length} more: ${right} of ${labelled.length} right.`,
    zh: `……另有 ${labelled.length - shown.length} 封：共 ${labelled.length} 封，${right} 封正确。`,
  })
  return labelled
}

function showNext(context: CommandContext, files: DemonstrationFiles, plan: string) {
  context.print()
  context.print({ en: "What to try next (in a clone, write npx daydream):", zh: "接下来可以试试（在克隆的仓库中请用 npx daydream）：" })
  context.print(`  daydream show ${plan} --rows ${files.newMails}`)
  context.print(`  daydream check ${plan} ${files.newMails}`)
  context.print(`  daydream run ${plan} ${files.newMails} --out labelled.csv`)
  context.print("  daydream compile your-table.csv --output your-label-column --target 0.95")
}
