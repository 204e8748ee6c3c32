//! An HTTP/1.1 client of our own making, so that answers are judged by something that shares no
//! code with what gives them: one request a connection, the body held to its length or its chunks.

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Names in lower case, and values, as sent.
    pub headers: Vec<(String, String)>,
    /// The body, chunks joined.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header that stands there once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(header, _)| header == name);
        let first = found.next().map(|(_, value)| value.as_str());
        if found.next().is_some() { None } else { first }
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks for `http://host:port/path?query` with more headers.
///
/// # Errors
/// When the connection fails or the answer is not HTTP/1.1 as it should be.
pub async fn ask(method: &str, url: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    send(method, url, headers, b"").await
}

/// The same with a body.
///
/// # Errors
/// As [`ask`].
pub async fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer> {
    let rest = url.strip_prefix("http://").context("an http address")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut head = format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    parse(&bytes, method == "HEAD")
}

/// GET.
///
/// # Errors
/// As [`ask`].
pub async fn get(url: &str) -> Result<Answer> {
    ask("GET", url, &[]).await
}

fn parse(bytes: &[u8], no_body: bool) -> Result<Answer> {
    let end =
        bytes.windows(4).position(|four| four == b"\r\n\r\n").context("an end of the head")?;
    let head = std::str::from_utf8(&bytes[..end])?;
    let mut lines = head.split("\r\n");
    let line = lines.next().context("a status line")?;
    let status = line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let status = status.with_context(|| format!("a status in “{line}”"))?.parse()?;
    let headers = lines
        .map(|line| {
            let (name, value) = line.split_once(':').with_context(|| format!("header {line}"))?;
            Ok((name.to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect::<Result<Vec<_>>>()?;
    let mut answer = Answer { status, headers, body: Vec::new() };
    let rest = &bytes[end + 4..];
    if no_body || status == 304 || status == 204 {
        if !rest.is_empty() {
            bail!("{} bytes of body where none belongs", rest.len());
        }
        return Ok(answer);
    }
    answer.body = if answer.header("transfer-encoding") == Some("chunked") {
        unchunk(rest)?
    } else {
        let length: usize = answer.header("content-length").context("a length")?.parse()?;
        if rest.len() != length {
            bail!("{} bytes of {length}", rest.len());
        }
        rest.to_vec()
    };
    Ok(answer)
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").context("a chunk's length")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end])?, 16)?;
        rest = &rest[end + 2..];
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(rest.get(..length).context("a whole chunk")?);
        rest = rest.get(length + 2..).context("the end of a chunk")?;
    }
}
