//! What an event of Stripe's means (docs.stripe.com/api/events/types). Only the fields that are
//! used are read: Stripe adds others without notice.

use cutline_core::{
    job::AccountId,
    store::{Payment, Reversal},
};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// Most credits a session may buy, as the database has it.
const CREDITS_MAX: i64 = 1_000_000;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A session was paid.
    Paid(Payment),
    /// Money went back, or came again.
    Reversed(Reversal),
    /// An event of no consequence here, by its type.
    Nothing(String),
}

/// It has not the form of an event of its type. The text names the field, and no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) String);

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

/// docs.stripe.com/api/checkout/sessions/object
#[derive(Deserialize)]
struct Session {
    id: String,
    mode: String,
    payment_status: String,
    payment_intent: Option<String>,
    client_reference_id: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    /// `null` where nothing was set.
    metadata: Option<serde_json::Map<String, Value>>,
}

/// docs.stripe.com/api/charges/object
#[derive(Deserialize)]
struct Charge {
    id: String,
    payment_intent: Option<String>,
    amount_refunded: i64,
}

/// docs.stripe.com/api/disputes/object
#[derive(Deserialize)]
struct Dispute {
    id: String,
    payment_intent: Option<String>,
    amount: i64,
    status: String,
}

/// Reads an event: its id, and what it means.
///
/// # Errors
/// [`Unreadable`].
pub(super) fn read(body: &[u8]) -> Result<(String, Meaning), Unreadable> {
    let event: Event = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let nothing = || Meaning::Nothing(event.kind.clone());
    let meaning = match event.kind.as_str() {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            paid(object(event.data)?)?.map_or_else(nothing, Meaning::Paid)
        }
        "charge.refunded" => {
            let charge: Charge = object(event.data)?;
            let (id, amount) = (charge.id, charge.amount_refunded);
            reversed(id, charge.payment_intent, amount, false)?
                .map_or_else(nothing, Meaning::Reversed)
        }
        kind if kind.starts_with("charge.dispute.") => {
            let dispute: Dispute = object(event.data)?;
            // An inquiry takes no money yet.
            if dispute.status.starts_with("warning_") {
                nothing()
            } else {
                let undone = dispute.status == "won" || kind == "charge.dispute.funds_reinstated";
                let Dispute { id, payment_intent, amount, .. } = dispute;
                reversed(id, payment_intent, amount, undone)?
                    .map_or_else(nothing, Meaning::Reversed)
            }
        }
        _ => nothing(),
    };
    Ok((event.id, meaning))
}

fn object<T: serde::de::DeserializeOwned>(data: Data) -> Result<T, Unreadable> {
    serde_json::from_value(data.object).map_err(|error| unreadable(&error))
}

/// serde's words without the values in them: they go to a log.
fn unreadable(error: &serde_json::Error) -> Unreadable {
    let words = error.to_string();
    let field = words.split('`').nth(1).unwrap_or_default();
    Unreadable(format!("{:?} error at `{field}`", error.classify()))
}

/// What a session bought; none where it is unpaid yet, or sells something else than credits.
fn paid(session: Session) -> Result<Option<Payment>, Unreadable> {
    // A delayed payment is told again once it is there; `no_payment_required`: a voucher.
    if session.mode != "payment" || session.payment_status == "unpaid" {
        return Ok(None);
    }
    let metadata = session.metadata.unwrap_or_default();
    let Some(credits) = metadata.get("credits") else { return Ok(None) };
    let credits = credits.as_str().and_then(|credits| credits.trim().parse().ok());
    let credits = credits.filter(|credits| (1..=CREDITS_MAX).contains(credits));
    let credits = credits
        .ok_or_else(|| Unreadable("metadata.credits is not a number from 1 to 1,000,000".into()))?;
    let account = session.client_reference_id.as_deref();
    Ok(Some(Payment {
        session: session.id,
        intent: session.payment_intent,
        // One that is no account of ours is a payment all the same: somebody is owed.
        account: account.and_then(|account| Uuid::parse_str(account).ok().map(AccountId)),
        credits,
        amount: session.amount_total.unwrap_or(0).max(0),
        currency: session.currency.unwrap_or_default(),
    }))
}

