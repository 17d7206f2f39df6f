/**
 * What writing a batch does to rows of its closings. Closing is compare-and-set: what is closed already stays as it is.
 * A closing that comes after its request was closed in its holder's place is kept as an adjustment, once.
 */
export const closedTypes = `
create type closed_request as (
  ord int, request_id uuid, path text[], key_id text, model text, pool text, most bigint, charge bigint, overrun bigint,
  outcome text, tokens int[], is_estimated boolean, accounts bigint[], buckets bigint[], amounts bigint[]
);
create type closed_attempt as (request_id uuid, pool text, cost bigint, joules float8);
create type adjusted as (
  id uuid, request_id uuid, attempt_id uuid, charge bigint, cost bigint, tokens int[], reason text, is_late boolean,
  path text[], key_id text, model text, pool text, closed_at timestamptz
);

`

/** Closes attempts and requests, and adds adjustments: gathers what changed in \`v_closed\`, \`v_attempts\`, \`v_adjusted\`. */
export const closeRows = `
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

  if cardinality(p_c_id) > 0 then
    with done as (
      update request t set outcome = c.outcome, closed_at = v_now, charge = c.charge, is_estimated = c.estimated,
          overrun = greatest(0, c.charge - t.most_charge), tokens = p_c_tokens[c.ord * 8 - 7 : c.ord * 8],
          is_assumed = case when p_assumed then true end
        from (select * from unnest(p_c_id, p_c_outcome, p_c_charge, p_c_estimated) with ordinality
            c(request_id, outcome, charge, estimated, ord) order by request_id) c
        where t.request_id = c.request_id and t.outcome is null
        returning c.ord::int as ord, t.*)
    select array_agg(row(ord, request_id, path, key_id, model, pool, most_charge, charge, overrun, outcome, tokens,
        is_estimated, accounts, buckets, bucket_amounts)::closed_request),
      (select array_agg(distinct x.id) from done d cross join unnest(d.accounts) x(id)),
      (select array_agg(distinct x.id) from done d cross join unnest(d.buckets) x(id)),
      (select array_agg(distinct x.tenant) from (select distinct d.path from done d) d cross join unnest(d.path) x(tenant))
      into v_closed, v_accounts, v_buckets, v_tenants from done;
    if coalesce(cardinality(v_closed), 0) < cardinality(p_c_id) then
      for i in select x from generate_series(1, cardinality(p_c_id)) x
        where not exists (select from unnest(v_closed) c where c.ord = x)
      loop
        select * into v_request from request t where t.request_id = p_c_id[i] for update;
        if not found then
          never_opened := never_opened || i;
        elsif v_request.is_assumed and not p_assumed and not exists (select from adjustment d where d.request_id = v_request.request_id
            and d.is_late and d.attempt_id is null) then
          v_adjusted := v_adjusted || row(gen_random_uuid(), v_request.request_id, null, p_c_charge[i] - v_request.charge, 0,
            p_c_tokens[i * 8 - 7 : i * 8], 'late closing: ' || p_c_outcome[i], true,
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
    v_tenants := v_tenants || (select array_agg(distinct x.tenant) from unnest(v_adjusted) d cross join unnest(d.path) x(tenant));
  end if;
`

/** Adds what changed to the sums by the hour. */
export const addUsage = `
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
`
