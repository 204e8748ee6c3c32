//! Nothing is bought twice, nothing beyond the limits, nothing without the book.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::DateTime;
use cutline_core::clock::FixedClock;
use serde_json::json;

use super::{local::LocalBook, *};

mod lives;

fn noon() -> DateTime<chrono::Utc> {
    DateTime::parse_from_rfc3339("2026-11-22T12:00:00Z").unwrap().to_utc()
}

/// Something of the shop's, for a hundred at most.
fn wanted(input: &Value) -> Wanted<'_> {
    let (vendor, stage, item) = ("shop", "imagery", "1");
    Wanted { vendor, stage, item, input, estimate_microusd: 100 }
}

struct Shop {
    _folder: tempfile::TempDir,
    root: std::path::PathBuf,
    calls: AtomicUsize,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        Self { _folder: folder, root, calls: AtomicUsize::new(0) }
    }

    fn purse(&self, job: u64, day: u64) -> Arc<Purse> {
        let book = LocalBook::new(self.root.join("book"), Arc::new(FixedClock::at(noon())));
        let limits = Limits { job_microusd: [job; 4], day_microusd: day, ..Limits::default() };
        let vault = Vault::open(self.root.join("bought"));
        Purse::new(Arc::new(book), vault, &limits, Plan::Free, Mode::Standard)
    }

    async fn buy(
        &self,
        purse: &Purse,
        what: &str,
        outcome: Result<u64, CallError>,
    ) -> Result<Bought, CallError> {
        let input = json!({"prompt": what});
        let wanted = wanted(&input);
        let bytes = Bytes::from(what.to_owned());
        let call = |_| async {
            self.calls.fetch_add(1, Ordering::SeqCst);
            outcome.map(|cost_microusd| Delivered { bytes, cost_microusd, request_id: None })
        };
        purse.buy(&wanted, call).await
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn the_same_is_bought_once_even_by_another_job() {
    let shop = Shop::open();
    let first = shop.buy(&shop.purse(1_000, 1_000), "a fox", Ok(70)).await.unwrap();
    let purse = shop.purse(1_000, 1_000);
    let again = shop.buy(&purse, "a fox", Ok(70)).await.unwrap();
    assert_eq!((first.cost_microusd, again.cost_microusd, shop.calls()), (70, 0, 1));
    assert_eq!(again.bytes, first.bytes);
    assert_eq!((purse.spent(), purse.cost_of("imagery")), (0, 0));
}

#[tokio::test]
async fn two_who_want_the_same_at_once_pay_once() {
    let shop = Shop::open();
    let purse = shop.purse(1_000, 1_000);
    let both = tokio::join!(shop.buy(&purse, "x", Ok(70)), shop.buy(&purse, "x", Ok(70)));
    assert_eq!((both.0.is_ok(), both.1.is_ok(), shop.calls()), (true, true, 1));
}

#[tokio::test]
async fn a_job_stops_at_its_limit_and_everything_at_the_days() {
    let shop = Shop::open();
    let purse = shop.purse(180, 10_000);
    shop.buy(&purse, "one", Ok(90)).await.unwrap();
    let refused = shop.buy(&purse, "two", Ok(90)).await.unwrap_err();
    assert_eq!((refused.fault, shop.calls()), (Fault::Ceiling, 1));
    let other = shop.purse(180, 189);
    let refused = shop.buy(&other, "three", Ok(90)).await.unwrap_err();
    assert_eq!((refused.fault, shop.calls()), (Fault::Ceiling, 1), "90 spent today, 100 wanted");
    shop.buy(&shop.purse(180, 190), "three", Ok(90)).await.unwrap();
}

#[tokio::test]
async fn a_refused_call_costs_nothing_and_may_be_made_again() {
    let shop = Shop::open();
    let purse = shop.purse(1_000, 1_000);
    let refused = Err(CallError::new("shop", Fault::Down(503)));
    assert_eq!(shop.buy(&purse, "x", refused).await.unwrap_err().fault, Fault::Down(503));
    assert_eq!(purse.spent(), 0);
    shop.buy(&purse, "x", Ok(70)).await.unwrap();
    assert_eq!((purse.spent(), shop.calls()), (70, 2));
}

#[tokio::test]
async fn a_call_of_unknown_outcome_counts_as_paid_and_is_never_repeated() {
    let shop = Shop::open();
    let purse = shop.purse(1_000, 1_000);
    let lost = Err(CallError::new("shop", Fault::Silent).unknown());
    assert_eq!(shop.buy(&purse, "x", lost).await.unwrap_err().fault, Fault::Silent);
    assert_eq!(purse.spent(), 100, "its estimate");
    for purse in [purse, shop.purse(1_000, 1_000)] {
        let again = shop.buy(&purse, "x", Ok(70)).await.unwrap_err();
        assert_eq!((again.fault, shop.calls()), (Fault::Unsure, 1));
    }
    let refused = shop.buy(&shop.purse(1_000, 199), "y", Ok(70)).await.unwrap_err();
    assert_eq!(refused.fault, Fault::Ceiling, "it counts in the day's sum as well");
    shop.buy(&shop.purse(1_000, 200), "y", Ok(70)).await.unwrap();
}

#[tokio::test]
async fn a_call_given_up_midway_counts_as_paid_and_is_never_repeated() {
    let shop = Shop::open();
    let purse = shop.purse(1_000, 1_000);
    let input = json!({"prompt": "x"});
    let wanted = wanted(&input);
    let (begun, mut waiting) = tokio::sync::oneshot::channel();
    {
        let call = |_| async {
            begun.send(()).unwrap();
            std::future::pending::<Result<Delivered, CallError>>().await
        };
        let buying = purse.buy(&wanted, call);
        tokio::pin!(buying);
        tokio::select! {
            _ = &mut buying => unreachable!("nobody answers"),
            heard = &mut waiting => heard.unwrap(),
        }
    }
    assert_eq!((purse.spent(), purse.cost_of("imagery")), (100, 100), "its estimate");
    let again = shop.buy(&purse, "x", Ok(70)).await.unwrap_err();
    assert_eq!((again.fault, shop.calls()), (Fault::Unsure, 0));
}

#[tokio::test]
async fn what_is_damaged_on_disk_is_not_believed_and_not_paid_for_again() {
    let shop = Shop::open();
    let bought = shop.buy(&shop.purse(1_000, 1_000), "x", Ok(70)).await.unwrap();
    let name = hex::encode(bought.sha256);
    let path = shop.root.join("bought").join(&name[..2]).join(&name);
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let again = shop.buy(&shop.purse(1_000, 1_000), "x", Ok(70)).await.unwrap_err();
    assert_eq!((again.fault, shop.calls()), (Fault::Lost, 1));
}

#[tokio::test]
async fn without_a_book_nothing_is_bought() {
    let shop = Shop::open();
    std::fs::write(shop.root.join("book"), "a file where a folder should be").unwrap();
    let refused = shop.buy(&shop.purse(1_000, 1_000), "x", Ok(70)).await.unwrap_err();
    assert_eq!((refused.fault, shop.calls()), (Fault::Book, 0));
}

#[tokio::test]
async fn notes_are_found_again() {
    let shop = Shop::open();
    let purse = shop.purse(1, 1);
    assert_eq!(purse.noted(&[7; 32]).await, None);
    purse.note(&[7; 32], "req-1").await;
    assert_eq!(shop.purse(1, 1).noted(&[7; 32]).await.as_deref(), Some("req-1"));
}
