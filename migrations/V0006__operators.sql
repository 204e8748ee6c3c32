-- What operators may do; each change is in the audit log, in the same transaction. Answers are JSON
-- documents (core/src/store/admin.rs names their fields).
SET LOCAL search_path = cutline, pg_temp;

CREATE FUNCTION audit(p_actor text, p_action text, p_subject text, p_detail jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    INSERT INTO audit_log (actor, action, subject, detail)
        VALUES (p_actor, p_action, p_subject, coalesce(p_detail, '{}'))
$$;

-- The account a person, or a job's reference, belongs to. Null: nobody's.
CREATE FUNCTION admin_find(p_platform text, p_user_id text, p_ref text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(
        (SELECT i.account_id FROM identities i
         WHERE i.platform = p_platform AND i.user_id = p_user_id),
        (SELECT j.account_id FROM jobs j WHERE j.ref = p_ref))
$$;

CREATE FUNCTION admin_account(p_account uuid, p_now timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT jsonb_build_object(
        'account', a.id, 'plan', s.plan, 'plan_paid', a.plan, 'plan_until', s.plan_until,
        'banned', a.ban_reason, 'wallet', s.wallet, 'held', s.held, 'used', s.used,
        'live', s.live, 'created_at', a.created_at,
        'identities', (SELECT coalesce(jsonb_agg(i.platform || ':' || i.user_id
            ORDER BY i.created_at), '[]') FROM identities i WHERE i.account_id = a.id),
        'jobs', (SELECT coalesce(jsonb_agg(j.ref || ' ' || j.state), '[]') FROM (
            SELECT ref, state FROM jobs WHERE account_id = a.id
            ORDER BY created_at DESC LIMIT 8) j),
        'ledger', (SELECT coalesce(jsonb_agg(to_jsonb(l)), '[]') FROM (
            SELECT at, unit, debit_book, credit_book, amount, reason, job_id, actor FROM ledger
            WHERE account_id = a.id ORDER BY id DESC LIMIT 10) l))
    FROM accounts a, standing_of(a.id, NULL, p_now) s WHERE a.id = p_account
$$;

-- A plan given by an operator; null takes it back. What was used this month stays used.
CREATE FUNCTION admin_set_plan(p_account uuid, p_plan text, p_until timestamptz, p_reason text,
    p_actor text) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    PERFORM 1 FROM accounts WHERE id = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    IF p_plan IS NULL THEN
        DELETE FROM user_plan_overrides WHERE account_id = p_account;
    ELSE
        INSERT INTO user_plan_overrides (account_id, plan, until, reason, actor)
            VALUES (p_account, p_plan, p_until, p_reason, p_actor)
            ON CONFLICT (account_id) DO UPDATE SET plan = excluded.plan, until = excluded.until,
                reason = excluded.reason, actor = excluded.actor, at = now();
    END IF;
    PERFORM audit(p_actor, 'set_plan', 'account:' || p_account,
        jsonb_build_object('plan', p_plan, 'until', p_until, 'reason', p_reason));
    RETURN true;
END $$;

-- A reason bans, null lifts the ban. Work under way goes on: it was paid for.
CREATE FUNCTION admin_ban(p_account uuid, p_reason text, p_actor text) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    UPDATE accounts SET ban_reason = p_reason WHERE id = p_account;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM audit(p_actor, CASE WHEN p_reason IS NULL THEN 'unban' ELSE 'ban' END,
        'account:' || p_account, jsonb_build_object('reason', p_reason));
    RETURN true;
END $$;

CREATE FUNCTION admin_job(p_ref text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT jsonb_build_object(
        'job', j.id, 'reference', j.ref, 'account', j.account_id, 'state', j.state,
        'sentence', j.sentence, 'mode', j.mode, 'plan', j.plan, 'queue', j.queue,
        'attempts', j.attempts, 'created_at', j.created_at, 'started_at', j.started_at,
        'finished_at', j.finished_at, 'cancel_requested', j.cancel_requested_at IS NOT NULL,
        'worker', (SELECT w.name FROM workers w WHERE w.id = j.lease_owner),
        'lease_until', j.lease_until, 'token', j.fencing_token, 'stage', j.stage,
        'overall', j.overall, 'error_code', j.error_code, 'error_message', j.error_message,
        'error_detail', j.error_detail, 'refunded', j.refunded, 'cost_microusd', j.cost_microusd,
        'short', j.short, 'origin', j.origin,
        'hold', (SELECT h.kind || ' ' || h.amount || ' ' || h.state FROM holds h
                 WHERE h.job_id = j.id),
        'stages', (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', s.stage,
                'attempt', s.attempt, 'wall_ms', s.wall_ms, 'resumed', s.resumed,
                'cost_microusd', s.cost_microusd) ORDER BY s.at), '[]')
            FROM job_stages s WHERE s.job_id = j.id),
        'shots', (SELECT coalesce(jsonb_agg(jsonb_build_object('shot', s.shot,
                'provider', s.provider, 'licence', s.licence,
                'cost_microusd', s.cost_microusd) ORDER BY s.shot), '[]')
            FROM job_shots s WHERE s.job_id = j.id),
        'calls', (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', c.stage, 'item', c.item,
                'state', c.state, 'cost_microusd', c.cost_microusd,
                'request_id', c.request_id) ORDER BY c.at), '[]')
            FROM paid_calls c WHERE c.job_id = j.id))
    FROM jobs j WHERE j.ref = p_ref
