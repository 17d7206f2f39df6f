/** Players without an account here: guests of a page, users of a game. */
import { z } from "zod"
import { answers, requests } from "../../protocol/index.ts"
import { newGuest, outwardPlayer } from "../caller.ts"
import { defineEndpoint } from "../endpoint.ts"
import { serviceErrors } from "../errors.ts"

const minute = 60_000

const mostReports = 1_000

export const playerEndpoints = [
  defineEndpoint({
    method: "GET",
    path: "/v1/play/reports",
    id: "listReports",
    tag: "Players",
    who: "key",
    summary: "Texts that players reported, oldest first",
    query: { since: z.iso.datetime({ offset: true }).exactOptional() },
    result: answers.reportList,
    handle: async ({ service: { sessions, options }, caller: { account }, query }) => {
      const reports = await sessions.reports(query.since === undefined ? undefined : new Date(query.since), mostReports)
      const isMine = (player: string | null) => player?.startsWith(`${account.namespace}/`) ?? false
      const seen = options.operates?.(account) === true ? reports : reports.filter(({ player }) => isMine(player))
      return {
        reports: seen.map((report) => ({
          ...report,
          player: report.player === null ? null : outwardPlayer(account, report.player),
        })),
      }
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/players",
    id: "makePlayer",
    tag: "Players",
    who: "key",
    status: 201,
    summary: "Make a token with which one player can play for a while",
    details:
      "For game clients and pages, so that your key stays on your server. Age, limits and dreams are bound inside. "
      + "The same player can have new tokens: what was played is kept. A token ends with the key that made it.",
    body: requests.newPlayer,
    result: answers.madePlayer,
    handle: async ({ service: { options, tokens }, caller: { account }, body }) => {
      const player = body.player ?? newGuest()
      const until = options.now() + (body.minutes ?? 120) * minute
      const token = tokens.ofPlayer({
        namespace: account.namespace,
        key: account.key,
        player,
        age: body.age ?? "unknown",
        without: body.without ?? [],
        dreams: body.dreams ?? null,
        until,
      })
      return { player, token, expiresAt: new Date(until).toISOString() }
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/sessions/{session}/invitations",
    id: "invite",
    tag: "Players",
    status: 201,
    summary: "Invite another player of your server into the session",
    body: requests.newInvitation,
    result: answers.invitation,
    handle: async ({ service: { sessions, options, tokens }, caller, params, body }) => {
      const session = params["session"] ?? ""
      const state = await sessions.state(session, caller.id)
      const dreams = await options.dreams(caller.account)
      const taken = state.players.map(({ character }) => character)
      const free = (dreams.find(({ id }) => id === state.dream.id)?.players ?? []).filter(
        (character) => !taken.includes(character)
      )
      const character = body.character ?? free[0]
      if (character === undefined || !free.includes(character)) throw serviceErrors.nobody_free({ free })
      const until = options.now() + (body.minutes ?? 1_440) * minute
      const invitation = tokens.ofInvitation({
        namespace: caller.account.namespace,
        session,
        dream: state.dream.id,
        character,
        until,
      })
      return { invitation, expiresAt: new Date(until).toISOString() }
    },
  }),
]
