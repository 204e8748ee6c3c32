-- Roles, tables, constraints, row-level security. Every account-scoped table has FORCE row-level
-- security from its first moment; a test reads the catalogue and fails for one that has not.

-- Roles belong to the whole cluster: they may be there already, and another database's migration may
-- be making them at this moment. Passwords are the operator's business and never touched here.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['cutline_bots', 'cutline_farm', 'cutline_admin'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I LOGIN NOBYPASSRLS', wanted);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
    -- Owns the functions; nobody can log in as it.
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'cutline_functions') THEN
            CREATE ROLE cutline_functions NOLOGIN NOBYPASSRLS;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF NOT pg_has_role(current_user, 'cutline_functions', 'MEMBER') THEN
        EXECUTE format('GRANT cutline_functions TO %I', current_user);
    END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS cutline;
SET LOCAL search_path = cutline, pg_temp;
GRANT USAGE ON SCHEMA cutline TO cutline_bots, cutline_farm, cutline_admin, cutline_functions;

-- What the plans give (spec §3). core/src/plan.rs holds the same; a test compares them.
CREATE TABLE plans (
    plan           text PRIMARY KEY,
    rank           int  NOT NULL UNIQUE,
    videos_a_month int  CHECK (videos_a_month > 0),      -- null: unlimited
    duration_s_max int  NOT NULL,
    width_px       int  NOT NULL,
    height_px      int  NOT NULL,
    end_card       bool NOT NULL,
    jobs_at_once   int  NOT NULL,
    queue          text NOT NULL CHECK (queue IN ('standard', 'priority')),
    features       text[] NOT NULL,
    kept           interval NOT NULL                     -- how long finished videos stay
);
INSERT INTO plans VALUES
    ('free', 1, 1, 30, 720, 1280, true, 1, 'standard', '{}', '24 hours'),
    ('beginner', 2, 10, 60, 1080, 1920, false, 1, 'standard', '{brand_kit,uploads}', '30 days'),
    ('professional', 3, NULL, 90, 1080, 1920, false, 3, 'priority',
        '{brand_kit,uploads,cartoon,studio,api_keys,pinned_format}', '365 days'),
    ('enterprise', 4, NULL, 180, 1080, 1920, false, 10, 'priority',
        '{brand_kit,uploads,cartoon,studio,cinematic,api_keys,pinned_format}', '365 days');

-- How a video is made, what that costs where the month does not cover it, and what it needs.
CREATE TABLE modes (
    mode    text PRIMARY KEY,
    credits int  NOT NULL CHECK (credits > 0),
    feature text
);
INSERT INTO modes VALUES
    ('standard', 1, NULL), ('cartoon', 1, 'cartoon'), ('studio', 5, 'studio'),
    ('cinematic', 20, 'cinematic');

-- Sliding windows.
CREATE TABLE rates (
    rate      text PRIMARY KEY,
    count_max int NOT NULL CHECK (count_max > 0),
    every     interval NOT NULL
);
INSERT INTO rates VALUES
    ('generate', 5, '1 hour'), ('upload', 20, '1 hour'), ('status', 60, '1 minute'),
    ('link', 10, '1 hour');

