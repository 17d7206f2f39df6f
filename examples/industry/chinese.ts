// 中文留言分类：不需要词典，不需要模型；没有把握的留给人工。
import { defineFunction } from "@daydream/engine/function"
import { createRandom } from "@daydream/engine/random"
import { certificateText } from "@daydream/industry/certificate"
import { compile } from "@daydream/industry/compile"

const openings = ["你好，", "麻烦问一下，", "急！", "客服在吗？", "请问"]
const phrases = {
  物流: ["包裹到哪里了", "快递三天没动静", "配送员一直不接电话", "能不能改一下收货地址", "什么时候发货"],
  退款: ["我要退款", "钱什么时候退回来", "重复扣了两次费", "退货之后没有收到钱", "申请退款一直不通过"],
  发票: ["怎么开发票", "发票抬头写错了", "电子发票没有收到", "能补开增值税专用发票吗", "发票税号要改"],
} as const
type Topic = keyof typeof phrases
const random = createRandom("中文")
const pick = <T>(items: readonly T[]) => items[random.integer(items.length)] as T
const write = (topic: Topic) => `${pick(openings)}${pick(phrases[topic])}，订单号${random.integer(1_000_000)}`

const topics = Object.keys(phrases) as Topic[]
const examples = Array.from({ length: 600 }, () => pick(topics)).map((topic) => ({ input: { 留言: write(topic) }, output: topic }))
const classify = defineFunction({ name: "留言", input: { 留言: "text" }, output: topics })
const compiled = await compile(classify, examples, { target: 0.95 })
if (compiled.verdict) console.log(certificateText(compiled.verdict, "zh").split("\n")[0])

for (const message of ["我的快递怎么还没到", "发票抬头能改吗", "钱还没退给我"]) {
  const { value, confidence } = await compiled.call({ 留言: message })
  console.log(`${message} → ${value ?? "留给人工"}（${(confidence * 100).toFixed(0)}%）`)
}
