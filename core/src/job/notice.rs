//! What a worker tells a person about their video beside the video: as data, so that whoever shows
//! it says it in the language of whoever reads it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::words::{Tongue, say};

/// Something a person should know about their video. Languages are BCP 47 tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// Not every statement rests on a source.
    Unverified,
    /// Nothing here writes the sentence's language: the narration is in English.
    NotWritten {
        /// The sentence's.
        language: String,
    },
    /// No voice here speaks it, as was known before a word was written.
    NotSpoken {
        /// The narration's.
        language: String,
    },
    /// No voice here spoke a line.
    Silent {
        /// The narration's.
        language: String,
    },
    /// Some lines could not be spoken.
    LinesSilent {
        /// How many.
        lines: u32,
        /// Of how many.
        of: u32,
    },
    /// Language models were asked and none gave a usable script in time: the outline wrote it.
    OutlineWrote,
    /// The mechanical voice speaks, because the neural one is not installed.
    VoiceMissing,
    /// The mechanical voice speaks, because the neural one does not know the language.
    VoiceForeign {
        /// The narration's.
        language: String,
    },
    /// The mechanical voice speaks some lines, because the neural one failed on them.
    VoiceFailed {
        /// How many.
        lines: u32,
        /// Of how many.
        of: u32,
    },
    /// It came out longer than was asked for.
    Longer {
        /// As asked for.
        asked_s: u32,
        /// As spoken.
        spoken_s: u32,
    },
    /// It came out shorter than was asked for.
    Shorter {
        /// As asked for.
        asked_s: u32,
        /// As spoken.
        spoken_s: u32,
    },
    /// More was asked for than videos here last.
    AtMost {
        /// The most.
        seconds: u32,
    },
    /// Less was asked for than videos last.
    AtLeast {
        /// The least.
        seconds: u32,
    },
    /// A film of somebody who talks was asked for and cannot be had: it is drawn.
    DrawnInstead,
    /// A photograph was to talk and cannot: it is shown.
    ShownInstead,
    /// More items were asked for than fit.
    TenItems {
        /// As asked for.
        count: u32,
    },
    /// Words as they are: of videos made before notices were data.
    #[serde(untagged)]
    Words(String),
}

impl Notice {
    /// As a sentence.
    #[must_use]
    pub fn said(&self, tongue: Tongue) -> String {
        let named = |tag: &str| say!(tongue, "language", tag = tag);
        match self {
            Self::Unverified => say!(tongue, "notice-unverified"),
            Self::NotWritten { language } => {
                say!(tongue, "notice-not-written", language = named(language))
            }
            Self::NotSpoken { language } => {
                say!(tongue, "notice-not-spoken", language = named(language))
            }
            Self::Silent { language } => say!(tongue, "notice-silent", language = named(language)),
            Self::LinesSilent { lines, of } => {
                say!(tongue, "notice-lines-silent", lines = *lines, of = *of)
            }
            Self::OutlineWrote => say!(tongue, "notice-outline-wrote"),
            Self::VoiceMissing => say!(tongue, "notice-voice-missing"),
            Self::VoiceForeign { language } => {
                say!(tongue, "notice-voice-foreign", language = named(language))
            }
            Self::VoiceFailed { lines, of } => {
                say!(tongue, "notice-voice-failed", lines = *lines, of = *of)
            }
            Self::Longer { asked_s, spoken_s } => {
                say!(tongue, "notice-longer", asked = *asked_s, spoken = *spoken_s)
            }
            Self::Shorter { asked_s, spoken_s } => {
                say!(tongue, "notice-shorter", asked = *asked_s, spoken = *spoken_s)
            }
            Self::AtMost { seconds } => say!(tongue, "notice-at-most", seconds = *seconds),
            Self::AtLeast { seconds } => say!(tongue, "notice-at-least", seconds = *seconds),
            Self::DrawnInstead => say!(tongue, "notice-drawn-instead"),
            Self::ShownInstead => say!(tongue, "notice-shown-instead"),
            Self::TenItems { count } => say!(tongue, "notice-ten-items", count = *count),
            Self::Words(words) => words.clone(),
        }
    }
}

/// In English: for operators, scripts and files.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(Tongue::English))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_said_in_the_readers_language() {
        let silent = Notice::Silent { language: "eo".into() };
        assert_eq!(
            silent.to_string(),
            "No voice on this machine speaks this language: the video has captions and music, and \
             nobody speaks."
        );
        let failed = Notice::VoiceForeign { language: "fr".into() };
        assert!(failed.said(Tongue::Spanish).contains("francés"), "{failed:?}");
    }

    #[test]
    fn what_was_written_as_words_is_still_read() {
        let kept = r#"["You asked for 10 seconds.", {"notice": "lines_silent", "lines": 1, "of": 4},
                       {"notice": "unverified"}]"#;
        let read: Vec<Notice> = serde_json::from_str(kept).unwrap();
        assert_eq!(read[0], Notice::Words("You asked for 10 seconds.".into()));
        assert_eq!(read[1], Notice::LinesSilent { lines: 1, of: 4 });
        let again: Vec<Notice> =
            serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }
}
