/**
 * What all replicas wait for one another on: accounts, then buckets, each locked in a fixed order and changed once for
 * the closings and the openings of a batch together. What closings give back is there for the openings.
 */
import { needsCare } from "./batch-openings.ts"

export const lockAccounts = `
  if v_tenants is not null or cardinality(p_tenant) > 0 then
    v_at := clock_timestamp();
    with locked as materialized (
      -- A lock that was waited for may show a period that began after this one's time.
      select a.*, greatest(v_at, a.period_start) as at from account a
        where a.id = any(v_accounts) or (a.tenant = any(v_tenants || p_tenant) and a.is_active) order by a.id for update),
    -- Give back what was reserved, where it was; charge every ceiling that stands now over the tenant.
    change as (
      select x.id, sum(x.released) as released, sum(x.charged) as charged from (
        select u.id, c.most as released, 0::numeric as charged
          from unnest(v_closed) c cross join unnest(c.accounts) u(id)
        union all
        select a.id, 0, p.charge from (select c.path, sum(c.charge) as charge from unnest(v_closed) c group by c.path) p
          cross join unnest(p.path) t(tenant) join locked a on a.tenant = t.tenant and a.is_active
        union all
        -- What is given back of an earlier period gives no room in this one.
        select a.id, 0, case when d.charge > 0 or d.closed_at >= period_start(a.period, a.at) then d.charge else 0 end
          from unnest(v_adjusted) d cross join unnest(d.path) t(tenant) join locked a on a.tenant = t.tenant and a.is_active
      ) x group by x.id),
    changed as (
      select a.id, a.tenant, a.is_active, a.limit_amount, a.alerts_at, a.reserved - coalesce(c.released, 0) as reserved,
        least(9000000000000000000, greatest(0, case when a.period_start < period_start(a.period, a.at) then 0 else a.spent end
          + coalesce(c.charged, 0))) as spent, period_start(a.period, a.at) as start,
        case when a.period_start < period_start(a.period, a.at) then 0 else a.alerts_told end as told
      from locked a left join change c on c.id = a.id)
    select array_agg(id order by id), array_agg(case when is_active then tenant end order by id),
        array_agg(reserved::bigint order by id), array_agg(spent::bigint order by id), array_agg(start order by id),
        array_agg(greatest(-9000000000000000000, limit_amount - reserved - spent)::bigint order by id),
        array_agg(told order by id), array_agg(0::bigint),
        bool_or(is_active and limit_amount > 0 and spent >= alerts_at[told + 1]::numeric * limit_amount)
      into v_acc, v_acc_tenant, v_reserved, v_spent, v_start, v_room, v_told, v_taken, v_alerts from changed;
  end if;
  if v_acc is not null and n > 0 then
    v_first := array_fill(1, array[cardinality(p_paths)]);
    v_last := array_fill(0, array[cardinality(p_paths)]);
    -- The tenant's own ceilings first, then its ancestors', so that a refusal names the nearest.
    for v_item in select t.path, array_agg(a.place::int order by t.ord, a.place) as places, array_agg(a.id) as ids
      from unnest(p_tenant, p_tenant_path) with ordinality t(tenant, path, ord)
      join unnest(v_acc, v_acc_tenant) with ordinality a(id, tenant, place) on a.tenant = t.tenant group by t.path
    loop
      v_first[v_item.path] := coalesce(cardinality(v_place), 0) + 1;
      v_place := v_place || v_item.places;
      v_last[v_item.path] := cardinality(v_place);
      v_ids[v_item.path] := v_item.ids::text;
    end loop;
  end if;
`

export const lockBuckets = `
  v_now := clock_timestamp();
  if m > 0 or v_buckets is not null then
    with locked as materialized (
      select b.id, b.name, b.kind, b.limit_amount, b.window_seconds,
        refilled(b.kind, b.level, b.limit_amount, b.window_seconds, b.updated_at, v_now) as level
        from bucket b where b.id = any(v_buckets) or b.name = any(p_bucket) order by b.name for update),
    back as (
      select b.id, sum(x.amount - case when b.kind = 'concurrency' then 0
          else coalesce((p_used[c.ord] ->> b.name)::float8, x.amount) end) as amount
        from unnest(v_closed) c cross join unnest(c.buckets, c.amounts) x(id, amount) join locked b on b.id = x.id group by b.id),
    after as (
      select b.*, least(b.limit_amount, b.level + coalesce(g.amount, 0)) as now_level from locked b left join back g on g.id = b.id)
    -- A changed limit keeps what is used. Buckets of openings by their numbers, then those of closings alone.
    select array_agg(b.id order by u.ord, b.id), array_agg(case
        when u.ord is null or (b.kind = u.kind and b.limit_amount = u.lim and b.window_seconds = u.win) then b.now_level
        when b.kind <> u.kind then u.lim
        else u.lim - b.limit_amount + b.now_level end order by u.ord, b.id), count(u.ord)
      into v_bucket_id, v_level, v_count
      from after b left join unnest(p_bucket, p_kind, p_limit, p_window) with ordinality u(name, kind, lim, win, ord) on u.name = b.name;
    if v_count < m then raise exception 'a bucket is missing' using errcode = '${needsCare}'; end if;
    if m > 0 then
      select array_agg(v_bucket_id[t.bucket] order by t.ord) into v_take_id from unnest(p_take_bucket) with ordinality t(bucket, ord);
    end if;
  end if;
`

export const writeSums = `
  if v_acc is not null then
    update account a set reserved = u.reserved + u.taken, spent = u.spent, alerts_told = u.told, period_start = u.start
      from unnest(v_acc, v_reserved, v_taken, v_spent, v_told, v_start) u(id, reserved, taken, spent, told, start) where a.id = u.id;
    if v_alerts then
      for v_account in select * from account where id = any(v_acc) and is_active and limit_amount > 0 and cardinality(alerts_at) > alerts_told loop
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
  if v_bucket_id is not null then
    -- Another clock may have been a little ahead: what was refilled then is not refilled again.
    update bucket b set level = u.level, updated_at = greatest(b.updated_at, v_now), kind = coalesce(u.kind, b.kind),
        limit_amount = coalesce(u.lim, b.limit_amount), window_seconds = coalesce(u.win, b.window_seconds)
      from unnest(v_bucket_id, v_level, p_kind, p_limit, p_window) u(id, level, kind, lim, win) where b.id = u.id;
  end if;
`
