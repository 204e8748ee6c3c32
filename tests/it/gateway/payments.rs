//! What the address that Stripe posts to takes, and what it refuses before looking at it.

use std::sync::{Arc, atomic::Ordering};

use anyhow::Result;
use async_trait::async_trait;
use cutline_bots::{
    gateway::{Gateway, GatewayConfig, Payments},
    tasks::Group,
};
use cutline_core::{
    clock::Clock,
    store::{Paid, Payment, Reversal, StoreError},
};
use cutline_tests::web;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Site, Table, noon};
use crate::payments::{SECRET, session, signed};

#[async_trait]
impl Payments for Table {
    async fn paid(&self, payment: &Payment) -> Result<Paid, StoreError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { what: "paid", source: "gone".into() });
        }
        let mut told = self.payments.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        told.push(payment.session.clone());
        Ok(Paid::Credited)
    }

    async fn reversed(&self, _: &Reversal) -> Result<i64, StoreError> {
        Ok(0)
    }
}

#[tokio::test]
async fn only_what_stripe_signed_just_now_is_looked_at() -> Result<()> {
    let site = Site::on_disk().await?;
    let url = site.at("/webhooks/stripe");
    let event = session("cs_1", uuid::Uuid::nil(), 20);
    let post = async |header: &str, body: &[u8]| {
        web::send("POST", &url, &[("Stripe-Signature", header)], body).await
    };
    let good = signed(SECRET, &event, noon()?);
    // Nobody's, another's, too old, from the future, and of another body.
    let late = chrono::TimeDelta::seconds(301);
    let others = [
        String::new(),
        signed("whsec_somebody_else", &event, noon()?),
        signed(SECRET, &event, noon()? - late),
        signed(SECRET, &event, noon()? + late),
        signed(SECRET, b"{}", noon()?),
    ];
    for header in &others {
        assert_eq!(post(header, &event).await?.status, 400, "{header}");
    }
    let unsigned = web::send("POST", &url, &[], &event).await?;
    assert_eq!(unsigned.status, 400);
    let long = vec![b' '; (256 << 10) + 1];
    assert_eq!(post(&signed(SECRET, &long, noon()?), &long).await?.status, 413);
    assert!(site.table.told().is_empty(), "{:?}", site.table.told());

    let taken = post(&good, &event).await?;
    assert_eq!((taken.status, taken.text().as_str()), (200, "credited\n"));
    assert_eq!(site.table.told(), ["cs_1"]);
    assert_eq!(taken.header("x-frame-options"), Some("DENY"));
    assert_eq!(taken.header("cache-control"), Some("no-store"));
    // What is none of our business is fine; what is signed and cannot be read is told of.
    let other = serde_json::to_vec(&json!({"id": "evt_2", "type": "customer.created",
        "data": {"object": {}}}))?;
    assert_eq!(post(&signed(SECRET, &other, noon()?), &other).await?.status, 200);
    assert_eq!(post(&signed(SECRET, b"[]", noon()?), b"[]").await?.status, 400);
    // The database away: Stripe is to come again.
    site.table.away.store(true, Ordering::SeqCst);
    let away = post(&good, &event).await?;
    assert_eq!(away.status, 503);
    assert!(!away.text().contains("gone"), "{}", away.text());
    let looked = web::get(&url).await?;
    assert_eq!((looked.status, looked.header("allow")), (405, Some("POST")));
    Ok(())
}

#[tokio::test]
async fn without_a_signing_secret_there_is_no_such_address() -> Result<()> {
    let site = Site::on_disk().await?;
    let config = GatewayConfig::from_lookup(|name| {
        (name == "CUTLINE_GATEWAY_ADDRESS").then(|| "127.0.0.1:0".to_owned())
    })?;
    let clock: Arc<dyn Clock> = Arc::new(site.clock.clone());
    let table = site.table.clone();
    let gateway = Gateway::bind(&config, table.clone(), table, site.objects.clone(), clock).await?;
    let url = format!("http://{}/webhooks/stripe", gateway.address()?);
    let mut server = Group::default();
    server.start(gateway.run(CancellationToken::new()));
    let event = session("cs_1", uuid::Uuid::nil(), 20);
    // Nor is an empty secret one.
    let header = signed("", &event, noon()?);
    let answer = web::send("POST", &url, &[("Stripe-Signature", &header)], &event).await?;
    assert_eq!(answer.status, 404);
    assert!(site.table.told().is_empty());
    Ok(())
}
