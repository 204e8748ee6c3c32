//! What a failing vendor costs the person: credits are set aside when a talking film is asked for,
//! taken when it is delivered, given back when it is not. By real workers, databases and brokers.

mod fallbacks;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use cutline_core::job::{JobId, Mode};
use cutline_tests::{
    World,
    tasks::within,
    vendors::{Asked, Kind, TICKET, Trouble, Vendors},
};
use futures::{StreamExt, future::LocalBoxFuture, stream};

use super::{
    farm::{VIDEO_MAX, asked, dump, heard_until, patient, text_below},
    matrix::ALWAYS,
    people::{Person, book, verdict},
};

/// What the person has beyond the price: nobody touches it.
const SPARE: i64 = 2;
/// Nobody is slow here but this machine: a call that it answers late would count as lost.
const PATIENCE: Duration = Duration::from_secs(20);
/// Only who waits for an answer that never comes need be impatient.
const IMPATIENCE: Duration = Duration::from_secs(2);
/// A vendor that fails so often in a row is left alone …
const FAILURES_MAX: usize = 5;
/// … and tried once more after this long.
const PROBED_EVERY_S: u64 = 15;

/// A character that talks, for credits.
struct Talker {
    kind: Kind,
    mode: Mode,
    credits: i64,
    sentence: &'static str,
    /// What is bought, and what that costs in millionths of a dollar, before the film is ordered.
    before: (usize, i64),
    /// Calls that order a film.
    order: &'static str,
}

const PHOTOGRAPH: Talker = Talker {
    kind: Kind::HeyGen,
    mode: Mode::Studio,
    credits: 5,
    sentence: "My talking photo explains why mornings are hard in 15 seconds",
    // The avatar.
    before: (1, 1_000_000),
    order: "POST /v3/videos$",
};

const FILM: Talker = Talker {
    kind: Kind::Veo,
    mode: Mode::Cinematic,
    credits: 20,
    sentence: "A cinematic talking coffee mug explains why mornings are hard in 15 seconds",
    before: (0, 0),
    order: ":predictLongRunning$",
};

/// A vendor that fails in one way, always, and what comes of it.
struct Row {
    trouble: Trouble,
    /// Which calls are troubled.
    part: &'static str,
    /// What the job ends with.
    code: &'static str,
    /// Tries of the whole job.
    attempts: i64,
    /// Troubled calls, of all tries together.
    calls: usize,
    /// Films that the vendor has made all the same.
    made: usize,
    /// Whether the film may be charged: then the book counts it, and the person still does not pay.
    lost: bool,
}

/// A trouble that is met once, at which calls, and how many of these a film takes without it.
type Moment = (Trouble, &'static str, usize);

/// What nobody waits for: asked once, and told at once.
const fn refused(trouble: Trouble, part: &'static str, code: &'static str) -> Row {
    Row { trouble, part, code, attempts: 1, calls: 1, made: 0, lost: false }
}

/// What may pass: the whole job is tried three times, each stage of it three times.
const fn awaited(trouble: Trouble, part: &'static str, calls: usize) -> Row {
    Row { attempts: 3, calls, ..refused(trouble, part, "PROVIDER") }
}

/// What may be charged although it never came.
const fn lost(made: usize, row: Row) -> Row {
    Row { made, lost: true, ..row }
}

/// What the person is told, in part.
fn words(code: &str) -> &'static str {
    match code {
        "PROVIDER" => "a fault on our side. Nothing was charged: what it had reserved is back",
        "PHOTO_BLOCKED" => "Send another photograph, or say it differently. Nothing was charged",
        "FILM_BLOCKED" => "Ask again without violence",
        _ => "could not be made this time. Nothing was charged",
    }
}

/// Asks for a film, and starts a worker when its price is set aside.
async fn begun(
    talker: &Talker,
    vendors: &Vendors,
    patience: Duration,
) -> Result<(World, Person, JobId)> {
    let mut world = World::builder().lease(Duration::from_secs(3)).start().await?;
    let ada = Person::new(&world, "ada", talker.credits + SPARE).await?;
    ensure!(ada.credits().await? == (talker.credits + SPARE, 0), "before");
    let photos = match talker.mode {
        Mode::Studio => vec![ada.photo(&world).await?],
        _ => vec![],
    };
    let job = asked(&world, ada.name, talker.sentence, talker.mode, photos).await?;
    ensure!(ada.credits().await? == (SPARE, talker.credits), "the price is set aside");
    patient(&mut world, "one", (vendors, &[talker.kind]), "", patience).await?;
    Ok((world, ada, job))
}

