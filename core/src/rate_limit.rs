//! Sliding-window limits (spec §3). The counting happens in the database, under the account's lock;
//! here are the numbers and the rule, which the database's function is tested against.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Accepted requests for a video.
    Generate,
    /// Uploads.
    Upload,
    /// Looking at things.
    Status,
}

impl Rate {
    /// Every limit.
    pub const ALL: [Self; 3] = [Self::Generate, Self::Upload, Self::Status];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Upload => "upload",
            Self::Status => "status",
        }
    }

    /// How many fit into a window.
    #[must_use]
    pub fn count_max(self) -> u32 {
        match self {
            Self::Generate => 5,
            Self::Upload => 20,
            Self::Status => 60,
        }
    }

    /// The window's length.
    #[must_use]
    pub fn window(self) -> TimeDelta {
        match self {
            Self::Generate | Self::Upload => TimeDelta::hours(1),
            Self::Status => TimeDelta::minutes(1),
        }
    }

    /// Whether one more fits at `now` after `earlier` (in order of time): an event counts while it
    /// is younger than the window.
    ///
    /// # Errors
    /// The moment from which one more fits.
    pub fn allow(self, earlier: &[DateTime<Utc>], now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let counting: Vec<_> = earlier.iter().filter(|at| **at > now - self.window()).collect();
        let most = self.count_max() as usize;
        match counting.len().checked_sub(most).and_then(|over| counting.get(over)) {
            None => Ok(()),
            Some(leaves_first) => Err(**leaves_first + self.window()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_sixth_video_waits_for_the_first_to_be_an_hour_old() {
        let start: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let minute = |n| start + TimeDelta::minutes(n);
        let five: Vec<_> = (0..5).map(minute).collect();
        assert_eq!(Rate::Generate.allow(&five[..4], minute(5)), Ok(()));
        assert_eq!(Rate::Generate.allow(&five, minute(5)), Err(minute(60)));
        assert_eq!(Rate::Generate.allow(&five, minute(60)), Ok(()));
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_the_limit(gaps in prop::collection::vec(0i64..900, 1..80)) {
            let mut now: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
            let mut taken = Vec::new();
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                match Rate::Generate.allow(&taken, now) {
                    Ok(()) => taken.push(now),
                    Err(again) => {
                        prop_assert!(again > now && again <= now + Rate::Generate.window());
                        prop_assert_eq!(Rate::Generate.allow(&taken, again), Ok(()));
                    }
                }
            }
            for (first, at) in taken.iter().enumerate() {
                let until = *at + Rate::Generate.window();
                let inside = taken[first..].iter().filter(|other| **other < until).count();
                prop_assert!(inside <= 5);
            }
        }
    }
}
