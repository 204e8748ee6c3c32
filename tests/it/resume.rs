//! `kill -9` at any moment, and the same command again: nothing finished is made twice, and the
//! video is the very same.

use std::path::Path;

use anyhow::{Context, Result};
use cutline_tests::Studio;
use serde_json::Value;

/// Stages that said they were done.
fn done(said: &[String]) -> Vec<String> {
    said.iter().filter_map(|line| Some(line.split_once(": done in")?.0.to_owned())).collect()
}

fn resumed(result: &Value) -> Vec<&str> {
    let stages = result["stages"].as_array().map(Vec::as_slice).unwrap_or_default();
    stages.iter().filter(|s| s["resumed"] == true).filter_map(|s| s["stage"].as_str()).collect()
}

/// Every stage's output as JSON text, from a kept work folder.
fn outputs(studio: &Studio, result: &Value) -> Result<Vec<String>> {
    let work = result["work"].as_str().context("no work folder was kept")?;
    let checkpoints = studio.checkpoints(Path::new(work))?;
    Ok(checkpoints.iter().map(|c| format!("{} {}", c["stage"], c["output"])).collect())
}

#[test]
fn the_same_command_makes_the_same_video_whether_or_not_it_was_killed_on_the_way() -> Result<()> {
    let undisturbed = Studio::start(crate::PROGRAM)?;
    let reference = undisturbed.render("video.mp4", &["--keep-work"])?.finish()?.result()?;
    assert!(resumed(&reference).is_empty(), "{reference}");
    let reference_video = std::fs::read(undisturbed.out("video.mp4"))?;
    let reference_outputs = outputs(&undisturbed, &reference)?;
    assert_eq!(reference_outputs.len(), 12);

    // The second moment of a line comes seconds after the first, however slow the first kill is.
    for moments in [
        &["script: done"][..],
        &["voice: started", "render: 20 %"],
        &["timing: done"],
        &["imagery: done", "render: 80 %"],
    ] {
        let studio = Studio::start(crate::PROGRAM)?;
        let mut said = Vec::new();
        for moment in moments {
            let mut run = studio.render("video.mp4", &["--keep-work"])?;
            run.wait_for(moment)?;
            said.extend(run.kill()?);
            assert!(!studio.out("video.mp4").exists(), "killed at “{moment}”");
        }
        let result = studio.render("video.mp4", &["--keep-work"])?.finish()?.result()?;
        for stage in done(&said) {
            assert!(resumed(&result).contains(&stage.as_str()), "{moments:?}: {stage} ran again");
        }
        assert!(resumed(&result).len() < 12, "{moments:?} came after the end");
        let video = std::fs::read(studio.out("video.mp4"))?;
        assert!(video == reference_video, "another video after kills at {moments:?}");
        for (found, expected) in outputs(&studio, &result)?.iter().zip(&reference_outputs) {
            assert_eq!(found, expected, "after kills at {moments:?}");
        }
    }
    Ok(())
}

#[test]
fn two_runs_of_the_same_command_do_not_collide() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let mut first = studio.render("first.mp4", &[])?;
    first.wait_for("intent: ")?;
    let second = studio.render("second.mp4", &[])?.finish()?;
    assert_eq!(second.status.code(), Some(4), "{:#?}", second.said);
    assert!(second.output.contains("another process"), "{}", second.output);
    first.signal("INT")?;
    assert_eq!(first.finish()?.status.code(), Some(130));
    Ok(())
}
