//! Times and amounts as people read them.

use chrono::{DateTime, Datelike, Utc};

use crate::{
    job::JobState,
    words::{Tongue, say},
};

/// “14:05:00 UTC (in 12 minutes)”, with the date where it is another day.
pub(super) fn moment(tongue: Tongue, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    // The answer is read a little later, and a second too early would be refused again.
    let at = at + chrono::TimeDelta::milliseconds(999);
    let when = if at.date_naive() == now.date_naive() {
        at.format("%H:%M:%S").to_string()
    } else {
        let clock = at.format("%H:%M").to_string();
        say!(tongue, "date-at", date = date(tongue, at), clock = clock)
    };
    say!(tongue, "moment", when = when, until = until(tongue, at, now))
}

/// “22 November 2026”.
pub(super) fn date(tongue: Tongue, at: DateTime<Utc>) -> String {
    let month = say!(tongue, "month", month = at.month());
    // A year as text: a number would be grouped where a language groups digits.
    say!(tongue, "date", day = at.day(), month = month, year = at.year().to_string())
}

/// “22 Nov 14:05”.
pub(super) fn date_short(tongue: Tongue, at: DateTime<Utc>) -> String {
    let month = say!(tongue, "month-short", month = at.month());
    let clock = at.format("%H:%M").to_string();
    say!(tongue, "date-short", day = at.day(), month = month, clock = clock)
}

/// “in 12 minutes”.
pub(super) fn until(tongue: Tongue, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (at - now).num_seconds().max(1);
    // In the unit in which the number is small, rounded up: nobody comes back too early.
    let whole = |unit_s: i64| (seconds + unit_s - 1) / unit_s;
    match seconds {
        ..90 => say!(tongue, "in-seconds", count = seconds),
        90..5_400 => say!(tongue, "in-minutes", count = whole(60)),
        5_400..129_600 => say!(tongue, "in-hours", count = whole(3_600)),
        _ => say!(tongue, "in-days", count = whole(86_400)),
    }
}

/// “1 credit”, “5 credits”.
pub(super) fn credits(tongue: Tongue, count: i64) -> String {
    say!(tongue, "credits", count = count)
}

/// “1 video”, “5 videos”.
pub(super) fn videos(tongue: Tongue, count: impl Into<i64>) -> String {
    say!(tongue, "videos", count = count.into())
}

/// “1 worker”, “5 workers”.
pub(super) fn workers(tongue: Tongue, count: i64) -> String {
    say!(tongue, "workers", count = count)
}

/// “1 dead letter”, “5 dead letters”.
pub(super) fn letters(tongue: Tongue, count: i64) -> String {
    say!(tongue, "letters", count = count)
}

/// “1 message”, “5 messages”.
pub(super) fn messages(tongue: Tongue, count: i64) -> String {
    say!(tongue, "messages", count = count)
}

/// “1 consumer”, “5 consumers”.
pub(super) fn consumers(tongue: Tongue, count: i64) -> String {
    say!(tongue, "consumers", count = count)
}

/// A job's state, for operators.
pub(super) fn state(tongue: Tongue, state: JobState) -> String {
    say!(tongue, "job-state", state = state.as_str())
}

/// “0:42”.
pub(super) fn length(duration_ms: u64) -> String {
    let seconds = duration_ms.div_ceil(1000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// “3.4 MB”.
pub(super) fn size(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    if tenths < 10 {
        return format!("{} KB", bytes.div_ceil(1000));
    }
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// “$0.0123”.
pub(super) fn dollars(microusd: i64) -> String {
    let sign = if microusd < 0 { "-" } else { "" };
    let micro = microusd.unsigned_abs();
    format!("{sign}${}.{:04}", micro / 1_000_000, micro % 1_000_000 / 100)
}

/// The first `most` characters, with an ellipsis where something is left out.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A name for a file, from a title.
pub(super) fn file_stem(title: &str) -> String {
    let lowered = title.to_lowercase();
    let words: Vec<&str> = lowered
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .collect();
    let stem: String = words.join("-").chars().take(60).collect();
    if stem.is_empty() { "video".into() } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Tongue = Tongue::English;

    #[test]
    fn times_are_said_as_people_say_them() {
        let now: DateTime<Utc> = "2026-11-22T13:53:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(moment(EN, at("2026-11-22T14:05:00Z"), now), "14:05:00 UTC (in 12 minutes)");
        assert_eq!(
            moment(EN, at("2026-12-01T00:00:00Z"), now),
            "1 December 2026, 00:00 UTC (in 9 days)"
        );
        assert_eq!(until(EN, at("2026-11-22T13:53:01Z"), now), "in 1 second");
        // Never “in 0 seconds”, even for what has just passed.
        assert_eq!(until(EN, at("2026-11-22T13:52:00Z"), now), "in 1 second");
    }

    #[test]
    fn times_are_said_in_the_persons_language() {
        let now: DateTime<Utc> = "2026-11-22T13:53:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(
            moment(Tongue::Spanish, at("2026-12-01T00:00:00Z"), now),
            "1 de diciembre de 2026, 00:00 UTC (dentro de 9 días)"
        );
        assert_eq!(date_short(EN, now), "22 Nov 13:53");
        assert_eq!(date_short(Tongue::Spanish, now), "22 nov 13:53");
        assert_eq!(credits(Tongue::Spanish, 1), "1 crédito");
    }

    #[test]
    fn amounts_are_said_as_people_say_them() {
        assert_eq!(length(61_200), "1:02");
        assert_eq!(size(3_456_789), "3.4 MB");
        assert_eq!(size(999), "1 KB");
        assert_eq!(dollars(12_345), "$0.0123");
        assert_eq!(file_stem("Why Octopuses Have 3 Hearts?!"), "why-octopuses-have-3-hearts");
        assert_eq!(file_stem("../../"), "video");
        assert_eq!(shortened("abcdef", 4), "abc…");
    }
}
