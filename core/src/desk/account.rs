//! Plan, month, credits; keys; one person on several platforms.

use chrono::TimeDelta;
use rand::Rng;
use sha2::{Digest, Sha256};

use super::{
    Desk, broken, entitlement, refusals,
    words::{credits, date_short, moment, videos},
};
use crate::{
    actor::Actor,
    card::{Action, Button, Card, CardKind, Link},
    credits::month_turns,
    error::UserError,
    plan::{Feature, Plan},
    store::{Kept, LinkOutcome, Movement, Standing},
    words::{Tongue, say},
};

/// How long a linking code is good.
const CODE_GOOD: TimeDelta = TimeDelta::minutes(10);
/// The last movements of the books that a plan card shows.
const MOVEMENTS_SHOWN: u32 = 8;
/// Reasons that V0014's functions give.
const BOUGHT: &str = "bought";
const PAYMENT_RETURNED: &str = "payment returned";
const DISPUTE_WON: &str = "dispute won";
/// Letters of a linking code.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Desk {
    /// The actor's plan, month and credits, with what each feature needs.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub async fn plan(&self, actor: &Actor) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let (now, tongue) = (self.now(), standing.tongue);
        let plan = standing.plan;
        let mut card = Card::new(CardKind::Plan, say!(tongue, "plan-title", plan = plan.name()));
        if let Some(until) = standing.plan_until {
            card = card.line(say!(tongue, "plan-until", until = moment(tongue, until, now)));
        }
        card = card.line(match plan.videos_a_month() {
            Some(cap) => say!(
                tongue,
                "plan-month",
                used = standing.used,
                videos = videos(tongue, cap),
                next = moment(tongue, month_turns(now), now),
            ),
            None => {
                say!(tongue, "plan-month-unlimited", videos = videos(tongue, standing.used))
            }
        });
        card = card.line(match standing.balance.held {
            0 => say!(tongue, "plan-wallet", credits = credits(tongue, standing.balance.wallet)),
            held => {
                let wallet = credits(tongue, standing.balance.wallet);
                say!(tongue, "plan-wallet-held", credits = wallet, held = held)
            }
        });
        card = card.line(gives(plan, tongue));
        let moved = self.store.movements(standing.account, MOVEMENTS_SHOWN).await;
        let moved = moved.map_err(|e| broken(tongue, &e))?;
        card.lines.extend(moved.iter().map(|moved| movement(moved, tongue)));
        for button in feature_buttons(&standing) {
            card = card.button(button);
        }
        card.links.extend(self.where_to_buy(&standing));
        Ok(card.for_their_eyes())
    }

    /// The four plans, the actor's own marked.
    ///
    /// # Errors
    /// `RATE_LIMITED`.
    pub async fn upgrade(&self, actor: &Actor) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let tongue = standing.tongue;
        let mut card = Card::new(CardKind::Plan, say!(tongue, "plans-title"));
        for plan in Plan::ALL {
            let (name, gives) = (plan.name(), gives(plan, tongue));
            card = card.line(if plan == standing.plan {
                say!(tongue, "plans-own", plan = name, gives = gives)
            } else {
                say!(tongue, "plans-other", plan = name, gives = gives)
            });
        }
        let shop = self.where_to_buy(&standing);
        let how = match (&shop, standing.plan) {
            (_, Plan::Enterprise) => say!(tongue, "plans-everything"),
            (Some(_), _) => say!(tongue, "plans-buy"),
            (None, _) => say!(tongue, "plans-how"),
        };
        card.links.extend(shop);
        Ok(card.line(how).for_their_eyes())
    }

    /// Where the actor can buy credits: the payment tells us whose they are.
    fn where_to_buy(&self, standing: &Standing) -> Option<Link> {
        let mut url = self.config.credits_url.clone()?;
        url.query_pairs_mut().append_pair("client_reference_id", &standing.account.to_string());
        Some(Link { label: say!(standing.tongue, "link-buy"), url: url.into() })
    }

    /// A new key to the HTTP API, shown this once: only its hash is kept.
    ///
    /// # Errors
    /// `NOT_IN_PLAN`.
    pub async fn api_key(&self, actor: &Actor) -> Result<Card, UserError> {
        let standing = self.look(actor).await?;
        let tongue = standing.tongue;
        let not_in_plan = || refusals::not_in_plan(tongue, Feature::ApiKeys, standing.plan);
        if !standing.has(Feature::ApiKeys) {
            return Err(not_in_plan());
        }
        let secret: [u8; 24] = rand::rng().random();
        let key = format!("clk_{}", hex::encode(secret));
        let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let kept = self.store.api_key_add(standing.account, &key[..16], &hash, self.now()).await;
        match kept.map_err(|e| broken(tongue, &e))? {
            Kept::NotInPlan => Err(not_in_plan()),
            Kept::Yes => Ok(Card::new(CardKind::Plan, say!(tongue, "api-key-title"))
                .line(key)
                .line(say!(tongue, "api-key-once"))
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
        let tongue = standing.tongue;
        stored.map_err(|e| broken(tongue, &e))?;
        Ok(Card::new(CardKind::Link, say!(tongue, "link-title"))
            .line(say!(tongue, "link-how", code = code))
            .line(say!(tongue, "link-what"))
            .for_their_eyes())
    }

    /// Links this platform to the account that made the code.
    ///
    /// # Errors
    /// A refusal that says what is wrong with the code, or with linking.
    pub async fn link_finish(&self, actor: &Actor, code: &str) -> Result<Card, UserError> {
        let (now, tongue) = (self.now(), actor.tongue());
        let code = code.trim().to_ascii_uppercase().replace('-', "");
        let outcome = self.store.link_finish(actor, &code, now).await;
        let outcome = outcome.map_err(|e| broken(tongue, &e))?;
        let refuse = |message: String| Err(UserError::validation("code", message));
        match outcome {
            LinkOutcome::Linked => Ok(Card::new(CardKind::Link, say!(tongue, "linked-title"))
                .line(say!(tongue, "linked"))
                .for_their_eyes()),
            LinkOutcome::Already => {
                Ok(Card::new(CardKind::Link, say!(tongue, "linked-already-title"))
                    .line(say!(tongue, "linked-already"))
                    .for_their_eyes())
            }
            LinkOutcome::Unknown => refuse(say!(tongue, "link-unknown")),
            LinkOutcome::InUse => refuse(say!(tongue, "link-in-use")),
            LinkOutcome::TooMany { again_at } => {
                let again = moment(tongue, again_at, now);
                refuse(say!(tongue, "link-too-many", again = again))
            }
        }
    }
}

/// A transfer in words.
fn movement(moved: &Movement, tongue: Tongue) -> String {
    let credits = credits(tongue, moved.amount);
    let job = moved.reference.clone().unwrap_or_else(|| say!(tongue, "moved-a-video"));
    let reason = moved.reason.as_str();
    let what = match (moved.unit.as_str(), moved.from.as_str(), moved.to.as_str()) {
        ("credit", "funding", _) if reason == BOUGHT => {
            say!(tongue, "moved-bought", credits = credits)
        }
        ("credit", "funding", _) if reason == DISPUTE_WON => {
            say!(tongue, "moved-dispute-won", credits = credits)
        }
        ("credit", "funding", _) => {
            say!(tongue, "moved-given", credits = credits, reason = reason)
        }
        ("credit", "wallet", "held") => say!(tongue, "moved-held", credits = credits, job = job),
        ("credit", "wallet", _) if reason == PAYMENT_RETURNED => {
            say!(tongue, "moved-payment-returned", credits = credits)
        }
        ("credit", "wallet", _) => {
            say!(tongue, "moved-taken", credits = credits, reason = reason)
        }
        ("credit", "held", "revenue") => {
            say!(tongue, "moved-spent", credits = credits, job = job)
        }
        ("credit", "held", _) => say!(tongue, "moved-back", credits = credits, job = job),
        ("video", "month", _) => say!(tongue, "moved-month-held", job = job),
        ("video", _, "used") => say!(tongue, "moved-month-used", job = job),
        ("video", ..) => say!(tongue, "moved-month-back", job = job),
        (unit, from, to) => format!("{} {unit}, {from} → {to}", moved.amount),
    };
    format!("{} · {what}", date_short(tongue, moved.at))
}

/// What a plan gives, in a line.
fn gives(plan: Plan, tongue: Tongue) -> String {
    let (width, height) = plan.picture_px();
    let size = format!("{width}×{height}");
    let mut words = vec![
        match plan.videos_a_month() {
            Some(cap) => say!(tongue, "gives-a-month", videos = videos(tongue, cap)),
            None => say!(tongue, "gives-unlimited"),
        },
        say!(tongue, "gives-seconds", seconds = plan.duration_s_max()),
        if plan.end_card() { say!(tongue, "gives-end-card", size = size) } else { size },
        say!(tongue, "gives-at-once", count = plan.jobs_at_once()),
    ];
    for (feature, name) in [
        (Feature::BrandKit, say!(tongue, "gives-brand")),
        (Feature::Cartoon, say!(tongue, "gives-talking")),
        (Feature::Cinematic, say!(tongue, "gives-films")),
    ] {
        if plan.has(feature) {
            words.push(name);
        }
    }
    if plan.queue() == crate::job::Queue::Priority {
        words.push(say!(tongue, "gives-ahead"));
    }
    format!("{}.", words.join(", "))
}

/// One button a feature, locked with the plan that has it.
fn feature_buttons(standing: &Standing) -> Vec<Button> {
    let tongue = standing.tongue;
    let mut buttons = Vec::new();
    for (feature, action, label) in [
        (Feature::BrandKit, Action::Brand, say!(tongue, "button-brand")),
        (Feature::Uploads, Action::Uploads, say!(tongue, "button-uploads")),
        (Feature::PinnedFormat, Action::PinFormat, say!(tongue, "button-pin-format")),
        (Feature::ApiKeys, Action::ApiKey, say!(tongue, "button-api-key")),
        (Feature::Cartoon, Action::Cartoon, say!(tongue, "button-cartoon")),
        (Feature::Studio, Action::Studio, say!(tongue, "button-studio")),
        (Feature::Cinematic, Action::Cinematic, say!(tongue, "button-cinematic")),
    ] {
        buttons.push(entitlement::button(standing, feature, action, label));
    }
    if standing.plan != Plan::Enterprise {
        buttons.push(Button::open(Action::Upgrade, say!(tongue, "button-plans")));
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
            gives(Plan::Free, Tongue::English),
            "1 video a month, up to 30 s, 720×1280 with an end card, 1 at once."
        );
        assert!(gives(Plan::Professional, Tongue::English).contains("without a limit"));
        assert!(!gives(Plan::Professional, Tongue::English).contains("talking films"));
        let most = gives(Plan::Enterprise, Tongue::English);
        assert!(most.contains("talking films, ahead in the queue"));
    }
}
