//! Two people under one worker: what each is told and gets back when a film cannot be made, and
//! that nothing of the one lies with the other.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cutline_core::job::Mode;
use cutline_tests::{
    World,
    vendors::{Kind, TICKET, Trouble, Vendors},
    world::files_below,
};
use serde_json::Value;

use super::{
    farm::{asked, listened, metrics, text_below, worker},
    matrix::ALWAYS,
    people::{Person, verdict},
};

/// Every row of every table, each as one text.
async fn rows(world: &World) -> Result<Vec<String>> {
    Ok(super::farm::dump(world).await?.lines().map(str::to_owned).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_room_is_a_plain_sentence_to_the_person_and_a_code_in_the_log()
-> Result<()> {
    let vendors = Vendors::start().await?;
    let heygen = vendors.of(Kind::HeyGen);
    heygen.is_always_full(true);
    let mut world = World::builder().lease(Duration::from_secs(3)).start().await?;
    let ada = Person::new(&world, "ada", 5).await?;
    let photo = ada.photo(&world).await?;
    worker(&mut world, "one", &vendors, &[Kind::HeyGen], "").await?;
    let sentence = "My talking photo explains why mornings are hard in 15 seconds";
    let job = asked(&world, ada.name, sentence, Mode::Studio, vec![photo]).await?;
    ensure!(ada.credits().await?.1 == 5, "five credits are set aside");
    let (state, heard) = listened(&world, job).await?;
    ensure!(state == "failed" && ada.credits().await? == (5, 0), "{state}");
    let (hold, code, told, attempts, cost) = verdict(&world, job).await?;
    ensure!((hold.as_str(), code.as_str()) == ("released", "TALKER_UNAVAILABLE"), "{hold} {code}");
    ensure!((attempts, cost) == (1, 0) && told.len() > 20, "{attempts} {cost} {told}");
    let tries = heygen.asked().iter().filter(|asked| asked.meets("POST /v3/avatars$")).count();
    ensure!(tries == 2 && heygen.sold() == 0, "one retry: {tries}");
    let kept = rows(&world).await?.join("\n");
    for (place, text) in [("told", &told), ("an event", &heard), ("a row", &kept)] {
        ensure!(!text.contains("401028"), "the number is in {place}");
    }
    ensure!(text_below(&world.folder("logs"))?.contains("401028"), "the log has the detail");
    world.finish().await?;
    vendors.finish()
}

/// The whole row of spec §7, in the middle of a film: what is filmed stays filmed, the chunk that
/// is blocked is said in other words twice, nothing after it is begun, and the credits come back.
/// Then somebody else's is refused at once, by vendors that quote what they were asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_film_blocked_in_its_middle_is_refunded_and_one_persons_words_stay_theirs() -> Result<()>
{
    let vendors = Vendors::start().await?;
    let (veo, writer) = (vendors.of(Kind::Veo), vendors.of(Kind::OpenRouter));
    let mut world = World::builder().lease(Duration::from_secs(3)).start().await?;
    let people = [Person::new(&world, "ada", 20).await?, Person::new(&world, "bob", 20).await?];
    worker(&mut world, "one", &vendors, &[Kind::Veo, Kind::OpenRouter], "").await?;
    let words = ["canarymarzipan", "canarynougat"];
    let (mut jobs, mut told) = (Vec::new(), String::new());
    for (person, word) in people.iter().zip(words) {
        if jobs.is_empty() {
            veo.block_after(1, 3);
        } else {
            // As every refusal, these quote the key and all that was said.
            veo.recover();
            writer.recover();
            veo.trouble(Trouble::Moderated, ALWAYS);
            writer.trouble(Trouble::Moderated, ALWAYS);
        }
        let sentence = format!("A cinematic talking coffee mug explains why {word} is hard");
        let job = asked(&world, person.name, &sentence, Mode::Cinematic, vec![]).await?;
        ensure!(person.credits().await?.1 == 20, "twenty credits are set aside");
        let (state, heard) = listened(&world, job).await?;
        ensure!(state == "failed" && person.credits().await? == (20, 0), "{state}");
        let (hold, code, message, attempts, cost) = verdict(&world, job).await?;
        ensure!((hold.as_str(), code.as_str()) == ("released", "FILM_BLOCKED"), "{hold} {code}");
        ensure!(message.contains("Ask again without") && attempts == 1, "what to do: {message}");
        let begun: Vec<Value> =
            veo.asked().iter().filter(|a| a.method == "POST").map(|a| a.json()).collect();
        if jobs.is_empty() {
            // One scene; another, three times blocked; nothing after it. And the words.
            ensure!(begun.len() == 4 && veo.sold() == 1, "{} begun", begun.len());
            let seconds = begun[0]["parameters"]["durationSeconds"].as_i64().context("a length")?;
            let words = i64::try_from(writer.sold())? * 2_100;
            ensure!(cost == seconds * 150_000 + words, "{cost} for {seconds} s and {words}");
        } else {
            // Nobody is left to say it in other words.
            ensure!(begun.len() == 1 && cost == 0, "{} begun, {cost}", begun.len());
        }
        told += &heard;
        jobs.push(job);
    }
    let theirs = |at: usize| [people[at].account.0.to_string(), jobs[at].0.to_string()];
    let kept = ["objects", "cache"].map(|folder| files_below(&world.folder(folder)));
    for (at, word) in words.into_iter().enumerate() {
        let is_theirs = |text: &str| {
            theirs(at).iter().any(|id| text.contains(id.as_str()))
                && !theirs(1 - at).iter().any(|id| text.contains(id.as_str()))
        };
        let rows = rows(&world).await?;
        let mut with: Vec<&String> = rows.iter().filter(|row| row.contains(word)).collect();
        ensure!(!with.is_empty(), "{word} is where it belongs");
        with.retain(|row| !is_theirs(row));
        ensure!(with.is_empty(), "{word} is with somebody else: {with:?}");
        for file in kept.iter().flatten() {
            let bytes = std::fs::read(file).unwrap_or_default();
            let found = String::from_utf8_lossy(&bytes).contains(word);
            ensure!(!found || is_theirs(&file.to_string_lossy()), "{word} in {}", file.display());
        }
    }
    told += &metrics(&world, "one").await?;
    told += &text_below(&world.folder("logs"))?;
    for word in words {
        ensure!(!told.contains(word), "{word} is told to everybody");
    }
    let mut everywhere = told + &rows(&world).await?.concat();
    for file in kept.iter().flatten() {
        let bytes = std::fs::read(file).unwrap_or_default();
        everywhere += &String::from_utf8_lossy(&bytes);
    }
    for secret in [TICKET.to_owned(), Kind::Veo.key(), Kind::OpenRouter.key()] {
        ensure!(!everywhere.contains(&secret), "{secret} is somewhere");
    }
    world.finish().await?;
    vendors.finish().context("the vendors")
}