/// A reversal; none where it is of no payment that a session could have made.
fn reversed(
    id: String,
    intent: Option<String>,
    amount: i64,
    undone: bool,
) -> Result<Option<Reversal>, Unreadable> {
    if amount < 0 {
        return Err(Unreadable("an amount is below zero".into()));
    }
    Ok(intent.map(|intent| Reversal { id, intent, amount, undone }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn meaning(kind: &str, object: Value) -> Result<Meaning, Unreadable> {
        let event = json!({"id": "evt_1", "object": "event", "type": kind, "livemode": true,
            "data": {"object": object}});
        read(&serde_json::to_vec(&event).unwrap()).map(|(_, meaning)| meaning)
    }

    fn session(status: &str, credits: Value) -> Value {
        json!({"id": "cs_1", "object": "checkout.session", "mode": "payment",
            "payment_status": status, "payment_intent": "pi_1", "amount_total": 999,
            "currency": "eur", "client_reference_id": Uuid::nil(), "metadata": credits})
    }

    #[test]
    fn a_session_buys_what_its_link_says_once_it_is_paid() {
        let completed = "checkout.session.completed";
        let bought = meaning(completed, session("paid", json!({"credits": "20"}))).unwrap();
        let Meaning::Paid(payment) = bought else { panic!("{bought:?}") };
        assert_eq!((payment.credits, payment.amount), (20, 999));
        assert_eq!(payment.account, Some(AccountId(Uuid::nil())));
        let nothing = Meaning::Nothing(completed.to_owned());
        // Not paid yet; something else was sold.
        let unpaid = session("unpaid", json!({"credits": "20"}));
        assert_eq!(meaning(completed, unpaid), Ok(nothing.clone()));
        for other in [json!({}), Value::Null] {
            assert_eq!(meaning(completed, session("paid", other)), Ok(nothing.clone()));
        }
        for wrong in ["", "0", "-3", "1000001", "many"] {
            let wrong = session("paid", json!({"credits": wrong}));
            assert!(meaning(completed, wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn refunds_add_up_inquiries_take_nothing_and_what_is_won_is_undone() {
        let charge = json!({"id": "ch_1", "payment_intent": "pi_1", "amount_refunded": 300});
        let refund = meaning("charge.refunded", charge).unwrap();
        assert!(matches!(refund, Meaning::Reversed(it) if it.amount == 300 && !it.undone));
        let dispute = |kind: &str, status: &str| {
            let object = json!({"id": "du_1", "payment_intent": "pi_1", "amount": 999,
                "status": status});
            meaning(kind, object).unwrap()
        };
        let undone = |meaning: &Meaning| match meaning {
            Meaning::Reversed(reversal) => Some(reversal.undone),
            _ => None,
        };
        let created = "charge.dispute.created";
        assert_eq!(undone(&dispute(created, "needs_response")), Some(false));
        assert_eq!(undone(&dispute(created, "warning_needs_response")), None);
        assert_eq!(undone(&dispute("charge.dispute.closed", "lost")), Some(false));
        assert_eq!(undone(&dispute("charge.dispute.closed", "won")), Some(true));
    }

    #[test]
    fn what_cannot_be_read_names_a_field_and_no_value() {
        let secret = meaning("charge.refunded", json!({"id": "ch_1", "amount_refunded": "secret"}));
        assert!(!format!("{:?}", secret.unwrap_err()).contains("secret"));
        let missing = meaning("charge.refunded", json!({"id": "ch_1"})).unwrap_err();
        assert!(missing.0.contains("amount_refunded"), "{missing:?}");
        assert!(read(b"{").is_err());
        assert_eq!(
            meaning("customer.created", json!({"id": "cus_1"})),
            Ok(Meaning::Nothing("customer.created".into()))
        );
    }
}
