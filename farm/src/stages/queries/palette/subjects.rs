//! What has a colour: families of subjects, by words in several languages, and the palettes that
//! suit each. Data, and how a word is recognised; which of the palettes is taken is not known here.

use cutline_compositor::story::PaletteName::{self, *};

/// Palettes that suit something, the best first.
pub(super) type Suited = &'static [PaletteName];

/// Subjects that share their palettes.
pub(super) struct Family {
    /// What they may be shown in.
    pub(super) palettes: Suited,
    /// Beginnings of their words, lower case; short ones are whole words (see [`names`]).
    pub(super) cues: &'static [&'static str],
}

/// Letters of the longest cue that has to be the whole word: "star" is not in "startup".
const WHOLE_WORD_MAX: usize = 4;

/// The palettes of what a word names, if it names anything with a colour.
pub(super) fn suited(word: &str) -> Option<Suited> {
    let family = FAMILIES.iter().find(|family| family.cues.iter().any(|cue| names(word, cue)));
    family.map(|family| family.palettes)
}

/// True where a word is a cue, its plural, or begins with one that is long enough to tell.
fn names(word: &str, cue: &str) -> bool {
    let alphabetic = cue.chars().all(|letter| u32::from(letter) < 0x2e80);
    let whole = alphabetic && cue.chars().count() <= WHOLE_WORD_MAX;
    word.strip_prefix(cue).is_some_and(|rest| {
        !whole || rest.starts_with(' ') || ["", "s", "es", "x", "'s"].contains(&rest)
    })
}

