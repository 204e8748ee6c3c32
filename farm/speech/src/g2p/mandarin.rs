//! Mandarin: characters to pinyin to the IPA with tone arrows that Kokoro's Chinese voices learned
//! (misaki's transcription, MIT: → high, ↗ rising, ↓ dipping, ↘ falling).

use pinyin::ToPinyin;

use super::{IpaSource, Phone, ipa};
use crate::text::{Sentence, chinese};

/// Initials, longest first.
const INITIALS: [(&str, &str); 21] = [
    ("zh", "ꭧ"),
    ("ch", "ꭧʰ"),
    ("sh", "ʂ"),
    ("b", "p"),
    ("p", "pʰ"),
    ("m", "m"),
    ("f", "f"),
    ("d", "t"),
    ("t", "tʰ"),
    ("n", "n"),
    ("l", "l"),
    ("g", "k"),
    ("k", "kʰ"),
    ("h", "x"),
    ("j", "ʨ"),
    ("q", "ʨʰ"),
    ("x", "ɕ"),
    ("r", "ɻ"),
    ("z", "ʦ"),
    ("c", "ʦʰ"),
    ("s", "s"),
];
/// Finals; `T` marks where the tone goes, after the syllable's vowel.
const FINALS: [(&str, &str); 38] = [
    ("a", "aT"),
    ("ai", "aiT"),
    ("an", "aTn"),
    ("ang", "aTŋ"),
    ("ao", "auT"),
    ("e", "ɤT"),
    ("ei", "eiT"),
    ("en", "əTn"),
    ("eng", "əTŋ"),
    ("er", "ɚT"),
    ("i", "iT"),
    ("ia", "jaT"),
    ("ian", "jɛTn"),
    ("iang", "jaTŋ"),
    ("iao", "jauT"),
    ("ie", "jeT"),
    ("in", "iTn"),
    ("iou", "jouT"),
    ("iu", "jouT"),
    ("ing", "iTŋ"),
    ("iong", "jʊTŋ"),
    ("ong", "ʊTŋ"),
    ("ou", "ouT"),
    ("o", "woT"),
    ("u", "uT"),
    ("uei", "weiT"),
    ("ui", "weiT"),
    ("ua", "waT"),
    ("uai", "waiT"),
    ("uan", "waTn"),
    ("uen", "wəTn"),
    ("un", "wəTn"),
    ("uang", "waTŋ"),
    ("ueng", "wəTŋ"),
    ("uo", "woT"),
    ("ü", "yT"),
    ("üe", "ɥeT"),
    ("ün", "yTn"),
];
const NUMERALS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
/// Numbers of more digits are read digit by digit (years are, too).
const CARDINAL_DIGITS_MAX: usize = 3;

/// Phonemes of a sentence; words in Latin letters are read as English.
pub(super) fn phones(sentence: &Sentence, source: &dyn IpaSource) -> Vec<Phone> {
    let mut phones = Vec::new();
    for (index, word) in sentence.words.iter().enumerate() {
        if !phones.is_empty() {
            phones.push(Phone { symbol: ' ', word: None });
        }
        for symbol in read(&word.spoken.join(" "), source).chars() {
            phones.push(Phone { symbol, word: (symbol != ' ').then_some(index) });
        }
        if let Some(mark) = word.mark {
            phones.push(Phone { symbol: mark.symbol(), word: None });
        }
    }
    phones
}

fn read(word: &str, source: &dyn IpaSource) -> String {
    let mut said = String::new();
    let text = with_numerals(word);
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((listed, reading)) = chinese::listed(rest) {
            said.extend(reading.split(' ').map(syllable));
            rest = &rest[listed.len()..];
        } else if let Some(pinyin) = c.to_pinyin() {
            said.push_str(&syllable(pinyin.with_tone_num_end()));
            rest = &rest[c.len_utf8()..];
        } else if c.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic() || chinese::is_han(c));
            let (latin, after) = rest.split_at(end.unwrap_or(rest.len()).max(c.len_utf8()));
            let ipa = source.ipa("en-us", &[latin.to_owned()]).unwrap_or_default();
            said.extend(ipa.iter().map(|ipa| ipa::english(ipa)));
            rest = after;
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    said
}

