//! Plan, month, credits; keys; one person on several platforms.

use chrono::TimeDelta;
use rand::Rng;
use sha2::{Digest, Sha256};

use super::{
    Desk, broken, entitlement, refusals,
    words::{count, moment},
};
use crate::{
    actor::Actor,
    card::{Action, Button, Card, CardKind},
    credits::month_turns,
    error::UserError,
    plan::{Feature, Plan},
    store::{Kept, LinkOutcome, Movement, Standing},
};

/// How long a linking code is good.
const CODE_GOOD: TimeDelta = TimeDelta::minutes(10);
/// The last movements of the books that a plan card shows.
const MOVEMENTS_SHOWN: u32 = 8;
/// Letters of a linking code.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Desk {
    /// The actor's plan, month and credits, with what each feature needs.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub async fn plan(&self, actor: &Actor) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let now = self.now();
        let plan = standing.plan;
        let mut card = Card::new(CardKind::Plan, format!("Your plan: {}", plan.name()));
        if let Some(until) = standing.plan_until {
            card = card.line(format!("Until {}.", moment(until, now)));
        }
        card = card.line(match plan.videos_a_month() {
            Some(cap) => format!(
                "{} of {} used this month; the next month begins on {}.",
                standing.used,
                count(cap.into(), "video"),
                moment(month_turns(now), now)
            ),
            None => {
                format!("{} this month, without a limit.", count(standing.used.into(), "video"))
            }
        });
        card = card.line(match standing.balance.held {
            0 => format!("{}.", count(standing.balance.wallet, "credit")),
            held => format!(
                "{}, and {held} set aside for videos under way.",
                count(standing.balance.wallet, "credit")
            ),
        });
        card = card.line(gives(plan));
        let moved = self.store.movements(standing.account, MOVEMENTS_SHOWN).await;
        card.lines.extend(moved.map_err(|e| broken(&e))?.iter().map(movement));
        for button in feature_buttons(&standing) {
            card = card.button(button);
        }
        Ok(card.for_their_eyes())
    }

    /// The four plans, the actor's own marked.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub async fn upgrade(&self, actor: &Actor) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let mut card = Card::new(CardKind::Plan, "The plans");
        for plan in Plan::ALL {
            let own = if plan == standing.plan { " (yours)" } else { "" };
            card = card.line(format!("{}{own}: {}", plan.name(), gives(plan)));
        }
        let how = if standing.plan == Plan::Enterprise {
            "Yours has everything."
        } else {
            "Payment is not set up here yet: ask the operators of this service to change your plan \
             or to give you credits. A credit buys a video beyond the month's."
        };
        Ok(card.line(how).for_their_eyes())
    }

    /// A new key to the HTTP API, shown this once: only its hash is kept.
    ///
    /// # Errors
    /// `NOT_IN_PLAN`.
    pub async fn api_key(&self, actor: &Actor) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        if !standing.has(Feature::ApiKeys) {
            return Err(refusals::not_in_plan(Feature::ApiKeys, standing.plan));
        }
        let secret: [u8; 24] = rand::rng().random();
        let key = format!("clk_{}", hex::encode(secret));
        let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let kept = self.store.api_key_add(standing.account, &key[..16], &hash, self.now()).await;
        match kept.map_err(|e| broken(&e))? {
            Kept::NotInPlan => Err(refusals::not_in_plan(Feature::ApiKeys, standing.plan)),
            Kept::Yes => Ok(Card::new(CardKind::Plan, "Your new API key")
                .line(key)
                .line("Keep it now: it is shown this once.")
                .for_their_eyes()),
        }
    }

    /// A code that makes another platform reach this account.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub async fn link_start(&self, actor: &Actor) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let code = fresh_code();
        let until = self.now() + CODE_GOOD;
        let stored = self.store.link_start(standing.account, &code, until).await;
        stored.map_err(|e| broken(&e))?;
        Ok(Card::new(CardKind::Link, "Link another chat to this account")
            .line(format!("In the other chat, within ten minutes: /link {code}"))
            .line(
                "That chat then has this account's plan, credits and videos. Show the code to \
                   nobody.",
            )
            .for_their_eyes())
    }

    /// Links this platform to the account that made the code.
    ///
    /// # Errors
    /// A refusal that says what is wrong with the code, or with linking.
    pub async fn link_finish(&self, actor: &Actor, code: &str) -> Result<Card, UserError> {
        let now = self.now();
        let code = code.trim().to_ascii_uppercase().replace('-', "");
        let outcome = self.store.link_finish(actor, &code, now).await.map_err(|e| broken(&e))?;
        let refuse = |message: String| Err(UserError::validation("code", message));
        match outcome {
            LinkOutcome::Linked => Ok(Card::new(CardKind::Link, "Linked")
                .line("This chat now has that account's plan, credits and videos.")
                .for_their_eyes()),
            LinkOutcome::Already => Ok(Card::new(CardKind::Link, "Linked already")
                .line("This chat has that account already.")
                .for_their_eyes()),
            LinkOutcome::Unknown => refuse(
                "This code is not known, or older than ten minutes. Ask for a new one with /link \
                 in the other chat."
                    .into(),
            ),
            LinkOutcome::InUse => refuse(
                "This chat has an account of its own with credits, a plan or videos under way, \
                 and linking would lose them. Make the code here, and type it in the other chat; \
                 or ask the operators of this service."
                    .into(),
            ),
            LinkOutcome::TooMany { again_at } => refuse(format!(
                "Too many codes were tried. Try again at {}.",
                moment(again_at, now)
            )),
        }
    }
}

