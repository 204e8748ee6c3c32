-- An operator's yes is taken before what it stands for is done, and forgotten after: whoever dies in
-- between leaves it to the next press. Expands only: older programs go on taking it at once.
SET LOCAL search_path = cutline, pg_temp;

ALTER TABLE chat_questions
    ADD COLUMN held_until timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN holder text CHECK (octet_length(holder) <= 200);

-- Takes a question for one press, which may take it again: `yes` with the command, `held` by another
-- press, `none` (any more). `question_take` forgets it.
CREATE FUNCTION question_hold(p_id text, p_actor text, p_holder text, p_lease_ms bigint)
RETURNS TABLE (outcome text, command text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
    v_question chat_questions;
BEGIN
    SELECT * INTO v_question FROM chat_questions q
        WHERE q.id = p_id AND q.actor = p_actor AND q.until >= v_now FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'none', NULL::text;
    ELSIF v_question.held_until > v_now AND v_question.holder IS DISTINCT FROM p_holder THEN
        RETURN QUERY SELECT 'held', NULL::text;
    ELSE
        UPDATE chat_questions q SET holder = p_holder,
            held_until = v_now + p_lease_ms * interval '1 ms' WHERE q.id = p_id;
        RETURN QUERY SELECT 'yes', v_question.command;
    END IF;
END $$;

-- Gives a question back: it was not done.
CREATE FUNCTION question_release(p_id text, p_holder text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
    UPDATE chat_questions SET held_until = '-infinity' WHERE id = p_id AND holder = p_holder
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
        WHERE n.nspname = 'cutline' AND p.proname IN ('question_hold', 'question_release')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        EXECUTE format('ALTER FUNCTION %s OWNER TO cutline_functions', f.signature);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO cutline_bots', f.signature);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
