-- What paid calls have cost: since midnight (UTC), because a day's spending limit holds for the whole farm,
-- and for a job, because its limit holds for all of its lives. Until its answer is written down, a call
-- costs what was estimated: one of unknown outcome counts in full.
SET LOCAL search_path = cutline, pg_temp;

CREATE INDEX paid_calls_at ON paid_calls (at);

-- As V0005's, with an estimate, which stands for the cost until there is one.
CREATE FUNCTION paid_call_begin(p_job uuid, p_token bigint, p_stage text, p_item text,
    p_sha256 bytea, p_estimate bigint)
RETURNS TABLE (state text, output jsonb, cost_microusd bigint, request_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_known record;
BEGIN
    SELECT * INTO v_known FROM paid_call_begin(p_job, p_token, p_stage, p_item, p_sha256);
    IF v_known.state = 'new' THEN
        UPDATE paid_calls c SET cost_microusd = p_estimate
            WHERE c.job_id = p_job AND c.stage = p_stage AND c.item = p_item
                AND c.input_sha256 = p_sha256;
    END IF;
    RETURN QUERY SELECT v_known.state, v_known.output, v_known.cost_microusd, v_known.request_id;
END $$;

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
REVOKE ALL ON FUNCTION paid_call_begin(uuid, bigint, text, text, bytea, bigint), paid_today(),
    paid_for_job(uuid) FROM PUBLIC;
ALTER FUNCTION paid_call_begin(uuid, bigint, text, text, bytea, bigint) OWNER TO cutline_functions;
ALTER FUNCTION paid_today() OWNER TO cutline_functions;
ALTER FUNCTION paid_for_job(uuid) OWNER TO cutline_functions;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
GRANT EXECUTE ON FUNCTION paid_call_begin(uuid, bigint, text, text, bytea, bigint), paid_today(),
    paid_for_job(uuid) TO cutline_farm;
