-- The contact sheet of a job under way, for its card. It is the sheet of one try: when the job changes
-- hands (the token is raised), it is not shown any more. Expands only: older programs do not notice.
SET LOCAL search_path = cutline, pg_temp;

ALTER TABLE jobs
    ADD COLUMN sheet       text CHECK (octet_length(sheet) <= 512),
    ADD COLUMN sheet_token bigint;

-- There is something to look at.
CREATE FUNCTION sheet_done(p_job uuid, p_token bigint, p_sheet text) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
BEGIN
    -- Lost in a crash, the card goes without: no need to wait for the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE jobs SET sheet = p_sheet, sheet_token = p_token
        WHERE id = p_job AND fencing_token = p_token AND state IN ('running', 'delivering');
    RETURN FOUND;
END $$;

GRANT CREATE ON SCHEMA cutline TO cutline_functions;     -- needed to be given a function
REVOKE ALL ON FUNCTION sheet_done(uuid, bigint, text) FROM PUBLIC;
ALTER FUNCTION sheet_done(uuid, bigint, text) OWNER TO cutline_functions;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
GRANT EXECUTE ON FUNCTION sheet_done(uuid, bigint, text) TO cutline_farm;
