-- Payments by Stripe: a checkout session buys credits once; refunds and disputes take them back.
-- News of them comes late, twice and in any order. So each piece of news is written down as a fact
-- that only grows, and `settle_payments` moves the ledger to where the facts say it should be: news
-- that is told again finds it there. Expands only.
SET LOCAL search_path = cutline, pg_temp;

CREATE TABLE payments (
    session_id     text PRIMARY KEY CHECK (octet_length(session_id) BETWEEN 1 AND 200),
    account_id     uuid NOT NULL REFERENCES accounts,
    payment_intent text UNIQUE CHECK (octet_length(payment_intent) BETWEEN 1 AND 200), -- null: it was free
    credits        bigint NOT NULL CHECK (credits BETWEEN 1 AND 1000000),
    amount         bigint NOT NULL CHECK (amount >= 0),  -- in the currency's smallest unit
    currency       text NOT NULL,
    taken_back     bigint NOT NULL DEFAULT 0 CHECK (taken_back BETWEEN 0 AND credits),
    moves          int NOT NULL DEFAULT 0,               -- times credits were taken back or returned
    at             timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX payments_account ON payments (account_id);

-- What was paid back: the whole of a charge's refunds is one row, each dispute another. It may be
-- known before the payment itself is.
CREATE TABLE payment_reversals (
    reversal_id    text PRIMARY KEY CHECK (octet_length(reversal_id) BETWEEN 1 AND 200),
    payment_intent text NOT NULL CHECK (octet_length(payment_intent) BETWEEN 1 AND 200),
    amount         bigint NOT NULL CHECK (amount >= 0),  -- the most that was ever told
    undone         bool NOT NULL,                        -- a dispute that was won stays won
    at             timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX payment_reversals_intent ON payment_reversals (payment_intent);

ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON payments
    USING (account_id = NULLIF(current_setting('app.account', true), '')::uuid);
CREATE POLICY functions ON payments TO cutline_functions USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON payments, payment_reversals TO cutline_functions;

-- Takes back what was refunded or disputed of an account's payments, and returns what was won. A part
-- of a price takes the same part of the credits, rounded up. What is already spent cannot be taken: it
-- stays owed, and the next payment settles it. Answers with the credits taken (below zero: returned).
CREATE FUNCTION settle_payments(p_account uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_payment record;
    v_take bigint;
    v_taken bigint := 0;
BEGIN
    PERFORM 1 FROM accounts WHERE id = p_account FOR NO KEY UPDATE;
    FOR v_payment IN
        SELECT p.session_id, p.taken_back, p.moves, CASE p.amount WHEN 0 THEN 0
            ELSE ceil(p.credits * least(p.amount, r.amount) / p.amount) END::bigint AS due
        FROM payments p, LATERAL (
            SELECT coalesce(sum(amount) FILTER (WHERE NOT undone), 0) AS amount
            FROM payment_reversals WHERE payment_intent = p.payment_intent) r
        WHERE p.account_id = p_account ORDER BY p.at
    LOOP
        SELECT least(v_payment.due - v_payment.taken_back, wallet) INTO v_take
            FROM balances WHERE account_id = p_account FOR UPDATE;
        CONTINUE WHEN v_take = 0;
        IF v_take > 0 THEN
            PERFORM transfer(p_account, 'credit', 'wallet', 'funding', v_take,
                format('payment:%s:%s', v_payment.session_id, v_payment.moves + 1),
                'payment returned', NULL, 'stripe');
        ELSE
            PERFORM transfer(p_account, 'credit', 'funding', 'wallet', -v_take,
                format('payment:%s:%s', v_payment.session_id, v_payment.moves + 1),
                'dispute won', NULL, 'stripe');
        END IF;
        UPDATE payments SET taken_back = taken_back + v_take, moves = moves + 1
            WHERE session_id = v_payment.session_id;
        INSERT INTO audit_log (actor, action, subject, detail)
            VALUES ('stripe', 'payment_returned', 'account:' || p_account,
                jsonb_build_object('session', v_payment.session_id, 'credits', v_take,
                    'owed', v_payment.due - v_payment.taken_back - v_take));
        v_taken := v_taken + v_take;
    END LOOP;
    RETURN v_taken;
END $$;

-- A checkout session was paid: `credited`, `repeated` (told before; nothing changes) or `unknown`
-- (nobody has that account; an operator finds the payment in the audit log).
CREATE FUNCTION payment_paid(p_session text, p_intent text, p_account uuid, p_credits bigint,
    p_amount bigint, p_currency text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_account uuid := p_account;
    v_linked uuid;
BEGIN
    -- The session and what is told of its refunds, one at a time.
    PERFORM pg_advisory_xact_lock(hashtextextended(coalesce(p_intent, p_session), 3));
    IF EXISTS (SELECT 1 FROM payments WHERE session_id = p_session)
        OR EXISTS (SELECT 1 FROM audit_log
            WHERE action = 'payment_unclaimed' AND subject = 'payment:' || p_session) THEN
        RETURN 'repeated';
    END IF;
    -- Who paid may since have linked to another account.
    WHILE NOT EXISTS (SELECT 1 FROM identities WHERE account_id = v_account) LOOP
        SELECT substr(subject, 9)::uuid INTO v_linked FROM audit_log
            WHERE action = 'link' AND detail ->> 'from' = v_account::text ORDER BY id DESC LIMIT 1;
        EXIT WHEN NOT FOUND;
        v_account := v_linked;
    END LOOP;
    PERFORM 1 FROM accounts WHERE id = v_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_log (actor, action, subject, detail)
            VALUES ('stripe', 'payment_unclaimed', 'payment:' || p_session,
                jsonb_build_object('account', p_account, 'credits', p_credits, 'amount', p_amount,
                    'currency', p_currency));
        RETURN 'unknown';
    END IF;
    INSERT INTO payments (session_id, account_id, payment_intent, credits, amount, currency)
        VALUES (p_session, v_account, p_intent, p_credits, p_amount, p_currency);
    PERFORM transfer(v_account, 'credit', 'funding', 'wallet', p_credits,
        format('payment:%s:0', p_session), 'bought', NULL, 'stripe');
    INSERT INTO audit_log (actor, action, subject, detail)
        VALUES ('stripe', 'payment', 'account:' || v_account, jsonb_build_object('session',
            p_session, 'credits', p_credits, 'amount', p_amount, 'currency', p_currency));
    PERFORM settle_payments(v_account);
    RETURN 'credited';
END $$;

-- Money of a payment went back, or (undone) came again. Answers with the credits taken (below zero:
-- returned); 0 where it was told before, or where the payment is not known yet.
CREATE FUNCTION payment_reversed(p_reversal text, p_intent text, p_amount bigint, p_undone bool)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_account uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_intent, 3));
    INSERT INTO payment_reversals AS r (reversal_id, payment_intent, amount, undone)
        VALUES (p_reversal, p_intent, p_amount, p_undone)
        ON CONFLICT (reversal_id) DO UPDATE SET amount = greatest(r.amount, excluded.amount),
            undone = r.undone OR excluded.undone;
    SELECT account_id INTO v_account FROM payments WHERE payment_intent = p_intent;
    IF NOT FOUND THEN RETURN 0; END IF;
    RETURN settle_payments(v_account);
END $$;

GRANT CREATE ON SCHEMA cutline TO cutline_functions;     -- needed to be given a function
REVOKE ALL ON FUNCTION settle_payments, payment_paid, payment_reversed FROM PUBLIC;
ALTER FUNCTION settle_payments OWNER TO cutline_functions;
ALTER FUNCTION payment_paid OWNER TO cutline_functions;
ALTER FUNCTION payment_reversed OWNER TO cutline_functions;
REVOKE CREATE ON SCHEMA cutline FROM cutline_functions;
GRANT EXECUTE ON FUNCTION payment_paid, payment_reversed TO cutline_bots;
