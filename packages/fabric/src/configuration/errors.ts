/** Errors of what the operator sets. */
import { defineErrors } from "@daydream/engine/errors"
import type { Localized } from "@daydream/engine/language"

const list = (names: readonly string[]) => names.slice(0, 20).join(", ") || "—"
const zhList = (names: readonly string[]) => names.slice(0, 20).join("、") || "（无）"

export const configurationErrors = defineErrors({
  bad_configuration: {
    en: (f: { field: string; problem: Localized }) => ({
      message: `The configuration is wrong${f.field === "" ? "" : ` at ${f.field}`}: ${f.problem.en}.`,
      hint: "Correct this field; nothing was changed.",
    }),
    zh: (f) => ({
      message: `配置${f.field === "" ? "" : `的 ${f.field} `}有误：${f.problem.zh}。`,
      hint: "请更正该字段；未做任何更改。",
    }),
  },
  configuration_not_yaml: {
    en: (f: { line: number; problem: string }) => ({
      message: `The file is not YAML: line ${f.line}: ${f.problem}`,
      hint: "Mind the indentation, and put texts with : or # in quotes.",
    }),
    zh: (f) => ({
      message: `该文件不是有效的 YAML：第 ${f.line} 行：${f.problem}`,
      hint: "请检查缩进；含有 : 或 # 的文本需要加引号。",
    }),
  },
  no_such_pool: {
    en: (f: { pool: string; pools: readonly string[] }) => ({
      message: `There is no pool "${f.pool}".`, hint: `The pools are: ${list(f.pools)}.`,
    }),
    zh: (f) => ({ message: `没有名为“${f.pool}”的池。`, hint: `现有的池：${zhList(f.pools)}。` }),
  },
  no_such_model_in_pool: {
    en: (f: { pool: string; model: string; models: readonly string[] }) => ({
      message: `The pool "${f.pool}" does not serve the model "${f.model}".`, hint: `It serves: ${list(f.models)}.`,
    }),
    zh: (f) => ({ message: `池“${f.pool}”不提供模型“${f.model}”。`, hint: `它提供的模型：${zhList(f.models)}。` }),
  },
  no_such_route: {
    en: (f: { route: string; routes: readonly string[] }) => ({
      message: `There is no route "${f.route}".`, hint: `The routes are: ${list(f.routes)}.`,
    }),
    zh: (f) => ({ message: `没有名为“${f.route}”的路由。`, hint: `现有的路由：${zhList(f.routes)}。` }),
  },
  no_such_price: {
    en: (f: { price: string }) => ({ message: `There is no price "${f.price}".`, hint: "List the prices to see what is set." }),
    zh: (f) => ({ message: `没有价格“${f.price}”。`, hint: "请列出价格以查看已设置的内容。" }),
  },
  no_such_credential: {
    en: (f: { credential: string }) => ({
      message: `There is no credential "${f.credential}".`, hint: "Set it first, or name another one.",
    }),
    zh: (f) => ({ message: `没有名为“${f.credential}”的凭据。`, hint: "请先设置该凭据，或改用其他名称。" }),
  },
  pool_in_use: {
    en: (f: { pool: string; routes: readonly string[] }) => ({
      message: `Routes still lead to the pool "${f.pool}": ${list(f.routes)}.`,
      hint: "Change or remove these routes first.",
    }),
    zh: (f) => ({ message: `仍有路由指向池“${f.pool}”：${zhList(f.routes)}。`, hint: "请先修改或删除这些路由。" }),
  },
  models_in_use: {
    en: (f: { pool: string; models: readonly string[]; routes: readonly string[] }) => ({
      message: `Routes still lead to models that the pool "${f.pool}" would no longer serve (${list(f.models)}): ${list(f.routes)}.`,
      hint: "Change or remove these routes first.",
    }),
    zh: (f) => ({
      message: `仍有路由使用池“${f.pool}”将不再提供的模型（${zhList(f.models)}）：${zhList(f.routes)}。`,
      hint: "请先修改或删除这些路由。",
    }),
  },
  credential_in_use: {
    en: (f: { credential: string; pools: readonly string[] }) => ({
      message: `Pools still use the credential "${f.credential}": ${list(f.pools)}.`,
      hint: "Give these pools another credential first, or set a new secret under the same name.",
    }),
    zh: (f) => ({
      message: `仍有池在使用凭据“${f.credential}”：${zhList(f.pools)}。`,
      hint: "请先为这些池更换凭据，或在同一名称下设置新的密钥。",
    }),
  },
  currency_in_use: {
    en: (f: { currency: string; wanted: string }) => ({
      message: `Prices are set in ${f.currency}; they cannot become ${f.wanted} by a word.`,
      hint: "Remove all prices first, then set the currency and the prices in it.",
    }),
    zh: (f) => ({
      message: `价格以 ${f.currency} 设置，不能直接改为 ${f.wanted}。`,
      hint: "请先删除全部价格，再设置货币并按新货币填写价格。",
    }),
  },
  credential_variable_missing: {
    en: (f: { credential: string; variable: string }) => ({
      message: `The secret of the credential "${f.credential}" is to come from ${f.variable}, which is not set.`,
      hint: `Set the environment variable ${f.variable}, or leave secretFrom out to keep the secret that is stored.`,
    }),
    zh: (f) => ({
      message: `凭据“${f.credential}”的密钥应来自环境变量 ${f.variable}，但该变量未设置。`,
      hint: `请设置环境变量 ${f.variable}；若要保留已存储的密钥，请去掉 secretFrom。`,
    }),
  },
  tenant_parent_fixed: {
    en: (f: { tenant: string; parent: string; wanted: string }) => ({
      message: `The tenant "${f.tenant}" stands under "${f.parent}"; it cannot be moved under "${f.wanted}".`,
      hint: "Make a new tenant there, or write its present parent.",
    }),
    zh: (f) => ({
      message: `租户“${f.tenant}”位于“${f.parent}”之下，不能移到“${f.wanted}”之下。`,
      hint: "请在目标位置新建租户，或填写其当前的上级。",
    }),
  },
})
