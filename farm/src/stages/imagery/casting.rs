//! Who plays in which shot: heroes and relatives chosen over the whole video, so that no picture
//! stands twice in the same pose.

use std::collections::{BTreeMap, BTreeSet};

use cutline_compositor::story::Composition;
use cutline_core::format::Format;

use super::{
    Input,
    candidates::{ACTED_FIT, Candidate, PROTAGONIST},
    layout,
};
use crate::stages::shots::Role;

/// Relatives a shot may have.
const RELATIVES_MAX: usize = 3;
/// A relative fits at least so well.
const RELATIVE_FIT_MIN: f32 = 0.58;
/// Fit and weight of its word together: "work" and "piece" say little.
const RELATIVE_SCORE_MIN: f32 = 0.5;
/// Shots in which the video's subject, unnamed, may stand beside another hero.
const SUBJECT_BESIDE_MAX: usize = 3;
/// A hero that was one before must fit at least so well.
const ENCORE_FIT_MIN: f32 = 0.7;
/// A hero may be one again so many shots later.
const ENCORE_SHOTS: usize = 3;
/// What a fresh hero may lack in score before an earlier one is brought back.
const ENCORE_MARGIN: f32 = 0.3;

/// A cast shot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CastScene {
    pub hero: Candidate,
    pub relatives: Vec<Candidate>,
    pub composition: Composition,
}

/// A picture at a place of a layout: 0 is the hero's.
type PoseKey = (String, &'static str, usize);

#[derive(Default)]
struct History {
    poses: BTreeSet<PoseKey>,
    /// Shot in which a picture last was hero.
    heroes: BTreeMap<String, usize>,
    /// How often a picture stood beside a hero.
    beside: BTreeMap<String, usize>,
    last: Option<Composition>,
}

/// Casts every shot that `taken` does not mark; `None` where nothing fits.
pub(super) fn cast(
    input: &Input,
    found: &[Vec<Candidate>],
    taken: &[bool],
) -> Vec<Option<CastScene>> {
    let mut history = History::default();
    (0..found.len())
        .map(|at| {
            if taken.get(at).copied().unwrap_or(false) {
                return None;
            }
            let scene = cast_shot(input, at, found, &history)?;
            history.remember(&scene, at);
            Some(scene)
        })
        .collect()
}

fn cast_shot(
    input: &Input,
    at: usize,
    found: &[Vec<Candidate>],
    history: &History,
) -> Option<CastScene> {
    let candidates = ordered(input, at, &found[at]);
    let fresh = candidates.iter().find(|one| !history.heroes.contains_key(&one.id));
    let encore = candidates.iter().find(|one| {
        // Who runs in two shots running does so in both.
        let acted = one.keyword == PROTAGONIST && one.fit >= ACTED_FIT;
        let apart = if acted { 1 } else { ENCORE_SHOTS };
        one.fit >= ENCORE_FIT_MIN
            && history.heroes.get(&one.id).is_some_and(|last| at >= last + apart)
    });
    let closing = role(input, at) == Some(Role::Close);
    let mut order = match (fresh, encore) {
        (Some(fresh), Some(encore)) if closing || encore.score > fresh.score + ENCORE_MARGIN => {
            vec![encore, fresh]
        }
        (Some(fresh), Some(encore)) => vec![fresh, encore],
        (one, None) | (None, one) => one.into_iter().collect(),
    };
    // Failing those, any picture of the shot in a pose it has not had.
    order.extend(candidates.iter());
    order.into_iter().find_map(|hero| {
        let relatives = relatives(hero, &candidates, history);
        let wishes = layout::wishes(input, at, hero, &relatives, history.last);
        wishes.into_iter().find_map(|composition| {
            let scene = CastScene { hero: hero.clone(), relatives: relatives.clone(), composition };
            history.admits(scene)
        })
    })
}

/// Candidates in order of preference as heroes: in a story, people first.
fn ordered(input: &Input, at: usize, found: &[Candidate]) -> Vec<Candidate> {
    let mut candidates = found.to_vec();
    if input.intent.format == Format::AiStory && candidates.iter().any(|one| !is_head(&one.id)) {
        candidates.retain(|one| !is_head(&one.id));
    }
    if input.intent.format == Format::AiStory && role(input, at) != Some(Role::Close) {
        for candidate in &mut candidates {
            if is_figure(&candidate.id) && candidate.fit >= 0.7 {
                candidate.score += 0.15;
            }
        }
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.keyword.cmp(&b.keyword)));
    }
    candidates
}

