//! Every refusal in the words a person reads: what is the matter, what to do next, and when.

use chrono::{DateTime, Utc};

use super::words::{credits, date, moment, videos};
use crate::{
    credits::month_turns,
    error::UserError,
    job::{JobRef, JobState, Mode},
    plan::{Feature, Plan},
    rate_limit::Rate,
    words::{Tongue, say},
};

fn error(code: &str, field: &str, message: impl Into<String>) -> UserError {
    UserError { code: code.into(), field: field.into(), message: message.into() }
}

pub(super) fn out_of_order(tongue: Tongue) -> UserError {
    error("UNAVAILABLE", "", say!(tongue, "out-of-order"))
}

pub(super) fn banned(tongue: Tongue, reason: &str) -> UserError {
    error("BANNED", "", say!(tongue, "banned", reason = reason.trim_end_matches('.')))
}

pub(super) fn maintenance(tongue: Tongue, message: &str) -> UserError {
    let message = say!(tongue, "maintenance", message = message.trim_end_matches('.'));
    error("MAINTENANCE", "", message)
}

pub(super) fn too_often(
    tongue: Tongue,
    rate: Rate,
    again_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> UserError {
    let (most, again) = (rate.count_max(), moment(tongue, again_at, now));
    let message = match rate {
        Rate::Generate => say!(tongue, "too-often-generate", most = most, again = again),
        Rate::Upload => say!(tongue, "too-often-upload", most = most, again = again),
        Rate::Status => say!(tongue, "too-often-status", most = most, again = again),
    };
    error("RATE_LIMITED", "", message)
}

/// A feature as it begins a sentence.
fn name(tongue: Tongue, feature: Feature) -> String {
    match feature {
        Feature::BrandKit => say!(tongue, "feature-brand-kit"),
        Feature::Uploads => say!(tongue, "feature-uploads"),
        Feature::Cartoon => say!(tongue, "feature-cartoon"),
        Feature::Studio => say!(tongue, "feature-studio"),
        Feature::Cinematic => say!(tongue, "feature-cinematic"),
        Feature::ApiKeys => say!(tongue, "feature-api-keys"),
        Feature::PinnedFormat => say!(tongue, "feature-pinned-format"),
    }
}

/// What a mode makes, as it begins a sentence.
fn made(tongue: Tongue, mode: Mode) -> String {
    match Feature::of_mode(mode) {
        Some(feature) => name(tongue, feature),
        None => say!(tongue, "feature-video"),
    }
}

/// Why a plan's owner cannot have something: for a locked button, and inside a refusal.
pub(super) fn needs_plan(tongue: Tongue, feature: Feature) -> String {
    let first = feature.first_plan();
    let (plan, feature) = (first.name(), (feature, name(tongue, feature)));
    match feature {
        (Feature::Uploads, name) => {
            say!(tongue, "uploads-need-plan", feature = name, plan = plan)
        }
        (_, name) if first == Plan::Enterprise => {
            say!(tongue, "needs-plan", feature = name, plan = plan)
        }
        (_, name) => say!(tongue, "needs-plan-or-above", feature = name, plan = plan),
    }
}

pub(super) fn not_in_plan(tongue: Tongue, feature: Feature, plan: Plan) -> UserError {
    let field = match feature {
        Feature::Uploads => "images",
        Feature::PinnedFormat => "format",
        Feature::BrandKit => "brand",
        Feature::ApiKeys => "apikey",
        Feature::Cartoon | Feature::Studio | Feature::Cinematic => "mode",
    };
    let needs = needs_plan(tongue, feature);
    error("NOT_IN_PLAN", field, say!(tongue, "not-in-plan", needs = needs, plan = plan.name()))
}

/// A photograph is to talk, and none came with the sentence.
pub(super) fn photo_needed(tongue: Tongue) -> UserError {
    UserError::validation("images", say!(tongue, "photo-needed"))
}

pub(super) fn too_many_at_once(tongue: Tongue, plan: Plan) -> UserError {
    let most = plan.jobs_at_once();
    let mut message = if most == 1 {
        say!(tongue, "one-at-once", plan = plan.name())
    } else {
        say!(tongue, "many-at-once", plan = plan.name(), most = most)
    };
    if let Some(other) = Plan::ALL.into_iter().find(|other| other.jobs_at_once() > most) {
        let (plan, most) = (other.name(), other.jobs_at_once());
        message = format!("{message} {}", say!(tongue, "more-at-once", plan = plan, most = most));
    }
    error("TOO_MANY_AT_ONCE", "", message)
}

/// The month's videos are used up and there is no credit for another.
pub(super) fn month_used_up(
    tongue: Tongue,
    plan: Plan,
    price: u32,
    wallet: i64,
    now: DateTime<Utc>,
) -> UserError {
    let cap = plan.videos_a_month().unwrap_or_default();
    let mut message = say!(
        tongue,
        "month-used-up",
        videos = videos(tongue, cap),
        plan = plan.name(),
        next = moment(tongue, month_turns(now), now),
        price = credits(tongue, price.into()),
        wallet = credits(tongue, wallet),
    );
    let above = |other: &Plan| other.videos_a_month().is_none_or(|videos| videos > cap);
    if let Some(other) = Plan::ALL.into_iter().find(above) {
        let more = match other.videos_a_month() {
            Some(most) => say!(tongue, "more-a-month", plan = other.name(), most = most),
            None => say!(tongue, "no-monthly-limit", plan = other.name()),
        };
        message = format!("{message} {more}");
    }
    error("MONTH_USED_UP", "", message)
}

/// A mode that always costs credits.
pub(super) fn credits_missing(tongue: Tongue, mode: Mode, price: u32, wallet: i64) -> UserError {
    let message = say!(
        tongue,
        "credits-missing",
        feature = made(tongue, mode),
        price = credits(tongue, price.into()),
        wallet = credits(tongue, wallet),
        missing = i64::from(price) - wallet,
    );
    error("CREDITS_MISSING", "mode", message)
}

pub(super) fn mode_not_offered(tongue: Tongue, mode: Mode) -> UserError {
    error("NOT_OFFERED", "mode", say!(tongue, "not-offered", feature = made(tongue, mode)))
}

pub(super) fn unknown_upload(tongue: Tongue, index: usize) -> UserError {
    UserError::validation(format!("images[{index}]"), say!(tongue, "unknown-upload"))
}

pub(super) fn no_such_job(tongue: Tongue, reference: &JobRef) -> UserError {
    error("NOT_FOUND", "job", say!(tongue, "no-such-job", job = reference.to_string()))
}

/// What a video is asked for when it is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Script,
    Captions,
    Credits,
}

