//! Requests that are refused whatever the plan: sexual content with minors, recipes for harm,
//! encouragement to self-harm, breaking into other people's property. History and prevention stay.

use std::sync::LazyLock;

use regex::RegexSet;

use super::{Fault, folding};

/// Asks for a recipe rather than a story.
const HOW: &str = r"(?:how (?:to|do i|do you|can i|can you|would i|you can)|steps? to|step by step|guide to|instructions for|instructions to|tutorial (?:on|for|to)|recipe for|ways? to|best way to|easiest way to|teach me to|learn to|tips for)";

/// Compounds that only sound dangerous.
const HARMLESS_BOMBS: [&str; 6] =
    ["bath bomb", "seed bomb", "cherry bomb", "photo bomb", "glitter bomb", "bomb cyclone"];

static MINORS: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    let sexual =
        r"(?:sex|sexy|sexual|erotic|nude|naked|porn|porno|pornographic|nsfw|seductive|lewd|hentai)";
    let minor = r"(?:child|children|kids?|minors?|toddlers?|preteens?|underage|schoolgirls?|schoolboys?|lolita|loli|shota|(?:[1-9]|1[0-7])[ -]?(?:years?|yrs?)[ -]?old)";
    set(&[
        format!(r"\b{sexual}\b.{{0,60}}\b{minor}\b"),
        format!(
            r"\b{minor}\b.{{0,60}}\b{sexual}\b(?:.{{0,3}}$|\s+(?:story|video|scene|pictures?|photos?|dance|images?))"
        ),
        r"\bchild (?:porn|pornography|erotica)\b".to_owned(),
    ])
});

static HARM: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    set(&[
        format!(r"\b{HOW}\b.{{0,20}}\b(?:make|making|build|building|construct|assemble|create|cook|synthesi[sz]e|produce|cooking|manufacture)\b.{{0,20}}\b(?:pipe bomb|bombs?|explosives?|napalm|molotov|nerve gas|sarin|ricin|mustard gas|anthrax|bioweapon|nuclear weapon|dirty bomb|ied|grenades?|meth|methamphetamine|crack cocaine|fentanyl|ghost guns?)\b"),
        format!(r"\b{HOW}\b.{{0,10}}\b(?:cooking|making|building)\b.{{0,15}}\b(?:meth|bombs?|explosives|fentanyl)\b"),
        format!(r"\b{HOW}\b.{{0,20}}\b(?:poison|murder|stab|strangle|kidnap|torture|rape|groom)\b.{{0,20}}\b(?:my|your|his|her|a|an|the|someone|somebody|people|person|wife|husband|neighbou?r|child|children|kids?)\b"),
        format!(r"\b{HOW}\b.{{0,20}}\b(?:hack into|break into|steal|clone|crack)\b.{{0,30}}\b(?:bank accounts?|credit cards?|someone'?s|somebody'?s|identity|identities|passwords?|(?:a|the|my neighbou?r'?s) house|email accounts?)\b"),
        format!(r"\b{HOW}\b.{{0,20}}\b(?:shoot up|bomb|attack)\b.{{0,20}}\b(?:school|church|mosque|synagogue|mall|crowd|airport|hospital)\b"),
        r"\b(?:praise|celebrate|glorify|join|support)\b.{0,20}\b(?:isis|nazis?|hitler|the holocaust|genocide|ethnic cleansing|white supremacy|terrorism)\b".to_owned(),
        r"\bwhy (?:all )?(?:jews|muslims|blacks|black people|gays|gay people|immigrants|women|asians|christians|arabs) (?:are|should be) (?:inferior|subhuman|killed|exterminated|evil|vermin|animals|stupid)\b".to_owned(),
    ])
});

static SELF_HARM: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
    set(&[
        format!(r"\b{HOW}\b.{{0,20}}\b(?:kill|hang|cut|starve|poison|harm|hurt) (?:yourself|myself|oneself)\b"),
        format!(r"\b{HOW}\b.{{0,20}}\b(?:commit|attempt) suicide\b"),
        r"\b(?:why you should|reasons to|convince (?:me|people|someone) to) (?:kill yourself|commit suicide|self-harm|stop eating)\b".to_owned(),
        format!(r"\b{HOW}\b.{{0,20}}\b(?:become|be|stay) (?:anorexic|bulimic)\b"),
    ])
});

/// `None` where a pattern is broken: a filter that cannot judge refuses everything.
fn set(patterns: &[String]) -> Option<RegexSet> {
    RegexSet::new(patterns).ok()
}

/// Why the content is refused, if it is.
pub(super) fn refusal(sentence: &str) -> Option<Fault> {
    let readings = folding::readings(sentence).map(|reading| {
        HARMLESS_BOMBS.iter().fold(reading, |text, compound| text.replace(compound, "toy"))
    });
    let hit = |set: &Option<RegexSet>| {
        set.as_ref().is_none_or(|set| readings.iter().any(|reading| set.is_match(reading)))
    };
    if hit(&MINORS) {
        return Some(Fault::Minors);
    }
    if hit(&SELF_HARM) {
        return Some(Fault::SelfHarm);
    }
    if hit(&HARM) {
        return Some(Fault::Harm);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_compiles() {
        for (set, patterns) in [(&MINORS, 3), (&HARM, 7), (&SELF_HARM, 4)] {
            assert_eq!(set.as_ref().map(RegexSet::len), Some(patterns));
        }
    }
}
