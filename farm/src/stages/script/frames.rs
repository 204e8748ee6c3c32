//! The outline's written frames: text files beside this one, parsed into sections of lines. It
//! knows the file format, not what a video is.

use std::collections::BTreeMap;

/// In which the outline writes where it cannot in the language asked for.
pub(super) const SPARE: &str = "en";

/// Whether there are frames in a language.
pub(super) fn written(language: &str) -> bool {
    language == SPARE || source(language).is_some()
}

fn source(language: &str) -> Option<&'static str> {
    Some(match language {
        "es" => include_str!("frames/es.txt"),
        "fr" => include_str!("frames/fr.txt"),
        "de" => include_str!("frames/de.txt"),
        "it" => include_str!("frames/it.txt"),
        "pt" => include_str!("frames/pt.txt"),
        "zh" => include_str!("frames/zh.txt"),
        _ => return None,
    })
}

/// One telling of a format: its lines by beat, in file order.
#[derive(Clone, Debug, Default)]
pub(super) struct Telling {
    lines: BTreeMap<String, Vec<String>>,
}

impl Telling {
    /// The lines of a beat ("hook", "setup", …, "any", "item").
    pub(super) fn lines(&self, beat: &str) -> &[String] {
        self.lines.get(beat).map_or(&[], Vec::as_slice)
    }
}

/// All tellings of a language by section name.
pub(super) struct Frames(BTreeMap<String, Vec<Telling>>);

impl Frames {
    /// The frames of a language; English where it has none.
    pub(super) fn of(language: &str) -> Self {
        Self::parse(source(language).unwrap_or(include_str!("frames/en.txt")))
    }

    fn parse(text: &str) -> Self {
        let mut sections: BTreeMap<String, Vec<Telling>> = BTreeMap::new();
        let mut section = String::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                name.clone_into(&mut section);
                sections.entry(section.clone()).or_default().push(Telling::default());
            } else if let Some((beat, text)) = line.split_once('|')
                && let Some(telling) = sections.get_mut(&section).and_then(|s| s.last_mut())
            {
                telling.lines.entry(beat.to_owned()).or_default().push(text.to_owned());
            }
        }
        Self(sections)
    }

    /// The tellings of the first of these sections that exists.
    pub(super) fn tellings(&self, names: &[&str]) -> &[Telling] {
        names.iter().find_map(|name| self.0.get(*name)).map_or(&[], Vec::as_slice)
    }

    /// A phrase from the `words` section.
    pub(super) fn word(&self, key: &str) -> &str {
        self.tellings(&["words"])
            .first()
            .and_then(|words| words.lines(key).first())
            .map_or("", String::as_str)
    }

    /// A number in words, 1–10; digits beyond.
    pub(super) fn number(&self, n: u32) -> String {
        let named = self.word("numbers").split(',').nth(n.saturating_sub(1) as usize);
        named.map_or_else(|| n.to_string(), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_tells_every_kind_of_video() {
        for language in ["en", "es", "fr", "de", "it", "pt", "zh"] {
            assert!(written(language));
            let frames = Frames::of(language);
            for section in [
                "educational",
                "timeline",
                "listicle",
                "ai_story",
                "ai_story:dark",
                "quote",
                "fake_text",
            ] {
                let tellings = frames.tellings(&[section]);
                assert!(!tellings.is_empty(), "{language} {section}");
                for telling in tellings {
                    assert!(!telling.lines("hook").is_empty(), "{language} {section}");
                    assert!(!telling.lines("payoff").is_empty(), "{language} {section}");
                    if section == "fake_text" {
                        // The sides go on taking turns without them.
                        assert_eq!(telling.lines("spare").len(), 2, "{language}");
                    }
                }
            }
            let items = frames.tellings(&["listicle"])[0].lines("item").len();
            assert!(items >= 10, "{language}: {items} items");
            assert_ne!(frames.number(3), "3");
        }
    }
}
