//! Pictures to paint on, whose memory is used again: a path that draws itself, a figure and a face
//! are painted anew every frame. Megabytes given back to the system every time would come back page
//! by page, and a page of new memory that is read before it is written (as whatever blends does)
//! costs two faults and an interrupt of the other cores.

use std::cell::RefCell;

use tiny_skia::{IntSize, Pixmap};

/// What a thread keeps for its next canvases.
const SPARE_MAX: usize = 3;
const SPARE_BYTES_MAX: usize = 12 << 20;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// A transparent canvas; `None` for a size no picture can have. Hand it to [`spent`] when what was
/// painted on it has been read.
pub(crate) fn clear(width_px: u32, height_px: u32) -> Option<Pixmap> {
    let size = IntSize::from_wh(width_px, height_px)?;
    let len = (width_px as usize).checked_mul(height_px as usize)?.checked_mul(4)?;
    let mut memory = SPARE.with_borrow_mut(|spare| best(spare, len)).unwrap_or_default();
    memory.clear();
    memory.reserve_exact(len);
    // Written, not asked for as zeros: see above.
    memory.resize(len, 0);
    Pixmap::from_vec(memory, size)
}

/// The smallest that is large enough.
fn best(spare: &mut Vec<Vec<u8>>, len: usize) -> Option<Vec<u8>> {
    let large = spare.iter().enumerate().filter(|(_, memory)| memory.capacity() >= len);
    let (index, _) = large.min_by_key(|(_, memory)| memory.capacity())?;
    Some(spare.swap_remove(index))
}

/// Keeps a canvas's memory for this thread's next ones.
pub(crate) fn spent(canvas: Pixmap) {
    let memory = canvas.take();
    SPARE.with_borrow_mut(|spare| {
        spare.push(memory);
        let held = |spare: &[Vec<u8>]| spare.iter().map(Vec::capacity).sum::<usize>();
        while spare.len() > SPARE_MAX || held(spare) > SPARE_BYTES_MAX {
            // The oldest: sizes come in runs.
            spare.remove(0);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_memory_comes_back_clear_and_for_what_fits() {
        let mut canvas = clear(40, 30).expect("size");
        canvas.fill(tiny_skia::Color::WHITE);
        let at = canvas.data().as_ptr();
        spent(canvas);
        assert_ne!(clear(41, 30).expect("size").data().as_ptr(), at, "too small");
        let again = clear(30, 20).expect("size");
        assert_eq!((again.data().as_ptr(), again.width(), again.height()), (at, 30, 20));
        assert!(again.data().iter().all(|&byte| byte == 0));
        assert!(clear(0, 5).is_none() && clear(u32::MAX, u32::MAX).is_none());
    }

    #[test]
    fn little_is_kept() {
        for side in [100, 400, 900, 1700, 1200, 50, 60, 70] {
            spent(clear(side, side).expect("size"));
            let held = SPARE
                .with_borrow(|spare| (spare.len(), spare.iter().map(Vec::capacity).sum::<usize>()));
            assert!(held.0 <= SPARE_MAX && held.1 <= SPARE_BYTES_MAX, "{held:?}");
        }
    }
}
