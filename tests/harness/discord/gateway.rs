//! The gateway's WebSocket: hello, identify, heartbeats, dispatches with sequence numbers, resume
//! and replay, and every way it can be lost (docs: "Gateway", "Gateway Events").

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use cutline_bots::tasks::Group;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    Shared, TOKEN, shapes,
    state::{Id, State},
};

/// A payload that a client sends is at most this long.
const PAYLOAD_BYTES_MAX: usize = 4096;
/// Sends of a client within a minute.
const SENDS_MAX: usize = 120;
/// Intents that an application must be granted first.
const INTENTS_PRIVILEGED: u64 = (1 << 1) | (1 << 8) | (1 << 15);
/// Bits that stand for an intent.
const INTENTS_KNOWN: u64 = (1 << 26) - 1;

/// Close codes (docs: "Opcodes and Status Codes").
mod close {
    pub(super) const UNKNOWN_OPCODE: u16 = 4001;
    pub(super) const DECODE_ERROR: u16 = 4002;
    pub(super) const NOT_AUTHENTICATED: u16 = 4003;
    pub(super) const AUTHENTICATION_FAILED: u16 = 4004;
    pub(super) const ALREADY_AUTHENTICATED: u16 = 4005;
    pub(super) const RATE_LIMITED: u16 = 4008;
    pub(super) const SESSION_TIMED_OUT: u16 = 4009;
    pub(super) const INVALID_SHARD: u16 = 4010;
    pub(super) const INVALID_VERSION: u16 = 4012;
    pub(super) const INVALID_INTENTS: u16 = 4013;
    pub(super) const DISALLOWED_INTENTS: u16 = 4014;
}

/// What is to be done with a connection.
#[derive(Debug)]
pub(super) enum Out {
    Text(String),
    Close(u16),
    /// Without a close frame, as when a line is cut.
    Cut,
}

/// A session: it outlives its connection, so that it can be resumed.
#[derive(Debug)]
pub(crate) struct Session {
    shard: (u64, u64),
    sequence: u64,
    sent: Vec<(u64, String)>,
    pub(super) connection: Option<UnboundedSender<Out>>,
    pub(super) resumes: usize,
}

impl Session {
    fn dispatch(&mut self, name: &str, data: &Value) {
        self.sequence += 1;
        let text = json!({"op": 0, "s": self.sequence, "t": name, "d": data}).to_string();
        self.sent.push((self.sequence, text.clone()));
        if let Some(connection) = &self.connection {
            let _ = connection.send(Out::Text(text));
        }
    }
}

/// Hands an event to the sessions of the shard it belongs to; how many there are. One whose
/// connection is lost gets it when it resumes.
pub(super) fn dispatch(state: &mut State, guild: Option<Id>, name: &str, data: &Value) -> usize {
    let mut reached = 0;
    for session in state.sessions.values_mut() {
        let (shard, shards) = session.shard;
        // docs: "Sharding": shard_id = (guild_id >> 22) % num_shards; direct messages go to shard
        // 0.
        if guild.map_or(0, |guild| (guild >> 22) % shards) == shard {
            session.dispatch(name, data);
            reached += 1;
        }
    }
    reached
}

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = Group::default();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                connections.start(connection(stream, Arc::clone(&shared)));
            }
            Some(_) = connections.next() => {}
        }
    }
}

type Socket = WebSocketStream<TcpStream>;

#[expect(clippy::result_large_err, reason = "the handshake's callback has this shape")]
async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let mut query = String::new();
    let look = |request: &Request, response: Response| {
        request.uri().query().unwrap_or_default().clone_into(&mut query);
        Ok(response)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, look).await else { return };
    let version = query.split('&').any(|pair| pair == "v=10");
    if !version || query.contains("encoding=etf") {
        return end(&mut socket, close::INVALID_VERSION).await;
    }
    let (sender, receiver) = unbounded_channel();
    let mut talk = Talk {
        shared: Arc::clone(&shared),
        sender,
        session: None,
        sends: Vec::new(),
        heard: Instant::now(),
    };
    talk.hold(&mut socket, receiver).await;
    if let Some(id) = talk.session
        && let Some(session) = shared.state().sessions.get_mut(&id)
        && session.connection.as_ref().is_some_and(|now| now.same_channel(&talk.sender))
    {
        session.connection = None;
    }
}

async fn end(socket: &mut Socket, code: u16) {
    let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
    // Whoever is gone needs no farewell.
    let _ = socket.close(Some(frame)).await;
}

/// One connection.
struct Talk {
    shared: Arc<Shared>,
    sender: UnboundedSender<Out>,
    session: Option<String>,
    sends: Vec<Instant>,
    heard: Instant,
}

