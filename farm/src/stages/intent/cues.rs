//! Words by language that tell a format, a topic's beginning, or a subject's end. Data only; all
//! lower case. Longer cues stand before shorter ones that they contain.

use cutline_core::format::Format;

/// What is known of one language.
pub(super) struct Cues {
    /// Phrases anywhere in the sentence that name a format.
    pub formats: &'static [(Format, &'static [&'static str])],
    /// Openings that say nothing about the topic ("make a video about").
    pub requests: &'static [&'static str],
    /// Question words that open an explanation.
    pub questions: &'static [&'static str],
    /// Auxiliaries that come before the subject in a question ("why do cats purr").
    pub inverted: &'static [&'static str],
    /// Words after which the topic follows ("about").
    pub about: &'static [&'static str],
    /// Verbs and adverbs that end a subject.
    pub verbs: &'static [&'static str],
    /// Articles stripped from a subject's head.
    pub articles: &'static [&'static str],
    /// Words for a second and a minute.
    pub seconds: &'static [&'static str],
    /// Words for a minute.
    pub minutes: &'static [&'static str],
    /// Number words from one.
    pub numbers: &'static [&'static str],
}

/// The cues of a language; English where there are none.
pub(super) fn cues(language: &str) -> &'static Cues {
    match language {
        "es" => &ES,
        "fr" => &FR,
        "de" => &DE,
        "it" => &IT,
        "pt" => &PT,
        "zh" => &ZH,
        "ja" => &JA,
        "hi" => &HI,
        _ => &EN,
    }
}

