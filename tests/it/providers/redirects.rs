//! Files that lie on another server than the vendor's: fetched from there, and never with the key.

use anyhow::{Context, Result, ensure};
use cutline_tests::vendors::{Kind, StandIn, Vendors};

use super::{
    Desk,
    later::ordered,
    talkers::{RICH, failure},
};

/// Where each vendor gives out its files.
const FILES: [(Kind, &str); 5] = [
    (Kind::Veo, "GET /download/"),
    (Kind::HeyGen, "GET /files/"),
    (Kind::Fal, "GET /files/"),
    (Kind::Unsplash, "GET /file/"),
    (Kind::Pexels, "GET /file/"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_file_on_another_port_is_fetched_and_the_key_stays_behind() -> Result<()> {
    for (kind, part) in FILES {
        let vendors = Vendors::start().await?;
        let (vendor, store) = (vendors.of(kind), StandIn::start(kind).await?);
        vendor.keeps_files_at(part, "127.0.0.1", &store);
        let desk = Desk::with(&vendors, &[kind], &RICH)?;
        let (bytes, _) = ordered(kind, &desk.providers()).await.map_err(failure)?;
        ensure!(bytes > 1_000, "{kind:?}: {bytes} bytes");
        let asked = store.asked();
        ensure!(asked.len() == 1, "{kind:?}: {} fetched from the store", asked.len());
        ensure!(asked[0].key().is_empty() && !asked[0].carries(&kind.key()), "{:?}", asked[0]);
        if kind == Kind::Veo {
            let shown = |part| {
                let mut calls = vendor.asked().into_iter().filter(|asked| asked.meets(part));
                calls.all(|asked| asked.key() == kind.key())
            };
            ensure!(shown("/v1beta/files/") && shown(part), "Google's own server is shown it");
        }
        // It has seen no key, or it complains.
        store.finish()?;
        vendors.finish()?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_on_a_host_that_is_not_the_vendors_is_not_fetched_at_all() -> Result<()> {
    for (kind, part) in FILES {
        let vendors = Vendors::start().await?;
        let (vendor, store) = (vendors.of(kind), StandIn::start(kind).await?);
        // The same machine under a name that nobody has called the vendor's.
        vendor.keeps_files_at(part, "localhost", &store);
        let desk = Desk::with(&vendors, &[kind], &RICH)?;
        let refused = ordered(kind, &desk.providers()).await.map_err(failure);
        let said = refused.err().with_context(|| format!("{kind:?}"))?.to_string();
        ensure!(said.contains("not of the kind asked for"), "{kind:?}: {said}");
        ensure!(store.asked().is_empty(), "{kind:?}: {:?}", store.asked());
        // What was paid for is fetched when it is where it should be.
        let sold = vendor.sold();
        vendor.recover();
        let (bytes, _) = ordered(kind, &desk.again()).await.map_err(failure)?;
        ensure!(bytes > 1_000 && vendor.sold() == 0, "{kind:?}: {sold} sold and then more");
        store.finish()?;
        vendors.finish()?;
    }
    Ok(())
}