impl Talk {
    async fn hold(&mut self, socket: &mut Socket, mut orders: UnboundedReceiver<Out>) {
        let beat = Duration::from_millis(self.shared.state().heartbeat_ms);
        let hello = json!({"op": 10, "d": {"heartbeat_interval": beat.as_millis()}, "s": null});
        if socket.send(Message::Text(hello.to_string())).await.is_err() {
            return;
        }
        loop {
            // Half as long again is the tolerance.
            let deadline = self.heard + beat + beat / 2;
            tokio::select! {
                order = orders.recv() => match order {
                    Some(Out::Text(text)) => {
                        if socket.send(Message::Text(text)).await.is_err() {
                            return;
                        }
                    }
                    Some(Out::Close(code)) => return end(socket, code).await,
                    Some(Out::Cut) | None => return,
                },
                said = socket.next() => match said {
                    Some(Ok(Message::Text(text))) => {
                        if let Err(code) = self.hear(&text) {
                            return end(socket, code).await;
                        }
                    }
                    Some(Ok(Message::Binary(_))) => return end(socket, close::DECODE_ERROR).await,
                    Some(Ok(Message::Close(frame))) => return self.left(frame.as_ref()),
                    Some(Err(_)) | None => return,
                    Some(Ok(_)) => {}
                },
                () = tokio::time::sleep_until(deadline.into()) => {
                    self.shared.state().complain("no heartbeat came in time");
                    return end(socket, close::SESSION_TIMED_OUT).await;
                }
            }
        }
    }

    /// “When you close the connection with close code 1000 or 1001, your session will be
    /// invalidated”; whoever just goes away may come back.
    fn left(&mut self, frame: Option<&CloseFrame<'_>>) {
        let goodbye = frame.is_some_and(|frame| matches!(u16::from(frame.code), 1000 | 1001));
        if let Some(id) = self.session.take_if(|_| goodbye) {
            self.shared.state().sessions.remove(&id);
        }
    }

    fn hear(&mut self, text: &str) -> Result<(), u16> {
        if text.len() > PAYLOAD_BYTES_MAX {
            return Err(close::DECODE_ERROR);
        }
        self.sends.retain(|at| at.elapsed() < Duration::from_secs(60));
        self.sends.push(Instant::now());
        if self.sends.len() > SENDS_MAX {
            return Err(close::RATE_LIMITED);
        }
        let said: Value = serde_json::from_str(text).map_err(|_| close::DECODE_ERROR)?;
        match said["op"].as_u64() {
            Some(1) => {
                self.heard = Instant::now();
                let _ = self.sender.send(Out::Text(json!({"op": 11}).to_string()));
                Ok(())
            }
            Some(2) => self.identify(&said["d"]),
            Some(6) => self.resume(&said["d"]),
            Some(3) if self.session.is_some() => Ok(()),
            Some(3) => Err(close::NOT_AUTHENTICATED),
            _ => Err(close::UNKNOWN_OPCODE),
        }
    }

    fn identify(&mut self, wish: &Value) -> Result<(), u16> {
        if self.session.is_some() {
            return Err(close::ALREADY_AUTHENTICATED);
        }
        if !is_token(&wish["token"]) {
            return Err(close::AUTHENTICATION_FAILED);
        }
        let intents = wish["intents"].as_u64().ok_or(close::INVALID_INTENTS)?;
        if intents & !INTENTS_KNOWN != 0 || !wish["properties"].is_object() {
            return Err(close::INVALID_INTENTS);
        }
        if intents & INTENTS_PRIVILEGED != 0 {
            return Err(close::DISALLOWED_INTENTS);
        }
        let number = |at: usize, default| wish["shard"][at].as_u64().unwrap_or(default);
        let shard = (number(0, 0), number(1, 1));
        if shard.1 == 0 || shard.0 >= shard.1 {
            return Err(close::INVALID_SHARD);
        }
        let mut state = self.shared.state();
        state.identifies.push(intents);
        let id = format!("session-{}", state.id());
        let guilds: Vec<Value> = state
            .guilds
            .iter()
            .filter(|(_, guild)| guild.has_bot)
            .map(|(id, _)| json!({"id": id.to_string(), "unavailable": true}))
            .collect();
        let ready = json!({
            "v": 10,
            "user": shapes::bot_user(&state),
            "guilds": guilds,
            "session_id": id,
            "resume_gateway_url": self.shared.socket,
            "shard": [shard.0, shard.1],
            "application": {"id": state.application.to_string(), "flags": 0},
            "session_type": "normal",
            "user_settings": {},
            "relationships": [],
            "private_channels": [],
            "presences": [],
        });
        let mut session = Session {
            shard,
            sequence: 0,
            sent: Vec::new(),
            connection: Some(self.sender.clone()),
            resumes: 0,
        };
        session.dispatch("READY", &ready);
        state.sessions.insert(id.clone(), session);
        drop(state);
        self.session = Some(id);
        Ok(())
    }

    fn resume(&mut self, wish: &Value) -> Result<(), u16> {
        if !is_token(&wish["token"]) {
            return Err(close::AUTHENTICATION_FAILED);
        }
        let id = wish["session_id"].as_str().unwrap_or_default().to_owned();
        let sequence = wish["seq"].as_u64().unwrap_or_default();
        let mut state = self.shared.state();
        let Some(session) = state.sessions.get_mut(&id) else {
            let _ = self.sender.send(Out::Text(json!({"op": 9, "d": false}).to_string()));
            return Ok(());
        };
        session.resumes += 1;
        for (_, missed) in session.sent.iter().filter(|(at, _)| *at > sequence) {
            let _ = self.sender.send(Out::Text(missed.clone()));
        }
        session.connection = Some(self.sender.clone());
        session.dispatch("RESUMED", &json!({}));
        drop(state);
        self.session = Some(id);
        Ok(())
    }
}

fn is_token(given: &Value) -> bool {
    given.as_str().is_some_and(|given| given == TOKEN || given == format!("Bot {TOKEN}"))
}
