-- A video that a status message could not become is sent beside it, and no platform says afterwards
-- whether that was done: the sending is taken before it, once for each job. Expands only.
SET LOCAL search_path = cutline, pg_temp;

ALTER TABLE chat_cards ADD COLUMN beside_at timestamptz;

-- Takes the sending (true: it is the caller's to do), or gives it back where nothing was sent.
CREATE FUNCTION card_beside(p_job uuid, p_platform text, p_take bool) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    UPDATE chat_cards SET beside_at = CASE WHEN p_take THEN clock_timestamp() END
        WHERE job_id = p_job AND platform = p_platform AND (beside_at IS NULL) = p_take;
    RETURN FOUND;
END $$;

-- Owner and callers, as in V0007.
GRANT CREATE ON SCHEMA cutline TO cutline_functions;
REVOKE ALL ON FUNCTION card_beside(uuid, text, bool) FROM PUBLIC;
ALTER FUNCTION card_beside(uuid, text, bool) OWNER TO cutline_functions;
GRANT EXECUTE ON FUNCTION card_beside(uuid, text, bool) TO cutline_bots;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
