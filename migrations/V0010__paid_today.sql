-- What paid calls have cost: since midnight (UTC), because a day's spending limit holds for the whole farm,
-- and for a job, because its limit holds for all of its lives. A call of unknown outcome has no cost here;
-- the worker that lost it counts its estimate itself.
SET LOCAL search_path = cutline, pg_temp;

CREATE INDEX paid_calls_at ON paid_calls (at);

CREATE FUNCTION paid_today() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(sum(cost_microusd), 0)::bigint FROM paid_calls
    WHERE at >= date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
$$;

CREATE FUNCTION paid_for_job(p_job uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(sum(cost_microusd), 0)::bigint FROM paid_calls WHERE job_id = p_job
$$;

GRANT CREATE ON SCHEMA cutline TO cutline_functions;     -- needed to be given a function
REVOKE ALL ON FUNCTION paid_today(), paid_for_job(uuid) FROM PUBLIC;
ALTER FUNCTION paid_today() OWNER TO cutline_functions;
ALTER FUNCTION paid_for_job(uuid) OWNER TO cutline_functions;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
GRANT EXECUTE ON FUNCTION paid_today(), paid_for_job(uuid) TO cutline_farm;
