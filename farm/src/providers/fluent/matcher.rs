//! From a phrase to scored icons: the hand-made table, names, tags, parts of the phrase; and from a
//! phrase's embedding, where words miss. Pure: the index and the vector are handed in.

use std::collections::BTreeMap;

use super::{
    concepts, embed,
    index::{Icon, Index, Kind, Posting, Role},
    words,
};

/// Below this an icon has nothing to do with the phrase.
pub(super) const SCORE_MIN: f32 = 0.2;
/// From this score on, words have found it and meaning need not be asked.
pub(super) const SCORE_SURE: f32 = 0.62;
/// The most that an icon scores for a term that the hand-made table answers otherwise, unless the
/// term is its very name: too little to stand beside what the table chose.
const OVERRULED_MAX: f32 = 0.56;
/// The most that an icon scores for its very name where the table answers otherwise: a rule is no
/// ruler, though Spanish has one word for both.
const HOMONYM_MAX: f32 = 0.8;

/// Scores by position in the index.
pub(super) type Scores = BTreeMap<usize, f32>;

/// Scores every icon that the words of `phrase` lead to.
pub(super) fn by_words(index: &Index, phrase: &str, language: &str) -> Scores {
    let folded = words::fold(phrase);
    let language = words::primary(language);
    let mut scores = Scores::new();
    if folded.is_empty() {
        return scores;
    }
    whole(index, &folded, language, 1.0, &mut scores);
    if words::unspaced(language) {
        unspaced_parts(index, &folded, language, &mut scores);
    } else {
        spaced_parts(index, &folded, language, &mut scores);
    }
    scores
}

/// Looks a folded phrase up as it stands and, for its last word, in its base forms.
fn whole(index: &Index, phrase: &str, language: &str, weight: f32, scores: &mut Scores) {
    if concepts::shows_nothing(language, phrase) {
        return;
    }
    let (front, last) = phrase.rsplit_once(' ').map_or(("", phrase), |(front, last)| (front, last));
    let term = |form: String| if front.is_empty() { form } else { format!("{front} {form}") };
    let terms: Vec<String> = words::base_forms(last, language).into_iter().map(term).collect();
    let written = terms.iter().any(|term| !concepts::find(language, term).is_empty());
    for (at, term) in terms.iter().enumerate() {
        let weight = if at == 0 { weight } else { weight * 0.97 };
        for (id, score) in concepts::find(language, term) {
            if let Some(icon) = index.position(id) {
                raise(scores, icon, score * weight);
            }
        }
        if language == "en" && words::is_filler(term) {
            continue;
        }
        let most = |role: Role| match role {
            Role::Name if concepts::find(language, term).is_empty() => 1.0,
            Role::Name => HOMONYM_MAX,
            _ if written => OVERRULED_MAX,
            _ => 1.0,
        };
        let postings = index.postings(language, term);
        for posting in postings {
            let icon = &index.icons[usize::from(posting.icon)];
            let score = posting_score(icon, *posting, postings.len(), language);
            raise(scores, usize::from(posting.icon), score.min(most(posting.role)) * weight);
        }
    }
}

/// Parts of a phrase of several words: the last part (the head) counts most.
fn spaced_parts(index: &Index, folded: &str, language: &str, scores: &mut Scores) {
    let keep = |word: &&str| {
        let filler = language == "en" && words::is_filler(word);
        !(filler || word.chars().all(|c| c.is_ascii_digit()))
    };
    let tokens: Vec<&str> = folded.split(' ').filter(keep).take(words::WORDS_MAX).collect();
    for length in (1..=tokens.len().min(3)).rev() {
        for (start, part) in tokens.windows(length).enumerate() {
            let part_text = part.join(" ");
            if part_text == folded {
                continue;
            }
            let last = start + length == tokens.len();
            let weight = match (tokens.len() == length, last) {
                (true, _) => 0.98,
                (false, true) => 0.9,
                (false, false) => 0.84,
            };
            whole(index, &part_text, language, weight, scores);
        }
    }
}

