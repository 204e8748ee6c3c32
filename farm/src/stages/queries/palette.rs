//! Colours by tone and subject: a home palette, one step away where a beat changes. Pure.

use cutline_compositor::story::PaletteName::{self, *};
use cutline_core::format::Format;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Input;
use crate::stages::{arc::BeatKind, intent::Tone};

/// The palettes as a ring: neighbours are one step apart in hue and lightness.
const RING: &[PaletteName] =
    &[Night, Sea, Ice, Slate, Paper, Meadow, Forest, Gold, Sunrise, Ember, Candy, Neon];

/// Words (beginnings, several languages) whose things have a colour.
const SUBJECTS: &[(PaletteName, &[&str])] = &[
    (
        Sea,
        &[
            "octopus", "ocean", "sea", "fish", "whale", "shark", "water", "wave", "dolphin", "sky",
            "river", "rain", "pulpo", "cielo", "mar", "océan", "ciel", "himmel", "meer", "céu",
            "天空", "海", "水", "blue",
        ],
    ),
    (
        Night,
        &[
            "space",
            "star",
            "planet",
            "moon",
            "black hole",
            "universe",
            "galaxy",
            "dream",
            "sleep",
            "night",
            "espacio",
            "luna",
            "sueñ",
            "lune",
            "mond",
            "schlaf",
            "sonno",
            "月",
            "宇宙",
            "睡",
            "owl",
            "bat",
        ],
    ),
    (
        Forest,
        &[
            "tree", "forest", "leaf", "leaves", "dinosaur", "frog", "jungle", "bosque", "forêt",
            "wald", "bosco", "floresta", "森", "树",
        ],
    ),
    (
        Meadow,
        &[
            "bee", "flower", "garden", "grass", "cow", "rabbit", "butterfl", "farm", "ant",
            "abeja", "abeille", "biene", "fiore", "flor", "花",
        ],
    ),
    (
        Gold,
        &[
            "money", "rich", "gold", "interest", "bank", "invest", "honey", "pyramid", "crown",
            "king", "dinero", "oro", "argent", "geld", "soldi", "dinheiro", "钱", "黄金",
        ],
    ),
    (
        Ember,
        &[
            "coffee",
            "fire",
            "volcano",
            "chocolate",
            "lava",
            "dragon",
            "war",
            "café",
            "kaffee",
            "caffè",
            "咖啡",
            "火",
            "bread",
            "pizza",
            "spice",
        ],
    ),
    (
        Ice,
        &[
            "ice", "snow", "penguin", "winter", "glacier", "cold", "arctic", "hielo", "neige",
            "schnee", "neve", "雪", "冰",
        ],
    ),
    (
        Candy,
        &[
            "cat", "dog", "candy", "sugar", "love", "heart", "birthday", "flamingo", "gato",
            "chat", "katze", "gatto", "猫", "cake",
        ],
    ),
    (
        Slate,
        &[
            "computer", "robot", "brain", "machine", "engine", "law", "history", "metal",
            "cerebro", "cerveau", "gehirn", "cervello", "电脑", "机器",
        ],
    ),
    (Neon, &["internet", "game", "music", "city", "artificial", "crypto", "音乐", "phone"]),
    (
        Sunrise,
        &[
            "habit",
            "morning",
            "energy",
            "run",
            "sun",
            "desert",
            "hábito",
            "habitud",
            "gewohnheit",
            "abitudin",
            "习惯",
            "happ",
        ],
    ),
];

/// One palette a shot.
pub(super) fn plan(input: &Input) -> Vec<PaletteName> {
    let mut rng = ChaCha8Rng::seed_from_u64(input.intent.seed ^ 0x00c0_1012);
    let home = RING.iter().position(|name| *name == home(input)).unwrap_or(0);
    let forward = rng.random_bool(0.5);
    let step = |from: usize, by: usize| {
        let ring = RING.len();
        if forward { (from + by) % ring } else { (from + ring - by) % ring }
    };
    // Phones and paper keep one background; elsewhere the turn leaves home and the end returns.
    let still = matches!(input.intent.format, Format::FakeText | Format::StickAnimation);
    let shots = input.shots.shots.iter();
    shots
        .map(|shot| match input.arc.beats[shot.beat as usize].kind {
            _ if still => RING[home],
            BeatKind::Turn => RING[step(home, 1)],
            BeatKind::Develop if matches!(input.intent.tone, Tone::Energetic | Tone::Playful) => {
                RING[step(home, usize::from(shot.id % 2 == 1))]
            }
            _ => RING[home],
        })
        .collect()
}

fn home(input: &Input) -> PaletteName {
    let intent = &input.intent;
    let by_tone = match intent.tone {
        Tone::Dark => return Night,
        Tone::Calm => Night,
        Tone::Curious => Sea,
        Tone::Playful => Candy,
        Tone::Energetic => Sunrise,
        Tone::Serious => Slate,
        Tone::Warm => Ember,
    };
    match intent.format {
        Format::StickAnimation => return Paper,
        Format::FakeText => return Ice,
        _ => {}
    }
    let named = intent.keywords.iter().find_map(|word| {
        SUBJECTS
            .iter()
            .find(|(_, cues)| cues.iter().any(|cue| word.starts_with(cue)))
            .map(|(name, _)| *name)
    });
    named.unwrap_or(by_tone)
}
