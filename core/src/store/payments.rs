//! Payments: credits that were bought, and those taken back. The database decides; see
//! `V0014__payments.sql`.

use super::{
    Store,
    call::{column, word},
    error::StoreError,
};
use crate::job::AccountId;

/// A checkout session that was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The session; it counts once.
    pub session: String,
    /// What refunds and disputes name it by; none where there was nothing to pay.
    pub intent: Option<String>,
    /// Whose credits; none where the session does not say.
    pub account: Option<AccountId>,
    /// How many, 1–1,000,000.
    pub credits: i64,
    /// What was paid, in the currency's smallest unit.
    pub amount: i64,
    /// ISO 4217 code in small letters.
    pub currency: String,
}

/// Money that went back, or came again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// The charge, for all its refunds; or the dispute.
    pub id: String,
    /// The payment.
    pub intent: String,
    /// All of it so far, in the currency's smallest unit.
    pub amount: i64,
    /// A dispute that was won.
    pub undone: bool,
}

/// What came of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a payment may find no account"]
pub enum Paid {
    /// The credits are there.
    Credited,
    /// It was told before; nothing changed.
    Repeated,
    /// Nobody has that account: noted in the audit log for an operator.
    Unknown,
}

impl Store {
    /// Gives what a session bought, once. Safe to repeat.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_paid(&self, payment: &Payment) -> Result<Paid, StoreError> {
        let what = "payment_paid";
        let sql = "SELECT cutline.payment_paid($1, $2, $3, $4, $5, $6) AS outcome";
        let Payment { session, intent, account, credits, amount, currency } = payment;
        let account = account.map(|account| account.0);
        let row = self
            .row_again(what, sql, &[session, intent, &account, credits, amount, currency])
            .await?;
        word(what, &row, "outcome", |outcome| match outcome {
            "credited" => Some(Paid::Credited),
            "repeated" => Some(Paid::Repeated),
            "unknown" => Some(Paid::Unknown),
            _ => None,
        })
    }

    /// Takes back what was refunded or disputed, or returns it; answers with the credits taken
    /// (below zero: returned). Safe to repeat.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_reversed(&self, reversal: &Reversal) -> Result<i64, StoreError> {
        let what = "payment_reversed";
        let sql = "SELECT cutline.payment_reversed($1, $2, $3, $4) AS taken";
        let Reversal { id, intent, amount, undone } = reversal;
        let row = self.row_again(what, sql, &[id, intent, amount, undone]).await?;
        column(what, &row, "taken")
    }
}
