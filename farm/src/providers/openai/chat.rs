//! Chat completions with answers held to a JSON schema (OpenAI's structured outputs; OpenRouter
//! takes the same request), streamed.
//!
//! What streaming shortens is the wait for an answer that will not come: a service that falls
//! silent is left after `HEARD`'s seconds instead of after the time that the longest answer may
//! take, and an answer that flows is never cut off for being long. It does not bring the first
//! shots forward: a script is judged, mended and moderated as a whole before a line of it is
//! spoken, and a voice bought for a line that is then replaced would be bought twice.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::stream;
use crate::{
    config::cloud::{Model, TOKENS_MAX, Writer},
    providers::{
        FormFiller, FormRequest, LanguageModel, ProseRequest, ProviderError, WritingTask,
        http::{Answer, Ask, CallError, Effect, Events, Fault, Vendor},
        purse::{Delivered, Purse, Wanted},
    },
};

/// Where prose is asked for; the stage's name in the book.
const STAGE: &str = "script";
/// Tokens a model may think before it writes.
const THINKING_TOKENS: usize = 4_000;
/// How long a silence may be: models think before the first word (OpenRouter sends comments
/// meanwhile), and then write some ten tokens a second at the slowest.
const HEARD: Events = Events {
    first_max: Duration::from_secs(45),
    silence_max: Duration::from_secs(15),
    last: stream::LAST,
};
/// All of an answer that flows: [`TOKENS_MAX`] at a hundred a second.
const ANSWER_MAX: Duration = Duration::from_secs(120);
/// With all tries.
const PATIENCE: Duration = Duration::from_secs(150);

/// How a service wants to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `max_completion_tokens`: newer models refuse the older name.
    OpenAi,
    /// `max_tokens`; routes only to models that honour the schema.
    OpenRouter,
}

/// A model behind chat completions, for one job.
pub struct Chat {
    vendor: Arc<Vendor>,
    purse: Arc<Purse>,
    writer: Writer,
    dialect: Dialect,
    name: String,
    version: String,
}

/// What is kept of an answer.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    content: Option<String>,
    refusal: Option<String>,
    finish: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Completion {
    /// Not there beside an error.
    #[serde(default)]
    pub(super) choices: Vec<Choice>,
    pub(super) usage: Option<Usage>,
    pub(super) error: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    pub(super) message: Message,
    pub(super) finish_reason: Option<String>,
    /// OpenRouter: the model broke off.
    #[serde(default)]
    pub(super) error: Option<Value>,
}

#[derive(Default, Deserialize)]
pub(super) struct Message {
    pub(super) content: Option<String>,
    #[serde(default)]
    pub(super) refusal: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Usage {
    pub(super) prompt_tokens: u64,
    pub(super) completion_tokens: u64,
    /// OpenRouter: what was charged, in dollars.
    #[serde(default)]
    pub(super) cost: Option<f64>,
}

impl Chat {
    /// A model at a vendor, paid for from a purse.
    #[must_use]
    pub fn new(vendor: Arc<Vendor>, purse: Arc<Purse>, writer: Writer, dialect: Dialect) -> Self {
        let name = format!("{}, {}", writer.script.name, vendor.name());
        let Writer { script, reword } = &writer;
        let version = format!("chat-2 {} {}/{}", reword.name, script.tokens_max, reword.tokens_max);
        Self { vendor, purse, writer, dialect, name, version }
    }

    async fn ask(
        &self,
        model: &Model,
        item: &str,
        body: Value,
        cancel: &CancellationToken,
    ) -> Result<String, CallError> {
        // Three characters a token is on the safe side in every language we write.
        let input_tokens = body.to_string().chars().count() as u64 / 3;
        let limit = ["max_tokens", "max_completion_tokens"];
        let output_tokens = limit.iter().find_map(|name| body.get(*name)?.as_u64()).unwrap_or(0);
        let wanted = Wanted {
            vendor: self.vendor.name(),
            stage: STAGE,
            item,
            input: &body,
            estimate_microusd: model.price.of(input_tokens, output_tokens),
        };
        let bought = self
            .purse
            .buy(&wanted, |_| async {
                let ask = Ask::post("chat/completions", streamed(&body), Effect::Paid)
                    .events(HEARD)
                    .within(ANSWER_MAX, PATIENCE);
                let answer = self.vendor.call(ask, cancel).await?;
                self.delivered(model, &answer, wanted.estimate_microusd)
            })
            .await?;
        let said: Said =
            serde_json::from_slice(&bought.bytes).map_err(|_| self.vendor.fault(Fault::Foreign))?;
        if said.refusal.is_some() || said.finish.as_deref() == Some("content_filter") {
            return Err(self.vendor.fault(Fault::Moderated));
        }
        said.content
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| self.vendor.fault(Fault::Foreign))
    }

