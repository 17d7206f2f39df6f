/** Errors of commands that administer the fabric. */
import { defineErrors } from "@daydream/engine/errors"

export const administrationErrors = defineErrors({
  server_unreachable: {
    exitCode: 1,
    isRetryable: true,
    en: (f: { server: string; reason: string }) => ({
      message: `The server at ${f.server} cannot be reached: ${f.reason}.`, hint: "Check the address, and that `daydream serve` runs there.",
    }),
    zh: (f) => ({ message: `无法连接服务器 ${f.server}：${f.reason}。`, hint: "请检查地址，并确认那里正在运行 `daydream serve`。" }),
  },
  server_address_wrong: {
    en: (f: { server: string }) => ({ message: `"${f.server}" is not the address of a server.`, hint: "Write it as https://fabric.example.com or http://127.0.0.1:7777." }),
    zh: (f) => ({ message: `“${f.server}”不是服务器地址。`, hint: "请写成 https://fabric.example.com 或 http://127.0.0.1:7777。" }),
  },
  admin_key_needed: {
    en: (f: { server: string }) => ({
      message: `An admin key is needed for the server at ${f.server}.`, hint: "Set the variable DAYDREAM_ADMIN_KEY to a key with the scope admin.",
    }),
    zh: (f) => ({ message: `访问服务器 ${f.server} 需要管理密钥。`, hint: "请将环境变量 DAYDREAM_ADMIN_KEY 设为具有 admin 权限的密钥。" }),
  },
  local_key_unreadable: {
    exitCode: 1,
    en: (f: { file: string }) => ({
      message: `A server runs on this state folder, but its local key ${f.file} cannot be read.`,
      hint: "Run this as the user who started the server, or set DAYDREAM_ADMIN_KEY to an admin key.",
    }),
    zh: (f) => ({
      message: `该状态文件夹上有服务器正在运行，但无法读取其本地密钥 ${f.file}。`,
      hint: "请以启动服务器的用户身份运行，或将 DAYDREAM_ADMIN_KEY 设为管理密钥。",
    }),
  },
  unexpected_answer: {
    exitCode: 1,
    en: (f: { server: string; status: number }) => ({
      message: `The server at ${f.server} answered with status ${f.status} in a form that is not Daydream's.`, hint: "Check that --server names a Daydream server, not something before it.",
    }),
    zh: (f) => ({ message: `服务器 ${f.server} 返回了状态 ${f.status}，但内容并非 Daydream 的格式。`, hint: "请确认 --server 指向的是 Daydream 服务器本身。" }),
  },
  no_server_runs: {
    exitCode: 1,
    en: (f: { state: string }) => ({
      message: `No server runs on the state folder ${f.state}.`, hint: "Start one with `daydream serve`, or name another with --state or --server.",
    }),
    zh: (f) => ({ message: `状态文件夹 ${f.state} 上没有正在运行的服务器。`, hint: "请用 `daydream serve` 启动，或用 --state 或 --server 指定其他服务器。" }),
  },
  bad_target: {
    en: (f: { target: string }) => ({ message: `"${f.target}" is not a target.`, hint: "Write pool/model, for example local/qwen2.5-coder-1.5b." }),
    zh: (f) => ({ message: `“${f.target}”不是有效的目标。`, hint: "请写成 池/模型，例如 local/qwen2.5-coder-1.5b。" }),
  },
  weights_differ: {
    en: (f: { weights: number; targets: number }) => ({ message: `There are ${f.weights} weights for ${f.targets} targets.`, hint: "Give one weight for each target, in their order." }),
    zh: (f) => ({ message: `给出了 ${f.weights} 个权重，但有 ${f.targets} 个目标。`, hint: "请按顺序为每个目标给出一个权重。" }),
  },
  bad_number: {
    en: (f: { option: string; value: string }) => ({ message: `The option ${f.option} cannot hold "${f.value}".`, hint: "It takes numbers separated by commas." }),
    zh: (f) => ({ message: `选项 ${f.option} 不能包含“${f.value}”。`, hint: "这里需要以逗号分隔的数字。" }),
  },
  bad_days: {
    en: (f: { option: string; value: string }) => ({ message: `The option ${f.option} cannot be "${f.value}".`, hint: "Write a number of days such as 400d, or forever." }),
    zh: (f) => ({ message: `选项 ${f.option} 不能为“${f.value}”。`, hint: "请写成 400d 这样的天数，或 forever。" }),
  },
  secret_missing: {
    en: (f: { variable: string | undefined }) => ({
      message: f.variable === undefined ? "No secret came on standard input." : `The variable ${f.variable} is not set.`,
      hint: "Pipe the secret in, or name a variable with --from-env. It is never taken from the command line, where others can read it.",
    }),
    zh: (f) => ({
      message: f.variable === undefined ? "标准输入中没有密钥。" : `环境变量 ${f.variable} 未设置。`,
      hint: "请通过管道传入密钥，或用 --from-env 指定变量名。密钥从不取自命令行，因为他人可以看到命令行。",
    }),
  },
  confirmation_needed: {
    en: () => ({ message: "These changes were not made: nobody confirmed them.", hint: "Run it again with --yes to make them, or with --dry-run to look only." }),
    zh: () => ({ message: "未进行任何更改：没有得到确认。", hint: "加上 --yes 再次运行即可执行，或用 --dry-run 仅查看。" }),
  },
  nothing_to_change: {
    en: (f: { options: string }) => ({ message: "Nothing to change was named.", hint: `Give at least one of: ${f.options}.` }),
    zh: (f) => ({ message: "没有指定要更改的内容。", hint: `请至少给出其中一项：${f.options}。` }),
  },
  key_ambiguous: {
    en: (f: { name: string; ids: readonly string[] }) => ({ message: `Several keys are titled "${f.name}".`, hint: `Name one by its id: ${f.ids.join(", ")}.` }),
    zh: (f) => ({ message: `有多个名为“${f.name}”的密钥。`, hint: `请用编号指定其一：${f.ids.join("、")}。` }),
  },
})
