/**
 * What writing a batch does for its openings: judges them in their order, each on what those before it left; writes
 * those that fit; and tells why others do not.
 */

/** Raised where a batch must be written carefully: nothing is written then. */
export const needsCare = "DDL02"

/** Finds attempts whose request is not open; with care also what stands already, and makes what is missing. */
export const findKnown = `
  if cardinality(p_x_request) > 0 then
    select array_agg(x.ord::int) into x_refused from unnest(p_x_request) with ordinality x(request_id, ord)
      where not exists (select from request q where q.request_id = x.request_id and q.outcome is null);
    update request q set pool = x.pool from unnest(p_x_request, p_x_pool) x(request_id, pool)
      where q.request_id = x.request_id and q.outcome is null and q.pool <> x.pool;
  end if;
  if p_is_careful then
    for v_item in select u.ord::int as ord, q.outcome from unnest(p_id) with ordinality u(id, ord) join request q on q.request_id = u.id loop
      -- Committed by an earlier try whose answer was lost; or closed since then in its holder's place.
      v_state[v_item.ord] := case when v_item.outcome is null then 1 else 2 end;
      v_all := false;
      if v_item.outcome is not null then refused := coalesce(refused, '[]') || jsonb_build_array(jsonb_build_array(v_item.ord, 'closed')); end if;
    end loop;
    insert into lineage (tenant, path)
      select distinct on (x.path[1]) x.path[1], x.path from (select p::text[] as path from unnest(p_paths) p) x
      where not exists (select from lineage l where l.tenant = x.path[1]) order by x.path[1] on conflict do nothing;
    insert into bucket (name, kind, limit_amount, window_seconds, level, updated_at)
      select b.name, b.kind, b.lim, b.win, b.lim, clock_timestamp()
      from unnest(p_bucket, p_kind, p_limit, p_window) b(name, kind, lim, win)
      where not exists (select from bucket o where o.name = b.name) order by b.name on conflict do nothing;
  end if;
`

/** Judges by the room of accounts (`v_room`) and the levels of buckets (`v_level`), and lowers both. */
export const judge = `
  if n > 0 and (v_acc is not null or m > 0) then
    for i in 1 .. n loop
      continue when v_state[i] <> 0;
      if v_acc is not null then
        for j in v_first[p_path[i]] .. v_last[p_path[i]] loop
          if p_most[i] > v_room[v_place[j]] then
            v_state[i] := 2;
            v_all := false;
            select coalesce(refused, '[]') || jsonb_build_array(jsonb_build_array(i, 'money', a.tenant, a.period,
              floor(extract(epoch from period_end(a.period, v_at)) * 1000), a.limit_amount::text, v_room[v_place[j]]::text)) into refused
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
`

export const openRows = `
  if n > 0 then
    insert into request (request_id, opened_at, holder, path, key_id, api, model, pool, most_charge, accounts, buckets, bucket_amounts)
      select u.id, v_now, p_holder, p_paths[u.path]::text[], u.key_id, u.api, u.model, u.pool, u.most, v_ids[u.path]::bigint[],
        case when u.takes > 0 then v_take_id[u.take : u.take + u.takes - 1] end,
        case when u.takes > 0 then p_take_amount[u.take : u.take + u.takes - 1] end
      from unnest(p_id, p_path, p_key, p_api, p_model, p_most, p_pool, p_take, p_takes) with ordinality
        u(id, path, key_id, api, model, most, pool, take, takes, ord)
      where v_all or v_state[u.ord] = 0 on conflict do nothing;
    get diagnostics v_count = row_count;
    if v_count <> (case when v_all then n else (select count(*) from unnest(v_state) x(state) where x.state = 0) end) then
      -- By another transaction (a lost connection's): the repetition looks at what stands there.
      raise exception 'opened before' using errcode = '${needsCare}';
    end if;
    insert into attempt (request_id, attempt_id, opened_at, pool, target_model, most_cost)
      select u.id, u.attempt, v_now, u.pool, u.target, u.cost
      from unnest(p_id, p_attempt, p_pool, p_target, p_cost) with ordinality u(id, attempt, pool, target, cost, ord)
      where v_all or v_state[u.ord] = 0;
  end if;
  if cardinality(p_x_request) > 0 then
    insert into attempt (request_id, attempt_id, opened_at, pool, target_model, most_cost)
      select x.request_id, x.attempt, v_now, x.pool, x.target, x.cost
      from unnest(p_x_request, p_x_attempt, p_x_pool, p_x_target, p_x_cost) with ordinality x(request_id, attempt, pool, target, cost, ord)
      where x_refused is null or not x.ord::int = any(x_refused) on conflict do nothing;
  end if;
`
