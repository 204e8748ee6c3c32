//! Sprites by what they show, shared between threads, least recently used thrown out first.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sprite::Sprite;

/// A bounded store of rasterised layers.
#[derive(Debug)]
pub struct SpriteCache {
    bytes_max: usize,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// By content key: when last used, and the sprite (`None`: nothing to show).
    entries: BTreeMap<u64, (u64, Option<Arc<Sprite>>)>,
    bytes: usize,
    clock: u64,
}

/// Entries asked for within this many look-ups are on screen somewhere: throwing one out would mean
/// rasterising it again for the very next frame. Two threads of 50 layers, four frames.
const ON_SCREEN_LOOKUPS: u64 = 400;

/// What an entry weighs apart from its texels.
const ENTRY_BYTES: usize = 256;

fn weight_bytes(sprite: Option<&Arc<Sprite>>) -> usize {
    ENTRY_BYTES + sprite.map_or(0, |sprite| sprite.size_bytes())
}

impl SpriteCache {
    /// An empty cache that holds at most `bytes_max`, and up to twice that while everything in it
    /// is on screen (apart from its newest entry).
    #[must_use]
    pub fn new(bytes_max: usize) -> Self {
        Self { bytes_max, shelf: Mutex::default() }
    }

    /// The sprite under `key`, made if it is not there. Two threads may make the same one at once;
    /// neither waits for the other.
    pub(crate) fn get_or_make(
        &self,
        key: u64,
        make: impl FnOnce() -> Option<Sprite>,
    ) -> Option<Arc<Sprite>> {
        let made: Result<_, Infallible> = self.get_or_try_make(key, || Ok(make()));
        match made {
            Ok(sprite) => sprite,
        }
    }

    /// [`Self::get_or_make`] for what may fail; a failure is not remembered.
    pub(crate) fn get_or_try_make<E>(
        &self,
        key: u64,
        make: impl FnOnce() -> Result<Option<Sprite>, E>,
    ) -> Result<Option<Arc<Sprite>>, E> {
        if let Some(found) = self.find(key) {
            return Ok(found);
        }
        let sprite = make()?.map(Arc::new);
        self.put(key, sprite.clone());
        Ok(sprite)
    }

    fn find(&self, key: u64) -> Option<Option<Arc<Sprite>>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.clock += 1;
        let clock = shelf.clock;
        let entry = shelf.entries.get_mut(&key)?;
        entry.0 = clock;
        Some(entry.1.clone())
    }

    fn put(&self, key: u64, sprite: Option<Arc<Sprite>>) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.clock += 1;
        let clock = shelf.clock;
        shelf.bytes += weight_bytes(sprite.as_ref());
        if let Some((_, old)) = shelf.entries.insert(key, (clock, sprite)) {
            shelf.bytes -= weight_bytes(old.as_ref());
        }
        while shelf.bytes > self.bytes_max && shelf.entries.len() > 1 {
            let by_age = shelf.entries.iter().map(|(&key, entry)| (entry.0, key));
            let Some((used, oldest)) = by_age.min() else { break };
            let on_screen = clock - used < ON_SCREEN_LOOKUPS;
            if on_screen && shelf.bytes <= 2 * self.bytes_max {
                break;
            }
            if let Some((_, gone)) = shelf.entries.remove(&oldest) {
                shelf.bytes -= weight_bytes(gone.as_ref());
            }
        }
    }

    /// Bytes held now.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sprite() -> Option<Sprite> {
        let mut pixmap = tiny_skia::Pixmap::new(100, 100)?;
        pixmap.fill(tiny_skia::Color::WHITE);
        Sprite::from_pixmap(&pixmap, (0.0, 0.0), 1.0)
    }

    #[test]
    fn the_least_recently_used_goes_first_and_the_bound_holds() {
        let one = sprite().expect("visible").size_bytes() + ENTRY_BYTES;
        let cache = SpriteCache::new(one * 3);
        for key in 0..3 {
            cache.get_or_make(key, sprite);
        }
        for _ in 0..ON_SCREEN_LOOKUPS {
            cache.get_or_make(0, || panic!("0 is there"));
        }
        cache.get_or_make(9, sprite);
        assert!(cache.size_bytes() <= one * 3);
        cache.get_or_make(0, || panic!("0 was used last"));
        let mut made = false;
        cache.get_or_make(1, || {
            made = true;
            sprite()
        });
        assert!(made, "1 was the oldest");
    }

    #[test]
    fn what_is_on_screen_stays_even_over_the_bound_but_not_over_twice() {
        let one = sprite().expect("visible").size_bytes() + ENTRY_BYTES;
        let cache = SpriteCache::new(one * 3);
        for _ in 0..2 {
            for key in 0..6 {
                cache.get_or_make(key, sprite);
            }
        }
        assert_eq!(cache.size_bytes(), one * 6);
        cache.get_or_make(6, sprite);
        assert_eq!(cache.size_bytes(), one * 6);
    }
}