#[rustfmt::skip]
static EN: Cues = Cues {
    formats: &[
        (Format::FakeText, &["text chat", "fake text", "fake chat", "text conversation", "chat between", "text messages", "texting", "texts between", "dms between", "group chat", "conversation between", "whatsapp"]),
        (Format::StickAnimation, &["stick figures", "stick figure", "stickman", "stick men", "stick people", "doodle animation"]),
        (Format::MythBuster, &["myths about", "myth about", "myth:", "myths", "debunk", "debunking", "is it true that", "is it true", "the truth about", "misconceptions", "misconception", "busted", "myth"]),
        (Format::Quote, &["quote about", "quotes about", "quote on", "quote", "words of wisdom", "proverb", "affirmation"]),
        (Format::ProductTeaser, &["teaser for", "product teaser", "promo for", "an ad for", "a commercial for", "advert for", "advertisement for", "launch video", "introducing", "teaser"]),
        (Format::Comparison, &[" vs ", " vs. ", " versus ", "difference between", "differences between", "compared to", "compared with", "compare", "comparison of", "better than", "which is better"]),
        (Format::Timeline, &["history of", "timeline of", "evolution of", "through the ages", "through the years", "rise and fall of", "chronology"]),
        (Format::HowTo, &["how to", "step by step", "steps to", "tutorial", "recipe for", "recipe", "guide to"]),
        (Format::AiStory, &["story about", "story of", "tale of", "tale about", "bedtime story", "short story", "horror story", "fairy tale", "legend of", "story", "once upon a time"]),
        (Format::Listicle, &["top ten", "top five", "top three"]),
    ],
    requests: &["please", "can you", "could you", "i want", "i need", "i'd like", "create", "make", "make me", "give me", "generate", "produce", "show me", "tell me", "write", "do", "a video about", "a video on", "a video explaining", "a video", "a short video about", "a short about", "a short", "a clip about", "a reel about", "a tiktok about", "video about", "an explainer on", "an explainer about", "explain to me", "explain", "explains", "explaining", "me", "us", "that", "of"],
    questions: &["why", "how", "what", "when", "where", "who", "which", "what happens when", "what happens if", "what would happen if", "what if", "is it true that"],
    inverted: &["do", "does", "did", "is", "are", "was", "were", "can", "could", "will", "would", "has", "have", "should"],
    about: &["about", "on", "of", "regarding"],
    verbs: &["is", "are", "was", "were", "am", "be", "has", "have", "had", "do", "does", "did", "can", "can't", "cannot", "could", "will", "would", "should", "may", "might", "must", "always", "never", "sometimes", "often", "really", "actually", "only", "don't", "doesn't", "didn't", "isn't", "aren't", "make", "makes", "made", "work", "works", "worked", "change", "changes", "changed", "need", "needs", "cause", "causes", "help", "helps", "grow", "grows", "fall", "falls", "fell", "live", "lives", "sleep", "purr", "glow", "glows", "shine", "migrate", "lose", "lost", "won", "win", "taste", "tastes", "smell", "smells", "feel", "feels", "cry", "dream", "yawn", "float", "floats", "sink", "fly", "flies", "run", "runs", "became", "become", "becomes", "form", "forms", "keep", "keeps", "turn", "turns", "saved", "shaped", "happen", "happens", "exist", "exists", "spoil", "spoils", "beat", "beats", "get", "gets", "go", "goes", "use", "uses", "eat", "eats"],
    articles: &["a", "an", "the", "your", "our", "my", "some", "their"],
    seconds: &["seconds", "second", "secs", "sec", "s"],
    minutes: &["minutes", "minute", "mins", "min"],
    numbers: &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
};
#[rustfmt::skip]
static ES: Cues = Cues {
    formats: &[
        (Format::FakeText, &["chat falso", "chat entre", "conversación entre", "mensajes entre", "whatsapp"]),
        (Format::StickAnimation, &["monigotes", "muñecos de palitos", "figuras de palitos", "hombres de palo", "figuras de palo"]),
        (Format::MythBuster, &["mitos sobre", "mitos", "mito", "es verdad que", "la verdad sobre"]),
        (Format::Quote, &["una frase sobre", "frase sobre", "una cita sobre", "cita sobre", "frases sobre"]),
        (Format::ProductTeaser, &["anuncio de", "anuncio para", "presentamos"]),
        (Format::Comparison, &[" vs ", " contra ", "diferencia entre", "diferencias entre", "comparación", "es mejor que"]),
        (Format::Timeline, &["historia de la", "historia del", "la historia de", "evolución de", "cronología"]),
        (Format::HowTo, &["cómo hacer", "como hacer", "paso a paso", "receta de", "receta"]),
        (Format::AiStory, &["un cuento", "cuento de", "cuento sobre", "una historia de terror", "una historia sobre", "historia de terror", "leyenda"]),
    ],
    requests: &["por favor", "haz", "hazme", "crea", "un vídeo sobre", "un video sobre", "explica", "explican", "explícame", "cuéntame"],
    questions: &["por qué", "por que", "cómo", "como", "qué", "cuándo", "dónde", "quién", "qué pasa si", "qué pasa cuando", "qué pasaría si"],
    inverted: &["es", "son", "está", "están", "funciona", "funcionan"],
    about: &["sobre", "de", "acerca de"],
    verbs: &["es", "son", "está", "están", "siempre", "nunca", "tiene", "tienen", "cae", "caen", "puede", "pueden", "hace", "hacen", "se", "no", "funciona", "funcionan", "cambia", "cambian", "te", "nos", "fue", "era", "duerme", "duermen", "brilla", "brillan"],
    articles: &["el", "la", "los", "las", "un", "una", "unos", "unas", "tu", "tus", "nuestro"],
    seconds: &["segundos", "segundo"],
    minutes: &["minutos", "minuto"],
    numbers: &["un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"],
};
#[rustfmt::skip]
static FR: Cues = Cues {
    formats: &[
        (Format::FakeText, &["faux chat", "conversation entre", "sms entre", "messages entre", "discussion entre"]),
        (Format::StickAnimation, &["bonshommes bâtons", "bonhommes bâtons", "bonhomme bâton", "bonhommes allumettes"]),
        (Format::MythBuster, &["mythes sur", "mythes", "idées reçues", "est-il vrai que", "est-ce vrai que", "la vérité sur", "mythe"]),
        (Format::Quote, &["une citation sur", "citation sur", "citation"]),
        (Format::ProductTeaser, &["publicité pour", "une pub pour", "voici le nouveau"]),
        (Format::Comparison, &[" vs ", " contre ", "différence entre", "différences entre", "comparaison"]),
        (Format::Timeline, &["histoire du", "histoire de la", "l'histoire de", "histoire des", "évolution de", "chronologie"]),
        (Format::HowTo, &["comment faire", "étape par étape", "recette de", "recette"]),
        (Format::AiStory, &["une histoire d'horreur", "une histoire sur", "histoire d'horreur", "un conte", "conte de", "légende"]),
    ],
    requests: &["s'il te plaît", "fais", "fais-moi", "crée", "une vidéo sur", "explique", "expliquent", "explique-moi", "raconte-moi"],
    questions: &["pourquoi", "comment", "qu'est-ce que", "qu'est-ce qu'", "que se passe-t-il si", "quand", "où", "qui"],
    inverted: &["est-ce que", "fonctionne", "fonctionnent", "marche", "se forme", "se forment"],
    about: &["sur", "de", "à propos de"],
    verbs: &["est", "sont", "a", "ont", "toujours", "jamais", "ne", "n'est", "peut", "peuvent", "fait", "font", "se", "retombe", "retombent", "tombe", "tombent", "change", "changent", "fonctionne", "fonctionnent", "nous", "vous", "était", "dort", "dorment", "brille", "brillent", "ronronnent"],
    articles: &["le", "la", "les", "l'", "un", "une", "des", "du", "votre", "notre", "ton"],
    seconds: &["secondes", "seconde"],
    minutes: &["minutes", "minute"],
    numbers: &["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"],
};
#[rustfmt::skip]
static DE: Cues = Cues {
    formats: &[
        (Format::FakeText, &["chat zwischen", "fake-chat", "chatverlauf", "gespräch zwischen", "nachrichten zwischen"]),
        (Format::StickAnimation, &["strichmännchen", "strichfiguren"]),
        (Format::MythBuster, &["mythen über", "mythen", "mythos", "stimmt es, dass", "stimmt es dass", "die wahrheit über", "irrtümer über", "irrtümer"]),
        (Format::Quote, &["ein zitat über", "zitat über", "zitat", "spruch über"]),
        (Format::ProductTeaser, &["werbung für", "werbespot für", "teaser für"]),
        (Format::Comparison, &[" vs ", " gegen ", "unterschied zwischen", "unterschiede zwischen", "vergleich", "besser als"]),
        (Format::Timeline, &["geschichte des", "geschichte der", "geschichte von", "geschichte vom", "entwicklung von", "zeitleiste"]),
        (Format::HowTo, &["wie man", "schritt für schritt", "anleitung", "rezept für", "rezept"]),
        (Format::AiStory, &["horrorgeschichte", "eine geschichte über", "gruselgeschichte", "märchen", "eine geschichte", "legende", "sage von"]),
    ],
    requests: &["bitte", "mach", "mache", "erstelle", "ein video über", "erkläre", "erklären", "erklärt", "erzähl mir"],
    questions: &["warum", "wieso", "wie", "was", "wann", "wo", "wer", "was passiert, wenn", "was passiert wenn", "was wäre wenn"],
    inverted: &["ist", "sind", "hat", "haben", "kann", "können", "macht", "funktioniert", "funktionieren", "entsteht", "fallen", "fällt", "schlafen", "leuchten", "schnurren", "landen"],
    about: &["über", "von", "vom"],
    verbs: &["ist", "sind", "hat", "haben", "immer", "nie", "kann", "können", "macht", "dich", "uns", "drei", "auf", "nicht", "sich", "entstehen", "entsteht", "funktioniert", "funktionieren", "fallen", "schlafen", "leuchten", "reich", "schnurren"],
    articles: &["der", "die", "das", "des", "den", "dem", "ein", "eine", "einen", "eines", "dein"],
    seconds: &["sekunden", "sekunde"],
    minutes: &["minuten", "minute"],
    numbers: &["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"],
};
#[rustfmt::skip]
static IT: Cues = Cues {
    formats: &[
        (Format::FakeText, &["chat finta", "finta chat", "chat tra", "conversazione tra", "messaggi tra"]),
        (Format::StickAnimation, &["omini stilizzati", "omini stecchino", "figure stilizzate"]),
        (Format::MythBuster, &["miti su", "miti", "falsi miti", "è vero che", "la verità su", "mito"]),
        (Format::Quote, &["una citazione sulla", "una citazione su", "citazione", "frase sulla", "aforisma"]),
        (Format::ProductTeaser, &["pubblicità per", "spot per", "presentiamo"]),
        (Format::Comparison, &[" vs ", " contro ", "differenza tra", "differenze tra", "confronto"]),
        (Format::Timeline, &["storia del", "storia della", "la storia di", "evoluzione di", "cronologia"]),
        (Format::HowTo, &["come fare", "passo dopo passo", "ricetta"]),
        (Format::AiStory, &["una storia dell'orrore", "storia dell'orrore", "una storia su", "una fiaba", "fiaba", "racconto", "leggenda"]),
    ],
    requests: &["per favore", "crea", "fammi", "un video su", "un video sul", "spiega", "spiegano", "raccontami"],
    questions: &["perché", "perchè", "come", "che cos'è", "cosa", "cosa succede se", "quando", "dove", "chi"],
    inverted: &["è", "sono", "funziona", "funzionano"],
    about: &["su", "sul", "sulla", "sui", "di", "del", "della"],
    verbs: &["è", "sono", "ha", "hanno", "sempre", "mai", "non", "può", "possono", "fa", "fanno", "si", "cade", "cadono", "cambia", "cambiano", "funziona", "funzionano", "ti", "ci", "dorme", "dormono", "brilla", "fanno"],
    articles: &["il", "lo", "la", "i", "gli", "le", "l'", "un", "una", "uno"],
    seconds: &["secondi", "secondo"],
    minutes: &["minuti", "minuto"],
    numbers: &["uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci"],
};
#[rustfmt::skip]
static PT: Cues = Cues {
    formats: &[
        (Format::FakeText, &["chat falso", "conversa entre", "mensagens entre", "chat entre"]),
        (Format::StickAnimation, &["bonecos palito", "bonecos de palito", "boneco palito"]),
        (Format::MythBuster, &["mitos sobre", "mitos", "é verdade que", "a verdade sobre", "mito"]),
        (Format::Quote, &["uma frase sobre", "frase sobre", "uma citação sobre", "citação"]),
        (Format::ProductTeaser, &["anúncio de", "anúncio para", "apresentamos"]),
        (Format::Comparison, &[" vs ", " contra ", "diferença entre", "diferenças entre", "comparação"]),
        (Format::Timeline, &["história do", "história da", "a história de", "evolução do", "evolução da", "cronologia"]),
        (Format::HowTo, &["como fazer", "passo a passo", "receita de", "receita"]),
        (Format::AiStory, &["uma história de terror", "história de terror", "uma história sobre", "um conto", "conto de", "lenda"]),
    ],
    requests: &["por favor", "faça", "crie", "um vídeo sobre", "explique", "explicam", "conte-me"],
    questions: &["por que", "por quê", "porque", "como", "o que é", "o que são", "o que", "quando", "onde", "quem"],
    inverted: &["é", "são", "funciona", "funcionam"],
    about: &["sobre", "de", "do", "da"],
    verbs: &["é", "são", "tem", "têm", "sempre", "nunca", "não", "pode", "podem", "faz", "fazem", "se", "cai", "caem", "muda", "mudam", "funciona", "funcionam", "te", "nos", "dorme", "dormem", "brilha", "brilham"],
    articles: &["o", "a", "os", "as", "um", "uma", "seu", "sua"],
    seconds: &["segundos", "segundo"],
    minutes: &["minutos", "minuto"],
    numbers: &["um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"],
};
#[rustfmt::skip]
static ZH: Cues = Cues {
    formats: &[
        (Format::FakeText, &["聊天记录", "假聊天", "短信对话", "的对话", "之间的聊天"]),
        (Format::StickAnimation, &["火柴人"]),
        (Format::MythBuster, &["谣言", "误解", "误区", "真相", "是真的吗"]),
        (Format::Quote, &["名言", "语录", "金句", "一句关于"]),
        (Format::ProductTeaser, &["广告", "新品"]),
        (Format::Comparison, &["对比", "区别", "相比", "哪个好", "vs"]),
        (Format::Timeline, &["的历史", "历史", "发展史", "演变"]),
        (Format::HowTo, &["如何", "怎么做", "步骤", "教程", "怎样"]),
        (Format::AiStory, &["故事", "童话", "传说"]),
    ],
    requests: &["请", "帮我", "做一个", "制作", "视频", "解释", "讲一个", "说明", "关于"],
    questions: &["为什么", "为何", "怎么", "怎样", "如何", "什么是", "如果"],
    inverted: &[],
    about: &["关于"],
    verbs: &["是", "有", "会", "能", "总是", "总", "要", "不", "让", "使", "可以", "从", "为什么", "怎么", "如何", "在"],
    articles: &["一个", "一只", "一位", "这个"],
    seconds: &["秒钟", "秒"],
    minutes: &["分钟"],
    numbers: &["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"],
};
#[rustfmt::skip]
static JA: Cues = Cues {
    formats: &[
        (Format::FakeText, &["チャット", "トーク画面", "の会話"]),
        (Format::StickAnimation, &["棒人間"]),
        (Format::MythBuster, &["迷信", "誤解", "本当か", "ウソ"]),
        (Format::Quote, &["名言", "格言"]),
        (Format::Comparison, &["違い", "比較", "対"]),
        (Format::Timeline, &["の歴史", "歴史"]),
        (Format::HowTo, &["作り方", "方法", "やり方"]),
        (Format::AiStory, &["物語", "怖い話", "昔話"]),
    ],
    requests: &["について", "動画", "説明"],
    questions: &["なぜ", "どうして", "どうやって"],
    inverted: &[],
    about: &["について"],
    verbs: &["は", "が", "を", "に", "で"],
    articles: &[],
    seconds: &["秒"],
    minutes: &["分"],
    numbers: &["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"],
};
#[rustfmt::skip]
static HI: Cues = Cues {
    formats: &[
        (Format::FakeText, &["चैट", "बातचीत"]),
        (Format::MythBuster, &["मिथक", "भ्रम"]),
        (Format::Quote, &["सुविचार", "उद्धरण"]),
        (Format::Timeline, &["का इतिहास", "की इतिहास", "इतिहास"]),
        (Format::HowTo, &["कैसे बनाएं", "कैसे करें"]),
        (Format::AiStory, &["कहानी", "कथा"]),
    ],
    requests: &["वीडियो", "समझाओ", "बताओ"],
    questions: &["क्यों", "कैसे", "क्या"],
    inverted: &[],
    about: &["के बारे में", "पर"],
    verbs: &["है", "हैं", "क्यों", "कैसे", "का", "की", "के", "होता", "होती"],
    articles: &["एक"],
    seconds: &["सेकंड"],
    minutes: &["मिनट"],
    numbers: &["एक", "दो", "तीन", "चार", "पांच", "छह", "सात", "आठ", "नौ", "दस"],
};
