//! Every refusal in the words a person reads: what is the matter, what to do next, and when.

use chrono::{DateTime, Utc};

use super::words::{count, moment};
use crate::{
    credits::month_turns,
    error::UserError,
    job::{JobRef, JobState, Mode},
    plan::{Feature, Plan},
    rate_limit::Rate,
};

fn error(code: &str, field: &str, message: impl Into<String>) -> UserError {
    UserError { code: code.into(), field: field.into(), message: message.into() }
}

pub(super) fn out_of_order() -> UserError {
    error(
        "UNAVAILABLE",
        "",
        "We are out of order just now, and nothing was charged. Try again in a minute; the same \
         request is never made twice.",
    )
}

pub(super) fn banned(reason: &str) -> UserError {
    let message = format!(
        "This account is closed to new requests: {}. Videos you have stay where they are. If you \
         think this is a mistake, write to the operators of this service.",
        reason.trim_end_matches('.')
    );
    error("BANNED", "", message)
}

pub(super) fn maintenance(message: &str) -> UserError {
    let message = format!(
        "No new requests are taken for the moment: {}. Nothing was charged, and videos under way \
         go on. Ask again a little later.",
        message.trim_end_matches('.')
    );
    error("MAINTENANCE", "", message)
}

pub(super) fn too_often(rate: Rate, again_at: DateTime<Utc>, now: DateTime<Utc>) -> UserError {
    let most = rate.count_max();
    let what = match rate {
        Rate::Generate => format!("You have asked for {most} videos within an hour"),
        Rate::Upload => format!("You have sent {most} pictures within an hour"),
        Rate::Status => format!("You have looked {most} times within a minute"),
    };
    let message = format!(
        "{what}, and that is the most. Nothing was charged; ask again at {}.",
        moment(again_at, now)
    );
    error("RATE_LIMITED", "", message)
}

/// Why a plan's owner cannot have something: for a locked button, and inside a refusal.
pub(super) fn needs_plan(feature: Feature) -> String {
    let verb = if feature == Feature::Uploads { "comes" } else { "is part of" };
    let plan = feature.first_plan();
    let above = if plan == Plan::Enterprise { "" } else { " and above" };
    if verb == "comes" {
        format!("{} comes with the {} plan{above}.", feature.name(), plan.name())
    } else {
        format!("{} is part of the {} plan{above}.", feature.name(), plan.name())
    }
}

pub(super) fn not_in_plan(feature: Feature, plan: Plan) -> UserError {
    let field = match feature {
        Feature::Uploads => "images",
        Feature::PinnedFormat => "format",
        Feature::BrandKit => "brand",
        Feature::ApiKeys => "apikey",
        Feature::Cartoon | Feature::Studio | Feature::Cinematic => "mode",
    };
    let message = format!(
        "{} You are on {}; nothing was charged. See /upgrade, or ask without it.",
        needs_plan(feature),
        plan.name()
    );
    error("NOT_IN_PLAN", field, message)
}

pub(super) fn too_many_at_once(plan: Plan) -> UserError {
    let most = plan.jobs_at_once();
    let more = match Plan::ALL.into_iter().find(|other| other.jobs_at_once() > most) {
        Some(other) => {
            format!(" The {} plan makes {} at once.", other.name(), other.jobs_at_once())
        }
        None => String::new(),
    };
    let (videos, them) = if most == 1 { ("a video", "it") } else { ("videos", "one of them") };
    let message = format!(
        "You already have {videos} under way, and the {} plan makes {most} at once. Wait until \
         {them} is finished (/status tells), or cancel {them} (/cancel).{more}",
        plan.name()
    );
    error("TOO_MANY_AT_ONCE", "", message)
}

/// The month's videos are used up and there is no credit for another.
pub(super) fn month_used_up(plan: Plan, price: u32, wallet: i64, now: DateTime<Utc>) -> UserError {
    let cap = plan.videos_a_month().unwrap_or_default();
    let more = Plan::ALL
        .into_iter()
        .find(|other| other.videos_a_month().is_none_or(|videos| videos > cap))
        .map(|other| match other.videos_a_month() {
            Some(videos) => format!(" The {} plan has {videos} a month.", other.name()),
            None => format!(" The {} plan has no monthly limit.", other.name()),
        })
        .unwrap_or_default();
    let message = format!(
        "You have used this month's {} on {}. The next month begins on {}. Until then a video \
         costs {}, and you have {}.{more}",
        count(cap.into(), "video"),
        plan.name(),
        moment(month_turns(now), now),
        count(price.into(), "credit"),
        count(wallet, "credit"),
    );
    error("MONTH_USED_UP", "", message)
}

