-- An account's locale is the one in which its owner last spoke, so that a card that is drawn without
-- being asked for (progress, the finished video) is in the language of the last answer.
CREATE OR REPLACE FUNCTION find_account(p_platform text, p_user_id text, p_locale text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = cutline, pg_temp AS $$
DECLARE
    v_account uuid;
BEGIN
    SELECT account_id INTO v_account FROM identities
        WHERE platform = p_platform AND user_id = p_user_id;
    IF NOT FOUND THEN
        -- Two first messages at once make one account.
        PERFORM pg_advisory_xact_lock(hashtextextended(p_platform || ':' || p_user_id, 1));
        SELECT account_id INTO v_account FROM identities
            WHERE platform = p_platform AND user_id = p_user_id;
    END IF;
    IF FOUND THEN
        UPDATE accounts SET locale = left(p_locale, 35)
            WHERE id = v_account AND p_locale IS NOT NULL
              AND locale IS DISTINCT FROM left(p_locale, 35);
        RETURN v_account;
    END IF;
    INSERT INTO accounts (locale) VALUES (left(p_locale, 35)) RETURNING id INTO v_account;
    INSERT INTO balances (account_id) VALUES (v_account);
    INSERT INTO identities (platform, user_id, account_id)
        VALUES (p_platform, p_user_id, v_account);
    RETURN v_account;
END $$;
