//! Waiting for messages in the outbox on a connection of its own.

use std::{future::poll_fn, pin::Pin, time::Duration};

use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket, tls::NoTlsStream};

use super::{Store, error::StoreError};

/// Pause after a connection was lost, so that a server that is down is not hammered.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

type Wire = Pin<Box<Connection<Socket, NoTlsStream>>>;

/// Hears `NOTIFY cutline_outbox`; connects by itself, again and again.
pub struct OutboxListener {
    config: tokio_postgres::Config,
    /// The client is kept because dropping it closes the connection.
    wire: Option<(Client, Wire)>,
}

impl std::fmt::Debug for OutboxListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxListener")
            .field("connected", &self.wire.is_some())
            .finish_non_exhaustive()
    }
}

impl Store {
    /// A listener on a connection of its own; it connects at the first wait.
    #[must_use]
    pub fn outbox_listener(&self) -> OutboxListener {
        OutboxListener { config: self.dedicated.clone(), wire: None }
    }
}

impl OutboxListener {
    /// Returns when a message may be waiting in the outbox, and after `at_most` in any case. Look
    /// into the outbox after every return: a wake-up may have been lost with a connection. May be
    /// dropped at any time.
    pub async fn wait(&mut self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.heard()).await;
    }

    async fn heard(&mut self) {
        if self.wire.is_none() {
            match self.listen().await {
                // Something may have been committed before we listened.
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(%error, "not listening for the outbox; looking by the clock");
                    tokio::time::sleep(RECONNECT_PAUSE).await;
                    return std::future::pending().await;
                }
            }
        }
        let Some((_, wire)) = &mut self.wire else { return };
        loop {
            match poll_fn(|context| wire.as_mut().poll_message(context)).await {
                Some(Ok(AsyncMessage::Notification(_))) => return,
                Some(Ok(_)) => {}
                ended => {
                    tracing::warn!(?ended, "the listening connection ended; connecting again");
                    self.wire = None;
                    tokio::time::sleep(RECONNECT_PAUSE).await;
                    return;
                }
            }
        }
    }

    async fn listen(&mut self) -> Result<(), StoreError> {
        let what = "listen";
        let failed = |error| StoreError::from_query(what, error);
        let (client, connection) = self.config.connect(NoTls).await.map_err(failed)?;
        let mut wire: Wire = Box::pin(connection);
        {
            let said = client.batch_execute("LISTEN cutline_outbox");
            tokio::pin!(said);
            loop {
                tokio::select! {
                    done = &mut said => break done.map_err(failed)?,
                    message = poll_fn(|context| wire.as_mut().poll_message(context)) => {
                        match message {
                            Some(Ok(_)) => {}
                            Some(Err(error)) => return Err(failed(error)),
                            None => return Err(StoreError::shape(what, "connection closed")),
                        }
                    }
                }
            }
        }
        self.wire = Some((client, wire));
        Ok(())
    }
}