/// A transfer in words.
fn movement(moved: &Movement) -> String {
    let day = moved.at.format("%-d %b %H:%M");
    let credits = count(moved.amount, "credit");
    let job = moved.reference.as_deref().unwrap_or("a video");
    let what = match (moved.unit.as_str(), moved.from.as_str(), moved.to.as_str()) {
        ("credit", "funding", _) => format!("{credits} given: {}", moved.reason),
        ("credit", "wallet", "held") => format!("{credits} set aside for {job}"),
        ("credit", "wallet", _) => format!("{credits} taken back: {}", moved.reason),
        ("credit", "held", "revenue") => format!("{credits} spent on {job}"),
        ("credit", "held", _) => format!("{credits} came back from {job}"),
        ("video", "month", _) => format!("one of the month's videos set aside for {job}"),
        ("video", _, "used") => format!("one of the month's videos used for {job}"),
        ("video", ..) => format!("one of the month's videos came back from {job}"),
        (unit, from, to) => format!("{} {unit}, {from} → {to}", moved.amount),
    };
    format!("{day} · {what}")
}

/// What a plan gives, in a line.
fn gives(plan: Plan) -> String {
    let videos = match plan.videos_a_month() {
        Some(cap) => format!("{} a month", count(cap.into(), "video")),
        None => "videos without a limit".into(),
    };
    let (width, height) = plan.picture_px();
    let mut words = vec![
        videos,
        format!("up to {} s", plan.duration_s_max()),
        format!("{width}×{height}{}", if plan.end_card() { " with an end card" } else { "" }),
        format!("{} at once", plan.jobs_at_once()),
    ];
    for (feature, name) in [
        (Feature::BrandKit, "brand kit and own pictures"),
        (Feature::Cartoon, "talking cartoons and photographs, API keys, pinned format"),
        (Feature::Cinematic, "talking films"),
    ] {
        if plan.has(feature) {
            words.push(name.into());
        }
    }
    if plan.queue() == crate::job::Queue::Priority {
        words.push("ahead in the queue".into());
    }
    format!("{}.", words.join(", "))
}

/// One button a feature, locked with the plan that has it.
fn feature_buttons(standing: &Standing) -> Vec<Button> {
    let mut buttons = Vec::new();
    for (feature, action, label) in [
        (Feature::BrandKit, Action::Brand, "Brand kit"),
        (Feature::Uploads, Action::Uploads, "Own pictures"),
        (Feature::PinnedFormat, Action::PinFormat, "Pin a format"),
        (Feature::ApiKeys, Action::ApiKey, "API key"),
        (Feature::Cartoon, Action::Cartoon, "Talking cartoon"),
        (Feature::Studio, Action::Studio, "Talking photograph"),
        (Feature::Cinematic, Action::Cinematic, "Talking film"),
    ] {
        buttons.push(entitlement::button(standing, feature, action, label));
    }
    if standing.plan != Plan::Enterprise {
        buttons.push(Button::open(Action::Upgrade, "Plans"));
    }
    buttons
}

/// Eight letters, 40 bits: guessed at most ten times an hour, for ten minutes.
fn fresh_code() -> String {
    let mut random = rand::rng();
    let letter = |_| char::from(CODE_LETTERS[random.random_range(0..CODE_LETTERS.len())]);
    (0..8).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_says_what_it_gives() {
        assert_eq!(
            gives(Plan::Free),
            "1 video a month, up to 30 s, 720×1280 with an end card, 1 at once."
        );
        assert!(gives(Plan::Professional).contains("without a limit"));
        assert!(!gives(Plan::Professional).contains("talking films"));
        assert!(gives(Plan::Enterprise).contains("talking films, ahead in the queue"));
    }
}
