//! Trouble after the order: while a vendor is asked how it is getting on, while something is
//! uploaded, while the result is fetched.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cutline_farm::providers::{ClipWish, PictureWish, Providers, TakeError};
use cutline_tests::vendors::{Kind, Trouble, Vendors};
use futures::{StreamExt, TryStreamExt, stream};
use tokio_util::sync::CancellationToken;

use super::{
    Desk,
    deeds::scene,
    endings::{Told, told},
    matrix::ALWAYS,
    talkers::{RICH, failure, perform, photo},
};

/// An order in an asynchronous vendor's hands: what came, or why not; in bytes and what it cost.
pub(super) async fn ordered(kind: Kind, providers: &Providers) -> Result<(usize, u64), TakeError> {
    let cancel = CancellationToken::new();
    match kind {
        Kind::HeyGen => {
            let taken = perform(providers, &photo("ada", 0)).await?;
            Ok((taken.file.len(), taken.cost_microusd))
        }
        Kind::Veo => {
            let Some(scenes) = &providers.scenes else { return Ok((0, 0)) };
            let taken = scenes.film(&scene(), &cancel).await?;
            Ok((taken.file.len(), taken.cost_microusd))
        }
        _ => {
            let wish =
                PictureWish { shot: 2, prompt: "a fox".into(), language: "en".into(), seed: 5 };
            let source = &providers.pictures[0];
            let offers = source.offers("fox", &wish, &cancel).await?;
            let fetched = source.fetch(&offers[0], &wish, &cancel).await?;
            Ok((fetched.bytes.len(), fetched.cost_microusd))
        }
    }
}

/// A clip of Pexels', in bytes.
async fn clip(providers: &Providers) -> Result<(usize, u64), TakeError> {
    let wish = ClipWish { language: "en", picture_px: (720, 1280), shown_ms: 4_000 };
    let (source, cancel) = (&providers.clips[0], CancellationToken::new());
    let offers = source.offers("fox runs", &wish, &cancel).await?;
    let fetched = source.fetch(&offers[0], &cancel).await?;
    Ok((fetched.bytes.len(), fetched.cost_microusd))
}

/// A step, and what is at stake there.
#[derive(Clone, Copy)]
struct Step {
    kind: Kind,
    /// Which calls are troubled.
    part: &'static str,
    /// So many of them go well before.
    after: usize,
    /// What counts as paid when the first life ends, and whether the vendor may have charged
    /// something else.
    counted: u64,
    unknown: bool,
    /// Sold by then.
    sold: usize,
    /// What the second life sells, and what it pays.
    then: (usize, u64),
}

const fn step(
    kind: Kind,
    part: &'static str,
    counted: u64,
    sold: usize,
    then: (usize, u64),
) -> Step {
    Step { kind, part, after: 0, counted, unknown: counted > 0, sold, then }
}

/// A step at which it is known what was charged.
const fn known(step: Step) -> Step {
    Step { unknown: false, ..step }
}

/// The only request in a fresh stand-in's queue.
pub(super) const FAL_RESULT: &str = "requests/764cabcf-b745-4b3e-ae38-000000000001$";

const LOOKS: [Step; 5] = [
    step(Kind::Fal, "/status$", 6_000, 1, (0, 6_000)),
    // What is completed is bought: to be fetched, and not to be paid again.
    known(step(Kind::Fal, FAL_RESULT, 6_000, 1, (0, 0))),
    step(Kind::Veo, "/operations/", 600_000, 1, (0, 600_000)),
    // The next finds the avatar on the account by its name.
    step(Kind::HeyGen, "GET /v3/avatars/looks/", 1_000_000, 1, (1, 25_000)),
    step(Kind::HeyGen, "GET /v3/videos/", 1_025_000, 2, (0, 25_000)),
];

/// Files that are fetched.
const DOWNLOADS: [Step; 6] = [
    known(step(Kind::Fal, "GET /files/", 6_000, 1, (0, 0))),
    step(Kind::Veo, "GET /download/", 600_000, 1, (0, 600_000)),
    step(Kind::HeyGen, "GET /files/", 1_025_000, 2, (0, 25_000)),
    // Nothing is ever paid.
    step(Kind::Unsplash, "GET /file/", 0, 0, (0, 0)),
    step(Kind::Pexels, "GET /file/", 0, 0, (0, 0)),
    step(Kind::Pexels, CLIP, 0, 0, (0, 0)),
];
const CLIP: &str = "GET /video-files/";

/// Files that are sent: free, and neither booked nor charged.
const UPLOADS: [Step; 2] = [
    step(Kind::HeyGen, "POST /v3/assets", 0, 0, (2, 1_025_000)),
    // The track, when the avatar of the photograph is there and paid for.
    Step { after: 1, ..known(step(Kind::HeyGen, "POST /v3/assets", 1_000_000, 1, (1, 25_000))) },
];