/// In order: what is named by two families belongs to the first.
#[rustfmt::skip]
pub(super) const FAMILIES: &[Family] = &[
    // Life in the water.
    Family { palettes: &[Sea, Night, Forest], cues: &[
        "octopus", "ocean", "sea", "seas", "fish", "goldfish", "whale", "shark", "dolphin", "squid",
        "jellyfish", "coral", "submarine", "seal", "seahorse", "crab", "ship", "pirate",
        "pulpo", "ballena", "tibur", "océan", "pez", "peces", "mar", "mare", "baleine", "requin",
        "poisson", "mer", "meer", "wal", "wale", "haie", "fisch", "balena", "squalo", "pesc",
        "polvo", "baleia", "tubar", "peixe", "海", "鱼", "章鱼", "鲸",
    ] },
    // Weather and fresh water.
    Family { palettes: &[Sea, Slate, Ice], cues: &[
        "water", "wave", "river", "rain", "lake", "storm", "tsunami", "flood", "lightning",
        "agua", "lluvia", "río", "ríos", "eau", "pluie", "rivière", "wasser", "regen", "fluss",
        "acqua", "pioggia", "fiume", "água", "chuva", "水", "雨", "河",
    ] },
    // The day's sky.
    Family { palettes: &[Ice, Slate, Sunrise], cues: &[
        "sky", "skies", "cloud", "weather", "wind", "rainbow", "air", "daylight", "balloon", "kite",
        "bird", "airplane", "cielo", "nube", "arcoíris", "pájaro", "ciel", "nuage", "arc-en-ciel",
        "oiseau", "himmel", "wolke", "regenbogen", "vogel", "vögel", "nuvola", "nuvole", "arcobaleno",
        "uccell", "céu", "nuvem", "nuvens", "pássaro", "天空", "空", "云", "雲", "彩虹", "鸟",
    ] },
    Family { palettes: &[Night, Neon, Slate], cues: &[
        "space", "star", "planet", "moon", "black hole", "universe", "galax", "astronaut", "rocket",
        "comet", "mars", "jupiter", "saturn", "espacio", "estrella", "luna", "lunas", "universo",
        "agujero negro", "espace", "étoile", "lune", "univers", "weltall", "weltraum", "stern",
        "mond", "spazio", "stella", "stelle", "espaço", "estrela", "lua", "月", "宇宙", "星",
    ] },
    Family { palettes: &[Night, Sea, Neon], cues: &[
        "dream", "sleep", "night", "owl", "bat", "insomnia", "sueñ", "noche", "dormi", "sommeil",
        "rêve", "nuit", "schlaf", "traum", "träum", "nacht", "sonno", "sogn", "notte", "sono",
        "sonho", "noite", "睡", "梦", "夢", "夜",
    ] },
    // Long ago, and green.
    Family { palettes: &[Forest, Ember, Gold], cues: &[
        "dinosaur", "fossil", "mammoth", "jungle", "crocodile", "dinosaurio", "selva", "dinosaure",
        "dschungel", "giungla", "恐龙",
    ] },
    Family { palettes: &[Forest, Meadow, Gold], cues: &[
        "tree", "forest", "leaf", "leaves", "wood", "mushroom", "bear", "wolf", "wolves", "fox",
        "deer", "bosque", "árbol", "hoja", "forêt", "arbre", "feuille", "wald", "baum", "bäume",
        "blatt", "blätter", "bosco", "alber", "foresta", "floresta", "árvore", "森", "树", "木",
    ] },
    Family { palettes: &[Meadow, Sunrise, Forest], cues: &[
        "bee", "flower", "garden", "grass", "cow", "rabbit", "butterfl", "farm", "ant", "horse",
        "pig", "chicken", "sheep", "plant", "seed", "spring", "frog", "snail", "ladybug", "turtle",
        "abeja", "hormiga", "jardín", "abeille", "fourmi", "fleur", "jardin", "biene", "ameise",
        "blume", "garten", "ape", "formic", "fiore", "fiori", "abelha", "flor", "flores",
        "花", "蜜蜂", "蚂蚁",
    ] },
    Family { palettes: &[Gold, Forest, Slate], cues: &[
        "money", "rich", "wealth", "interest", "bank", "invest", "saving", "budget", "debt", "stock",
        "inflation", "econom", "tax", "taxes", "dinero", "rico", "ahorr", "interés", "argent",
        "riche", "geld", "reich", "zins", "soldi", "ricc", "dinheiro", "钱", "财富", "复利",
    ] },
    Family { palettes: &[Gold, Ember, Paper], cues: &[
        "gold", "golden", "pyramid", "crown", "king", "queen", "pharaoh", "egypt", "treasure",
        "knight", "castle", "rome", "roman", "emperor", "samurai", "honey", "oro", "rey", "reyes",
        "pirámide", "roi", "or", "pyramide", "könig", "piramid", "ouro", "rei", "reis", "黄金",
        "国王", "金字塔",
    ] },
    Family { palettes: &[Ember, Gold, Paper], cues: &[
        "coffee", "chocolate", "tea", "espresso", "cocoa", "caramel", "whisk", "café", "cafés",
        "kaffee", "schokolade", "caffè", "cioccolat", "chá", "thé", "tee", "咖啡", "茶", "巧克力",
    ] },
    Family { palettes: &[Ember, Sunrise, Slate], cues: &[
        "fire", "volcano", "lava", "dragon", "war", "wars", "battle", "phoenix", "explosion",
        "fuego", "volcán", "dragón", "guerra", "feu", "volcan", "guerre", "feuer", "vulkan",
        "drache", "krieg", "fuoco", "vulcano", "fogo", "vulcão", "火", "龙", "战争",
    ] },
    Family { palettes: &[Ice, Sea, Slate], cues: &[
        "ice", "iceberg", "icicle", "snow", "snowflake", "snowman", "penguin", "winter", "glacier",
        "cold", "arctic", "antarctic", "polar bear", "frost", "hielo", "nieve", "pingüino",
        "invierno", "neige", "glace", "hiver", "schnee", "eis", "pinguin", "neve", "ghiaccio",
        "inverno", "gelo", "雪", "冰", "企鹅",
    ] },
    Family { palettes: &[Candy, Sunrise, Meadow], cues: &[
        "cat", "kitten", "dog", "dogs", "pupp", "hamster", "pet", "gato", "gata", "perro", "chat",
        "chien", "katze", "hund", "hunde", "gatto", "gatti", "cane", "cani", "cachorro", "猫", "狗",
        "犬",
    ] },
    Family { palettes: &[Candy, Sunrise, Neon], cues: &[
        "candy", "candies", "sugar", "love", "birthday", "flamingo", "cake", "party", "unicorn",
        "ice cream", "amor", "azúcar", "amour", "sucre", "liebe", "zucker", "amore", "zuccher",
        "açúcar", "爱", "糖", "生日",
    ] },
    // Bodies are red and pink: they want a cool ground as often as a warm one.
    Family { palettes: &[Candy, Sea, Slate], cues: &[
        "heart", "blood", "body", "bodies", "skin", "stomach", "tooth", "teeth", "bone", "muscle",
        "lung", "corazón", "sangre", "cuerpo", "cœur", "coeur", "sang", "corps", "herz", "blut",
        "körper", "cuore", "cuori", "sangue", "coração", "心", "血",
    ] },
    Family { palettes: &[Slate, Neon, Sea], cues: &[
        "computer", "robot", "brain", "machine", "engine", "metal", "car", "cars", "train",
        "electric", "atom", "chemist", "physic", "math", "science", "memory", "cerebro", "máquina",
        "cerveau", "gehirn", "maschine", "cervello", "macchin", "cérebro", "电脑", "机器", "大脑",
    ] },
    Family { palettes: &[Paper, Gold, Slate], cues: &[
        "history", "book", "law", "school", "letter", "writing", "language", "word", "art", "map",
        "paper", "historia", "libro", "escuela", "livre", "école", "loi", "buch", "bücher",
        "schule", "gesetz", "storia", "libri", "scuola", "livro", "escola", "历史", "书",
    ] },
    Family { palettes: &[Neon, Night, Slate], cues: &[
        "internet", "game", "gaming", "music", "city", "cities", "artificial", "crypto", "bitcoin",
        "phone", "social media", "video", "guitar", "concert", "música", "ciudad", "musique",
        "ville", "musik", "stadt", "städte", "musica", "città", "cidade", "音乐", "城市", "手机",
        "游戏",
    ] },
    Family { palettes: &[Sunrise, Meadow, Candy], cues: &[
        "habit", "morning", "energy", "run", "running", "runner", "happ", "productiv", "focus",
        "goal", "exercise", "workout", "gym", "yoga", "hábito", "mañana", "feliz", "felic",
        "habitud", "matin", "bonheur", "heureu", "gewohnheit", "morgen", "glück", "abitudin",
        "mattin", "felicit", "manhã", "习惯", "早晨", "快乐", "幸福",
    ] },
    Family { palettes: &[Sunrise, Gold, Ember], cues: &[
        "sun", "suns", "sunset", "sunrise", "sunlight", "desert", "summer", "beach", "camel",
        "cactus", "heat", "sol", "desierto", "verano", "playa", "soleil", "désert", "plage",
        "sonne", "wüste", "sommer", "strand", "sole", "deserto", "spiaggia", "praia", "太阳", "沙漠",
    ] },
    Family { palettes: &[Sunrise, Ember, Candy], cues: &[
        "bread", "pizza", "spice", "pasta", "burger", "cheese", "fruit", "banana", "apple",
        "tomato", "potato", "cook", "food", "dinner", "breakfast", "comida", "pan", "queso",
        "fromage", "brot", "käse", "essen", "pane", "formaggio", "cibo", "pão", "queijo",
        "面包", "食物",
    ] },
];
