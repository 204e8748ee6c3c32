//! What a run looks like while it goes on: a bar a stage on a terminal, plain lines elsewhere.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::{
    runner::events::{Event, EventSink, State},
    stages::Stage,
};

/// Steps of a bar.
const STEPS: u64 = 1_000;
/// Plain lines tell of progress inside a stage no more often than this, in tenths of the stage.
const LINE_TENTHS: u32 = 2;

/// The sink that suits standard error.
#[must_use]
pub fn sink() -> Arc<dyn EventSink> {
    if std::io::stderr().is_terminal() { Arc::new(Bars::new()) } else { Arc::new(Lines::default()) }
}

/// One plain line for everything that happens.
#[derive(Default)]
struct Lines {
    told: Mutex<BTreeMap<Stage, u32>>,
}

impl EventSink for Lines {
    fn event(&self, event: &Event) {
        let stage = event.stage.name();
        let left = clock(event.eta_ms);
        match event.state {
            State::Started => eprintln!("{stage}: started"),
            State::Running => {
                let tenths = (event.fraction * 10.0) as u32 / LINE_TENTHS * LINE_TENTHS;
                let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
                let last = told.entry(event.stage).or_insert(0);
                if tenths > *last && tenths < 10 {
                    *last = tenths;
                    eprintln!("{stage}: {} % (about {left} left in all)", tenths * 10);
                }
            }
            State::Retrying => eprintln!("{stage}: trying again"),
            State::Finished => eprintln!("{stage}: done in {}", seconds(event.stage_ms)),
            State::Resumed => eprintln!("{stage}: resumed, finished by an earlier run"),
            State::Failed => eprintln!("{stage}: failed"),
            State::Cancelled => eprintln!("{stage}: cancelled"),
        }
    }
}

/// A bar for every stage that takes long enough to be seen, and one for the whole.
struct Bars {
    all: MultiProgress,
    whole: ProgressBar,
    stages: Mutex<BTreeMap<Stage, ProgressBar>>,
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::new();
        let whole = all.add(ProgressBar::new(STEPS));
        whole.set_style(style("{prefix:>9} {bar:32.yellow/dim} {percent:>3} %  {msg}"));
        whole.set_prefix("video");
        whole.enable_steady_tick(Duration::from_millis(500));
        Self { all, whole, stages: Mutex::new(BTreeMap::new()) }
    }

    fn bar(&self, stage: Stage) -> ProgressBar {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages
            .entry(stage)
            .or_insert_with(|| {
                let bar = self.all.insert_before(&self.whole, ProgressBar::new(STEPS));
                bar.set_style(style("{prefix:>9} {bar:32.cyan/dim} {percent:>3} %  {msg}"));
                bar.set_prefix(stage.name());
                bar
            })
            .clone()
    }
}

impl EventSink for Bars {
    fn event(&self, event: &Event) {
        let steps = |fraction: f32| (f64::from(fraction) * STEPS as f64) as u64;
        let bar = self.bar(event.stage);
        bar.set_position(steps(event.fraction));
        match event.state {
            State::Started | State::Running => {}
            State::Retrying => bar.set_message("trying again"),
            State::Finished => bar.finish_with_message(seconds(event.stage_ms)),
            State::Resumed => bar.finish_with_message("resumed"),
            State::Failed => bar.abandon_with_message("failed"),
            State::Cancelled => bar.abandon_with_message("cancelled"),
        }
        self.whole.set_position(steps(event.overall));
        self.whole.set_message(format!("about {} left", clock(event.eta_ms)));
        let last = matches!(event.state, State::Failed | State::Cancelled)
            || (event.stage == Stage::Deliver
                && matches!(event.state, State::Finished | State::Resumed));
        if last {
            self.whole.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}

/// "1:05", rounded up to whole seconds.
#[must_use]
pub fn clock(ms: u64) -> String {
    let seconds = ms.div_ceil(1_000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// "3.2 s".
#[must_use]
pub fn seconds(ms: u64) -> String {
    format!("{:.1} s", ms as f64 / 1_000.0)
}
