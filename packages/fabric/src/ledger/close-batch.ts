/**
 * The function that closes a batch: one call, one commit. Closing is compare-and-set: what is closed already stays as it
 * is. A closing that comes after its request was closed in its holder's place is kept as an adjustment, once.
 */
export const closeBatch = `
create type closed_request as (
  ord int, request_id uuid, path text[], key_id text, model text, pool text, most bigint, charge bigint, overrun bigint,
  outcome text, tokens int[], is_estimated boolean, accounts bigint[], buckets bigint[], amounts bigint[]
);
create type closed_attempt as (request_id uuid, pool text, cost bigint, joules float8);
create type adjusted as (
  id uuid, request_id uuid, attempt_id uuid, charge bigint, cost bigint, tokens int[], reason text, is_late boolean,
  path text[], key_id text, model text, pool text, closed_at timestamptz
);

create function close_batch(
  -- Requests; tokens in one list, eight each; used: what buckets are finally charged, by name.
  p_id uuid[], p_outcome text[], p_charge bigint[], p_tokens int[], p_estimated boolean[], p_used jsonb[],
  p_assumed boolean,
  -- Attempts, of these and of other requests.
  p_a_request uuid[], p_a_attempt uuid[], p_a_outcome text[], p_a_cost bigint[], p_a_tokens int[], p_a_estimated boolean[],
  p_a_upstream text[], p_a_answered text[], p_a_first float8[], p_a_total float8[], p_a_joules float8[], p_a_source text[],
  -- Adjustments.
  p_j_id uuid[], p_j_request uuid[], p_j_attempt uuid[], p_j_charge bigint[], p_j_cost bigint[], p_j_reason text[],
  -- Numbers of closings whose request was closed before (other than in its holder's place: late), or never opened;
  -- of attempts that were never opened; of adjustments whose request is not closed.
  out closed_before int[], out late int[], out never_opened int[], out a_never_opened int[], out j_refused int[],
  -- [tenant, period, threshold, limit, spent] that were passed now.
  out alerts jsonb
) language plpgsql
  set search_path = fabric_ledger, pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off
  set enable_mergejoin = off set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_now timestamptz;
  v_closed closed_request[];
  v_attempts closed_attempt[];
  v_more closed_attempt[];
  v_done int[];
  v_adjusted adjusted[] := '{}';
  v_accounts bigint[];
  v_tenants text[];
  v_buckets bigint[];
  v_attempt record; v_request record; v_account record;
  i int; v_total numeric; v_change bigint;
begin
  lock table account in row share mode;
  v_now := clock_timestamp();

  if cardinality(p_a_request) > 0 then
    with done as (
      update attempt t set outcome = c.outcome, closed_at = v_now, cost = c.cost, is_estimated = c.estimated,
          tokens = p_a_tokens[c.ord * 8 - 7 : c.ord * 8], upstream_id = c.upstream, answered_model = c.answered,
          first_token_ms = c.first, total_ms = c.total, joules = c.joules, joules_source = c.source
        from (select * from unnest(p_a_request, p_a_attempt, p_a_outcome, p_a_cost, p_a_estimated, p_a_upstream, p_a_answered,
            p_a_first, p_a_total, p_a_joules, p_a_source) with ordinality
            c(request_id, attempt_id, outcome, cost, estimated, upstream, answered, first, total, joules, source, ord)
          order by request_id, attempt_id) c
        where t.request_id = c.request_id and t.attempt_id = c.attempt_id and t.outcome is null
        returning c.ord::int as ord, t.request_id, t.pool, t.cost, t.joules)
    select array_agg(ord), array_agg(row(request_id, pool, cost, joules)::closed_attempt) into v_done, v_attempts from done;
    if coalesce(cardinality(v_done), 0) < cardinality(p_a_request) then
      for i in select x from generate_series(1, cardinality(p_a_request)) x where v_done is null or not x = any(v_done) loop
        select t.*, b.path, b.key_id, b.model, b.closed_at as request_closed_at into v_attempt
          from attempt t join request b on b.request_id = t.request_id
          where t.request_id = p_a_request[i] and t.attempt_id = p_a_attempt[i] for update of t;
        if not found then
          a_never_opened := a_never_opened || i;
        elsif v_attempt.is_assumed and not exists (select from adjustment d where d.request_id = v_attempt.request_id
            and d.is_late and coalesce(d.attempt_id, d.request_id) = v_attempt.attempt_id) then
          v_adjusted := v_adjusted || row(gen_random_uuid(), v_attempt.request_id, v_attempt.attempt_id, 0, p_a_cost[i] - v_attempt.cost,
            p_a_tokens[i * 8 - 7 : i * 8], 'late closing: ' || p_a_outcome[i], true,
            v_attempt.path, v_attempt.key_id, v_attempt.model, v_attempt.pool, v_attempt.request_closed_at)::adjusted;
        end if;
      end loop;
    end if;
  end if;

  if cardinality(p_id) > 0 then
    with done as (
      update request t set outcome = c.outcome, closed_at = v_now, charge = c.charge, is_estimated = c.estimated,
          overrun = greatest(0, c.charge - t.most_charge), tokens = p_tokens[c.ord * 8 - 7 : c.ord * 8],
          is_assumed = case when p_assumed then true end
        from (select * from unnest(p_id, p_outcome, p_charge, p_estimated) with ordinality
            c(request_id, outcome, charge, estimated, ord) order by request_id) c
        where t.request_id = c.request_id and t.outcome is null
        returning c.ord::int as ord, t.*)
    select array_agg(row(ord, request_id, path, key_id, model, pool, most_charge, charge, overrun, outcome, tokens,
      is_estimated, accounts, buckets, bucket_amounts)::closed_request) into v_closed from done;
    if coalesce(cardinality(v_closed), 0) < cardinality(p_id) then
      for i in select x from generate_series(1, cardinality(p_id)) x
        where not exists (select from unnest(v_closed) c where c.ord = x)
      loop
        select * into v_request from request t where t.request_id = p_id[i] for update;
        if not found then
          never_opened := never_opened || i;
        elsif v_request.is_assumed and not p_assumed and not exists (select from adjustment d where d.request_id = v_request.request_id
            and d.is_late and d.attempt_id is null) then
          v_adjusted := v_adjusted || row(gen_random_uuid(), v_request.request_id, null, p_charge[i] - v_request.charge, 0,
            p_tokens[i * 8 - 7 : i * 8], 'late closing: ' || p_outcome[i], true,
            v_request.path, v_request.key_id, v_request.model, v_request.pool, v_request.closed_at)::adjusted;
          late := late || i;
        elsif v_request.is_assumed then
          late := late || i;
        else
          closed_before := closed_before || i;
        end if;
      end loop;
    end if;
    if v_closed is not null then
      -- Nothing is known of attempts that their request left open: they may have cost their worst.
      with done as (
        update attempt t set outcome = 'unknown', closed_at = v_now, cost = t.most_cost, is_estimated = true,
            is_assumed = true, tokens = '{0,0,0,0,0,0,0,0}'
          from unnest(v_closed) c where t.request_id = c.request_id and t.outcome is null
          returning t.request_id, t.pool, t.cost, t.joules)
      select array_agg(row(request_id, pool, cost, joules)::closed_attempt) into v_more from done;
      v_attempts := v_attempts || v_more;
    end if;
  end if;

  if cardinality(p_j_id) > 0 then
    perform 1 from request where request_id = any(p_j_request) order by request_id for update;
    for i in 1 .. cardinality(p_j_id) loop
      continue when exists (select from adjustment d where d.id = p_j_id[i]);
      select t.*, (select w.pool from attempt w where w.request_id = t.request_id and w.attempt_id = p_j_attempt[i]) as attempt_pool
        into v_request from request t where t.request_id = p_j_request[i];
      if not found or v_request.outcome is null or (p_j_attempt[i] is not null and v_request.attempt_pool is null) then
        j_refused := j_refused || i;
        continue;
      end if;
      select v_request.charge + coalesce(sum(x.charge), 0) into v_total from (
        select d.charge from adjustment d where d.request_id = v_request.request_id
        union all select d.charge from unnest(v_adjusted) d where d.request_id = v_request.request_id) x;
      v_change := greatest(p_j_charge[i], -v_total);
      v_adjusted := v_adjusted || row(p_j_id[i], v_request.request_id, p_j_attempt[i], v_change, p_j_cost[i], null, p_j_reason[i],
        false, v_request.path, v_request.key_id, v_request.model, coalesce(v_request.attempt_pool, v_request.pool), v_request.closed_at)::adjusted;
    end loop;
  end if;
  if cardinality(v_adjusted) > 0 then
    insert into adjustment (id, request_id, attempt_id, charge, cost, tokens, reason, is_late, at)
      select d.id, d.request_id, d.attempt_id, d.charge, d.cost, d.tokens, d.reason, d.is_late, v_now from unnest(v_adjusted) d;
  end if;

  -- Money: give back what was reserved, where it was; charge every ceiling that stands now over the tenant.
  select array_agg(distinct x.id) into v_accounts from unnest(v_closed) c cross join unnest(c.accounts) x(id);
  select array_agg(distinct x.tenant) into v_tenants from (
    select distinct c.path from unnest(v_closed) c union select distinct d.path from unnest(v_adjusted) d) p
    cross join unnest(p.path) x(tenant);
  if v_tenants is not null then
    perform 1 from account where id = any(v_accounts) or (tenant = any(v_tenants) and is_active) order by id for update;
    if found then
      v_now := clock_timestamp();
      with change as (
        select x.id, sum(x.released) as released, sum(x.charged) as charged, sum(x.returned) as returned from (
          select u.id, c.most as released, 0::numeric as charged, 0::numeric as returned
            from unnest(v_closed) c cross join unnest(c.accounts) u(id)
          union all
          select a.id, 0, p.charge, 0 from (select c.path, sum(c.charge) as charge from unnest(v_closed) c group by c.path) p
            cross join unnest(p.path) t(tenant) join account a on a.tenant = t.tenant and a.is_active
          union all
          -- What is given back of an earlier period gives no room in this one.
          select a.id, 0, greatest(d.charge, 0), case when d.closed_at >= period_start(a.period, v_now) then least(d.charge, 0) else 0 end
            from unnest(v_adjusted) d cross join unnest(d.path) t(tenant) join account a on a.tenant = t.tenant and a.is_active
        ) x group by x.id)
      update account a set reserved = a.reserved - change.released,
          spent = least(9000000000000000000, greatest(0, case when a.period_start < period_start(a.period, v_now) then 0 else a.spent end
            + change.charged + change.returned))::bigint,
          alerts_told = case when a.period_start < period_start(a.period, v_now) then 0 else a.alerts_told end,
          period_start = period_start(a.period, v_now)
        from change where a.id = change.id;
      for v_account in select * from account where tenant = any(v_tenants) and is_active and limit_amount > 0
          and cardinality(alerts_at) > alerts_told loop
        i := v_account.alerts_told;
        while i < cardinality(v_account.alerts_at) and v_account.spent >= v_account.alerts_at[i + 1]::numeric * v_account.limit_amount loop
          i := i + 1;
          insert into alert (tenant, period, period_start, threshold, limit_amount, spent)
            values (v_account.tenant, v_account.period, v_account.period_start, v_account.alerts_at[i], v_account.limit_amount, v_account.spent) on conflict do nothing;
          if found then
            alerts := coalesce(alerts, '[]') || jsonb_build_array(jsonb_build_array(v_account.tenant, v_account.period, v_account.alerts_at[i], v_account.limit_amount::text, v_account.spent::text));
          end if;
        end loop;
        if i > v_account.alerts_told then update account set alerts_told = i where id = v_account.id; end if;
      end loop;
    end if;
  end if;

  select array_agg(distinct x.id) into v_buckets from unnest(v_closed) c cross join unnest(c.buckets) x(id);
  if v_buckets is not null then
    perform 1 from bucket where id = any(v_buckets) order by name for update;
    v_now := clock_timestamp();
    with back as (
      select b.id, sum(x.amount - case when b.kind = 'concurrency' then 0
          else coalesce((p_used[c.ord] ->> b.name)::float8, x.amount) end) as amount
        from unnest(v_closed) c cross join unnest(c.buckets, c.amounts) x(id, amount) join bucket b on b.id = x.id group by b.id)
    update bucket b set updated_at = v_now, level = least(b.limit_amount,
        refilled(b.kind, b.level, b.limit_amount, b.window_seconds, b.updated_at, v_now) + back.amount)
      from back where b.id = back.id and back.amount <> 0;
  end if;

  if v_closed is not null then
    insert into lineage (tenant, path)
      select distinct on (c.path[1]) c.path[1], c.path from unnest(v_closed) c
      where not exists (select from lineage l where l.tenant = c.path[1]) order by c.path[1] on conflict do nothing;
  end if;
  insert into usage_hour as h (tenant, hour, key_id, model, pool, requests, failed, estimated, attempts, tokens, charge, overrun, cost, joules)
    select x.tenant, date_trunc('hour', v_now, 'UTC'), x.key_id, x.model, x.pool, sum(x.requests), sum(x.failed), sum(x.estimated),
      sum(x.attempts), array[sum(x.tokens[1]), sum(x.tokens[2]), sum(x.tokens[3]), sum(x.tokens[4]), sum(x.tokens[5]),
        sum(x.tokens[6]), sum(x.tokens[7]), sum(x.tokens[8])], sum(x.charge), sum(x.overrun), sum(x.cost), sum(x.joules)
    from (
      select c.path[1] as tenant, c.key_id, c.model, c.pool, 1 as requests,
        (c.outcome in ('failed', 'cut', 'unknown'))::int as failed, c.is_estimated::int as estimated, 0 as attempts, c.tokens,
        c.charge, c.overrun, 0::bigint as cost, 0::float8 as joules from unnest(v_closed) c
      union all
      select t.path[1], t.key_id, t.model, w.pool, 0, 0, 0, 1, '{0,0,0,0,0,0,0,0}', 0, 0, w.cost, coalesce(w.joules, 0)
        from unnest(v_attempts) w join request t on t.request_id = w.request_id
      union all
      select d.path[1], d.key_id, d.model, d.pool, 0, 0, 0, 0, case when d.attempt_id is null then coalesce(d.tokens, '{0,0,0,0,0,0,0,0}')
        else '{0,0,0,0,0,0,0,0}' end, d.charge, 0, d.cost, 0 from unnest(v_adjusted) d
    ) x group by x.tenant, x.key_id, x.model, x.pool order by x.tenant, x.key_id, x.model, x.pool
    on conflict (tenant, hour, key_id, model, pool) do update set requests = h.requests + excluded.requests,
      failed = h.failed + excluded.failed, estimated = h.estimated + excluded.estimated, attempts = h.attempts + excluded.attempts,
      tokens = array[h.tokens[1] + excluded.tokens[1], h.tokens[2] + excluded.tokens[2], h.tokens[3] + excluded.tokens[3],
        h.tokens[4] + excluded.tokens[4], h.tokens[5] + excluded.tokens[5], h.tokens[6] + excluded.tokens[6],
        h.tokens[7] + excluded.tokens[7], h.tokens[8] + excluded.tokens[8]],
      charge = h.charge + excluded.charge, overrun = h.overrun + excluded.overrun, cost = h.cost + excluded.cost,
      joules = h.joules + excluded.joules;
end $$;

-- Closes what holders whose lease has expired left open, and forgets them. Null where another process is at it.
create function recover_expired(out holders int, out requests int) language plpgsql
  set search_path = fabric_ledger, pg_catalog, pg_temp as $$
declare
  v_holders text[];
  v_low timestamptz;
  v_id uuid[];
begin
  if not pg_try_advisory_xact_lock(hashtextextended('fabric_ledger-recovery', 0)) then return; end if;
  holders := 0;
  requests := 0;
  if not exists (select from holder where lease_until < clock_timestamp()) then return; end if;
  -- An opening holds its holder's row: this waits for it, and later ones find no holder.
  with gone as (delete from holder where lease_until < clock_timestamp() returning id, low_water)
    select array_agg(id), min(low_water) into v_holders, v_low from gone;
  holders := coalesce(cardinality(v_holders), 0);
  select array_agg(request_id order by request_id) into v_id from request
    where opened_at >= v_low and holder = any(v_holders) and outcome is null;
  requests := coalesce(cardinality(v_id), 0);
  if requests = 0 then return; end if;
  perform close_batch(v_id, array_fill('unknown'::text, array[requests]), array_fill(0::bigint, array[requests]),
    array_fill(0, array[requests * 8]), array_fill(true, array[requests]), array_fill(null::jsonb, array[requests]), true,
    '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
end $$;
`
