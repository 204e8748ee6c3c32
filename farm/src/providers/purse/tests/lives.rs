//! What earlier lives of a job have paid or begun: counted once, collected whatever the limits.

use super::*;

/// A book of one job: all of it is the job's past when a life begins.
struct OneJob(LocalBook);

#[async_trait::async_trait]
impl Book for OneJob {
    async fn begin(&self, entry: &Entry<'_>) -> Result<Begun, book::BookError> {
        self.0.begin(entry).await
    }
    async fn done(
        &self,
        entry: &Entry<'_>,
        cost_microusd: u64,
        request_id: Option<&str>,
    ) -> Result<bool, book::BookError> {
        self.0.done(entry, cost_microusd, request_id).await
    }
    async fn forget(&self, entry: &Entry<'_>) -> Result<(), book::BookError> {
        self.0.forget(entry).await
    }
    async fn before(&self) -> Result<u64, book::BookError> {
        self.0.today().await
    }
    async fn today(&self) -> Result<u64, book::BookError> {
        self.0.today().await
    }
}

impl Shop {
    /// A life of the job that may cost so much.
    fn life(&self, job: u64) -> Arc<Purse> {
        let book = LocalBook::new(self.root.join("book"), Arc::new(FixedClock::at(noon())));
        let limits = Limits { job_microusd: [job; 4], day_microusd: job, ..Limits::default() };
        let vault = Vault::open(self.root.join("bought"));
        Purse::new(Arc::new(OneJob(book)), vault, &limits, Plan::Free, Mode::Standard)
    }

    /// A life whose call for `what` ends without a word.
    async fn loses(&self, purse: &Purse, what: &str) {
        let lost = Err(CallError::new("shop", Fault::Silent).unknown());
        assert_eq!(self.buy(purse, what, lost).await.unwrap_err().fault, Fault::Silent);
    }
}

fn delivered(cost_microusd: u64) -> Delivered {
    Delivered { bytes: Bytes::from_static(b"x"), cost_microusd, request_id: None }
}

#[tokio::test]
async fn what_earlier_lives_of_a_job_have_paid_counts_against_its_limit() {
    let shop = Shop::open();
    for what in ["one", "two", "three"] {
        shop.buy(&shop.life(310), what, Ok(70)).await.unwrap();
    }
    let refused = shop.buy(&shop.life(309), "four", Ok(70)).await.unwrap_err();
    assert_eq!((refused.fault, shop.calls()), (Fault::Ceiling, 3), "210 paid, 100 wanted");
    shop.buy(&shop.life(310), "four", Ok(70)).await.unwrap();
}

#[tokio::test]
async fn what_is_paid_for_already_is_collected_although_its_like_would_not_fit() {
    for (lives, paid) in [(1, 70), (2, 70), (1, 0), (2, 0)] {
        let shop = Shop::open();
        let purse = shop.life(150);
        shop.loses(&purse, "x").await;
        let purse = if lives == 2 { shop.life(150) } else { purse };
        let again = shop.buy(&purse, "x", Ok(70)).await.unwrap_err();
        assert_eq!((again.fault, shop.calls()), (Fault::Unsure, 1), "no limit is in the way");
        let input = json!({"prompt": "x"});
        purse.collect(&wanted(&input), async { Ok(delivered(paid)) }).await.unwrap();
        assert_eq!((purse.spent(), purse.cost_of("imagery")), (paid, paid), "no estimate");
        let next = shop.buy(&purse, "y", Ok(0)).await.map(drop).map_err(|error| error.fault);
        assert_eq!(next, if paid == 0 { Ok(()) } else { Err(Fault::Ceiling) }, "{paid} + 100");
    }
}

#[tokio::test]
async fn a_call_that_is_known_by_now_to_have_failed_costs_nothing_and_may_be_made_again() {
    for lives in [1, 2] {
        let shop = Shop::open();
        let purse = shop.life(150);
        shop.loses(&purse, "x").await;
        let purse = if lives == 2 { shop.life(150) } else { purse };
        let input = json!({"prompt": "x"});
        let unheard = async { Err(CallError::new("shop", Fault::Down(503)).unknown()) };
        purse.collect(&wanted(&input), unheard).await.unwrap_err();
        assert_eq!(shop.buy(&purse, "x", Ok(70)).await.unwrap_err().fault, Fault::Unsure);
        let blocked = async { Err(CallError::new("shop", Fault::Moderated)) };
        let refused = purse.collect(&wanted(&input), blocked).await.unwrap_err();
        assert_eq!((refused.fault, purse.spent()), (Fault::Moderated, 0));
        shop.buy(&purse, "x", Ok(70)).await.unwrap();
        assert_eq!((purse.spent(), purse.cost_of("imagery"), shop.calls()), (70, 70, 2));
    }
}

#[tokio::test]
async fn an_answer_whose_cost_could_not_be_written_down_counts_once() {
    let shop = Shop::open();
    shop.loses(&shop.life(300), "x").await;
    // The answer came; the worker died before the book heard of it.
    let name = name_of(&wanted(&json!({"prompt": "x"})));
    let kept = Kept { bytes: Bytes::from_static(b"x"), cost_microusd: 70, own: true };
    let vault = Vault::open(shop.root.join("machine")).of_job(shop.root.clone(), Arc::new(Nobody));
    vault.put(&name, kept).await.unwrap();
    let purse = Purse { vault, ..Arc::into_inner(shop.life(270)).unwrap() };
    assert_eq!(shop.buy(&purse, "x", Ok(70)).await.unwrap().cost_microusd, 70);
    assert_eq!((purse.spent(), shop.calls()), (70, 1));
    shop.buy(&purse, "y", Ok(100)).await.unwrap();
    shop.buy(&purse, "z", Ok(100)).await.unwrap();
    assert_eq!(purse.spent(), 270, "70 and not 170 were paid before");
}

#[tokio::test]
async fn of_two_that_do_not_both_fit_one_is_bought() {
    let shop = Shop::open();
    let purse = shop.life(150);
    let both = tokio::join!(shop.buy(&purse, "x", Ok(70)), shop.buy(&purse, "y", Ok(70)));
    assert!(both.0.is_ok() != both.1.is_ok() && shop.calls() == 1, "{both:?}");
}

/// Copies nothing.
struct Nobody;

#[async_trait::async_trait]
impl crate::runner::checkpoints::Mirror for Nobody {
    fn kept(&self, _file: &str, _blobs: Vec<crate::blob::Blob>) {}
    async fn settled(&self) {}
}