/// A pinyin syllable ("zhong1") in IPA with its tone arrow.
fn syllable(pinyin: &str) -> String {
    let letters = pinyin.trim_end_matches(|c: char| c.is_ascii_digit());
    let tone = match &pinyin[letters.len()..] {
        "1" => "→",
        "2" => "↗",
        "3" => "↓",
        "4" => "↘",
        _ => "",
    };
    let (initial, rest) = INITIALS
        .iter()
        .find_map(|&(written, ipa)| letters.strip_prefix(written).map(|rest| (ipa, rest)))
        .unwrap_or(("", letters));
    let buzzing = matches!(initial, "ꭧ" | "ꭧʰ" | "ʂ" | "ɻ" | "ʦ" | "ʦʰ" | "s") && rest == "i";
    if buzzing {
        return format!("{initial}ɨ{tone}");
    }
    let palatal = matches!(initial, "ʨ" | "ʨʰ" | "ɕ");
    let last = spelled_out(rest, palatal);
    let ipa = match last.as_str() {
        "üan" => "ɥɛTn",
        "o" if matches!(initial, "") => "ɔT",
        other => FINALS.iter().find(|(written, _)| *written == other).map_or("", |(_, ipa)| ipa),
    };
    format!("{initial}{}", ipa.replace('T', tone))
}

/// A final as in the table: "yan" is ian, "wu" is u, and u after j, q, x is ü.
fn spelled_out(rest: &str, palatal: bool) -> String {
    let rest = rest.replace('v', "ü").replace("u:", "ü");
    if palatal {
        return match rest.strip_prefix('u') {
            Some(tail) => format!("ü{tail}"),
            None => rest,
        };
    }
    match rest.as_str() {
        "you" => "iou".to_owned(),
        "wei" => "uei".to_owned(),
        "wen" => "uen".to_owned(),
        "yong" => "iong".to_owned(),
        other => {
            if let Some(tail) = other.strip_prefix("yu") {
                format!("ü{tail}")
            } else if let Some(tail) = other.strip_prefix("yi") {
                format!("i{tail}")
            } else if let Some(tail) = other.strip_prefix('y') {
                format!("i{tail}")
            } else if let Some(tail) = other.strip_prefix("wu") {
                format!("u{tail}")
            } else if let Some(tail) = other.strip_prefix('w') {
                format!("u{tail}")
            } else {
                other.to_owned()
            }
        }
    }
}

/// Digits as Chinese numerals: small numbers as such, longer ones digit by digit; % after it.
fn with_numerals(word: &str) -> String {
    let mut text = String::new();
    let mut digits = String::new();
    for c in word.chars().chain(['\0']) {
        match c {
            '0'..='9' => digits.push(c),
            ',' if !digits.is_empty() => {}
            c => {
                if c == '%' {
                    text.push_str("百分之");
                }
                text.push_str(&numeral(&digits));
                digits.clear();
                match c {
                    '.' => text.push('点'),
                    '%' | '\0' => {}
                    c => text.push(c),
                }
            }
        }
    }
    text
}

fn numeral(digits: &str) -> String {
    let value = |c: char| c.to_digit(10).and_then(|d| NUMERALS.get(d as usize)).copied();
    if digits.len() > CARDINAL_DIGITS_MAX || digits.starts_with('0') {
        return digits.chars().filter_map(value).collect();
    }
    let mut text = String::new();
    let mut zero = false;
    for (index, c) in digits.chars().enumerate() {
        let place = digits.len() - 1 - index;
        match value(c) {
            Some('零') => zero = true,
            Some(numeral) => {
                if zero && !text.is_empty() {
                    text.push('零');
                }
                zero = false;
                if !(place == 1 && numeral == '一' && text.is_empty()) {
                    text.push(numeral);
                }
                text.push_str(["", "十", "百"][place.min(2)]);
            }
            None => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;
    impl IpaSource for Nobody {
        fn ipa(&self, _voice: &str, _lines: &[String]) -> Option<Vec<String>> {
            None
        }
    }

    #[test]
    fn words_are_read_with_their_tones() {
        let rows = [
            ("天空", "tʰjɛ→nkʰʊ→ŋ"),
            ("为什么", "wei↘ʂə↗nmɤ"),
            ("是", "ʂɨ↘"),
            ("蓝色", "la↗nsɤ↘"),
            ("银行", "i↗nxa↗ŋ"),
            ("月", "ɥe↘"),
            ("云", "y↗n"),
            ("13", "ʂɨ↗sa→n"),
            ("205", "ɚ↘pai↓li↗ŋu↓"),
        ];
        for (written, expected) in rows {
            assert_eq!(read(written, &Nobody), expected, "{written}");
        }
    }

    #[test]
    fn every_common_syllable_has_a_vowel() {
        for c in "我你他这那来去说看想做吃喝走跑学生老师花草树木水火山石日月星云风雨雪鸟鱼马牛羊猫狗绿黄红女吕略全卷学军穷用容翁王文问".chars() {
            let said = read(&c.to_string(), &Nobody);
            assert!(said.chars().any(|c| "aeiouyɤəɛɔʊɚɨ".contains(c)), "{c}: {said}");
        }
    }
}
