-- Requests that a chat has acknowledged and not yet answered. Should a bot die in between, the next
-- one tells the person to ask again. Expands only: older programs do not notice.
SET LOCAL search_path = cutline, pg_temp;

-- Not account-scoped: only functions reach it.
CREATE TABLE chat_unanswered (
    platform text NOT NULL,
    key      text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 200),
    place    jsonb NOT NULL CHECK (pg_column_size(place) <= 4096),
    locale   text CHECK (octet_length(locale) <= 100),
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (platform, key)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON chat_unanswered TO cutline_functions;

CREATE FUNCTION chat_acknowledged(p_platform text, p_key text, p_place jsonb, p_locale text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    -- What a crash of the server loses is one “ask again”.
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO chat_unanswered (platform, key, place, locale)
        VALUES (p_platform, p_key, p_place, left(p_locale, 35))
        ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION chat_answered(p_platform text, p_keys text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    DELETE FROM chat_unanswered WHERE platform = p_platform AND key = ANY (p_keys);
END $$;

-- Takes what has waited for so long, each once. What became a job has a card that says how it
-- stands; what is too old cannot be answered any more: both are dropped.
CREATE FUNCTION chat_unanswered_take(p_platform text, p_waiting_ms bigint, p_answerable_ms bigint)
RETURNS TABLE (place jsonb, locale text)
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    WITH taken AS (
        DELETE FROM chat_unanswered u
        WHERE u.platform = p_platform
            AND u.asked_at < clock_timestamp() - p_waiting_ms * interval '1 ms'
        RETURNING u.key, u.place, u.locale, u.asked_at)
    SELECT t.place, t.locale FROM taken t
    WHERE t.asked_at > clock_timestamp() - p_answerable_ms * interval '1 ms'
        AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.idempotency_key = t.key)
$$;

-- Owner and callers, as in V0007.
GRANT CREATE ON SCHEMA cutline TO cutline_functions;
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN
        SELECT p.oid::regprocedure AS signature FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'cutline'
            AND p.proname IN ('chat_acknowledged', 'chat_answered', 'chat_unanswered_take')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        EXECUTE format('ALTER FUNCTION %s OWNER TO cutline_functions', f.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO cutline_bots', f.signature);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
