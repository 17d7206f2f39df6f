// Learns a spam filter from real mails, says what is promised, and labels mails that nobody trained on.
import { defineFunction } from "@daydream/engine/function"
import { createRandom, shuffle } from "@daydream/engine/random"
import { certificateText } from "@daydream/industry/certificate"
import { compile } from "@daydream/industry/compile"
import { readSpamAssassin } from "@daydream/industry/sample"

const mails = []
for await (const batch of readSpamAssassin()) mails.push(...batch)
const drawn = shuffle(mails, createRandom("mails"))
const [known, fresh] = [drawn.slice(0, 2000), drawn.slice(2000, 2005)]

const isSpam = defineFunction({
  name: "spam",
  input: { subject: "text", body: "text" },
  output: ["spam", "ham"],
})
const examples = known.map(({ subject, body, label }) => ({ input: { subject, body }, output: String(label) }))
const compiled = await compile(isSpam, examples, { target: 0.95 })
if (compiled.verdict) console.log(certificateText(compiled.verdict, "en"), "\n")

for await (const { value, confidence, input } of compiled.run(fresh.map(({ subject, body }) => ({ subject: String(subject), body: String(body) }))))
  console.log(`${value ?? "for people"} (${(confidence * 100).toFixed(0)} %): ${String(input["subject"])}`)
