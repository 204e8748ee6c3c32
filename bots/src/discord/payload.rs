//! What is sent: messages and answers. No payload can be made without an empty `allowed_mentions`,
//! so that nothing that a person, a model or a provider wrote pings anybody.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use serenity::builder::{CreateActionRow, CreateEmbed};

use crate::chat::Picture;

/// Only the person who asked sees it.
pub(super) const EPHEMERAL: u64 = 1 << 6;

/// A file that goes with a payload.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    /// With extension; letters, digits, `.`, `_` and `-` only.
    pub(super) name: String,
    /// Cheap to clone.
    pub(super) data: Bytes,
}

impl Upload {
    /// A file under a name that Discord keeps as it is (it replaces other characters).
    pub(super) fn new(name: &str, data: Bytes) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let mut name: String = name.chars().map(plain).collect();
        // The extension decides how it is shown: it stays.
        if name.trim_matches(['-', '.']).len() < 5 || name.len() > 100 {
            let extension = name.rsplit('.').next().filter(|end| end.len() <= 4).unwrap_or("bin");
            name = format!("video.{extension}");
        }
        Self { name, data }
    }

    /// A picture as a file.
    pub(super) fn of(picture: &Picture) -> Self {
        Self::new(&picture.name, picture.data.clone())
    }

    /// The MIME type of its extension.
    pub(super) fn mime(&self) -> &'static str {
        match self.name.rsplit('.').next() {
            Some("mp4") => "video/mp4",
            Some("png") => "image/png",
            Some("jpg" | "jpeg") => "image/jpeg",
            Some("webp") => "image/webp",
            Some("srt" | "vtt" | "txt") => "text/plain",
            _ => "application/octet-stream",
        }
    }
}

/// Pings nobody, the author of the message that is replied to included.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Nobody {
    parse: [&'static str; 0],
    replied_user: bool,
}

/// A message, new or changed.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Payload {
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    embeds: Vec<CreateEmbed>,
    components: Vec<CreateActionRow>,
    allowed_mentions: Nobody,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enforce_nonce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_reference: Option<Value>,
}

impl Payload {
    /// One embed with rows of buttons.
    pub(super) fn new(embed: CreateEmbed, components: Vec<CreateActionRow>) -> Self {
        // An empty content replaces what an earlier version of the message said.
        Self { content: Some(String::new()), embeds: vec![embed], components, ..Self::default() }
    }

    /// A line without an embed.
    pub(super) fn words(content: String) -> Self {
        Self { content: Some(content), ..Self::default() }
    }

    /// With these files and no others.
    pub(super) fn with_files(mut self, files: &[Upload]) -> Self {
        let listed =
            files.iter().enumerate().map(|(id, file)| json!({"id": id, "filename": file.name}));
        self.attachments = Some(listed.collect());
        self
    }

    /// Seen only by the person who asked.
    pub(super) fn private(mut self) -> Self {
        self.flags = Some(EPHEMERAL);
        self
    }

    /// Shown once, however often it is sent within some minutes: at most 25 characters.
    pub(super) fn once(mut self, nonce: &str) -> Self {
        self.nonce = Some(nonce.to_owned());
        self.enforce_nonce = Some(true);
        self
    }

    /// Below another message, where that still exists.
    pub(super) fn replying_to(mut self, message: u64) -> Self {
        let message = message.to_string();
        self.message_reference = Some(json!({"message_id": message, "fail_if_not_exists": false}));
        self
    }
}

/// “Is thinking…”; the answer follows.
pub(super) fn thinking(private: bool) -> Value {
    if private { json!({"type": 5, "data": {"flags": EPHEMERAL}}) } else { json!({"type": 5}) }
}

/// The button's message will be edited.
pub(super) fn will_edit() -> Value {
    json!({"type": 6})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payload_says_that_it_pings_nobody() {
        for payload in
            [Payload::words("@everyone".into()), Payload::new(CreateEmbed::new(), vec![])]
        {
            let json = serde_json::to_value(payload).unwrap();
            assert_eq!(json["allowed_mentions"], json!({"parse": [], "replied_user": false}));
        }
    }

    #[test]
    fn names_of_files_stay_what_they_are() {
        let name = |name: &str| Upload::new(name, Bytes::new()).name;
        assert_eq!(name("why-octopuses.mp4"), "why-octopuses.mp4");
        assert_eq!(name("чай.mp4"), "video.mp4");
        assert_eq!(name("a b.srt"), "a-b.srt");
    }
}
