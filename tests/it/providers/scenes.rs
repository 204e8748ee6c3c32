//! Scenes that the vendor's policy blocks: other words, twice, and then no more (spec §7).

use std::{collections::BTreeSet, sync::Arc};

use anyhow::{Context, Result, ensure};
use cutline_core::{job::Mode, plan::Plan};
use cutline_farm::{
    context::{StageContext, StageError},
    stages::{
        Stage,
        intent::{Phrases, Request},
        run_json, script,
    },
};
use cutline_tests::vendors::{Kind, StandIn, Vendors};
use serde_json::{Map, Value};

use super::{Desk, matrix::ALWAYS, talkers::RICH};

/// What stage `script` is given for a talking mug that is to be filmed.
async fn filmed_input(desk: &Desk) -> Result<(script::Input, StageContext)> {
    let context = desk.context()?;
    let request = Request {
        sentence: "A cinematic talking coffee mug explains why mornings are hard".into(),
        images: Vec::new(),
        seed: 4,
        plan: Plan::Enterprise,
        mode: Mode::Cinematic,
        format: None,
        phrases: Phrases::default(),
        grain: false,
    };
    let mut outputs: Map<String, Value> = Map::new();
    for stage in [Stage::Intent, Stage::Arc, Stage::Shots] {
        let given = match stage {
            Stage::Intent => serde_json::to_value(&request)?,
            _ => outputs.clone().into(),
        };
        outputs.insert(stage.field().into(), run_json(stage, given, &context).await?);
    }
    Ok((serde_json::from_value(outputs.into())?, context))
}

/// What was wished for in every scene begun: what is seen, what is said.
fn wishes(vendor: &StandIn) -> Vec<(String, String)> {
    let begun = vendor.asked().into_iter().filter(|asked| asked.method == "POST");
    begun
        .filter_map(|asked| {
            let body = asked.json();
            let prompt = body["instances"][0]["prompt"].as_str()?.to_owned();
            let (seen, said) = prompt.split_once("\n\n")?;
            Some((seen.to_owned(), said.to_owned()))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_scene_is_reworded_twice_and_then_the_job_fails_and_films_no_more() -> Result<()>
{
    let vendors = Vendors::start().await?;
    let (veo, writer) = (vendors.of(Kind::Veo), vendors.of(Kind::OpenRouter));
    let desk = Desk::with(&vendors, &[Kind::Veo, Kind::OpenRouter], &RICH)?;
    let (input, context) = filmed_input(&desk).await?;
    veo.block(ALWAYS);
    let refused = script::run(&input, &context).await;
    let Err(StageError::User(told)) = refused else { anyhow::bail!("{refused:?}") };
    ensure!(told.code == "FILM_BLOCKED" && told.message.contains("Ask again without"), "{told}");
    let wishes = wishes(veo);
    ensure!(wishes.len() == 3, "as it was, and two rewordings: {wishes:?}");
    ensure!(wishes.iter().all(|(seen, _)| *seen == wishes[0].0), "what is seen is untouched");
    let said: BTreeSet<&String> = wishes.iter().map(|(_, said)| said).collect();
    ensure!(said.len() == 3, "other words each time: {said:?}");
    let reworded =
        writer.asked().iter().filter(|a| a.text().contains("film service refused")).count();
    ensure!(reworded == 2 && veo.sold() == 0, "{reworded} rewordings, {} films", veo.sold());
    ensure!(desk.purse.cost_of("script") < 100_000, "the words alone: {}", desk.purse.spent());
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scene_that_passes_in_milder_words_is_spoken_in_them() -> Result<()> {
    let vendors = Vendors::start().await?;
    let veo = vendors.of(Kind::Veo);
    let desk = Desk::with(&vendors, &[Kind::Veo, Kind::OpenRouter], &RICH)?;
    let (input, context) = filmed_input(&desk).await?;
    veo.block(2);
    let script = script::run(&input, &context).await?;
    let reel = script.reel.context("a film")?;
    let wishes = wishes(veo);
    ensure!(wishes.len() == reel.scenes.len() + 2 && veo.sold() == reel.scenes.len());
    // The last of the first three is what is said in the first scene now.
    let first = &script.shots[..reel.scenes[0].shots];
    ensure!(first.iter().all(|shot| wishes[2].1.contains(&shot.narration)), "{wishes:?}");
    ensure!(!wishes[0].1.contains(&first[0].narration), "it was said in other words before");
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_blocked_in_the_middle_leaves_the_beginning_paid_once_and_the_end_unbegun()
-> Result<()> {
    let vendors = Vendors::start().await?;
    let veo = vendors.of(Kind::Veo);
    let desk = Desk::with(&vendors, &[Kind::Veo, Kind::OpenRouter], &RICH)?;
    let (input, context) = filmed_input(&desk).await?;
    veo.block_after(1, ALWAYS);
    for life in [1, 2] {
        let context = match life {
            1 => context.clone(),
            _ => StageContext { providers: Arc::new(desk.again()), ..context.clone() },
        };
        let refused = script::run(&input, &context).await;
        let Err(StageError::User(told)) = refused else { anyhow::bail!("{refused:?}") };
        ensure!(told.code == "FILM_BLOCKED", "{told}");
        let wishes = wishes(veo);
        // The first scene is there; the second, and its two rewordings; the third never.
        ensure!(wishes.len() == 1 + 3 * life && veo.sold() == 1, "life {life}: {wishes:?}");
        let first = &wishes[0].1;
        ensure!(wishes[1..].iter().all(|(_, said)| said != first), "bought again: {wishes:?}");
    }
    let seconds = veo.asked()[0].json()["parameters"]["durationSeconds"].as_u64();
    let filmed = seconds.context("a length")? * 150_000;
    let words = desk.purse.spent() - filmed;
    ensure!(words > 0 && words < 100_000, "the first scene and words: {}", desk.purse.spent());
    vendors.finish()
}
