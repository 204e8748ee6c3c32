//! Names and descriptions of commands in other languages (docs: "Localization").

use serde_json::Value;

use super::{commands::length, refusal::Mistakes};

/// Locales that a name or description may be given for (docs: "Locales").
const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
];

/// Holds localised names and descriptions to their limits.
pub(super) fn check_localised(mistakes: &mut Mistakes, place: &str, item: &Value) {
    for (field, most) in [("name_localizations", 32), ("description_localizations", 100)] {
        for (locale, text) in item[field].as_object().into_iter().flatten() {
            let place = format!("{place}.{field}.{locale}");
            if !LOCALES.contains(&locale.as_str()) {
                mistakes.add(&place, "LOCALIZATION_UNKNOWN", "Not a locale");
            }
            if !(1..=most).contains(&length(text)) {
                mistakes.add(&place, "BASE_TYPE_BAD_LENGTH", format!("1 to {most}."));
            }
        }
    }
}
