//! Times and amounts as people read them.

use chrono::{DateTime, Utc};

/// “14:05 UTC (in 12 minutes)”, with the date where it is another day.
pub(super) fn moment(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    // The answer is read a little later, and a second too early would be refused again.
    let at = at + chrono::TimeDelta::milliseconds(999);
    let clock = if at.date_naive() == now.date_naive() {
        at.format("%H:%M:%S").to_string()
    } else {
        at.format("%-d %B %Y, %H:%M").to_string()
    };
    format!("{clock} UTC ({})", until(at, now))
}

/// “in 12 minutes”.
pub(super) fn until(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (at - now).num_seconds().max(1);
    // In the unit in which the number is small, rounded up: nobody comes back too early.
    let (unit_s, unit) = match seconds {
        ..90 => (1, "second"),
        90..5_400 => (60, "minute"),
        5_400..129_600 => (3_600, "hour"),
        _ => (86_400, "day"),
    };
    format!("in {}", count((seconds + unit_s - 1) / unit_s, unit))
}

/// “1 credit”, “5 credits”.
pub(super) fn count(number: i64, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
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

    #[test]
    fn times_are_said_as_people_say_them() {
        let now: DateTime<Utc> = "2026-11-22T13:53:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(moment(at("2026-11-22T14:05:00Z"), now), "14:05:00 UTC (in 12 minutes)");
        assert_eq!(
            moment(at("2026-12-01T00:00:00Z"), now),
            "1 December 2026, 00:00 UTC (in 9 days)"
        );
        assert_eq!(until(at("2026-11-22T13:53:01Z"), now), "in 1 second");
        // Never “in 0 seconds”, even for what has just passed.
        assert_eq!(until(at("2026-11-22T13:52:00Z"), now), "in 1 second");
    }

    #[test]
    fn amounts_are_said_as_people_say_them() {
        assert_eq!(count(1, "credit"), "1 credit");
        assert_eq!(length(61_200), "1:02");
        assert_eq!(size(3_456_789), "3.4 MB");
        assert_eq!(size(999), "1 KB");
        assert_eq!(dollars(12_345), "$0.0123");
        assert_eq!(file_stem("Why Octopuses Have 3 Hearts?!"), "why-octopuses-have-3-hearts");
        assert_eq!(file_stem("../../"), "video");
        assert_eq!(shortened("abcdef", 4), "abc…");
    }
}
