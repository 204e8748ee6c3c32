//! HTTP/1.1 of our own making, so that an answer can break off anywhere: one call a connection.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{State, Trouble, lock};

/// Longest request taken: longer than any vendor takes, so that it is the vendor who says no.
const BYTES_MAX: usize = 48 << 20;

/// A call as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// GET, POST, PUT.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Decoded, in order.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// Whether its method and path hold a part ("POST /v3/videos"), or end with it ("/status$").
    #[must_use]
    pub fn meets(&self, part: &str) -> bool {
        let call = format!("{} {}", self.method, self.path);
        match part.strip_suffix('$') {
            Some(end) => call.ends_with(end),
            None => call.contains(part),
        }
    }

    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether these words stand anywhere in it.
    #[must_use]
    pub fn carries(&self, words: &str) -> bool {
        let named = self.query.iter().chain(&self.headers);
        self.path.contains(words)
            || named.into_iter().any(|(_, value)| value.contains(words))
            || self.text().contains(words)
    }

    /// Whatever stands where a key stands.
    #[must_use]
    pub fn key(&self) -> String {
        let names = ["authorization", "xi-api-key", "x-api-key", "x-goog-api-key"];
        let found = names.iter().find_map(|name| self.header(name));
        found.unwrap_or_default().to_owned()
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// It comes in pieces, and its length is not said beforehand.
    streamed: bool,
}

impl Reply {
    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::bytes(status, "application/json", body.to_string().into_bytes())
    }

    /// Bytes of a type.
    #[must_use]
    pub fn bytes(status: u16, kind: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type".into(), kind.into())];
        Self { status, headers, body, streamed: false }
    }

    /// Server-sent events with this data.
    #[must_use]
    pub fn events(data: &[String]) -> Self {
        let body: String = data.iter().map(|data| format!("data: {data}\n\n")).collect();
        let body = [": THINKING\n\n", &body].concat().into_bytes();
        Self { streamed: true, ..Self::bytes(200, "text/event-stream; charset=utf-8", body) }
    }

    /// Whether it is what was asked for.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == 200
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// Counts a call for as long as it lives.
struct UnderWay(Arc<State>);

impl UnderWay {
    fn new(state: Arc<State>) -> Self {
        let mut count = lock(&state.under_way);
        count.0 += 1;
        count.1 = count.1.max(count.0);
        drop(count);
        Self(state)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        lock(&self.0.under_way).0 -= 1;
    }
}

/// Answers one connection.
pub(super) async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let Ok(asked) = read(&mut stream).await else { return };
    let under_way = UnderWay::new(state.clone());
    let trouble = state.next_trouble(&asked);
    tokio::time::sleep(state.latency(&asked)).await;
    if let Some(others) = state.gathering(&asked) {
        others.wait().await;
    }
    let reply = match trouble {
        Some(Trouble::Hung) => {
            // Until the other side has had enough.
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
            return;
        }
        Some(Trouble::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            state.answer(&asked)
        }
        Some(Trouble::WrongType) => {
            let page = b"<!doctype html><title>Sign in to the network</title>".to_vec();
            Reply::bytes(200, "text/html; charset=utf-8", page)
        }
        Some(trouble) if trouble.cuts() => state.answer(&asked),
        None => state.answer(&asked),
        Some(other) => state.troubled(other, &asked).unwrap_or_else(|| state.answer(&asked)),
    };
    // Who hears the answer may call again at once.
    drop(under_way);
    // A client that went away is its own business.
    let _ = write(&mut stream, &reply, trouble).await;
}

async fn read(stream: &mut TcpStream) -> Result<Asked> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let count = stream.read(&mut chunk).await?;
        anyhow::ensure!(count > 0 && bytes.len() < BYTES_MAX, "a whole head");
        bytes.extend_from_slice(&chunk[..count]);
    };
    let text = std::str::from_utf8(&bytes[..head])?.to_owned();
    let mut lines = text.split("\r\n");
    let mut first = lines.next().context("a request line")?.split(' ');
    let method = first.next().context("a method")?.to_owned();
    let target = first.next().context("a target")?;
    let url = url::Url::parse(&format!("http://stand.in{target}"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(Ok(0), |(_, value)| value.parse())?;
    anyhow::ensure!(length < BYTES_MAX, "a body that is not too long");
    let mut body = bytes.split_off(head + 4);
    while body.len() < length {
        let count = stream.read(&mut chunk).await?;
        anyhow::ensure!(count > 0, "a whole body");
        body.extend_from_slice(&chunk[..count]);
    }
    let query = url.query_pairs().map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
    Ok(Asked { method, path: url.path().to_owned(), query, headers, body })
}

async fn write(stream: &mut TcpStream, reply: &Reply, trouble: Option<Trouble>) -> Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&match reply.streamed {
        true => "transfer-encoding: chunked\r\n\r\n".to_owned(),
        false => format!("content-length: {}\r\n\r\n", reply.body.len()),
    });
    stream.write_all(head.as_bytes()).await?;
    let until = match trouble {
        Some(Trouble::HeadOnly) => 0,
        Some(trouble) if trouble.cuts() => reply.body.len() / 2,
        _ => reply.body.len(),
    };
    if reply.streamed {
        pieces(stream, &reply.body[..until], trouble).await?;
    } else {
        stream.write_all(&reply.body[..until]).await?;
    }
    stream.flush().await?;
    let mut rest = [0; 64];
    if trouble.is_some_and(Trouble::keeps_open) {
        while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    }
    stream.shutdown().await?;
    // Whatever is still on its way is taken, so that the answer is not thrown away with the
    // connection.
    let drained = async { while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {} };
    let _ = tokio::time::timeout(Duration::from_secs(5), drained).await;
    Ok(())
}

/// Events in chunks that begin and end anywhere (RFC 9112, 7.1). A stream that is unfinished still
/// ends as a stream does, at the end of an event.
async fn pieces(stream: &mut TcpStream, body: &[u8], trouble: Option<Trouble>) -> Result<()> {
    let unfinished = trouble == Some(Trouble::Unfinished);
    let whole = body.windows(2).rposition(|two| two == b"\n\n").map_or(0, |at| at + 2);
    let body = if unfinished { &body[..whole] } else { body };
    for piece in body.chunks(97) {
        let size = format!("{:x}\r\n", piece.len());
        stream.write_all(&[size.as_bytes(), piece, b"\r\n"].concat()).await?;
    }
    if trouble.is_none_or(|trouble| !trouble.cuts() || trouble == Trouble::Unfinished) {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    Ok(())
}
