//! Brings a database up to date. The statements are in `migrations/` and built into the program.

use std::time::Duration;

use tokio_postgres::NoTls;

use super::error::StoreError;

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// Any number, the same in every version: two migrations never run at once in one database.
const LOCK: i64 = 0x0063_7574_6c69_6e65;

/// Runs the migrations that have not run yet, one transaction each, as the role that owns the
/// schema. Safe to run from several places at once: one waits for the other.
///
/// # Errors
/// [`StoreError`] when the server cannot be reached or a migration fails; what ran before stays.
pub async fn migrate(owner_url: &str) -> Result<usize, StoreError> {
    let what = "migrate";
    let config: tokio_postgres::Config = owner_url.parse().map_err(|error| {
        StoreError::Setting { variable: "CUTLINE_DATABASE_OWNER_URL", detail: format!("{error}") }
    })?;
    let unreachable = |source: tokio_postgres::Error| StoreError::from_query(what, source);
    let mut config = config;
    config.connect_timeout(Duration::from_secs(10)).application_name("cutline-migrate");
    let (mut client, connection) = config.connect(NoTls).await.map_err(unreachable)?;
    let work = async {
        client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.map_err(unreachable)?;
        let mut runner = embedded::migrations::runner().set_abort_divergent(true);
        // Named with its schema: the migrations set a search path of their own.
        runner.set_migration_table_name("public.cutline_migrations");
        let report = runner.run_async(&mut client).await.map_err(Box::new)?;
        Ok::<_, StoreError>(report.applied_migrations().len())
    };
    // The connection is driven here, beside the work: nothing is left running afterwards.
    tokio::pin!(connection);
    tokio::select! {
        done = work => done,
        broken = &mut connection => match broken {
            Err(error) => Err(unreachable(error)),
            Ok(()) => Err(StoreError::shape(what, "the server closed the connection")),
        },
    }
}
