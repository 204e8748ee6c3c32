//! One connection to the broker, rebuilt for ever. The library's own recovery is not used: it
//! leaves a channel dead after a 404 or 406 and gives up after sixteen attempts.
//!
//! A connection is made when somebody needs it and found dead when somebody uses it; heartbeats
//! make a half-open one die within two intervals. Whoever waits for a connection waits through the
//! backoff, so callers with a deadline bring their own timeout.

use std::{sync::Arc, time::Duration};

use lapin::{Channel, Connection, ConnectionProperties, uri::AMQPUri};
use rand::Rng;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{QueueError, topology};

/// Seconds between heartbeats unless the address says otherwise (`?heartbeat=`).
const HEARTBEAT_S: u16 = 10;
/// One attempt to connect, or to open a channel and declare the topology, takes no longer.
const ATTEMPT_MAX: Duration = Duration::from_secs(10);
/// Wait after the first failure; doubles up to [`BACKOFF_MAX`].
const BACKOFF_MIN: Duration = Duration::from_millis(100);
/// Longest wait between two attempts: a broker that is back is found this soon.
const BACKOFF_MAX: Duration = Duration::from_secs(5);

/// One supervised connection.
pub(super) struct Link {
    uri: AMQPUri,
    name: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    failures: u32,
    not_before: Option<Instant>,
}

impl Link {
    /// Nothing is connected yet. `name` is what the broker's operators see.
    pub(super) fn new(mut uri: AMQPUri, name: String) -> Self {
        uri.query.heartbeat.get_or_insert(HEARTBEAT_S);
        Self { uri, name, state: Mutex::default() }
    }

    /// A channel on a live connection, with the topology declared; waits for as long as it takes.
    pub(super) async fn channel(&self) -> Channel {
        loop {
            let connection = self.connection().await;
            match timeout(ATTEMPT_MAX, open(&connection)).await {
                Ok(Ok(channel)) => {
                    self.succeeded(&connection).await;
                    return channel;
                }
                Ok(Err(error)) => self.failed(&connection, &error.to_string()).await,
                Err(_) => self.failed(&connection, "no answer in time").await,
            }
        }
    }

    /// A bare channel for one question to the broker; nothing is declared on it.
    pub(super) async fn plain_channel(&self) -> Result<Channel, QueueError> {
        let ask = async { Ok(self.connection().await.create_channel().await?) };
        timeout(ATTEMPT_MAX, ask).await.map_err(|_| QueueError::Unavailable)?
    }

    /// Forgets the connection that a caller found silent, so that the next one makes another.
    pub(super) async fn suspect(&self) {
        let mut state = self.state.lock().await;
        if state.connection.as_ref().is_some_and(|connection| !connection.status().blocked()) {
            state.connection = None;
        }
    }

    /// Closes the connection: the broker redelivers at once whatever was not acknowledged.
    pub(super) async fn close(&self) {
        let connection = self.state.lock().await.connection.take();
        if let Some(connection) = connection {
            let closed = timeout(Duration::from_secs(2), connection.close(200, "bye".into())).await;
            if !matches!(closed, Ok(Ok(()))) {
                tracing::debug!(link = self.name, "the broker did not hear the goodbye");
            }
        }
    }

    async fn connection(&self) -> Arc<Connection> {
        loop {
            let mut state = self.state.lock().await;
            if let Some(connection) = state.connection.as_ref()
                && connection.status().connected()
            {
                return connection.clone();
            }
            state.connection = None;
            if let Some(at) = state.not_before {
                tokio::time::sleep_until(at).await;
            }
            let options =
                ConnectionProperties::default().with_connection_name(self.name.clone().into());
            let attempt = Connection::connect_uri(self.uri.clone(), options);
            match timeout(ATTEMPT_MAX, attempt).await {
                Ok(Ok(connection)) => {
                    tracing::info!(link = self.name, "connected to the broker");
                    metrics::counter!("cutline_broker_connections_total").increment(1);
                    let connection = Arc::new(connection);
                    state.connection = Some(connection.clone());
                    return connection;
                }
                Ok(Err(error)) => self.back_off(&mut state, &error.to_string()),
                Err(_) => self.back_off(&mut state, "no answer in time"),
            }
        }
    }

    async fn succeeded(&self, used: &Arc<Connection>) {
        let mut state = self.state.lock().await;
        if state.connection.as_ref().is_some_and(|current| Arc::ptr_eq(current, used)) {
            state.failures = 0;
            state.not_before = None;
        }
    }

    async fn failed(&self, used: &Arc<Connection>, why: &str) {
        let mut state = self.state.lock().await;
        if state.connection.as_ref().is_some_and(|current| Arc::ptr_eq(current, used)) {
            state.connection = None;
            self.back_off(&mut state, why);
        }
    }

    fn back_off(&self, state: &mut State, why: &str) {
        let doubled = BACKOFF_MIN * 2u32.saturating_pow(state.failures.min(10));
        // Full jitter over the upper half: many processes do not come back in step.
        let wait = doubled.min(BACKOFF_MAX).mul_f64(rand::rng().random_range(0.5..1.0));
        state.failures = state.failures.saturating_add(1);
        state.not_before = Some(Instant::now() + wait);
        let broker = format!("{}:{}", self.uri.authority.host, self.uri.authority.port);
        tracing::warn!(link = self.name, broker, why, wait_ms = wait.as_millis(), "no broker");
    }
}

async fn open(connection: &Connection) -> Result<Channel, lapin::Error> {
    let channel = connection.create_channel().await?;
    topology::declare(&channel).await?;
    Ok(channel)
}
