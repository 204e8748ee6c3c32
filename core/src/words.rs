//! What people read, by name, in their language. The texts are Fluent files (projectfluent.org) in
//! `locales/`, so that plurals are a translator's matter and another language is another file. Both
//! have the same messages with the same variables; a test holds that.

use std::sync::LazyLock;

pub use fluent_bundle::FluentValue;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// The languages in which people are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tongue {
    /// For everybody whose language is not here.
    #[default]
    English,
    /// Every kind of Spanish.
    Spanish,
}

impl Tongue {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// The language for a platform's locale (BCP 47: `es`, `es-419`, `en-GB`).
    #[must_use]
    pub fn of(locale: Option<&str>) -> Self {
        let language = locale.and_then(|locale| locale.split(['-', '_']).next());
        let spoken =
            |tongue: &Self| language.is_some_and(|l| l.eq_ignore_ascii_case(tongue.as_str()));
        Self::ALL.into_iter().find(spoken).unwrap_or_default()
    }

    /// The language's BCP 47 tag.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }
}

/// One crate's messages in every language.
pub struct Catalogue {
    english: FluentBundle<FluentResource>,
    spanish: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").finish_non_exhaustive()
    }
}

impl Catalogue {
    /// Reads the texts of both languages. What does not parse is left out and logged: one bad line
    /// must not silence a bot.
    #[must_use]
    pub fn of(english: &str, spanish: &str) -> Self {
        let bundle = |tongue: Tongue, text: &str| {
            let language: LanguageIdentifier = tongue.as_str().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // Marks around what is filled in would show as boxes where a font lacks them, and break
            // addresses; people's own words are shown on lines of their own.
            bundle.set_use_isolating(false);
            let resource =
                FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, errors)| {
                    tracing::error!(language = tongue.as_str(), ?errors, "a text cannot be read");
                    read
                });
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(language = tongue.as_str(), ?errors, "a text is there twice");
            }
            bundle
        };
        Self {
            english: bundle(Tongue::English, english),
            spanish: bundle(Tongue::Spanish, spanish),
        }
    }

    /// A message with its variables filled in. Where a language lacks it: in English; where that
    /// lacks it too, its name, logged.
    #[must_use]
    pub fn say(
        &self,
        tongue: Tongue,
        message: &str,
        variables: &[(&'static str, FluentValue<'_>)],
    ) -> String {
        let arguments: FluentArgs<'_> = variables.iter().cloned().collect();
        let bundle = match tongue {
            Tongue::English => &self.english,
            Tongue::Spanish => &self.spanish,
        };
        for bundle in [bundle, &self.english] {
            let Some(pattern) = bundle.get_message(message).and_then(|found| found.value()) else {
                continue;
            };
            let mut errors = Vec::new();
            let said = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
            if !errors.is_empty() {
                tracing::error!(message, ?errors, "a text lacks what it should be filled with");
            }
            return said;
        }
        tracing::error!(message, "there is no such text");
        message.to_owned()
    }
}

/// This crate's messages.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::of(include_str!("../locales/en.ftl"), include_str!("../locales/es.ftl"))
});

/// `say_of!(CATALOGUE, tongue, "kept-until", date = …)`: a message of a crate's catalogue, its
/// variables filled in. Each crate has a `say!` of its own around it.
#[macro_export]
macro_rules! say_of {
    ($catalogue:expr, $tongue:expr, $message:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $catalogue.say(
            $tongue,
            $message,
            &[$((stringify!($name), $crate::words::FluentValue::from($value))),*],
        )
    };
}

/// `say!(tongue, "kept-until", date = …)`: a message of this crate's [`CATALOGUE`].
macro_rules! say {
    ($($said:tt)*) => { $crate::say_of!($crate::words::CATALOGUE, $($said)*) };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_finds_its_language() {
        for (locale, tongue) in [
            (Some("es"), Tongue::Spanish),
            (Some("es-419"), Tongue::Spanish),
            (Some("es_ES"), Tongue::Spanish),
            (Some("ES-mx"), Tongue::Spanish),
            (Some("en-GB"), Tongue::English),
            (Some("est"), Tongue::English),
            (Some("de"), Tongue::English),
            (Some(""), Tongue::English),
            (None, Tongue::English),
        ] {
            assert_eq!(Tongue::of(locale), tongue, "{locale:?}");
        }
    }

    #[test]
    fn numbers_are_said_as_the_language_says_them() {
        assert_eq!(say!(Tongue::English, "credits", count = 1), "1 credit");
        assert_eq!(say!(Tongue::English, "credits", count = 12_000), "12000 credits");
        assert_eq!(say!(Tongue::Spanish, "credits", count = 1), "1 crédito");
        assert_eq!(say!(Tongue::Spanish, "credits", count = 0), "0 créditos");
    }
}
