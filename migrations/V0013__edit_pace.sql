-- The least time between two edits of a card counts from the end of an edit. Counted from its
-- beginning, two came closer together at the platform whenever the first took longer on its way than
-- the second. Expands only: same signature, owner and callers.
SET LOCAL search_path = cutline, pg_temp;

CREATE OR REPLACE FUNCTION card_drawn(p_job uuid, p_platform text, p_outcome text, p_sha256 bytea,
    p_wait_ms bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE chat_cards SET editing_until = '-infinity',
        edited_at = CASE p_outcome WHEN 'shown' THEN clock_timestamp() ELSE edited_at END,
        shown_sha256 = CASE p_outcome WHEN 'shown' THEN p_sha256 END,
        message = CASE p_outcome WHEN 'lost' THEN NULL ELSE message END,
        gone_at = CASE WHEN p_outcome IN ('gone', 'lost') THEN clock_timestamp() ELSE gone_at END,
        not_before = CASE p_outcome
            WHEN 'later' THEN clock_timestamp() + p_wait_ms * interval '1 ms'
            ELSE not_before END
        WHERE job_id = p_job AND platform = p_platform;
END $$;
