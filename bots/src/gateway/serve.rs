//! Listens: bounded connections, deadlines for request heads, and an end that lets answers finish.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use cutline_core::{clock::Clock, objects::Objects};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;

use super::{GatewayConfig, Payments, Videos, metrics, router};
use crate::tasks::Group;

/// Most connections at once; more wait to be accepted.
const CONNECTIONS_MAX: usize = 1024;
/// Longest wait for the whole head of a request, the idle time of a kept connection included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest head of a request.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// Longest life of a connection: a reader who has stopped reading does not hold one for ever.
const CONNECTION_MAX: Duration = Duration::from_secs(3600);
/// How long answers may go on once the process is told to end.
const DRAIN_FOR: Duration = Duration::from_secs(15);
/// A pause after a failed accept (too many open files), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A gateway that listens.
pub struct Gateway {
    listener: TcpListener,
    routes: Router,
}

impl Gateway {
    /// Takes the address.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn bind(
        config: &GatewayConfig,
        videos: Arc<dyn Videos>,
        payments: Arc<dyn Payments>,
        objects: Objects,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        metrics::start().map_err(io::Error::other)?;
        let listener = TcpListener::bind(config.address).await?;
        Ok(Self { listener, routes: router(config, videos, payments, objects, clock) })
    }

    /// The address that was taken.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `shutdown` fires; then no more are accepted and answers under way have 15
    /// seconds to finish.
    pub async fn run(self, shutdown: CancellationToken) {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut connections = Group::default();
        loop {
            let accepted = tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                Some(ended) = connections.next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "answering failed");
                    }
                    continue;
                }
                accepted = accept(&self.listener, &places) => accepted,
            };
            match accepted {
                Ok((stream, place)) => {
                    let (routes, shutdown) = (self.routes.clone(), shutdown.clone());
                    connections.start(async move {
                        connection(stream, routes, shutdown).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(self.listener);
        let drained = async { while connections.next().await.is_some() {} };
        if tokio::time::timeout(DRAIN_FOR, drained).await.is_err() {
            tracing::warn!("some answers were cut off by the end of the process");
        }
    }
}

/// Listens and answers until `shutdown` fires.
///
/// # Errors
/// When the address cannot be had.
pub async fn serve(
    config: &GatewayConfig,
    videos: Arc<dyn Videos>,
    payments: Arc<dyn Payments>,
    objects: Objects,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let gateway = Gateway::bind(config, videos, payments, objects, clock).await?;
    tracing::info!(address = %gateway.address()?, public_url = config.public_url, "listening");
    gateway.run(shutdown).await;
    Ok(())
}

/// A connection and its place among the bounded number. Cancel-safe: a place that was had is given
/// back when the wait for a connection is dropped.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

async fn connection(stream: TcpStream, routes: Router, shutdown: CancellationToken) {
    // Small answers should not wait for more to send.
    let _ = stream.set_nodelay(true);
    let mut serving = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
    );
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = tokio::time::sleep(CONNECTION_MAX) => return,
        () = shutdown.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        // Readers go away in the middle all the time.
        tracing::debug!(%error, "a connection ended early");
    }
}
