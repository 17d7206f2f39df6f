import { defineErrors } from "@daydream/engine/errors"

export const compileErrors = defineErrors({
  nothing_to_learn_from: {
    en: (f: { rows: number }) => ({
      message: `There are ${f.rows} labelled rows to learn from, and no language model that could work without.`,
      hint: "Label a few rows of each class, or name a language model with --model and the classes with --classes.",
    }),
    zh: (f) => ({
      message: `可用于学习的已标注行有 ${f.rows} 行，也没有可以无需标注工作的语言模型。`,
      hint: "请为每个类别标注几行，或用 --model 指定语言模型并用 --classes 给出类别。",
    }),
  },
  bad_example: {
    en: (f: { example: string; problem: string }) => ({
      message: `Example ${f.example} does not fit the function: ${f.problem}`,
      hint: "Give every example the inputs that the function takes and one of its classes as output.",
    }),
    zh: (f) => ({
      message: `第 ${f.example} 个样例与函数不符：${f.problem}`,
      hint: "请为每个样例给出函数所需的输入，并以函数的某个类别作为输出。",
    }),
  },
  bad_input: {
    en: (f: { row: string; problem: string }) => ({
      message: `Input ${f.row} does not fit the function: ${f.problem}`,
      hint: "Give every input of the function under its own name.",
    }),
    zh: (f) => ({ message: `第 ${f.row} 个输入与函数不符：${f.problem}`, hint: "请按函数的输入名称给出每一项输入。" }),
  },
  no_rung_left: {
    en: (f: { reasons: string }) => ({
      message: `No way of answering could be measured: ${f.reasons}`,
      hint: "Allow more rungs (--rungs), a model (--model), more time (--within) or more money (--budget).",
    }),
    zh: (f) => ({
      message: `没有任何一种作答方式能够测量：${f.reasons}`,
      hint: "请放宽方法（--rungs）、模型（--model）、时间（--within）或费用（--max-cost）的限制。",
    }),
  },
  no_such_rung: {
    en: (f: { given: string; known: readonly string[] }) => ({
      message: `There is no rung "${f.given}".`,
      hint: `The rungs are: ${f.known.join(", ")}.`,
    }),
    zh: (f) => ({ message: `没有名为“${f.given}”的方法。`, hint: `可选方法：${f.known.join("、")}。` }),
  },
  target_out_of_range: {
    en: (f: { target: number }) => ({ message: `The target must lie between 0 and 1, but is ${f.target}.`, hint: "Write 97 % as 0.97. 100 % cannot be certified from any number of rows." }),
    zh: (f) => ({ message: `目标必须在 0 和 1 之间，现为 ${f.target}。`, hint: "97% 请写作 0.97。任何数量的数据都无法认证 100%。" }),
  },
})
