//! The chain of pictures: its order, its credits, never the same twice, and never a failed video.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result, ensure};
use cutline_core::{job::Mode, plan::Plan};
use cutline_farm::{
    context::StageContext,
    stages::{
        Stage, imagery,
        imagery::{Imagery, Picture},
        intent::{Phrases, Request},
        run_json,
    },
};
use cutline_tests::vendors::{Kind, Trouble, Vendors};
use serde_json::{Map, Value};

use super::Desk;

const PICTURES: [Kind; 4] = [Kind::Unsplash, Kind::OpenAi, Kind::Fal, Kind::Pexels];

/// What the stage is given for a sentence, made by the stages before it on this machine alone.
async fn input(context: &StageContext) -> Result<imagery::Input> {
    let request = Request {
        sentence: "Why octopuses have three hearts".into(),
        images: Vec::new(),
        seed: 4,
        plan: Plan::Professional,
        mode: Mode::Standard,
        format: None,
        phrases: Phrases::default(),
        grain: false,
    };
    let own = StageContext { providers: std::sync::Arc::default(), ..context.clone() };
    let mut outputs: Map<String, Value> = Map::new();
    for stage in [Stage::Intent, Stage::Arc, Stage::Shots, Stage::Script, Stage::Queries] {
        let given = match stage {
            Stage::Intent => serde_json::to_value(&request)?,
            _ => outputs.clone().into(),
        };
        outputs.insert(stage.field().into(), run_json(stage, given, &own).await?);
    }
    let mut given: imagery::Input = serde_json::from_value(outputs.into())?;
    for shot in &mut given.queries.shots {
        shot.moving = None;
    }
    Ok(given)
}

/// The same where one shot asks for a moving picture.
async fn moving(context: &StageContext, shot: usize) -> Result<imagery::Input> {
    let mut given = input(context).await?;
    given.queries.shots[shot].moving = Some("swims".into());
    Ok(given)
}

