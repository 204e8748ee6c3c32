//! Trouble after the order: while a vendor is asked how it is getting on, while the result is
//! fetched, and in what the vendor itself says of how it ended.

use anyhow::{Context, Result, ensure};
use cutline_farm::{
    context::Handling,
    providers::{PictureWish, Providers, TakeError},
};
use cutline_tests::vendors::{Kind, Trouble, Vendors};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    Desk,
    deeds::scene,
    matrix::ALWAYS,
    talkers::{RICH, failure, perform, photo},
};

/// An order in an asynchronous vendor's hands: what came, or why not; in bytes and what it cost.
pub(super) async fn ordered(
    kind: Kind,
    providers: &Providers,
) -> Result<(usize, u64), TakeError> {
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

/// A step, and what is at stake there.
#[derive(Clone, Copy)]
struct Step {
    kind: Kind,
    /// Which calls are troubled.
    part: &'static str,
    /// What counts as paid when the first life ends.
    counted: u64,
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
    Step { kind, part, counted, sold, then }
}

/// The only request in a fresh stand-in's queue.
const FAL_RESULT: &str = "requests/764cabcf-b745-4b3e-ae38-000000000001$";

const STEPS: [Step; 11] = [
    step(Kind::Fal, "/status$", 6_000, 1, (0, 6_000)),
    step(Kind::Fal, FAL_RESULT, 6_000, 1, (0, 6_000)),
    step(Kind::Fal, "GET /files/", 6_000, 1, (0, 6_000)),
    step(Kind::Veo, "/operations/", 600_000, 1, (0, 600_000)),
    step(Kind::Veo, "GET /download/", 600_000, 1, (0, 600_000)),
    // An upload is free, and neither booked nor charged.
    step(Kind::HeyGen, "POST /v3/assets", 0, 0, (2, 1_025_000)),
    // The next finds the avatar on the account by its name.
    step(Kind::HeyGen, "GET /v3/avatars/looks/", 1_000_000, 1, (1, 25_000)),
    step(Kind::HeyGen, "GET /v3/videos/", 1_025_000, 2, (0, 25_000)),
    step(Kind::HeyGen, "GET /files/", 1_025_000, 2, (0, 25_000)),
    // Nothing is ever paid.
    step(Kind::Unsplash, "GET /file/", 0, 0, (0, 0)),
    step(Kind::Pexels, "GET /file/", 0, 0, (0, 0)),
];

/// Making an avatar: repeated under its key, so that what was heard is sold once.
const AVATARS: [(Trouble, Step); 3] = [
    (Trouble::Down, step(Kind::HeyGen, "POST /v3/avatars", 0, 0, (2, 1_025_000))),
    (Trouble::Truncated, step(Kind::HeyGen, "POST /v3/avatars", 1_000_000, 1, (1, 25_000))),
    (Trouble::WrongType, step(Kind::HeyGen, "POST /v3/avatars", 1_000_000, 0, (2, 1_025_000))),
];

/// One step in one trouble, in a shop of its own: what is asked how often, what counts as paid, and
/// that a second life fetches what the first has paid for.
async fn row(trouble: Trouble, step: Step) -> Result<()> {
    let what = format!("{:?} {} {trouble:?}", step.kind, step.part);
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(step.kind);
    // Only who waits for an answer that never comes need be impatient.
    let patience = if trouble == Trouble::Hung { "2" } else { "60" };
    let settings = [RICH[0], ("CUTLINE_PROVIDER_TIMEOUT_S", patience)];
    let desk = Desk::with(&vendors, &[step.kind], &settings)?;
    vendor.trouble_at(step.part, trouble, ALWAYS);
    let refused = ordered(step.kind, &desk.providers()).await.map_err(failure);
    let said = refused.err().with_context(|| what.clone())?.to_string();
    let (words, tries) = match trouble {
        Trouble::Down => ("it is out of order (503)", 3),
        Trouble::Truncated => ("its answer broke off", 3),
        Trouble::WrongType => ("not of the kind asked for", 1),
        _ => ("did not answer in time", 3),
    };
    ensure!(said.contains(words) && !said.contains("canary"), "{what}: {said}");
    ensure!(step.counted == 0 || said.contains("outcome unknown"), "{what}: {said}");
    let asked = vendor.asked().iter().filter(|asked| asked.meets(step.part)).count();
    ensure!(asked == tries, "{what}: asked {asked} times");
    ensure!(desk.purse.spent() == step.counted, "{what}: spent {}", desk.purse.spent());
    ensure!(desk.booked().await? == step.counted, "{what}: booked otherwise");
    ensure!(vendor.sold() == step.sold, "{what}: sold {}", vendor.sold());

    vendor.recover();
    let next = desk.next();
    let (bytes, _) = ordered(step.kind, &desk.hand(&next)).await.map_err(failure)?;
    ensure!(bytes > 1_000, "{what}: {bytes} bytes");
    let then = (vendor.sold(), next.spent());
    ensure!(then == step.then, "{what}: {then:?} in the second life");
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_after_the_order_is_not_ordered_again() -> Result<()> {
    let heard = [Trouble::Down, Trouble::Truncated, Trouble::WrongType];
    let rows = STEPS.into_iter().flat_map(|step| heard.map(|trouble| (trouble, step)));
    // Silence is the same everywhere, and takes long.
    let looks = ["/status$", "/operations/", "GET /v3/videos/"];
    let silent = STEPS.into_iter().filter(|step| looks.contains(&step.part));
    let rows = rows.chain(AVATARS).chain(silent.map(|step| (Trouble::Hung, step)));
    let rows = rows.map(|(trouble, step)| row(trouble, step));
    for outcome in futures::future::join_all(rows).await {
        outcome?;
    }
    Ok(())
}

/// How a failed order is told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Blocked,
    Unfit,
    /// It may go better in a minute.
    Later,
    Never,
}

fn told(error: &TakeError) -> Told {
    match error {
        TakeError::Blocked(_) => Told::Blocked,
        TakeError::Unfit(_) => Told::Unfit,
        TakeError::Failed(error) if error.handling == Handling::Retry => Told::Later,
        _ => Told::Never,
    }
}

/// A vendor's own word on how an order ended.
struct Ending {
    kind: Kind,
    word: Value,
    told: Told,
    /// To the operator.
    words: &'static str,
    /// What it cost all the same; where it was charged it is not ordered again.
    cost: u64,
}

fn endings() -> Vec<Ending> {
    let end = |kind, told, words, cost, word| Ending { kind, word, told, words, cost };
    let veo = |told, words, code: u32, message: &str| {
        end(Kind::Veo, told, words, 0, json!({"error": {"code": code, "message": message}}))
    };
    let look = |status: &str| {
        let word = json!({"status": status});
        end(Kind::HeyGen, Told::Unfit, "refuses the request (422)", 1_000_000, word)
    };
    let video = |told, words, code: &str| {
        let word = json!({"status": "failed", "failure_code": code, "video_url": null});
        end(Kind::HeyGen, told, words, 0, word)
    };
    let fal = |words, cost, word| end(Kind::Fal, Told::Never, words, cost, word);
    vec![
        // google.rpc.Code: invalid argument, exhausted, internal, unavailable.
        veo(Told::Never, "refuses the request (400)", 3, "durationSeconds is out of range"),
        veo(Told::Later, "too many calls", 8, "Resource has been exhausted"),
        veo(Told::Later, "out of order (503)", 13, "Internal error encountered"),
        veo(Told::Later, "out of order (503)", 14, "The service is unavailable"),
        veo(Told::Blocked, "refuses the content", 3, "The prompt violates our usage guidelines"),
        look("failed"),
        look("pending_consent"),
        video(Told::Never, "refuses the request (422)", "RENDER_ERROR"),
        video(Told::Blocked, "refuses the content", "MODERATION_FAILED"),
        fal("refuses the content", 6_000, json!({"has_nsfw_concepts": [true]})),
        fal("refuses the content", 0, json!({"refused": "content_policy_violation"})),
        fal("refuses the request (422)", 0, json!({"refused": "image_load_error"})),
    ]
}

/// An order that ends badly by the vendor's own word, heard at once or by whoever takes the job
/// over: told as what it is, off the book where it was not charged, and then made again.
async fn ended(ending: Ending, dies: bool) -> Result<()> {
    let Ending { kind, word, told: wanted, words, cost } = ending;
    let what = format!("{kind:?} {word} {dies}");
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(kind);
    let settings = [RICH[0], ("CUTLINE_PROVIDER_TIMEOUT_S", "60")];
    let desk = Desk::with(&vendors, &[kind], &settings)?;
    let of_video = kind == Kind::HeyGen && wanted != Told::Unfit;
    // Its avatar is paid for.
    let avatar = if of_video { 1_000_000 } else { 0 };
    vendor.orders_pass(usize::from(of_video));
    vendor.next_ends(word);
    if dies {
        let look = match kind {
            Kind::Fal => "/status$",
            Kind::Veo => "/operations/",
            _ if of_video => "GET /v3/videos/",
            _ => "GET /v3/avatars/looks/",
        };
        vendor.trouble_at(look, Trouble::WrongType, 1);
        let unheard = ordered(kind, &desk.providers()).await.map_err(failure);
        let unheard = unheard.err().with_context(|| what.clone())?.to_string();
        ensure!(unheard.contains("outcome unknown"), "{what}: {unheard}");
    }
    let purse = if dies { desk.next() } else { desk.purse.clone() };
    let refused = ordered(kind, &desk.hand(&purse)).await.err().with_context(|| what.clone())?;
    ensure!(told(&refused) == wanted, "{what}: {refused:?}");
    let said = failure(refused).to_string();
    ensure!(said.contains(words) && !said.contains("unknown"), "{what}: {said}");
    ensure!(desk.booked().await? == avatar + cost, "{what}: {} booked", desk.booked().await?);
    let spent = if dies { cost } else { avatar + cost };
    ensure!(purse.spent() == spent, "{what}: spent {}", purse.spent());

    vendor.recover();
    let again = ordered(kind, &desk.hand(&purse)).await;
    if cost > 0 {
        let again = again.err().with_context(|| what.clone())?;
        ensure!(told(&again) == wanted && vendor.sold() == 0, "{what}: {again:?}");
        ensure!(purse.spent() == spent, "{what}: {} the second time", purse.spent());
    } else {
        let (bytes, paid) = again.map_err(failure).with_context(|| what.clone())?;
        ensure!(bytes > 1_000 && vendor.sold() == 1, "{what}: made again");
        ensure!(paid > 0 && purse.spent() == spent + paid, "{what}: {}", purse.spent());
    }
    vendors.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_itself_calls_failed_is_told_as_that_and_struck_from_the_book() -> Result<()>
{
    let rows =
        [false, true].into_iter().flat_map(|dies| endings().into_iter().map(move |e| (e, dies)));
    let rows = rows.map(|(ending, dies)| ended(ending, dies));
    for outcome in futures::future::join_all(rows).await {
        outcome?;
    }
    Ok(())
}