CREATE TABLE accounts (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    plan       text NOT NULL DEFAULT 'free' REFERENCES plans,
    locale     text,
    ban_reason text,                                     -- null: not banned
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Where a person may come from. One account, many platforms.
CREATE TABLE identities (
    platform   text NOT NULL CHECK (platform IN ('console', 'discord', 'telegram', 'gateway')),
    user_id    text NOT NULL CHECK (octet_length(user_id) BETWEEN 1 AND 128),
    account_id uuid NOT NULL REFERENCES accounts,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (platform, user_id)
);
CREATE INDEX identities_account ON identities (account_id);

CREATE TABLE link_codes (
    account_id uuid PRIMARY KEY REFERENCES accounts,
    code       text NOT NULL UNIQUE,
    until      timestamptz NOT NULL
);

-- What operators gave, apart from who someone is and what they pay for.
CREATE TABLE user_plan_overrides (
    account_id uuid PRIMARY KEY REFERENCES accounts,
    plan       text NOT NULL REFERENCES plans,
    until      timestamptz,                              -- null: until taken back
    reason     text NOT NULL,
    actor      text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    prefix     text NOT NULL UNIQUE CHECK (length(prefix) = 16),
    sha256     bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX api_keys_account ON api_keys (account_id);

-- One row a transfer: an amount leaves one book and enters another of the same account, so the whole
-- always sums to zero. `credit`s are bought; `video`s are the month's own (month → held → used).
CREATE TABLE ledger (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id      uuid NOT NULL REFERENCES accounts,
    unit            text NOT NULL CHECK (unit IN ('credit', 'video')),
    debit_book      text NOT NULL,                       -- where it leaves
    credit_book     text NOT NULL,                       -- where it enters
    amount          bigint NOT NULL CHECK (amount > 0),
    idempotency_key text NOT NULL UNIQUE CHECK (octet_length(idempotency_key) BETWEEN 1 AND 300),
    reason          text NOT NULL CHECK (reason <> ''),
    job_id          uuid,
    actor           text NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (debit_book <> credit_book),
    CHECK (CASE unit
        WHEN 'credit' THEN debit_book IN ('funding', 'wallet', 'held', 'revenue')
                       AND credit_book IN ('funding', 'wallet', 'held', 'revenue')
        ELSE debit_book IN ('month', 'held') AND credit_book IN ('month', 'held', 'used') END)
);
CREATE INDEX ledger_account ON ledger (account_id, id);
CREATE INDEX ledger_job ON ledger (job_id);

CREATE VIEW ledger_entries WITH (security_invoker = true) AS
    SELECT id, account_id, unit, debit_book AS book, -amount AS amount, reason, job_id, actor, at
    FROM ledger
    UNION ALL
    SELECT id, account_id, unit, credit_book, amount, reason, job_id, actor, at FROM ledger;

CREATE TABLE balances (
    account_id uuid PRIMARY KEY REFERENCES accounts,
    wallet     bigint NOT NULL DEFAULT 0 CHECK (wallet >= 0),
    held       bigint NOT NULL DEFAULT 0 CHECK (held >= 0)
) WITH (fillfactor = 80);

CREATE TABLE allowances (
    account_id uuid NOT NULL REFERENCES accounts,
    month      date NOT NULL CHECK (extract(day FROM month) = 1),
    used       int  NOT NULL CHECK (used >= 0),
    cap        int,                                      -- null: unlimited
    PRIMARY KEY (account_id, month),
    CHECK (used <= cap)
) WITH (fillfactor = 80);

CREATE TABLE jobs (
    id                  uuid PRIMARY KEY,
    account_id          uuid NOT NULL REFERENCES accounts,
    ref                 text NOT NULL UNIQUE CHECK (ref ~ '^[2-9A-HJ-NP-Z]{6}$'),
    idempotency_key     text NOT NULL CHECK (octet_length(idempotency_key) BETWEEN 1 AND 200),
    sentence            text NOT NULL CHECK (length(sentence) BETWEEN 3 AND 2000),
    mode                text NOT NULL REFERENCES modes,
    format              text,
    seed                bigint NOT NULL CHECK (seed >= 0),
    plan                text NOT NULL REFERENCES plans,
    queue               text NOT NULL CHECK (queue IN ('standard', 'priority')),
    uploads             jsonb NOT NULL DEFAULT '[]',
    brand               jsonb,
    origin              jsonb NOT NULL CHECK (pg_column_size(origin) <= 4096),
    again_of            uuid,
    state               text NOT NULL DEFAULT 'queued' CHECK (state IN
                            ('queued', 'running', 'delivering', 'done', 'failed', 'cancelled')),
    attempts            int NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 3),
    created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    queued_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    told_at             timestamptz NOT NULL DEFAULT clock_timestamp(),   -- last message written
    told_count          int NOT NULL DEFAULT 1,
    started_at          timestamptz,
    finished_at         timestamptz,
    cancel_requested_at timestamptz,
    lease_owner         uuid,
    fencing_token       bigint NOT NULL DEFAULT 0,
    lease_until         timestamptz,
    stage               text,
    fraction            real NOT NULL DEFAULT 0,
    overall             real NOT NULL DEFAULT 0,
    eta_ms              bigint,
    error_code          text,
    error_message       text,                            -- the person is told this
    error_detail        text,                            -- operators see this
    refunded            bool NOT NULL DEFAULT false,
    cost_microusd       bigint NOT NULL DEFAULT 0,
    result              jsonb,
    short               text UNIQUE,
    expires_at          timestamptz,
    UNIQUE (account_id, idempotency_key),
    CHECK ((state IN ('running', 'delivering')) = (lease_until IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK ((state = 'done') = (result IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX jobs_account_newest ON jobs (account_id, created_at DESC);
CREATE INDEX jobs_live ON jobs (account_id) WHERE state IN ('queued', 'running', 'delivering');
CREATE INDEX jobs_leased ON jobs (id) WHERE state IN ('running', 'delivering');
CREATE INDEX jobs_queued ON jobs (queue, queued_at) WHERE state = 'queued';
CREATE INDEX jobs_done ON jobs (finished_at DESC) WHERE state = 'done';

-- What pays for a job. Resolved once, with the state of the job, and never again (trigger).
CREATE TABLE holds (
    job_id      uuid PRIMARY KEY REFERENCES jobs,
    account_id  uuid NOT NULL REFERENCES accounts,
    kind        text NOT NULL CHECK (kind IN ('allowance', 'credits', 'courtesy')),
    amount      int  NOT NULL,
    month       date NOT NULL,
    state       text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'captured', 'released')),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    resolved_at timestamptz,
    CHECK (CASE kind WHEN 'credits' THEN amount > 0 WHEN 'allowance' THEN amount = 1
           ELSE amount = 0 END),
    CHECK ((state = 'held') = (resolved_at IS NULL))
);
CREATE INDEX holds_account ON holds (account_id);

CREATE TABLE job_stages (
    job_id        uuid NOT NULL REFERENCES jobs,
    account_id    uuid NOT NULL,
    stage         text NOT NULL,
    attempt       int  NOT NULL,
    wall_ms       bigint NOT NULL,
    resumed       bool NOT NULL,
    cost_microusd bigint NOT NULL DEFAULT 0,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, stage, attempt)
);

CREATE TABLE job_shots (
    job_id        uuid NOT NULL REFERENCES jobs,
    account_id    uuid NOT NULL,
    shot          int  NOT NULL,
    provider      text NOT NULL,
    licence       text NOT NULL,
    credit        text NOT NULL,
    cost_microusd bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, shot)
);

CREATE TABLE paid_calls (
    job_id        uuid NOT NULL REFERENCES jobs,
    account_id    uuid NOT NULL,
    stage         text NOT NULL,
    item          text NOT NULL,
    input_sha256  bytea NOT NULL CHECK (octet_length(input_sha256) = 32),
    fencing_token bigint NOT NULL,                       -- who began it
    state         text NOT NULL CHECK (state IN ('started', 'done', 'unknown')),
    cost_microusd bigint NOT NULL DEFAULT 0 CHECK (cost_microusd >= 0),
    request_id    text,
    output        jsonb,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, stage, item, input_sha256)
);

CREATE TABLE videos (
    short      text PRIMARY KEY CHECK (length(short) >= 12),
    job_id     uuid NOT NULL UNIQUE REFERENCES jobs,
    account_id uuid NOT NULL REFERENCES accounts,
    sentence   text NOT NULL,
    video      jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX videos_account ON videos (account_id);

-- Who has posted a job's end, so that a redelivered event is not posted twice.
CREATE TABLE posts (
    job_id     uuid NOT NULL REFERENCES jobs,
    account_id uuid NOT NULL,
    platform   text NOT NULL,
    held_until timestamptz NOT NULL,
    posted_at  timestamptz,
    PRIMARY KEY (job_id, platform)
);

CREATE TABLE rate_events (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts,
    rate       text NOT NULL REFERENCES rates,
    at         timestamptz NOT NULL
);
CREATE INDEX rate_events_window ON rate_events (account_id, rate, at);

CREATE TABLE brand_kits (
    account_id uuid PRIMARY KEY REFERENCES accounts,
    kit        jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE uploads (
    account_id uuid NOT NULL REFERENCES accounts,
    sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    key        text NOT NULL,
    name       text NOT NULL CHECK (octet_length(name) <= 255),
    width_px   int  NOT NULL CHECK (width_px > 0),
    height_px  int  NOT NULL CHECK (height_px > 0),
    bytes      bigint NOT NULL CHECK (bytes > 0),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, sha256)
);

-- Not account-scoped: only functions reach these.
CREATE TABLE outbox (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic         text NOT NULL,
    payload       jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

CREATE TABLE workers (
    id       uuid PRIMARY KEY,
    name     text NOT NULL,
    slots    int  NOT NULL,
    busy     int  NOT NULL,
    hardware jsonb NOT NULL,
    draining bool NOT NULL DEFAULT false,
    drain    bool NOT NULL DEFAULT false,                -- an operator's order
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    gone_at  timestamptz
);

CREATE TABLE settings (
    name  text PRIMARY KEY,
    value jsonb NOT NULL
);

CREATE TABLE audit_log (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor   text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    detail  jsonb NOT NULL DEFAULT '{}'
);

-- Row-level security. `tenant` is for everyone; `functions` for the functions' owner alone.
DO $$
DECLARE
    scoped record;
BEGIN
    FOR scoped IN
        SELECT c.relname, CASE c.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END AS key
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'cutline' AND c.relkind = 'r' AND (c.relname = 'accounts' OR EXISTS (
            SELECT 1 FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped))
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', scoped.relname);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', scoped.relname);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (%I = NULLIF(current_setting(''app.account'', true), '''')::uuid)',
            scoped.relname, scoped.key);
        EXECUTE format(
            'CREATE POLICY functions ON %I TO cutline_functions USING (true) WITH CHECK (true)',
            scoped.relname);
    END LOOP;
END $$;

GRANT SELECT ON plans, modes, rates TO cutline_bots, cutline_farm, cutline_admin, cutline_functions;
-- The front ends read within one account and write through functions only; workers and operators
-- reach tables through functions only.
GRANT SELECT ON accounts, identities, user_plan_overrides, ledger, ledger_entries, balances,
    allowances, holds, jobs, job_stages, job_shots, videos, brand_kits, uploads TO cutline_bots;
GRANT SELECT (id, account_id, prefix, created_at, revoked_at) ON api_keys TO cutline_bots;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts, identities, link_codes, user_plan_overrides,
    api_keys, balances, allowances, jobs, holds, job_stages, job_shots, paid_calls, videos, posts,
    rate_events, brand_kits, uploads, outbox, workers, settings TO cutline_functions;
GRANT SELECT, INSERT ON ledger, audit_log TO cutline_functions;