/// How the job ends. Until then, whatever is tried again, its price stays set aside.
async fn ended(world: &World, job: JobId, credits: i64) -> Result<String> {
    let owner = world.database().owner().await?;
    let mut beat = tokio::time::interval(Duration::from_millis(100));
    within(VIDEO_MAX, "the job ends", async || {
        beat.tick().await;
        // One statement sees one moment.
        let sql = "SELECT j.state, j.finished_at IS NOT NULL, h.state, b.wallet, b.held \
                   FROM cutline.jobs j JOIN cutline.holds h ON h.job_id = j.id \
                   JOIN cutline.balances b ON b.account_id = j.account_id WHERE j.id = $1";
        let row = owner.query_one(sql, &[&job.0]).await?;
        let (state, hold): (String, String) = (row.get(0), row.get(2));
        let balance: (i64, i64) = (row.get(3), row.get(4));
        if row.get(1) {
            return Ok(Some(state));
        }
        ensure!(hold == "held" && balance == (SPARE, credits), "{state}: {hold}, {balance:?}");
        Ok(None)
    })
    .await
}

/// Nothing of the vendor's is anywhere: not its key, not the addresses of its files.
async fn nothing_leaked(world: &World, kind: Kind, heard: &str) -> Result<()> {
    let everywhere = [heard, &dump(world).await?, &text_below(&world.folder("logs"))?].concat();
    for secret in [TICKET.to_owned(), kind.key()] {
        ensure!(!everywhere.contains(&secret), "{secret} is somewhere");
    }
    Ok(())
}

fn count(asked: &[Asked], part: &str) -> usize {
    asked.iter().filter(|asked| asked.meets(part)).count()
}

/// One row: what was tried again, what the person is told, what they paid, what the book counts.
async fn row(talker: &Talker, row: Row) -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(talker.kind);
    vendor.trouble_at(row.part, row.trouble, ALWAYS);
    let silent = matches!(row.trouble, Trouble::Hung | Trouble::HeadOnly);
    let patience = if silent { IMPATIENCE } else { PATIENCE };
    let clock = Instant::now();
    let (world, ada, job) = begun(talker, &vendors, patience).await?;
    let (state, heard) = heard_until(&world, ended(&world, job, talker.credits)).await?;
    ensure!(state == "failed" && ada.credits().await? == (talker.credits + SPARE, 0), "{state}");
    let (hold, code, told, attempts, cost) = verdict(&world, job).await?;
    ensure!((hold.as_str(), code.as_str()) == ("released", row.code), "{hold} {code}");
    ensure!(told.contains(words(row.code)), "{told}");
    let name = talker.kind.setting().to_lowercase();
    let named = |text: &str| text.to_lowercase().contains(&name);
    ensure!(!named(&told) && !named(&heard), "{told}, {heard}");
    ensure!(!told.contains(|c: char| c.is_ascii_digit()), "the vendor's number: {told}");
    ensure!(attempts == row.attempts, "{attempts} attempts");

    let calls = count(&vendor.asked(), row.part);
    // On a slow machine it takes long enough for a probe.
    let left_alone = row.calls == FAILURES_MAX;
    let probes = if left_alone { clock.elapsed().as_secs() / PROBED_EVERY_S } else { 0 };
    let calls_max = row.calls + usize::try_from(probes)?;
    ensure!((row.calls..=calls_max).contains(&calls), "{calls} calls");
    ensure!(vendor.sold() == talker.before.0 + row.made, "sold {}", vendor.sold());
    let [done, open] = book(&world, job).await?;
    ensure!(done == talker.before, "{done:?} in the book");
    ensure!(open.0 == usize::from(row.lost) && (open.1 > 0) == row.lost, "{open:?} in doubt");
    ensure!(cost == done.1 + open.1, "the job cost {cost}: {done:?} {open:?}");
    nothing_leaked(&world, talker.kind, &heard).await?;
    world.finish().await?;
    vendors.finish()
}

