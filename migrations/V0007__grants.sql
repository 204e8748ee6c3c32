-- The functions belong to a role that nobody can log in as, which row-level security lets pass; and
-- each login role may call only what its processes need.
SET LOCAL search_path = cutline, pg_temp;
GRANT CREATE ON SCHEMA cutline TO cutline_functions;     -- needed to be given a function

DO $$
DECLARE
    f record;
BEGIN
    FOR f IN
        SELECT p.oid::regprocedure AS signature FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'cutline'
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        EXECUTE format('ALTER FUNCTION %s OWNER TO cutline_functions', f.signature);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;

-- Called by the guard on `jobs`, whoever writes there.
GRANT EXECUTE ON FUNCTION job_may_become TO PUBLIC;
-- Front ends.
GRANT EXECUTE ON FUNCTION enter, standing_of, submit_job, request_cancel, job_outlook, link_start, link_finish,
    brand_set, brand_clear, upload_add, api_key_add, api_key_find, watch_video, post_begin,
    post_done TO cutline_bots;
-- Relays run beside bots and workers alike.
GRANT EXECUTE ON FUNCTION outbox_claim, outbox_done, outbox_release
    TO cutline_bots, cutline_farm;
-- Workers.
GRANT EXECUTE ON FUNCTION claim_job, heartbeat, progress, stage_done, shots_done, deliver_job,
    finish_job, hand_back, requeue_lost, jobs_ended, paid_call_begin, paid_call_done, paid_call_forget,
    paid_call_state, worker_seen, worker_gone TO cutline_farm;
-- Operators.
GRANT EXECUTE ON FUNCTION admin_find, admin_account, admin_set_plan, safe_adjust_credits, admin_ban,
    admin_job, admin_retry, admin_cancel, admin_queues, admin_workers, admin_drain, admin_formats,
    admin_maintenance, admin_audit, admin_reconcile TO cutline_admin;
