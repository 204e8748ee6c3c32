//! One account's rows are nothing to another, to nobody, and to a connection that was used before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use cutline_core::{
    job::{BrandKit, JobId},
    plan::Plan,
    store::ShotReport,
};
use cutline_tests::world::{Role, connect};
use tokio_postgres::{Client, error::SqlState};
use uuid::Uuid;

use crate::counter::{Counter, somebody, video};

/// Every table that holds an account's rows, with the column that says whose.
async fn scoped_tables(owner: &Client) -> Result<BTreeMap<String, String>> {
    let sql = "SELECT c.relname::text, a.attname::text \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped \
               WHERE n.nspname = 'cutline' AND c.relkind IN ('r', 'p') \
               AND (a.attname = 'account_id' OR (c.relname = 'accounts' AND a.attname = 'id'))";
    let rows = owner.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

#[tokio::test]
async fn every_account_scoped_table_forces_row_level_security_and_has_a_policy() -> Result<()> {
    let counter = Counter::open().await?;
    let owner = counter.world.database().owner().await?;
    let tables = scoped_tables(&owner).await?;
    ensure!(tables.len() >= 18, "{tables:?}");
    for (table, column) in &tables {
        let sql = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class \
                   WHERE oid = ('cutline.' || $1)::regclass";
        let forced: bool = owner.query_one(sql, &[table]).await?.get(0);
        assert!(forced, "{table} lacks FORCE ROW LEVEL SECURITY");
        let sql = "SELECT policyname::text, cmd, roles::text[], coalesce(qual, ''), \
                   coalesce(with_check, qual, '') \
                   FROM pg_policies WHERE schemaname = 'cutline' AND tablename = $1";
        let mut tenant = false;
        for row in owner.query(sql, &[table]).await? {
            let (name, cmd): (String, String) = (row.get(0), row.get(1));
            let (roles, using, check): (Vec<String>, String, String) =
                (row.get(2), row.get(3), row.get(4));
            let scoped = |rule: &str| {
                rule.contains(column.as_str()) && rule.contains("current_setting('app.account'")
            };
            if roles == ["public"] {
                assert!(
                    scoped(&using) && scoped(&check),
                    "{table}: {name} lets others in: {using}"
                );
                tenant |= cmd == "ALL";
            } else {
                assert_eq!(roles, ["cutline_functions"], "{table}: {name}");
            }
        }
        assert!(tenant, "{table} has no policy for all commands that names the account");
    }
    drop(owner);
    counter.close().await
}

#[tokio::test]
async fn functions_have_a_safe_owner_a_fixed_path_and_only_their_callers() -> Result<()> {
    let counter = Counter::open().await?;
    let owner = counter.world.database().owner().await?;
    let sql = "SELECT p.proname::text, p.prosecdef, pg_get_userbyid(p.proowner)::text, \
               coalesce(array_to_string(p.proconfig, ','), ''), \
               has_function_privilege('public', p.oid, 'EXECUTE'), \
               has_function_privilege('cutline_bots', p.oid, 'EXECUTE'), \
               has_function_privilege('cutline_farm', p.oid, 'EXECUTE') \
               FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
               WHERE n.nspname = 'cutline'";
    let mut bots = BTreeSet::new();
    for row in owner.query(sql, &[]).await? {
        let (name, definer, by): (String, bool, String) = (row.get(0), row.get(1), row.get(2));
        let (path, everyone): (String, bool) = (row.get(3), row.get(4));
        assert_eq!(by, "cutline_functions", "{name}");
        assert!(!definer || path.contains("search_path=cutline, pg_temp"), "{name}: {path}");
        assert!(!everyone || name == "job_may_become", "{name} is for everyone");
        let money =
            ["transfer", "resolve_hold", "safe_adjust_credits", "settle_payments", "end_job"];
        let (by_bots, by_farm): (bool, bool) = (row.get(5), row.get(6));
        assert!(!money.contains(&name.as_str()) || !(by_bots || by_farm), "{name}");
        assert!(!name.starts_with("admin_") || !(by_bots || by_farm), "{name}");
        if by_bots {
            bots.insert(name);
        }
    }
    ensure!(!bots.contains("claim_job") && !bots.contains("finish_job"), "{bots:?}");
    ensure!(bots.contains("submit_job"), "{bots:?}");
    drop(owner);
    counter.close().await
}

/// Two accounts with a row of everything, and what is needed to look at them.
struct TwoAccounts {
    one: Uuid,
    other: Uuid,
    tables: BTreeMap<String, String>,
}

/// Gives both accounts a row in every table there is.
async fn furnished(counter: &Counter, owner: &Client) -> Result<TwoAccounts> {
    let mut ids = Vec::new();
    for name in ["one", "other"] {
        let actor = somebody(name);
        counter.put_on(&actor, Plan::Enterprise).await?;
        counter.give(&actor, 3, name).await?;
        let account = counter.bots.enter(&actor, None, counter.now()).await?.account;
        let job: JobId = counter.accepted(&actor, "1").await?;
        let (_, token) = counter.claimed(job).await?;
        let shot = ShotReport {
            shot: 1,
            provider: "x".into(),
            licence: "x".into(),
            credit: String::new(),
            cost_microusd: 0,
        };
        let _ = counter.farm.shots_done(job, token, &[shot]).await?;
        let stage = cutline_core::store::StageReport {
            stage: "voice".into(),
            wall_ms: 1,
            resumed: false,
            cost_microusd: 0,
        };
        let _ = counter.farm.stage_done(job, token, &stage).await?;
        let key = cutline_core::store::PaidCallKey {
            job,
            stage: "voice",
            item: "1",
            input_sha256: &[0; 32],
        };
        counter.farm.paid_call_begin(key, token, 9).await?;
        let ending = cutline_core::store::Ending::Done(Box::new(video()?));
        let _ = counter.farm.finish(job, token, &ending).await?;
        let lease = std::time::Duration::from_secs(60);
        counter.bots.post_begin(job, actor.platform, lease).await?;
        let place = serde_json::json!({});
        counter.bots.card_stands(job, actor.platform, &place, Some("1"), None).await?;
        let picture =
            cutline_core::store::KeptPicture { part: "1".into(), image: None, words: None };
        counter.bots.picture_keep(&actor, "next:1", &picture).await?;
        let payment = cutline_core::store::Payment {
            session: format!("cs_{name}"),
            intent: None,
            account: Some(account),
            credits: 1,
            amount: 0,
            currency: "eur".into(),
        };
        let _ = counter.bots.payment_paid(&payment).await?;
        let _ = counter.bots.brand_set(account, &BrandKit::default(), counter.now()).await?;
        counter.bots.link_start(account, &format!("CODE{name}"), counter.now()).await?;
        let upload = format!(
            "INSERT INTO cutline.uploads VALUES ('{account}', repeat('ab', 32), 'k', 'n', 1, 1, 1, \
             now()); INSERT INTO cutline.api_keys (id, account_id, prefix, sha256, created_at) \
             VALUES (gen_random_uuid(), '{account}', left(md5('{name}'), 16), \
             decode(md5('{name}') || md5('{name}'), 'hex'), now())"
        );
        owner.batch_execute(&upload).await?;
        ids.push(account.0);
    }
    let tables = scoped_tables(owner).await?;
    for (table, column) in &tables {
        let sql = format!("SELECT count(DISTINCT {column}) FROM cutline.{table}");
        let accounts: i64 = owner.query_one(&sql, &[]).await?.get(0);
        assert!(accounts >= 2, "the test has no rows of both accounts in {table}");
    }
    Ok(TwoAccounts { one: ids[0], other: ids[1], tables })
}

/// Rows of `of` that a select, an update and a delete reach, and whether an insert gets through.
async fn reached(client: &Client, table: &str, column: &str, of: Uuid) -> Result<[i64; 4]> {
    let count = async |sql: String| -> Result<i64> {
        client.batch_execute("SAVEPOINT look").await?;
        let counted = client.query(&sql, &[]).await;
        client.batch_execute("ROLLBACK TO look").await?;
        match counted {
            Ok(rows) => Ok(rows.len().try_into()?),
            // Refused is not reached.
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Ok(0),
            // Row-level security let it through, and a trigger or constraint behind refused.
            Err(error) if error.code().is_some() => Ok(1),
            Err(error) => Err(error).context(sql),
        }
    };
    let rows = format!("cutline.{table} WHERE {column} = '{of}'");
    Ok([
        count(format!("SELECT {column} FROM {rows}")).await?,
        count(format!(
            "UPDATE cutline.{table} SET {column} = {column} WHERE {column} = '{of}' \
                       RETURNING 1"
        ))
        .await?,
        count(format!("DELETE FROM {rows} RETURNING 1")).await?,
        count(format!("INSERT INTO cutline.{table} ({column}) VALUES ('{of}') RETURNING 1"))
            .await?,
    ])
}

#[tokio::test]
async fn no_command_on_any_table_reaches_another_accounts_rows() -> Result<()> {
    let counter = Counter::open().await?;
    let owner = counter.world.database().owner().await?;
    let accounts = furnished(&counter, &owner).await?;
    // Someone with every right on every table, whom row-level security alone holds back; and the
    // roles as they are.
    let role = format!("it_tenant_{}", Uuid::now_v7().simple());
    owner
        .batch_execute(&format!(
            "CREATE ROLE {role} NOLOGIN; GRANT USAGE ON SCHEMA cutline TO {role}; \
             GRANT ALL ON ALL TABLES IN SCHEMA cutline TO {role}"
        ))
        .await?;
    let outcome = matrix(&counter, &owner, &accounts, &role).await;
    owner.batch_execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await?;
    outcome?;
    drop(owner);
    counter.close().await
}

async fn matrix(
    counter: &Counter,
    owner: &Client,
    accounts: &TwoAccounts,
    role: &str,
) -> Result<()> {
    let bots = connect(counter.world.database_url(Role::Bots).as_str()).await?;
    let farm = connect(counter.world.database_url(Role::Farm).as_str()).await?;
    let admin = connect(counter.world.database_url(Role::Admin).as_str()).await?;
    for (table, column) in &accounts.tables {
        for (who, client) in [(role, owner), ("bots", &bots), ("farm", &farm), ("admin", &admin)] {
            for tenant in [Some(accounts.one), None] {
                client.batch_execute("BEGIN").await?;
                if who == role {
                    client.batch_execute(&format!("SET LOCAL ROLE {role}")).await?;
                }
                let name = tenant.map(|id| id.to_string()).unwrap_or_default();
                client.query("SELECT set_config('app.account', $1, true)", &[&name]).await?;
                let found = reached(client, table, column, accounts.other).await?;
                assert_eq!(found, [0; 4], "{who} as {tenant:?} on {table}");
                if let (true, Some(own)) = (who == role, tenant) {
                    // The test would see a row, were one to be seen.
                    let own = reached(client, table, column, own).await?;
                    assert!(own[0] > 0, "{who} does not see its own {table}");
                    let sql = format!("SELECT 1 FROM cutline.{table} WHERE {column} <> '{name}'");
                    assert!(client.query(&sql, &[]).await?.is_empty(), "{table}");
                }
                client.batch_execute("ROLLBACK").await?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_pooled_connection_used_again_after_a_panic_remembers_no_account() -> Result<()> {
    let counter = Counter::open().await?;
    let (ada, bob) = (somebody("ada"), somebody("bob"));
    let ada_job = counter.accepted(&ada, "1").await?;
    counter.accepted(&bob, "1").await?;
    let bots = cutline_core::store::Store::connect(&cutline_core::config::DatabaseConfig {
        pool_max: 1,
        ..cutline_core::config::DatabaseConfig::at(
            counter.world.database_url(Role::Bots),
            "one connection",
        )
    })?;
    let account = bots.enter(&ada, None, counter.now()).await?.account;
    let other = bots.enter(&bob, None, counter.now()).await?.account;
    // A task that panics, and one that is dropped half-way, in the middle of ada's transaction.
    let store = bots.clone();
    let panicked = cutline_tests::tasks::spawn(async move {
        let found = store.job(account, ada_job).await;
        panic!("in the middle of it: {}", found.is_ok());
    });
    assert!(panicked.await.is_err());
    for _ in 0..20 {
        let reading = bots.jobs(account, 0, 10);
        let _ = tokio::time::timeout(std::time::Duration::from_micros(300), reading).await;
    }
    // The one connection there is, as bob: ada's job is not there.
    assert_eq!(bots.job(other, ada_job).await?, None);
    assert_eq!(bots.jobs(other, 0, 10).await?.len(), 1);
    assert!(bots.job(account, ada_job).await?.is_some());
    counter.close().await
}