/// A mode that always costs credits.
pub(super) fn credits_missing(mode: Mode, price: u32, wallet: i64) -> UserError {
    let what = match Feature::of_mode(mode) {
        Some(feature) => feature.name(),
        None => "This video",
    };
    let message = format!(
        "{what} costs {}, and you have {}. Nothing was charged. Get {} more, or ask for a video \
         without talking characters.",
        count(price.into(), "credit"),
        count(wallet, "credit"),
        i64::from(price) - wallet,
    );
    error("CREDITS_MISSING", "mode", message)
}

pub(super) fn mode_not_offered(mode: Mode) -> UserError {
    let name = Feature::of_mode(mode).map_or("This kind of video", Feature::name);
    let message = format!(
        "{name} cannot be made here yet. Nothing was charged; ask for the video without it."
    );
    error("NOT_OFFERED", "mode", message)
}

pub(super) fn unknown_upload(index: usize) -> UserError {
    UserError::validation(
        format!("images[{index}]"),
        "This picture is not there (any more). Send it again, then ask again.",
    )
}

pub(super) fn no_such_job(reference: &JobRef) -> UserError {
    let message =
        format!("You have no video {reference}. Check the letters, or look at /history for yours.");
    error("NOT_FOUND", "job", message)
}

pub(super) fn no_file_yet(reference: &JobRef, state: JobState, what: &str) -> UserError {
    let message = match state {
        JobState::Failed | JobState::Cancelled => {
            format!("{reference} has no {what}: it ended without a video. /again makes another.")
        }
        _ => format!("{reference} has no {what} yet: it is still being made. /status tells more."),
    };
    error("NOT_READY", "job", message)
}

pub(super) fn expired(reference: &JobRef, at: DateTime<Utc>) -> UserError {
    let message = format!(
        "The video {reference} was kept until {} and is gone now. /again {reference} makes \
         another take.",
        at.format("%-d %B %Y, %H:%M UTC")
    );
    error("EXPIRED", "job", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn over_the_cap_says_when_the_month_turns_and_what_helps() {
        let now = at("2026-11-22T10:00:00Z");
        let said = month_used_up(Plan::Free, 1, 0, now).message;
        assert!(said.contains("1 December 2026, 00:00 UTC (in 9 days)"), "{said}");
        assert!(said.contains("Beginner plan has 10 a month"), "{said}");
        assert!(said.contains("costs 1 credit, and you have 0 credits"), "{said}");
        let said = month_used_up(Plan::Beginner, 1, 0, at("2026-12-31T23:59:59Z")).message;
        assert!(said.contains("1 January 2027, 00:00 UTC (in 1 second)"), "{said}");
        assert!(said.contains("Professional plan has no monthly limit"), "{said}");
    }

    #[test]
    fn every_lacking_feature_names_the_plan_that_has_it() {
        for feature in Feature::ALL {
            let said = not_in_plan(feature, Plan::Free).message;
            assert!(said.contains(feature.first_plan().name()), "{said}");
            assert!(said.contains("/upgrade"), "{said}");
        }
    }

    #[test]
    fn every_refusal_says_what_to_do_next() {
        let now = at("2026-11-22T10:00:00Z");
        let again = at("2026-11-22T10:41:07Z");
        for rate in Rate::ALL {
            let said = too_often(rate, again, now).message;
            assert!(said.contains("again at 10:41:07 UTC (in 42 minutes)"), "{said}");
        }
        assert!(too_many_at_once(Plan::Free).message.contains("Professional plan makes 3"));
        assert!(too_many_at_once(Plan::Enterprise).message.contains("10 at once"));
        assert!(credits_missing(Mode::Studio, 5, 2).message.contains("Get 3 more"));
        assert!(banned("spam.").message.contains("spam. Videos"));
        assert!(maintenance("new disks").message.contains("Ask again a little later"));
        assert!(out_of_order().message.contains("Try again in a minute"));
    }
}
