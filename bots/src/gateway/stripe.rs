//! `POST /webhooks/stripe`: what Stripe tells of payments (docs.stripe.com/webhooks).
//!
//! The signature comes before anything. What is told a second time, or out of order, is answered
//! with 200 and changes nothing: the database knows what it was told. Only what we cannot take down
//! now is refused, so that Stripe tells it again (for three days).

mod event;
mod signature;

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use cutline_core::{
    clock::Clock,
    objects::Secret,
    store::{Paid, Payment, Reversal, Store, StoreError},
};

use self::event::{Meaning, Unreadable};
use super::LOOKUP_TIMEOUT;

/// Largest event; Stripe's own are some kilobytes.
const BODY_BYTES_MAX: usize = 256 << 10;
/// How many of these there were, by `outcome`.
const EVENTS: &str = "cutline_gateway_stripe_events_total";

/// Where payments are taken down. The database, or a test's table.
#[async_trait]
pub trait Payments: Send + Sync {
    /// A checkout session was paid.
    ///
    /// # Errors
    /// When it could not be taken down.
    async fn paid(&self, payment: &Payment) -> Result<Paid, StoreError>;

    /// Money went back, or came again; answers with the credits taken (below zero: returned).
    ///
    /// # Errors
    /// When it could not be taken down.
    async fn reversed(&self, reversal: &Reversal) -> Result<i64, StoreError>;
}

#[async_trait]
impl Payments for Store {
    async fn paid(&self, payment: &Payment) -> Result<Paid, StoreError> {
        self.payment_paid(payment).await
    }

    async fn reversed(&self, reversal: &Reversal) -> Result<i64, StoreError> {
        self.payment_reversed(reversal).await
    }
}

/// What the route works with.
#[derive(Clone)]
pub(super) struct Till {
    pub(super) payments: Arc<dyn Payments>,
    pub(super) clock: Arc<dyn Clock>,
    /// The endpoint's signing secrets: two while one is being replaced.
    pub(super) secrets: Arc<[Secret]>,
}

/// Takes an event.
pub(super) async fn webhook(State(till): State<Till>, request: Request) -> Response {
    let given = request.headers().get("stripe-signature").and_then(|value| value.to_str().ok());
    let given = given.unwrap_or_default().to_owned();
    let Ok(body) = to_bytes(request.into_body(), BODY_BYTES_MAX).await else {
        return answer(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
    };
    if let Err(why) = signature::check(&given, &body, &till.secrets, till.clock.now()) {
        tracing::warn!(%why, "an event that Stripe did not sign was refused");
        return answer(StatusCode::BAD_REQUEST, "unsigned");
    }
    let (id, meaning) = match event::read(&body) {
        Ok(read) => read,
        Err(Unreadable(why)) => {
            tracing::error!(why, "an event of Stripe's cannot be read");
            return answer(StatusCode::BAD_REQUEST, "unreadable");
        }
    };
    match tokio::time::timeout(LOOKUP_TIMEOUT, till.take_down(&id, meaning)).await {
        Ok(Ok(outcome)) => answer(StatusCode::OK, outcome),
        Ok(Err(error)) => {
            tracing::error!(event = id, %error, "a payment could not be taken down; it will come again");
            answer(StatusCode::SERVICE_UNAVAILABLE, "away")
        }
        Err(_) => {
            tracing::error!(
                event = id,
                "taking down a payment took longer than {LOOKUP_TIMEOUT:?}"
            );
            answer(StatusCode::SERVICE_UNAVAILABLE, "away")
        }
    }
}

/// Other methods.
pub(super) async fn other_method() -> Response {
    let allow = [(header::ALLOW, "POST")];
    (StatusCode::METHOD_NOT_ALLOWED, allow, "Stripe posts here\n").into_response()
}

impl Till {
    /// Takes down what an event means; the answer is for the count.
    async fn take_down(&self, event: &str, meaning: Meaning) -> Result<&'static str, StoreError> {
        match meaning {
            Meaning::Paid(payment) => Ok(match self.payments.paid(&payment).await? {
                Paid::Credited => {
                    let (session, credits) = (&payment.session, payment.credits);
                    tracing::info!(event, session, credits, "credits were bought");
                    "credited"
                }
                Paid::Repeated => "repeated",
                Paid::Unknown => {
                    let (session, credits) = (&payment.session, payment.credits);
                    tracing::error!(event, session, credits, "paid, but nobody has that account");
                    "unclaimed"
                }
            }),
            Meaning::Reversed(reversal) => {
                let taken = self.payments.reversed(&reversal).await?;
                tracing::info!(event, reversal = reversal.id, taken, "money of a payment moved");
                Ok("reversed")
            }
            Meaning::Nothing(kind) => {
                tracing::info!(event, kind, "nothing to do");
                Ok("ignored")
            }
        }
    }
}

/// Answers, and counts it. Nobody reads the text but who set up the webhook.
fn answer(status: StatusCode, outcome: &'static str) -> Response {
    metrics::counter!(EVENTS, "outcome" => outcome).increment(1);
    (status, format!("{outcome}\n")).into_response()
}
