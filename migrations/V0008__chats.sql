-- What chats have to remember so that a bot may be killed at any moment: where each job's card stands,
-- who is changing it, pictures that wait for their sentence, questions that wait for a yes, and which
-- replica reads a platform's updates. Expands only: older programs do not notice.
SET LOCAL search_path = cutline, pg_temp;

-- A job's card as a message on a platform. `message` null: not posted (yet), or deleted by somebody.
CREATE TABLE chat_cards (
    job_id        uuid NOT NULL REFERENCES jobs,
    account_id    uuid NOT NULL,
    platform      text NOT NULL,
    place         jsonb NOT NULL CHECK (pg_column_size(place) <= 4096),
    message       text CHECK (octet_length(message) <= 200),
    shown_sha256  bytea,                                  -- what it shows; null: unknown
    edited_at     timestamptz NOT NULL DEFAULT '-infinity',
    editing_until timestamptz NOT NULL DEFAULT '-infinity',
    not_before    timestamptz NOT NULL DEFAULT '-infinity', -- the platform asked for patience
    gone_at       timestamptz,                            -- blocked, kicked, forbidden: leave it
    pinged_at     timestamptz,                            -- they were told that it ended
    PRIMARY KEY (job_id, platform)
);

-- Pictures that came before their sentence, or as parts of one album.
CREATE TABLE chat_pictures (
    account_id  uuid NOT NULL REFERENCES accounts,
    platform    text NOT NULL,
    scope       text NOT NULL CHECK (octet_length(scope) BETWEEN 1 AND 200),
    part        text NOT NULL CHECK (octet_length(part) BETWEEN 1 AND 200),
    image       jsonb,                                   -- core's UploadRef; null: refused
    words       text,                                    -- what was written beside it
    added_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (account_id, platform, scope, part)
);

-- Commands that wait for their author's yes. Not account-scoped: only functions reach it.
CREATE TABLE chat_questions (
    id      text PRIMARY KEY CHECK (octet_length(id) BETWEEN 8 AND 40),
    actor   text NOT NULL,
    command text NOT NULL CHECK (octet_length(command) <= 4000),
    until   timestamptz NOT NULL
);

-- Which replica reads a platform's updates, where only one may.
CREATE TABLE chat_leads (
    name    text PRIMARY KEY,
    replica uuid NOT NULL,
    until   timestamptz NOT NULL
);

-- Who is posting a job's end: the same process may take it again, and so keep it.
ALTER TABLE posts ADD COLUMN holder uuid;

-- Jobs that ended lately, for those whose event was lost.
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

ALTER TABLE chat_cards ENABLE ROW LEVEL SECURITY;
ALTER TABLE chat_cards FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON chat_cards
    USING (account_id = NULLIF(current_setting('app.account', true), '')::uuid);
CREATE POLICY functions ON chat_cards TO cutline_functions USING (true) WITH CHECK (true);
ALTER TABLE chat_pictures ENABLE ROW LEVEL SECURITY;
ALTER TABLE chat_pictures FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON chat_pictures
    USING (account_id = NULLIF(current_setting('app.account', true), '')::uuid);
CREATE POLICY functions ON chat_pictures TO cutline_functions USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_cards, chat_pictures, chat_questions, chat_leads
    TO cutline_functions;

-- Takes the right to draw a job's card, for one drawer at a time and no oftener than the interval; the
-- last drawing (the job has ended) waits for nobody but a drawer at work, and after it nothing else is
-- drawn. `post`: there is no message yet, post one (then `card_stands`). `edit`: change it (then
-- `card_drawn`). `same`, `soon`, `held`, `gone`, `ended`, `unknown`: leave it, `wait_ms` where that ends.
CREATE FUNCTION card_draw(p_job uuid, p_platform text, p_place jsonb, p_sha256 bytea,
    p_interval_ms bigint, p_lease_ms bigint, p_last bool)
