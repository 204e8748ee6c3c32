//! Settings of the cloud providers: keys, addresses, models, prices, spending limits. Without any
//! of them nothing here is used.

mod accounts;
mod read;

use std::time::Duration;

pub use accounts::{
    Account, ElevenLabs, ElevenVoice, Fal, HeyGen, Model, OpenAi, Price, Veo, Writer,
};

use self::read::{Reader, base, dollars, price, voices};
use crate::providers::purse::Limits;

/// The variables read here, as `.env.sample` must list them.
pub const VARIABLES: [&str; 43] = [
    "CUTLINE_OPENROUTER_KEY",
    "CUTLINE_OPENROUTER_URL",
    "CUTLINE_OPENROUTER_MODEL",
    "CUTLINE_OPENROUTER_PRICE",
    "CUTLINE_OPENAI_KEY",
    "CUTLINE_OPENAI_URL",
    "CUTLINE_OPENAI_MODEL",
    "CUTLINE_OPENAI_PRICE",
    "CUTLINE_OPENAI_SPEECH_MODEL",
    "CUTLINE_OPENAI_SPEECH_PRICE",
    "CUTLINE_OPENAI_IMAGE_MODEL",
    "CUTLINE_OPENAI_IMAGE_QUALITY",
    "CUTLINE_OPENAI_IMAGE_PRICE",
    "CUTLINE_OPENAI_MODERATION_MODEL",
    "CUTLINE_WRITER_TOKENS",
    "CUTLINE_ELEVENLABS_KEY",
    "CUTLINE_ELEVENLABS_URL",
    "CUTLINE_ELEVENLABS_MODEL",
    "CUTLINE_ELEVENLABS_PRICE",
    "CUTLINE_ELEVENLABS_VOICES",
    "CUTLINE_ELEVENLABS_AT_ONCE",
    "CUTLINE_UNSPLASH_KEY",
    "CUTLINE_UNSPLASH_URL",
    "CUTLINE_FAL_KEY",
    "CUTLINE_FAL_URL",
    "CUTLINE_FAL_MODEL",
    "CUTLINE_FAL_PRICE",
    "CUTLINE_PEXELS_KEY",
    "CUTLINE_PEXELS_URL",
    "CUTLINE_HEYGEN_KEY",
    "CUTLINE_HEYGEN_URL",
    "CUTLINE_HEYGEN_PRICE",
    "CUTLINE_HEYGEN_AVATAR_PRICE",
    "CUTLINE_VEO_KEY",
    "CUTLINE_VEO_URL",
    "CUTLINE_VEO_MODEL",
    "CUTLINE_VEO_PRICE",
    "CUTLINE_WIKIPEDIA_URL",
    "CUTLINE_CONTACT",
    "CUTLINE_SPEND_PER_JOB",
    "CUTLINE_SPEND_PER_TALKER",
    "CUTLINE_SPEND_PER_DAY",
    "CUTLINE_PROVIDER_TIMEOUT_S",
];

/// A part that is switched off.
const NONE: &str = "none";

/// Everything set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudConfig {
    /// OpenRouter, for words.
    pub openrouter: Option<(Account, Writer)>,
    /// OpenAI, or what answers like it.
    pub openai: Option<OpenAi>,
    /// ElevenLabs, for voices.
    pub elevenlabs: Option<ElevenLabs>,
    /// Unsplash, for photographs.
    pub unsplash: Option<Account>,
    /// fal, for generated pictures.
    pub fal: Option<Fal>,
    /// Pexels, for photographs.
    pub pexels: Option<Account>,
    /// HeyGen, for photographs that talk.
    pub heygen: Option<HeyGen>,
    /// VEO, for talking films.
    pub veo: Option<Veo>,
    /// Wikipedia's address with `{language}` in it, for facts; unless it is switched off.
    pub wikipedia: Option<String>,
    /// Whom vendors may write to.
    pub contact: Option<String>,
    /// One try at any vendor takes no longer, where its own limit is not shorter.
    pub answer_max: Option<Duration>,
    /// Spending limits.
    pub limits: Limits,
}

/// A variable holds something unusable. Says which, never what: it may be a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {reason}")]
pub struct CloudConfigError {
    /// The variable.
    pub name: &'static str,
    /// What it must be.
    pub reason: &'static str,
}

impl CloudConfig {
    /// Reads variables through `lookup`; empty ones count as unset.
    ///
    /// # Errors
    /// [`CloudConfigError`] naming the variable.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, CloudConfigError> {
        let read = Reader(lookup);
        Ok(Self {
            openrouter: openrouter(&read)?,
            openai: openai(&read)?,
            elevenlabs: elevenlabs(&read)?,
            unsplash: read.account(
                "CUTLINE_UNSPLASH_KEY",
                "CUTLINE_UNSPLASH_URL",
                "https://api.unsplash.com",
            )?,
            fal: fal(&read)?,
            pexels: read.account(
                "CUTLINE_PEXELS_KEY",
                "CUTLINE_PEXELS_URL",
                "https://api.pexels.com",
            )?,
            heygen: heygen(&read)?,
            veo: veo(&read)?,
            wikipedia: wikipedia(&read)?,
            contact: read.get("CUTLINE_CONTACT"),
            answer_max: answer_max(&read)?,
            limits: limits(&read)?,
        })
    }

    /// Whether anything is set that leads to a vendor.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let off = Self {
            contact: self.contact.clone(),
            answer_max: self.answer_max,
            limits: self.limits,
            ..Self::default()
        };
        *self == off
    }
}

