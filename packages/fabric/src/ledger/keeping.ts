/**
 * What removing old entries leaves behind: of the requests, their sums by tenant and day; of the hours of usage, those of
 * their day. Money, budgets and usage are sums of their own, which removing does not touch.
 */
export const keeping = `
-- Of what was removed, by the UTC day in which it was closed: with the entries that stand, it makes up usage_hour.
create table removed_day (
  tenant text not null,
  day date not null,
  requests bigint not null default 0,
  attempts bigint not null default 0,
  adjustments bigint not null default 0,
  charge numeric not null default 0,
  cost numeric not null default 0,
  primary key (tenant, day)
);

-- Before usage_day, a row of usage_hour stands for its whole day; up to folded_until, that work is done.
create table kept (
  is_only boolean primary key default true check (is_only),
  usage_day timestamptz not null default '-infinity',
  folded_until timestamptz not null default '-infinity'
);
insert into kept default values;

-- Removes up to p_most requests that were opened from p_from on, closed before p_before, and not adjusted since. None may
-- be locked by others; the next round finds those. upto: when the last of them was opened; null where there were none.
create function remove_entries(p_from timestamptz, p_before timestamptz, p_most int, out upto timestamptz, out requests int,
  out attempts int, out adjustments int, out charge numeric, out cost numeric) language plpgsql
  set search_path = fabric_ledger, pg_catalog, pg_temp as $$
declare
  v_ids uuid[];
begin
  select array_agg(o.request_id), max(o.opened_at) into v_ids, upto from (
    select r.request_id, r.opened_at from request r
      where r.opened_at >= p_from and r.opened_at < p_before and r.outcome is not null and r.closed_at < p_before
        and not exists (select from adjustment d where d.request_id = r.request_id and d.at >= p_before)
      order by r.opened_at limit p_most for update skip locked) o;
  with gone_adjustments as (
      delete from adjustment d where d.request_id = any(v_ids) returning d.request_id, d.at, d.charge, d.cost),
    gone_attempts as (
      delete from attempt t where t.request_id = any(v_ids) returning t.request_id, t.closed_at as at, t.cost),
    gone_requests as (
      delete from request r where r.request_id = any(v_ids) returning r.request_id, r.path[1] as tenant, r.closed_at as at, r.charge),
    parts as (
      select r.tenant, r.at, 1 as requests, 0 as attempts, 0 as adjustments, r.charge, 0::bigint as cost from gone_requests r
      union all
      select r.tenant, t.at, 0, 1, 0, 0, t.cost from gone_attempts t join gone_requests r on r.request_id = t.request_id
      union all
      select r.tenant, d.at, 0, 0, 1, d.charge, d.cost from gone_adjustments d join gone_requests r on r.request_id = d.request_id),
    days as (
      insert into removed_day as k (tenant, day, requests, attempts, adjustments, charge, cost)
        select p.tenant, (p.at at time zone 'UTC')::date, sum(p.requests), sum(p.attempts), sum(p.adjustments), sum(p.charge), sum(p.cost)
        from parts p group by 1, 2
        on conflict (tenant, day) do update set requests = k.requests + excluded.requests, attempts = k.attempts + excluded.attempts,
          adjustments = k.adjustments + excluded.adjustments, charge = k.charge + excluded.charge, cost = k.cost + excluded.cost)
    select coalesce(sum(p.requests), 0), coalesce(sum(p.attempts), 0), coalesce(sum(p.adjustments), 0), coalesce(sum(p.charge), 0),
      coalesce(sum(p.cost), 0) into requests, attempts, adjustments, charge, cost from parts p;
end $$;

-- Makes the hours of some tenants from p_from up to before p_before (whole days) rows of their days. Gives how many went.
create function fold_hours(p_tenants text[], p_from timestamptz, p_before timestamptz) returns int language plpgsql
  set search_path = fabric_ledger, pg_catalog, pg_temp as $$
declare
  v_count int;
begin
  with gone as (
    delete from usage_hour h where h.tenant = any(p_tenants) and h.hour >= p_from and h.hour < p_before
      and h.hour <> date_trunc('day', h.hour, 'UTC') returning h.*),
  days as (
    insert into usage_hour as h (tenant, hour, key_id, model, pool, requests, failed, estimated, attempts, tokens, charge, overrun, cost, joules)
      select g.tenant, date_trunc('day', g.hour, 'UTC'), g.key_id, g.model, g.pool, sum(g.requests), sum(g.failed), sum(g.estimated),
        sum(g.attempts), array[sum(g.tokens[1]), sum(g.tokens[2]), sum(g.tokens[3]), sum(g.tokens[4]), sum(g.tokens[5]),
          sum(g.tokens[6]), sum(g.tokens[7]), sum(g.tokens[8])], sum(g.charge), sum(g.overrun), sum(g.cost), sum(g.joules)
      from gone g group by 1, 2, 3, 4, 5
      on conflict (tenant, hour, key_id, model, pool) do update set requests = h.requests + excluded.requests,
        failed = h.failed + excluded.failed, estimated = h.estimated + excluded.estimated, attempts = h.attempts + excluded.attempts,
        tokens = array[h.tokens[1] + excluded.tokens[1], h.tokens[2] + excluded.tokens[2], h.tokens[3] + excluded.tokens[3],
          h.tokens[4] + excluded.tokens[4], h.tokens[5] + excluded.tokens[5], h.tokens[6] + excluded.tokens[6],
          h.tokens[7] + excluded.tokens[7], h.tokens[8] + excluded.tokens[8]],
        charge = h.charge + excluded.charge, overrun = h.overrun + excluded.overrun, cost = h.cost + excluded.cost,
        joules = h.joules + excluded.joules)
  select count(*) into v_count from gone;
  return v_count;
end $$;
`