RETURNS TABLE (outcome text, place jsonb, message text, wait_ms bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_card chat_cards;
    v_job jobs;
    v_now timestamptz := clock_timestamp();
    v_from timestamptz;
    v_outcome text;
BEGIN
    SELECT * INTO v_job FROM jobs j WHERE j.id = p_job;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'unknown', NULL::jsonb, NULL::text, 0::bigint; RETURN;
    END IF;
    -- A drawing lost in a crash is drawn again: no need to wait for the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO chat_cards (job_id, account_id, platform, place)
        VALUES (p_job, v_job.account_id, p_platform, p_place) ON CONFLICT DO NOTHING;
    SELECT * INTO v_card FROM chat_cards c
        WHERE c.job_id = p_job AND c.platform = p_platform FOR UPDATE;
    IF v_card.editing_until > v_now THEN
        v_outcome := 'held'; v_from := v_card.editing_until;
    ELSIF NOT p_last AND v_card.gone_at IS NOT NULL THEN
        v_outcome := 'gone';
    ELSIF NOT p_last AND v_job.state IN ('done', 'failed', 'cancelled') THEN
        v_outcome := 'ended';
    ELSIF v_card.not_before > v_now THEN
        v_outcome := 'soon'; v_from := v_card.not_before;
    ELSIF v_card.message IS NOT NULL AND v_card.shown_sha256 = p_sha256 THEN
        v_outcome := 'same';
    ELSIF NOT p_last AND v_card.edited_at + p_interval_ms * interval '1 ms' > v_now THEN
        v_outcome := 'soon'; v_from := v_card.edited_at + p_interval_ms * interval '1 ms';
    ELSE
        v_outcome := CASE WHEN v_card.message IS NULL THEN 'post' ELSE 'edit' END;
        UPDATE chat_cards c SET editing_until = v_now + p_lease_ms * interval '1 ms',
            edited_at = v_now
            WHERE c.job_id = p_job AND c.platform = p_platform;
    END IF;
    RETURN QUERY SELECT v_outcome, v_card.place, v_card.message,
        coalesce(ceil(extract(epoch FROM v_from - v_now) * 1000), 0)::bigint;
END $$;

-- The card stands as this message and shows this. Ends the right to draw.
CREATE FUNCTION card_stands(p_job uuid, p_platform text, p_place jsonb, p_message text,
    p_sha256 bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    INSERT INTO chat_cards AS c (job_id, account_id, platform, place, message, shown_sha256,
            edited_at)
        SELECT p_job, j.account_id, p_platform, p_place, p_message, p_sha256, clock_timestamp()
        FROM jobs j WHERE j.id = p_job
        ON CONFLICT (job_id, platform) DO UPDATE SET place = excluded.place,
            message = excluded.message, shown_sha256 = excluded.shown_sha256,
            edited_at = excluded.edited_at, editing_until = '-infinity', gone_at = NULL
$$;

-- What came of drawing: `shown`; `later` (after `p_wait_ms`); `lost` (somebody deleted the message: only
-- the job's end is posted again); `gone` (nothing can be shown there any more). Ends the right to draw.
CREATE FUNCTION card_drawn(p_job uuid, p_platform text, p_outcome text, p_sha256 bytea,
    p_wait_ms bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE chat_cards SET editing_until = '-infinity',
        shown_sha256 = CASE p_outcome WHEN 'shown' THEN p_sha256 END,
        message = CASE p_outcome WHEN 'lost' THEN NULL ELSE message END,
        gone_at = CASE WHEN p_outcome IN ('gone', 'lost') THEN clock_timestamp() ELSE gone_at END,
        not_before = CASE p_outcome
            WHEN 'later' THEN clock_timestamp() + p_wait_ms * interval '1 ms'
            ELSE not_before END
        WHERE job_id = p_job AND platform = p_platform;
END $$;

CREATE FUNCTION card_place(p_job uuid, p_platform text)
RETURNS TABLE (place jsonb, message text, gone bool)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT place, message, gone_at IS NOT NULL FROM chat_cards
    WHERE job_id = p_job AND platform = p_platform
$$;

-- True once for each job: tell the person that it ended.
CREATE FUNCTION card_ping(p_job uuid, p_platform text) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    UPDATE chat_cards SET pinged_at = clock_timestamp()
        WHERE job_id = p_job AND platform = p_platform AND pinged_at IS NULL;
    RETURN FOUND;
END $$;

-- Jobs of a platform that somebody should look at although no event says so: those that ended within
-- the time and whose end nobody has posted, and those under way whose card was not drawn for a while.
-- The shape is core/src/event.rs's, with the state for the kind.
CREATE FUNCTION cards_due(p_platform text, p_ended_within_ms bigint, p_stale_ms bigint, p_limit int)
RETURNS TABLE (event jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT jsonb_build_object('job', d.id, 'reference', d.ref, 'account', d.account_id,
        'platform', p_platform, 'origin', d.origin, 'at', clock_timestamp(), 'kind',
        CASE WHEN d.state IN ('done', 'failed', 'cancelled') THEN d.state ELSE 'requeued' END)
    FROM (
        (SELECT j.* FROM jobs j LEFT JOIN posts p ON p.job_id = j.id AND p.platform = p_platform
         WHERE j.finished_at > clock_timestamp() - p_ended_within_ms * interval '1 ms'
            AND j.origin ->> 'platform' = p_platform
            AND p.posted_at IS NULL
            AND (p.held_until IS NULL OR p.held_until < clock_timestamp())
         ORDER BY j.finished_at LIMIT p_limit)
        UNION ALL
        (SELECT j.* FROM jobs j LEFT JOIN chat_cards c
            ON c.job_id = j.id AND c.platform = p_platform
         WHERE j.state IN ('queued', 'running', 'delivering')
            AND j.origin ->> 'platform' = p_platform
            AND c.gone_at IS NULL
            AND greatest(j.created_at, c.edited_at, c.not_before)
                < clock_timestamp() - p_stale_ms * interval '1 ms'
         ORDER BY coalesce(c.edited_at, j.created_at) LIMIT p_limit)
    ) d
$$;

-- As `post_begin`, for a process with a name: it may take again what it holds, and so hold it as long
-- as it lives.
CREATE FUNCTION post_take(p_job uuid, p_platform text, p_holder uuid, p_lease_ms bigint)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_until timestamptz := clock_timestamp() + p_lease_ms * interval '1 ms';
BEGIN
    INSERT INTO posts AS p (job_id, account_id, platform, held_until, holder)
        SELECT p_job, j.account_id, p_platform, v_until, p_holder FROM jobs j WHERE j.id = p_job
        ON CONFLICT (job_id, platform) DO UPDATE SET held_until = v_until, holder = p_holder
            WHERE p.posted_at IS NULL
                AND (p.held_until < clock_timestamp() OR p.holder = p_holder);
    IF FOUND THEN RETURN 'yes'; END IF;
    RETURN (SELECT CASE WHEN posted_at IS NULL THEN 'held' ELSE 'posted' END FROM posts
            WHERE job_id = p_job AND platform = p_platform);
END $$;

-- Gives the posting up for now: whoever looks next may have it.
CREATE FUNCTION post_release(p_job uuid, p_platform text, p_holder uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    UPDATE posts SET held_until = '-infinity'
        WHERE job_id = p_job AND platform = p_platform AND holder = p_holder AND posted_at IS NULL
$$;

-- Keeps a picture (or the fact that one was refused) under a scope; at most twelve, the oldest go.
CREATE FUNCTION picture_keep(p_platform text, p_user_id text, p_scope text, p_part text,
    p_image jsonb, p_words text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_account uuid := find_account(p_platform, p_user_id, NULL);
    v_count int;
BEGIN
    DELETE FROM chat_pictures WHERE account_id = v_account
        AND added_at < clock_timestamp() - interval '1 day';
    INSERT INTO chat_pictures (account_id, platform, scope, part, image, words)
        VALUES (v_account, p_platform, p_scope, p_part, p_image, left(p_words, 4000))
        ON CONFLICT (account_id, platform, scope, part) DO UPDATE
            SET image = excluded.image, words = excluded.words;
    DELETE FROM chat_pictures c WHERE c.account_id = v_account AND c.platform = p_platform
        AND c.scope = p_scope AND c.part NOT IN (SELECT k.part FROM chat_pictures k
            WHERE k.account_id = v_account AND k.platform = p_platform AND k.scope = p_scope
            ORDER BY k.added_at DESC, k.part DESC LIMIT 12);
    SELECT count(*) INTO v_count FROM chat_pictures c WHERE c.account_id = v_account
        AND c.platform = p_platform AND c.scope = p_scope;
    RETURN v_count;
END $$;

-- What is kept under a scope, in the order it came.
CREATE FUNCTION pictures_of(p_platform text, p_user_id text, p_scope text)
RETURNS TABLE (part text, image jsonb, words text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT c.part, c.image, c.words FROM chat_pictures c JOIN identities i
        ON i.account_id = c.account_id AND i.platform = p_platform AND i.user_id = p_user_id
    WHERE c.platform = p_platform AND c.scope = p_scope ORDER BY c.added_at, c.part
$$;

-- Takes an album for itself once no part has come for a while: `yes` to one asker, `wait` to the
-- others until it is dropped, `none` when there is nothing (any more).
CREATE FUNCTION pictures_take(p_platform text, p_user_id text, p_scope text, p_quiet_ms bigint,
    p_lease_ms bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_account uuid := find_account(p_platform, p_user_id, NULL);
    v_last timestamptz;
    v_taken timestamptz;
BEGIN
    PERFORM 1 FROM chat_pictures WHERE account_id = v_account AND platform = p_platform
        AND scope = p_scope ORDER BY part FOR UPDATE;
    SELECT max(added_at), max(taken_until) INTO v_last, v_taken FROM chat_pictures
        WHERE account_id = v_account AND platform = p_platform AND scope = p_scope;
    IF v_last IS NULL THEN RETURN 'none'; END IF;
    IF v_taken > clock_timestamp()
        OR v_last > clock_timestamp() - p_quiet_ms * interval '1 ms' THEN RETURN 'wait'; END IF;
    UPDATE chat_pictures SET taken_until = clock_timestamp() + p_lease_ms * interval '1 ms'
        WHERE account_id = v_account AND platform = p_platform AND scope = p_scope;
    RETURN 'yes';
END $$;

-- Forgets these parts of a scope: they have been used.
CREATE FUNCTION pictures_drop(p_platform text, p_user_id text, p_scope text, p_parts text[])
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    DELETE FROM chat_pictures c USING identities i
    WHERE i.account_id = c.account_id AND i.platform = p_platform AND i.user_id = p_user_id
        AND c.platform = p_platform AND c.scope = p_scope AND c.part = ANY (p_parts)
$$;

CREATE FUNCTION question_ask(p_id text, p_actor text, p_command text, p_lifetime_ms bigint)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    DELETE FROM chat_questions WHERE until < clock_timestamp();
    INSERT INTO chat_questions VALUES
        (p_id, p_actor, p_command, clock_timestamp() + p_lifetime_ms * interval '1 ms')
        ON CONFLICT (id) DO NOTHING
$$;

-- The command, once, to its author; null where there is none such (any more).
CREATE FUNCTION question_take(p_id text, p_actor text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_command text;
BEGIN
    DELETE FROM chat_questions WHERE id = p_id AND actor = p_actor AND until >= clock_timestamp()
        RETURNING command INTO v_command;
    RETURN v_command;
END $$;

-- Takes or keeps the lead under a name. False: another replica has it.
CREATE FUNCTION chat_lead(p_name text, p_replica uuid, p_lease_ms bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_until timestamptz := clock_timestamp() + p_lease_ms * interval '1 ms';
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO chat_leads AS l VALUES (p_name, p_replica, v_until)
        ON CONFLICT (name) DO UPDATE SET replica = p_replica, until = v_until
            WHERE l.replica = p_replica OR l.until < clock_timestamp();
    RETURN FOUND;
END $$;

-- Owner and callers, as in V0007.
GRANT CREATE ON SCHEMA cutline TO cutline_functions;
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN
        SELECT p.oid::regprocedure AS signature FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'cutline' AND p.proname IN ('card_draw', 'card_stands', 'card_drawn',
            'card_place', 'card_ping', 'cards_due', 'post_take', 'post_release', 'picture_keep',
            'pictures_of', 'pictures_take', 'pictures_drop', 'question_ask', 'question_take',
            'chat_lead')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        EXECUTE format('ALTER FUNCTION %s OWNER TO cutline_functions', f.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO cutline_bots', f.signature);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
