//! Function words by language: they tell languages apart and are never a picture.

/// Latin-script languages that are told apart, English first.
pub(super) const LATIN: &[&str] =
    &["en", "es", "fr", "de", "it", "pt", "nl", "sv", "pl", "tr", "cs", "vi"];

/// True for an article, pronoun, auxiliary, conjunction and the like.
#[must_use]
pub fn is_stop_word(word: &str, language: &str) -> bool {
    let lower = word.to_lowercase().replace('’', "'");
    stop_words(language).contains(&lower.as_str())
        || lower.split_once('\'').is_some_and(|(stem, rest)| {
            // "it's", "don't"; in French and Italian what follows the apostrophe counts.
            matches!(language, "en") && (stop_words("en").contains(&stem) || rest == "t")
        })
}

/// Characters that join words rather than name things, for scripts without spaces.
pub(super) fn is_function_character(c: char, language: &str) -> bool {
    match language {
        "zh" => "的是了在有和与或也都就不没会能把被让给从到对为这那哪它他她你我们吗呢吧啊着过之其而但却很更最又再还么什因所以于个只每些几".contains(c),
        _ => false,
    }
}

/// The function words of a language, lower case.
#[must_use]
pub fn stop_words(language: &str) -> &'static [&'static str] {
    match language {
        "en" => EN,
        "es" => ES,
        "fr" => FR,
        "de" => DE,
        "it" => IT,
        "pt" => PT,
        "nl" => NL,
        "sv" => SV,
        "pl" => PL,
        "tr" => TR,
        "cs" => CS,
        "vi" => VI,
        "hi" => HI,
        "ru" => RU,
        _ => &[],
    }
}

