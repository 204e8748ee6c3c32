//! Sentences that talk to the software instead of naming a topic. Each pattern wants an order
//! (a verb where an order would start) aimed at the software's own instructions, so that videos
//! *about* rules, prompts and jailbreaks stay possible. Both corpora beside this file are the test.

use std::sync::LazyLock;

use regex::RegexSet;

use super::folding;

/// Where an order may begin: the start, after punctuation, or after words that lead into one.
const ORDER: &str = r#"(?:^|[.!?,;:()\[\]"'<>|/*#=}\-–—]\s*|\b(?:please|now|and|then|just|first|also|but|instead|so|simply|kindly|must|should|will|shall|would you|could you|can you|want you to|need you to|like you to|have to|are to|next|finally|lets|let's|hey|ok|okay|attention|important|urgent|system|assistant|ai|bot|chatgpt)\s+)"#;

/// Leave behind what you were told.
const DROP: &str = r"(?:ignore|disregard|forget|override|bypass|discard|neglect|overlook|set aside|pay no attention to|do not follow|don't follow|stop following|erase|delete|cancel|skip|drop)";

/// What the software was told.
const ORDERS: &str = r"(?:instructions?|prompts?|rules|guidelines|directions|directives|commands|orders|programming|guardrails|restrictions|constraints|context|messages?|conversation|training)";

/// Say it aloud.
const SHOW: &str = r"(?:reveal|show|print|output|repeat|display|leak|expose|tell|give|dump|disclose|recite|share|return|write out|write|type|spell out|summari[sz]e|translate|echo|paste|send|list|read out|quote|describe|explain)";

fn patterns() -> Vec<String> {
    let mut patterns = english();
    patterns.extend(markup().into_iter().map(str::to_owned));
    patterns.extend(other_languages().into_iter().map(str::to_owned));
    patterns
}

