//! A TCP proxy that misbehaves on demand: put between our programs and a server, it cuts, swallows,
//! delays or half-closes connections without either side's help. Knows nothing of what it carries.

use std::{io, net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::tasks::spawn;

/// What the network does at this moment.
#[derive(Debug, Clone, Copy, Default)]
struct Weather {
    /// Bytes are kept back, and new connections lead nowhere, as behind a firewall that drops.
    blackhole: bool,
    /// New connections are reset at once, as by a machine without the server.
    refusing: bool,
    /// Every piece of data waits this long.
    delay: Duration,
    /// Counts up when all connections of the moment are reset.
    cuts: u64,
    /// Counts up when the server's sides of all connections are reset and the clients' are not.
    halves: u64,
}

/// A proxy on a free port of 127.0.0.1. Dropping it resets what it carries.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    carrying: watch::Receiver<usize>,
    accepting: JoinHandle<()>,
}

impl FaultProxy {
    /// A proxy for the server at `upstream` ("host:port"), in fair weather.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(upstream: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("a port for the proxy")?;
        let address = listener.local_addr()?;
        let (weather, forecast) = watch::channel(Weather::default());
        let (count, carrying) = watch::channel(0);
        let accepting = spawn(accept(listener, upstream.to_owned(), forecast, count));
        Ok(Self { address, weather, carrying, accepting })
    }

    /// Where clients connect.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections being carried, those that lead nowhere included.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.carrying.borrow()
    }

    /// Resets every connection, on both sides. New ones are carried.
    pub fn cut(&self) {
        self.weather.send_modify(|weather| weather.cuts += 1);
    }

    /// Resets every connection, and new ones at once, until [`Self::restore`].
    pub fn refuse(&self) {
        self.weather.send_modify(|weather| {
            weather.refusing = true;
            weather.cuts += 1;
        });
    }

    /// Carries nothing more in either direction, without telling anybody, until [`Self::restore`];
    /// what was kept back then arrives, as lost packets that are sent again do.
    pub fn blackhole(&self) {
        self.weather.send_modify(|weather| weather.blackhole = true);
    }

    /// Resets the server's side of every connection and leaves the client's open and silent: the
    /// client believes it is connected. New connections are carried.
    pub fn half_open(&self) {
        self.weather.send_modify(|weather| weather.halves += 1);
    }

    /// Every piece of data takes this much longer, until [`Self::restore`].
    pub fn delay(&self, delay: Duration) {
        self.weather.send_modify(|weather| weather.delay = delay);
    }

    /// Fair weather again. Half-open connections stay as they are until somebody notices.
    pub fn restore(&self) {
        self.weather.send_modify(|weather| {
            weather.blackhole = false;
            weather.refusing = false;
            weather.delay = Duration::ZERO;
        });
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    upstream: String,
    weather: watch::Receiver<Weather>,
    count: watch::Sender<usize>,
) {
    let mut carried = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((client, _)) = accepted {
                carried.spawn(carry(client, upstream.clone(), weather.clone()));
            },
            Some(_) = carried.join_next() => {}
        }
        count.send_replace(carried.len());
    }
}

/// What ends a connection early.
enum Fate {
    Closed,
    Cut,
    Halved,
}

async fn carry(mut client: TcpStream, upstream: String, mut weather: watch::Receiver<Weather>) {
    let begun = *weather.borrow_and_update();
    if begun.refusing {
        return reset(&client);
    }
    let (mut watched, mut pumped) = (weather.clone(), weather.clone());
    let fate = async move {
        let changed = |now: &Weather| now.cuts != begun.cuts || now.halves != begun.halves;
        match watched.wait_for(changed).await {
            Ok(now) if now.cuts == begun.cuts => Fate::Halved,
            _ => Fate::Cut,
        }
    };
    tokio::pin!(fate);
    let reached = async {
        pumped.wait_for(|now| !now.blackhole).await.ok()?;
        TcpStream::connect(&upstream).await.ok()
    };
    let mut server = tokio::select! {
        _ = &mut fate => return reset(&client),
        server = reached => match server {
            Some(server) => server,
            None => return reset(&client),
        },
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let fate = {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        let up = pump(from_client, to_server, weather.clone());
        let down = pump(from_server, to_client, weather.clone());
        tokio::select! {
            fate = &mut fate => fate,
            // Either side's end of speech is passed on; an error of either ends the connection.
            ended = async { tokio::try_join!(up, down) } => match ended {
                Ok(_) => Fate::Closed,
                Err(_) => Fate::Cut,
            },
        }
    };
    match fate {
        Fate::Closed => {}
        Fate::Cut => {
            reset(&client);
            reset(&server);
        }
        Fate::Halved => {
            reset(&server);
            drop(server);
            let mut nowhere = tokio::io::sink();
            let swallow = tokio::io::copy(&mut client, &mut nowhere);
            let cut = weather.wait_for(|now| now.cuts != begun.cuts);
            tokio::select! { _ = swallow => {}, _ = cut => {} }
            reset(&client);
        }
    }
}

/// Makes the coming drop of this stream a reset instead of a polite end.
fn reset(stream: &TcpStream) {
    // A stream that refuses the option is gone already, which is what was wanted.
    let _ = stream.set_zero_linger();
}

async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut weather: watch::Receiver<Weather>,
) -> io::Result<()> {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = from.read(&mut piece).await?;
        let delay = match weather.wait_for(|now| !now.blackhole).await {
            Ok(now) => now.delay,
            Err(_) => return Ok(()),
        };
        if length == 0 {
            return to.shutdown().await;
        }
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        to.write_all(&piece[..length]).await?;
    }
}
