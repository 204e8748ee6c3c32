//! Photographs that talk and talking films: what is paid, what is kept, what is cleared away, and
//! what a worker that takes a job over finds.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use cutline_farm::{
    audio::wav,
    context::Handling,
    providers::{PhotoTake, ProviderError, Providers, TakeError, Taken},
};
use cutline_tests::vendors::{Asked, Kind, StandIn, Trouble, Vendors};
use tokio_util::sync::CancellationToken;

use super::{Desk, deeds::scene, matrix::ALWAYS};

pub(super) const RICH: [(&str, &str); 1] = [("CUTLINE_SPEND_PER_JOB", "9/9/9/9")];

/// What a failed take is to an operator.
pub(super) fn failure(error: TakeError) -> ProviderError {
    match error {
        TakeError::Blocked(error)
        | TakeError::Unfit(error)
        | TakeError::Full(error)
        | TakeError::Failed(error) => error,
        TakeError::Cancelled => ProviderError {
            provider: "nobody".into(),
            message: "cancelled".into(),
            handling: Handling::Fail,
        },
    }
}

/// A photograph of this name that says half a second and so many milliseconds.
pub(super) fn photo(name: &str, more_ms: usize) -> PhotoTake {
    let seconds = 0.5 + more_ms as f64 / 1_000.0;
    let voice = wav::write_mono_48k(&vec![0.1; (seconds * 48_000.0) as usize]);
    let light = name.bytes().fold(0, u8::wrapping_add);
    PhotoTake {
        photo: png(|x, y| image::Rgb([x as u8, y as u8, light])),
        photo_ext: "png".into(),
        photo_sha256: sha256(name),
        voice: voice.into(),
        seconds,
        width_px: 1080,
    }
}

/// A small picture.
pub(super) fn png(texel: impl FnMut(u32, u32) -> image::Rgb<u8>) -> Bytes {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(64, 96, texel);
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("memory takes it");
    bytes.into_inner().into()
}

/// Something as long and as plain as a hash.
fn sha256(name: &str) -> String {
    name.bytes().cycle().take(32).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) async fn perform(providers: &Providers, take: &PhotoTake) -> Result<Taken, TakeError> {
    let animator = providers.animator.as_ref().expect("there is a key");
    animator.perform(take, &CancellationToken::new()).await
}

/// Calls of this kind.
pub(super) fn count(vendor: &StandIn, method: &str, path: &str) -> usize {
    vendor.asked().iter().filter(|asked| asked.method == method && asked.path == path).count()
}

#[tokio::test]
async fn heygen_performs_or_says_why_not() -> Result<()> {
    let rows: [(Trouble, usize, Result<(), &str>, usize); 16] = [
        (Trouble::Key, ALWAYS, Err("the key is refused"), 1),
        (Trouble::Money, ALWAYS, Err("no credit or quota left"), 1),
        (Trouble::Busy(Some(1)), 1, Ok(()), 2),
        (Trouble::Busy(None), 1, Ok(()), 2),
        (Trouble::Busy(None), ALWAYS, Err("too many calls"), 3),
        (Trouble::Busy(Some(900)), ALWAYS, Err("asked to wait 900 s"), 1),
        (Trouble::Down, 1, Ok(()), 2),
        (Trouble::Down, ALWAYS, Err("it is out of order (503)"), 3),
        // Somebody between us and HeyGen gave up waiting: asked again under the same key.
        (Trouble::Gateway, 1, Ok(()), 2),
        (Trouble::Gateway, ALWAYS, Err("it is out of order (504)"), 3),
        (Trouble::Slow(Duration::from_millis(300)), 1, Ok(()), 1),
        (Trouble::Moderated, ALWAYS, Err("it refuses the content"), 1),
        (Trouble::WrongType, 1, Err("not of the kind asked for"), 1),
        // Under its key the same call is the same video: repeated, and paid for once.
        (Trouble::Truncated, 1, Ok(()), 2),
        (Trouble::Hung, 1, Ok(()), 2),
        (Trouble::HeadOnly, 1, Ok(()), 2),
    ];
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::HeyGen);
    let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
    let taken = perform(&desk.providers(), &photo("ada", 0)).await?;
    ensure!(taken.cost_microusd == 25_000 && desk.purse.spent() == 1_025_000, "{taken:?}");
    ensure!(vendor.sold() == 2, "an avatar and a video");
    for (at, (trouble, times, ends, calls)) in rows.into_iter().enumerate() {
        vendor.recover();
        let what = format!("{trouble:?} ×{times}");
        // A machine that knows nothing: it finds the avatar on the account by its photograph.
        let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
        let take = photo("ada", at + 1);
        vendor.trouble_at("POST /v3/videos", trouble, times);
        let outcome = perform(&desk.providers(), &take).await.map_err(failure);
        ensure!(count(vendor, "POST", "/v3/videos") == calls, "{what}: {:?}", vendor.asked());
        ensure!(count(vendor, "POST", "/v3/avatars") == 0, "{what}: an avatar twice");
        let (cost, spent) = (25_050 + 50 * at as u64, desk.purse.spent());
        let lost = ends.is_err() && matches!(trouble, Trouble::WrongType | Trouble::Gateway);
        ensure!(spent == if ends.is_ok() || lost { cost } else { 0 }, "{what}: spent {spent}");
        match (&outcome, ends) {
            (Ok(_), Ok(())) => ensure!(vendor.sold() == 1, "{what}: sold {}", vendor.sold()),
            (Err(error), Err(words)) => {
                let said = error.to_string();
                ensure!(said.contains(words) && !said.contains("canary"), "{what}: {said}");
            }
            _ => anyhow::bail!("{what}: {outcome:?} instead of {ends:?}"),
        }
        if lost {
            vendor.recover();
            let again = perform(&desk.again(), &take).await;
            ensure!(again.is_ok() && vendor.sold() == 1, "{what}: {again:?}");
        }
    }
    vendors.finish()
}

