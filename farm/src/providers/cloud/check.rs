//! `doctor --providers`: each key tried with the cheapest call there is, what is used for what, and
//! what a typical video costs.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Cloud;
use crate::{
    config::cloud::{Price, WIKIPEDIA, Writer},
    providers::{
        http::{Ask, CallError, Fault, Vendor},
        openai::images,
    },
};

/// Nobody waits longer for a doctor.
const PATIENCE: Duration = Duration::from_secs(10);
/// A typical video: half a minute, ten shots.
const SHOTS: u64 = 10;
const SECONDS: f64 = 30.0;
const CHARACTERS: u64 = 480;
/// A script's tokens, in and out, with one answer in five asked for again.
const TOKENS: (u64, u64) = (2_200, 1_100);

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which vendor.
    pub vendor: &'static str,
    /// Whether it can be used.
    pub works: bool,
    /// Somebody has set it: it ought to work.
    pub set: bool,
    /// What it will be used for.
    pub used_for: String,
    /// What is wrong, or what the vendor said of the account.
    pub words: String,
    /// A typical video's share, in millionths of a dollar; `None` where it has none, and what is
    /// paid for stands in `used_for`.
    pub video_microusd: Option<u64>,
}

impl Cloud {
    /// Tries every key. The calls cost nothing.
    pub async fn check(&self) -> Vec<Finding> {
        let (openrouter, openai, elevenlabs, unsplash, fal, pexels, heygen, veo, wikipedia) = tokio::join!(
            self.openrouter_works(),
            self.openai_works(),
            self.elevenlabs_works(),
            self.unsplash_works(),
            self.fal_works(),
            self.pexels_works(),
            self.heygen_works(),
            self.veo_works(),
            self.wikipedia_works(),
        );
        [openrouter, openai, elevenlabs, unsplash, fal, pexels, heygen, veo, wikipedia]
            .into_iter()
            .flatten()
            .collect()
    }

    async fn openrouter_works(&self) -> Option<Finding> {
        let (_, writer) = self.config.openrouter.as_ref()?;
        let Some(vendor) = &self.openrouter else { return Some(no_key("openrouter")) };
        let said = call(vendor, Ask::get("key")).await.map(|body| {
            let left = body.pointer("/data/limit_remaining").and_then(Value::as_f64);
            left.map_or_else(String::new, |left| format!("{left:.2} credits left on this key"))
        });
        let Writer { script, reword } = writer;
        let mut used_for = format!("the script ({})", script.name);
        if reword.name != script.name {
            used_for += &format!("; milder words for films ({})", reword.name);
        }
        Some(finding(vendor, used_for, said, script_cost(script.price)))
    }

    async fn openai_works(&self) -> Option<Finding> {
        let settings = self.config.openai.as_ref()?;
        let Some(vendor) = &self.openai else { return Some(no_key("openai")) };
        let said = call(vendor, Ask::get("models")).await;
        let (mut used_for, mut cost, mut unknown) = (Vec::new(), 0, Vec::new());
        let mut part = |what: &str, model: &str| {
            let known = said.as_ref().ok().and_then(|body| body.get("data")?.as_array());
            let there = known.is_none_or(|all| all.iter().any(|one| one["id"] == model));
            if !there {
                unknown.push(model.to_owned());
            }
            used_for.push(format!("{what} ({model})"));
        };
        if let Some(model) = &settings.moderation {
            part("moderation, free", model);
        }
        if let Some(writer) = &settings.writer {
            let second = self.openrouter.is_some();
            part(
                if second { "the script where OpenRouter fails" } else { "the script" },
                &writer.script.name,
            );
            if writer.reword.name != writer.script.name {
                part("milder words for films", &writer.reword.name);
            }
            cost += if second { 0 } else { script_cost(writer.script.price) };
        }
        if let Some((model, minute)) = &settings.speech {
            let second = self.elevenlabs.is_some();
            part(if second { "the voice where ElevenLabs fails" } else { "the voice" }, model);
            cost += if second { 0 } else { (*minute as f64 * SECONDS / 60.0).ceil() as u64 };
        }
        if let Some((model, quality, price)) = &settings.images {
            part(&format!("pictures, quality {quality}"), model);
            // One in three where photographs are looked for first.
            let shots = if self.unsplash.is_some() { SHOTS / 3 } else { SHOTS };
            cost += shots * price.of(250, images::tokens(model, quality));
        }
        let said = said.map(|_| match unknown.as_slice() {
            [] => String::new(),
            unknown => format!("it does not list {}", unknown.join(", ")),
        });
        Some(finding(vendor, used_for.join("; "), said, cost))
    }

    async fn elevenlabs_works(&self) -> Option<Finding> {
        let settings = self.config.elevenlabs.as_ref()?;
        let Some(vendor) = &self.elevenlabs else { return Some(no_key("elevenlabs")) };
        let said = call(vendor, Ask::get("v1/user/subscription")).await.map(|body| {
            let count = |name: &str| body.get(name).and_then(Value::as_i64);
            match (count("character_limit"), count("character_count")) {
                (Some(limit), Some(used)) => format!("{} characters left", (limit - used).max(0)),
                _ => String::new(),
            }
        });
        let cost = (settings.thousand_microusd * CHARACTERS).div_ceil(1_000);
        Some(finding(vendor, format!("the voice ({})", settings.model), said, cost))
    }

