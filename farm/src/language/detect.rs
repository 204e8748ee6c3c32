//! Which language a sentence is in. Script decides where it can; for Latin script, function words
//! and telling letters decide, because trigram statistics fail on sentences of five words; whatlang
//! breaks ties.

use super::stop_words::{LATIN, stop_words};

/// The language of a sentence as a BCP 47 primary tag; `en` where nothing speaks for another.
#[must_use]
pub fn language_of(sentence: &str) -> &'static str {
    by_script(sentence).unwrap_or_else(|| by_words(sentence))
}

/// The letters that a language is written in; `None` for Latin script.
#[must_use]
pub fn letters_of(tag: &str) -> Option<fn(char) -> bool> {
    Some(match tag {
        "zh" => is_han,
        "ja" => |c| is_han(c) || is_kana(c),
        "ru" | "uk" => |c| matches!(c, '\u{400}'..='\u{52f}'),
        "ar" | "fa" | "ur" => |c| matches!(c, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}'),
        "ko" => |c| matches!(c, '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}'),
        "hi" => |c| matches!(c, '\u{900}'..='\u{97f}'),
        "bn" => |c| matches!(c, '\u{980}'..='\u{9ff}'),
        "ta" => |c| matches!(c, '\u{b80}'..='\u{bff}'),
        "th" => |c| matches!(c, '\u{e00}'..='\u{e7f}'),
        "he" => |c| matches!(c, '\u{590}'..='\u{5ff}'),
        "el" => |c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}'),
        _ => return None,
    })
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// Counts letters by script; a script needs a third of the letters, so that a Latin brand name in
/// a Chinese sentence changes nothing.
fn by_script(sentence: &str) -> Option<&'static str> {
    let letters = sentence.chars().filter(|c| c.is_alphabetic()).count();
    let count = |range: fn(char) -> bool| sentence.chars().filter(|c| range(*c)).count();
    let enough = |n: usize| n * 3 >= letters && n > 0;
    let (kana, han) = (count(is_kana), count(is_han));
    if kana > 0 && enough(kana + han) {
        return Some("ja");
    }
    if enough(han) {
        return Some("zh");
    }
    let has = |letters: &str| sentence.chars().any(|c| letters.contains(c));
    let written_as = |tag: &str| letters_of(tag).is_some_and(|range| enough(count(range)));
    if written_as("ru") {
        return Some(if has("іїєґІЇЄҐ") { "uk" } else { "ru" });
    }
    if written_as("ar") {
        return Some(if has("ٹڈڑےں") {
            "ur"
        } else if has("پچژگک") {
            "fa"
        } else {
            "ar"
        });
    }
    ["ko", "hi", "bn", "ta", "th", "he", "el"].into_iter().find(|tag| written_as(tag))
}

fn by_words(sentence: &str) -> &'static str {
    let lower = sentence.to_lowercase();
    // Names keep their accents in every language: only uncapitalised words tell.
    let plain: String = sentence
        .split_inclusive(' ')
        .enumerate()
        .filter(|(at, word)| *at == 0 || word.starts_with(char::is_lowercase))
        .map(|(_, word)| word.to_lowercase())
        .collect();
    let guess = whatlang::detect(sentence).and_then(|info| {
        let tag = latin_tag(info.lang())?;
        // Statistics over few letters are noise; a longer sentence may outvote a function word.
        let letters = sentence.chars().filter(|c| c.is_alphabetic()).count();
        (letters >= 20).then_some((tag, info.confidence() as f32 * 1.4))
    });
    let scores = LATIN.iter().map(|language| {
        let known = stop_words(language);
        let words: f32 = super::words(&lower, language)
            .iter()
            .map(|word| known.contains(&word.text))
            .map(|hit| if hit { 1.0 } else { 0.0 })
            .sum();
        let letters =
            telling_letters(language).iter().filter(|letter| plain.contains(**letter)).count()
                as f32;
        let foreign =
            *language == "en" && plain.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        let letters = letters - f32::from(u8::from(foreign)) * 0.5;
        let guessed = guess.filter(|(tag, _)| tag == language).map_or(0.0, |(_, weight)| weight);
        (*language, words + letters * 1.5 + guessed)
    });
    // English first: on a tie, and where nothing is known, it stays.
    let best = scores.fold(("en", 0.0_f32), |best, next| if next.1 > best.1 { next } else { best });
    if best.1 > 0.0 { best.0 } else { guess.map_or("en", |(tag, _)| tag) }
}

