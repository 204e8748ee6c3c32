//! What is read, what is refused, and that no key is ever shown.

use super::*;
use crate::providers::WritingTask;

fn from(pairs: &[(&str, &str)]) -> Result<CloudConfig, CloudConfigError> {
    CloudConfig::from_lookup(&|name| {
        pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn without_keys_nothing_is_used() {
    let off = ("CUTLINE_WIKIPEDIA_URL", "none");
    assert!(from(&[off, ("CUTLINE_CONTACT", "ops@example.com")]).unwrap().is_empty());
    let models = [off, ("CUTLINE_OPENAI_MODEL", "x"), ("CUTLINE_FAL_MODEL", "y")];
    assert!(from(&models).unwrap().is_empty());
    // Facts need no key.
    let config = from(&[]).unwrap();
    assert_eq!(config.wikipedia.as_deref(), Some(WIKIPEDIA));
    assert!(CloudConfig { wikipedia: None, ..config }.is_empty());
}

#[test]
fn a_key_alone_turns_a_vendor_on_and_a_part_can_be_turned_off() {
    let config = from(&[("CUTLINE_OPENAI_KEY", "k"), ("CUTLINE_OPENAI_IMAGE_MODEL", "none")]);
    let openai = config.unwrap().openai.unwrap();
    assert_eq!(openai.account.url.as_str(), "https://api.openai.com/v1");
    assert!(openai.images.is_none() && openai.speech.is_some() && openai.writer.is_some());
    let own = from(&[("CUTLINE_OPENAI_URL", "http://10.0.0.5:8000/v1")]).unwrap().openai.unwrap();
    assert!(own.account.key.is_none());
}

#[test]
fn each_task_of_a_writer_has_its_model_its_price_and_its_ceiling() {
    let with = |pairs: &[(&'static str, &'static str)]| {
        let key = [("CUTLINE_OPENROUTER_KEY", "k")];
        from(&[&key[..], pairs].concat()).map(|config| config.openrouter.map(|(_, writer)| writer))
    };
    let writer = with(&[]).unwrap().unwrap();
    assert_eq!((writer.script.tokens_max, writer.reword.tokens_max), (12_000, 5_000));
    assert_eq!(writer.script.name, writer.reword.name);
    let writer = with(&[
        ("CUTLINE_OPENROUTER_MODEL", "script=a/large:free, reword=b/small"),
        ("CUTLINE_OPENROUTER_PRICE", "reword=0.10/0.40"),
        ("CUTLINE_WRITER_TOKENS", "script=3000"),
    ]);
    let writer = writer.unwrap().unwrap();
    let (script, reword) = (writer.of(WritingTask::Script), writer.of(WritingTask::Reword));
    assert_eq!((&*script.name, &*reword.name), ("a/large:free", "b/small"));
    assert_eq!((script.price.of(1_000, 0), reword.price.of(1_000, 0)), (750, 100));
    assert_eq!((script.tokens_max, reword.tokens_max), (3_000, 5_000));
    let both = with(&[("CUTLINE_OPENROUTER_MODEL", "a/large")]).unwrap().unwrap();
    assert_eq!((&*both.script.name, &*both.reword.name), ("a/large", "a/large"));
    assert_eq!(with(&[("CUTLINE_OPENROUTER_MODEL", "none")]), Ok(None));
    for (name, wrong) in [
        ("CUTLINE_OPENROUTER_MODEL", "scripts=a/large"),
        ("CUTLINE_OPENROUTER_MODEL", "reword=none"),
        ("CUTLINE_OPENROUTER_MODEL", "script="),
        ("CUTLINE_OPENROUTER_PRICE", "script=1"),
        ("CUTLINE_WRITER_TOKENS", "499"),
        ("CUTLINE_WRITER_TOKENS", "script=12001"),
        ("CUTLINE_WRITER_TOKENS", "script=3000,"),
    ] {
        let error = with(&[(name, wrong)]).map_err(|error| error.name);
        assert_eq!(error, Err(name), "{wrong}");
    }
}

#[test]
fn money_is_read_exactly() {
    assert_eq!(dollars("X", "0.000001"), Ok(1));
    assert_eq!(dollars("X", "12"), Ok(12_000_000));
    for wrong in ["", "-1", "1e3", "0.0000001", ".5", "ten", "1,5"] {
        assert!(dollars("X", wrong).is_err(), "{wrong}");
    }
    let price = Price { input_microusd: 750_000, output_microusd: 4_500_000 };
    assert_eq!(price.of(1_000, 400), 2_550);
    assert_eq!(price.of(1, 0), 1, "rounded up");
}

#[test]
fn what_cannot_be_used_is_refused_by_name_and_never_shown() {
    for (name, wrong) in [
        ("CUTLINE_OPENAI_KEY", "sk-canary with space"),
        ("CUTLINE_OPENAI_URL", "https://sk-canary@api.openai.com"),
        ("CUTLINE_FAL_URL", "ftp://sk-canary"),
        ("CUTLINE_SPEND_PER_JOB", "1/2"),
        ("CUTLINE_SPEND_PER_DAY", "sk-canary"),
        ("CUTLINE_ELEVENLABS_VOICES", "sk-canary"),
        ("CUTLINE_ELEVENLABS_AT_ONCE", "0"),
        ("CUTLINE_WIKIPEDIA_URL", "sk-canary"),
    ] {
        let set = [(name, wrong), ("CUTLINE_ELEVENLABS_KEY", "k")];
        let error = from(&set).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(name), "{name}: {error}");
        assert!(!error.contains("canary"), "{error}");
    }
    let config = from(&[("CUTLINE_OPENAI_KEY", "sk-canary")]).unwrap();
    assert!(!format!("{config:?}").contains("canary"));
}
