//! What an account may ask for: the rule behind the locked buttons (first layer) and the desk's own
//! refusals (second). The third is the database's submit function, which knows the same table.

use chrono::{DateTime, Utc};

use super::{refusals, words};
use crate::{
    card::{Action, Button},
    credits::{self, Payment},
    error::UserError,
    job::Mode,
    plan::Feature,
    store::Standing,
    words::say,
};

/// What of a request depends on the plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) mode: Mode,
    pub(super) uploads: bool,
    pub(super) pinned_format: bool,
}

#[cfg(test)]
impl Wish {
    /// A video and nothing special.
    pub(super) const PLAIN: Self =
        Self { mode: Mode::Standard, uploads: false, pinned_format: false };
}

/// Refuses what the account may not have at `now`, in the order in which it helps most to know.
pub(super) fn judge(
    standing: &Standing,
    wish: Wish,
    now: DateTime<Utc>,
) -> Result<Payment, UserError> {
    let tongue = standing.tongue;
    if let Some(reason) = &standing.banned {
        return Err(refusals::banned(tongue, reason));
    }
    if let Some(message) = &standing.maintenance {
        return Err(refusals::maintenance(tongue, message));
    }
    let wanted = [
        Feature::of_mode(wish.mode),
        wish.uploads.then_some(Feature::Uploads),
        wish.pinned_format.then_some(Feature::PinnedFormat),
    ];
    if let Some(feature) = wanted.into_iter().flatten().find(|feature| !standing.has(*feature)) {
        return Err(refusals::not_in_plan(tongue, feature, standing.plan));
    }
    if standing.live >= standing.plan.jobs_at_once() {
        return Err(refusals::too_many_at_once(tongue, standing.plan));
    }
    let wallet = standing.balance.wallet;
    credits::payment(standing.plan, wish.mode, standing.used, wallet).map_err(|_| {
        let price = credits::price(wish.mode);
        if wish.mode == Mode::Standard {
            refusals::month_used_up(tongue, standing.plan, price, wallet, now)
        } else {
            refusals::credits_missing(tongue, wish.mode, price, wallet)
        }
    })
}

/// A button that needs a feature, locked with the reason where the plan lacks it.
pub(super) fn button(
    standing: &Standing,
    feature: Feature,
    action: Action,
    label: String,
) -> Button {
    if standing.has(feature) {
        Button::open(action, label)
    } else {
        Button::locked(action, label, refusals::needs_plan(standing.tongue, feature))
    }
}

/// A button that asks for a video like an earlier one, locked with the refusal it would meet.
pub(super) fn again_button(standing: &Standing, wish: Wish, now: DateTime<Utc>) -> Button {
    let tongue = standing.tongue;
    let again = || say!(tongue, "button-again");
    match judge(standing, wish, now) {
        Ok(Payment::Allowance) => Button::open(Action::Again, again()),
        Ok(Payment::Credits { amount }) => {
            let credits = words::credits(tongue, amount.into());
            Button::open(Action::Again, say!(tongue, "button-again-paid", credits = credits))
        }
        Err(refusal) => Button::locked(Action::Again, again(), refusal.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credits::Balance, job::AccountId, plan::Plan, words::Tongue};

    fn standing(plan: Plan) -> Standing {
        Standing {
            account: AccountId(uuid::Uuid::nil()),
            tongue: Tongue::English,
            plan,
            plan_until: None,
            banned: None,
            balance: Balance { wallet: 100, held: 0 },
            used: 0,
            live: 0,
            maintenance: None,
            again_at: None,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn code(standing: &Standing, wish: Wish) -> String {
        judge(standing, wish, now()).map_or_else(|error| error.code, |_| "ok".into())
    }

    #[test]
    fn every_cell_of_the_plan_table_locks_its_button_and_refuses_at_the_desk() {
        let rows: [(Feature, Action, Wish); 5] = [
            (Feature::Uploads, Action::Uploads, Wish { uploads: true, ..Wish::PLAIN }),
            (Feature::PinnedFormat, Action::PinFormat, Wish { pinned_format: true, ..Wish::PLAIN }),
            (Feature::Cartoon, Action::Cartoon, Wish { mode: Mode::Cartoon, ..Wish::PLAIN }),
            (Feature::Studio, Action::Studio, Wish { mode: Mode::Studio, ..Wish::PLAIN }),
            (Feature::Cinematic, Action::Cinematic, Wish { mode: Mode::Cinematic, ..Wish::PLAIN }),
        ];
        for plan in Plan::ALL {
            let standing = standing(plan);
            for (feature, action, wish) in rows {
                let allowed = plan.has(feature);
                let expected = if allowed { "ok" } else { "NOT_IN_PLAN" };
                assert_eq!(code(&standing, wish), expected, "{plan:?} {feature:?}");
                let button = button(&standing, feature, action, "x".into());
                assert_eq!(button.locked.is_none(), allowed, "{plan:?} {feature:?}");
            }
        }
    }

    #[test]
    fn the_months_videos_and_jobs_at_once_lock_the_button_that_asks_for_more() {
        for plan in Plan::ALL {
            let mut standing = standing(plan);
            standing.balance.wallet = 0;
            standing.live = plan.jobs_at_once() - 1;
            standing.used = plan.videos_a_month().map_or(10_000, |cap| cap - 1);
            assert_eq!(code(&standing, Wish::PLAIN), "ok", "{plan:?}");
            assert_eq!(again_button(&standing, Wish::PLAIN, now()).locked, None);
            standing.live += 1;
            assert_eq!(code(&standing, Wish::PLAIN), "TOO_MANY_AT_ONCE", "{plan:?}");
            standing.live = 0;
            standing.used += 1;
            let expected = if plan.videos_a_month().is_some() { "MONTH_USED_UP" } else { "ok" };
            assert_eq!(code(&standing, Wish::PLAIN), expected, "{plan:?}");
            let locked = again_button(&standing, Wish::PLAIN, now()).locked;
            assert_eq!(locked.is_some(), plan.videos_a_month().is_some(), "{plan:?}");
            // A credit opens it again, and the button says what it costs.
            standing.balance.wallet = 1;
            let label = again_button(&standing, Wish::PLAIN, now()).label;
            assert_eq!(label.contains("1 credit"), plan.videos_a_month().is_some(), "{label}");
        }
    }

    #[test]
    fn a_ban_and_maintenance_come_before_everything() {
        let mut standing = standing(Plan::Free);
        standing.live = 5;
        standing.maintenance = Some("new disks".into());
        assert_eq!(code(&standing, Wish::PLAIN), "MAINTENANCE");
        standing.banned = Some("spam".into());
        assert_eq!(code(&standing, Wish::PLAIN), "BANNED");
    }
}
