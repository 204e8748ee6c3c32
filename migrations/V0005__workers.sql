-- What workers and relays call. A write carries the fencing token and changes nothing where that is
-- not current. Leases run by this server's clock alone.
SET LOCAL search_path = cutline, pg_temp;

-- Locks the job if the token is current. Null: it is not.
CREATE FUNCTION current_job(p_job uuid, p_token bigint) RETURNS jobs
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT * FROM jobs WHERE id = p_job AND fencing_token = p_token
        AND state IN ('running', 'delivering') FOR UPDATE
$$;

CREATE FUNCTION claim_job(p_job uuid, p_worker uuid, p_lease_ms bigint)
RETURNS TABLE (outcome text, state text, token bigint, held_until timestamptz,
    cancel_requested bool, spec jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job jobs;
BEGIN
    SELECT * INTO v_job FROM jobs j WHERE j.id = p_job FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'unknown', NULL::text, NULL::bigint, NULL::timestamptz, NULL::bool,
            NULL::jsonb; RETURN;
    END IF;
    IF v_job.state IN ('running', 'delivering') THEN
        IF v_job.lease_until >= clock_timestamp() THEN
            RETURN QUERY SELECT 'held', v_job.state, NULL::bigint, v_job.lease_until, NULL::bool,
                NULL::jsonb; RETURN;
        END IF;
        PERFORM lose_job(v_job, false);
        SELECT * INTO v_job FROM jobs j WHERE j.id = p_job;
    END IF;
    IF v_job.state <> 'queued' THEN
        RETURN QUERY SELECT 'ended', v_job.state, NULL::bigint, NULL::timestamptz, NULL::bool,
            NULL::jsonb; RETURN;
    END IF;
    UPDATE jobs SET state = 'running', lease_owner = p_worker, attempts = attempts + 1,
        fencing_token = fencing_token + 1, started_at = coalesce(started_at, clock_timestamp()),
        lease_until = clock_timestamp() + p_lease_ms * interval '1 ms',
        stage = NULL, fraction = 0, overall = 0
        WHERE id = p_job RETURNING * INTO v_job;
    RETURN QUERY SELECT 'claimed', v_job.state, v_job.fencing_token, v_job.lease_until,
        v_job.cancel_requested_at IS NOT NULL,
        jsonb_build_object('job', v_job.id, 'account', v_job.account_id, 'reference', v_job.ref,
            'sentence', v_job.sentence, 'seed', v_job.seed, 'plan', v_job.plan,
            'mode', v_job.mode, 'format', v_job.format, 'uploads', v_job.uploads,
            'brand', v_job.brand, 'origin', v_job.origin, 'attempt', v_job.attempts);
END $$;

-- What happens to a job (locked by the caller) whose worker was lost: queued again, or at an end.
CREATE FUNCTION lose_job(p_job jobs, p_tell bool) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    IF p_job.cancel_requested_at IS NOT NULL THEN
        UPDATE jobs SET fencing_token = fencing_token + 1 WHERE id = p_job.id;
        PERFORM end_job(p_job.id, 'cancelled', NULL, NULL, NULL);
        RETURN 'cancelled';
    ELSIF p_job.attempts >= 3 THEN
        UPDATE jobs SET fencing_token = fencing_token + 1 WHERE id = p_job.id;
        PERFORM end_job(p_job.id, 'failed', 'WORKER_LOST',
            'The machine making this video stopped three times. Nothing was charged. '
            'Try again in a few minutes; if it happens again, shorten the sentence.',
            'lease ran out on try ' || p_job.attempts || ', worker ' || p_job.lease_owner);
        RETURN 'failed';
    ELSIF p_tell THEN
        PERFORM queue_again(p_job.id, true);
    ELSE
        -- Claimed in this very transaction: no message is needed.
        UPDATE jobs SET state = 'queued', fencing_token = fencing_token + 1, lease_until = NULL,
            lease_owner = NULL WHERE id = p_job.id;
    END IF;
    RETURN 'queued';
END $$;

CREATE FUNCTION heartbeat(p_job uuid, p_token bigint, p_lease_ms bigint)
RETURNS TABLE (current bool, cancel_requested bool)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_cancel bool;
BEGIN
    -- A heartbeat lost in a crash is a lease that ends sooner: no need to wait for the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE jobs SET lease_until = clock_timestamp() + p_lease_ms * interval '1 ms'
        WHERE id = p_job AND fencing_token = p_token AND state IN ('running', 'delivering')
        RETURNING cancel_requested_at IS NOT NULL INTO v_cancel;
    RETURN QUERY SELECT FOUND, coalesce(v_cancel, false);
END $$;

CREATE FUNCTION progress(p_job uuid, p_token bigint, p_stage text, p_fraction real, p_overall real,
    p_eta_ms bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE jobs SET stage = p_stage, fraction = p_fraction, overall = p_overall, eta_ms = p_eta_ms
        WHERE id = p_job AND fencing_token = p_token AND state IN ('running', 'delivering');
    RETURN FOUND;
END $$;

CREATE FUNCTION stage_done(p_job uuid, p_token bigint, p_stage text, p_wall_ms bigint,
    p_resumed bool, p_cost bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs := current_job(p_job, p_token);
BEGIN
    IF v_job.id IS NULL THEN RETURN false; END IF;
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO job_stages (job_id, account_id, stage, attempt, wall_ms, resumed, cost_microusd)
        VALUES (p_job, v_job.account_id, p_stage, v_job.attempts, p_wall_ms, p_resumed, p_cost)
        ON CONFLICT (job_id, stage, attempt) DO UPDATE SET wall_ms = excluded.wall_ms,
            resumed = excluded.resumed, cost_microusd = excluded.cost_microusd;
    RETURN true;
END $$;

CREATE FUNCTION shots_done(p_job uuid, p_token bigint, p_shots jsonb) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs := current_job(p_job, p_token);
BEGIN
    IF v_job.id IS NULL THEN RETURN false; END IF;
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO job_shots
        SELECT p_job, v_job.account_id, s.shot, s.provider, s.licence, s.credit,
            coalesce(s.cost_microusd, 0)
        FROM jsonb_to_recordset(p_shots) AS s (shot int, provider text, licence text, credit text,
            cost_microusd bigint)
        ON CONFLICT (job_id, shot) DO UPDATE SET provider = excluded.provider,
            licence = excluded.licence, credit = excluded.credit,
            cost_microusd = excluded.cost_microusd;
    RETURN true;
END $$;

CREATE FUNCTION deliver_job(p_job uuid, p_token bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs := current_job(p_job, p_token);
BEGIN
    IF v_job.id IS NULL THEN RETURN false; END IF;
    IF v_job.state = 'running' THEN
        PERFORM set_config('synchronous_commit', 'off', true);
        UPDATE jobs SET state = 'delivering' WHERE id = p_job;
    END IF;
    RETURN true;
END $$;

-- Ends a try. Asking again with the same token and outcome answers the same and changes nothing.
CREATE FUNCTION finish_job(p_job uuid, p_token bigint, p_outcome text, p_code text, p_message text,
    p_detail text, p_retry bool, p_result jsonb, p_short text) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs;
    v_plan plans;
BEGIN
    SELECT * INTO v_job FROM jobs WHERE id = p_job FOR UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    IF v_job.state NOT IN ('running', 'delivering') THEN
        -- Was it this very call, whose answer was lost? A requeue raised the token by one.
        RETURN (v_job.state IN ('done', 'failed', 'cancelled') AND v_job.fencing_token = p_token)
            OR (v_job.state = 'queued' AND p_outcome = 'failed' AND p_retry
                AND v_job.fencing_token = p_token + 1);
    END IF;
    IF v_job.fencing_token <> p_token THEN RETURN false; END IF;

    IF p_outcome = 'cancelled' THEN
        PERFORM end_job(p_job, 'cancelled', NULL, NULL, NULL);
    ELSIF p_outcome = 'failed' THEN
        IF v_job.cancel_requested_at IS NOT NULL THEN
            PERFORM end_job(p_job, 'cancelled', NULL, NULL, p_detail);
        ELSIF p_retry AND v_job.attempts < 3 THEN
            UPDATE jobs SET error_detail = left(p_detail, 8000) WHERE id = p_job;
            PERFORM queue_again(p_job, true);
        ELSE
            PERFORM end_job(p_job, 'failed', p_code, p_message, p_detail);
        END IF;
    ELSIF p_outcome = 'done' THEN
        SELECT * INTO STRICT v_plan FROM plans WHERE plan = v_job.plan;
        -- The plan's limits hold here too, whatever the worker did (an end card may add five
        -- seconds).
        IF (p_result ->> 'duration_ms')::bigint > v_plan.duration_s_max * 1000 + 5000
            OR (p_result ->> 'width_px')::int > v_plan.width_px
            OR (p_result ->> 'height_px')::int > v_plan.height_px THEN
            PERFORM end_job(p_job, 'failed', 'PLAN_LIMIT',
                'The video came out longer or larger than your plan allows, which is our mistake. '
                'Nothing was charged; please try again.',
                'result exceeds plan ' || v_job.plan || ': ' || (p_result - 'credits')::text);
            RETURN true;
        END IF;
        IF v_job.state = 'running' THEN
            UPDATE jobs SET state = 'delivering' WHERE id = p_job;
        END IF;
        UPDATE jobs SET state = 'done', finished_at = clock_timestamp(), lease_until = NULL,
            lease_owner = NULL, eta_ms = NULL, fraction = 1, overall = 1, result = p_result,
            short = p_short, expires_at = clock_timestamp() + v_plan.kept
            WHERE id = p_job RETURNING * INTO v_job;
        INSERT INTO videos (short, job_id, account_id, sentence, video, created_at, expires_at)
            VALUES (p_short, p_job, v_job.account_id, v_job.sentence, p_result, v_job.finished_at,
                v_job.expires_at);
        PERFORM resolve_hold(p_job, 'captured');
        PERFORM leave_event(v_job, 'done');
    ELSE
        RAISE EXCEPTION 'finish_job: outcome %', p_outcome;
    END IF;
    RETURN true;
END $$;

CREATE FUNCTION hand_back(p_job uuid, p_token bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs;
BEGIN
    SELECT * INTO v_job FROM jobs WHERE id = p_job FOR UPDATE;
    IF v_job.state = 'queued' AND v_job.fencing_token = p_token + 1 THEN
        RETURN true;                                     -- this very call, asked again
    END IF;
    IF v_job.state NOT IN ('running', 'delivering') OR v_job.fencing_token <> p_token
        OR v_job.id IS NULL THEN RETURN false; END IF;
    IF v_job.cancel_requested_at IS NOT NULL THEN
        PERFORM end_job(p_job, 'cancelled', NULL, NULL, NULL);
    ELSE
        PERFORM queue_again(p_job, false);
    END IF;
    RETURN true;
END $$;

CREATE FUNCTION requeue_lost(p_lost_after_ms bigint, p_limit int)
RETURNS TABLE (job_id uuid, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job jobs;
BEGIN
    FOR v_job IN SELECT * FROM jobs j
        WHERE j.state IN ('running', 'delivering') AND j.lease_until < clock_timestamp()
        ORDER BY j.lease_until LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        RETURN QUERY SELECT v_job.id, lose_job(v_job, true);
    END LOOP;
    -- Waiting jobs whose message may be lost. A message too many costs a worker one look.
    FOR v_job IN SELECT * FROM jobs j
        WHERE j.state = 'queued' AND j.told_at < clock_timestamp() - interval '1 ms'
            * least(p_lost_after_ms * 2 ^ least(j.told_count - 1, 20), 3600000)
        ORDER BY j.told_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE jobs SET told_at = clock_timestamp(), told_count = told_count + 1
            WHERE id = v_job.id;
        PERFORM leave_job_message(v_job.id, v_job.queue);
        RETURN QUERY SELECT v_job.id, 'queued';
    END LOOP;
END $$;

-- Of these jobs, those that are over (with the token whose results stand) and those that never were.
CREATE FUNCTION jobs_ended(p_jobs uuid[])
RETURNS TABLE (job_id uuid, state text, winner bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT w.job_id, j.state, CASE j.state WHEN 'done' THEN j.fencing_token END
    FROM unnest(p_jobs) AS w (job_id) LEFT JOIN jobs j ON j.id = w.job_id
    WHERE j.id IS NULL OR j.state IN ('done', 'failed', 'cancelled')
$$;

-- Paid calls: `new` (recorded, go ahead), `started` (by this token), `done`, `unknown`, `stale`.
CREATE FUNCTION paid_call_begin(p_job uuid, p_token bigint, p_stage text, p_item text,
    p_sha256 bytea)
RETURNS TABLE (state text, output jsonb, cost_microusd bigint, request_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_job jobs := current_job(p_job, p_token);
    v_call paid_calls;
BEGIN
    IF v_job.id IS NULL THEN
        RETURN QUERY SELECT 'stale', NULL::jsonb, 0::bigint, NULL::text; RETURN;
    END IF;
    INSERT INTO paid_calls (job_id, account_id, stage, item, input_sha256, fencing_token, state)
        VALUES (p_job, v_job.account_id, p_stage, p_item, p_sha256, p_token, 'started')
        ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN QUERY SELECT 'new', NULL::jsonb, 0::bigint, NULL::text; RETURN;
    END IF;
    UPDATE paid_calls c SET state = 'unknown'
        WHERE c.job_id = p_job AND c.stage = p_stage AND c.item = p_item
            AND c.input_sha256 = p_sha256 AND c.state = 'started' AND c.fencing_token <> p_token;
    SELECT * INTO v_call FROM paid_calls c
        WHERE c.job_id = p_job AND c.stage = p_stage AND c.item = p_item
            AND c.input_sha256 = p_sha256;
    RETURN QUERY SELECT v_call.state, v_call.output, v_call.cost_microusd, v_call.request_id;
END $$;

CREATE FUNCTION paid_call_done(p_job uuid, p_token bigint, p_stage text, p_item text,
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
    IF FOUND THEN
        UPDATE jobs SET cost_microusd = cost_microusd + p_cost WHERE id = p_job;
    END IF;
    RETURN true;
END $$;

CREATE FUNCTION paid_call_forget(p_job uuid, p_token bigint, p_stage text, p_item text,
    p_sha256 bytea) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_job jobs := current_job(p_job, p_token);
BEGIN
    IF v_job.id IS NULL THEN RETURN false; END IF;
    DELETE FROM paid_calls WHERE job_id = p_job AND stage = p_stage AND item = p_item
        AND input_sha256 = p_sha256 AND state <> 'done';
    RETURN true;
END $$;

CREATE FUNCTION paid_call_state(p_job uuid, p_stage text, p_item text, p_sha256 bytea)
RETURNS TABLE (state text, output jsonb, cost_microusd bigint, request_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(c.state, 'new'), c.output, coalesce(c.cost_microusd, 0), c.request_id
    FROM (SELECT 1) one LEFT JOIN paid_calls c ON c.job_id = p_job AND c.stage = p_stage
        AND c.item = p_item AND c.input_sha256 = p_sha256
$$;

CREATE FUNCTION worker_seen(p_id uuid, p_name text, p_slots int, p_busy int, p_hardware jsonb,
    p_draining bool) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_drain bool;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO workers (id, name, slots, busy, hardware, draining)
        VALUES (p_id, left(p_name, 100), p_slots, p_busy, p_hardware, p_draining)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, slots = excluded.slots,
            busy = excluded.busy, hardware = excluded.hardware, draining = excluded.draining,
            seen_at = clock_timestamp(), gone_at = NULL
        RETURNING drain INTO v_drain;
    RETURN v_drain;
END $$;

CREATE FUNCTION worker_gone(p_id uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    UPDATE workers SET gone_at = clock_timestamp(), busy = 0 WHERE id = p_id;
    DELETE FROM workers WHERE coalesce(gone_at, seen_at) < clock_timestamp() - interval '7 days'
$$;

-- Neither taking nor removing messages waits for the disk: what a crash undoes is published twice,
-- and that is harmless.
CREATE FUNCTION outbox_claim(p_limit int, p_claim_ms bigint)
RETURNS TABLE (id bigint, topic text, payload jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    RETURN QUERY
        UPDATE outbox o SET claimed_until = clock_timestamp() + p_claim_ms * interval '1 ms'
        WHERE o.id = ANY (ARRAY(SELECT w.id FROM outbox w WHERE w.claimed_until < clock_timestamp()
            ORDER BY w.id LIMIT p_limit FOR UPDATE SKIP LOCKED))
        RETURNING o.id, o.topic, o.payload;
END $$;

CREATE FUNCTION outbox_done(p_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    DELETE FROM outbox WHERE id = ANY (p_ids);
END $$;

CREATE FUNCTION outbox_release(p_ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE outbox SET claimed_until = '-infinity' WHERE id = ANY (p_ids);
END $$;

CREATE FUNCTION post_begin(p_job uuid, p_platform text, p_lease_ms bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_until timestamptz := clock_timestamp() + p_lease_ms * interval '1 ms';
BEGIN
    INSERT INTO posts AS p (job_id, account_id, platform, held_until)
        SELECT p_job, j.account_id, p_platform, v_until FROM jobs j WHERE j.id = p_job
        ON CONFLICT (job_id, platform) DO UPDATE SET held_until = v_until
            WHERE p.posted_at IS NULL AND p.held_until < clock_timestamp();
    IF FOUND THEN RETURN 'yes'; END IF;
    RETURN (SELECT CASE WHEN posted_at IS NULL THEN 'held' ELSE 'posted' END FROM posts
            WHERE job_id = p_job AND platform = p_platform);
END $$;

CREATE FUNCTION post_done(p_job uuid, p_platform text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    UPDATE posts SET posted_at = clock_timestamp()
        WHERE job_id = p_job AND platform = p_platform AND posted_at IS NULL
$$;

CREATE FUNCTION watch_video(p_short text)
RETURNS TABLE (short text, job_id uuid, sentence text, video jsonb, created_at timestamptz,
    expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT v.short, v.job_id, v.sentence, v.video, v.created_at, v.expires_at FROM videos v
    WHERE v.short = p_short
$$;
