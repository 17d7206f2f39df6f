/**
 * The function that writes a batch: closings and openings in one call, with one commit. It locks what batches share in a
 * fixed order (the holder, requests, accounts by id, buckets by name), so that replicas wait for one another and never in
 * a circle. Every list may be empty; writing the same batch again changes nothing.
 */
import { addUsage, closedTypes, closeRows } from "./batch-closings.ts"
import { findKnown, judge, openRows } from "./batch-openings.ts"
import { lockAccounts, lockBuckets, writeSums } from "./batch-sums.ts"

const parameters = `
  -- Requests that close; tokens in one list, eight each; used: what buckets are finally charged, by name.
  p_c_id uuid[] default '{}', p_c_outcome text[] default '{}', p_c_charge bigint[] default '{}', p_c_tokens int[] default '{}',
  p_c_estimated boolean[] default '{}', p_used jsonb[] default '{}', p_assumed boolean default false,
  -- Attempts that close, of these and of other requests.
  p_a_request uuid[] default '{}', p_a_attempt uuid[] default '{}', p_a_outcome text[] default '{}', p_a_cost bigint[] default '{}',
  p_a_tokens int[] default '{}', p_a_estimated boolean[] default '{}', p_a_upstream text[] default '{}',
  p_a_answered text[] default '{}', p_a_first float8[] default '{}', p_a_total float8[] default '{}',
  p_a_joules float8[] default '{}', p_a_source text[] default '{}',
  -- Adjustments.
  p_j_id uuid[] default '{}', p_j_request uuid[] default '{}', p_j_attempt uuid[] default '{}', p_j_charge bigint[] default '{}',
  p_j_cost bigint[] default '{}', p_j_reason text[] default '{}',
  -- Who opens; true where an opening may stand already, or tenants or buckets may be new.
  p_holder text default null, p_is_careful boolean default false,
  -- Requests that open, each with its first attempt: number of its path (from 1); place of its first take (from 1), how many.
  p_id uuid[] default '{}', p_path int[] default '{}', p_key text[] default '{}', p_api text[] default '{}',
  p_model text[] default '{}', p_most bigint[] default '{}', p_attempt uuid[] default '{}', p_pool text[] default '{}',
  p_target text[] default '{}', p_cost bigint[] default '{}', p_take int[] default '{}', p_takes int[] default '{}',
  -- Distinct paths as array literals; their tenants in one list, each with the number of its path.
  p_paths text[] default '{}', p_tenant text[] default '{}', p_tenant_path int[] default '{}',
  -- Distinct buckets, and the takes of all requests in turn, by number of bucket.
  p_bucket text[] default '{}', p_kind text[] default '{}', p_limit float8[] default '{}', p_window float8[] default '{}',
  p_take_bucket int[] default '{}', p_take_amount bigint[] default '{}',
  -- Further attempts of open requests.
  p_x_request uuid[] default '{}', p_x_attempt uuid[] default '{}', p_x_pool text[] default '{}',
  p_x_target text[] default '{}', p_x_cost bigint[] default '{}',
  -- Numbers of closings whose request was closed before (other than in its holder's place: late), or never opened;
  -- of attempts that were never opened; of adjustments whose request is not closed.
  out closed_before int[], out late int[], out never_opened int[], out a_never_opened int[], out j_refused int[],
  -- [tenant, period, threshold, limit, spent] that were passed now.
  out alerts jsonb,
  -- Epoch milliseconds of the openings.
  out opened_ms float8,
  -- [number of opening, reason, facts…], null for none; numbers of further attempts whose request is not open.
  out refused jsonb, out x_refused int[],
  -- How each bucket of the openings stands after the batch.
  out bucket_level float8[]`

/** How many parameters `write_batch` takes, up to and with those of further attempts. */
export const parameterCount = [...parameters.matchAll(/\bp_\w+ \w+/g)].length

/** Raised where the holder has lost its lease: nothing is written then. */
export const leaseLost = "DDL01"

export const writeBatch = `${closedTypes}
create function write_batch(${parameters}
) language plpgsql
  set search_path = fabric_ledger, pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off
  set enable_mergejoin = off set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  n int := cardinality(p_id);
  m int := cardinality(p_bucket);
  v_now timestamptz;
  v_at timestamptz;
  -- What closed.
  v_closed closed_request[]; v_attempts closed_attempt[]; v_more closed_attempt[]; v_adjusted adjusted[] := '{}';
  v_done int[]; v_attempt record; v_request record; v_total numeric; v_change bigint;
  -- Of each opening: 0 to be written, 1 stands already, 2 refused.
  v_state int[] := array_fill(0, array[n]); v_all boolean := true; v_count int;
  -- Accounts by place, in the order of their ids; of each path the places and ids of its accounts.
  v_accounts bigint[]; v_tenants text[]; v_acc bigint[]; v_acc_tenant text[]; v_told int[]; v_start timestamptz[];
  v_alerts boolean; v_reserved bigint[]; v_spent bigint[]; v_room bigint[]; v_taken bigint[];
  v_place int[]; v_first int[]; v_last int[]; v_ids text[] := array_fill(null::text, array[cardinality(p_paths)]);
  v_buckets bigint[]; v_level float8[]; v_bucket_id bigint[]; v_take_id bigint[];
  v_item record; v_account record;
  i int; j int; k int; s int;
begin
  lock table account in row share mode;
  if n > 0 or cardinality(p_x_request) > 0 then
    perform 1 from holder where id = p_holder for key share;
    if not found then raise exception 'the lease is lost' using errcode = '${leaseLost}'; end if;
    if cardinality(p_x_request) > 0 then
      perform 1 from request where request_id = any(p_x_request || p_c_id) order by request_id for update;
    end if;
  end if;
  v_now := clock_timestamp();
${closeRows}
${findKnown}
${lockAccounts}
${lockBuckets}
${judge}
${openRows}
${writeSums}
  if v_closed is not null or v_attempts is not null or cardinality(v_adjusted) > 0 then
${addUsage}
  end if;
  if n > 0 or cardinality(p_x_request) > 0 then opened_ms := extract(epoch from v_now) * 1000; end if;
  bucket_level := v_level;
end $$;
`
