//! What every stand-in does with a call, whatever its vendor.

use std::time::Duration;

use serde_json::Value;

use super::{
    Asked, Kind, Reply, State, Trouble, elevenlabs, fal, heygen, lock, openai, pexels, unsplash,
    veo, wikipedia,
};

/// Stands in the address of every file, as the signatures of real ones do: whoever has it has the
/// file. It may come out nowhere.
pub const TICKET: &str = "canary-ticket-5e1d";

impl State {
    /// What the next call meets.
    pub(crate) fn next_trouble(&self, asked: &Asked) -> Option<Trouble> {
        lock(&self.asked).push(asked.clone());
        let mut trouble = lock(&self.trouble);
        let at = trouble.iter().position(|(_, times, part)| *times > 0 && asked.meets(part))?;
        trouble[at].1 -= 1;
        Some(trouble[at].0)
    }

    pub(crate) fn sell(&self) {
        *lock(&self.sold) += 1;
    }

    /// A picture made beforehand.
    pub(crate) fn in_stock(&self) -> Option<Vec<u8>> {
        lock(&self.stock).pop()
    }

    /// How long the answer takes.
    pub(crate) fn latency(&self, asked: &Asked) -> Duration {
        let latency = *lock(&self.latency);
        let slow = latency.filter(|(part, _)| asked.path.contains(part));
        slow.map_or(Duration::ZERO, |(_, latency)| latency)
    }

    /// The address of a file, good for whoever has it.
    pub(crate) fn file(&self, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("http://{}/{path}{joint}X-Signature={TICKET}", self.address)
    }

    /// Why a file is not given out; `None` when its whole address was asked for, and no key sent.
    pub(crate) fn no_file(&self, asked: &Asked) -> Option<Reply> {
        if !asked.key().is_empty() || asked.carries(&self.kind.key()) {
            return Some(self.complain(asked, "a key was sent where only files are"));
        }
        (asked.param("X-Signature") != Some(TICKET))
            .then(|| self.complain(asked, "the address is not the one that was given"))
    }

    /// The call breaks the vendor's rules.
    pub(crate) fn complain(&self, asked: &Asked, why: &str) -> Reply {
        lock(&self.complaints).push(format!("{} {}: {why}", asked.method, asked.path));
        self.invalid(why, asked)
    }

    /// The answer of a vendor that is well.
    pub(crate) fn answer(&self, asked: &Asked) -> Reply {
        let kind = asked.header("content-type").unwrap_or_default();
        let is_form = kind.starts_with("multipart/form-data; boundary=");
        if !asked.body.is_empty() && !is_form && kind != "application/json" {
            return self.complain(asked, "a body whose kind is not said");
        }
        if let Some(kept) = self.kept(asked) {
            return kept;
        }
        let reply = match self.kind {
            Kind::OpenRouter | Kind::OpenAi => openai::answer(self, asked),
            Kind::ElevenLabs => elevenlabs::answer(self, asked),
            Kind::Unsplash => unsplash::answer(self, asked),
            Kind::Fal => fal::answer(self, asked),
            Kind::Pexels => pexels::answer(self, asked),
            Kind::HeyGen => heygen::answer(self, asked),
            Kind::Veo => veo::answer(self, asked),
            Kind::Wikipedia => wikipedia::answer(self, asked),
        };
        self.sent_on(asked, reply)
    }

    /// The reply to a call without the right key; `None` when it has it.
    pub(crate) fn stranger(&self, asked: &Asked, header: &str, prefix: &str) -> Option<Reply> {
        let wanted = format!("{prefix}{}", self.kind.key());
        (asked.header(header) != Some(wanted.as_str()))
            .then(|| self.refusal(401, "invalid_api_key", asked))
    }
}

/// Puts more fields into an object.
pub(crate) fn with(object: &mut Value, more: &Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
}

/// Fields of an object that nobody knows there.
pub(crate) fn unknown_fields(body: &Value, known: &[&str]) -> Vec<String> {
    let fields = body.as_object().into_iter().flat_map(|map| map.keys());
    fields.filter(|name| !known.contains(&name.as_str())).cloned().collect()
}