$$;

-- Makes a failed or cancelled job's video after all, as a new job and a courtesy: nothing is held.
-- The same job again answers with the same new one while that is not at an end itself.
CREATE FUNCTION admin_retry(p_ref text, p_new uuid, p_new_ref text, p_actor text)
RETURNS TABLE (outcome text, job_id uuid, ref text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_old jobs;
    v_new jobs;
BEGIN
    SELECT * INTO v_old FROM jobs j WHERE j.ref = p_ref FOR UPDATE;
    IF NOT FOUND THEN RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::text; RETURN; END IF;
    IF v_old.state NOT IN ('failed', 'cancelled') THEN
        RETURN QUERY SELECT v_old.state, v_old.id, v_old.ref; RETURN;
    END IF;
    SELECT * INTO v_new FROM jobs j WHERE j.again_of = v_old.id
        AND j.account_id = v_old.account_id AND j.idempotency_key LIKE 'retry:%'
        ORDER BY j.created_at DESC LIMIT 1;
    IF NOT FOUND OR v_new.state IN ('failed', 'cancelled') THEN
        INSERT INTO jobs (id, account_id, ref, idempotency_key, sentence, mode, format, seed,
                plan, queue, uploads, brand, origin, again_of)
            VALUES (p_new, v_old.account_id, p_new_ref, 'retry:' || p_new, v_old.sentence,
                v_old.mode, v_old.format, v_old.seed, v_old.plan, v_old.queue, v_old.uploads,
                v_old.brand, v_old.origin, v_old.id)
            RETURNING * INTO v_new;
        INSERT INTO holds (job_id, account_id, kind, amount, month)
            VALUES (v_new.id, v_new.account_id, 'courtesy', 0, month_of(clock_timestamp()));
        PERFORM leave_job_message(v_new.id, v_new.queue);
        PERFORM audit(p_actor, 'retry', 'job:' || v_old.id, jsonb_build_object('as', v_new.id));
    END IF;
    RETURN QUERY SELECT 'queued', v_new.id, v_new.ref;
END $$;

CREATE FUNCTION admin_cancel(p_ref text, p_actor text)
RETURNS TABLE (outcome text, job_id uuid, state text)
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT * FROM cancel_job(NULL, p_ref, p_actor)
$$;

CREATE FUNCTION admin_queues() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT jsonb_build_object(
        'queues', (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.queue), '[]') FROM (
            SELECT j.queue, count(*) FILTER (WHERE j.state = 'queued') AS waiting,
                count(*) FILTER (WHERE j.state <> 'queued') AS running,
                min(j.queued_at) FILTER (WHERE j.state = 'queued') AS oldest
            FROM jobs j WHERE j.state IN ('queued', 'running', 'delivering')
            GROUP BY j.queue) q),
        'outbox', (SELECT count(*) FROM outbox),
        'outbox_oldest', (SELECT min(created_at) FROM outbox),
        'maintenance', maintenance_message())
$$;

CREATE FUNCTION admin_workers() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'name', w.name, 'slots', w.slots,
            'busy', w.busy, 'hardware', w.hardware, 'draining', w.draining OR w.drain,
            'since', w.since, 'seen_at', w.seen_at,
            'seen_s', extract(epoch FROM clock_timestamp() - w.seen_at)::bigint,
            'jobs', (SELECT coalesce(jsonb_agg(j.ref ORDER BY j.ref), '[]') FROM jobs j
                WHERE j.lease_owner = w.id AND j.state IN ('running', 'delivering')))
        ORDER BY w.name, w.since), '[]')
    FROM workers w
    WHERE w.gone_at IS NULL AND w.seen_at > clock_timestamp() - interval '1 hour'
