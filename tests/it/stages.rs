//! Every stage has its own way in: the recorded input gives the recorded output again.

use std::{io::Write, path::Path, process::Stdio};

use anyhow::{Context, Result};
use cutline_tests::Studio;

fn stage(studio: &Studio, work: &str, name: &str, input: &str) -> Result<std::process::Output> {
    let mut command = studio.command();
    command.args(["stage", name, "--light", "--work", work]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("standard input")?.write_all(input.as_bytes())?;
    Ok(child.wait_with_output()?)
}

#[test]
fn every_stage_run_by_itself_gives_what_it_gave_in_the_render() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let result = studio.render("video.mp4", &["--keep-work"])?.finish()?.result()?;
    let work = result["work"].as_str().context("no work folder was kept")?;
    let checkpoints = studio.checkpoints(Path::new(work))?;
    assert_eq!(checkpoints.len(), 12);
    for checkpoint in checkpoints {
        let name = checkpoint["stage"].as_str().context("unnamed")?;
        let output = stage(&studio, work, name, &checkpoint["input"].to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{name}: {said}");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim_end(),
            checkpoint["output"].to_string(),
            "{name}"
        );
    }
    Ok(())
}

#[test]
fn json_that_does_not_fit_a_stage_is_bad_input() -> Result<()> {
    let studio = Studio::start(crate::PROGRAM)?;
    let work = studio.cache();
    let work = work.to_str().context("path")?;
    for input in ["", "{", "{}", "[]", "null", r#"{"sentence": 3}"#] {
        let output = stage(&studio, work, "intent", input)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{input}: {said}");
        assert!(said.contains("VALIDATION_FAILED input"), "{input}: {said}");
    }
    Ok(())
}
