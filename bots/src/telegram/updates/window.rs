//! Which updates Telegram may forget: those below the offset of the next poll. Pure: the time is
//! passed in.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use tokio::time::Instant;

/// Telegram hands out so many updates, from the offset on (core.telegram.org/bots/api#getupdates):
/// one that held the offset for ever would let nobody behind those be heard.
const HANDED_OUT: usize = 100;
/// How long an update that is being answered holds the offset where others wait behind.
const HOLDS_MAX: Duration = Duration::from_secs(10);
/// Updates that may be open without holding the offset, and so are known to this process alone.
const LEFT_MAX: usize = 1_000;

#[derive(Debug)]
struct Known {
    since: Instant,
    is_answered: bool,
}

/// What has been fetched, as far as the offset is concerned.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// From the last offset on.
    known: BTreeMap<u32, Known>,
    /// Below it, and not answered yet.
    left: HashSet<u32>,
    last: Option<u32>,
}

impl Window {
    /// An update came; whether it is new.
    pub(super) fn fetched(&mut self, id: u32, now: Instant) -> bool {
        if self.known.contains_key(&id) || self.left.contains(&id) {
            return false;
        }
        self.last = Some(id);
        self.known.insert(id, Known { since: now, is_answered: false });
        true
    }

    /// It has been answered.
    pub(super) fn answered(&mut self, id: u32) {
        self.left.remove(&id);
        if let Some(known) = self.known.get_mut(&id) {
            known.is_answered = true;
        }
    }

    /// The first update that Telegram must go on keeping, because this process might die over it.
    pub(super) fn held(&self, now: Instant) -> Option<u32> {
        let is_in_the_way = self.known.len() >= HANDED_OUT;
        let mut room = LEFT_MAX.saturating_sub(self.left.len());
        let mut open = self.known.iter().filter(|(_, known)| !known.is_answered);
        let holds = open.find(|(_, known)| {
            let is_new = now.saturating_duration_since(known.since) < HOLDS_MAX;
            let is_held = !is_in_the_way || is_new || room == 0;
            room -= usize::from(!is_held);
            is_held
        });
        holds.map(|(id, _)| *id)
    }

    /// The offset to ask from; `None`: from what Telegram has.
    pub(super) fn offset(&self, now: Instant) -> Option<u32> {
        self.held(now).or_else(|| self.after_all())
    }

    /// The offset behind everything that was fetched.
    pub(super) fn after_all(&self) -> Option<u32> {
        self.last.map(|last| last.wrapping_add(1))
    }

    /// Telegram has heard this offset and forgotten everything below it.
    pub(super) fn confirmed(&mut self, offset: u32) {
        let kept = self.known.split_off(&offset);
        let below = std::mem::replace(&mut self.known, kept);
        let open = below.into_iter().filter(|(_, known)| !known.is_answered);
        self.left.extend(open.map(|(id, _)| id));
    }

    /// Nothing is known that Telegram still keeps.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_update_holds_the_offset_for_a_while_and_is_answered_once() {
        let (mut window, now) = (Window::default(), Instant::now());
        for id in 7..107 {
            assert!(window.fetched(id, now));
        }
        for id in 8..107 {
            window.answered(id);
        }
        assert_eq!(window.offset(now + HOLDS_MAX / 2), Some(7));
        window.confirmed(7);
        assert!(!window.fetched(7, now), "it comes with every poll");
        // Those behind the hundred are heard.
        let later = now + HOLDS_MAX;
        assert_eq!((window.held(later), window.offset(later)), (None, Some(107)));
        window.confirmed(107);
        assert!(window.fetched(107, later) && !window.fetched(7, later) && !window.is_empty());
        assert_eq!(window.offset(later), Some(107), "a newer one holds it in its turn");
        let much_later = later + HOLDS_MAX * 9;
        assert_eq!(
            window.offset(much_later),
            Some(107),
            "and for ever, while it is in nobody's way"
        );
        window.answered(7);
        window.answered(107);
        assert_eq!(window.offset(later), Some(108));
    }

    #[test]
    fn only_so_many_are_left_to_this_process_alone() {
        let (mut window, now) = (Window::default(), Instant::now());
        let most = u32::try_from(LEFT_MAX).unwrap();
        for id in 0..most + 150 {
            window.fetched(id, now);
        }
        let later = now + HOLDS_MAX * 3;
        assert_eq!(window.offset(later), Some(most));
        window.confirmed(most);
        assert_eq!(window.offset(later), Some(most));
        window.answered(3);
        assert_eq!(window.offset(later), Some(most + 1));
    }
}
