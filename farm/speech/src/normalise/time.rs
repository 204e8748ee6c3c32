//! Times of day and ratios: "4:30", "4:30pm", "10 a.m.", "14:05", "3:1".

use super::{Reading, View, number::cardinal, one, words};

/// A clock time, its a.m. or p.m. included, or a ratio.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    let (clock, half) = match half_of_day(core) {
        Some((clock, half)) => (clock, Some(half)),
        None => (core, None),
    };
    let next = half_of_day(view.core(1)).filter(|(rest, _)| rest.is_empty() && half.is_none());
    let follows = next.is_some() && view.joins_next();
    let said = match clock.split_once(':') {
        Some((hours, minutes)) => with_minutes(hours, minutes, half.is_some() || follows)?,
        None if half.is_some() || follows => {
            let hours = two_digits(clock)?;
            (1..=12).contains(&hours).then(|| cardinal(hours))?
        }
        None => return None,
    };
    match (half, next) {
        (Some(half), _) => one(&format!("{said} {half}")),
        (None, Some((_, half))) if follows => Some(vec![words(&said), words(half)]),
        _ => one(&said),
    }
}

fn with_minutes(hours: &str, minutes: &str, has_half: bool) -> Option<String> {
    if let Some((minutes, seconds)) = minutes.split_once(':') {
        let parts = [two_digits(hours)?, two_digits(minutes)?, two_digits(seconds)?];
        return Some(parts.map(cardinal).join(" "));
    }
    let hour = two_digits(hours)?;
    let minute = two_digits(minutes)?;
    let is_clock = minutes.len() == 2 && hour <= 24 && minute < 60;
    if !is_clock {
        return Some(format!("{} to {}", cardinal(hour), cardinal(minute)));
    }
    let hour_said = cardinal(hour);
    Some(match minute {
        0 if has_half => hour_said,
        0 if (1..=12).contains(&hour) => format!("{hour_said} o'clock"),
        0 => format!("{hour_said} hundred"),
        1..=9 => format!("{hour_said} oh {}", cardinal(minute)),
        _ => format!("{hour_said} {}", cardinal(minute)),
    })
}

fn two_digits(text: &str) -> Option<u64> {
    (1..=2).contains(&text.len()).then_some(text)?.parse().ok()
}

/// Strips a.m. or p.m. from the end: what is before it, and how it is said.
fn half_of_day(text: &str) -> Option<(&str, &'static str)> {
    const HALVES: [(&str, &str); 6] = [
        ("a.m", "A.M."),
        ("p.m", "P.M."),
        ("am", "A.M."),
        ("pm", "P.M."),
        ("AM", "A.M."),
        ("PM", "P.M."),
    ];
    HALVES.iter().find_map(|&(half, said)| {
        let rest = text.strip_suffix(half)?;
        rest.chars().all(|c| c.is_ascii_digit() || c == ':').then_some((rest, said))
    })
}
