//! The twelve stages, their order, versions and edges: the only place that knows them.
//!
//! Edges follow from the stages' `Input` structs: every field of an input is another stage's output
//! under that stage's [`Stage::field`]. The one input that is not made of outputs is the request,
//! which `intent` takes as it is.

pub mod arc;
pub mod captions;
pub mod deliver;
pub mod imagery;
pub mod intent;
pub mod motion;
pub mod queries;
pub mod render;
pub mod script;
pub mod shots;
pub mod timing;
mod verbs;
pub mod voice;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::context::{StageContext, StageError};

/// One of the twelve stages, in the order of meaning.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is documented by the module of its name")]
pub enum Stage {
    Intent,
    Arc,
    Shots,
    Script,
    Voice,
    Timing,
    Captions,
    Motion,
    Queries,
    Imagery,
    Render,
    Deliver,
}

/// A kind of provider; its version is part of the checkpoint hash of the stages that use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the fields of `Providers`")]
pub enum ProviderKind {
    Language,
    Facts,
    Voices,
    Pictures,
    Illustrations,
    Lexicon,
    /// Who makes photographs talk and films scenes.
    Talkers,
    /// What chats take as an attachment: decides whether there is a rendition for them.
    Chats,
}

impl Stage {
    /// All stages, each after everything it needs.
    pub const ALL: [Self; 12] = [
        Self::Intent,
        Self::Arc,
        Self::Shots,
        Self::Script,
        Self::Voice,
        Self::Timing,
        Self::Captions,
        Self::Motion,
        Self::Queries,
        Self::Imagery,
        Self::Render,
        Self::Deliver,
    ];

    /// The stage's name as typed on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Arc => "arc",
            Self::Shots => "shots",
            Self::Script => "script",
            Self::Voice => "voice",
            Self::Timing => "timing",
            Self::Captions => "captions",
            Self::Motion => "motion",
            Self::Queries => "queries",
            Self::Imagery => "imagery",
            Self::Render => "render",
            Self::Deliver => "deliver",
        }
    }

    /// The name of this stage's output as a field of later stages' inputs.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Voice => "narration",
            Self::Timing => "timeline",
            Self::Render => "rendered",
            Self::Deliver => "delivery",
            other => other.name(),
        }
    }

    /// The stages whose outputs make up this stage's input.
    #[must_use]
    pub fn needs(self) -> &'static [Self] {
        use Stage as S;
        match self {
            S::Intent => &[],
            S::Arc => &[S::Intent],
            S::Shots => &[S::Intent, S::Arc],
            S::Script => &[S::Intent, S::Arc, S::Shots],
            S::Queries => &[S::Intent, S::Arc, S::Shots, S::Script],
            S::Voice => &[S::Intent, S::Script],
            S::Timing => &[S::Intent, S::Shots, S::Script, S::Voice],
            S::Captions => &[S::Intent, S::Script, S::Timing],
            S::Motion => &[S::Intent, S::Arc, S::Shots, S::Script, S::Voice, S::Timing],
            S::Imagery => &[S::Intent, S::Shots, S::Script, S::Queries],
            S::Render => &[
                S::Intent,
                S::Arc,
                S::Shots,
                S::Script,
                S::Voice,
                S::Timing,
                S::Captions,
                S::Motion,
                S::Queries,
                S::Imagery,
            ],
            S::Deliver => &[S::Intent, S::Script, S::Voice, S::Captions, S::Imagery, S::Render],
        }
    }

    /// The providers whose versions decide whether an old output still holds.
    #[must_use]
    pub fn uses(self) -> &'static [ProviderKind] {
        use ProviderKind as P;
        match self {
            Self::Intent => &[P::Facts, P::Voices, P::Lexicon],
            Self::Script => &[P::Language, P::Lexicon, P::Talkers],
            Self::Voice => &[P::Voices],
            Self::Queries => &[P::Illustrations, P::Lexicon],
            Self::Imagery => &[P::Pictures, P::Illustrations, P::Lexicon],
            Self::Motion => &[P::Lexicon, P::Talkers],
            Self::Shots | Self::Render => &[P::Lexicon],
            Self::Deliver => &[P::Chats],
            Self::Arc | Self::Timing | Self::Captions => &[],
        }
    }

    /// Version of the stage's code, part of the checkpoint hash.
    #[must_use]
    pub fn version(self) -> u32 {
        match self {
            Self::Intent => intent::VERSION,
            Self::Arc => arc::VERSION,
            Self::Shots => shots::VERSION,
            Self::Script => script::VERSION,
            Self::Voice => voice::VERSION,
            Self::Timing => timing::VERSION,
            Self::Captions => captions::VERSION,
            Self::Motion => motion::VERSION,
            Self::Queries => queries::VERSION,
            Self::Imagery => imagery::VERSION,
            Self::Render => render::VERSION,
            Self::Deliver => deliver::VERSION,
        }
    }
}

