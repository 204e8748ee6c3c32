//! The fault proxy does to connections what networks do.

use std::time::Duration;

use anyhow::{Context, Result};
use cutline_tests::{
    fault_proxy::FaultProxy,
    tasks::{eventually, spawn},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// Long enough for anything that would arrive on this machine to have arrived.
const SILENCE: Duration = Duration::from_millis(200);

/// A server that sends back what it gets and reports how each connection ended.
async fn echo() -> Result<(String, mpsc::UnboundedReceiver<std::io::Result<()>>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ended, ends) = mpsc::unbounded_channel();
    drop(spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let ended = ended.clone();
            drop(spawn(async move {
                let (mut from, mut to) = stream.split();
                let outcome = tokio::io::copy(&mut from, &mut to).await.map(drop);
                ended.send(outcome)
            }));
        }
    }));
    Ok((address, ends))
}

async fn say(stream: &mut TcpStream, words: &[u8; 5]) -> std::io::Result<[u8; 5]> {
    stream.write_all(words).await?;
    let mut heard = [0; 5];
    stream.read_exact(&mut heard).await?;
    Ok(heard)
}

#[tokio::test]
async fn a_cut_is_noticed_by_both_sides_and_the_next_connection_is_carried() -> Result<()> {
    let (upstream, mut ends) = echo().await?;
    let proxy = FaultProxy::start(&upstream).await?;
    let mut client = TcpStream::connect(proxy.address()).await?;
    assert_eq!(&say(&mut client, b"hello").await?, b"hello");
    proxy.cut();
    assert!(client.read_u8().await.is_err());
    assert!(ends.recv().await.context("the server's side")?.is_err());
    eventually("nothing is carried", async || Ok((proxy.connections() == 0).then_some(()))).await?;
    let mut client = TcpStream::connect(proxy.address()).await?;
    assert_eq!(&say(&mut client, b"again").await?, b"again");
    Ok(())
}

#[tokio::test]
async fn a_black_hole_tells_nobody_and_gives_back_what_it_swallowed() -> Result<()> {
    let (upstream, _ends) = echo().await?;
    let proxy = FaultProxy::start(&upstream).await?;
    let mut client = TcpStream::connect(proxy.address()).await?;
    assert_eq!(&say(&mut client, b"hello").await?, b"hello");
    proxy.blackhole();
    client.write_all(b"there").await?;
    assert!(tokio::time::timeout(SILENCE, client.read_u8()).await.is_err());
    let mut late = TcpStream::connect(proxy.address()).await?;
    assert!(tokio::time::timeout(SILENCE, say(&mut late, b"newer")).await.is_err());
    proxy.restore();
    let mut heard = [0; 5];
    client.read_exact(&mut heard).await?;
    assert_eq!(&heard, b"there");
    Ok(())
}

#[tokio::test]
async fn a_half_open_connection_looks_alive_to_the_client_alone() -> Result<()> {
    let (upstream, mut ends) = echo().await?;
    let proxy = FaultProxy::start(&upstream).await?;
    let mut client = TcpStream::connect(proxy.address()).await?;
    assert_eq!(&say(&mut client, b"hello").await?, b"hello");
    proxy.half_open();
    assert!(ends.recv().await.context("the server's side")?.is_err());
    assert!(tokio::time::timeout(SILENCE, say(&mut client, b"alive")).await.is_err());
    let mut other = TcpStream::connect(proxy.address()).await?;
    assert_eq!(&say(&mut other, b"other").await?, b"other");
    proxy.cut();
    assert!(client.read_u8().await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_refusing_server_resets_and_a_slow_one_is_slow() -> Result<()> {
    let (upstream, _ends) = echo().await?;
    let proxy = FaultProxy::start(&upstream).await?;
    proxy.refuse();
    let refused = async { say(&mut TcpStream::connect(proxy.address()).await?, b"hello").await };
    assert!(refused.await.is_err());
    proxy.restore();
    proxy.delay(Duration::from_millis(60));
    let mut client = TcpStream::connect(proxy.address()).await?;
    let before = std::time::Instant::now();
    assert_eq!(&say(&mut client, b"hello").await?, b"hello");
    assert!(before.elapsed() >= Duration::from_millis(120), "there and back");
    Ok(())
}
