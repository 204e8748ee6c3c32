//! What a vendor itself says of how an order ended.

use anyhow::{Context, Result, ensure};
use cutline_farm::{context::Handling, providers::TakeError};
use cutline_tests::vendors::{Kind, Trouble, Vendors};
use serde_json::{Value, json};

use super::{
    Desk,
    later::{FAL_RESULT, ordered},
    matrix::ALWAYS,
    talkers::{RICH, failure},
};

/// How a failed order is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told {
    Blocked,
    Unfit,
    /// It may go better in a minute.
    Later,
    Never,
}

pub(super) fn told(error: &TakeError) -> Told {
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
        // Server errors are never charged (fal.ai/docs, FAQ).
        fal("out of order (503), code runner_disconnected", 0, failed(503, "runner_disconnected")),
        fal("out of order (504), code request_timeout", 0, failed(504, "request_timeout")),
    ]
}

/// fal's word on a request that failed without its model.
fn failed(status: u16, error_type: &str) -> Value {
    json!({"failed": status, "error_type": error_type})
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

/// fal says that a request has failed, and not yet of what: nobody knows whether that was charged.
#[tokio::test]
async fn a_picture_that_failed_for_an_unheard_reason_is_struck_when_the_reason_is_heard()
-> Result<()> {
    let vendors = Vendors::start().await?;
    let fal = vendors.of(Kind::Fal);
    let desk = Desk::with(&vendors, &[Kind::Fal], &RICH)?;
    fal.next_ends(failed(500, "runner_server_error"));
    fal.trouble_at(FAL_RESULT, Trouble::Hung, ALWAYS);
    let unheard = ordered(Kind::Fal, &desk.providers()).await.map_err(failure);
    let said = unheard.err().context("refused")?.to_string();
    ensure!(said.contains("did not answer in time") && said.contains("outcome unknown"), "{said}");
    ensure!(desk.booked().await? == 6_000, "it may be charged");
    fal.recover();
    let heard = ordered(Kind::Fal, &desk.again()).await.map_err(failure);
    let said = heard.err().context("refused")?.to_string();
    ensure!(said.contains("out of order (500)") && !said.contains("unknown"), "{said}");
    ensure!(desk.booked().await? == 0 && fal.sold() == 0, "it was not charged");
    vendors.finish()
}

/// A result is kept for an hour, and less where it is large (fal.ai/docs, queue result).
#[tokio::test]
async fn a_picture_that_fal_has_made_and_forgotten_stays_paid_and_is_not_ordered_again()
-> Result<()> {
    let vendors = Vendors::start().await?;
    let fal = vendors.of(Kind::Fal);
    let desk = Desk::with(&vendors, &[Kind::Fal], &RICH)?;
    for (trouble, words) in
        [(Trouble::Down, "it is out of order (503)"), (Trouble::Gone, "it has no such thing")]
    {
        fal.trouble_at(FAL_RESULT, trouble, ALWAYS);
        let missed = ordered(Kind::Fal, &desk.again()).await.map_err(failure);
        let said = missed.err().context("refused")?.to_string();
        ensure!(said.contains(words) && !said.contains("unknown"), "{said}");
        ensure!(desk.booked().await? == 6_000 && fal.sold() == 1, "bought once: {}", fal.sold());
    }
    vendors.finish()
}
