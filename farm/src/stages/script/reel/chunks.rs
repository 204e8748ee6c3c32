//! Cuts narration into what one scene can hold. Pure.

use crate::language::spoken::spoken_ms;

/// Between two shots.
const PAUSE_MS: u32 = 250;
/// Voices run over estimates by about so much.
const SPARE: f64 = 1.1;

/// Consecutive shots that are filmed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) first: usize,
    pub(super) lines: Vec<String>,
    pub(super) spoken_ms: u32,
    pub(super) seconds: u32,
}

/// Cuts narration into chunks that the longest scene can hold, and finds each the shortest scene
/// that holds it.
pub(super) fn chunks(lines: &[String], language: &str, lengths_s: &[u32]) -> Vec<Chunk> {
    let longest_ms = lengths_s.last().map_or(8_000, |seconds| seconds * 1_000);
    let needed = |ms: u32| (f64::from(ms) * SPARE) as u32;
    let mut chunks: Vec<Chunk> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let ms = spoken_ms(line, language) + PAUSE_MS;
        match chunks.last_mut() {
            Some(last) if needed(last.spoken_ms + ms) <= longest_ms => {
                last.lines.push(line.clone());
                last.spoken_ms += ms;
            }
            _ => chunks.push(Chunk {
                first: at,
                lines: vec![line.clone()],
                spoken_ms: ms,
                seconds: 0,
            }),
        }
    }
    for chunk in &mut chunks {
        let fits = |seconds: &&u32| **seconds * 1_000 >= needed(chunk.spoken_ms);
        chunk.seconds = *lengths_s.iter().find(fits).or(lengths_s.last()).unwrap_or(&8);
        chunk.spoken_ms = chunk.spoken_ms.min(chunk.seconds * 1_000);
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narration_is_cut_into_scenes_that_hold_what_is_said() {
        let lines: Vec<String> = [
            "Hi, I'm a coffee mug. Mornings are hard.",
            "Your body clock lags behind the alarm.",
            "Light tells it to hurry.",
            "Warmth helps, and so do I, if you are patient with both of us in the dark hours.",
            "See you tomorrow.",
        ]
        .map(String::from)
        .to_vec();
        let chunks = chunks(&lines, "en", &[4, 6, 8]);
        let all: Vec<String> = chunks.iter().flat_map(|chunk| chunk.lines.clone()).collect();
        assert_eq!(all, lines);
        assert!(chunks.len() > 1 && chunks.len() < lines.len(), "{chunks:?}");
        for chunk in &chunks {
            assert_eq!(lines[chunk.first], chunk.lines[0]);
            assert!([4, 6, 8].contains(&chunk.seconds));
            assert!(chunk.spoken_ms <= chunk.seconds * 1_000, "{chunk:?}");
        }
    }
}
