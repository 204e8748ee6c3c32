//! What a viewer would notice about captions, over many scripts.

use proptest::prelude::*;

use super::{Captions, Input, Page, pages, run, words};
use crate::stages::timing::{self, Timeline, tests as timeline_tests};

async fn captions_of(lines: &[String], language: &str) -> (Captions, Timeline) {
    let context = context();
    let timing_input = timeline_tests::input(lines, language, 90.0);
    let timeline = timing::run(&timing_input, &context).await.expect("a timeline");
    let timing::Input { intent, script, .. } = timing_input;
    let input = Input { intent, script, timeline: timeline.clone() };
    (run(&input, &context).await.expect("captions"), timeline)
}

fn context() -> crate::context::StageContext {
    crate::stages::voice::tests::context(Vec::new())
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

fn shown(page: &Page) -> String {
    page.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

proptest! {
    #[test]
    fn pages_hold_every_word_once_in_lines_that_fit(lines in timeline_tests::lines()) {
        let (captions, timeline) = block_on(captions_of(&lines, "en"));
        let mut page_end = 0;
        for span in &timeline.shots {
            let of_shot: Vec<&Page> = captions.pages.iter().filter(|p| p.shot == span.shot).collect();
            let found: Vec<u32> =
                of_shot.iter().flat_map(|p| &p.words).map(|word| word.start_frame).collect();
            let spoken: Vec<u32> = span.words.iter().map(|word| word.start_frame).collect();
            prop_assert_eq!(found, spoken);
            for page in of_shot {
                prop_assert!((1..=4).contains(&page.words.len()));
                prop_assert!(page.start_frame >= page_end && page.end_frame > page.start_frame);
                prop_assert!(page.end_frame <= span.end_frame);
                prop_assert!(page.words.iter().filter(|word| word.break_after).count() <= 1);
                let mut line = 0;
                for word in &page.words {
                    line += words::width(&word.text) + usize::from(line > 0);
                    prop_assert!(line <= pages::LINE_LETTERS_MAX || page.words.len() == 1);
                    if word.break_after {
                        line = 0;
                    }
                }
                page_end = page.end_frame;
            }
        }
    }

    #[test]
    fn cues_follow_each_other_and_lose_no_word(lines in timeline_tests::lines()) {
        let (captions, timeline) = block_on(captions_of(&lines, "en"));
        let text = |file: &str| -> Vec<String> {
            file.lines()
                .filter(|line| !line.contains("-->") && !line.starts_with("WEBVTT"))
                .filter(|line| line.parse::<u32>().is_err())
                .flat_map(str::split_whitespace)
                .map(str::to_owned)
                .collect()
        };
        let spoken: Vec<String> =
            timeline.shots.iter().flat_map(|s| &s.words).map(|w| w.text.clone()).collect();
        prop_assert_eq!(text(&captions.vtt), spoken);
        prop_assert!(captions.srt.lines().all(|line| line.chars().count() <= 42));
    }
}

#[test]
fn numbers_stay_written_and_punctuation_goes_except_what_asks() {
    let rows = [
        ("$3.5", "$3.5"),
        ("“lost”!", "lost!"),
        ("1475,", "1475"),
        ("p.m.", "p.m."),
        ("Dr.", "Dr"),
        ("¿Por", "¿Por"),
        ("why?!”", "why?!"),
        ("-15°C.", "-15°C"),
        ("don’t,", "don’t"),
        ("天空，", "天空"),
        ("(12%)", "12%"),
    ];
    for (written, expected) in rows {
        assert_eq!(words::shown(written), expected);
    }
}

#[test]
fn a_page_breaks_at_punctuation_and_the_stressed_word_is_in_capitals() {
    let line = "Octopuses have three hearts, and two of them stop beating.".to_owned();
    let (captions, _) = block_on(captions_of(&[line], "en"));
    let pages: Vec<String> = captions.pages.iter().map(shown).collect();
    assert!(pages.iter().any(|page| page.ends_with("hearts")), "{pages:?}");
    assert!(pages.last().is_some_and(|page| page.ends_with("BEATING")), "{pages:?}");
    assert!(pages.iter().all(|page| !page.contains(',')), "{pages:?}");
}

#[test]
fn chinese_pages_hold_words_in_lines_of_nine_characters() {
    let line = "为什么天空是蓝色的？因为阳光被空气散射了。".to_owned();
    let (captions, timeline) = block_on(captions_of(std::slice::from_ref(&line), "zh"));
    let whole: String =
        captions.pages.iter().flat_map(|p| &p.words).map(|w| w.text.as_str()).collect();
    assert_eq!(whole, "为什么天空是蓝色的？因为阳光被空气散射了");
    assert!(timeline.shots[0].words.len() > 5);
    assert!(captions.vtt.contains("为什么天空是蓝色的？"), "{}", captions.vtt);
}
