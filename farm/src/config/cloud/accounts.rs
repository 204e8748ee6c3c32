//! What is set for each vendor: address, key, model, price.

use std::fmt;

use cutline_core::objects::Secret;
use url::Url;

use crate::providers::WritingTask;

/// A vendor's address and key.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Where it answers.
    pub url: Url,
    /// The key; a server of one's own may need none.
    pub key: Option<Secret>,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.as_ref().map(|_| "…");
        f.debug_struct("Account").field("host", &self.url.host_str()).field("key", &key).finish()
    }
}

/// A price in millionths of a dollar for a million units each way: whole numbers throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// For a million units in.
    pub input_microusd: u64,
    /// For a million units out.
    pub output_microusd: u64,
}

impl Price {
    /// What so many units cost, rounded up.
    #[must_use]
    pub fn of(&self, input: u64, output: u64) -> u64 {
        let whole = u128::from(self.input_microusd) * u128::from(input)
            + u128::from(self.output_microusd) * u128::from(output);
        u64::try_from(whole.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

/// A language model, and how far it may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The vendor's name of it.
    pub name: String,
    /// A million tokens in and out.
    pub price: Price,
    /// Most tokens of one answer, whatever is asked; what it thinks before it writes is among them.
    pub tokens_max: usize,
}

/// A writer of text: which model does what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// For scripts.
    pub script: Model,
    /// For saying in milder words what a vendor of films refused.
    pub reword: Model,
}

impl Writer {
    /// The model for a task.
    #[must_use]
    pub fn of(&self, task: WritingTask) -> &Model {
        match task {
            WritingTask::Script => &self.script,
            WritingTask::Reword => &self.reword,
        }
    }
}

/// A voice of ElevenLabs to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElevenVoice {
    /// Its id.
    pub id: String,
    /// "female" or "male".
    pub gender: String,
    /// Tones it suits.
    pub tones: Vec<String>,
}

/// OpenAI's parts; `None` is switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAi {
    /// Where.
    pub account: Account,
    /// Words.
    pub writer: Option<Writer>,
    /// Speech: model and dollars a minute, in millionths.
    pub speech: Option<(String, u64)>,
    /// Pictures: model, quality, price of a million tokens.
    pub images: Option<(String, String, Price)>,
    /// Moderation.
    pub moderation: Option<String>,
}

/// ElevenLabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElevenLabs {
    /// Where.
    pub account: Account,
    /// Model.
    pub model: String,
    /// A thousand characters, in millionths of a dollar.
    pub thousand_microusd: u64,
    /// Voices of one's own instead of the premade ones.
    pub voices: Vec<ElevenVoice>,
    /// Calls under way at once, as the account's plan allows.
    pub at_once: usize,
}

/// fal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fal {
    /// Where.
    pub account: Account,
    /// Model path.
    pub model: String,
    /// A megapixel, in millionths of a dollar.
    pub megapixel_microusd: u64,
}

/// HeyGen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeyGen {
    /// Where.
    pub account: Account,
    /// A second of video, in millionths of a dollar.
    pub second_microusd: u64,
    /// An avatar, in millionths of a dollar.
    pub avatar_microusd: u64,
}

/// VEO by the Gemini API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Veo {
    /// Where.
    pub account: Account,
    /// Model.
    pub model: String,
    /// A second of video, in millionths of a dollar.
    pub second_microusd: u64,
}
