//! How long videos are kept (spec §4, Orphans): the one place that says so. Keys, lifecycle rules,
//! the disk's sweep, links and cache headers follow from it.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::plan::Plan;

/// When videos that are kept a year move to cold storage.
pub const COLD_AFTER: TimeDelta = TimeDelta::days(30);
/// How long checkpoints of jobs that nobody cleaned up stay. A job lives hours at most.
pub const CHECKPOINTS_KEPT: TimeDelta = TimeDelta::days(7);
/// How long a shared cache may hold an object whose remaining life it cannot know.
const STORED_CACHE_S: u32 = 3600;

/// How long a video is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// 24 hours: Free.
    Day,
    /// 30 days: Beginner.
    Month,
    /// 365 days, in cold storage after 30: Professional and Enterprise.
    Year,
}

impl Retention {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// What a plan buys.
    #[must_use]
    pub fn of(plan: Plan) -> Self {
        match plan {
            Plan::Free => Self::Day,
            Plan::Beginner => Self::Month,
            Plan::Professional | Plan::Enterprise => Self::Year,
        }
    }

    /// How long after it is finished a video's link works.
    #[must_use]
    pub fn kept(self) -> TimeDelta {
        match self {
            Self::Day => TimeDelta::hours(24),
            Self::Month => TimeDelta::days(30),
            Self::Year => TimeDelta::days(365),
        }
    }

    /// What the keys of such videos begin with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Day => "videos/day/",
            Self::Month => "videos/month/",
            Self::Year => "videos/year/",
        }
    }

    /// `Cache-Control` stored with a video's files. A stored header cannot count down, so it stays
    /// short: a cache in front of the bucket outlives the video by an hour at most. Answers of the
    /// gateway and presigned addresses carry the exact rest instead ([`cache_control`]).
    #[must_use]
    pub fn stored_cache_control(self) -> String {
        format!("public, max-age={STORED_CACHE_S}")
    }
}

/// `Cache-Control` of an answer about a video that has `left` to live: caches drop it when the link
/// expires, and ask again after a day at the latest.
#[must_use]
pub fn cache_control(left: TimeDelta) -> String {
    let seconds = left.num_seconds().clamp(0, 24 * 3600);
    if seconds == 0 { "no-store".to_owned() } else { format!("public, max-age={seconds}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_never_outlive_the_video() {
        assert_eq!(cache_control(TimeDelta::seconds(90)), "public, max-age=90");
        assert_eq!(cache_control(TimeDelta::milliseconds(900)), "no-store");
        assert_eq!(cache_control(TimeDelta::seconds(-5)), "no-store");
        assert_eq!(cache_control(TimeDelta::days(300)), "public, max-age=86400");
    }

    #[test]
    fn plans_keep_videos_as_long_as_they_promise() {
        let kept = |plan| Retention::of(plan).kept().num_hours();
        assert_eq!(
            [Plan::Free, Plan::Beginner, Plan::Professional, Plan::Enterprise].map(kept),
            [24, 720, 8760, 8760]
        );
    }
}
