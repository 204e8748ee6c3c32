//! How long a line takes to say: the budget that keeps a script inside its duration. An estimate
//! for planning; the timeline is later built on the recorded clips.

/// Milliseconds a line takes at natural speed, pauses inside it included, the one after it not.
#[must_use]
pub fn spoken_ms(text: &str, language: &str) -> u32 {
    let mut ms = 0.0;
    let trimmed = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    for c in trimmed.chars() {
        ms += match c {
            ',' | ';' | ':' | '–' | '—' | '，' | '、' | '；' | '：' => 170.0,
            '.' | '!' | '?' | '…' | '。' | '！' | '？' => 330.0,
            _ if c.is_ascii_digit() => 210.0,
            _ if c.is_alphanumeric() => letter_ms(c, language),
            _ => 0.0,
        };
    }
    let spaces = trimmed.split_whitespace().count().saturating_sub(1);
    (ms + spaces as f32 * 18.0) as u32
}

/// Milliseconds a letter, from narration speeds of about 165 words a minute in English
/// (4.6 letters a word) and the equal-information-rate figures of Pellegrino et al. 2011.
fn letter_ms(c: char, language: &str) -> f32 {
    match c {
        '\u{3400}'..='\u{9fff}' => 235.0,
        '\u{3040}'..='\u{30ff}' => 125.0,
        '\u{ac00}'..='\u{d7af}' => 165.0,
        '\u{900}'..='\u{97f}' => 68.0,
        _ => match language {
            "en" => 74.0,
            "de" | "nl" => 69.0,
            "fr" => 66.0,
            "es" | "it" | "pt" => 68.0,
            _ => 72.0,
        },
    }
}

/// About how many words (characters, in Chinese and Japanese) fit in a span.
#[must_use]
pub fn words_in(ms: u32, language: &str) -> usize {
    let word_ms = match language {
        "zh" => 235.0,
        "ja" => 150.0,
        "de" => 440.0,
        "fr" | "es" | "it" | "pt" => 365.0,
        _ => 368.0,
    };
    ((ms as f32 / word_ms).round() as usize).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_natural_pace_comes_out() {
        // 22 words at about 165 words a minute are eight seconds.
        let text = "An octopus is a bottom-living cephalopod with a soft oval body, eight long \
                    tentacles, and three hearts that never stop beating at once.";
        let ms = spoken_ms(text, "en");
        assert!((7_000..=10_000).contains(&ms), "{ms}");
        assert!((2_200..=3_200).contains(&spoken_ms("为什么天空总是蓝色的呢？", "zh")));
        assert_eq!(spoken_ms("", "en"), 0);
    }
}