/// Runs a typed stage on JSON.
macro_rules! typed {
    ($stage:ident, $input:ty, $value:expr, $context:expr) => {{
        let input: $input = parse(stringify!($stage), $value)?;
        let output = Box::pin($stage::run(&input, $context)).await?;
        print(stringify!($stage), &output)
    }};
}

/// Runs any stage from JSON to JSON; the same typed functions as everywhere.
///
/// # Errors
/// Whatever the stage answers; a `VALIDATION_FAILED` on `input` when the JSON does not fit.
pub async fn run_json(
    stage: Stage,
    input: Value,
    context: &StageContext,
) -> Result<Value, StageError> {
    match stage {
        Stage::Intent => typed!(intent, intent::Request, input, context),
        Stage::Arc => typed!(arc, arc::Input, input, context),
        Stage::Shots => typed!(shots, shots::Input, input, context),
        Stage::Script => typed!(script, script::Input, input, context),
        Stage::Voice => typed!(voice, voice::Input, input, context),
        Stage::Timing => typed!(timing, timing::Input, input, context),
        Stage::Captions => typed!(captions, captions::Input, input, context),
        Stage::Motion => typed!(motion, motion::Input, input, context),
        Stage::Queries => typed!(queries, queries::Input, input, context),
        Stage::Imagery => typed!(imagery, imagery::Input, input, context),
        Stage::Render => typed!(render, render::Input, input, context),
        Stage::Deliver => typed!(deliver, deliver::Input, input, context),
    }
}

fn parse<T: DeserializeOwned>(stage: &str, value: Value) -> Result<T, StageError> {
    serde_json::from_value(value).map_err(|error| {
        cutline_core::error::UserError::validation(
            "input",
            format!("The JSON given to stage `{stage}` does not fit it: {error}."),
        )
        .into()
    })
}

fn print<T: Serialize>(stage: &str, output: &T) -> Result<Value, StageError> {
    serde_json::to_value(output)
        .map(plain_numbers)
        .map_err(|error| StageError::Invariant(format!("stage `{stage}` gave no JSON: {error}")))
}

/// Rounds fractions to 15 significant digits: any JSON reader gives exactly those back, so that an
/// output read from a checkpoint hashes like the one that was written. (Every `f32` survives.)
fn plain_numbers(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let rounded = number.as_f64().and_then(|exact| format!("{exact:.14e}").parse().ok());
            rounded.and_then(serde_json::Number::from_f64).map_or(Value::Null, Value::Number)
        }
        Value::Array(list) => list.into_iter().map(plain_numbers).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key, plain_numbers(value))).collect()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_comes_after_what_it_needs() {
        for (position, stage) in Stage::ALL.iter().enumerate() {
            for need in stage.needs() {
                let at = Stage::ALL.iter().position(|s| s == need);
                assert!(
                    at.is_some_and(|at| at < position),
                    "{} before {}",
                    need.name(),
                    stage.name()
                );
            }
        }
    }

    #[test]
    fn fractions_survive_writing_and_reading_exactly() {
        for numerator in 1..20_000u32 {
            let times = [f64::from(numerator) / 48_000.0, f64::from(numerator as f32 / 7.0)];
            let written = print("voice", &times).unwrap();
            let read: Value = serde_json::from_str(&written.to_string()).unwrap();
            assert_eq!(read, written);
            let single: [f32; 2] = serde_json::from_value(read).unwrap();
            assert_eq!(single[1].to_bits(), (numerator as f32 / 7.0).to_bits());
        }
    }

    #[test]
    fn everything_a_stage_needs_is_transitively_after_intent() {
        for stage in Stage::ALL.into_iter().skip(1) {
            assert!(stage.needs().contains(&Stage::Intent), "{} hangs loose", stage.name());
        }
    }
}
