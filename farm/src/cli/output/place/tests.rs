//! What is under the final names, and beside them, when files were placed or could not be.

use std::collections::BTreeMap;

use super::*;
use crate::cli::output::check_writable;

/// Everything in a folder: what it says, links by their target.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let bytes = match std::fs::read_link(entry.path()) {
                Ok(target) => target.display().to_string().into_bytes(),
                Err(_) if entry.path().is_dir() => b"a folder".to_vec(),
                Err(_) => std::fs::read(entry.path()).unwrap(),
            };
            (entry.file_name().into_string().unwrap(), bytes)
        })
        .collect()
}

/// A finished file for every name, not yet in place.
fn staged(names: &[&Path]) -> Vec<NamedTempFile> {
    let stage = |path: &&Path| {
        let file = staged_in(folder_of(path)).unwrap();
        std::fs::write(file.path(), format!("new {}", path.display())).unwrap();
        file
    };
    names.iter().map(stage).collect()
}

fn delivery(blobs: &Blobs) -> Delivery {
    let blob = |text: &str| blobs.put(text.as_bytes(), "bin").unwrap();
    Delivery {
        master: blob("video"),
        chat: None,
        poster: blob("poster"),
        contact_sheet: blob("sheet"),
        srt: blob("srt"),
        vtt: blob("vtt"),
        script: blob("script"),
    }
}

#[test]
fn all_files_are_placed_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path().join("blobs")).unwrap();
    let delivery = delivery(&blobs);
    let out = folder.path().join("out");
    // What stands in the way came there after the check.
    std::fs::create_dir_all(out.join("a.script.txt")).unwrap();
    let error = place(&delivery, &blobs, out.join("a.mp4")).unwrap_err().to_string();
    assert!(error.contains("a.script.txt"), "{error}");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1, "something was left");
    let files = place(&delivery, &blobs, out.join("b.mp4")).unwrap();
    assert_eq!(std::fs::read(&files.video).unwrap(), b"video");
    assert!(files.all().into_iter().all(Path::exists));
}

#[test]
fn whichever_file_fails_every_name_is_what_it_was_before() {
    // Every choice of names that were taken before, and every file as the one that fails.
    for taken in 0..64_u32 {
        for fails in 0..6 {
            let folder = tempfile::tempdir().unwrap();
            let files = Files::beside(folder.path().join("a.mp4"));
            let names = files.all();
            for (at, path) in names.iter().enumerate().filter(|(at, _)| taken >> at & 1 == 1) {
                std::fs::write(path, format!("old {at}")).unwrap();
            }
            let before = contents(folder.path());
            let staged = staged(&names);
            // A file that is gone cannot be renamed.
            std::fs::remove_file(staged[fails].path()).unwrap();
            let error = give_names(staged, &names).unwrap_err().to_string();
            assert!(error.contains(&names[fails].display().to_string()), "{error}");
            assert_eq!(contents(folder.path()), before, "taken {taken:06b}, {fails} fails");
        }
    }
}

#[test]
fn a_folder_in_the_way_of_any_file_costs_a_previous_video_nothing() {
    for fails in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::beside(folder.path().join("a.mp4"));
        let names = files.all();
        let others = || names.iter().enumerate().filter(|(at, _)| *at != fails);
        for (at, path) in others() {
            std::fs::write(path, format!("old {at}")).unwrap();
        }
        std::fs::create_dir(names[fails]).unwrap();
        let before = contents(folder.path());
        let error = give_names(staged(&names), &names).unwrap_err().to_string();
        assert!(error.contains(&names[fails].display().to_string()), "{error}");
        assert_eq!(contents(folder.path()), before, "{fails} fails");
    }
}

#[test]
fn a_previous_video_is_replaced_and_nothing_of_it_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::beside(folder.path().join("a.mp4"));
    let names = files.all();
    std::fs::write(folder.path().join("kept.mp4"), "elsewhere").unwrap();
    for path in &names[..5] {
        std::fs::write(path, "old").unwrap();
    }
    // A link is what is replaced, not what it leads to.
    std::os::unix::fs::symlink("kept.mp4", names[5]).unwrap();
    let before = contents(folder.path());
    let all = staged(&names);
    std::fs::remove_file(all[5].path()).unwrap();
    give_names(all, &names).unwrap_err();
    assert_eq!(contents(folder.path()), before);
    give_names(staged(&names), &names).unwrap();
    for path in names {
        assert_eq!(std::fs::read_to_string(path).unwrap(), format!("new {}", path.display()));
    }
    assert_eq!(contents(folder.path()).len(), 7);
    assert_eq!(std::fs::read(folder.path().join("kept.mp4")).unwrap(), b"elsewhere");
}

#[test]
fn what_a_killed_run_put_aside_is_swept_and_its_name_still_stands_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let video = folder.path().join("a.mp4");
    std::fs::write(&video, "old").unwrap();
    let aside = Aside::of(&video).unwrap().unwrap();
    assert_eq!(contents(folder.path()).len(), 2);
    check_writable(Some(&video)).unwrap();
    assert_eq!(contents(folder.path()).len(), 2, "a living run's was swept");
    // As a kill leaves it: the lock is gone, the file is not.
    let Aside { at, _held: held } = aside;
    drop(held);
    at.keep().unwrap();
    check_writable(Some(&video)).unwrap();
    assert_eq!(contents(folder.path()), BTreeMap::from([("a.mp4".into(), b"old".to_vec())]));
}

#[test]
fn what_a_killed_run_left_is_swept_and_what_a_living_one_writes_stays() {
    let folder = tempfile::tempdir().unwrap();
    let living = staged_in(folder.path()).unwrap();
    for name in [".cutline-aB3dE9", ".cutline-notes", ".cutline-aB3dE9x", "video.mp4"] {
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    check_writable(Some(&folder.path().join("video.mp4"))).unwrap();
    let gone = |name: &str| !folder.path().join(name).exists();
    assert!(gone(".cutline-aB3dE9") && !gone(".cutline-aB3dE9x"));
    assert!(!gone("video.mp4") && living.path().exists());
}
