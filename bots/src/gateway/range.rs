//! Byte ranges (RFC 9110, section 14), without I/O.

use std::ops::Range;

/// What to send of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ranged {
    /// All of it (200).
    Whole,
    /// The bytes from `start` to before `end`; not empty (206).
    Part(Range<u64>),
    /// Nothing there to send (416).
    Unsatisfiable,
}

/// Reads a `Range` header for a file of `size_bytes`.
///
/// Only one range is served: a server may ignore the header (section 14.2), which is what happens
/// to several ranges, to units other than bytes, and to what is no range at all.
#[must_use]
pub fn parse(header: Option<&str>, size_bytes: u64) -> Ranged {
    let Some((unit, ranges)) = header.and_then(|header| header.split_once('=')) else {
        return Ranged::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Ranged::Whole;
    }
    let Some((first, last)) = ranges.trim().split_once('-') else { return Ranged::Whole };
    match (number(first), number(last)) {
        // "-5": the last five bytes.
        (Number::None, Number::Some(0)) => Ranged::Unsatisfiable,
        (Number::None, Number::Some(suffix)) if size_bytes > 0 => {
            Ranged::Part(size_bytes.saturating_sub(suffix)..size_bytes)
        }
        (Number::None, Number::Some(_)) => Ranged::Unsatisfiable,
        // "5-": from the sixth byte on.
        (Number::Some(start), Number::None) if start < size_bytes => {
            Ranged::Part(start..size_bytes)
        }
        (Number::Some(start), Number::Some(end)) if start > end => Ranged::Whole,
        (Number::Some(start), Number::Some(end)) if start < size_bytes => {
            Ranged::Part(start..end.saturating_add(1).min(size_bytes))
        }
        (Number::Some(_), Number::None | Number::Some(_)) => Ranged::Unsatisfiable,
        _ => Ranged::Whole,
    }
}

enum Number {
    None,
    Some(u64),
    Wrong,
}

/// Digits only (no sign); numbers beyond 64 bits are simply large.
fn number(text: &str) -> Number {
    let text = text.trim_matches([' ', '\t']);
    if text.is_empty() {
        Number::None
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Number::Some(text.parse().unwrap_or(u64::MAX))
    } else {
        Number::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_give_what_it_says() {
        // RFC 9110, section 14.1.2, for a representation of 10,000 bytes.
        let of = |header| parse(Some(header), 10_000);
        assert_eq!(of("bytes=0-499"), Ranged::Part(0..500));
        assert_eq!(of("bytes=500-999"), Ranged::Part(500..1000));
        assert_eq!(of("bytes=-500"), Ranged::Part(9500..10_000));
        assert_eq!(of("bytes=9500-"), Ranged::Part(9500..10_000));
        assert_eq!(of("bytes=-20000"), Ranged::Part(0..10_000));
        assert_eq!(of("bytes=9999-99999999999999999999999"), Ranged::Part(9999..10_000));
    }

    #[test]
    fn what_lies_outside_cannot_be_had_and_what_is_no_range_is_ignored() {
        for outside in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(parse(Some(outside), 10), Ranged::Unsatisfiable, "{outside}");
        }
        for none in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-3",
            "bytes=a-b",
            "bytes=+1-2",
            "items=0-1",
            "bytes=0-1,3-4",
            "bytes=1--2",
            "bytes=0x1-2",
            "bytes=1.5-2",
        ] {
            assert_eq!(parse(Some(none), 10), Ranged::Whole, "{none}");
        }
        assert_eq!(parse(None, 10), Ranged::Whole);
        assert_eq!(parse(Some("bytes=0-"), 0), Ranged::Unsatisfiable);
        assert_eq!(parse(Some("bytes=-5"), 0), Ranged::Unsatisfiable);
    }
}
