/** The options of `daydream compile`. */
import type { OptionDefinition } from "../frame/index.ts"

export interface CompileCommandOptions {
  readonly input?: readonly string[]
  readonly output: string
  readonly target?: number
  readonly metric: "accuracy" | "precision" | "recall"
  readonly positive?: string
  readonly delta: number
  readonly out?: string
  readonly instruction?: string
  readonly glossary?: string
  readonly classes?: readonly string[]
  readonly types?: readonly string[]
  readonly time?: string
  readonly labels?: readonly string[]
  readonly mergeLabels?: boolean
  readonly all?: boolean
  readonly rungs?: readonly string[]
  readonly model?: string
  readonly embedder: string | boolean
  readonly prices?: string
  readonly maxCost?: string
  readonly within?: number
  readonly modelRows: number
  readonly abstain: boolean
  readonly other?: boolean
  readonly dryRun?: boolean
  readonly seed: number
  readonly state: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly sheet?: string
}

export const compileOptions: readonly OptionDefinition[] = [
  {
    flags: "--input <columns>", kind: "list",
    description: { en: "input columns, separated by commas (default: all but the output and time columns)", zh: "输入列，用逗号分隔（默认：除输出列和时间列外的所有列）" },
  },
  { flags: "--output <column>", isRequired: true, description: { en: "column that holds the label", zh: "标签所在的列" } },
  { flags: "--target <share>", kind: "share", description: { en: "wanted quality, e.g. 0.97 or 97% (default: 0.95)", zh: "期望的质量，例如 0.97 或 97%（默认 0.95）" } },
  {
    flags: "--metric <name>", choices: ["accuracy", "precision", "recall"], default: "accuracy",
    description: { en: "what the target is about", zh: "目标针对的指标" },
  },
  { flags: "--positive <class>", description: { en: "class that precision and recall are about", zh: "精确率和召回率所针对的类别" } },
  { flags: "--delta <share>", kind: "share", default: 0.05, description: { en: "largest chance of a wrong certificate", zh: "认证出错的最大概率" } },
  { flags: "--out <folder>", description: { en: "folder of the plan (default: the table's name with .plan)", zh: "方案文件夹（默认：表格名加 .plan）" } },
  { flags: "--instruction <text>", description: { en: "what is to be done, in your words; language models read it", zh: "用您的话说明要做什么，供语言模型阅读" } },
  { flags: "--glossary <file>", description: { en: "JSON or YAML file: what each class means", zh: "JSON 或 YAML 文件：各类别的含义" } },
  { flags: "--classes <names>", kind: "list", description: { en: "the classes, where no row is labelled yet", zh: "类别列表，用于尚无标注的情形" } },
  { flags: "--types <pairs>", kind: "list", description: { en: "types of inputs, e.g. amount=number,city=category", zh: "输入的类型，例如 amount=number,city=category" } },
  { flags: "--time <column>", description: { en: "split by this date column: the newest rows certify", zh: "按此日期列划分：用最新的行认证" } },
  { flags: "--labels <files>", kind: "list", description: { en: "tables with labels that came back from people", zh: "人工标注后返回的表格" } },
  { flags: "--merge-labels", description: { en: "merge labels that differ only in case or spaces", zh: "合并仅大小写或空格不同的标签" } },
  { flags: "--all", description: { en: "measure every rung, not only as far as needed", zh: "测量所有方法，而非够用即止" } },
  { flags: "--rungs <names>", kind: "list", description: { en: "consider only these rungs", zh: "只考虑这些方法" } },
  { flags: "--model <id>", description: { en: "language model: an id of `daydream models list`, or one of your server", zh: "语言模型：`daydream models list` 中的编号，或您服务器上的模型" } },
  { flags: "--embedder <id>", description: { en: "embedding model (default: all-minilm-l6-v2; Chinese text: multilingual-e5-small where it is here)", zh: "嵌入模型（默认 all-minilm-l6-v2；中文文本在本机已有时用 multilingual-e5-small）" } },
  { flags: "--no-embedder", description: { en: "use no embedding model", zh: "不使用嵌入模型" } },
  { flags: "--prices <file>", description: { en: "price list (default: prices.json in the state folder; see `daydream prices`)", zh: "价格表（默认为状态文件夹中的 prices.json，见 `daydream prices`）" } },
  { flags: "--max-cost <amount>", description: { en: "most that model calls may cost, e.g. \"5 USD\"", zh: "模型调用的费用上限，例如“5 USD”" } },
  { flags: "--within <time>", kind: "duration", description: { en: "begin no further rung after this time, e.g. 10m", zh: "超过此时间不再尝试新方法，例如 10m" } },
  { flags: "--model-rows <count>", kind: "integer", default: 200, description: { en: "rows on which language models are measured", zh: "测量语言模型所用的行数" } },
  { flags: "--no-abstain", description: { en: "answer every row; leave none to people", zh: "每行都作答，不交给人" } },
  { flags: "--other", description: { en: "mark rows unlike anything seen instead of forcing a class", zh: "标记与以往都不同的行，而不强行归类" } },
  { flags: "--dry-run", description: { en: "only say what it may cost", zh: "只估算费用，不执行" } },
  { flags: "--seed <number>", kind: "integer", default: 1, description: { en: "seed of all randomness", zh: "随机种子" } },
  { flags: "--state <folder>", default: ".daydream", description: { en: "folder of caches and of certificates' history", zh: "缓存与认证历史所在的文件夹" } },
  { flags: "--encoding <name>", choices: ["utf-8", "utf-16le", "utf-16be", "gb18030"], description: { en: "encoding of the table (default: found out)", zh: "表格编码（默认自动识别）" } },
  { flags: "--delimiter <character>", description: { en: "delimiter of the table (default: found out)", zh: "表格分隔符（默认自动识别）" } },
  { flags: "--sheet <name>", description: { en: "sheet of an Excel file (default: the first)", zh: "Excel 工作表（默认第一个）" } },
]
