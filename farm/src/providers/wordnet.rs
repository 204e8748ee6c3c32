//! WordNet 3.0 as Debian installs it: lemmas, word classes, relatives of a word, and glosses as
//! facts. It knows files and words, no stage. English only.

mod facts;
mod files;
mod morphy;

use std::path::Path;

pub use files::Pos;
use files::{Counts, Synset, Table};

use super::{ProviderError, Source};
use crate::context::Handling;

/// Where Debian's `wordnet-base` puts the database.
pub const DEFAULT_FOLDER: &str = "/usr/share/wordnet";

/// The database, opened: indexes in memory (about 6 MB), synsets read on demand.
pub struct WordNet {
    nouns: Table,
    verbs: Table,
    adjectives: Table,
    counts: Counts,
}

impl WordNet {
    /// Opens `index.*`, `data.*`, `*.exc` and `cntlist.rev` in a folder.
    ///
    /// # Errors
    /// When a file is missing or unreadable.
    pub fn open(folder: &Path) -> Result<Self, ProviderError> {
        let failed = |source: std::io::Error| ProviderError {
            provider: "wordnet".into(),
            message: format!("{}: {source}", folder.display()),
            handling: Handling::Fallback,
        };
        Ok(Self {
            nouns: Table::open(folder, Pos::Noun).map_err(failed)?,
            verbs: Table::open(folder, Pos::Verb).map_err(failed)?,
            adjectives: Table::open(folder, Pos::Adjective).map_err(failed)?,
            counts: Counts::open(folder).map_err(failed)?,
        })
    }

    fn table(&self, pos: Pos) -> &Table {
        match pos {
            Pos::Noun => &self.nouns,
            Pos::Verb => &self.verbs,
            Pos::Adjective => &self.adjectives,
        }
    }

    /// The dictionary form of a word in a word class (`hearts` → `heart`, `fell` → `fall`), or
    /// `None` when the class does not have it. Phrases are joined by spaces.
    #[must_use]
    pub fn lemma(&self, word: &str, pos: Pos) -> Option<String> {
        let key = word.trim().to_lowercase().replace(' ', "_");
        morphy::lemma(self.table(pos), &key, pos, |lemma| self.counts.of(lemma, pos))
            .map(|lemma| lemma.replace('_', " "))
    }

    /// True when the word (or its lemma) can be a noun.
    #[must_use]
    pub fn is_noun(&self, word: &str) -> bool {
        self.lemma(word, Pos::Noun).is_some()
    }

    /// How often the word's lemma was tagged with this class in WordNet's corpora.
    #[must_use]
    pub fn frequency(&self, word: &str, pos: Pos) -> u32 {
        self.lemma(word, pos).map_or(0, |lemma| self.counts.of(&lemma.replace(' ', "_"), pos))
    }

    /// True when the word is used as a verb more often than as a noun.
    #[must_use]
    pub fn is_mostly_verb(&self, word: &str) -> bool {
        let verb = self.frequency(word, Pos::Verb);
        verb > self.frequency(word, Pos::Noun)
            || (verb == 0 && !self.is_noun(word) && self.lemma(word, Pos::Verb).is_some())
    }

    /// Words that mean the same as the noun's likeliest sense.
    #[must_use]
    pub fn synonyms(&self, noun: &str) -> Vec<String> {
        let Some(sense) = self.sense(noun, &[]) else { return Vec::new() };
        let own = self.lemma(noun, Pos::Noun);
        sense.words().filter(|word| Some(word) != own.as_ref()).collect()
    }

    /// Broader words, nearest first, at most six steps up from the noun's likeliest sense.
    #[must_use]
    pub fn hypernyms(&self, noun: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut sense = self.sense(noun, &[]);
        for _ in 0..6 {
            let next = sense.as_ref().and_then(|s| s.pointers("@").next());
            sense = next.and_then(|offset| self.nouns.synset(offset));
            let Some(broader) = &sense else { break };
            found.extend(broader.words());
        }
        found
    }

    /// Parts of the thing (`#` meronyms: its feathers, its wheels), as WordNet lists them.
    #[must_use]
    pub fn parts(&self, noun: &str) -> Vec<String> {
        self.related(noun, "%p")
    }

    /// Narrower words (`coffee` → `espresso`, `cappuccino`).
    #[must_use]
    pub fn hyponyms(&self, noun: &str) -> Vec<String> {
        self.related(noun, "~")
    }

    fn related(&self, noun: &str, pointer: &str) -> Vec<String> {
        let Some(sense) = self.sense(noun, &[]) else { return Vec::new() };
        sense
            .pointers(pointer)
            .filter_map(|offset| self.nouns.synset(offset))
            .filter_map(|synset| synset.words().next())
            .collect()
    }

    /// The definition of the sense that fits best beside `context`, without examples.
    #[must_use]
    pub fn gloss(&self, noun: &str, context: &[String]) -> Option<String> {
        self.sense(noun, context).map(|sense| sense.definition())
    }

    /// Picks a sense: corpus frequency order, corrected by words shared with `context`; a
    /// thing comes before the figure of speech made of it (heart), a living thing before the same
    /// thing on a plate.
    fn sense(&self, noun: &str, context: &[String]) -> Option<Synset> {
        let lemma = self.lemma(noun, Pos::Noun)?;
        let senses = self.nouns.senses(&lemma.replace(' ', "_"));
        let animal = senses.iter().any(|sense| sense.lexicographer_file == files::ANIMAL);
        senses
            .into_iter()
            .enumerate()
            .map(|(rank, sense)| {
                let shared = context
                    .iter()
                    .filter(|word| word.len() > 3 && **word != lemma)
                    .filter(|word| sense.gloss.contains(word.as_str()))
                    .count();
                let concrete = i32::from(files::CONCRETE.contains(&sense.lexicographer_file)) * 3;
                let eaten = animal && sense.lexicographer_file == files::FOOD;
                let score = shared as i32 * 3 + concrete - rank as i32 * 2 - i32::from(eaten) * 8;
                (score, rank, sense)
            })
            .max_by_key(|(score, rank, _)| (*score, std::cmp::Reverse(*rank)))
            .map(|(_, _, sense)| sense)
    }
}

/// Credit line of every fact from here.
#[must_use]
pub fn source() -> Source {
    Source {
        title: "WordNet 3.0, Princeton University".into(),
        licence: "WordNet-3.0".into(),
        url: Some("https://wordnet.princeton.edu".into()),
    }
}

#[cfg(test)]
mod tests;
