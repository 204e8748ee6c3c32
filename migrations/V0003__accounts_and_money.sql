-- Accounts, limits, credits. Functions run as `cutline_functions`, which row-level security lets pass;
-- each has a fixed search_path and says below who may call it.
SET LOCAL search_path = cutline, pg_temp;

CREATE FUNCTION month_of(p_now timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
RETURN date_trunc('month', p_now AT TIME ZONE 'UTC')::date;

-- The plan in force.
CREATE FUNCTION plan_of(p_account uuid, p_now timestamptz) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(
        (SELECT o.plan FROM user_plan_overrides o
         WHERE o.account_id = p_account AND (o.until IS NULL OR o.until > p_now)),
        (SELECT a.plan FROM accounts a WHERE a.id = p_account))
$$;

CREATE FUNCTION has_feature(p_account uuid, p_feature text, p_now timestamptz) RETURNS bool
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce((SELECT p_feature = ANY (features) FROM plans
                     WHERE plan = plan_of(p_account, p_now)), false)
$$;

-- The account of a platform's user; made at the first sight of them.
CREATE FUNCTION find_account(p_platform text, p_user_id text, p_locale text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_account uuid;
BEGIN
    SELECT account_id INTO v_account FROM identities
        WHERE platform = p_platform AND user_id = p_user_id;
    IF FOUND THEN RETURN v_account; END IF;
    -- Two first messages at once make one account.
    PERFORM pg_advisory_xact_lock(hashtextextended(p_platform || ':' || p_user_id, 1));
    SELECT account_id INTO v_account FROM identities
        WHERE platform = p_platform AND user_id = p_user_id;
    IF FOUND THEN RETURN v_account; END IF;
    INSERT INTO accounts (locale) VALUES (left(p_locale, 35)) RETURNING id INTO v_account;
    INSERT INTO balances (account_id) VALUES (v_account);
    INSERT INTO identities (platform, user_id, account_id)
        VALUES (p_platform, p_user_id, v_account);
    RETURN v_account;
END $$;

-- Takes one from a sliding window. Null: taken; otherwise the moment from which one fits again.
-- Exact under concurrency: one at a time for each account and rate.
CREATE FUNCTION take_rate(p_account uuid, p_rate text, p_now timestamptz) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_rate rates;
    v_leaves_first timestamptz;
BEGIN
    SELECT * INTO STRICT v_rate FROM rates WHERE rate = p_rate;
    PERFORM pg_advisory_xact_lock(hashtextextended(p_account::text || p_rate, 2));
    DELETE FROM rate_events
        WHERE account_id = p_account AND rate = p_rate AND at <= p_now - v_rate.every;
    SELECT at INTO v_leaves_first FROM rate_events
        WHERE account_id = p_account AND rate = p_rate
        ORDER BY at DESC OFFSET v_rate.count_max - 1 LIMIT 1;
    IF FOUND THEN RETURN v_leaves_first + v_rate.every; END IF;
    INSERT INTO rate_events (account_id, rate, at) VALUES (p_account, p_rate, p_now);
    RETURN NULL;
END $$;

CREATE FUNCTION maintenance_message() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT value ->> 'message' FROM settings WHERE name = 'maintenance'
$$;

CREATE FUNCTION standing_of(p_account uuid, p_again_at timestamptz, p_now timestamptz)
RETURNS TABLE (account_id uuid, plan text, plan_until timestamptz, banned text, wallet bigint,
    held bigint, used int, live int, maintenance text, again_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT a.id, plan_of(a.id, p_now),
        (SELECT o.until FROM user_plan_overrides o WHERE o.account_id = a.id AND o.until > p_now),
        a.ban_reason, b.wallet, b.held,
        coalesce((SELECT l.used FROM allowances l
            WHERE l.account_id = a.id AND l.month = month_of(p_now)), 0),
        (SELECT count(*)::int FROM jobs j
            WHERE j.account_id = a.id AND j.state IN ('queued', 'running', 'delivering')),
        maintenance_message(), p_again_at
    FROM accounts a JOIN balances b ON b.account_id = a.id WHERE a.id = p_account
$$;

CREATE FUNCTION enter(p_platform text, p_user_id text, p_locale text, p_rate text,
    p_now timestamptz)
RETURNS TABLE (account_id uuid, plan text, plan_until timestamptz, banned text, wallet bigint,
    held bigint, used int, live int, maintenance text, again_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_account uuid := find_account(p_platform, p_user_id, p_locale);
    v_again_at timestamptz;
BEGIN
    IF p_rate IS NOT NULL THEN
        -- Losing a second of a minute's window in a crash is nothing; waiting for the disk at every
        -- look would be.
        IF p_rate = 'status' THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
        v_again_at := take_rate(v_account, p_rate, p_now);
    END IF;
    RETURN QUERY SELECT * FROM standing_of(v_account, v_again_at, p_now);
END $$;

-- Moves an amount between two books of an account, once for each key. False: the key is known, and
-- nothing moved. The balances' constraints refuse to go below zero.
CREATE FUNCTION transfer(p_account uuid, p_unit text, p_from text, p_to text, p_amount bigint,
    p_key text, p_reason text, p_job uuid, p_actor text) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    INSERT INTO ledger (account_id, unit, debit_book, credit_book, amount, idempotency_key, reason,
            job_id, actor)
        VALUES (p_account, p_unit, p_from, p_to, p_amount, p_key, p_reason, p_job, p_actor)
        ON CONFLICT (idempotency_key) DO NOTHING;
    IF NOT FOUND THEN RETURN false; END IF;
    IF p_unit = 'credit' THEN
        UPDATE balances SET
            wallet = wallet + CASE 'wallet' WHEN p_to THEN p_amount WHEN p_from THEN -p_amount ELSE 0 END,
            held = held + CASE 'held' WHEN p_to THEN p_amount WHEN p_from THEN -p_amount ELSE 0 END
            WHERE account_id = p_account;
        IF NOT FOUND THEN RAISE EXCEPTION 'account % has no balance', p_account; END IF;
    END IF;
    RETURN true;
END $$;

-- Gives (above zero) or takes (below zero) credits. The same key again changes nothing and answers
-- as the first time.
CREATE FUNCTION safe_adjust_credits(p_account uuid, p_delta bigint, p_key text, p_reason text,
    p_actor text)
RETURNS TABLE (outcome text, wallet bigint, held bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_wallet bigint;
    v_outcome text := 'adjusted';
    v_before ledger;
BEGIN
    PERFORM 1 FROM accounts WHERE id = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN QUERY SELECT 'unknown', 0::bigint, 0::bigint; RETURN; END IF;
    SELECT * INTO v_before FROM ledger l WHERE l.idempotency_key = 'adjust:' || p_key;
    IF FOUND THEN
        v_outcome := CASE WHEN v_before.account_id = p_account AND p_delta =
            CASE v_before.credit_book WHEN 'wallet' THEN v_before.amount ELSE -v_before.amount END
            THEN 'repeated' ELSE 'key_reused' END;
    ELSIF p_delta = 0 OR p_delta IS NULL OR abs(p_delta) > 1000000000 THEN
        v_outcome := 'out_of_range';
    ELSE
        SELECT b.wallet INTO v_wallet FROM balances b WHERE b.account_id = p_account FOR UPDATE;
        IF v_wallet + p_delta < 0 THEN
            v_outcome := 'too_little';
        ELSIF p_delta > 0 THEN
            PERFORM transfer(p_account, 'credit', 'funding', 'wallet', p_delta, 'adjust:' || p_key,
                p_reason, NULL, p_actor);
        ELSE
            PERFORM transfer(p_account, 'credit', 'wallet', 'funding', -p_delta,
                'adjust:' || p_key, p_reason, NULL, p_actor);
        END IF;
        IF v_outcome = 'adjusted' THEN
            INSERT INTO audit_log (actor, action, subject, detail)
                VALUES (p_actor, 'adjust_credits', 'account:' || p_account,
                    jsonb_build_object('delta', p_delta, 'reason', p_reason, 'key', p_key));
        END IF;
    END IF;
    RETURN QUERY SELECT v_outcome, b.wallet, b.held FROM balances b WHERE b.account_id = p_account;
END $$;

-- Captures or releases what pays for a job, once. True: this call did it.
CREATE FUNCTION resolve_hold(p_job uuid, p_state text) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_hold holds;
    v_key text := 'settle:' || p_job;
    v_reason text := CASE p_state WHEN 'captured' THEN 'video delivered'
                                  ELSE 'no video: given back' END;
BEGIN
    UPDATE holds SET state = p_state, resolved_at = clock_timestamp()
        WHERE job_id = p_job AND state = 'held' RETURNING * INTO v_hold;
    IF NOT FOUND THEN RETURN false; END IF;
    IF v_hold.kind = 'credits' THEN
        PERFORM transfer(v_hold.account_id, 'credit', 'held',
            CASE p_state WHEN 'captured' THEN 'revenue' ELSE 'wallet' END, v_hold.amount, v_key,
            v_reason, p_job, 'system');
    ELSIF v_hold.kind = 'allowance' THEN
        PERFORM transfer(v_hold.account_id, 'video', 'held',
            CASE p_state WHEN 'captured' THEN 'used' ELSE 'month' END, 1, v_key, v_reason, p_job,
            'system');
        IF p_state = 'released' THEN
            UPDATE allowances SET used = used - 1
                WHERE account_id = v_hold.account_id AND month = v_hold.month;
        END IF;
    END IF;
    RETURN true;
END $$;

CREATE FUNCTION link_start(p_account uuid, p_code text, p_until timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    INSERT INTO link_codes VALUES (p_account, p_code, p_until)
    ON CONFLICT (account_id) DO UPDATE SET code = excluded.code, until = excluded.until
$$;

CREATE FUNCTION link_finish(p_platform text, p_user_id text, p_code text, p_now timestamptz)
RETURNS TABLE (outcome text, again_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_own uuid := find_account(p_platform, p_user_id, NULL);
    v_again_at timestamptz := take_rate(v_own, 'link', p_now);
    v_other uuid;
BEGIN
    IF v_again_at IS NOT NULL THEN RETURN QUERY SELECT 'too_many', v_again_at; RETURN; END IF;
    SELECT account_id INTO v_other FROM link_codes WHERE code = p_code AND until > p_now FOR UPDATE;
    IF NOT FOUND THEN RETURN QUERY SELECT 'unknown', v_again_at; RETURN; END IF;
    IF v_other = v_own THEN RETURN QUERY SELECT 'already', v_again_at; RETURN; END IF;
    -- In the order of their ids, so that two links at once do not wait for each other.
    PERFORM 1 FROM accounts WHERE id IN (v_own, v_other) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM balances b WHERE b.account_id = v_own AND b.wallet + b.held > 0)
        OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = v_own AND a.plan <> 'free')
        OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = v_own AND a.ban_reason IS NOT NULL)
        OR EXISTS (SELECT 1 FROM user_plan_overrides o WHERE o.account_id = v_own
            AND (o.until IS NULL OR o.until > p_now))
        OR EXISTS (SELECT 1 FROM jobs j WHERE j.account_id = v_own
            AND j.state IN ('queued', 'running', 'delivering')) THEN
        RETURN QUERY SELECT 'in_use', v_again_at; RETURN;
    END IF;
    -- A month's video used there is used here: linking is no way to a second one.
    INSERT INTO allowances AS a (account_id, month, used, cap)
        SELECT v_other, l.month, l.used, NULL FROM allowances l
            WHERE l.account_id = v_own AND l.month = month_of(p_now) AND l.used > 0
        ON CONFLICT (account_id, month) DO UPDATE SET used = a.used + excluded.used, cap = NULL;
    UPDATE allowances SET used = 0 WHERE account_id = v_own AND month = month_of(p_now);
    DELETE FROM link_codes WHERE account_id = v_other;
    UPDATE identities SET account_id = v_other
        WHERE platform = p_platform AND user_id = p_user_id;
    INSERT INTO audit_log (actor, action, subject, detail)
        VALUES (p_platform || ':' || p_user_id, 'link', 'account:' || v_other,
            jsonb_build_object('from', v_own));
    RETURN QUERY SELECT 'linked', v_again_at;
END $$;

-- False: the plan has no brand kit.
CREATE FUNCTION brand_set(p_account uuid, p_kit jsonb, p_now timestamptz) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    IF NOT has_feature(p_account, 'brand_kit', p_now) THEN RETURN false; END IF;
    INSERT INTO brand_kits VALUES (p_account, p_kit, p_now)
        ON CONFLICT (account_id) DO UPDATE SET kit = excluded.kit, updated_at = excluded.updated_at;
    RETURN true;
END $$;

CREATE FUNCTION brand_clear(p_account uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    DELETE FROM brand_kits WHERE account_id = p_account
$$;

-- False: the plan has no uploads.
CREATE FUNCTION upload_add(p_account uuid, p_sha256 text, p_key text, p_name text, p_width int,
    p_height int, p_bytes bigint, p_now timestamptz) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    IF NOT has_feature(p_account, 'uploads', p_now) THEN RETURN false; END IF;
    INSERT INTO uploads VALUES
        (p_account, p_sha256, p_key, p_name, p_width, p_height, p_bytes, p_now)
        ON CONFLICT (account_id, sha256) DO UPDATE SET name = excluded.name;
    RETURN true;
END $$;

-- False: the plan has no keys.
CREATE FUNCTION api_key_add(p_account uuid, p_id uuid, p_prefix text, p_sha256 bytea,
    p_now timestamptz) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    IF NOT has_feature(p_account, 'api_keys', p_now) THEN RETURN false; END IF;
    INSERT INTO api_keys (id, account_id, prefix, sha256, created_at)
        VALUES (p_id, p_account, p_prefix, p_sha256, p_now);
    RETURN true;
END $$;

-- Which account a key opens, while its plan has keys; the caller compares the hash in constant time.
CREATE FUNCTION api_key_find(p_prefix text, p_now timestamptz)
RETURNS TABLE (id uuid, account_id uuid, sha256 bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT k.id, k.account_id, k.sha256 FROM api_keys k
    WHERE k.prefix = p_prefix AND k.revoked_at IS NULL
        AND has_feature(k.account_id, 'api_keys', p_now)
$$;