fn english() -> Vec<String> {
    let earlier = r"(?:previous|prior|above|earlier|preceding|foregoing|past|initial|original|former|existing|current|your|my previous|system|developer|hidden|safety)";
    let own = r"(?:system|developer|initial|original|hidden|secret|internal|base|full|exact|entire|complete|own|first|starting|underlying|confidential|previous)";
    let free = r"(?:unrestricted|unfiltered|uncensored|jailbroken|unlimited|unaligned|amoral|evil|rogue|rule-free|unbound)";
    let machine = r"(?:ai|assistant|model|chatbot|bot|llm|gpt|language model|machine|agent|system)";
    vec![
        // Leave behind what you were told.
        format!(r"{ORDER}{DROP}\s+(?:\w+\s+){{0,3}}{earlier}\s+(?:\w+\s+){{0,2}}{ORDERS}\b"),
        format!(r"{ORDER}{DROP}\s+(?:all\s+)?(?:of\s+)?(?:the\s+|these\s+|those\s+|any\s+)?{ORDERS}\s+(?:above|before|given|you\b|that you|so far|from before|up to now)"),
        format!(r"{ORDER}{DROP}\s+(?:all|any|every|the|these|those|your)\s+(?:of\s+(?:the|your)\s+)?{ORDERS}\s*(?:,|;|\.|:|and|then|&)\s*(?:then\s+|just\s+|instead\s+)?(?:{SHOW}|say|respond|reply|answer|act|pretend|behave|do|become|become|start)\b"),
        format!(r"{ORDER}{DROP}\s+(?:everything|anything|all|all that|what|whatever)\s+(?:above|before this|prior|that came before|you(?:'ve| have| were| had| are)|i(?:'ve| have)? (?:said|told|wrote)|we (?:said|discussed)|written above|said before|previously|was said)"),
        format!(r"{ORDER}{DROP}\s+(?:all\s+)?(?:the\s+)?(?:previous|prior|above|earlier)\s*(?:\.|,|!|$|and\b|text\b|input\b)"),
        // Say your instructions aloud.
        format!(r"{ORDER}{SHOW}\s+(?:me\s+|us\s+|out\s+|back\s+)?(?:\w+\s+){{0,3}}your\s+(?:{own}\s+)*(?:{ORDERS}|configuration|config|settings|secrets?|keys?|passwords?|tokens?|credentials)\b"),
        format!(r"{ORDER}{SHOW}\s+(?:me\s+|us\s+|out\s+|back\s+)?(?:the|this)\s+(?:{own}\s+)+(?:prompts?|messages?|instructions?)(?:\s*$|\s*[.!?,]|\s+(?:verbatim|word for word|above|that|you|as|in full|instead|and))"),
        format!(r"{ORDER}{SHOW}\s+(?:me\s+|us\s+|back\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:text|words|everything|content|lines|sentences?)\s+(?:above|before this|in your (?:prompt|context))"),
        format!(r"\bwhat\s+(?:is|are|was|were|does|do)\s+your\s+(?:{own}\s+)*(?:prompts?|instructions|system message|guidelines|directives)\b"),
        format!(r"{ORDER}{SHOW}\s+(?:me\s+|us\s+)?(?:\w+\s+){{0,3}}(?:api keys?|environment variables|env vars|secret keys?|access tokens?|/etc/passwd|database passwords?)\b"),
        // Become somebody else.
        format!(r"\byou\s+are\s+(?:now\s+|no longer\s+|not\s+)(?:\w+\s+){{0,3}}(?:dan\b|{free}|developer mode|jailbreak|bound by|restricted by|limited by|a (?:video )?director|an? {machine})"),
        format!(r"\b(?:pretend|imagine|act|behave|roleplay|role-play|respond|answer|reply|speak|simulate)\b[^.!?]{{0,40}}\b(?:{free}\s+(?:\w+\s+)?{machine}|dan\b|as if (?:you (?:have|had)|there (?:are|were)) no (?:rules|restrictions|filters?|guidelines|limits))"),
        format!(r"{ORDER}(?:pretend|imagine|act)\s+(?:to be|that you are|you are|you're|like you are|like|as)\s+(?:an?\s+|the\s+|my\s+)?(?:\w+\s+)?(?:{free}|language model|linux terminal|shell|python interpreter|sql console|developer console|system administrator|dan\b)"),
        format!(r"\bfrom now on\b[^.!?]{{0,30}}\b(?:you (?:are|will act|must obey|will obey|must respond|will respond|must answer|will answer|have no)|respond only|answer only|ignore|your name is)\b"),
        r"\bdo anything now\b".to_owned(),
        format!(r"{ORDER}(?:enter|enable|activate|switch to|turn on|go into|engage)\s+(?:the\s+)?(?:dan|jailbreak|god|developer|debug|admin|root|sudo|unrestricted|unfiltered|maintenance)\s+mode\s*(?:$|[.!,;:]|and\b|now\b|for this)"),
        r"\b(?:dan|jailbreak|developer|debug|admin|god|root) mode:?\s+(?:enabled|activated|engaged|on)\s*(?:$|[.!,;:\]])".to_owned(),
        format!(r"{ORDER}(?:disable|turn off|remove|deactivate|switch off|bypass|lift|drop|suspend)\s+(?:all\s+)?(?:of\s+)?(?:your|the|any)\s+(?:\w+\s+)?(?:safety|content|moderation|ethical|output)?\s*(?:filters?|guardrails|guidelines|policies|policy|moderation|content restrictions|safety checks)\s*(?:$|[.!,;:]|and\b|for\b)"),
        // Orders about the answer instead of a topic.
        format!(r"{ORDER}(?:respond|reply|answer)\s+(?:only\s+|just\s+)?(?:with|in|using)\s+(?:only\s+)?(?:the (?:word|phrase|text|following|exact)|your|exactly|json|nothing but|a single|one word|yes|no\b|raw)"),
        format!(r"(?:instead of|rather than|do not|don't)\s+(?:make|making|create|creating|generate|generating|produce|producing|write|writing|do|doing)\s+(?:a|the|this|that|any)\s+(?:video|script|narration)\b[^.!?]{{0,20}}[,.;:\s]+(?:just\s+|instead\s+)?(?:{SHOW}|say|reply|respond|answer)\b"),
        format!(r"\bnew\s+(?:system\s+)?(?:instructions?|prompts?|directives?|task|orders|objective)\s*[:\-–—]\s*(?:you|{DROP}|{SHOW}|say|respond|reply|answer|act|do not|never|always|from now)\b"),
        format!(r"\b(?:as an? (?:ai|language model|llm|assistant)(?: language model| model| assistant)?|as (?:the|my) assistant),?\s+you\s+(?:must|should|will|have to|are required|can)\b"),
        format!(r"{ORDER}(?:decode|decrypt|unscramble|translate|read)\b[^.!?]{{0,60}}\b(?:and|then)\s+(?:execute|follow|obey|run|do what|comply|carry out)\b"),
        format!(r"{ORDER}(?:follow|obey|execute|run|comply with)\s+(?:only\s+)?(?:my|the following|these|this)\s+(?:new\s+|following\s+|shell\s+|secret\s+)?(?:{ORDERS}|code|script|payload)\s*(?:instead|now|only|[:,;.!]|$)"),
        r"\bgrand(?:ma|mother)\b[^.!?]{0,60}\b(?:system prompt|windows keys?|activation keys?|napalm|your instructions|api keys?)\b".to_owned(),
        r"\b(?:end|stop) of (?:the )?(?:system )?(?:prompt|instructions)\b\s*[.\]=]".to_owned(),
        r"\byour (?:new|real|true|only) (?:task|job|purpose|goal|role|instructions?|objective)s? (?:is|are)\b".to_owned(),
        r"\bstop being (?:an?|the) (?:\w+ )?(?:director|assistant|ai|bot)\b".to_owned(),
    ]
}