/// Stretches of a phrase without spaces, longest first and never overlapping.
fn unspaced_parts(index: &Index, folded: &str, language: &str, scores: &mut Scores) {
    let chars: Vec<char> = folded.chars().filter(|c| *c != ' ').take(24).collect();
    let mut taken = vec![false; chars.len()];
    for length in (1..chars.len().min(7)).rev() {
        for start in 0..=chars.len() - length {
            if taken[start..start + length].contains(&true) {
                continue;
            }
            let part: String = chars[start..start + length].iter().collect();
            let known = !concepts::find(language, &part).is_empty()
                || !index.postings(language, &part).is_empty();
            if known {
                taken[start..start + length].fill(true);
                let weight = if length == 1 { 0.72 } else { 0.9 };
                whole(index, &part, language, weight, scores);
            }
        }
    }
}

/// How well an icon fits a term that leads to it, 0–1.
fn posting_score(icon: &Icon, posting: Posting, icons_of_term: usize, language: &str) -> f32 {
    let affinity = f32::from(posting.affinity) / 255.0;
    let crowd = (icons_of_term as f32).log2();
    let measured = language == "en";
    let by_role = match posting.role {
        Role::Name => 1.0,
        Role::Head if measured => 0.70 + 0.25 * affinity,
        Role::Head => 0.86 - 0.01 * crowd,
        Role::Word if measured => 0.10 + 0.52 * affinity,
        Role::Word => 0.48 - 0.03 * crowd,
        Role::Tag if measured => 0.34 + 0.58 * affinity - 0.012 * crowd,
        Role::Tag => 0.80 - 0.045 * crowd,
    };
    by_role * kind_weight(icon, posting.role)
}

fn kind_weight(icon: &Icon, role: Role) -> f32 {
    let named = role == Role::Name;
    let by_kind = match icon.kind {
        Kind::Barred => 0.0,
        Kind::Thing => 1.0,
        Kind::Person if named => 1.0,
        Kind::Person => 0.95,
        Kind::Face if named => 0.97,
        Kind::Face => 0.86,
        Kind::Heart if named => 0.97,
        Kind::Heart => 0.84,
        Kind::Hand if named => 0.95,
        Kind::Hand => 0.78,
        Kind::Symbol if named => 0.85,
        Kind::Symbol => 0.6,
    };
    if icon.gendered && !named { by_kind * 0.93 } else { by_kind }
}

/// Adds icons near a phrase's meaning. `vector` is the phrase's embedding.
pub(super) fn by_meaning(index: &Index, vector: &[f32], scores: &mut Scores) {
    for (at, own) in index.vectors.chunks_exact(embed::DIMENSIONS).enumerate() {
        let Some(icon) = index.icons.get(at) else { break };
        let score = meaning_score(embed::cosine(vector, own)) * kind_weight(icon, Role::Tag);
        if score >= SCORE_MIN {
            raise(scores, at, score);
        }
    }
}

/// Cosine of MiniLM vectors of short phrases → score. Read off a table of judged pairs: at 0.70 the
/// picture is right, at 0.50 one in two is, under 0.40 hardly any.
fn meaning_score(cosine: f32) -> f32 {
    const POINTS: [(f32, f32); 5] =
        [(0.30, 0.0), (0.42, 0.25), (0.52, 0.45), (0.70, 0.75), (1.0, 0.9)];
    let mut before = POINTS[0];
    for point in POINTS {
        if cosine < point.0 {
            let share = ((cosine - before.0) / (point.0 - before.0).max(f32::EPSILON)).max(0.0);
            return before.1 + (point.1 - before.1) * share;
        }
        before = point;
    }
    before.1
}

fn raise(scores: &mut Scores, at: usize, score: f32) {
    let known = scores.entry(at).or_insert(0.0);
    *known = known.max(score);
}

/// The best `limit`, best first; among equals the usual before the special.
pub(super) fn best(index: &Index, scores: Scores, limit: usize) -> Vec<(usize, f32)> {
    let mut ranked: Vec<(usize, f32)> =
        scores.into_iter().filter(|(_, score)| *score >= SCORE_MIN).collect();
    ranked.sort_by(|(a, a_score), (b, b_score)| {
        b_score.total_cmp(a_score).then(index.icons[*a].order.cmp(&index.icons[*b].order))
    });
    ranked.truncate(limit);
    ranked
}
