-- What a job has cost is what its calls have: those of unknown outcome count here as they do in its
-- limit and in the day's, or an operator would see a cheap job where money may be gone.
SET LOCAL search_path = cutline, pg_temp;

CREATE FUNCTION count_paid_calls() RETURNS trigger LANGUAGE plpgsql
SET search_path = cutline, pg_temp AS $$
BEGIN
    UPDATE jobs j SET cost_microusd = (
        SELECT coalesce(sum(c.cost_microusd), 0) FROM paid_calls c WHERE c.job_id = j.id
    ) WHERE j.id = CASE TG_OP WHEN 'DELETE' THEN OLD.job_id ELSE NEW.job_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER count AFTER INSERT OR DELETE OR UPDATE OF cost_microusd ON paid_calls
    FOR EACH ROW EXECUTE FUNCTION count_paid_calls();

-- Its owner, as in V0007; only the trigger calls it.
GRANT CREATE ON SCHEMA cutline TO cutline_functions;
REVOKE ALL ON FUNCTION count_paid_calls() FROM PUBLIC;
ALTER FUNCTION count_paid_calls() OWNER TO cutline_functions;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;

-- As V0005's, less the counting.
CREATE OR REPLACE FUNCTION paid_call_done(p_job uuid, p_token bigint, p_stage text, p_item text,
    p_sha256 bytea, p_cost bigint, p_request_id text, p_output jsonb) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs := current_job(p_job, p_token);
BEGIN
    IF v_job.id IS NULL THEN RETURN false; END IF;
    UPDATE paid_calls SET state = 'done', cost_microusd = p_cost, request_id = p_request_id,
        output = p_output, at = clock_timestamp()
        WHERE job_id = p_job AND stage = p_stage AND item = p_item AND input_sha256 = p_sha256
            AND state <> 'done';
    RETURN true;
END $$;
