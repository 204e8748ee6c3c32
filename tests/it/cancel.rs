//! Ctrl-C takes effect inside a stage, at once, and leaves nothing behind.

use std::time::{Duration, Instant};

use anyhow::Result;
use cutline_tests::Studio;

/// From the signal to the end of the process.
const CANCEL_MAX: Duration = Duration::from_millis(500);

fn cancelled_in(moment: &str, signal: &str) -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let mut run = studio.render("video.mp4", &[])?;
    run.wait_for(moment)?;
    run.signal(signal)?;
    let signalled = Instant::now();
    let ended = run.finish()?;
    let took = signalled.elapsed();
    assert_eq!(ended.status.code(), Some(130), "{:#?}", ended.said);
    assert!(took <= CANCEL_MAX, "took {took:?} in “{moment}”");
    assert_eq!(studio.files(), Vec::<std::path::PathBuf>::new(), "left in “{moment}”");
    assert!(ended.output.contains("CANCELLED"), "{}", ended.output);
    Ok(())
}

#[test]
fn cancel_in_voice_ends_within_half_a_second_and_leaves_no_file() -> Result<()> {
    cancelled_in("voice: started", "INT")
}

#[test]
fn cancel_in_imagery_ends_within_half_a_second_and_leaves_no_file() -> Result<()> {
    cancelled_in("imagery: started", "TERM")
}

#[test]
fn cancel_in_render_ends_within_half_a_second_and_leaves_no_file() -> Result<()> {
    cancelled_in("render: started", "INT")?;
    cancelled_in("render: 20 %", "INT")
}
