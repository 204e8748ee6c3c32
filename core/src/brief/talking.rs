//! Finds a talking object in a sentence ("a talking coffee mug explains why mornings are hard"):
//! who is to talk, and what about. Pure; English and Spanish.

/// Who talks, and about what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Talking<'a> {
    /// The thing itself ("coffee mug").
    pub object: &'a str,
    /// It with its article, as it introduces itself ("a coffee mug").
    pub article: &'static str,
    /// What it talks about ("why mornings are hard"); empty where the sentence names nothing else.
    pub topic: &'a str,
}

/// Longest name of a thing, in words.
const OBJECT_WORDS_MAX: usize = 4;

/// A language's words for this.
struct Words {
    /// Articles and possessives before the thing, and the article with which it speaks of itself.
    articles: &'static [(&'static str, &'static str)],
    /// How it is to be filmed, between the article and what makes it talk.
    manners: &'static [&'static str],
    /// What makes it talk, before its name.
    before: &'static [&'static str],
    /// What makes it talk, after its name.
    after: &'static [&'static str],
    /// What it does.
    verbs: &'static [&'static str],
    /// Between what it does and the topic.
    between: &'static [&'static str],
}

const ENGLISH: Words = Words {
    articles: &[
        ("a", "a"),
        ("an", "an"),
        ("my", "a"),
        ("our", "a"),
        ("your", "a"),
        ("one", "a"),
        ("the", "a"),
        ("this", "a"),
    ],
    manners: &["cinematic", "photorealistic", "hyperrealistic", "live-action", "filmed"],
    before: &["talking", "speaking"],
    after: &["that talks", "who talks", "that can talk", "who can talk"],
    verbs: &[
        "explains",
        "explain",
        "explaining",
        "tells",
        "tell",
        "telling",
        "teaches",
        "teaching",
        "says",
        "saying",
        "describes",
        "describing",
        "shows",
        "showing",
        "complains",
        "complaining",
        "talks",
        "introduces",
        "presents",
        "answers",
        "warns",
        "reveals",
        "reviews",
        "gives",
        "shares",
        "rants",
        "wonders",
        "asks",
    ],
    between: &[
        "that", "who", "which", "to", "us", "you", "me", "people", "everyone", "kids", "about",
    ],
};

const SPANISH: Words = Words {
    articles: &[
        ("un", "un"),
        ("una", "una"),
        ("mi", "un"),
        ("tu", "un"),
        ("nuestra", "una"),
        ("nuestro", "un"),
        ("el", "un"),
        ("la", "una"),
    ],
    manners: &[],
    before: &[],
    after: &["que habla", "parlante", "parlanchín", "parlanchina"],
    verbs: &[
        "explica",
        "explicando",
        "cuenta",
        "contando",
        "enseña",
        "dice",
        "describe",
        "muestra",
        "habla",
        "presenta",
        "revela",
        "responde",
        "advierte",
        "pregunta",
    ],
    between: &["que", "nos", "te", "me", "a", "de", "sobre"],
};

/// The talking object of a sentence, if there is one.
#[must_use]
pub fn talking(sentence: &str) -> Option<Talking<'_>> {
    [ENGLISH, SPANISH].iter().find_map(|words| found(sentence, words))
}

/// A word of the sentence and where it stands.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

fn found<'a>(sentence: &'a str, words: &Words) -> Option<Talking<'a>> {
    let all = split(sentence);
    let is = |at: usize, known: &[&str]| {
        all.get(at).is_some_and(|word| known.contains(&word.text.to_lowercase().as_str()))
    };
    for (at, word) in all.iter().enumerate() {
        let lower = word.text.to_lowercase();
        let Some((_, article)) = words.articles.iter().find(|(known, _)| *known == lower) else {
            continue;
        };
        let manner = usize::from(is(at + 1, words.manners));
        let named_before = is(at + 1 + manner, words.before);
        let first = at + 1 + manner + usize::from(named_before);
        let last = first + OBJECT_WORDS_MAX;
        // Where the name ends, and how many words after it make it talk.
        let end = (first + 1..=last.min(all.len())).find_map(|end| {
            if named_before {
                let told = end == all.len() || is(end, words.verbs) || is(end, words.between);
                return told.then_some((end, 0));
            }
            let rest = sentence[all.get(end)?.start..].to_lowercase();
            let mark = words.after.iter().find(|mark| {
                rest.strip_prefix(**mark)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            });
            mark.map(|mark| (end, mark.split(' ').count()))
        });
        let Some((end, marks)) = end else { continue };
        let mut next = end + marks;
        while is(next, words.between) {
            next += 1;
        }
        if next < all.len() && !is(next, words.verbs) {
            continue;
        }
        next += 1;
        while is(next, words.between) && next + 1 < all.len() {
            next += 1;
        }
        let topic = all.get(next).map_or("", |word| sentence[word.start..].trim());
        let topic = super::telling::without_manner(topic);
        let object = &sentence[all[first].start..all[end - 1].end];
        return Some(Talking { object, article: fitting(article, object), topic });
    }
    None
}

/// "a" before a vowel is "an".
fn fitting(article: &'static str, object: &str) -> &'static str {
    match article {
        "a" | "an" if object.to_lowercase().starts_with(['a', 'e', 'i', 'o', 'u']) => "an",
        "an" => "a",
        other => other,
    }
}

fn split(sentence: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for text in sentence.split_whitespace() {
        let start = text.as_ptr() as usize - sentence.as_ptr() as usize;
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.is_empty() {
            continue;
        }
        let start = start + text.find(bare).unwrap_or(0);
        words.push(Word { text: bare, start, end: start + bare.len() });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sentence: &str) -> Option<(String, String)> {
        let found = talking(sentence)?;
        Some((format!("{} {}", found.article, found.object), found.topic.to_owned()))
    }

    #[test]
    fn whoever_talks_is_found_with_what_it_talks_about() {
        for (sentence, who, topic) in [
            (
                "a talking coffee mug explains why mornings are hard",
                "a coffee mug",
                "why mornings are hard",
            ),
            (
                "Make a video of a talking octopus that tells us about its hearts!",
                "an octopus",
                "its hearts!",
            ),
            ("My talking toaster complains about cold bread", "a toaster", "cold bread"),
            ("A cactus that can talk teaches how to save water", "a cactus", "how to save water"),
            ("A talking banana", "a banana", ""),
            ("A cinematic talking fox tells us about snow", "a fox", "snow"),
            (
                "Una taza de café que habla explica por qué cuesta madrugar",
                "una taza de café",
                "por qué cuesta madrugar",
            ),
            ("Un gato parlante nos cuenta cómo duerme", "un gato", "cómo duerme"),
        ] {
            assert_eq!(read(sentence), Some((who.into(), topic.into())), "{sentence}");
        }
    }

    #[test]
    fn talk_that_is_only_a_topic_is_nobody() {
        for sentence in [
            "Why octopuses have three hearts",
            "Why talking parrots mimic people",
            "How the talking drum of West Africa works",
            "A talking point about taxes is overrated",
            "Talking to strangers",
            "The history of talking pictures",
            "Un perro que ladra cuenta poco",
        ] {
            assert_eq!(read(sentence), None, "{sentence}");
        }
    }
}
