/** Closing in the place of holders that are gone. */
export const recoverExpired = `
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
  perform write_batch(
    p_c_id => v_id, p_c_outcome => array_fill('unknown'::text, array[requests]), p_c_charge => array_fill(0::bigint, array[requests]),
    p_c_tokens => array_fill(0, array[requests * 8]), p_c_estimated => array_fill(true, array[requests]),
    p_used => array_fill(null::jsonb, array[requests]), p_assumed => true);
end $$;
`
