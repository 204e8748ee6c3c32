//! A job's names and its life: `queued → running → delivering → done | failed | cancelled`. Pure;
//! PostgreSQL enforces the same table of moves again (a trigger on `jobs`).

pub mod failure;
mod names;
mod notice;
mod spec;

use serde::{Deserialize, Serialize};

pub use names::{AccountId, FencingToken, JobId, JobRef, WorkerId};
pub use notice::Notice;
pub use spec::{BrandKit, CreditLine, DeliveredVideo, JobSpec, Mode, Origin, TRIES_MAX, UploadRef};

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Accepted; waits for a worker.
    Queued,
    /// A worker holds its lease.
    Running,
    /// The video is made; its files and its hold are being settled.
    Delivering,
    /// The video is there.
    Done,
    /// There will be no video; the hold was released.
    Failed,
    /// The person called it off; the hold was released.
    Cancelled,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Delivering, Self::Done, Self::Failed, Self::Cancelled];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Delivering => "delivering",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Done, failed or cancelled: nothing follows.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    /// Whether a job in this state may enter `next`. A job goes back to `Queued` when its worker
    /// was lost, drained, or met something that trying again may mend.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Queued => matches!(next, Self::Running | Self::Failed | Self::Cancelled),
            Self::Running => {
                matches!(next, Self::Delivering | Self::Queued | Self::Failed | Self::Cancelled)
            }
            Self::Delivering => {
                matches!(next, Self::Done | Self::Queued | Self::Failed | Self::Cancelled)
            }
            Self::Done | Self::Failed | Self::Cancelled => false,
        }
    }
}

/// Which queue a job waits in, by plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Free and Beginner.
    Standard,
    /// Professional and Enterprise.
    Priority,
}

impl Queue {
    /// Both queues, the one drained first in front.
    pub const ALL: [Self; 2] = [Self::Priority, Self::Standard];

    /// The word in the database and at the end of the broker's queue name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Priority => "priority",
        }
    }

    /// The queue of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_state() -> impl Strategy<Value = JobState> {
        prop::sample::select(JobState::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn a_walk_ends_in_at_most_one_terminal_state(
            steps in prop::collection::vec(any_state(), 0..64)
        ) {
            let mut state = JobState::Queued;
            let mut ended = 0;
            for next in steps {
                if state.may_become(next) {
                    prop_assert!(!state.is_terminal());
                    ended += u32::from(next.is_terminal());
                    state = next;
                }
            }
            prop_assert!(ended <= 1);
        }
    }

    #[test]
    fn only_a_delivering_job_gets_done_and_only_a_queued_one_starts() {
        for state in JobState::ALL {
            assert_eq!(state.may_become(JobState::Done), state == JobState::Delivering);
            assert_eq!(state.may_become(JobState::Running), state == JobState::Queued);
            assert!(!state.may_become(state), "{state:?}");
            assert_eq!(JobState::named(state.as_str()), Some(state));
        }
    }

    #[test]
    fn every_state_can_still_reach_an_end() {
        for state in JobState::ALL.into_iter().filter(|state| !state.is_terminal()) {
            assert!(state.may_become(JobState::Failed));
            assert!(state.may_become(JobState::Cancelled));
        }
    }
}
