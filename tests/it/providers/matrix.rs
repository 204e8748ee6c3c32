//! One row a trouble, one test a vendor. The columns: did it work in the end, how many calls it
//! took, what the operator reads, and whether money counts as spent.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use cutline_tests::vendors::{Kind, Trouble, Vendors};

use super::{
    Desk,
    deeds::{Deed, done},
    talkers,
};

/// More often than anybody tries.
pub(super) const ALWAYS: usize = 99;

/// How a row ends.
#[derive(Debug)]
enum Ends {
    Well,
    /// With these words for the operator.
    Badly(&'static str),
}

struct Row {
    trouble: Trouble,
    times: usize,
    ends: Ends,
    /// Calls beyond those of a healthy vendor, or in all where it ends badly.
    calls: usize,
    /// Counts as paid although nothing came.
    lost: bool,
}

fn row(trouble: Trouble, times: usize, ends: Ends, calls: usize) -> Row {
    Row { trouble, times, ends, calls, lost: false }
}

fn rows(kind: Kind, deed: Deed, paid: bool) -> Vec<Row> {
    use Ends::{Badly, Well};
    let tries = if kind == Kind::Wikipedia { 2 } else { 3 };
    let money = match kind {
        Kind::Unsplash => row(Trouble::Money, ALWAYS, Badly("too many calls"), tries),
        _ => row(Trouble::Money, ALWAYS, Badly("no credit or quota left"), 1),
    };
    let refused = match kind {
        Kind::Unsplash | Kind::Pexels | Kind::Wikipedia => "it refuses the request (451)",
        _ => "it refuses the content",
    };
    let key = "the key is refused";
    let foreign = "not of the kind asked for";
    let mut rows = vec![
        row(Trouble::Key, ALWAYS, Badly(key), 1),
        money,
        row(Trouble::Busy(Some(1)), 1, Well, 1),
        row(Trouble::Busy(None), 1, Well, 1),
        row(Trouble::Busy(None), ALWAYS, Badly("too many calls"), tries),
        row(Trouble::Busy(Some(900)), ALWAYS, Badly("asked to wait 900 s"), 1),
        row(Trouble::Down, 1, Well, 1),
        row(Trouble::Down, ALWAYS, Badly("it is out of order (503)"), tries),
        // Somebody between us and the vendor gave up waiting: the vendor may not have.
        Row {
            lost: paid,
            ..row(Trouble::Gateway, ALWAYS, Badly("(504)"), if paid { 1 } else { tries })
        },
        row(Trouble::Slow(Duration::from_millis(300)), 1, Well, 0),
        row(Trouble::Moderated, ALWAYS, Badly(refused), 1),
        // A model that is no longer offered, for one.
        row(Trouble::Gone, ALWAYS, Badly("it has no such thing"), 1),
        Row { lost: paid, ..row(Trouble::WrongType, 1, Badly(foreign), 1) },
    ];
    // What may have been paid for is not asked for twice; what is free is.
    rows.extend(match paid {
        true => [
            Row { lost: true, ..row(Trouble::Truncated, 1, Badly("its answer broke off"), 1) },
            Row { lost: true, ..row(Trouble::Hung, 1, Badly("did not answer in time"), 1) },
            Row { lost: true, ..row(Trouble::HeadOnly, 1, Badly("did not answer in time"), 1) },
        ],
        false => [
            row(Trouble::Truncated, 1, Well, 1),
            row(Trouble::Hung, 1, Well, 1),
            row(Trouble::HeadOnly, 1, Well, 1),
        ],
    });
    // What streams can end too early or fall silent in the middle.
    if deed == Deed::Script {
        rows.extend([
            Row { lost: true, ..row(Trouble::Unfinished, 1, Badly("its answer broke off"), 1) },
            Row { lost: true, ..row(Trouble::Stalled, 1, Badly("did not answer in time"), 1) },
        ]);
    }
    rows
}

/// Every row for one vendor and deed. `price`: what the deed costs, in millionths of a dollar.
/// `healthy`: calls of a healthy vendor.
async fn matrix(
    kind: Kind,
    deed: Deed,
    price: Option<u64>,
    healthy: usize,
    settings: &[(&str, &str)],
) -> Result<()> {
    let (paid, cost) = (price.is_some(), price.unwrap_or_default());
    // What an answer that never comes counts as: the same in every trouble.
    let mut estimate = None;
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(kind);
    let desk = Desk::with(&vendors, &[kind], settings)?;
    done(deed, &desk.providers()).await?;
    ensure!(vendor.asked().len() == healthy, "{} calls when well", vendor.asked().len());
    ensure!(desk.purse.spent() == cost, "{} spent when well", desk.purse.spent());
    ensure!((vendor.sold() == 1) == paid, "sold when well");
    if paid {
        done(deed, &desk.providers()).await?;
        ensure!(vendor.asked().len() == healthy, "the same is not bought twice");
    }
    for row in rows(kind, deed, paid) {
        vendor.recover();
        let what = format!("{kind:?} {deed:?} {:?} ×{}", row.trouble, row.times);
        let desk = Desk::with(&vendors, &[kind], settings)?;
        vendor.trouble(row.trouble, row.times);
        let begun = Instant::now();
        let outcome = done(deed, &desk.providers()).await;
        let calls = vendor.asked().len();
        match (&row.ends, &outcome) {
            (Ends::Well, Ok(())) => {
                ensure!(calls == healthy + row.calls, "{what}: {calls} calls");
                ensure!(desk.purse.spent() == cost, "{what}: spent {}", desk.purse.spent());
            }
            (Ends::Badly(words), Err(error)) => {
                let said = error.to_string();
                ensure!(said.contains(words), "{what}: {said}");
                ensure!(!said.contains("canary") && !said.contains("octopus"), "{what}: {said}");
                ensure!(calls == row.calls, "{what}: {calls} calls");
                let spent = desk.purse.spent();
                let counted = if row.lost { *estimate.get_or_insert(spent.max(1)) } else { 0 };
                ensure!(spent == counted, "{what}: spent {spent} and not {counted}");
                ensure!(!row.lost || counted >= cost, "{what}: {counted} is less than {cost}");
                ensure!(said.contains("outcome unknown") == row.lost || !paid, "{what}: {said}");
            }
            (wanted, got) => bail!("{what}: {got:?} instead of {wanted:?}"),
        }
        if row.trouble == Trouble::Busy(Some(1)) {
            ensure!(begun.elapsed() >= Duration::from_secs(1), "{what}: came back too early");
        }
        if row.lost {
            vendor.recover();
            let again = done(deed, &desk.providers()).await.err().map(|error| error.to_string());
            let again = again.unwrap_or_default();
            ensure!(again.contains("it is not repeated"), "{what}: {again}");
            ensure!(vendor.asked().is_empty(), "{what}: a second payment");
        }
        if matches!(row.trouble, Trouble::Key) {
            let again = done(deed, &desk.providers()).await.err().map(|error| error.to_string());
            ensure!(again.unwrap_or_default().contains("left alone"), "{what}: asked again");
            ensure!(vendor.asked().len() == calls, "{what}: asked again");
        }
    }
    vendors.finish()
}

#[tokio::test]
async fn openrouter_writes_or_says_why_not() -> Result<()> {
    matrix(Kind::OpenRouter, Deed::Script, Some(2_100), 1, &[]).await
}

#[tokio::test]
async fn openai_writes_or_says_why_not() -> Result<()> {
    matrix(Kind::OpenAi, Deed::Script, Some(900 * 3 / 4 + 400 * 9 / 2), 1, &[]).await
}

#[tokio::test]
async fn openai_speaks_or_says_why_not() -> Result<()> {
    matrix(Kind::OpenAi, Deed::Speech, Some(487), 1, &[]).await
}

#[tokio::test]
async fn openai_draws_or_says_why_not() -> Result<()> {
    matrix(Kind::OpenAi, Deed::Picture, Some(9 * 5 + 158 * 30), 1, &[]).await
}

#[tokio::test]
async fn openai_judges_or_says_why_not() -> Result<()> {
    matrix(Kind::OpenAi, Deed::Judgement, None, 1, &[]).await
}

#[tokio::test]
async fn elevenlabs_speaks_or_says_why_not() -> Result<()> {
    matrix(Kind::ElevenLabs, Deed::Speech, Some(2_800), 1, &[]).await
}

#[tokio::test]
async fn fal_draws_or_says_why_not() -> Result<()> {
    // Submitted, looked at three times, result, file.
    matrix(Kind::Fal, Deed::Picture, Some(6_000), 6, &[]).await
}

#[tokio::test]
async fn veo_films_or_says_why_not() -> Result<()> {
    // Begun, looked at twice, the file, and where it really lies.
    matrix(Kind::Veo, Deed::Film, Some(600_000), 5, &talkers::RICH).await
}

#[tokio::test]
async fn unsplash_finds_or_says_why_not() -> Result<()> {
    matrix(Kind::Unsplash, Deed::Search, None, 1, &[]).await
}

#[tokio::test]
async fn pexels_finds_or_says_why_not() -> Result<()> {
    matrix(Kind::Pexels, Deed::Search, None, 1, &[]).await
}

#[tokio::test]
async fn pexels_films_or_says_why_not() -> Result<()> {
    matrix(Kind::Pexels, Deed::Clips, None, 1, &[]).await
}

#[tokio::test]
async fn wikipedia_knows_or_says_why_not() -> Result<()> {
    matrix(Kind::Wikipedia, Deed::Facts, None, 1, &[]).await
}
