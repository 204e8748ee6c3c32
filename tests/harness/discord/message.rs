//! A message, as people see it and as tests read it.

use std::time::Instant;

use serde_json::Value;

use super::state::Id;

/// A message, as people see it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id.
    pub id: Id,
    /// Where it stands.
    pub channel: Id,
    /// Who wrote it.
    pub author: Id,
    /// The text above the embeds.
    pub content: String,
    /// As sent, validated.
    pub embeds: Vec<Value>,
    /// As sent, validated.
    pub components: Vec<Value>,
    /// What is attached: the attachment objects.
    pub attachments: Vec<Value>,
    /// 64: only one person sees it; 128: “is thinking…”.
    pub flags: u64,
    /// The nonce it was sent with.
    pub nonce: Option<Value>,
    /// The message it replies to.
    pub reply_to: Option<Id>,
    /// How often it was edited.
    pub edits: usize,
    /// When it last changed.
    pub changed: Instant,
    /// Removed by somebody.
    pub deleted: bool,
    /// The interaction it answers, with its user.
    pub interaction: Option<(Id, Id)>,
}

impl Message {
    /// Only one person sees it.
    #[must_use]
    pub const fn is_ephemeral(&self) -> bool {
        self.flags & 64 != 0
    }

    /// “Cutline is thinking…”.
    #[must_use]
    pub const fn is_loading(&self) -> bool {
        self.flags & 128 != 0
    }

    /// Everything there is to read, embeds included, a line an item.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = vec![self.content.clone()];
        for embed in &self.embeds {
            for part in [&embed["title"], &embed["description"], &embed["footer"]["text"]] {
                lines.extend(part.as_str().map(str::to_owned));
            }
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// Labels of the buttons with what they carry: a custom id, or an address.
    #[must_use]
    pub fn buttons(&self) -> Vec<(String, String)> {
        let rows = self.components.iter().filter_map(|row| row["components"].as_array());
        let word = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
        rows.flatten()
            .filter_map(|button| {
                let carries = word(button, "custom_id").or_else(|| word(button, "url"))?;
                Some((word(button, "label").unwrap_or_default(), carries))
            })
            .collect()
    }

    /// Names and sizes of the attached files.
    #[must_use]
    pub fn files(&self) -> Vec<(String, u64)> {
        let file = |file: &Value| {
            let name = file["filename"].as_str().unwrap_or_default().to_owned();
            (name, file["size"].as_u64().unwrap_or(0))
        };
        self.attachments.iter().map(file).collect()
    }
}
