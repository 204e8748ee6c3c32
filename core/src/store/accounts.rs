//! Who an actor is to us, and how they stand: plan, month, credits, limits.

use chrono::{DateTime, Utc};

use super::{
    Store,
    call::{column, word},
    error::StoreError,
};
use crate::{
    actor::Actor,
    credits::Balance,
    job::AccountId,
    plan::{Feature, Plan},
    rate_limit::Rate,
    words::Tongue,
};

/// One transfer of an account's books, as its owner may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: DateTime<Utc>,
    /// `credit`, or `video` for one of the month's.
    pub unit: String,
    /// The book it left.
    pub from: String,
    /// The book it entered.
    pub to: String,
    /// How much.
    pub amount: i64,
    /// Why.
    pub reason: String,
    /// For which job.
    pub reference: Option<String>,
}

/// How an account stands at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which account.
    pub account: AccountId,
    /// The language in which to answer.
    pub tongue: Tongue,
    /// The plan in force.
    pub plan: Plan,
    /// Until when, where the plan was given for a time.
    pub plan_until: Option<DateTime<Utc>>,
    /// Why the account is banned, if it is.
    pub banned: Option<String>,
    /// Credits.
    pub balance: Balance,
    /// Videos of this month's allowance used or set aside.
    pub used: u32,
    /// Jobs under way.
    pub live: u32,
    /// What operators say while nothing new is accepted.
    pub maintenance: Option<String>,
    /// The rate asked about is used up until then.
    pub again_at: Option<DateTime<Utc>>,
}

impl Standing {
    /// Whether the plan in force has a feature.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.plan.has(feature)
    }
}

impl Store {
    /// Finds (or makes) an actor's account and says how it stands at `now`; takes one from `rate`
    /// where given, exactly, whatever else is under way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn enter(
        &self,
        actor: &Actor,
        rate: Option<Rate>,
        now: DateTime<Utc>,
    ) -> Result<Standing, StoreError> {
        let what = "enter";
        let sql = "SELECT account_id, plan, plan_until, banned, wallet, held, used, live, \
                   maintenance, again_at FROM cutline.enter($1, $2, $3, $4, $5)";
        let (platform, rate) = (actor.platform.as_str(), rate.map(Rate::as_str));
        let row =
            self.row(what, sql, &[&platform, &actor.user_id, &actor.locale, &rate, &now]).await?;
        standing(what, &row, actor.tongue())
    }

    /// The account's last transfers, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn movements(
        &self,
        account: AccountId,
        limit: u32,
    ) -> Result<Vec<Movement>, StoreError> {
        let what = "movements";
        let sql = "SELECT l.at, l.unit, l.debit_book, l.credit_book, l.amount, l.reason, j.ref \
                   FROM cutline.ledger l LEFT JOIN cutline.jobs j ON j.id = l.job_id \
                   WHERE l.account_id = $1 ORDER BY l.id DESC LIMIT $2";
        let limit = i64::from(limit);
        let rows = self.rows_of(what, account, sql, &[&account.0, &limit]).await?;
        let movement = |row| {
            Ok(Movement {
                at: column(what, row, "at")?,
                unit: column(what, row, "unit")?,
                from: column(what, row, "debit_book")?,
                to: column(what, row, "credit_book")?,
                amount: column(what, row, "amount")?,
                reason: column(what, row, "reason")?,
                reference: column(what, row, "ref")?,
            })
        };
        rows.iter().map(movement).collect()
    }

    /// How an account stands, without anybody having come in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn standing(
        &self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Option<Standing>, StoreError> {
        let what = "standing";
        let sql = "SELECT account_id, plan, plan_until, banned, wallet, held, used, live, \
                   maintenance, again_at FROM cutline.standing_of($1, NULL, $2)";
        let rows = self.rows_again(what, sql, &[&account.0, &now]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let locale = self.locale(account).await?;
        standing(what, row, Tongue::of(locale.as_deref())).map(Some)
    }

    /// The locale in which an account's owner last spoke.
    async fn locale(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        let what = "locale";
        let sql = "SELECT locale FROM cutline.accounts WHERE id = $1";
        let rows = self.rows_of(what, account, sql, &[&account.0]).await?;
        rows.first().map_or(Ok(None), |row| column(what, row, "locale"))
    }
}

fn standing(
    what: &'static str,
    row: &tokio_postgres::Row,
    tongue: Tongue,
) -> Result<Standing, StoreError> {
    let count = |name| column::<i32>(what, row, name).map(|n| u32::try_from(n).unwrap_or(0));
    Ok(Standing {
        account: AccountId(column(what, row, "account_id")?),
        tongue,
        plan: word(what, row, "plan", Plan::named)?,
        plan_until: column(what, row, "plan_until")?,
        banned: column(what, row, "banned")?,
        balance: Balance { wallet: column(what, row, "wallet")?, held: column(what, row, "held")? },
        used: count("used")?,
        live: count("live")?,
        maintenance: column(what, row, "maintenance")?,
        again_at: column(what, row, "again_at")?,
    })
}
