//! What a shot wishes for, in words for a search and in words for a generator.

use super::Search;
use crate::providers::PictureWish;

impl Search<'_> {
    /// What is looked for, best first: the shot's own thing within the topic, then wider.
    pub(super) fn queries(&self, at: usize) -> Vec<String> {
        let shot = &self.input.queries.shots[at];
        let pair: Vec<&str> = shot.keywords.iter().take(2).map(|k| k.phrase.as_str()).collect();
        let all = [
            shot.query.clone(),
            pair.join(" "),
            shot.subject.clone(),
            self.input.intent.subject.clone(),
        ];
        let mut queries: Vec<String> = Vec::new();
        for query in all {
            let query: String = query.trim().chars().take(100).collect();
            if !query.is_empty() && !queries.iter().any(|q| q.eq_ignore_ascii_case(&query)) {
                queries.push(query);
            }
        }
        queries
    }

    pub(super) fn wish(&self, at: usize) -> PictureWish {
        let intent = &self.input.intent;
        let shot = &self.input.queries.shots[at];
        let said = self.input.script.shots.get(at).map_or("", |shot| shot.narration.as_str());
        PictureWish {
            shot: shot.shot,
            prompt: format!(
                "{}. It illustrates this line of a short video about {}: {said} Photographic, one \
                 clear subject in the middle, room above and below it, no text, no letters, no logo, \
                 no watermark, no frame.",
                shot.prompt, intent.subject
            ),
            language: intent.language.clone(),
            seed: intent.seed.wrapping_add(u64::from(shot.shot)),
        }
    }
}