    async fn unsplash_works(&self) -> Option<Finding> {
        self.config.unsplash.as_ref()?;
        let Some(vendor) = &self.unsplash else { return Some(no_key("unsplash")) };
        let ask = Ask::get("search/photos").query("query", "sky").query("per_page", "1");
        let said = answer(vendor, ask).await.map(|answer| {
            let left = answer.header("x-ratelimit-remaining").unwrap_or_default().to_owned();
            let count = left.parse::<u32>().ok();
            count.map_or_else(String::new, |left| format!("{left} calls left this hour"))
        });
        Some(finding(vendor, "photographs, asked first".into(), said, 0))
    }

    async fn fal_works(&self) -> Option<Finding> {
        let settings = self.config.fal.as_ref()?;
        let Some(vendor) = &self.fal else { return Some(no_key("fal")) };
        // There is no free call of its own: a request that never was answers 404 to a good key.
        let application: Vec<&str> = settings.model.split('/').take(2).collect();
        let nowhere = "00000000-0000-0000-0000-000000000000";
        let path = format!("{}/requests/{nowhere}/status", application.join("/"));
        let said = match call(vendor, Ask::get(path)).await {
            Err(error) if matches!(error.fault, Fault::Missing | Fault::Refused(422)) => {
                Ok(String::new())
            }
            other => other.map(|_| String::new()),
        };
        let cost = SHOTS / 3 * 2 * settings.megapixel_microusd;
        Some(finding(vendor, format!("pictures made to order ({})", settings.model), said, cost))
    }

    async fn pexels_works(&self) -> Option<Finding> {
        self.config.pexels.as_ref()?;
        let Some(vendor) = &self.pexels else { return Some(no_key("pexels")) };
        let ask = Ask::get("v1/curated").query("per_page", "1");
        let said = answer(vendor, ask).await.map(|answer| {
            let left =
                answer.header("x-ratelimit-remaining").and_then(|left| left.parse::<u32>().ok());
            left.map_or_else(String::new, |left| format!("{left} calls left this month"))
        });
        Some(finding(vendor, "photographs, asked last; clips where a shot moves".into(), said, 0))
    }

    async fn heygen_works(&self) -> Option<Finding> {
        let settings = self.config.heygen.as_ref()?;
        let Some(vendor) = &self.heygen else { return Some(no_key("heygen")) };
        let said = call(vendor, Ask::get("v3/users/me")).await.map(|body| {
            let left = body.pointer("/data/wallet/remaining_balance").and_then(Value::as_f64);
            left.map_or_else(String::new, |left| format!("${left:.2} left in its wallet"))
        });
        let video = (settings.second_microusd as f64 * SECONDS).ceil() as u64;
        let used_for = format!(
            "photographs that talk: {} a video, and {} for each new photograph",
            dollars(video),
            dollars(settings.avatar_microusd)
        );
        Some(talker(vendor, used_for, said))
    }

    async fn veo_works(&self) -> Option<Finding> {
        let settings = self.config.veo.as_ref()?;
        let Some(vendor) = &self.veo else { return Some(no_key("veo")) };
        let said = call(vendor, Ask::get(format!("models/{}", settings.model))).await;
        let video = (settings.second_microusd as f64 * SECONDS).ceil() as u64;
        let used_for = format!("talking films ({}): {} a video", settings.model, dollars(video));
        Some(talker(vendor, used_for, said.map(|_| String::new())))
    }

    async fn wikipedia_works(&self) -> Option<Finding> {
        let vendor = self.wikipedia.as_ref()?.service("en")?;
        let ask = Ask::get("w/api.php")
            .query("action", "query")
            .query("format", "json")
            .query("meta", "siteinfo");
        let said = call(&vendor, ask).await.map(|_| match &self.config.contact {
            Some(_) => String::new(),
            None => "set CUTLINE_CONTACT: its policy asks for an address to write to".to_owned(),
        });
        // Without a network there are no facts from there, which nobody has to mend.
        let set = self.config.wikipedia.as_deref() != Some(WIKIPEDIA);
        Some(Finding { set, ..finding(&vendor, "facts".into(), said, 0) })
    }
}

async fn answer(
    vendor: &Arc<Vendor>,
    ask: Ask,
) -> Result<crate::providers::http::Answer, CallError> {
    vendor.call(ask.within(PATIENCE, PATIENCE), &CancellationToken::new()).await
}

async fn call(vendor: &Arc<Vendor>, ask: Ask) -> Result<Value, CallError> {
    answer(vendor, ask).await?.json(vendor)
}

fn finding(
    vendor: &Vendor,
    used_for: String,
    said: Result<String, CallError>,
    video_microusd: u64,
) -> Finding {
    let (works, words) = match said {
        Ok(words) => (true, words),
        Err(error) => (false, error.to_string()),
    };
    let words = match words.is_empty() {
        true => vendor.host().to_owned(),
        false => format!("{}: {words}", vendor.host()),
    };
    let video_microusd = Some(video_microusd);
    Finding { vendor: vendor.name(), works, set: true, used_for, words, video_microusd }
}

/// No part of a typical video.
fn talker(vendor: &Vendor, used_for: String, said: Result<String, CallError>) -> Finding {
    Finding { video_microusd: None, ..finding(vendor, used_for, said, 0) }
}

fn no_key(vendor: &'static str) -> Finding {
    let words = "its address is set and its key is not".to_owned();
    let used_for = "nothing".into();
    Finding { vendor, works: false, set: true, used_for, words, video_microusd: None }
}

fn script_cost(price: Price) -> u64 {
    price.of(TOKENS.0, TOKENS.1)
}

/// Millionths of a dollar as people read them.
#[must_use]
pub fn dollars(microusd: u64) -> String {
    format!("${}.{:04}", microusd / 1_000_000, microusd % 1_000_000 / 100)
}
