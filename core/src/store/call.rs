//! How a call reaches the database: the pool, bounded waits, repeats of what may be repeated, the
//! wake-up of relays, and reads inside one account.

use std::{future::Future, str::FromStr, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::{NoTls, Row, types::ToSql};

use super::error::StoreError;
use crate::{config::DatabaseConfig, job::AccountId};

/// Arguments of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Pauses before each repeat of a call that may be repeated: enough for a failover or a restart of
/// a local server, short enough for a chat.
const PAUSES_MS: [u64; 4] = [50, 200, 600, 1_500];

/// Told to relays after whatever leaves a message in the outbox. A transaction of its own, right
/// behind the first one and in the same round trip: a `NOTIFY` inside it would make all commits
/// wait for each other (PostgreSQL serialises commits that notify), and with them their fsyncs. A
/// lost wake-up costs a relay's next look, nothing else.
const WAKE: &str = "SELECT set_config('synchronous_commit', 'off', true), \
                    pg_notify('cutline_outbox', '')";

/// Connections to the database as one role. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    /// For the one connection that listens.
    pub(super) dedicated: tokio_postgres::Config,
    /// Longest wait for an answer: the server's own limit and a little.
    answer_timeout: Duration,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("pool", &self.pool.status()).finish_non_exhaustive()
    }
}

impl Store {
    /// A store that connects when first used, and again whenever it must.
    ///
    /// # Errors
    /// [`StoreError::Setting`] when the address cannot be read. A server that is down is not an
    /// error here.
    pub fn connect(config: &DatabaseConfig) -> Result<Self, StoreError> {
        let unusable = |detail: String| StoreError::Setting { variable: "database URL", detail };
        let mut server = tokio_postgres::Config::from_str(&config.url)
            .map_err(|error| unusable(error.to_string()))?;
        let statement_ms = config.statement_timeout.as_millis();
        server
            .application_name(config.application)
            .connect_timeout(config.acquire_timeout)
            .tcp_user_timeout(config.statement_timeout)
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3)
            .options(format!(
                "-c search_path=cutline,pg_temp -c timezone=UTC \
                 -c statement_timeout={statement_ms} -c lock_timeout={statement_ms} \
                 -c idle_in_transaction_session_timeout={}",
                statement_ms * 2
            ));
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(server.clone(), NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(config.pool_max as usize)
            .wait_timeout(Some(config.acquire_timeout))
            .create_timeout(Some(config.acquire_timeout))
            .recycle_timeout(Some(config.acquire_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| unusable(error.to_string()))?;
        let answer_timeout = config.statement_timeout + Duration::from_secs(2);
        Ok(Self { pool, dedicated: server, answer_timeout })
    }

    /// Asks the server for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.rows("check", "SELECT 1", &[]).await.map(drop)
    }

    /// Closes every connection; later calls fail.
    pub fn close(&self) {
        self.pool.close();
    }

    /// Runs one statement once.
    pub(super) async fn rows(
        &self,
        what: &'static str,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let client = self.client(what).await?;
        let asked = async {
            let statement = client.prepare_cached(sql).await?;
            client.query(&statement, params).await
        };
        let answer = self.bounded(what, asked).await;
        drop_if_doubtful(client, answer)
    }

    /// Runs one statement that answers with one row, once.
    pub(super) async fn row(
        &self,
        what: &'static str,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Row, StoreError> {
        one(what, self.rows(what, sql, params).await?)
    }

    /// Runs one statement that may be repeated: its second run changes nothing and answers alike.
    pub(super) async fn row_again(
        &self,
        what: &'static str,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Row, StoreError> {
        one(what, repeated(|| self.rows(what, sql, params)).await?)
    }

    /// [`Self::row_again`] for many rows.
    pub(super) async fn rows_again(
        &self,
        what: &'static str,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        repeated(|| self.rows(what, sql, params)).await
    }

    /// [`Self::row_again`] for statements that leave messages in the outbox: wakes the relays.
    pub(super) async fn row_and_wake(
        &self,
        what: &'static str,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Row, StoreError> {
        one(what, repeated(|| self.rows_and_wake(what, sql, params)).await?)
    }