/// GPT-5.4 mini (developers.openai.com/docs/models, 2026): a million tokens in and out.
const MINI: Price = Price { input_microusd: 750_000, output_microusd: 4_500_000 };
/// GPT Image 2.5 (developers.openai.com, 2026): a million tokens of text in, of picture out.
const IMAGE: Price = Price { input_microusd: 5_000_000, output_microusd: 30_000_000 };

/// Most tokens of one answer: a script is a thousand, and models think before they write.
pub const TOKENS_MAX: usize = 12_000;
/// A few sentences, and the thinking.
const REWORD_TOKENS_MAX: usize = 5_000;
/// With less, no answer fits.
const TOKENS_MIN: usize = 500;

fn openrouter(read: &Reader<'_>) -> Result<Option<(Account, Writer)>, CloudConfigError> {
    let account = read.account(
        "CUTLINE_OPENROUTER_KEY",
        "CUTLINE_OPENROUTER_URL",
        "https://openrouter.ai/api/v1",
    )?;
    let model = ("CUTLINE_OPENROUTER_MODEL", "openai/gpt-5.4-mini");
    Ok(account.zip(writer(read, model, "CUTLINE_OPENROUTER_PRICE")?))
}

/// A vendor's models by task, each with its price and its ceiling; `None` where it is to write
/// nothing.
fn writer(
    read: &Reader<'_>,
    (model, default): (&'static str, &str),
    prices: &'static str,
) -> Result<Option<Writer>, CloudConfigError> {
    if read.get(model).as_deref() == Some(NONE) {
        return Ok(None);
    }
    let named = |text: &str| match text {
        "" | NONE => Err(CloudConfigError {
            name: model,
            reason: "must name a model for each task; none stands alone, for all of them",
        }),
        name => Ok(name.to_owned()),
    };
    let names = read.by_task(model, [default.to_owned(), default.to_owned()], named)?;
    let [of_script, of_reword] = read.by_task(prices, [MINI, MINI], |text| price(prices, text))?;
    let tokens = "CUTLINE_WRITER_TOKENS";
    let [script_max, reword_max] =
        read.by_task(tokens, [TOKENS_MAX, REWORD_TOKENS_MAX], |text| {
            let reason = "must be whole numbers of tokens from 500 to 12000";
            let count = text.parse().ok().filter(|count| (TOKENS_MIN..=TOKENS_MAX).contains(count));
            count.ok_or(CloudConfigError { name: tokens, reason })
        })?;
    let [script, reword] = names;
    Ok(Some(Writer {
        script: Model { name: script, price: of_script, tokens_max: script_max },
        reword: Model { name: reword, price: of_reword, tokens_max: reword_max },
    }))
}

fn openai(read: &Reader<'_>) -> Result<Option<OpenAi>, CloudConfigError> {
    let account =
        read.account("CUTLINE_OPENAI_KEY", "CUTLINE_OPENAI_URL", "https://api.openai.com/v1")?;
    let Some(account) = account else { return Ok(None) };
    let writer = writer(read, ("CUTLINE_OPENAI_MODEL", "gpt-5.4-mini"), "CUTLINE_OPENAI_PRICE")?;
    // gpt-4o-mini-tts: about 1.5 cents a minute (developers.openai.com, pricing).
    let minute = read.dollars("CUTLINE_OPENAI_SPEECH_PRICE", 15_000)?;
    let speech = read.model("CUTLINE_OPENAI_SPEECH_MODEL", "gpt-4o-mini-tts");
    let quality = read.get("CUTLINE_OPENAI_IMAGE_QUALITY").unwrap_or_else(|| "low".into());
    if !["low", "medium", "high", "xhigh", "max", "auto"].contains(&quality.as_str()) {
        let name = "CUTLINE_OPENAI_IMAGE_QUALITY";
        return Err(CloudConfigError {
            name,
            reason: "must be low, medium, high, xhigh, max or auto",
        });
    }
    let image_price = read.price("CUTLINE_OPENAI_IMAGE_PRICE", IMAGE)?;
    let image = read.model("CUTLINE_OPENAI_IMAGE_MODEL", "gpt-image-2.5-flare");
    Ok(Some(OpenAi {
        account,
        writer,
        speech: speech.map(|model| (model, minute)),
        images: image.map(|model| (model, quality, image_price)),
        moderation: read.model("CUTLINE_OPENAI_MODERATION_MODEL", "omni-moderation-latest"),
    }))
}

fn elevenlabs(read: &Reader<'_>) -> Result<Option<ElevenLabs>, CloudConfigError> {
    let account = read.account(
        "CUTLINE_ELEVENLABS_KEY",
        "CUTLINE_ELEVENLABS_URL",
        "https://api.elevenlabs.io",
    )?;
    let model = read.model("CUTLINE_ELEVENLABS_MODEL", "eleven_multilingual_v2");
    // Multilingual v2: 10 cents a thousand characters (elevenlabs.io/pricing/api).
    let thousand_microusd = read.dollars("CUTLINE_ELEVENLABS_PRICE", 100_000)?;
    let voices = read.get("CUTLINE_ELEVENLABS_VOICES").map(|text| voices(&text)).transpose()?;
    let voices = voices.unwrap_or_default();
    // What every paid plan takes (help.elevenlabs.io, "concurrency"); the largest takes 15.
    let at_once = read.count("CUTLINE_ELEVENLABS_AT_ONCE", 3, 30)?;
    let made = |(account, model)| ElevenLabs { account, model, thousand_microusd, voices, at_once };
    Ok(account.zip(model).map(made))
}

fn fal(read: &Reader<'_>) -> Result<Option<Fal>, CloudConfigError> {
    let account = read.account("CUTLINE_FAL_KEY", "CUTLINE_FAL_URL", "https://queue.fal.run")?;
    let model = read.model("CUTLINE_FAL_MODEL", "fal-ai/flux/schnell");
    // flux/schnell: 0.3 cents a megapixel (fal.ai/models/fal-ai/flux-1/schnell).
    let megapixel_microusd = read.dollars("CUTLINE_FAL_PRICE", 3_000)?;
    let made = |(account, model)| Fal { account, model, megapixel_microusd };
    Ok(account.zip(model).map(made))
}

fn heygen(read: &Reader<'_>) -> Result<Option<HeyGen>, CloudConfigError> {
    let account =
        read.account("CUTLINE_HEYGEN_KEY", "CUTLINE_HEYGEN_URL", "https://api.heygen.com")?;
    // Photo Avatar, Avatar IV: 5 cents a second, a dollar an avatar
    // (developers.heygen.com/docs/pricing).
    let second_microusd = read.dollars("CUTLINE_HEYGEN_PRICE", 50_000)?;
    let avatar_microusd = read.dollars("CUTLINE_HEYGEN_AVATAR_PRICE", 1_000_000)?;
    Ok(account.map(|account| HeyGen { account, second_microusd, avatar_microusd }))
}

fn veo(read: &Reader<'_>) -> Result<Option<Veo>, CloudConfigError> {
    let url = "https://generativelanguage.googleapis.com/v1beta";
    let account = read.account("CUTLINE_VEO_KEY", "CUTLINE_VEO_URL", url)?;
    let model = read.model("CUTLINE_VEO_MODEL", "veo-3.1-fast-generate-preview");
    // Veo 3.1 Fast: 15 cents a second (ai.google.dev/gemini-api/docs/pricing).
    let second_microusd = read.dollars("CUTLINE_VEO_PRICE", 150_000)?;
    Ok(account.zip(model).map(|(account, model)| Veo { account, model, second_microusd }))
}

/// Where Wikipedia answers, in every language.
pub const WIKIPEDIA: &str = "https://{language}.wikipedia.org";

/// It needs no key, and so no setting either.
fn wikipedia(read: &Reader<'_>) -> Result<Option<String>, CloudConfigError> {
    let name = "CUTLINE_WIKIPEDIA_URL";
    let text = read.get(name).unwrap_or_else(|| WIKIPEDIA.to_owned());
    if text == NONE {
        return Ok(None);
    }
    base(name, &text.replace("{language}", "en"))?;
    Ok(Some(text.trim_end_matches('/').to_owned()))
}

fn answer_max(read: &Reader<'_>) -> Result<Option<Duration>, CloudConfigError> {
    let name = "CUTLINE_PROVIDER_TIMEOUT_S";
    let Some(text) = read.get(name) else { return Ok(None) };
    match text.parse::<u64>() {
        Ok(seconds @ 1..=600) => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(CloudConfigError { name, reason: "must be whole seconds from 1 to 600" }),
    }
}

fn limits(read: &Reader<'_>) -> Result<Limits, CloudConfigError> {
    let mut limits = Limits::default();
    limits.day_microusd = read.dollars("CUTLINE_SPEND_PER_DAY", limits.day_microusd)?;
    let name = "CUTLINE_SPEND_PER_JOB";
    if let Some(text) = read.get(name) {
        let reason = "must be four amounts in dollars, by plan, such as 0.05/0.30/1.00/3.00";
        let each: Result<Vec<u64>, _> = text.split('/').map(|one| dollars(name, one)).collect();
        limits.job_microusd = each?.try_into().map_err(|_| CloudConfigError { name, reason })?;
    }
    let name = "CUTLINE_SPEND_PER_TALKER";
    if let Some(text) = read.get(name) {
        let reason = "must be two amounts in dollars, photograph/film, such as 6.00/12.00";
        let each: Result<Vec<u64>, _> = text.split('/').map(|one| dollars(name, one)).collect();
        limits.talker_microusd = each?.try_into().map_err(|_| CloudConfigError { name, reason })?;
    }
    Ok(limits)
}

#[cfg(test)]
mod tests;