fn origins(made: &Imagery) -> BTreeSet<String> {
    made.shots.iter().map(|shot| shot.origin.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shot_gets_a_photograph_of_its_own_with_its_credit() -> Result<()> {
    let vendors = Vendors::start().await?;
    let desk = Desk::open(&vendors, &PICTURES)?;
    let context = desk.context()?;
    let given = input(&context).await?;
    let made = imagery::run(&given, &context).await?;
    ensure!(made.shots.len() == given.shots.shots.len());
    let mut seen = BTreeSet::new();
    for shot in &made.shots {
        let Picture::Photo { blob, width_px, height_px, .. } = &shot.picture else {
            anyhow::bail!("shot {} is no photograph", shot.shot)
        };
        ensure!(seen.insert(blob.sha256.clone()), "a picture is used twice");
        ensure!(context.blobs.path(blob).is_file() && *width_px >= 500 && *height_px >= 800);
        let source = shot.source.as_ref().context("a credit")?;
        ensure!(!source.licence.is_empty() && !source.title.is_empty());
        if shot.origin == "unsplash" {
            ensure!(source.title == "Photo by Ada Lens on Unsplash", "{source:?}");
            let url = source.url.as_deref().unwrap_or_default();
            ensure!(url.contains("utm_source=cutline&utm_medium=referral"), "{url}");
        }
    }
    let first = made.shots.iter().filter(|shot| shot.origin == "unsplash").count();
    ensure!(first * 2 > made.shots.len(), "Unsplash comes first: {:?}", origins(&made));
    let asked = vendors.of(Kind::Unsplash).asked();
    let reported = asked.iter().filter(|asked| asked.path.ends_with("/download")).count();
    ensure!(reported == first, "{reported} downloads reported of {first}");
    ensure!(!asked.iter().any(|asked| asked.path.contains("plus.unsplash")), "a watermark");
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shot_that_moves_gets_a_clip_with_its_credit_or_else_a_photograph() -> Result<()> {
    let vendors = Vendors::start().await?;
    let desk = Desk::open(&vendors, &PICTURES)?;
    let context = desk.context()?;
    let given = moving(&context, 2).await?;
    let made = imagery::run(&given, &context).await?;
    for (at, shot) in made.shots.iter().enumerate() {
        match &shot.picture {
            Picture::Clip { blob, width_px, height_px, length_ms, .. } if at == 2 => {
                ensure!(context.blobs.path(blob).is_file());
                ensure!((*width_px, *height_px, *length_ms) == (540, 960, 2_000));
                let source = shot.source.as_ref().context("a credit")?;
                ensure!(source.title == "Video by Reel Moving on Pexels", "{source:?}");
            }
            Picture::Photo { .. } if at != 2 => {}
            other => anyhow::bail!("shot {at} shows {other:?}"),
        }
    }
    let asked = vendors.of(Kind::Pexels).asked();
    let films = asked.iter().filter(|asked| asked.path.starts_with("/video-files/")).count();
    ensure!(films == 2, "the first is a still: {films} fetched");

    vendors.of(Kind::Pexels).recover();
    vendors.of(Kind::Pexels).trouble(Trouble::Down, usize::MAX);
    let desk = Desk::open(&vendors, &PICTURES)?;
    let made = imagery::run(&given, &desk.context()?).await?;
    ensure!(made.shots.iter().all(|shot| matches!(shot.picture, Picture::Photo { .. })));
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_source_stands_in_for_the_one_before_it() -> Result<()> {
    let chain = [
        (vec![], "unsplash"),
        (vec![Kind::Unsplash], "openai"),
        (vec![Kind::Unsplash, Kind::OpenAi], "fal"),
        (vec![Kind::Unsplash, Kind::OpenAi, Kind::Fal], "pexels"),
        (PICTURES.to_vec(), "illustrator"),
    ];
    for (down, wins) in chain {
        let vendors = Vendors::start().await?;
        // Drawn beforehand: on a busy machine a picture would come too late to be the one that
        // wins.
        vendors.of(Kind::OpenAi).stock(16);
        let desk = Desk::open(&vendors, &PICTURES)?;
        for kind in down {
            vendors.of(kind).trouble(Trouble::Key, usize::MAX);
        }
        let context = desk.context()?;
        let made = imagery::run(&input(&context).await?, &context).await?;
        let most = made.shots.iter().filter(|shot| shot.origin == wins).count();
        ensure!(most * 2 > made.shots.len(), "{wins}: {:?}", origins(&made));
        let paid: u64 = made.shots.iter().map(|shot| shot.cost_microusd).sum();
        ensure!(paid == desk.purse.cost_of("imagery"), "the shots' costs are the stage's");
        ensure!((paid > 0) == ["openai", "fal"].contains(&wins), "{wins} cost {paid}");
        vendors.finish()?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_trouble_of_any_picture_vendor_keeps_a_shot_without_a_picture() -> Result<()> {
    let troubles = [
        Trouble::Key,
        Trouble::Money,
        Trouble::Busy(Some(1)),
        Trouble::Busy(None),
        Trouble::Down,
        Trouble::Slow(Duration::from_secs(4)),
        Trouble::Truncated,
        Trouble::WrongType,
        Trouble::Hung,
        Trouble::Moderated,
    ];
    let one = |trouble: Trouble| async move {
        let vendors = Vendors::start().await?;
        let desk = Desk::open(&vendors, &PICTURES)?;
        for kind in PICTURES {
            vendors.of(kind).trouble(trouble, usize::MAX);
        }
        let context = desk.context()?;
        let given = moving(&context, 1).await?;
        let made = imagery::run(&given, &context).await?;
        ensure!(made.shots.len() == given.shots.shots.len(), "{trouble:?}");
        for shot in &made.shots {
            let Picture::Drawing { hero, .. } = &shot.picture else {
                anyhow::bail!("{trouble:?}: shot {} is {}", shot.shot, shot.origin)
            };
            ensure!(context.blobs.path(&hero.svg).is_file(), "{trouble:?}");
        }
        ensure!(origins(&made) == BTreeSet::from(["illustrator".to_owned()]), "{trouble:?}");
        vendors.finish()
    };
    for outcome in futures::future::join_all(troubles.map(one)).await {
        outcome?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_beyond_its_limit_is_drawn_and_not_paid_for() -> Result<()> {
    let vendors = Vendors::start().await?;
    // Two pictures of six tenths of a cent.
    let limit = [("CUTLINE_SPEND_PER_JOB", "0/0/0.013/0")];
    let desk = Desk::with(&vendors, &[Kind::Fal], &limit)?;
    let context = desk.context()?;
    let made = imagery::run(&input(&context).await?, &context).await?;
    let bought = made.shots.iter().filter(|shot| shot.origin == "fal").count();
    ensure!(bought == 2 && vendors.of(Kind::Fal).sold() == 2, "{bought} bought");
    ensure!(desk.purse.spent() == 12_000, "{}", desk.purse.spent());
    ensure!(origins(&made).contains("illustrator"));
    vendors.finish()
}

/// The ids of Unsplash's photographs that the shots' credits name.
fn credited(made: &Imagery) -> BTreeSet<String> {
    let credits = made.shots.iter().filter(|shot| shot.origin == "unsplash");
    let urls = credits.filter_map(|shot| shot.source.as_ref()?.url.as_deref());
    urls.filter_map(|url| Some(url.split_once("/photos/")?.1.split_once('?')?.0.to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_whose_file_is_gone_leaves_its_place_to_the_next_one_found() -> Result<()> {
    let vendors = Vendors::start().await?;
    let unsplash = vendors.of(Kind::Unsplash);
    let desk = Desk::open(&vendors, &PICTURES)?;
    // The first of what every search finds.
    unsplash.trouble_at("-0$", Trouble::Gone, usize::MAX);
    let context = desk.context()?;
    let given = input(&context).await?;
    let made = imagery::run(&given, &context).await?;
    ensure!(made.shots.len() == given.shots.shots.len());
    ensure!(made.shots.iter().all(|shot| matches!(shot.picture, Picture::Photo { .. })));
    let asked = unsplash.asked();
    let named = |part: &str, before: &str, after: &str| -> BTreeSet<String> {
        let calls = asked.iter().filter(|asked| asked.meets(part));
        let names = calls.filter_map(|asked| asked.path.strip_prefix(before));
        names.filter_map(|name| name.strip_suffix(after)).map(str::to_owned).collect()
    };
    let fetched = named("GET /file/", "/file/", "");
    let gone: BTreeSet<String> = fetched.iter().filter(|id| id.ends_with("-0")).cloned().collect();
    ensure!(!gone.is_empty(), "some were asked for: {fetched:?}");
    let once = asked.iter().filter(|asked| asked.meets("-0$")).count();
    ensure!(once == gone.len(), "what is gone is not asked for again: {once} of {gone:?}");
    let shown = credited(&made);
    ensure!(shown.is_disjoint(&gone) && shown.is_subset(&fetched), "{shown:?} of {fetched:?}");
    // Nobody is thanked, and nothing reported, for a picture that is not shown.
    let reported = named("/download$", "/photos/", "/download");
    ensure!(reported == shown, "{reported:?} reported, {shown:?} shown");
    ensure!(shown.len() * 2 > made.shots.len(), "Unsplash still comes first: {:?}", origins(&made));
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_whose_files_cannot_be_fetched_leaves_its_place_to_the_next() -> Result<()> {
    let libraries = [Kind::Unsplash, Kind::Pexels];
    for trouble in [Trouble::Gone, Trouble::Down, Trouble::Truncated, Trouble::WrongType] {
        let vendors = Vendors::start().await?;
        let desk = Desk::open(&vendors, &libraries)?;
        vendors.of(Kind::Unsplash).trouble_at("GET /file/", trouble, usize::MAX);
        let context = desk.context()?;
        let given = input(&context).await?;
        let made = imagery::run(&given, &context).await?;
        let asked = vendors.of(Kind::Unsplash).asked();
        let found = asked.iter().any(|asked| asked.meets("/search/photos"));
        let fetched = asked.iter().any(|asked| asked.meets("GET /file/"));
        ensure!(found && fetched, "{trouble:?}: it was found, and its file asked for");
        ensure!(!asked.iter().any(|asked| asked.meets("/download$")), "{trouble:?}: reported");
        ensure!(made.shots.len() == given.shots.shots.len(), "{trouble:?}");
        for shot in &made.shots {
            let credit = shot.source.as_ref().context("a credit")?;
            match &shot.picture {
                Picture::Photo { .. } => {
                    let theirs = credit.title == "Photo by Grace Shutter on Pexels";
                    ensure!(shot.origin == "pexels" && theirs, "{trouble:?}: {credit:?}");
                }
                // Pexels knows fewer pictures than there are shots.
                other => ensure!(shot.origin == "illustrator", "{trouble:?}: {other:?}"),
            }
        }
        ensure!(origins(&made).contains("pexels"), "{trouble:?}: {:?}", origins(&made));
        ensure!(desk.purse.spent() == 0 && desk.booked().await? == 0, "{trouble:?}: paid");
        vendors.finish()?;
    }
    Ok(())
}
