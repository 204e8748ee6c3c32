//! The whole program with keys: what a person gets, what a doctor says, and that no key comes out.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use cutline_farm::config::Config;
use cutline_tests::{
    Run, Studio,
    vendors::{Kind, TICKET, Trouble, Vendors},
};
use serde_json::Value;

use crate::PROGRAM;

const SENTENCE: &str = "Why octopuses have three hearts in 15 seconds";
/// Where every vendor is well, only this machine is slow.
const PATIENT_S: &str = "20";
/// Where one hangs.
const IMPATIENT_S: &str = "2";

/// A render with keys for these vendors, which are waited for this long.
fn render(
    studio: &Studio,
    vendors: &Vendors,
    kinds: &[Kind],
    sentence: &str,
    patience_s: &str,
) -> Result<Run> {
    let mut command = studio.command();
    command
        .args(["render", sentence, "--plan", "free", "--json", "-o"])
        .arg(studio.out("v.mp4"))
        .envs(vendors.settings(kinds))
        .env("CUTLINE_PROVIDER_TIMEOUT_S", patience_s)
        .env("CUTLINE_SPEND_PER_JOB", "1/1/1/1")
        .env("RUST_LOG", "trace");
    Run::start(command)
}

/// Every file below a folder that holds one of these words.
fn leaks(folder: &Path, words: &[String], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            leaks(&path, words, found);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let leak = words.iter().find(|word| text.contains(word.as_str()));
        found.extend(leak.map(|word| format!("{word} in {}", path.display())));
    }
}

