//! Payments through the real gateway and database: credits come once, and go back with the money,
//! whatever the order in which Stripe tells of it.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use cutline_bots::{
    gateway::{Gateway, GatewayConfig},
    tasks::Group,
};
use cutline_core::{
    actor::Actor,
    clock::Clock,
    job::AccountId,
    objects::{Objects, ObjectsConfig, Secret},
    store::Store,
};
use cutline_tests::web;
use hmac::{Hmac, Mac};
use proptest::{
    prelude::{Just, Strategy},
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::counter::{Counter, somebody};

/// The signing secret of the webhook in tests.
pub(crate) const SECRET: &str = "whsec_of_the_tests";
/// What twenty credits cost here, in cents.
const PRICE: i64 = 999;

/// The header that Stripe would send with a body at a moment.
pub(crate) fn signed(secret: &str, body: &[u8], at: DateTime<Utc>) -> String {
    let time = at.timestamp();
    // A key may have any length.
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).map(|mac| {
        let mac = mac.chain_update(time.to_string()).chain_update(b".").chain_update(body);
        hex::encode(mac.finalize().into_bytes())
    });
    format!("t={time},v1={}", mac.unwrap_or_default())
}

fn event(kind: &str, object: Value) -> Vec<u8> {
    let event = json!({"id": format!("evt_{}", Uuid::now_v7().simple()), "object": "event",
        "api_version": "2025-09-30.clover", "livemode": true, "type": kind,
        "data": {"object": object}});
    event.to_string().into_bytes()
}

/// A session of a Payment Link that was paid; its payment is named after it.
pub(crate) fn session(id: &str, account: Uuid, credits: i64) -> Vec<u8> {
    let object = json!({"id": id, "object": "checkout.session", "mode": "payment",
        "status": "complete", "payment_status": "paid", "payment_intent": format!("pi_{id}"),
        "client_reference_id": account, "amount_total": PRICE, "currency": "eur",
        "metadata": {"credits": credits.to_string()}});
    event("checkout.session.completed", object)
}

/// A charge of which so much in all was refunded.
fn refunded(id: &str, amount: i64) -> Vec<u8> {
    event(
        "charge.refunded",
        json!({"id": format!("ch_{id}"), "object": "charge",
        "payment_intent": format!("pi_{id}"), "amount": PRICE, "amount_refunded": amount,
        "refunded": amount == PRICE}),
    )
}

fn dispute(id: &str, kind: &str, status: &str) -> Vec<u8> {
    event(
        kind,
        json!({"id": format!("du_{id}"), "object": "dispute", "status": status,
        "charge": format!("ch_{id}"), "payment_intent": format!("pi_{id}"), "amount": PRICE}),
    )
}

/// A counter with the real gateway beside it.
struct Shop {
    counter: Counter,
    url: String,
    stop: CancellationToken,
    server: Group<()>,
}

impl Shop {
    async fn open() -> Result<Self> {
        let counter = Counter::open().await?;
        let config = GatewayConfig {
            address: "127.0.0.1:0".parse()?,
            public_url: "https://cut.example".to_owned(),
            ops_token: None,
            stripe_secrets: vec![Secret::new(SECRET.to_owned())],
        };
        let store: Arc<Store> = Arc::new(counter.bots.clone());
        let objects = Objects::open(&ObjectsConfig::disk(counter.world.folder("objects"))).await?;
        let clock: Arc<dyn Clock> = Arc::new(counter.clock.clone());
        let gateway = Gateway::bind(&config, store.clone(), store, objects, clock).await?;
        let url = format!("http://{}/webhooks/stripe", gateway.address()?);
        let stop = CancellationToken::new();
        let mut server = Group::default();
        server.start(gateway.run(stop.clone()));
        Ok(Self { counter, url, stop, server })
    }

    /// What Stripe is answered.
    async fn tell(&self, event: &[u8]) -> Result<String> {
        let header = signed(SECRET, event, self.counter.now());
        let answer = web::send("POST", &self.url, &[("Stripe-Signature", &header)], event).await?;
        ensure!(answer.status == 200, "{}: {}", answer.status, answer.text());
        Ok(answer.text().trim().to_owned())
    }

    async fn account(&self, actor: &Actor) -> Result<Uuid> {
        Ok(self.counter.bots.enter(actor, None, self.counter.now()).await?.account.0)
    }

    async fn wallet(&self, actor: &Actor) -> Result<i64> {
        Ok(self.counter.bots.enter(actor, None, self.counter.now()).await?.balance.wallet)
    }

    async fn audited(&self, action: &str) -> Result<i64> {
        let owner = self.counter.world.database().owner().await?;
        let sql = "SELECT count(*) FROM cutline.audit_log WHERE action = $1";
        Ok(owner.query_one(sql, &[&action]).await?.get(0))
    }

    async fn close(mut self) -> Result<()> {
        self.stop.cancel();
        self.server.next().await;
        self.counter.close().await
    }
}

