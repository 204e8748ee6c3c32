//! What holds beyond a single call: breaker, concurrency, cancelling, collecting what is paid.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use cutline_farm::providers::{ProseRequest, SpeechRequest, WritingTask};
use cutline_tests::vendors::{Kind, Trouble, Vendors};
use tokio_util::sync::CancellationToken;

use super::{
    Desk,
    deeds::{Deed, done},
    matrix::ALWAYS,
};

fn line(number: usize, voice: &str) -> SpeechRequest {
    SpeechRequest {
        text: format!("Line number {number} is spoken."),
        language: "en".into(),
        voice: voice.to_owned(),
        speed: 1.0,
        before: String::new(),
        after: String::new(),
    }
}

#[tokio::test]
async fn a_vendor_that_fails_again_and_again_is_left_alone_for_a_while() -> Result<()> {
    let vendors = Vendors::start().await?;
    let desk = Desk::open(&vendors, &[Kind::Pexels])?;
    vendors.of(Kind::Pexels).trouble(Trouble::Down, ALWAYS);
    for _ in 0..6 {
        ensure!(done(Deed::Search, &desk.providers()).await.is_err());
    }
    // Three tries, then two more that open the circuit.
    let calls = vendors.of(Kind::Pexels).asked().len();
    ensure!(calls == 5, "{calls} calls");
    vendors.finish()
}

#[tokio::test]
async fn cancelling_ends_a_call_at_once_and_frees_its_place() -> Result<()> {
    let vendors = Vendors::start().await?;
    let desk = Desk::open(&vendors, &[Kind::ElevenLabs])?;
    vendors.of(Kind::ElevenLabs).trouble(Trouble::Hung, 5);
    let providers = desk.providers();
    let voice = &providers.voices[0];
    for at in 0..5 {
        let cancel = CancellationToken::new();
        let request = line(at, &voice.voices("en")[0].name);
        let speaking = voice.speak(&request, &cancel);
        tokio::pin!(speaking);
        let asked = vendors.of(Kind::ElevenLabs);
        while asked.asked().len() <= at {
            tokio::select! {
                ended = &mut speaking => bail!("ended by itself: {ended:?}"),
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
        }
        cancel.cancel();
        // Not by the vendor's silence, which would be told in other words.
        let ended = speaking.await.err().map(|error| error.to_string()).unwrap_or_default();
        ensure!(ended.contains("cancelled"), "{ended}");
    }
    ensure!(desk.purse.spent() > 0, "what was under way may be charged all the same");
    // Three places, five calls given up: had one kept its place, this would wait for ever.
    done(Deed::Speech, &desk.providers()).await?;
    vendors.finish()
}

#[tokio::test]
async fn a_picture_that_was_ordered_before_a_death_is_collected_and_not_ordered_again() -> Result<()>
{
    let vendors = Vendors::start().await?;
    let fal = vendors.of(Kind::Fal);
    let desk = Desk::open(&vendors, &[Kind::Fal])?;
    let providers = desk.providers();
    {
        let drawing = done(Deed::Picture, &providers);
        tokio::pin!(drawing);
        // Ordered, noted and asked after: then its worker is gone.
        while fal.asked().len() < 2 {
            tokio::select! {
                ended = &mut drawing => bail!("ended by itself: {ended:?}"),
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
        }
    }
    let next = desk.again();
    done(Deed::Picture, &next).await?;
    ensure!(fal.sold() == 1, "ordered {} times", fal.sold());
    vendors.finish()
}

#[tokio::test]
async fn each_task_is_written_by_its_model_within_its_ceiling_at_its_price() -> Result<()> {
    let settings = [
        ("CUTLINE_OPENAI_MODEL", "script=gpt-5.4-mini, reword=gpt-5.4-nano"),
        ("CUTLINE_OPENAI_PRICE", "script=0.75/4.50, reword=0.20/1.25"),
        ("CUTLINE_WRITER_TOKENS", "script=700, reword=600"),
    ];
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::OpenAi);
    let desk = Desk::with(&vendors, &[Kind::OpenAi], &settings)?;
    let providers = desk.providers();
    done(Deed::Script, &providers).await?;
    let script = desk.purse.spent();
    let request = ProseRequest {
        task: WritingTask::Reword,
        system: "You write.".into(),
        user: "Write exactly 2 numbered sentences.".into(),
        sentences: 2,
        words_each: 12,
        tokens_max: 80,
        seed: 5,
        temperature: 0.6,
    };
    providers.language[0].write(&request, &CancellationToken::new()).await?;
    let asked = |model: &str| {
        let body = vendor.asked().iter().map(|a| a.json()).find(|body| body["model"] == model);
        body.map(|body| body["max_completion_tokens"].clone())
    };
    ensure!(asked("gpt-5.4-mini") == Some(700.into()), "{:?}", asked("gpt-5.4-mini"));
    ensure!(asked("gpt-5.4-nano") == Some(600.into()), "{:?}", asked("gpt-5.4-nano"));
    // 900 tokens in, 400 out, each at its own price.
    let reword = desk.purse.spent() - script;
    ensure!((script, reword) == (675 + 1_800, 180 + 500), "{script} and {reword}");
    vendors.finish()
}

#[tokio::test]
async fn no_more_calls_are_made_at_once_than_the_vendor_takes() -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::ElevenLabs);
    let desk = Desk::open(&vendors, &[Kind::ElevenLabs])?;
    vendor.trouble(Trouble::Slow(Duration::from_millis(200)), ALWAYS);
    let providers = desk.providers();
    let voice = &providers.voices[0];
    let name = voice.voices("en")[0].name.clone();
    let lines = (0..9).map(|at| {
        let request = line(at, &name);
        async move { voice.speak(&request, &CancellationToken::new()).await.map(drop) }
    });
    for spoken in futures::future::join_all(lines).await {
        spoken?;
    }
    ensure!(vendor.sold() == 9 && vendor.most_at_once() == 3, "{}", vendor.most_at_once());
    vendors.finish()
}