#[tokio::test]
async fn an_account_full_of_avatars_is_cleared_in_tens_and_asked_once_more() -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::HeyGen);
    let ours = |name: &str| format!("cutline-{}", sha256(name));
    vendor.store_avatar("oldest", &ours("ada"), 9_000);
    vendor.store_avatar("older", &ours("bob"), 8_000);
    vendor.store_avatar("newer", &ours("eve"), 7_000);
    // The oldest in the middle of the list, so that its order is not simply that of the account.
    for at in (12..23).chain(0..12) {
        vendor.store_avatar(&format!("orphan{at:02}"), "Somebody", 5_000 - at);
    }
    let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
    // The oldest of ours is the last one used.
    perform(&desk.providers(), &photo("ada", 0)).await?;
    vendor.recover();
    vendor.gather(&[10, 10, 3, 1]);
    perform(&desk.providers(), &photo("new", 1)).await?;

    let deleted: Vec<String> = vendor
        .asked()
        .iter()
        .filter(|asked| asked.method == "DELETE")
        .filter_map(|asked| asked.path.rsplit('/').next().map(str::to_owned))
        .collect();
    ensure!(deleted.len() == 24, "{deleted:?}");
    let named = |range: std::ops::Range<usize>| -> BTreeSet<String> {
        range.map(|at| format!("orphan{at:02}")).collect()
    };
    let batch = |range: std::ops::Range<usize>| -> BTreeSet<String> {
        deleted[range].iter().cloned().collect()
    };
    ensure!(batch(0..10) == named(0..10), "the ten oldest first: {deleted:?}");
    ensure!(batch(10..20) == named(10..20) && batch(20..23) == named(20..23), "{deleted:?}");
    ensure!(deleted[23] == "older", "then the one of ours that was not used for longest");
    ensure!(vendor.most_at_once() == 10, "{} at once", vendor.most_at_once());
    ensure!(count(vendor, "POST", "/v3/avatars") == 2, "one retry");
    ensure!(
        vendor.avatars().len() == 3 && vendor.avatars()[0] == "oldest",
        "{:?}",
        vendor.avatars()
    );
    vendors.finish()
}

#[tokio::test]
async fn an_account_that_stays_full_is_not_asked_a_third_time_and_nothing_is_paid() -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::HeyGen);
    vendor.is_always_full(true);
    vendor.store_avatar("orphan", "Somebody", 5);
    let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
    let refused = perform(&desk.providers(), &photo("ada", 0)).await;
    let Err(TakeError::Full(error)) = refused else { anyhow::bail!("{refused:?}") };
    ensure!(error.to_string().contains("401028"), "the operator reads why: {error}");
    ensure!(count(vendor, "POST", "/v3/avatars") == 2, "one retry");
    ensure!(count(vendor, "POST", "/v3/videos") == 0 && vendor.sold() == 0);
    ensure!(desk.purse.spent() == 0 && vendor.avatars().is_empty());
    // The refusals are remembered for a day under their keys; the person may ask again at once.
    vendor.is_always_full(false);
    perform(&desk.again(), &photo("ada", 0)).await?;
    ensure!(vendor.sold() == 2, "there is room again: {}", vendor.sold());
    vendors.finish()
}

