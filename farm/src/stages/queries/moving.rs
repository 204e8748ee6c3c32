//! Which shots ask for a moving picture: those whose line says that something is moving, or is of a
//! thing whose being is movement. A rule of words, so that the same script gives the same shots.

use cutline_speech::text::primary;

use super::Input;
use crate::language;

/// Most shots of a video that ask for one: a clip among stills is an accent.
const MOST: usize = 3;
/// Of so many shots, one.
const ONE_IN: usize = 3;
/// What it takes.
const SCORE_MIN: u32 = 2;

/// The words of a language that ask for movement; lists are parted by spaces.
struct Lexis {
    /// Beginnings of verbs for movements that a camera sees.
    verbs: &'static str,
    /// Those that mean other things as often (a plan falls through, a firm runs): they need
    /// company.
    loose: &'static str,
    /// Things that nobody has ever seen standing still.
    things: &'static str,
    /// Words that begin like a verb and are none.
    others: &'static str,
}

/// The languages that have voices, English first.
const LEXIS: [(&str, Lexis); 5] = [
    (
        "en",
        Lexis {
            verbs: "swim swam flow crawl gallop sprint glid soar erupt explod pour splash spin \
                    swirl drift flutter hunt chas danc climb dive diving leap pounc slither \
                    stamped migrat sway flicker melt bloom fly flies flew jump walk",
            loose: "run ran racing raced roll crash pump",
            things: "wave waves river waterfall ocean storm thunderstorm rain snowfall lightning \
                     fire flame flames smoke lava volcano tornado hurricane wildfire traffic crowd \
                     stampede flock swarm surf fountain avalanche",
            others: "range ranch random rank ranks rant rants runway flyer flower flowers dance \
                     spine spinal spinach pumpkin pumpkins climate chaste chasm walkable diverse \
                     divers diverge diverges diverged divert diverts",
        },
    ),
    (
        "es",
        Lexis {
            verbs: "nadan nadar nadab nadó nade fluye vuel corr salta trepa baila galop explot \
                    funde fundid persigu caza",
            loose: "pasa gira cae",
            things: "ola olas río cascada océano tormenta lluvia nieve relámpago fuego llama \
                     llamas humo lava volcán huracán tráfico multitud bandada fuente",
            others: "nadie correo correos correct caerá",
        },
    ),
    (
        "fr",
        Lexis {
            verbs: "nage coule vole saute danse grimp galop explos fonden fondr plonge chass",
            loose: "cour tourn tomb",
            things: "vague vagues rivière cascade océan tempête orage pluie neige éclair feu \
                     flamme flammes fumée lave volcan ouragan circulation foule fontaine",
            others: "courage courant court couleur fondation volet",
        },
    ),
    (
        "de",
        Lexis {
            verbs: "schwimm flieg flieh fließ renn spring tanz kletter galopp explod schmilz jag \
                    taucht",
            loose: "lauf roll dreh",
            things: "welle wellen fluss wasserfall ozean sturm gewitter regen schneefall blitz \
                     feuer flamme flammen rauch lava vulkan tornado verkehr schwarm brunnen lawine",
            others: "jagd rolle rollen laufend jagdhaus",
        },
    ),
    (
        "zh",
        Lexis {
            verbs: "游 飞 跑 跳 爬 追",
            loose: "走 转",
            things: "海浪 河流 瀑布 暴风 下雨 火焰 烟雾 火山 交通 人群",
            others: "",
        },
    ),
];

/// What moves, in a word of the shot's line, for the shots that ask for a moving picture.
pub(super) fn plan(input: &Input) -> Vec<Option<String>> {
    let tag = input.intent.language.as_str();
    let mut found: Vec<(u32, usize, String)> = Vec::new();
    for (at, shot) in input.script.shots.iter().enumerate() {
        if let Some((score, word)) = asked(&shot.narration, tag) {
            found.push((score, at, word));
        }
    }
    // The clearest first; of equals, the earlier.
    found.sort_by_key(|(score, at, _)| (std::cmp::Reverse(*score), *at));
    let mut chosen = vec![None; input.script.shots.len()];
    let most = MOST.min(input.script.shots.len() / ONE_IN);
    for (_, at, word) in found {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let alone = beside.filter_map(|near| chosen.get(near)).all(Option::is_none);
        if alone && chosen.iter().flatten().count() < most {
            chosen[at] = Some(word);
        }
    }
    chosen
}

/// How clearly a line asks for movement, and in which word.
fn asked(line: &str, tag: &str) -> Option<(u32, String)> {
    let (_, lexis) = LEXIS.iter().find(|(known, _)| *known == primary(tag))?;
    let mut score = 0;
    let mut named: Option<(u32, String)> = None;
    for word in language::words(line, tag) {
        let lower = word.text.to_lowercase();
        let weight = lexis.weight(&lower, language::is_spaceless(tag));
        score += weight;
        if weight > named.as_ref().map_or(0, |(most, _)| *most) {
            named = Some((weight, lower));
        }
    }
    named.filter(|_| score >= SCORE_MIN).map(|(_, word)| (score, word))
}

impl Lexis {
    /// How clearly a word asks for movement.
    fn weight(&self, word: &str, spaceless: bool) -> u32 {
        let has = |list: &str| list.split_whitespace().any(|known| known == word);
        let fits = |list: &str| {
            list.split_whitespace()
                .any(|stem| if spaceless { word.contains(stem) } else { begins(word, stem) })
        };
        if has(self.others) {
            0
        } else if has(self.things) || fits(self.verbs) || (spaceless && fits(self.things)) {
            2
        } else {
            u32::from(fits(self.loose))
        }
    }
}

/// Whether a word is a form of a verb: its beginning and an ending of up to four letters.
fn begins(word: &str, stem: &str) -> bool {
    word.strip_prefix(stem).is_some_and(|ending| ending.chars().count() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(line: &str, tag: &str) -> Option<String> {
        asked(line, tag).map(|(_, word)| word)
    }

    #[test]
    fn what_moves_asks_for_a_clip_and_what_stands_does_not() {
        assert_eq!(word("It swims away backwards.", "en").as_deref(), Some("swims"));
        assert_eq!(word("Lava erupts from the deep.", "en").as_deref(), Some("lava"));
        assert_eq!(word("The wolf chased its prey.", "en").as_deref(), Some("chased"));
        assert_eq!(word("Los delfines nadan rápido.", "es").as_deref(), Some("nadan"));
        assert_eq!(word("Die Fische schwimmen weg.", "de").as_deref(), Some("schwimmen"));
        assert_eq!(word("海豚在水里游泳", "zh").as_deref(), Some("水里游泳"));
        for still in [
            "Octopuses have three hearts.",
            "She runs a company.",
            "A random range of flowers.",
            "The court took its course with a grain of salt.",
            "Nobody expects this answer.",
            "A diverse crew with spinal pain.",
        ] {
            assert_eq!(word(still, "en"), None, "{still}");
        }
        // "Nothing", "founded" and "at the bottom" look like forms of swimming and melting.
        assert_eq!(word("No pasa nada, nadie fundó la ciudad.", "es"), None);
        assert_eq!(word("Au fond, tout est calme.", "fr"), None);
    }
}
