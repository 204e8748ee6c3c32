-- What no program can do, whatever role it has: rewrite the ledger or the audit log, resolve a hold
-- twice, leave a terminal state. These triggers refuse; none of them moves anything.
SET LOCAL search_path = cutline, pg_temp;

CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql
SET search_path = cutline, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
-- `session_replication_role` does not switch these off.
ALTER TABLE ledger ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE ledger ENABLE ALWAYS TRIGGER append_only_whole;
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only_whole;

-- The table of moves, as in core/src/job.rs (`JobState::may_become`); a test compares them.
CREATE FUNCTION job_may_become(p_from text, p_to text) RETURNS bool LANGUAGE sql IMMUTABLE
SET search_path = cutline, pg_temp AS $$
    SELECT CASE p_from
        WHEN 'queued' THEN p_to IN ('running', 'failed', 'cancelled')
        WHEN 'running' THEN p_to IN ('delivering', 'queued', 'failed', 'cancelled')
        WHEN 'delivering' THEN p_to IN ('done', 'queued', 'failed', 'cancelled')
        ELSE false END
$$;

CREATE FUNCTION guard_job() RETURNS trigger LANGUAGE plpgsql
SET search_path = cutline, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'job %: jobs are not deleted', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT job_may_become(OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'job %: % cannot become %', OLD.ref, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.fencing_token < OLD.fencing_token THEN
        RAISE EXCEPTION 'job %: a fencing token never falls', OLD.ref
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.account_id, NEW.ref, NEW.idempotency_key)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.ref, OLD.idempotency_key) THEN
        RAISE EXCEPTION 'job %: its names do not change', OLD.ref
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON jobs FOR EACH ROW EXECUTE FUNCTION guard_job();
ALTER TABLE jobs ENABLE ALWAYS TRIGGER guard;

CREATE FUNCTION guard_hold() RETURNS trigger LANGUAGE plpgsql
SET search_path = cutline, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'held'
        OR (NEW.job_id, NEW.account_id, NEW.kind, NEW.amount, NEW.month)
            IS DISTINCT FROM (OLD.job_id, OLD.account_id, OLD.kind, OLD.amount, OLD.month) THEN
        RAISE EXCEPTION 'hold of job % is resolved once and otherwise unchanged', OLD.job_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON holds FOR EACH ROW EXECUTE FUNCTION guard_hold();
ALTER TABLE holds ENABLE ALWAYS TRIGGER guard;