/// Letters or endings that hardly occur elsewhere.
fn telling_letters(language: &str) -> &'static [&'static str] {
    match language {
        "es" => &["ñ", "¿", "¡", "ión "],
        "pt" => &["ã", "õ", "ção", "lh", "nh"],
        "fr" => &["œ", "ê", "qu'", "l'", "d'", "ç"],
        "de" => &["ß", "ü", "ä", "sch"],
        "it" => &["zione", "gli ", "cch", "ò", "è", "ì"],
        "sv" => &["å", "ö"],
        "pl" => &["ł", "ę", "ś", "ż", "ą"],
        "tr" => &["ı", "ğ", "ş"],
        "cs" => &["ř", "ě", "ů"],
        "vi" => &["đ", "ơ", "ư", "ạ"],
        "nl" => &["ij", "aan"],
        _ => &[],
    }
}

fn latin_tag(lang: whatlang::Lang) -> Option<&'static str> {
    use whatlang::Lang;
    Some(match lang {
        Lang::Eng => "en",
        Lang::Spa => "es",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ita => "it",
        Lang::Por => "pt",
        Lang::Nld => "nl",
        Lang::Swe => "sv",
        Lang::Pol => "pl",
        Lang::Tur => "tr",
        Lang::Ces => "cs",
        Lang::Vie => "vi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::language_of;

    #[test]
    fn short_sentences_are_recognised() {
        for (sentence, language) in [
            ("Why octopuses have three hearts", "en"),
            ("A quote about patience", "en"),
            ("Coffee", "en"),
            ("Black holes", "en"),
            ("Photosynthesis", "en"),
            ("Croissant recipe", "en"),
            ("Por qué los gatos siempre caen de pie", "es"),
            ("La historia del café", "es"),
            ("5 hábitos de la gente que nunca se cansa", "es"),
            ("¿Qué es la inflación?", "es"),
            ("为什么天空是蓝色的", "zh"),
            ("iPhone 的历史", "zh"),
            ("なぜ空は青いのか", "ja"),
            ("日本の歴史", "ja"),
            ("Pourquoi le ciel est bleu", "fr"),
            ("L'histoire du café en 30 secondes", "fr"),
            ("Comment fonctionne un volcan", "fr"),
            ("Perché il cielo è blu", "it"),
            ("La storia del caffè", "it"),
            ("Come funziona un vulcano", "it"),
            ("Por que o céu é azul", "pt"),
            ("A história do café", "pt"),
            ("Como funciona um vulcão", "pt"),
            ("Warum ist der Himmel blau", "de"),
            ("Die Geschichte des Kaffees in 30 Sekunden", "de"),
            ("Wie Vulkane entstehen", "de"),
            ("आसमान नीला क्यों है", "hi"),
            ("하늘은 왜 파란가", "ko"),
            ("Почему небо голубое", "ru"),
            ("Чому небо блакитне і що це", "uk"),
            ("لماذا السماء زرقاء", "ar"),
            ("Waarom is de lucht blauw", "nl"),
            ("Varför är himlen blå", "sv"),
            ("Dlaczego niebo jest niebieskie", "pl"),
            ("Γιατί ο ουρανός είναι μπλε", "el"),
            ("ทำไมท้องฟ้าเป็นสีฟ้า", "th"),
            ("How El Niño changes the weather", "en"),
            ("The story of Pokémon", "en"),
        ] {
            assert_eq!(language_of(sentence), language, "{sentence}");
        }
    }
}
