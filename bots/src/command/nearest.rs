//! The known word nearest to a mistyped one.

/// Most slips of the fingers that still count as the same word.
const SLIPS_MAX: usize = 2;
/// Longer words are no slip of any of ours.
const CHARACTERS_MAX: usize = 24;

/// The nearest of `known`: one that `word` begins, else one within two slips (and fewer slips than
/// half its letters, or `/x` would be near to everything).
pub(super) fn nearest(
    word: &str,
    known: impl Iterator<Item = &'static str> + Clone,
) -> Option<&'static str> {
    let letters: Vec<char> = word.to_lowercase().chars().take(CHARACTERS_MAX + 1).collect();
    if letters.is_empty() || letters.len() > CHARACTERS_MAX {
        return None;
    }
    let begun: String = letters.iter().collect();
    if let Some(whole) = known.clone().find(|known| known.starts_with(&begun)) {
        return Some(whole);
    }
    known
        .map(|known| (slips(&letters, known), known))
        .filter(|(slips, known)| *slips <= SLIPS_MAX && *slips * 2 < known.len().max(letters.len()))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, known)| known)
}

/// Optimal string alignment distance: insert, delete, replace, or swap two neighbours.
fn slips(word: &[char], known: &str) -> usize {
    let known: Vec<char> = known.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for i in 1..=word.len() {
        let mut next = vec![i; known.len() + 1];
        for j in 1..=known.len() {
            let same = word[i - 1] == known[j - 1];
            let mut best = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + usize::from(!same));
            let swapped =
                i > 1 && j > 1 && word[i - 1] == known[j - 2] && word[i - 2] == known[j - 1];
            if swapped {
                best = best.min(before[j - 2] + 1);
            }
            next[j] = best;
        }
        before = std::mem::replace(&mut row, next);
    }
    row[known.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERBS: [&str; 5] = ["status", "cancel", "history", "plan", "credits"];

    #[test]
    fn slips_of_the_fingers_are_forgiven() {
        for (typed, meant) in [
            ("stauts", "status"),
            ("cancle", "cancel"),
            ("hist", "history"),
            ("plam", "plan"),
            ("credit", "credits"),
            ("Statu", "status"),
        ] {
            assert_eq!(nearest(typed, VERBS.into_iter()), Some(meant), "{typed}");
        }
    }

    #[test]
    fn other_words_are_not_bent_into_ours() {
        for typed in ["x", "zebra", "", "constantinople", &"a".repeat(10_000)] {
            assert_eq!(nearest(typed, VERBS.into_iter()), None, "{typed}");
        }
    }
}