    /// Runs one statement and, in the same round trip, wakes the relays.
    pub(super) async fn rows_and_wake(
        &self,
        what: &'static str,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let client = self.client(what).await?;
        let asked = async {
            let statement = client.prepare_cached(sql).await?;
            let wake = client.prepare_cached(WAKE).await?;
            let (rows, woken) =
                futures::join!(client.query(&statement, params), client.query(&wake, &[]));
            if let Err(error) = woken {
                tracing::debug!(%error, "relays not woken; they look by themselves");
            }
            rows
        };
        let answer = self.bounded(what, asked).await;
        drop_if_doubtful(client, answer)
    }

    /// Runs one reading or writing statement with row-level security set to `account`, for this
    /// transaction and no longer.
    pub(super) async fn rows_of(
        &self,
        what: &'static str,
        account: AccountId,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut client = self.client(what).await?;
        let asked = async {
            let scope =
                client.prepare_cached("SELECT set_config('app.account', $1::text, true)").await?;
            let statement = client.prepare_cached(sql).await?;
            let transaction = client.transaction().await?;
            let account = account.to_string();
            let account: Params<'_> = &[&account];
            let (set, rows) = futures::join!(
                transaction.query(&scope, account),
                transaction.query(&statement, params)
            );
            set?;
            let rows = rows?;
            transaction.commit().await?;
            Ok(rows)
        };
        let answer = self.bounded(what, asked).await;
        drop_if_doubtful(client, answer)
    }

    async fn client(&self, what: &'static str) -> Result<Object, StoreError> {
        self.pool
            .get()
            .await
            .map_err(|source| StoreError::Unavailable { what, source: source.into() })
    }

    /// Waits no longer for an answer than the server could rightly take.
    async fn bounded<T>(
        &self,
        what: &'static str,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(self.answer_timeout, asked).await {
            Ok(answer) => answer.map_err(|source| StoreError::from_query(what, source)),
            Err(elapsed) => Err(StoreError::Unavailable { what, source: elapsed.into() }),
        }
    }
}

/// Gives the connection back to the pool, or closes it where it may still be busy or broken.
fn drop_if_doubtful<T>(client: Object, answer: Result<T, StoreError>) -> Result<T, StoreError> {
    if let Err(StoreError::Unavailable { .. }) = answer {
        drop(Object::take(client));
    }
    answer
}

fn one(what: &'static str, rows: Vec<Row>) -> Result<Row, StoreError> {
    let count = rows.len();
    match rows.into_iter().next() {
        Some(row) if count == 1 => Ok(row),
        _ => Err(StoreError::shape(what, format!("{count} rows, not one"))),
    }
}

/// Repeats a call that failed for a passing reason.
async fn repeated<T, F>(call: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for pause_ms in PAUSES_MS {
        match call().await {
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, pause_ms, "asking the database again");
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            answer => return answer,
        }
    }
    call().await
}

/// Reads a column, naming the call where it is not of the expected type.
pub(super) fn column<'r, T: tokio_postgres::types::FromSql<'r>>(
    what: &'static str,
    row: &'r Row,
    name: &str,
) -> Result<T, StoreError> {
    row.try_get(name).map_err(|error| StoreError::shape(what, error))
}

/// Reads a word of ours from a column.
pub(super) fn word<T>(
    what: &'static str,
    row: &Row,
    name: &str,
    named: impl Fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    let text: &str = column(what, row, name)?;
    named(text).ok_or_else(|| StoreError::shape(what, format!("{name} is “{text}”")))
}

/// Reads a JSON column into a type of ours.
pub(super) fn json<T: serde::de::DeserializeOwned>(
    what: &'static str,
    row: &Row,
    name: &str,
) -> Result<T, StoreError> {
    let value: serde_json::Value = column(what, row, name)?;
    serde_json::from_value(value)
        .map_err(|error| StoreError::shape(what, format!("{name}: {error}")))
}

/// A duration as the database's functions take it.
pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
