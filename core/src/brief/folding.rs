//! Undoes disguises before patterns are matched: compatibility forms, look-alikes, digits for
//! letters, letters spaced apart. Used for judging only; the sentence itself stays as typed.

use unicode_normalization::UnicodeNormalization;

/// Readings of a sentence to be judged: plain, with digits read as letters, with spaced letters
/// joined.
pub(super) fn readings(text: &str) -> [String; 3] {
    let plain = plain(text);
    let unleeted = unleet(&plain);
    let joined = join_spaced_letters(&unleeted);
    [plain, unleeted, joined]
}

/// Lower case, NFKC, look-alikes to Latin, soft hyphens and joiners gone, spaces folded.
fn plain(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}'))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '’' | '‘' | '`' => '\'',
            '“' | '”' => '"',
            other => other,
        })
        .collect();
    let text = if folded.chars().any(|c| c.is_ascii_alphabetic()) {
        // Only a sentence that mixes scripts is read through look-alikes: real Russian stays
        // Russian.
        folded.chars().map(latin_look_alike).collect()
    } else {
        folded
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cyrillic and Greek letters drawn like Latin ones (after UTS #39's confusables, the common few).
fn latin_look_alike(character: char) -> char {
    match character {
        'а' | 'α' => 'a',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'ո' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ѵ' | 'ν' => 'v',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        other => other,
    }
}

/// Digits and signs inside words read as the letters they stand for.
fn unleet(text: &str) -> String {
    text.split(' ').map(unleet_word).collect::<Vec<_>>().join(" ")
}

fn unleet_word(word: &str) -> String {
    if !word.chars().any(|c| c.is_ascii_alphabetic()) {
        return word.to_owned();
    }
    word.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '|' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

/// "i g n o r e" and "i.g.n.o.r.e" become "ignore" (four letters or more, so that initials stay).
fn join_spaced_letters(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if matches!(c, '.' | '_' | '*' | '-') { ' ' } else { c }).collect();
    let mut words: Vec<String> = Vec::new();
    let mut run = String::new();
    for word in spaced.split_whitespace() {
        let mut characters = word.chars();
        match (characters.next(), characters.next()) {
            (Some(letter), None) if letter.is_alphabetic() => run.push(letter),
            _ => {
                flush(&mut run, &mut words);
                words.push(word.to_owned());
            }
        }
    }
    flush(&mut run, &mut words);
    words.join(" ")
}

fn flush(run: &mut String, words: &mut Vec<String>) {
    if run.chars().count() >= 4 {
        words.push(std::mem::take(run));
    } else {
        words.extend(run.drain(..).map(String::from));
    }
}
