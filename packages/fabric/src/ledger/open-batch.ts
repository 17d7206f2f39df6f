/**
 * The function that opens a batch of requests: one call, one commit. It locks what all openings touch in a fixed order
 * (requests, accounts by id, buckets by name), so that replicas wait for one another and never in a circle; judges the
 * openings in their order, each on what those before it left; writes those that fit; and tells why others do not.
 */
export const openBatch = `
create function open_batch(
  p_holder text,
  -- Requests, each with its first attempt: number of its path (from 1); place of its first take (from 1), how many.
  p_id uuid[], p_path int[], p_key text[], p_api text[], p_model text[], p_most bigint[],
  p_attempt uuid[], p_pool text[], p_target text[], p_cost bigint[], p_take int[], p_takes int[],
  -- Distinct paths as array literals; their tenants in one list, each with the number of its path.
  p_paths text[], p_tenant text[], p_tenant_path int[],
  -- Distinct buckets, and the takes of all requests in turn, by number of bucket.
  p_bucket text[], p_kind text[], p_limit float8[], p_window float8[], p_take_bucket int[], p_take_amount bigint[],
  -- Further attempts of open requests.
  p_x_request uuid[], p_x_attempt uuid[], p_x_pool text[], p_x_target text[], p_x_cost bigint[],
  -- Epoch milliseconds; null where the holder has lost its lease: then nothing was done.
  out opened_ms float8,
  -- [number of opening, reason, facts…], null for none; numbers of further attempts whose request is not open.
  out refused jsonb, out x_refused int[],
  -- How each bucket stands after the batch.
  out bucket_level float8[]
) language plpgsql
  set search_path = fabric_ledger, pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off
  set enable_mergejoin = off set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  n int := cardinality(p_id);
  buckets int := cardinality(p_bucket);
  v_now timestamptz;
  v_state int[] := array_fill(0, array[n]);
  v_all boolean := true;
  v_count int;
  v_known boolean := false;
  v_item record;
  -- Accounts by place; of each path the places and ids of its accounts.
  v_acc bigint[]; v_room bigint[]; v_taken bigint[]; v_place int[]; v_first int[]; v_last int[];
  v_ids text[] := array_fill(null::text, array[cardinality(p_paths)]);
  v_level float8[]; v_bucket_id bigint[]; v_take_id bigint[];
  i int; j int; k int; s int;
begin
  lock table account in row share mode;
  perform 1 from holder where id = p_holder for key share;
  if not found then return; end if;

  if cardinality(p_x_request) > 0 then
    perform 1 from request where request_id = any(p_x_request) order by request_id for update;
    select array_agg(x.ord::int) into x_refused from unnest(p_x_request) with ordinality x(request_id, ord)
      where not exists (select from request q where q.request_id = x.request_id and q.outcome is null);
    update request q set pool = x.pool from unnest(p_x_request, p_x_pool) x(request_id, pool)
      where q.request_id = x.request_id and q.outcome is null and q.pool <> x.pool;
  end if;

  for v_item in select u.ord::int as ord, q.outcome from unnest(p_id) with ordinality u(id, ord) join request q on q.request_id = u.id loop
    -- Committed by an earlier try whose answer was lost; or closed since then in its holder's place.
    v_state[v_item.ord] := case when v_item.outcome is null then 1 else 2 end;
    v_known := true;
    v_all := false;
    if v_item.outcome is not null then refused := coalesce(refused, '[]') || jsonb_build_array(jsonb_build_array(v_item.ord, 'closed')); end if;
  end loop;

  perform 1 from account where tenant = any(p_tenant) and is_active order by id for update;
  if found then
    v_now := clock_timestamp();
    select array_agg(x.id order by x.id), array_agg(x.room order by x.id) into v_acc, v_room from (
      select a.id, a.limit_amount - a.reserved
        - case when a.period_start < period_start(a.period, v_now) then 0 else a.spent end as room
      from account a where a.tenant = any(p_tenant) and a.is_active) x;
    v_taken := array_fill(0::bigint, array[cardinality(v_acc)]);
    v_first := array_fill(1, array[cardinality(p_paths)]);
    v_last := array_fill(0, array[cardinality(p_paths)]);
    -- The tenant's own ceilings first, then its ancestors', so that a refusal names the nearest.
    for v_item in select x.path, array_agg(x.place order by x.ord, x.id) as places, array_agg(x.id) as ids
      from (select t.path, t.ord, a.id, (dense_rank() over (order by a.id))::int as place
        from unnest(p_tenant, p_tenant_path) with ordinality t(tenant, path, ord)
        join account a on a.tenant = t.tenant and a.is_active) x group by x.path
    loop
      v_first[v_item.path] := coalesce(cardinality(v_place), 0) + 1;
      v_place := v_place || v_item.places;
      v_last[v_item.path] := cardinality(v_place);
      v_ids[v_item.path] := v_item.ids::text;
    end loop;
  end if;

  if buckets > 0 then
    insert into bucket (name, kind, limit_amount, window_seconds, level, updated_at)
      select b.name, b.kind, b.lim, b.win, b.lim, clock_timestamp()
      from unnest(p_bucket, p_kind, p_limit, p_window) b(name, kind, lim, win)
      where not exists (select from bucket o where o.name = b.name) order by b.name on conflict do nothing;
    perform 1 from bucket where name = any(p_bucket) order by name for update;
    v_now := clock_timestamp();
    -- A changed limit keeps what is used.
    select array_agg(case when b.kind <> u.kind then u.lim
        when b.limit_amount = u.lim and b.window_seconds = u.win then refilled(b.kind, b.level, b.limit_amount, b.window_seconds, b.updated_at, v_now)
        else u.lim - b.limit_amount + refilled(b.kind, b.level, b.limit_amount, b.window_seconds, b.updated_at, v_now) end
        order by u.ord), array_agg(b.id order by u.ord)
      into v_level, v_bucket_id
      from unnest(p_bucket, p_kind, p_limit, p_window) with ordinality u(name, kind, lim, win, ord) join bucket b on b.name = u.name;
    select array_agg(v_bucket_id[t.bucket] order by t.ord) into v_take_id from unnest(p_take_bucket) with ordinality t(bucket, ord);
  end if;
  v_now := coalesce(v_now, clock_timestamp());

  if v_acc is not null or buckets > 0 then
    for i in 1 .. n loop
      continue when v_state[i] <> 0;
      if v_acc is not null then
        for j in v_first[p_path[i]] .. v_last[p_path[i]] loop
          if p_most[i] > v_room[v_place[j]] then
            v_state[i] := 2;
            v_all := false;
            select coalesce(refused, '[]') || jsonb_build_array(jsonb_build_array(i, 'money', a.tenant, a.period,
              floor(extract(epoch from period_end(a.period, v_now)) * 1000), a.limit_amount::text, v_room[v_place[j]]::text)) into refused
              from account a where a.id = v_acc[v_place[j]];
            exit;
          end if;
        end loop;
        continue when v_state[i] <> 0;
      end if;
      s := p_take[i];
      for j in s .. s + p_takes[i] - 1 loop
        k := p_take_bucket[j];
        if p_take_amount[j] > v_level[k] + 1e-6 then
          v_state[i] := 2;
          v_all := false;
          refused := coalesce(refused, '[]') || jsonb_build_array(jsonb_build_array(i, 'quota', k, p_take_amount[j],
            case when p_kind[k] <> 'concurrency' then ceil((p_take_amount[j] - v_level[k]) * p_window[k] / p_limit[k] * 1000) end));
          exit;
        end if;
      end loop;
      continue when v_state[i] <> 0;
      if v_acc is not null then
        for j in v_first[p_path[i]] .. v_last[p_path[i]] loop
          k := v_place[j];
          v_room[k] := v_room[k] - p_most[i];
          v_taken[k] := v_taken[k] + p_most[i];
        end loop;
      end if;
      for j in s .. s + p_takes[i] - 1 loop
        k := p_take_bucket[j];
        v_level[k] := v_level[k] - p_take_amount[j];
      end loop;
    end loop;
  end if;

  insert into request (request_id, opened_at, holder, path, key_id, api, model, pool, most_charge, accounts, buckets, bucket_amounts)
    select u.id, v_now, p_holder, p_paths[u.path]::text[], u.key_id, u.api, u.model, u.pool, u.most, v_ids[u.path]::bigint[],
      case when u.takes > 0 then v_take_id[u.take : u.take + u.takes - 1] end,
      case when u.takes > 0 then p_take_amount[u.take : u.take + u.takes - 1] end
    from unnest(p_id, p_path, p_key, p_api, p_model, p_most, p_pool, p_take, p_takes) with ordinality
      u(id, path, key_id, api, model, most, pool, take, takes, ord)
    where v_all or v_state[u.ord] = 0 on conflict do nothing;
  get diagnostics v_count = row_count;
  if v_count <> (case when v_all then n else (select count(*) from unnest(v_state) x(state) where x.state = 0) end) then
    -- The same request in two transactions at once (a lost connection's, and its repetition): one of them must go back.
    raise exception 'opened elsewhere at the same time' using errcode = '40001';
  end if;
  insert into attempt (request_id, attempt_id, opened_at, pool, target_model, most_cost)
    select u.id, u.attempt, v_now, u.pool, u.target, u.cost
    from unnest(p_id, p_attempt, p_pool, p_target, p_cost) with ordinality u(id, attempt, pool, target, cost, ord)
    where v_all or v_state[u.ord] = 0;
  if cardinality(p_x_request) > 0 then
    insert into attempt (request_id, attempt_id, opened_at, pool, target_model, most_cost)
      select x.request_id, x.attempt, v_now, x.pool, x.target, x.cost
      from unnest(p_x_request, p_x_attempt, p_x_pool, p_x_target, p_x_cost) with ordinality x(request_id, attempt, pool, target, cost, ord)
      where x_refused is null or not x.ord::int = any(x_refused) on conflict do nothing;
  end if;

  if v_acc is not null then
    update account a set reserved = a.reserved + u.taken,
        spent = case when a.period_start < period_start(a.period, v_now) then 0 else a.spent end,
        alerts_told = case when a.period_start < period_start(a.period, v_now) then 0 else a.alerts_told end,
        period_start = period_start(a.period, v_now)
      from unnest(v_acc, v_taken) u(id, taken)
      where a.id = u.id and (u.taken <> 0 or a.period_start < period_start(a.period, v_now));
  end if;
  if buckets > 0 then
    update bucket b set level = u.level, updated_at = v_now, kind = u.kind, limit_amount = u.lim, window_seconds = u.win
      from unnest(p_bucket, v_level, p_kind, p_limit, p_window) u(name, level, kind, lim, win) where b.name = u.name;
  end if;
  opened_ms := extract(epoch from v_now) * 1000;
  bucket_level := v_level;
end $$;
`
