//! Glosses turned into plain sentences.

use async_trait::async_trait;

use super::{Pos, WordNet, files, source};
use crate::providers::{Fact, FactSource, ProviderError};

/// `lex_filenum`s whose nouns are things one can count: animal, artifact, body, object, person,
/// plant (lexnames(5WN)).
const COUNTABLE: &[u8] = &[5, 6, 8, 17, 18, 20];
/// Things of which there is one.
const UNIQUE: &[&str] = &[
    "sky",
    "sun",
    "moon",
    "earth",
    "sea",
    "ocean",
    "universe",
    "internet",
    "brain",
    "heart",
    "milky way",
    "equator",
    "atmosphere",
    "stomach",
    "liver",
    "skin",
    "weather",
];

#[async_trait]
impl FactSource for WordNet {
    fn version(&self) -> &str {
        "wordnet-3.0/1"
    }

    async fn facts(
        &self,
        subject: &str,
        language: &str,
        limit: usize,
    ) -> Result<Vec<Fact>, ProviderError> {
        if language != "en" {
            return Ok(Vec::new());
        }
        let fact = |text| Fact { text, source: Some(source()) };
        Ok(self.sentences(subject).into_iter().take(limit).map(fact).collect())
    }
}

impl WordNet {
    /// What the definition of a noun says, as sentences: the definition itself, then each clause
    /// that stands on its own. Other words of `subject` choose between senses.
    #[must_use]
    pub fn sentences(&self, subject: &str) -> Vec<String> {
        let context: Vec<String> = subject.split_whitespace().map(str::to_lowercase).collect();
        let Some((lemma, sense)) = self.head(subject, &context) else { return Vec::new() };
        if lemma.split(' ').any(|word| word.len() < 2) {
            return Vec::new();
        }
        let countable = COUNTABLE.contains(&sense.lexicographer_file);
        let definition = without_brackets(&sense.definition());
        let mut clauses = definition.split(';').map(str::trim).filter(|c| !c.is_empty());
        let Some(first) = clauses.next() else { return Vec::new() };
        // "Blue is a blue colour" says nothing.
        if first.split_whitespace().take(4).any(|word| word == lemma) {
            return Vec::new();
        }
        let name = named(&lemma, countable);
        let mut found = vec![format!("{name} is {}.", definite(first, countable))];
        found.extend(clauses.filter(|clause| is_clause(clause)).map(sentence));
        found.retain(|text| text.len() <= 240 && !text.contains('"'));
        found
    }

    /// The longest run of words at the end of a phrase that is a noun, and its sense.
    fn head(&self, phrase: &str, context: &[String]) -> Option<(String, files::Synset)> {
        let words: Vec<&str> = phrase.split_whitespace().collect();
        (0..words.len()).find_map(|from| {
            let tail = words[from..].join(" ");
            let lemma = self.lemma(&tail, Pos::Noun)?;
            let sense = self.sense(&lemma, context)?;
            Some((lemma, sense))
        })
    }
}

fn named(lemma: &str, countable: bool) -> String {
    if UNIQUE.contains(&lemma) {
        return format!("The {lemma}");
    }
    if countable { sentence_start(&with_article(lemma)) } else { sentence_start(lemma) }
}

/// "beverage" → "a beverage"; an article already there stays, a mass noun gets none.
fn definite(text: &str, countable: bool) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let has = ["a", "an", "the", "any", "some", "one", "someone", "something"].contains(&first);
    if has || !countable { text.to_owned() } else { with_article(text) }
}

fn with_article(text: &str) -> String {
    let vowel = text.starts_with(['a', 'e', 'i', 'o', 'u'])
        && !["uni", "use", "eu", "one"].iter().any(|start| text.starts_with(start))
        || ["hour", "honest", "heir"].iter().any(|start| text.starts_with(start));
    format!("{} {text}", if vowel { "an" } else { "a" })
}

/// A clause with a subject and a finite verb of its own reads as a sentence.
fn is_clause(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let subject = words.first().is_some_and(|w| ["its", "it", "they", "the", "their"].contains(w));
    let verb =
        words.iter().any(|w| ["is", "are", "was", "were", "move", "moves", "has"].contains(w));
    subject && verb && (4..=24).contains(&words.len())
}

fn sentence(text: &str) -> String {
    format!("{}.", sentence_start(text.trim_end_matches('.')))
}

fn sentence_start(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}