#[rustfmt::skip]
const EN: &[&str] = &[
    "a", "about", "above", "across", "after", "again", "against", "ago", "all", "almost", "along",
    "already", "also", "although", "always", "am", "among", "an", "and", "another", "any",
    "anyone", "anything", "are", "around", "as", "at", "away", "back", "be", "became", "because",
    "been", "before", "behind", "being", "below", "between", "both", "but", "by", "came", "can",
    "cannot", "come", "comes", "could", "did", "do", "does", "doing", "done", "down", "during",
    "each", "either", "else", "enough", "even", "ever", "every", "everyone", "everything", "few",
    "first", "for", "from", "get", "gets", "give", "gives", "go", "goes", "going", "gone", "got",
    "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if",
    "in", "inside", "instead", "into", "is", "it", "its", "itself", "just", "keep", "keeps",
    "kind", "know", "last", "less", "let", "like", "little", "lot", "made", "make", "makes",
    "many", "may", "me", "might", "mine", "more", "most", "much", "must", "my", "near", "need",
    "never", "next", "no", "nobody", "none", "nor", "not", "nothing", "now", "of", "off", "often",
    "on", "once", "one", "ones", "only", "onto", "or", "other", "others", "our", "ours", "out",
    "over", "own", "part", "perhaps", "put", "quite", "rather", "really", "s", "same", "say",
    "says", "see", "seem", "seems", "she", "should", "simply", "since", "so", "some", "someone",
    "something", "somewhere", "soon", "still", "such", "t", "take", "takes", "than", "that",
    "the", "their", "theirs", "them", "themselves", "then", "there", "these", "they", "thing",
    "things", "this", "those", "though", "through", "thus", "to", "together", "too", "toward",
    "towards", "truly", "turn", "turns", "two", "under", "until", "up", "upon", "us", "use", "used",
    "very", "via", "was", "way", "ways", "we", "well", "went", "were", "what", "whatever", "when",
    "where", "whether", "which", "while", "who", "whole", "whom", "whose", "why", "will", "with",
    "within", "without", "would", "yes", "yet", "you", "your", "yours", "yourself", "that's",
];
#[rustfmt::skip]
const ES: &[&str] = &[
    "a", "al", "algo", "alguien", "ante", "antes", "así", "aún", "cada", "casi", "como", "cómo",
    "con", "contra", "cual", "cuando", "cuándo", "de", "del", "desde", "después", "donde", "dónde",
    "dos", "el", "él", "ella", "ellas", "ellos", "en", "entre", "era", "eran", "eres", "es", "esa",
    "ese", "eso", "esta", "está", "están", "estar", "este", "esto", "estos", "fue", "fueron", "gran",
    "ha", "hace", "hacia", "han", "hasta", "hay", "la", "las", "le", "les", "lo", "los", "más", "me",
    "mi", "mientras", "mismo", "mucho", "muy", "nada", "ni", "no", "nos", "nosotros", "nunca", "o",
    "otra", "otro", "otros", "para", "pero", "poco", "por", "porque", "qué", "que", "quien", "quién",
    "se", "ser", "si", "sí", "siempre", "sin", "sino", "sobre", "solo", "son", "su", "sus", "también",
    "tan", "te", "tiene", "tienen", "toda", "todo", "todos", "tu", "tus", "un", "una", "uno", "unos",
    "usted", "va", "ver", "vez", "y", "ya", "yo",
];
#[rustfmt::skip]
const FR: &[&str] = &[
    "à", "ai", "ainsi", "alors", "après", "au", "aussi", "autre", "aux", "avant", "avec", "avoir",
    "bien", "c'est", "car", "ce", "cela", "celle", "celui", "ces", "cet", "cette", "chaque", "chez",
    "comme", "comment", "contre", "dans", "de", "depuis", "des", "deux", "donc", "dont", "du", "elle",
    "elles", "en", "encore", "entre", "es", "est", "et", "été", "être", "eux", "fait", "font", "il",
    "ils", "je", "jamais", "la", "le", "les", "leur", "leurs", "lui", "ma", "mais", "me", "même",
    "mes", "mieux", "moi", "moins", "mon", "ne", "ni", "nos", "notre", "nous", "on", "ont", "ou", "où",
    "par", "parce", "pas", "peu", "peut", "plus", "pour", "pourquoi", "quand", "que", "quel", "quelle",
    "quelles", "quelque", "quels", "qui", "quoi", "rien", "sa", "sans", "se", "ses", "si", "son",
    "sont", "sous", "sur", "ta", "te", "tes", "toi", "ton", "toujours", "tous", "tout", "toute",
    "très", "trop", "tu", "un", "une", "vers", "vos", "votre", "vous", "y",
];
#[rustfmt::skip]
const DE: &[&str] = &[
    "aber", "alle", "alles", "als", "also", "am", "an", "auch", "auf", "aus", "bei", "beim", "bin",
    "bis", "da", "damit", "dann", "das", "dass", "dein", "dem", "den", "denn", "der", "des", "dich",
    "die", "dies", "diese", "dieser", "dieses", "dir", "doch", "dort", "du", "durch", "ein", "eine",
    "einem", "einen", "einer", "eines", "er", "es", "etwas", "euch", "für", "gegen", "gibt", "hat",
    "hatte", "haben", "hier", "ich", "ihm", "ihn", "ihr", "ihre", "im", "immer", "in", "ins", "ist",
    "ja", "jede", "jeder", "jedes", "kann", "kein", "keine", "können", "macht", "man", "mehr", "mein",
    "mit", "muss", "nach", "nicht", "nichts", "nie", "noch", "nun", "nur", "ob", "oder", "ohne",
    "sehr", "sein", "seine", "sich", "sie", "sind", "so", "über", "um", "und", "uns", "unter", "viel",
    "vom", "von", "vor", "war", "waren", "warum", "was", "weil", "wenn", "wer", "werden", "wie",
    "wieder", "wir", "wird", "wo", "zu", "zum", "zur", "zwei", "zwischen",
];
#[rustfmt::skip]
const IT: &[&str] = &[
    "a", "ad", "ai", "al", "alla", "alle", "allo", "anche", "ancora", "che", "chi", "ci", "ciò",
    "come", "con", "così", "cosa", "cui", "da", "dal", "dalla", "degli", "dei", "del", "della",
    "delle", "dello", "di", "dopo", "dove", "due", "e", "ed", "è", "era", "erano", "essere", "fa",
    "fanno", "gli", "ha", "hanno", "i", "il", "in", "io", "la", "le", "lei", "li", "lo", "loro", "lui",
    "ma", "mai", "mentre", "mi", "mio", "molto", "ne", "negli", "nei", "nel", "nella", "nelle", "no",
    "noi", "non", "nostro", "o", "ogni", "per", "perché", "però", "più", "poi", "prima", "può", "qual",
    "quale", "quando", "quanto", "quello", "questa", "questo", "qui", "se", "sei", "sempre", "senza",
    "si", "sì", "sia", "solo", "sono", "sopra", "sotto", "su", "sua", "sue", "sugli", "sul", "sulla",
    "suo", "te", "ti", "tra", "tu", "tutti", "tutto", "un", "una", "uno", "vi", "voi",
];
#[rustfmt::skip]
const PT: &[&str] = &[
    "a", "à", "ainda", "ao", "aos", "as", "às", "até", "cada", "com", "como", "da", "das", "de",
    "dela", "dele", "deles", "depois", "do", "dois", "dos", "e", "é", "ela", "elas", "ele", "eles",
    "em", "entre", "era", "eram", "essa", "esse", "esta", "está", "estão", "este", "eu", "faz", "foi",
    "foram", "há", "isso", "isto", "já", "lhe", "mais", "mas", "me", "mesmo", "meu", "minha", "muito",
    "na", "não", "nas", "nem", "no", "nos", "nós", "nossa", "nosso", "num", "numa", "nunca", "o", "os",
    "ou", "para", "pela", "pelo", "por", "porque", "qual", "quando", "que", "quem", "se", "sem",
    "sempre", "ser", "seu", "seus", "só", "sobre", "sua", "suas", "são", "também", "tem", "têm", "ter",
    "teu", "toda", "todo", "todos", "tu", "tudo", "um", "uma", "você", "vocês",
];
#[rustfmt::skip]
const NL: &[&str] = &[
    "aan", "als", "bij", "dat", "de", "den", "die", "dit", "door", "een", "en", "er", "geen", "het",
    "hij", "hoe", "ik", "in", "is", "je", "kan", "maar", "met", "naar", "niet", "nog", "om", "ook",
    "op", "over", "te", "tot", "uit", "van", "veel", "voor", "waarom", "was", "wat", "we", "wordt",
    "zijn", "ze", "zo",
];
#[rustfmt::skip]
const SV: &[&str] = &[
    "att", "av", "de", "den", "det", "eller", "en", "ett", "för", "från", "har", "hur", "i", "inte",
    "är", "jag", "kan", "man", "med", "när", "och", "om", "på", "som", "så", "till", "vad", "varför",
    "vi",
];
#[rustfmt::skip]
const PL: &[&str] = &[
    "a", "ale", "co", "czy", "dla", "dlaczego", "do", "i", "jak", "jest", "jako", "nie", "o", "od",
    "po", "są", "się", "to", "w", "z", "za", "że",
];
#[rustfmt::skip]
const TR: &[&str] =
    &["bir", "bu", "da", "de", "için", "ile", "nasıl", "ne", "neden", "niçin", "ve", "çok", "daha"];
#[rustfmt::skip]
const CS: &[&str] =
    &["a", "ale", "jak", "je", "jsou", "na", "o", "pro", "proč", "se", "že", "v", "z", "co"];
#[rustfmt::skip]
const VI: &[&str] =
    &["là", "của", "và", "có", "không", "tại", "sao", "những", "một", "các", "được", "về"];
#[rustfmt::skip]
const HI: &[&str] = &[
    "का", "की", "के", "को", "से", "में", "पर", "है", "हैं", "था", "और", "क्यों", "क्या", "कैसे", "यह",
    "वह", "एक", "नहीं", "भी", "तो", "ही", "जो", "हो", "होता", "होती", "होते", "इस", "उस",
];
#[rustfmt::skip]
const RU: &[&str] = &[
    "и", "в", "во", "не", "что", "он", "на", "я", "с", "со", "как", "а", "то", "все", "она", "так",
    "его", "но", "да", "ты", "к", "у", "же", "вы", "за", "бы", "по", "её", "мне", "было", "вот", "от",
    "о", "из", "ему", "почему", "это", "для", "или", "их", "мы", "они", "чем", "при",
];
