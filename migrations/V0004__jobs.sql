-- A job's life. Whatever changes a state also settles the hold and writes the messages, in the same
-- transaction. Locks are taken in the order account → job → hold → books, and submit (which alone
-- starts at the account) touches no other job's row.
SET LOCAL search_path = cutline, pg_temp;

-- Leaves an event for the platform that asked. The shape is core/src/event.rs.
CREATE FUNCTION leave_event(p_job jobs, p_kind text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    INSERT INTO outbox (topic, payload) VALUES (
        'event.' || (p_job.origin ->> 'platform'),
        jsonb_build_object('job', p_job.id, 'reference', p_job.ref, 'account', p_job.account_id,
            'platform', p_job.origin ->> 'platform', 'origin', p_job.origin, 'kind', p_kind,
            'at', clock_timestamp()))
$$;

CREATE FUNCTION leave_job_message(p_job uuid, p_queue text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    INSERT INTO outbox (topic, payload)
        VALUES ('job.' || p_queue, jsonb_build_object('job', p_job))
$$;

-- Ends a job whose row the caller has locked: state, hold, event.
CREATE FUNCTION end_job(p_job uuid, p_state text, p_code text, p_message text, p_detail text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs;
BEGIN
    UPDATE jobs SET state = p_state, finished_at = clock_timestamp(), lease_until = NULL,
        lease_owner = NULL, eta_ms = NULL, fencing_token = fencing_token,
        error_code = p_code, error_message = p_message, error_detail = left(p_detail, 8000),
        refunded = CASE WHEN p_state = 'done' THEN false
            ELSE EXISTS (SELECT 1 FROM holds h
                         WHERE h.job_id = p_job AND h.state = 'held' AND h.kind <> 'courtesy') END
        WHERE id = p_job RETURNING * INTO v_job;
    PERFORM resolve_hold(p_job, CASE p_state WHEN 'done' THEN 'captured' ELSE 'released' END);
    PERFORM leave_event(v_job, p_state);
END $$;

-- Puts a job whose row the caller has locked back into its queue. The token rises, so that whoever
-- held it can write no more.
CREATE FUNCTION queue_again(p_job uuid, p_count_try bool) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs;
BEGIN
    UPDATE jobs SET state = 'queued', fencing_token = fencing_token + 1, lease_until = NULL,
        lease_owner = NULL, eta_ms = NULL,
        attempts = CASE WHEN p_count_try THEN attempts ELSE greatest(attempts - 1, 0) END,
        queued_at = clock_timestamp(), told_at = clock_timestamp(), told_count = 1
        WHERE id = p_job RETURNING * INTO v_job;
    PERFORM leave_job_message(v_job.id, v_job.queue);
    PERFORM leave_event(v_job, 'requeued');
END $$;

-- The pictures of an account with these hashes, in order, as core's `UploadRef`s. Null: one is
-- missing, and `p_missing` says which.
CREATE FUNCTION upload_refs(p_account uuid, p_sha256s text[], OUT refs jsonb, OUT missing int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('sha256', u.sha256, 'key', u.key,
            'width_px', u.width_px, 'height_px', u.height_px, 'bytes', u.bytes, 'name', u.name)
            ORDER BY w.place), '[]'),
        (min(w.place) FILTER (WHERE u.sha256 IS NULL))::int - 1
    FROM unnest(p_sha256s) WITH ORDINALITY AS w (sha256, place)
    LEFT JOIN uploads u ON u.account_id = p_account AND u.sha256 = w.sha256
$$;

-- Judges and accepts a request. Everything but `accepted` leaves nothing behind.
CREATE FUNCTION submit_job(p_job uuid, p_ref text, p_platform text, p_user_id text, p_locale text,
    p_key text, p_sentence text, p_mode text, p_format text, p_seed bigint, p_uploads text[],
    p_origin jsonb, p_again_of uuid, p_now timestamptz, p_origin_platform text)
RETURNS TABLE (outcome text, job_id uuid, ref text, state text, again_at timestamptz,
    amount bigint, wallet bigint, detail text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_account uuid := find_account(p_platform, p_user_id, p_locale);
    v_mode modes;
    v_plan plans;
    v_message text;
    v_lacking text;
    v_uploads jsonb;
    v_missing int;
    v_brand jsonb;
    v_ban_reason text;
    v_again_at timestamptz;
    v_live int;
    v_month date := month_of(p_now);
    v_kind text := 'credits';
    v_price bigint := 0;
    v_wallet bigint;
    v_done record;
BEGIN
    SELECT j.id, j.ref, j.state INTO v_done FROM jobs j
        WHERE j.account_id = v_account AND j.idempotency_key = p_key;
    IF FOUND THEN
        RETURN QUERY SELECT 'duplicate', v_done.id, v_done.ref, v_done.state, NULL::timestamptz,
            NULL::bigint, NULL::bigint, NULL::text;
        RETURN;
    END IF;
    v_message := maintenance_message();
    IF v_message IS NOT NULL THEN
        RETURN QUERY SELECT 'maintenance', NULL::uuid, NULL::text, NULL::text, NULL::timestamptz,
            NULL::bigint, NULL::bigint, v_message;
        RETURN;
    END IF;
    SELECT * INTO STRICT v_mode FROM modes m WHERE m.mode = p_mode;

    -- From here one request at a time for each account.
    SELECT a.ban_reason INTO v_ban_reason FROM accounts a WHERE a.id = v_account FOR NO KEY UPDATE;
    SELECT j.id, j.ref, j.state INTO v_done FROM jobs j
        WHERE j.account_id = v_account AND j.idempotency_key = p_key;
    IF FOUND THEN
        RETURN QUERY SELECT 'duplicate', v_done.id, v_done.ref, v_done.state, NULL::timestamptz,
            NULL::bigint, NULL::bigint, NULL::text;
        RETURN;
    END IF;
    IF v_ban_reason IS NOT NULL THEN
        RETURN QUERY SELECT 'banned', NULL::uuid, NULL::text, NULL::text, NULL::timestamptz,
            NULL::bigint, NULL::bigint, v_ban_reason;
        RETURN;
    END IF;

    SELECT * INTO STRICT v_plan FROM plans p WHERE p.plan = plan_of(v_account, p_now);
    v_lacking := CASE
        WHEN v_mode.feature IS NOT NULL AND NOT v_mode.feature = ANY (v_plan.features)
            THEN v_mode.feature
        WHEN cardinality(p_uploads) > 0 AND NOT 'uploads' = ANY (v_plan.features) THEN 'uploads'
        WHEN p_format IS NOT NULL AND NOT 'pinned_format' = ANY (v_plan.features)
            THEN 'pinned_format' END;
    IF v_lacking IS NOT NULL THEN
        RETURN QUERY SELECT 'not_in_plan', NULL::uuid, NULL::text, NULL::text, NULL::timestamptz,
            NULL::bigint, NULL::bigint, v_lacking;
        RETURN;
    END IF;
    SELECT u.refs, u.missing INTO v_uploads, v_missing FROM upload_refs(v_account, p_uploads) u;
    IF v_missing IS NOT NULL THEN
        RETURN QUERY SELECT 'unknown_upload', NULL::uuid, NULL::text, NULL::text,
            NULL::timestamptz, v_missing::bigint, NULL::bigint, NULL::text;
        RETURN;
    END IF;
    IF 'brand_kit' = ANY (v_plan.features) THEN
        SELECT b.kit INTO v_brand FROM brand_kits b WHERE b.account_id = v_account;
    END IF;
    SELECT count(*) INTO v_live FROM jobs j
        WHERE j.account_id = v_account AND j.state IN ('queued', 'running', 'delivering');
    IF v_live >= v_plan.jobs_at_once THEN
        RETURN QUERY SELECT 'too_many', NULL::uuid, NULL::text, NULL::text, NULL::timestamptz,
            v_plan.jobs_at_once::bigint, NULL::bigint, NULL::text;
        RETURN;
    END IF;

    -- What pays for it: judged before anything is written, written after everything is judged. The
    -- account's lock keeps both true; a hold that is released meanwhile only adds.
    IF p_mode = 'standard' AND (v_plan.videos_a_month IS NULL OR coalesce((SELECT l.used
            FROM allowances l WHERE l.account_id = v_account AND l.month = v_month), 0)
            < v_plan.videos_a_month) THEN
        v_kind := 'allowance';
    ELSE
        v_price := v_mode.credits;
        SELECT b.wallet INTO v_wallet FROM balances b WHERE b.account_id = v_account;
        IF v_wallet < v_price THEN
            RETURN QUERY SELECT 'credits', NULL::uuid, NULL::text, NULL::text, NULL::timestamptz,
                v_price, v_wallet, CASE p_mode WHEN 'standard' THEN 'month' ELSE 'mode' END;
            RETURN;
        END IF;
    END IF;
    v_again_at := take_rate(v_account, 'generate', p_now);
    IF v_again_at IS NOT NULL THEN
        RETURN QUERY SELECT 'rate', NULL::uuid, NULL::text, NULL::text, v_again_at, NULL::bigint,
            NULL::bigint, NULL::text;
        RETURN;
    END IF;

    INSERT INTO jobs (id, account_id, ref, idempotency_key, sentence, mode, format, seed, plan,
            queue, uploads, brand, origin, again_of)
        VALUES (p_job, v_account, p_ref, p_key, p_sentence, p_mode, p_format, p_seed, v_plan.plan,
            v_plan.queue, v_uploads, v_brand,
            p_origin || jsonb_build_object('platform', p_origin_platform), p_again_of);
    INSERT INTO holds (job_id, account_id, kind, amount, month)
        VALUES (p_job, v_account, v_kind, CASE v_kind WHEN 'allowance' THEN 1 ELSE v_price END,
            v_month);
    IF v_kind = 'allowance' THEN
        -- The table's own constraint refuses what is above the cap.
        INSERT INTO allowances AS l (account_id, month, used, cap)
            VALUES (v_account, v_month, 1, v_plan.videos_a_month)
            ON CONFLICT (account_id, month) DO UPDATE
                SET used = l.used + 1, cap = excluded.cap;
        PERFORM transfer(v_account, 'video', 'month', 'held', 1, 'hold:' || p_job,
            'video asked for', p_job, 'system');
    ELSE
        PERFORM transfer(v_account, 'credit', 'wallet', 'held', v_price, 'hold:' || p_job,
            'video asked for', p_job, 'system');
    END IF;
    PERFORM leave_job_message(p_job, v_plan.queue);
    RETURN QUERY SELECT 'accepted', p_job, p_ref, 'queued', NULL::timestamptz, v_price,
        NULL::bigint, NULL::text;
END $$;

-- Calls a job off. `p_account` null: whoever's it is (operators).
CREATE FUNCTION cancel_job(p_account uuid, p_ref text, p_actor text)
RETURNS TABLE (outcome text, job_id uuid, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job jobs;
BEGIN
    SELECT * INTO v_job FROM jobs j
        WHERE j.ref = p_ref AND (p_account IS NULL OR j.account_id = p_account) FOR UPDATE;
    IF NOT FOUND THEN RETURN QUERY SELECT 'unknown', NULL::uuid, NULL::text; RETURN; END IF;
    IF v_job.state IN ('done', 'failed', 'cancelled') THEN
        RETURN QUERY SELECT 'ended', v_job.id, v_job.state; RETURN;
    END IF;
    IF v_job.cancel_requested_at IS NULL THEN
        UPDATE jobs SET cancel_requested_at = clock_timestamp() WHERE id = v_job.id;
        INSERT INTO audit_log (actor, action, subject)
            VALUES (p_actor, 'cancel', 'job:' || v_job.id);
    END IF;
    IF v_job.state = 'queued' OR v_job.lease_until < clock_timestamp() THEN
        UPDATE jobs SET fencing_token = fencing_token + 1 WHERE id = v_job.id;
        PERFORM end_job(v_job.id, 'cancelled', NULL, NULL, NULL);
        RETURN QUERY SELECT 'cancelled', v_job.id, 'cancelled'; RETURN;
    END IF;
    -- Every ask tells the workers: the first message may have been lost.
    INSERT INTO outbox (topic, payload)
        VALUES ('control', jsonb_build_object('do', 'cancel', 'job', v_job.id));
    RETURN QUERY SELECT 'requested', v_job.id, v_job.state;
END $$;

CREATE FUNCTION request_cancel(p_account uuid, p_ref text, p_actor text)
RETURNS TABLE (outcome text, job_id uuid, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    IF p_account IS NULL THEN RAISE EXCEPTION 'request_cancel needs an account'; END IF;
    RETURN QUERY SELECT * FROM cancel_job(p_account, p_ref, p_actor);
END $$;

-- A waiting job's place (counted up to 1000) and a guess at when it is done, from the last twenty
-- videos and the slots of the workers that were seen within the minute.
CREATE FUNCTION job_outlook(p_job uuid) RETURNS TABLE (place int, eta_ms bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs;
    v_place int;
    v_mean_ms numeric;
    v_slots bigint;
BEGIN
    SELECT * INTO v_job FROM jobs WHERE id = p_job;
    SELECT count(*) + 1 INTO v_place FROM (
        SELECT 1 FROM jobs j WHERE j.state = 'queued' AND j.id <> p_job
            AND ((j.queue = v_job.queue AND j.queued_at < v_job.queued_at)
                OR (j.queue = 'priority' AND v_job.queue = 'standard'))
            LIMIT 999) ahead;
    SELECT avg(extract(epoch FROM d.finished_at - d.started_at)) * 1000 INTO v_mean_ms FROM (
        SELECT finished_at, started_at FROM jobs WHERE state = 'done'
            ORDER BY finished_at DESC LIMIT 20) d;
    SELECT sum(slots) INTO v_slots FROM workers
        WHERE gone_at IS NULL AND seen_at > clock_timestamp() - interval '1 minute';
    RETURN QUERY SELECT v_place,
        (v_mean_ms * ceil(v_place::numeric / nullif(v_slots, 0) + 0.5))::bigint;
END $$;