/// Whether a picture is of a whole person, who can stand in a landscape.
fn is_figure(id: &str) -> bool {
    const FIGURES: [&str; 4] = ["person-", "man-", "woman-", "people-"];
    FIGURES.iter().any(|start| id.starts_with(start))
}

/// Whether a picture is of a head or a hand alone, which looks cut off in a landscape.
fn is_head(id: &str) -> bool {
    const HEADS: [&str; 14] = [
        "person",
        "man",
        "woman",
        "boy",
        "girl",
        "child",
        "baby",
        "old-man",
        "old-woman",
        "older-person",
        "busts-in-silhouette",
        "bust-in-silhouette",
        "eyes",
        "ear",
    ];
    HEADS.contains(&id)
        || ["-face", "-hand", "-hands", "-fist", "-head"].iter().any(|end| id.ends_with(end))
        || id.starts_with("face-")
}

fn role(input: &Input, at: usize) -> Option<Role> {
    input.shots.shots.get(at).map(|shot| shot.role)
}

/// The best pictures of the shot's other keywords, one each, in the order in which they are named.
/// What nobody names is shown beside a hero only so often: the same small picture in every shot is
/// a pattern, not a scene.
fn relatives(hero: &Candidate, candidates: &[Candidate], history: &History) -> Vec<Candidate> {
    let mut relatives: Vec<Candidate> = Vec::new();
    let seen = |one: &Candidate| history.heroes.contains_key(&one.id);
    let beside = |one: &Candidate| history.beside.get(&one.id).copied().unwrap_or(0);
    let said = |one: &Candidate| one.span_start.is_some();
    let ranks: [&dyn Fn(&Candidate) -> bool; 4] = [
        &|one| said(one) && !seen(one),
        &|one| said(one),
        &|one| one.subject && beside(one) < SUBJECT_BESIDE_MAX,
        &|one| !seen(one) && beside(one) == 0,
    ];
    for (rank, admits) in ranks.into_iter().enumerate() {
        // Company for a hero that has none; what is said comes on whoever is there.
        if rank > 1 && relatives.len() > 1 {
            break;
        }
        for one in candidates {
            let shown = one.keyword == hero.keyword
                || one.keyword == PROTAGONIST
                || one.id == hero.id
                || alike(&one.id, &hero.id)
                || relatives
                    .iter()
                    .any(|other| other.keyword == one.keyword || alike(&other.id, &one.id));
            let fits = one.fit >= RELATIVE_FIT_MIN && one.score >= RELATIVE_SCORE_MIN;
            if !shown && fits && admits(one) && relatives.len() < RELATIVES_MAX {
                relatives.push(one.clone());
            }
        }
    }
    relatives.sort_by_key(|one| (one.span_start.is_none(), one.span_start));
    relatives
}

/// Whether two pictures show the same: a cat and a cat's face, two hearts.
fn alike(a: &str, b: &str) -> bool {
    let core = |id: &str| {
        id.split('-')
            .filter(|word| !matches!(*word, "face" | "with" | "person" | "man" | "woman" | "red"))
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let (a, b) = (core(a), core(b));
    a.intersection(&b).next().is_some()
}

impl History {
    /// The scene without relatives that would stand as they stood before; `None` when the hero
    /// would.
    fn admits(&self, mut scene: CastScene) -> Option<CastScene> {
        let layout = layout::name(scene.composition);
        if self.poses.contains(&(scene.hero.id.clone(), layout, 0)) {
            return None;
        }
        let mut kept = Vec::new();
        for relative in scene.relatives {
            if !self.poses.contains(&(relative.id.clone(), layout, kept.len() + 1)) {
                kept.push(relative);
            }
        }
        scene.relatives = kept;
        (layout::supported(scene.composition, scene.relatives.len()) == scene.composition)
            .then_some(scene)
    }

    fn remember(&mut self, scene: &CastScene, at: usize) {
        let layout = layout::name(scene.composition);
        let cast = std::iter::once(&scene.hero).chain(&scene.relatives);
        self.poses.extend(cast.enumerate().map(|(slot, one)| (one.id.clone(), layout, slot)));
        self.heroes.insert(scene.hero.id.clone(), at);
        for one in &scene.relatives {
            *self.beside.entry(one.id.clone()).or_default() += 1;
        }
        self.last = Some(scene.composition);
    }
}