/// Chat templates and role markers, which no topic contains.
fn markup() -> Vec<&'static str> {
    vec![
        r"<\|[a-z_]+\|>",
        r"\[/?inst\]|<</?sys>>|</?s>",
        r"</?(?:system|assistant|user|instructions?|prompt|context|human)>",
        r"#{2,}\s*(?:system|instructions?|assistant|user|response|prompt)\b",
        r"(?:^|[\s.])(?:system|assistant|developer|human)\s*:\s*(?:you|ignore|override|disregard|forget|new|reveal|print|output|from now|sure|the user)\b",
        r#""?role"?\s*[:=]\s*"?(?:system|developer|assistant)"#,
        r"<script\b|javascript:|;\s*drop\s+table\b|\brm\s+-rf\b|\$\{[^}]*\}|\{\{[^}]*\}\}",
        r"\b(?:begin|start)\s+(?:new\s+)?system\s+(?:prompt|message)\b",
    ]
}

fn other_languages() -> Vec<&'static str> {
    vec![
        // Spanish, Portuguese, Italian, French, German.
        r"\b(?:ignora|ignore|ignorad|olvida|olvide|omite|descarta|haz caso omiso de)\s+(?:todas?\s+)?(?:las\s+|tus\s+|sus\s+)?(?:instrucciones|indicaciones|órdenes|reglas|directrices)\s+(?:anteriores|previas|precedentes|de arriba|del sistema|y\b)",
        r"\b(?:ignora|olvida|revela|muestra|muéstrame|dime|imprime)\s+(?:todas?\s+)?(?:tus|tu)\s+(?:instrucciones|prompt|indicaciones)",
        r"\b(?:ignore|esqueça|desconsidere|ignora|esquece)\s+(?:todas\s+)?(?:as\s+|suas\s+)?(?:instruções|regras|ordens|diretrizes)\s+(?:anteriores|prévias|acima|do sistema)",
        r"\b(?:ignora|dimentica|ignorate|dimenticate)\s+(?:tutte\s+)?(?:le\s+|tue\s+|le tue\s+)?(?:istruzioni|regole|indicazioni)\s+(?:precedenti|sopra|di sistema|e\b)",
        r"\b(?:ignore|ignorez|oublie|oubliez)\s+(?:toutes?\s+)?(?:les\s+|tes\s+|vos\s+)?(?:instructions|consignes|directives|règles)\s+(?:précédentes|antérieures|ci-dessus|du système|et\b)",
        r"\b(?:ignoriere|ignorieren sie|vergiss|vergessen sie|missachte)\s+(?:alle\s+|sämtliche\s+)?(?:die\s+|deine\s+|ihre\s+)?(?:vorherigen|bisherigen|früheren|obigen|vorigen|vorangegangenen)\s+(?:anweisungen|instruktionen|regeln|vorgaben|befehle)",
        // Russian, Chinese, Japanese, Korean, Arabic, Hindi, Turkish.
        r"(?:игнорируй|проигнорируй|забудь|игнорируйте|забудьте)\s+(?:все\s+|всё\s+)?(?:предыдущие|прежние|прошлые|свои|твои)\s+(?:инструкции|указания|правила|команды)",
        r"(?:忽略|无视|忽視|忘记|忘掉|不要理会|無視).{0,8}(?:之前|以上|上面|前面|先前|此前|上述).{0,8}(?:指令|指示|提示|规则|要求|命令|說明|说明)",
        r"(?:显示|告诉我|输出|打印|透露|说出|泄露).{0,6}(?:你的|系统).{0,4}(?:系统)?(?:提示词|提示|指令)",
        r"(?:以前|これまで|上記|前|今まで)の.{0,4}(?:指示|命令|ルール|プロンプト).{0,6}(?:無視|忘れ)",
        r"(?:이전|위의|앞의|기존).{0,6}(?:지시|명령|규칙|지침).{0,8}(?:무시|잊어)",
        r"(?:تجاهل|انس|تجاهلي)\s+(?:جميع\s+|كل\s+)?(?:التعليمات|الأوامر|القواعد)\s+(?:السابقة|أعلاه)",
        r"(?:पिछले|पिछली|पहले के|ऊपर के).{0,12}(?:निर्देश|निर्देशों|आदेश|नियम).{0,16}(?:अनदेखा|भूल|नज़रअंदाज़|नजरअंदाज)",
        r"\bönceki\s+(?:tüm\s+)?(?:talimatlar[ıi]|komutlar[ıi]|kurallar[ıi])\s+(?:yok say|unut|görmezden gel)",
    ]
}

/// `None` where a pattern is broken: a filter that cannot judge refuses everything.
static PATTERNS: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(patterns()).ok());

/// Whether any reading of the sentence gives the software orders.
pub(super) fn is_injection(sentence: &str) -> bool {
    PATTERNS.as_ref().is_none_or(|patterns| {
        folding::readings(sentence).iter().any(|reading| patterns.is_match(reading))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in patterns() {
            assert!(regex::Regex::new(&pattern).is_ok(), "{pattern}");
        }
        assert_eq!(PATTERNS.as_ref().map(RegexSet::len), Some(patterns().len()));
    }
}
