//! A video for which every vendor is asked and none is of any use: it is delivered, and paid for.

use anyhow::{Result, ensure};
use cutline_core::{job::Mode, plan::Plan};
use cutline_tests::{
    World,
    vendors::{Kind, Trouble, Vendors},
    world::files_below,
};

use super::{
    super::{
        farm::{asked, heard_until, patient},
        matrix::ALWAYS,
        people::{Person, book, verdict},
    },
    Duration, PATIENCE, SPARE, count, ended, nothing_leaked,
};

/// Which vendor fails how, at which of its calls.
const TROUBLES: [(Kind, Trouble, &str); 7] = [
    (Kind::OpenRouter, Trouble::Key, "POST /api/v1/chat/completions$"),
    (Kind::OpenAi, Trouble::Down, "POST /v1/"),
    (Kind::ElevenLabs, Trouble::Money, "POST /v1/text-to-speech/"),
    (Kind::Unsplash, Trouble::Busy(None), "GET /search/photos$"),
    (Kind::Fal, Trouble::Moderated, "POST /fal-ai/"),
    (Kind::Pexels, Trouble::WrongType, "GET /v1/search$"),
    (Kind::Wikipedia, Trouble::Truncated, "GET /w/api.php$"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_delivered_and_paid_for_when_no_vendor_is_of_any_use() -> Result<()> {
    let vendors = Vendors::start().await?;
    for (kind, trouble, part) in TROUBLES {
        vendors.of(kind).trouble_at(part, trouble, ALWAYS);
    }
    let mut world = World::builder().lease(Duration::from_secs(3)).start().await?;
    let ada = Person::on(&world, Plan::Free, "ada", 1 + SPARE).await?;
    // The month's video was made before: this one costs a credit.
    let sql = "INSERT INTO cutline.allowances (account_id, month, used, cap) \
               VALUES ($1, cutline.month_of(clock_timestamp()), 1, 1)";
    world.database().owner().await?.execute(sql, &[&ada.account.0]).await?;
    let sentence = "Why octopuses have three hearts in 15 seconds";
    let job = asked(&world, ada.name, sentence, Mode::Standard, vec![]).await?;
    ensure!(ada.credits().await? == (SPARE, 1), "{:?}", ada.credits().await?);
    let kinds = TROUBLES.map(|(kind, ..)| kind);
    patient(&mut world, "one", (&vendors, &kinds), "", PATIENCE).await?;
    let (state, heard) = heard_until(&world, ended(&world, job, 1)).await?;
    ensure!(state == "done" && ada.credits().await? == (SPARE, 0), "{state}");
    let (hold, code, told, attempts, cost) = verdict(&world, job).await?;
    ensure!((&*hold, &*code, &*told) == ("captured", "", ""), "{hold} {code} {told}");
    ensure!((attempts, cost) == (1, 0), "{attempts} attempts, {cost}");
    ensure!(book(&world, job).await? == [(0, 0); 2], "something is in the book");

    let owner = world.database().owner().await?;
    let sql = "SELECT j.result::text || ' ' || (SELECT string_agg(s.provider || ' ' || s.credit, \
               ' ') FROM cutline.job_shots s WHERE s.job_id = j.id) \
               FROM cutline.jobs j WHERE j.id = $1";
    let shown: String = owner.query_one(sql, &[&job.0]).await?.get(0);
    let films = files_below(&world.folder("objects"));
    ensure!(films.iter().any(|file| file.extension().is_some_and(|ext| ext == "mp4")), "{films:?}");
    for (kind, _, part) in TROUBLES {
        let vendor = vendors.of(kind);
        ensure!(count(&vendor.asked(), part) > 0, "{kind:?} was asked");
        ensure!(vendor.sold() == 0, "{kind:?} sold something");
        let name = kind.setting().to_lowercase();
        for text in [&shown, &heard] {
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
            ensure!(!words.any(|word| word.eq_ignore_ascii_case(&name)), "{name} is in {text}");
        }
        nothing_leaked(&world, kind, &heard).await?;
    }
    world.finish().await?;
    vendors.finish()
}