/// A vendor that has a bad moment at every step: the film is delivered, and paid for once.
async fn delivered(talker: &Talker, troubles: &[Moment]) -> Result<()> {
    let vendors = Vendors::start().await?;
    let vendor = vendors.of(talker.kind);
    for (trouble, part, _) in troubles {
        vendor.then_at(part, *trouble, 1);
    }
    let (world, ada, job) = begun(talker, &vendors, PATIENCE).await?;
    let (state, heard) = heard_until(&world, ended(&world, job, talker.credits)).await?;
    ensure!(state == "done" && ada.credits().await? == (SPARE, 0), "{state}");
    let (hold, code, told, attempts, cost) = verdict(&world, job).await?;
    ensure!((&*hold, &*code, &*told) == ("captured", "", ""), "{hold} {code} {told}");
    ensure!(attempts == 1, "{attempts} attempts");
    let films = vendor.sold() - talker.before.0;
    for (_, part, healthy) in troubles {
        let calls = count(&vendor.asked(), part);
        let here = troubles.iter().filter(|(_, other, _)| other == part);
        let again = here.filter(|(trouble, ..)| !matches!(trouble, Trouble::Slow(_))).count();
        ensure!(calls == healthy * films + again, "{part}: {calls} calls for {films} films");
    }
    let [done, open] = book(&world, job).await?;
    ensure!(done.0 == talker.before.0 + films && open == (0, 0), "{done:?} {open:?}");
    ensure!(cost == done.1 && cost > talker.before.1, "{cost} of {done:?}");
    nothing_leaked(&world, talker.kind, &heard).await?;
    world.finish().await?;
    vendors.finish()
}

/// Rows side by side: nearly all of it is waiting.
async fn side_by_side(
    talker: &'static Talker,
    well: &'static [Moment],
    rows: Vec<Row>,
) -> Result<()> {
    let first: LocalBoxFuture<Result<()>> =
        Box::pin(async { delivered(talker, well).await.context("a bad moment at every step") });
    let rows = rows.into_iter().map(|one| -> LocalBoxFuture<Result<()>> {
        let what = format!("{:?} at {}", one.trouble, one.part);
        Box::pin(async { row(talker, one).await.context(what) })
    });
    let all = stream::iter(std::iter::once(first).chain(rows)).buffer_unordered(4);
    // Whatever else is wrong is told as well.
    let wrong = all.filter_map(async |row| row.err().map(|error| format!("{error:#}")));
    let wrong = wrong.collect::<Vec<String>>().await;
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_that_does_not_talk_costs_its_person_nothing() -> Result<()> {
    const WELL: [Moment; 5] = [
        (Trouble::Slow(Duration::from_millis(300)), "POST /v3/avatars$", 1),
        (Trouble::Busy(Some(1)), PHOTOGRAPH.order, 1),
        (Trouble::Down, "GET /v3/videos/", 3),
        (Trouble::Truncated, "GET /files/", 1),
        (Trouble::Gateway, "GET /v3/avatars/looks/", 2),
    ];
    let (order, none) = (PHOTOGRAPH.order, "TALKER_UNAVAILABLE");
    let rows = vec![
        // The longest first.
        lost(1, awaited(Trouble::HeadOnly, "GET /files/", 27)),
        // Asked again under its key.
        lost(0, awaited(Trouble::Hung, order, 27)),
        lost(0, awaited(Trouble::Gateway, order, 27)),
        lost(1, awaited(Trouble::Truncated, order, 27)),
        awaited(Trouble::Down, order, 27),
        awaited(Trouble::Busy(None), order, 27),
        awaited(Trouble::Busy(Some(900)), order, 1),
        refused(Trouble::Key, order, none),
        refused(Trouble::Money, order, none),
        lost(0, refused(Trouble::WrongType, order, none)),
        refused(Trouble::Moderated, order, "PHOTO_BLOCKED"),
    ];
    side_by_side(&PHOTOGRAPH, &WELL, rows).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_is_not_made_costs_its_person_nothing() -> Result<()> {
    const WELL: [Moment; 4] = [
        (Trouble::Slow(Duration::from_millis(300)), FILM.order, 1),
        (Trouble::Busy(Some(1)), FILM.order, 1),
        (Trouble::Down, "/operations/", 2),
        (Trouble::Truncated, "GET /download/", 1),
    ];
    let (order, none) = (FILM.order, "TALKER_UNAVAILABLE");
    let rows = vec![
        lost(1, awaited(Trouble::HeadOnly, "GET /download/", 27)),
        awaited(Trouble::Busy(None), order, 27),
        awaited(Trouble::Down, order, FAILURES_MAX),
        awaited(Trouble::Busy(Some(900)), order, 1),
        // What may have been heard is not ordered again.
        lost(0, refused(Trouble::Gateway, order, none)),
        lost(0, refused(Trouble::Hung, order, none)),
        lost(1, refused(Trouble::Truncated, order, none)),
        lost(0, refused(Trouble::WrongType, order, none)),
        refused(Trouble::Key, order, none),
        refused(Trouble::Money, order, none),
        refused(Trouble::Moderated, order, "FILM_BLOCKED"),
    ];
    side_by_side(&FILM, &WELL, rows).await
}
