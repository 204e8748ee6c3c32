//! Words as the index knows them: folded spelling, tokens, and the base forms an inflected word may
//! have. Over-generates on purpose: whoever asks looks every form up in a vocabulary.

use unicode_normalization::UnicodeNormalization;

/// Longest phrase that is looked at, in words.
pub(super) const WORDS_MAX: usize = 8;

/// Lower case, compatibility forms composed, Latin accents dropped, punctuation as single spaces.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut latin_before = false;
    for c in text.nfkc().flat_map(char::to_lowercase).nfd() {
        if unicode_normalization::char::is_combining_mark(c) {
            if !latin_before {
                folded.push(c);
            }
            continue;
        }
        latin_before = c.is_ascii_alphabetic();
        match c {
            '\'' | '’' | '‘' => {}
            c if c.is_alphanumeric() || c == '&' => folded.push(c),
            _ => folded.push(' '),
        }
    }
    let folded: String = folded.nfc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a language is written without spaces between words.
pub(super) fn unspaced(language: &str) -> bool {
    matches!(primary(language), "zh" | "ja" | "th")
}

/// The primary subtag ("pt" of "pt-BR").
pub(super) fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

/// Forms under which a folded word may stand in the index, the word itself first.
pub(super) fn base_forms(word: &str, language: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    match primary(language) {
        "en" => english(word, &mut forms),
        "es" | "pt" => {
            strip(word, "ces:z es: s: oes:ao ns:m", &mut forms);
            strip(word, "itos:o itas:a ito:o ita:a", &mut forms);
        }
        "fr" => strip(word, "eaux:eau aux:al s: x:", &mut forms),
        "it" => strip(word, "chi:co ghi:go che:ca i:o i:e e:a e:o", &mut forms),
        "de" => strip(word, "en: er: n: e: s: en:e", &mut forms),
        "ru" => strip(word, "ы: и: и:ь и:а ы:а ов: а: у:а я:е", &mut forms),
        _ => {}
    }
    let mut seen = Vec::with_capacity(forms.len());
    for form in forms {
        if !seen.contains(&form) {
            seen.push(form);
        }
    }
    seen
}

/// Adds the word with each matching ending replaced (`endings` are "from:to", spaced), never
/// leaving fewer than two letters.
fn strip(word: &str, endings: &str, forms: &mut Vec<String>) {
    for (ending, replacement) in endings.split(' ').filter_map(|pair| pair.split_once(':')) {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() + replacement.chars().count() >= 2
        {
            forms.push(format!("{stem}{replacement}"));
        }
    }
}

/// Inflected forms and what they come from.
const IRREGULAR: &str = "\
    ate:eat bought:buy children:child drank:drink drove:drive eaten:eat feet:foot fell:fall \
    flew:fly fought:fight geese:goose grew:grow grown:grow knives:knife leaves:leaf lit:light \
    lives:life loaves:loaf men:man mice:mouse oxen:ox paid:pay people:person ran:run rose:rise \
    sang:sing shelves:shelf slept:sleep spoke:speak swam:swim teeth:tooth thieves:thief \
    thought:think thrown:throw wives:wife wolves:wolf women:woman woke:wake wrote:write \
    written:write octopi:octopus cacti:cactus fungi:fungus bacteria:microbe viruses:virus \
    kitten:cat kittens:cat puppy:dog puppies:dog kitty:cat \
    sunny:sun rainy:rain windy:wind snowy:snow cloudy:cloud stormy:storm salty:salt icy:ice";

fn english(word: &str, forms: &mut Vec<String>) {
    let irregular = IRREGULAR.split(' ').filter_map(|pair| pair.split_once(':'));
    forms.extend(irregular.filter(|(form, _)| *form == word).map(|(_, base)| base.to_owned()));
    if word.len() < 4 {
        return;
    }
    if !word.ends_with("ss") && !word.ends_with("us") {
        strip(word, "ies:y s: es: ves:f ves:fe", forms);
    }
    for ending in ["ing", "ed"] {
        let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() >= 3) else { continue };
        forms.push(format!("{stem}e"));
        forms.push(stem.to_owned());
        forms.extend(undoubled(stem));
        if let Some(stem) = stem.strip_suffix('i') {
            forms.push(format!("{stem}y"));
        }
    }
}

/// The stem without its doubled last letter ("run" of "runn").
fn undoubled(stem: &str) -> Option<String> {
    let mut letters = stem.chars().rev();
    let last = letters.next()?;
    (letters.next() == Some(last)).then(|| stem[..stem.len() - last.len_utf8()].to_owned())
}

/// Words that name nothing that can be drawn.
const FILLERS: &str = "\
    a about actually after all almost also always an and another any are as at back be because \
    been before being but by can could did different do does each easy either enough even ever \
    every few for from get gets give given go goes good got great had has have he her here his \
    how i if in into is it its just keep know known last less let like little long lot made \
    make makes many matter may me mean means more most much must my need never new next no not \
    now of off often on once one only or other our out over own part people quite rather \
    really same see she should simple simply since so some something still such take than that \
    the their them then there these they thing things this those through to too turn two three \
    four five six seven eight nine ten under until up us use used very want was way ways we \
    were what when where which while who why will with without would yes yet you your unlike \
    usually whole pick look part miss ready flat first second third fourth fifth";

/// Whether a word names nothing that can be drawn; a phrase is looked up without them.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.split(' ').any(|filler| filler == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_latin_accents_and_keeps_other_scripts() {
        assert_eq!(fold("¡Corazón-Valiente!"), "corazon valiente");
        assert_eq!(fold("Mother’s Day"), "mothers day");
        assert_eq!(fold("が は"), "が は");
        assert_eq!(fold("天空。"), "天空");
    }

    #[test]
    fn inflected_words_reach_their_base() {
        for (language, word, base) in [
            ("en", "octopuses", "octopus"),
            ("en", "berries", "berry"),
            ("en", "sleeping", "sleep"),
            ("en", "running", "run"),
            ("en", "baked", "bake"),
            ("en", "wolves", "wolf"),
            ("en", "sunny", "sun"),
            ("es", "gatos", "gato"),
            ("es", "peces", "pez"),
            ("it", "gatti", "gatto"),
            ("fr", "chevaux", "cheval"),
            ("de", "katzen", "katze"),
        ] {
            assert!(base_forms(word, language).iter().any(|form| form == base), "{word} → {base}");
        }
        assert_eq!(base_forms("bus", "en"), ["bus"]);
    }
}