    fn delivered(
        &self,
        model: &Model,
        answer: &Answer,
        estimate: u64,
    ) -> Result<Delivered, CallError> {
        let completion = match answer.header("content-type") {
            Some(kind) if kind.starts_with("text/event-stream") => stream::gathered(&answer.bytes)
                .map_err(|fault| {
                    let error = self.vendor.fault(fault);
                    error.with_request_id(answer.request_id.clone()).unknown()
                })?,
            _ => answer.json(&self.vendor)?,
        };
        let of_choice = completion.choices.first().and_then(|choice| choice.error.as_ref());
        if let Some(error) = completion.error.as_ref().or(of_choice) {
            // OpenRouter: the model failed after the status was sent; nothing is charged then.
            let status = error.get("code").and_then(Value::as_u64).unwrap_or(502);
            let fault = Fault::of_status(u16::try_from(status).unwrap_or(502));
            return Err(self.vendor.fault(fault).with_request_id(answer.request_id.clone()));
        }
        let Some(choice) = completion.choices.into_iter().next() else {
            return Err(self.vendor.fault(Fault::Foreign).unknown());
        };
        let cost_microusd = completion.usage.map_or(estimate, |usage| match usage.cost {
            Some(dollars) if dollars.is_finite() && dollars >= 0.0 => {
                (dollars * 1_000_000.0).ceil() as u64
            }
            _ => model.price.of(usage.prompt_tokens, usage.completion_tokens),
        });
        let said = Said {
            content: choice.message.content,
            refusal: choice.message.refusal,
            finish: choice.finish_reason,
        };
        let bytes = serde_json::to_vec(&said).map_err(|_| self.vendor.fault(Fault::Foreign))?;
        let request_id = answer.request_id.clone();
        Ok(Delivered { bytes: Bytes::from(bytes), cost_microusd, request_id })
    }

    fn body(&self, model: &Model, messages: Vec<Value>, tokens: usize, seed: u64) -> Value {
        let tokens = (tokens + THINKING_TOKENS).min(model.tokens_max).min(TOKENS_MAX);
        let mut body = json!({
            "model": model.name,
            "messages": messages,
            // The API takes a signed number.
            "seed": seed & 0x7fff_ffff,
        });
        match self.dialect {
            Dialect::OpenAi => body["max_completion_tokens"] = tokens.into(),
            Dialect::OpenRouter => body["max_tokens"] = tokens.into(),
        }
        body
    }
}

/// The request as it is sent: in pieces, the last of which says what was used. What it buys is the
/// same as in one piece, so its name in the book is too.
fn streamed(body: &Value) -> Value {
    let mut body = body.clone();
    body["stream"] = true.into();
    body["stream_options"] = json!({"include_usage": true});
    body
}

/// The messages of a form: what was asked and answered so far, and what is asked now.
fn messages(request: &FormRequest) -> Vec<Value> {
    let mut messages = vec![json!({"role": "system", "content": request.system})];
    for (asked, answered) in &request.turns {
        messages.push(json!({"role": "user", "content": asked}));
        if let Some(answered) = answered {
            messages.push(json!({"role": "assistant", "content": answered}));
        }
    }
    messages
}

#[async_trait]
impl FormFiller for Chat {
    async fn fill(
        &self,
        request: &FormRequest,
        cancel: &CancellationToken,
    ) -> Result<String, ProviderError> {
        let model = self.writer.of(WritingTask::Script);
        let mut body = self.body(model, messages(request), request.tokens_max, request.seed);
        body["response_format"] = json!({
            "type": "json_schema",
            "json_schema": {"name": request.name, "strict": true, "schema": request.schema},
        });
        if self.dialect == Dialect::OpenRouter {
            // Else it may route to a host that ignores the schema.
            body["provider"] = json!({"require_parameters": true});
        }
        Ok(self.ask(model, &request.name, body, cancel).await?)
    }
}

#[async_trait]
impl LanguageModel for Chat {
    fn name(&self) -> &str {
        &self.name
    }

    fn version(&self) -> &str {
        &self.version
    }

    async fn write(
        &self,
        request: &ProseRequest,
        cancel: &CancellationToken,
    ) -> Result<String, ProviderError> {
        let messages = vec![
            json!({"role": "system", "content": request.system}),
            json!({"role": "user", "content": request.user}),
        ];
        let model = self.writer.of(request.task);
        let body = self.body(model, messages, request.tokens_max, request.seed);
        Ok(self.ask(model, "prose", body, cancel).await?)
    }

    fn forms(&self) -> Option<&dyn FormFiller> {
        Some(self)
    }
}