/// §7: unique session; 200; no double credit.
#[tokio::test]
async fn a_replayed_session_is_answered_with_200_and_credits_once() -> Result<()> {
    let shop = Shop::open().await?;
    let ada = somebody("ada");
    let account = shop.account(&ada).await?;
    // The same session thirty times at once, as the event itself and as others that name it.
    let events: Vec<_> = (0..30).map(|_| session("cs_1", account, 20)).collect();
    let told = futures::future::join_all(events.iter().map(|event| shop.tell(event))).await;
    let told = told.into_iter().collect::<Result<Vec<_>>>()?;
    let count = |word: &str| told.iter().filter(|outcome| *outcome == word).count();
    assert_eq!((count("credited"), count("repeated")), (1, 29), "{told:?}");
    assert_eq!(shop.wallet(&ada).await?, 20);
    // Later, a delayed payment's own event for the session, and another session.
    let object: Value = serde_json::from_slice(&events[0])?;
    let again = event("checkout.session.async_payment_succeeded", object["data"]["object"].clone());
    assert_eq!(shop.tell(&again).await?, "repeated");
    assert_eq!(shop.tell(&session("cs_2", account, 5)).await?, "credited");
    assert_eq!(shop.wallet(&ada).await?, 25);
    assert_eq!(shop.audited("payment").await?, 2);

    // The person sees it, and where to buy more.
    let card = shop.counter.desk.plan(&ada).await?;
    let lines = card.lines.join("\n");
    assert!(lines.contains("20 credits bought") && lines.contains("25 credits"), "{lines}");
    let link = card.links.first().context("a link")?;
    let expected = format!("https://buy.stripe.test/b/1?locale=auto&client_reference_id={account}");
    assert_eq!((link.label.as_str(), link.url.as_str()), ("Buy credits", expected.as_str()));
    shop.close().await
}

/// Whatever the order, and however often each is told, what is left is the same.
#[tokio::test]
async fn refunds_and_disputes_end_alike_in_any_order() -> Result<()> {
    let shop = Shop::open().await?;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    // What is told, and what must be left of twenty credits: parts of a price round up.
    type Story = fn(&str) -> Vec<Vec<u8>>;
    let stories: [(Story, i64); 5] = [
        (|id| vec![refunded(id, 500)], 20 - 11),
        (|id| vec![refunded(id, 1), refunded(id, 500), refunded(id, PRICE)], 0),
        (|id| vec![dispute(id, "charge.dispute.created", "needs_response")], 0),
        (
            |id| {
                vec![
                    dispute(id, "charge.dispute.created", "needs_response"),
                    dispute(id, "charge.dispute.funds_withdrawn", "needs_response"),
                    dispute(id, "charge.dispute.closed", "won"),
                    dispute(id, "charge.dispute.created", "warning_needs_response"),
                ]
            },
            20,
        ),
        (
            |id| {
                vec![
                    refunded(id, 500),
                    dispute(id, "charge.dispute.created", "needs_response"),
                    dispute(id, "charge.dispute.funds_reinstated", "won"),
                ]
            },
            20 - 11,
        ),
    ];
    for (number, (story, left)) in stories.iter().enumerate() {
        for take in 0..6 {
            let person = somebody(&format!("person {number} {take}"));
            let id = format!("cs_{number}_{take}");
            let mut events = vec![session(&id, shop.account(&person).await?, 20)];
            events.extend(story(&id));
            let twice: Vec<_> = events.iter().chain(&events).cloned().collect();
            let order = Just(twice).prop_shuffle().new_tree(&mut runner);
            let order = order.map_err(anyhow::Error::msg)?.current();
            for event in &order {
                shop.tell(event).await?;
            }
            let names: Vec<_> =
                order.iter().map(|event| String::from_utf8_lossy(event).into_owned()).collect();
            assert_eq!(shop.wallet(&person).await?, *left, "{names:#?}");
        }
    }
    shop.close().await
}

#[tokio::test]
async fn credits_already_spent_are_owed_and_the_next_payment_settles_them() -> Result<()> {
    let shop = Shop::open().await?;
    let ada = somebody("ada");
    let account = shop.account(&ada).await?;
    shop.tell(&session("cs_1", account, 20)).await?;
    // Seventeen are gone.
    let taken =
        shop.counter.admin.adjust_credits(AccountId(account), -17, "k", "spent", "t").await?;
    ensure!(matches!(taken, cutline_core::store::Adjusted::Yes(3)), "{taken:?}");
    shop.tell(&refunded("cs_1", PRICE)).await?;
    assert_eq!(shop.wallet(&ada).await?, 0, "never below zero");
    assert_eq!(
        shop.counter
            .desk
            .plan(&ada)
            .await?
            .lines
            .iter()
            .filter(|line| { line.contains("3 credits taken back: the payment was returned") })
            .count(),
        1
    );
    shop.tell(&session("cs_2", account, 20)).await?;
    assert_eq!(shop.wallet(&ada).await?, 20 - 17, "what was owed is settled");
    shop.close().await
}

#[tokio::test]
async fn a_payment_of_nobody_is_kept_for_an_operator_and_one_of_a_linked_account_is_found()
-> Result<()> {
    let shop = Shop::open().await?;
    let stray = session("cs_stray", Uuid::now_v7(), 20);
    assert_eq!(shop.tell(&stray).await?, "unclaimed");
    assert_eq!(shop.tell(&stray).await?, "repeated");
    assert_eq!(shop.audited("payment_unclaimed").await?, 1);
    // Ada opened the payment page, linked to her other account, and paid then.
    let (ada, other) = (somebody("ada"), somebody("ada elsewhere"));
    let before = shop.account(&ada).await?;
    let account = shop.account(&other).await?;
    let until = shop.counter.now() + chrono::TimeDelta::minutes(10);
    shop.counter.bots.link_start(AccountId(account), "ABCDEFGH", until).await?;
    shop.counter.bots.link_finish(&ada, "ABCDEFGH", shop.counter.now()).await?;
    assert_eq!(shop.account(&ada).await?, account);
    assert_eq!(shop.tell(&session("cs_1", before, 20)).await?, "credited");
    assert_eq!(shop.wallet(&ada).await?, 20);
    shop.close().await
}