async fn ended(run: Run) -> Result<cutline_tests::Ended> {
    // Waiting for a program blocks; the stand-ins answer on this runtime meanwhile.
    tokio::task::spawn_blocking(move || run.finish()).await?
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_key_the_best_services_make_the_video_and_no_key_comes_out() -> Result<()> {
    let vendors = Vendors::start().await?;
    let studio = Studio::start(PROGRAM)?;
    let ended = ended(render(&studio, &vendors, &Kind::ALL, SENTENCE, PATIENT_S)?).await?;
    let made = ended.result()?;
    let text = |field: &str| made[field].to_string();
    ensure!(text("writer").contains("gpt-5.4-mini, openrouter"), "{}", text("writer"));
    ensure!(text("voices").contains("elevenlabs"), "{}", text("voices"));
    ensure!(text("pictures").contains("unsplash"), "{}", text("pictures"));
    ensure!(text("sources").contains("Photo by Ada Lens on Unsplash"), "{}", text("sources"));
    ensure!(text("sources").contains("Wikipedia: Octopus"), "{}", text("sources"));
    ensure!(made["title"] == "A quiet secret", "{}", made["title"]);
    let keys: Vec<String> =
        Kind::ALL.iter().map(|kind| kind.key()).chain([TICKET.to_owned()]).collect();
    for key in &keys {
        ensure!(!ended.output.contains(key), "{key} in the result");
        let line = ended.said.iter().find(|line| line.contains(key));
        ensure!(line.is_none(), "{line:?}");
    }
    let mut found = Vec::new();
    for folder in [studio.cache(), studio.out("")] {
        leaks(&folder, &keys, &mut found);
    }
    ensure!(found.is_empty(), "{found:?}");
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_key_wikipedia_knows_and_is_credited() -> Result<()> {
    let vendors = Vendors::start().await?;
    let studio = Studio::start(PROGRAM)?;
    let ended = ended(render(&studio, &vendors, &[Kind::Wikipedia], SENTENCE, PATIENT_S)?).await?;
    let made = ended.result()?;
    let text = |field: &str| made[field].to_string();
    ensure!(text("sources").contains("Wikipedia: Octopus"), "{}", text("sources"));
    ensure!(text("sources").contains("CC BY-SA 4.0"), "{}", text("sources"));
    let told = std::fs::read_to_string(studio.out("v.srt"))?.replace('\n', " ");
    ensure!(told.to_lowercase().contains("three hearts"), "{told}");
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_vendor_down_the_machine_makes_the_video_by_itself() -> Result<()> {
    let vendors = Vendors::start().await?;
    for kind in Kind::ALL {
        // Each refuses with words that quote its key and the request.
        vendors.of(kind).trouble(Trouble::Key, usize::MAX);
    }
    let studio = Studio::start(PROGRAM)?;
    let ended = ended(render(&studio, &vendors, &Kind::ALL, SENTENCE, IMPATIENT_S)?).await?;
    let made = ended.result()?;
    ensure!(made["writer"] == "outline", "{}", made["writer"]);
    ensure!(made["pictures"].to_string().contains("card"), "{}", made["pictures"]);
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_talker()) {
        ensure!(!vendors.of(kind).asked().is_empty(), "{kind:?} was never asked");
        let line = ended.said.iter().find(|line| line.contains(&kind.key()));
        ensure!(line.is_none(), "{line:?}");
    }
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_picture_vendor_down_the_illustrator_draws_the_whole_video() -> Result<()> {
    let vendors = Vendors::start().await?;
    vendors.of(Kind::Unsplash).trouble(Trouble::Down, usize::MAX);
    vendors.of(Kind::OpenAi).trouble(Trouble::Money, usize::MAX);
    vendors.of(Kind::Fal).trouble(Trouble::Hung, usize::MAX);
    vendors.of(Kind::Pexels).trouble(Trouble::WrongType, usize::MAX);
    let studio = Studio::start(PROGRAM)?;
    let data = Config::from_env()?.paths.data_dir;
    for part in ["fluent-emoji", "emojibase", "minilm"] {
        let found = data.join(part);
        ensure!(found.is_dir(), "deploy/setup has laid out {}", found.display());
        std::os::unix::fs::symlink(found, studio.cache().with_file_name("data").join(part))?;
    }
    let ended = ended(render(&studio, &vendors, &Kind::ALL, SENTENCE, IMPATIENT_S)?).await?;
    let made = ended.result()?;
    let pictures = made["pictures"].to_string();
    ensure!(pictures.contains("illustrator"), "{pictures}");
    for foreign in ["unsplash", "openai", "fal", "pexels"] {
        ensure!(!pictures.contains(foreign), "{pictures}");
    }
    ensure!(made["voices"].to_string().contains("elevenlabs"), "{}", made["voices"]);
    for kind in [Kind::Unsplash, Kind::OpenAi, Kind::Fal, Kind::Pexels] {
        ensure!(!vendors.of(kind).asked().is_empty(), "{kind:?} was never asked");
    }
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sentence_that_the_policy_refuses_costs_nothing_and_is_said_so() -> Result<()> {
    let vendors = Vendors::start().await?;
    let studio = Studio::start(PROGRAM)?;
    let sentence = "Why octopuses like the forbiddenword";
    let ended = ended(render(&studio, &vendors, &Kind::ALL, sentence, PATIENT_S)?).await?;
    ensure!(ended.status.code() == Some(2), "{:?}: {}", ended.status, ended.output);
    let told: Value = serde_json::from_str(&ended.output).context(ended.output.clone())?;
    let told = told.to_string();
    ensure!(told.contains("sentence") && told.contains("content policy"), "{told}");
    for kind in Kind::ALL {
        ensure!(vendors.of(kind).sold() == 0, "{kind:?} sold something");
    }
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tries_every_key_for_nothing_and_says_what_a_video_costs() -> Result<()> {
    let vendors = Vendors::start().await?;
    let studio = Studio::start(PROGRAM)?;
    let doctor = || {
        let mut command = studio.command();
        command.args(["doctor", "--providers"]).envs(vendors.settings(&Kind::ALL));
        Run::start(command)
    };
    let healthy = ended(doctor()?).await?;
    ensure!(healthy.status.success(), "{}", healthy.output);
    for vendor in [
        "openrouter",
        "openai",
        "elevenlabs",
        "unsplash",
        "fal",
        "pexels",
        "heygen",
        "veo",
        "wikipedia",
    ] {
        ensure!(
            healthy.output.contains(&format!("{vendor} works")),
            "{vendor}: {}",
            healthy.output
        );
    }
    ensure!(healthy.output.contains("a typical video about $0."), "{}", healthy.output);
    for kind in Kind::ALL {
        ensure!(vendors.of(kind).sold() == 0, "{kind:?} sold something");
    }
    vendors.of(Kind::Pexels).trouble(Trouble::Key, 1);
    let ill = ended(doctor()?).await?;
    ensure!(ill.status.code() == Some(4), "{}", ill.output);
    ensure!(ill.output.contains("pexels FAILS") && ill.output.contains("the key is refused"));
    ensure!(!ill.output.contains("canary"), "{}", ill.output);
    vendors.finish()
}