pub(super) fn no_file_yet(
    tongue: Tongue,
    reference: &JobRef,
    state: JobState,
    part: Part,
) -> UserError {
    let over = matches!(state, JobState::Failed | JobState::Cancelled);
    let job = reference.to_string();
    let message = match (part, over) {
        (Part::Script, true) => say!(tongue, "no-script-ever", job = job),
        (Part::Captions, true) => say!(tongue, "no-captions-ever", job = job),
        (Part::Credits, true) => say!(tongue, "no-credits-ever", job = job),
        (Part::Script, false) => say!(tongue, "no-script-yet", job = job),
        (Part::Captions, false) => say!(tongue, "no-captions-yet", job = job),
        (Part::Credits, false) => say!(tongue, "no-credits-yet", job = job),
    };
    error("NOT_READY", "job", message)
}

pub(super) fn expired(tongue: Tongue, reference: &JobRef, at: DateTime<Utc>) -> UserError {
    let clock = at.format("%H:%M").to_string();
    let until = say!(tongue, "until-utc", date = date(tongue, at), clock = clock);
    let job = reference.to_string();
    error("EXPIRED", "job", say!(tongue, "expired", job = job, until = until))
}

#[cfg(test)]
mod golden;

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Tongue = Tongue::English;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn over_the_cap_says_when_the_month_turns_and_what_helps() {
        let now = at("2026-11-22T10:00:00Z");
        let said = month_used_up(EN, Plan::Free, 1, 0, now).message;
        assert!(said.contains("1 December 2026, 00:00 UTC (in 9 days)"), "{said}");
        assert!(said.contains("Beginner plan has 10 a month"), "{said}");
        assert!(said.contains("costs 1 credit, and you have 0 credits"), "{said}");
        let said = month_used_up(EN, Plan::Beginner, 1, 0, at("2026-12-31T23:59:59Z")).message;
        assert!(said.contains("1 January 2027, 00:00 UTC (in 1 second)"), "{said}");
        assert!(said.contains("Professional plan has no monthly limit"), "{said}");
    }

    #[test]
    fn every_lacking_feature_names_the_plan_that_has_it() {
        for feature in Feature::ALL {
            let said = not_in_plan(EN, feature, Plan::Free).message;
            assert!(said.contains(feature.first_plan().name()), "{said}");
            assert!(said.contains("/upgrade"), "{said}");
        }
    }

    #[test]
    fn every_refusal_says_what_to_do_next() {
        let now = at("2026-11-22T10:00:00Z");
        let again = at("2026-11-22T10:41:07Z");
        for rate in Rate::ALL {
            let said = too_often(EN, rate, again, now).message;
            assert!(said.contains("again at 10:41:07 UTC (in 42 minutes)"), "{said}");
        }
        assert!(too_many_at_once(EN, Plan::Free).message.contains("Professional plan makes 3"));
        assert!(too_many_at_once(EN, Plan::Enterprise).message.contains("10 at once"));
        assert!(credits_missing(EN, Mode::Studio, 5, 2).message.contains("Get 3 more"));
        assert!(banned(EN, "spam.").message.contains("spam. Videos"));
        assert!(maintenance(EN, "new disks").message.contains("Ask again a little later"));
        assert!(out_of_order(EN).message.contains("Try again in a minute"));
    }

    #[test]
    fn a_refusal_reads_well_in_spanish() {
        let es = Tongue::Spanish;
        let now = at("2026-11-22T10:00:00Z");
        assert_eq!(
            month_used_up(es, Plan::Free, 1, 0, now).message,
            "Has gastado lo de este mes (1 vídeo) del plan Free. El mes siguiente empieza el 1 de \
             diciembre de 2026, 00:00 UTC (dentro de 9 días). Hasta entonces un vídeo cuesta 1 \
             crédito, y tienes 0 créditos. El plan Beginner tiene 10 al mes."
        );
        assert_eq!(
            not_in_plan(es, Feature::Uploads, Plan::Free).message,
            "Usar tus propias imágenes viene con el plan Beginner y con los superiores. Tienes \
             Free; no se te ha cobrado nada. Mira /upgrade, o pídelo sin eso."
        );
    }
}
