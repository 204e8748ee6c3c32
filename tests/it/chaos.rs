//! A short chaos run: everything goes wrong once, and nothing is lost, made twice or paid twice.

use anyhow::Result;
use cutline_tests::chaos::{Options, run};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_made_twice_while_everything_goes_wrong() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path().join("servers");
    let report = run(&Options { seed: 1, jobs: 120, workers: 3, folder }).await?;
    assert!(report.is_good(), "{report}");
    assert!(report.recovered > 0, "nothing went wrong: {report}");
    Ok(())
}
