//! Which layout suits a shot: what is said decides, then the seed, never twice the same in a row
//! where another is to be had.

use cutline_compositor::story::Composition;
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::{Input, candidates::Candidate};
use crate::stages::shots::{Role, TextDensity};

/// Stable name of a layout.
pub(super) fn name(composition: Composition) -> &'static str {
    match composition {
        Composition::Hero => "hero",
        Composition::Trio => "trio",
        Composition::Parade => "parade",
        Composition::Orbit => "orbit",
        Composition::Versus => "versus",
        Composition::NumberCard => "number_card",
        Composition::Path => "path",
        Composition::Title => "title",
    }
}

/// The layout itself, or the nearest one that gets by with so few relatives.
pub(super) fn supported(composition: Composition, relatives: usize) -> Composition {
    let needed = match composition {
        Composition::Parade => 3,
        Composition::Trio | Composition::Orbit => 2,
        Composition::Versus | Composition::Path => 1,
        Composition::Hero | Composition::NumberCard | Composition::Title => 0,
    };
    if relatives >= needed { composition } else { Composition::Hero }
}

/// Layouts for a shot, best first; every one can be filled with these relatives.
pub(super) fn wishes(
    input: &Input,
    at: usize,
    hero: &Candidate,
    relatives: &[Candidate],
    last: Option<Composition>,
) -> Vec<Composition> {
    let script = input.script.shots.get(at);
    let shot = input.shots.shots.get(at);
    let narration = script.map_or("", |script| script.narration.as_str());
    let said = said(narration);
    let mut wishes = Vec::new();
    if shot.is_some_and(|shot| shot.role == Role::Hook) {
        wishes.push(Composition::Hero);
    }
    let contrasted = relatives.first().is_some_and(|other| other.fit >= 0.7 && hero.fit >= 0.7);
    if said.contrast && contrasted && relatives.len() == 1 {
        wishes.push(Composition::Versus);
    }
    if said.number {
        wishes.push(Composition::NumberCard);
    }
    if said.journey {
        wishes.push(Composition::Path);
    }
    let named = relatives.iter().filter(|one| one.span_start.is_some()).count();
    if said.list && named >= 2 {
        wishes.extend([Composition::Parade, Composition::Trio]);
    }
    let titled = script.is_some_and(|script| script.on_screen.is_some())
        && shot.is_some_and(|shot| shot.text_density == TextDensity::High);
    let mut rest = vec![Composition::Hero, Composition::Trio, Composition::Orbit];
    if titled && relatives.is_empty() {
        rest.push(Composition::Title);
    }
    let mut random =
        ChaCha8Rng::seed_from_u64(input.intent.seed ^ (at as u64).wrapping_mul(0x9e37));
    rest.shuffle(&mut random);
    wishes.extend(rest);
    // When all of these are spent, the others serve too.
    wishes.extend([Composition::Path, Composition::Parade, Composition::Title]);
    wishes.retain(|one| supported(*one, relatives.len()) == *one);
    let mut wished = Vec::new();
    for wish in wishes {
        if !wished.contains(&wish) {
            wished.push(wish);
        }
    }
    wished.sort_by_key(|one| Some(*one) == last);
    wished
}

/// What the narration is made of.
struct Said {
    number: bool,
    contrast: bool,
    journey: bool,
    list: bool,
}

fn said(narration: &str) -> Said {
    let lower = narration.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
        .collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let journey = [
        "journey",
        "travel",
        "traveled",
        "travelled",
        "route",
        "spread",
        "reached",
        "sailed",
        "crossed",
        "century",
        "centuries",
        "carried",
        "arrived",
        "later",
        "history",
        "viaje",
        "camino",
        "ruta",
        "siglo",
    ];
    let contrast = [
        "versus", "vs", "unlike", "instead", "whereas", "compared", "than", "rather", "mientras",
        "contra",
    ];
    let separators = narration.matches([',', '，', '、', ';', '；']).count();
    Said {
        number: number(&lower, &words),
        contrast: any(&contrast),
        journey: any(&journey) || words.iter().any(|word| is_year(word)),
        list: separators >= 2,
    }
}

/// Whether a number is said that is worth drawing: an amount, not a year.
fn number(lower: &str, words: &[&str]) -> bool {
    let spelled = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hundred",
        "thousand", "million", "billion", "percent", "dos", "tres", "cuatro", "cinco", "cien",
        "mil", "nueve", "siete",
    ];
    lower.contains(['%', '$', '€', '£'])
        || words.iter().any(|word| spelled.contains(word))
        || words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()) && !is_year(word))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse::<u32>().is_ok_and(|year| (1000..=2100).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_make_a_path_and_amounts_a_number_card() {
        assert!(said("In 1475 the first coffeehouse opened").journey);
        assert!(!said("In 1475 the first coffeehouse opened").number);
        assert!(said("It has three hearts").number);
        assert!(said("You earn 7% a year").number);
        assert!(said("Blood, copper, and oxygen").list);
        assert!(said("A hare is faster than a turtle").contrast);
    }

    #[test]
    fn layouts_that_cannot_be_filled_become_a_hero() {
        assert_eq!(supported(Composition::Trio, 1), Composition::Hero);
        assert_eq!(supported(Composition::Path, 1), Composition::Path);
    }
}