#[tokio::test]
async fn an_avatar_is_made_once_for_a_photograph_and_again_when_it_is_gone() -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::HeyGen);
    let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
    perform(&desk.providers(), &photo("ada", 0)).await?;
    let calls = vendor.asked().len();
    perform(&desk.providers(), &photo("ada", 1)).await?;
    ensure!(vendor.sold() == 3, "one avatar, two videos");
    ensure!(vendor.asked().len() - calls == 6, "the track, the video, three looks, the file");
    let gone = vendor.avatars();
    vendor.lose_avatars();
    perform(&desk.providers(), &photo("ada", 2)).await?;
    ensure!(vendor.sold() == 5 && vendor.avatars() != gone, "made anew, once");
    vendors.finish()
}

/// Lets a take go as soon as its vendor was asked how it is getting on, then takes it up again.
#[tokio::test]
async fn what_a_dead_worker_paid_for_is_collected_by_the_next() -> Result<()> {
    let vendors = Vendors::start().await?;
    for kind in [Kind::HeyGen, Kind::Veo] {
        let vendor = vendors.of(kind);
        let desk = Desk::with(&vendors, &[kind], &RICH)?;
        let (take, scene) = (photo("ada", 0), scene());
        let run = async |providers: &Providers| match kind {
            Kind::HeyGen => perform(providers, &take).await,
            _ => {
                let scenes = providers.scenes.as_ref().expect("there is a key");
                scenes.film(&scene, &CancellationToken::new()).await
            }
        };
        let part = if kind == Kind::Veo { "/operations/" } else { "/v3/videos/" };
        {
            let providers = desk.providers();
            let dying = run(&providers);
            tokio::pin!(dying);
            while !vendor.asked().iter().any(|asked| asked.path.contains(part)) {
                tokio::select! {
                    ended = &mut dying => anyhow::bail!("ended by itself: {ended:?}"),
                    () = tokio::time::sleep(Duration::from_millis(5)) => {}
                }
            }
        }
        let sold = vendor.sold();
        let taken = run(&desk.again()).await;
        let taken = taken.map_err(failure).context("collected")?;
        ensure!(taken.file.len() > 1_000 && taken.cost_microusd > 0);
        ensure!(vendor.sold() == sold, "{kind:?} was paid twice");
    }
    vendors.finish()
}

/// HeyGen has heard the call and begun to answer when its worker dies: whoever takes the job over
/// makes the very same call, its track under the same id.
#[tokio::test]
async fn a_video_whose_id_nobody_heard_is_asked_for_again_in_the_same_words() -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::HeyGen);
    for (at, part) in ["POST /v3/avatars", "POST /v3/videos"].into_iter().enumerate() {
        let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
        let take = photo(part, at);
        vendor.recover();
        vendor.trouble_at(part, Trouble::Stalled, 1);
        {
            let providers = desk.providers();
            let dying = perform(&providers, &take);
            tokio::pin!(dying);
            let call = |asked: &Asked| format!("{} {}", asked.method, asked.path) == part;
            while !vendor.asked().iter().any(call) {
                tokio::select! {
                    ended = &mut dying => anyhow::bail!("ended by itself: {ended:?}"),
                    () = tokio::time::sleep(Duration::from_millis(5)) => {}
                }
            }
        }
        perform(&desk.again(), &take).await?;
        ensure!(vendor.sold() == 2, "{part}: {} sold", vendor.sold());
    }
    vendors.finish()
}

/// A first try that was perhaps heard, and a later one that was refused for sure: perhaps paid.
#[tokio::test]
async fn a_refusal_does_not_clear_an_earlier_try_that_was_perhaps_heard() -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(Kind::HeyGen);
    let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
    perform(&desk.providers(), &photo("ada", 0)).await?;
    vendor.recover();
    vendor.trouble_at("POST /v3/videos", Trouble::Truncated, 1);
    vendor.then_at("POST /v3/videos", Trouble::Moderated, 1);
    let desk = Desk::with(&vendors, &[Kind::HeyGen], &RICH)?;
    let refused = perform(&desk.providers(), &photo("ada", 1)).await.map_err(failure);
    let refused = refused.err().context("refused")?.to_string();
    ensure!(refused.contains("outcome unknown"), "{refused}");
    ensure!(desk.purse.spent() == 25_050 && vendor.sold() == 1, "{}", desk.purse.spent());
    let taken = perform(&desk.again(), &photo("ada", 1)).await?;
    ensure!(taken.cost_microusd == 25_050 && vendor.sold() == 1, "{taken:?}");
    vendors.finish()
}
