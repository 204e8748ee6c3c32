//! The one way to vendors: pooled connections, time limits, a vendor's own concurrency and rate,
//! retries with backoff, a circuit breaker, one classifier. Knows no vendor's paths or words.
//!
//! Nothing that a vendor wrote leaves this module but its status, its error *code* and its request
//! id, each only when it looks like one: a vendor's prose may quote the prompt or the key.

mod ask;
pub mod backoff;
mod body;
pub mod breaker;
pub mod error;
pub mod gate;
mod request;
mod send;

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use cutline_core::objects::Secret;
use reqwest::{
    Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;

pub use ask::{Accept, Ask, Effect, Events};
pub use error::{CallError, Fault};
use gate::Gate;

/// Connections to all vendors. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wire {
    client: reqwest::Client,
    /// One try takes no longer, whatever the vendor's own limit.
    answer_max: Option<Duration>,
}

/// TLS cannot be had on this machine (no root certificates).
#[derive(Debug, thiserror::Error)]
#[error("connections to vendors cannot be opened on this machine: {0}")]
pub struct NoWire(#[from] reqwest::Error);

/// Idle connections kept a host.
const IDLE_MAX: usize = 8;
/// A connection must stand by then.
const CONNECT_MAX: Duration = Duration::from_secs(10);

impl Wire {
    /// Opens the pools. No redirect is followed with a key; downloads follow them by hand, each
    /// step checked against the vendor's hosts.
    ///
    /// `answer_max` shortens every vendor's patience; `contact` tells vendors whom to write to
    /// (Wikimedia's user-agent policy asks for it).
    ///
    /// # Errors
    /// [`NoWire`].
    pub fn open(contact: Option<&str>, answer_max: Option<Duration>) -> Result<Self, NoWire> {
        let plain = |c: char| c.is_ascii_graphic() && !"()\"\\".contains(c);
        let contact: String = contact.unwrap_or_default().chars().filter(|c| plain(*c)).collect();
        let contact = if contact.is_empty() { "no contact given".to_owned() } else { contact };
        let agent = format!("Cutline/{} ({contact}) reqwest/0.13", env!("CARGO_PKG_VERSION"));
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .connect_timeout(CONNECT_MAX)
            .pool_max_idle_per_host(IDLE_MAX)
            .pool_idle_timeout(Duration::from_secs(60))
            .tcp_keepalive(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .build()?;
        Ok(Self { client, answer_max })
    }
}

/// How a vendor is treated. Every number is the vendor's published limit or below it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Calls under way at once.
    pub at_once: usize,
    /// Calls a minute; `None` where only concurrency is limited.
    pub per_minute: Option<u32>,
    /// One try must have answered completely by then.
    pub answer_max: Duration,
    /// A call with all its tries and waits.
    pub patience: Duration,
    /// Tries in all.
    pub tries_max: u32,
    /// First wait between tries; doubles.
    pub backoff_min: Duration,
    /// Longest answer taken, in bytes.
    pub body_bytes_max: usize,
}

/// Where a vendor's key goes.
#[derive(Clone)]
pub struct Auth {
    header: HeaderName,
    value: HeaderValue,
    secret: Secret,
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Auth({}: …)", self.header)
    }
}

impl Auth {
    /// `header: {prefix}{key}`; `None` when the key has characters that no header can carry.
    #[must_use]
    pub fn new(header: &'static str, prefix: &str, key: &Secret) -> Option<Self> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", key.expose())).ok()?;
        // Keeps it out of the HTTP libraries' own logs.
        value.set_sensitive(true);
        Some(Self { header: HeaderName::from_static(header), value, secret: key.clone() })
    }
}

/// Reads a vendor's refusal: status, headers, JSON body (null where it was none) → what it means.
/// `None` leaves it to the status.
pub type Judge = fn(u16, &HeaderMap, &Value) -> Option<Fault>;

/// One vendor's service at one address.
pub struct Vendor {
    name: &'static str,
    base: Url,
    auth: Option<Auth>,
    headers: Vec<(&'static str, &'static str)>,
    hosts: &'static [&'static str],
    limits: Limits,
    judge: Judge,
    gate: Gate,
    wire: Wire,
}

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        f.debug_struct("Vendor").field("name", &self.name).field("limits", &self.limits).finish()
    }
}

/// What a [`Vendor`] is made of.
pub struct VendorSpec {
    /// For logs, metrics and credits.
    pub name: &'static str,
    /// Its address; paths are appended.
    pub base: Url,
    /// Its key.
    pub auth: Option<Auth>,
    /// Sent with every call.
    pub headers: Vec<(&'static str, &'static str)>,
    /// Hosts (and those below them) that files may be fetched from besides the base's own.
    pub hosts: &'static [&'static str],
    /// How it is treated.
    pub limits: Limits,
    /// Reads its refusals.
    pub judge: Judge,
}

/// A vendor's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The body.
    pub bytes: Bytes,
    /// Its headers.
    pub headers: HeaderMap,
    /// The vendor's own id of the call.
    pub request_id: Option<String>,
    /// Tries it took.
    pub tries: u32,
}

impl Vendor {
    /// A vendor as described.
    #[must_use]
    pub fn new(wire: &Wire, spec: VendorSpec) -> Arc<Self> {
        let gate = Gate::new(spec.name, &spec.limits);
        Arc::new(Self {
            name: spec.name,
            base: spec.base,
            auth: spec.auth,
            headers: spec.headers,
            hosts: spec.hosts,
            limits: spec.limits,
            judge: spec.judge,
            gate,
            wire: wire.clone(),
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its host, for people; never the whole address.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or("?")
    }

    /// An error of this vendor that no answer of it caused.
    #[must_use]
    pub fn fault(&self, fault: Fault) -> CallError {
        CallError::new(self.name, fault)
    }

    /// The base address with a path appended; the base may have a path of its own.
    fn url(&self, path: &str) -> Option<Url> {
        let base = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}/{}", path.trim_start_matches('/'))).ok()
    }

    /// Whether a file may be fetched from an address that the vendor gave: its own hosts over
    /// https, or the very machine that is its base, spoken to as the base is (a stand-in, a service
    /// of one's own with its store beside it, behind another port).
    fn may_fetch(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let below = |known: &str| {
            host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'))
        };
        let same = url.scheme() == self.base.scheme() && url.host() == self.base.host();
        same || (url.scheme() == "https" && self.hosts.iter().any(|known| below(known)))
    }

    /// The path and query of an address of the vendor's own API, for a call with the key; `None`
    /// when it leads anywhere else.
    #[must_use]
    pub fn own_path(&self, address: &str) -> Option<String> {
        let url = Url::parse(address).ok()?;
        let base = self.base.path().trim_end_matches('/');
        let path = url.path().strip_prefix(base)?;
        let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
        (url.origin() == self.base.origin()).then(|| format!("{path}{query}"))
    }
}

impl Answer {
    /// The body as JSON of a known shape.
    ///
    /// # Errors
    /// [`Fault::Foreign`] of this vendor when it is of another.
    pub fn json<T: serde::de::DeserializeOwned>(&self, vendor: &Vendor) -> Result<T, CallError> {
        serde_json::from_slice(&self.bytes).map_err(|_| {
            vendor.fault(Fault::Foreign).with_request_id(self.request_id.clone()).unknown()
        })
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