$$;

-- Orders every worker of that name (or of that id) to drain. Answers with how many.
CREATE FUNCTION admin_drain(p_worker text, p_actor text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_worker workers;
    v_count int := 0;
BEGIN
    FOR v_worker IN UPDATE workers SET drain = true
        WHERE (name = p_worker OR id::text = p_worker) AND gone_at IS NULL RETURNING *
    LOOP
        INSERT INTO outbox (topic, payload)
            VALUES ('control', jsonb_build_object('do', 'drain', 'worker', v_worker.id));
        PERFORM audit(p_actor, 'drain', 'worker:' || v_worker.id,
            jsonb_build_object('name', v_worker.name));
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Which formats were made, and what was spent, since a moment.
CREATE FUNCTION admin_formats(p_since timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.videos DESC, f.format), '[]') FROM (
        SELECT coalesce(j.result ->> 'format', j.format, 'unknown') AS format,
            count(*) FILTER (WHERE j.state = 'done') AS videos,
            count(*) FILTER (WHERE j.state = 'failed') AS failed,
            sum(j.cost_microusd)::bigint AS cost_microusd
        FROM jobs j WHERE j.finished_at >= p_since AND j.state IN ('done', 'failed')
        GROUP BY 1) f
$$;

-- A message closes the door to new requests; null opens it. Jobs under way go on.
CREATE FUNCTION admin_maintenance(p_message text, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    IF p_message IS NULL THEN
        DELETE FROM settings WHERE name = 'maintenance';
    ELSE
        INSERT INTO settings VALUES ('maintenance', jsonb_build_object('message', p_message))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value;
    END IF;
    PERFORM audit(p_actor, 'maintenance', 'system', jsonb_build_object('message', p_message));
END $$;

-- For what happens outside the database (dead letters) and belongs into the same log.
CREATE FUNCTION admin_audit(p_actor text, p_action text, p_subject text, p_detail jsonb)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT audit(p_actor, p_action, p_subject, p_detail)
$$;

-- Everything that should never be seen, one row a finding: books against balances, holds against
-- states. Reads everything; for operators and tests, not for every minute.
CREATE FUNCTION admin_reconcile() RETURNS TABLE (finding text, subject text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    WITH books AS (
        SELECT account_id, unit, book, sum(amount) AS amount FROM (
            SELECT account_id, unit, debit_book AS book, -amount AS amount FROM ledger
            UNION ALL SELECT account_id, unit, credit_book, amount FROM ledger) entries
        GROUP BY account_id, unit, book)
    SELECT 'the ledger does not sum to zero', unit FROM books GROUP BY unit HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'the wallet is not the sum of its entries', b.account_id::text FROM balances b
        WHERE b.wallet <> coalesce((SELECT amount FROM books k WHERE k.account_id = b.account_id
            AND k.unit = 'credit' AND k.book = 'wallet'), 0)
    UNION ALL
    SELECT 'held credits are not the sum of their entries', b.account_id::text FROM balances b
        WHERE b.held <> coalesce((SELECT amount FROM books k WHERE k.account_id = b.account_id
            AND k.unit = 'credit' AND k.book = 'held'), 0)
    UNION ALL
    SELECT 'held credits are not the sum of open holds', b.account_id::text FROM balances b
        WHERE b.held <> coalesce((SELECT sum(h.amount) FROM holds h
            WHERE h.account_id = b.account_id AND h.kind = 'credits' AND h.state = 'held'), 0)
    UNION ALL
    SELECT 'a job without a hold', j.ref FROM jobs j
        WHERE NOT EXISTS (SELECT 1 FROM holds h WHERE h.job_id = j.id)
    UNION ALL
    SELECT 'a hold that does not fit its job: ' || h.state || ' for ' || j.state, j.ref
        FROM holds h JOIN jobs j ON j.id = h.job_id
        WHERE h.state <> CASE WHEN j.state = 'done' THEN 'captured'
            WHEN j.state IN ('failed', 'cancelled') THEN 'released' ELSE 'held' END
    UNION ALL
    SELECT 'more videos in a month than its cap', account_id::text || ' ' || month
        FROM allowances WHERE used > cap
    UNION ALL
    SELECT 'a done job without a video', j.ref FROM jobs j
        WHERE j.state = 'done' AND NOT EXISTS (SELECT 1 FROM videos v WHERE v.job_id = j.id)
$$;
