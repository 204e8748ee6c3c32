-- What an operator may mean while they type a job's reference: the latest jobs, without anything that
-- somebody wrote. Expands only.
SET LOCAL search_path = cutline, pg_temp;

CREATE FUNCTION admin_latest_jobs(p_limit int) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('reference', l.ref, 'state', l.state,
            'created_at', l.created_at) ORDER BY l.created_at DESC), '[]')
    FROM (SELECT j.ref, j.state, j.created_at FROM jobs j ORDER BY j.id DESC LIMIT p_limit) l
$$;

-- Owner and callers, as in V0007.
GRANT CREATE ON SCHEMA cutline TO cutline_functions;
REVOKE ALL ON FUNCTION admin_latest_jobs(int) FROM PUBLIC;
ALTER FUNCTION admin_latest_jobs(int) OWNER TO cutline_functions;
GRANT EXECUTE ON FUNCTION admin_latest_jobs(int) TO cutline_admin;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