/// Making an avatar: repeated under its key, so that what was heard is sold once.
const AVATARS: [(Trouble, Step); 3] = [
    (Trouble::Down, step(Kind::HeyGen, "POST /v3/avatars", 0, 0, (2, 1_025_000))),
    (Trouble::Truncated, step(Kind::HeyGen, "POST /v3/avatars", 1_000_000, 1, (1, 25_000))),
    (Trouble::WrongType, step(Kind::HeyGen, "POST /v3/avatars", 1_000_000, 0, (2, 1_025_000))),
];

/// An answer that never comes, or not to its end.
const SILENCE: [Trouble; 3] = [Trouble::Hung, Trouble::HeadOnly, Trouble::Stalled];

/// One step in one trouble, in a shop of its own: what is asked how often, what the operator reads,
/// whether it may go better in a minute, what counts as paid, and that a second life fetches what
/// the first has paid for and pays for nothing else.
async fn row((trouble, step): (Trouble, Step)) -> Result<()> {
    let what = format!("{:?} {} {trouble:?} after {}", step.kind, step.part, step.after);
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(step.kind);
    // Only who waits for an answer that never comes need be impatient.
    let patience = if SILENCE.contains(&trouble) { "3" } else { "60" };
    let settings = [RICH[0], ("CUTLINE_PROVIDER_TIMEOUT_S", patience)];
    let desk = Desk::with(&vendors, &[step.kind], &settings)?;
    let order = async |providers: &Providers| match step.part {
        CLIP => clip(providers).await,
        _ => ordered(step.kind, providers).await,
    };
    vendor.trouble_at(step.part, Trouble::Slow(Duration::ZERO), step.after);
    vendor.then_at(step.part, trouble, ALWAYS);
    let refused = order(&desk.providers()).await.err().with_context(|| what.clone())?;
    // Nobody stands in for a talking character; for a picture there is the next source.
    let awaited = matches!(step.kind, Kind::HeyGen | Kind::Veo) && trouble != Trouble::WrongType;
    let to_be = if awaited { Told::Later } else { Told::Never };
    ensure!(told(&refused) == to_be, "{what}: {refused:?}");
    let said = failure(refused).to_string();
    let (words, tries) = match trouble {
        Trouble::Down => ("it is out of order (503)", 3),
        Trouble::Truncated => ("its answer broke off", 3),
        Trouble::WrongType => ("not of the kind asked for", 1),
        _ => ("did not answer in time", 3),
    };
    ensure!(said.contains(words) && !said.contains("canary"), "{what}: {said}");
    let free = matches!(step.kind, Kind::Unsplash | Kind::Pexels);
    ensure!(free || said.contains("outcome unknown") == step.unknown, "{what}: {said}");
    let asked = vendor.asked().iter().filter(|asked| asked.meets(step.part)).count();
    ensure!(asked == step.after + tries, "{what}: asked {asked} times");
    ensure!(desk.purse.spent() == step.counted, "{what}: spent {}", desk.purse.spent());
    ensure!(desk.booked().await? == step.counted, "{what}: booked otherwise");
    ensure!(vendor.sold() == step.sold, "{what}: sold {}", vendor.sold());

    vendor.recover();
    let next = desk.next();
    let (bytes, _) = order(&desk.hand(&next)).await.map_err(failure).context(what.clone())?;
    ensure!(bytes > 1_000, "{what}: {bytes} bytes");
    let then = (vendor.sold(), next.spent());
    ensure!(then == step.then, "{what}: {then:?} in the second life");
    let price = match step.kind {
        Kind::Fal => 6_000,
        Kind::Veo => 600_000,
        Kind::HeyGen => 1_025_000,
        _ => 0,
    };
    let booked = desk.booked().await?;
    ensure!(booked == price, "{what}: {booked} booked for what costs {price}");
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_after_the_order_is_not_ordered_again() -> Result<()> {
    let steps = [&LOOKS[..], &DOWNLOADS, &UPLOADS].concat().into_iter();
    let heard = [Trouble::Down, Trouble::Truncated, Trouble::WrongType];
    let rows = steps.flat_map(|step| heard.map(|trouble| (trouble, step))).chain(AVATARS);
    for outcome in futures::future::join_all(rows.map(row)).await {
        outcome?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_after_the_order_is_not_ordered_again() -> Result<()> {
    let files = [&DOWNLOADS[..], &UPLOADS].concat().into_iter();
    let rows = files.flat_map(|step| SILENCE.map(|trouble| (trouble, step)));
    let rows = rows.chain(LOOKS.map(|step| (Trouble::Hung, step)));
    // Nearly all of it is waiting; what is not must be done in time.
    let rows = stream::iter(rows.map(row)).buffer_unordered(10);
    rows.try_collect::<Vec<()>>().await.map(drop)
}
