//! What a stick figure acts in a shot: the verbs that are spoken, where there is room for them.

use cutline_compositor::{figure::Verb, story::SpokenWord};

use crate::stages::verbs;

/// Acts need room to be seen.
const GAP_FRAMES_MIN: u32 = 24;

/// The acts of a shot with the frame of the word, far enough apart to be played.
pub(super) fn acts(words: &[SpokenWord]) -> Vec<(Verb, u32)> {
    let mut found: Vec<(Verb, u32)> = Vec::new();
    for word in words {
        let clear =
            found.last().is_none_or(|&(_, frame)| word.start_frame >= frame + GAP_FRAMES_MIN);
        if let Some(verb) = verbs::acted(&word.text)
            && clear
        {
            found.push((verb, word.start_frame));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sentence: &str) -> Vec<Verb> {
        let words: Vec<SpokenWord> = sentence
            .split(' ')
            .zip(0_u32..)
            .map(|(text, index)| SpokenWord {
                text: text.to_owned(),
                start_frame: index * 12,
                end_frame: index * 12 + 10,
            })
            .collect();
        acts(&words).into_iter().map(|(verb, _)| verb).collect()
    }

    #[test]
    fn verbs_become_acts_in_order() {
        assert_eq!(found("He walks home and then falls."), [Verb::Walk, Verb::Fall]);
        assert_eq!(found("Think of it, maybe we won!"), [Verb::Think, Verb::Shrug, Verb::Cheer]);
        assert_eq!(found("El gato salta y corre"), [Verb::Jump, Verb::Run]);
    }

    #[test]
    fn nouns_that_begin_like_verbs_do_not_act() {
        assert_eq!(found("Several windows in seven seasons"), Vec::<Verb>::new());
    }
}
