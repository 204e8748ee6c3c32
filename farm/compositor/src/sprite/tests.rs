//! What a sprite keeps of a picture.

use super::*;
use crate::colour::{rgb_to_yuv, solid_paint};
use crate::scene::Rgba;

#[test]
fn a_sprite_is_cut_to_what_shows_and_remembers_where_it_was() {
    let mut pixmap = Pixmap::new(100, 80).expect("size");
    let rect = tiny_skia::Rect::from_xywh(30.0, 20.0, 10.0, 6.0).expect("rect");
    let red = solid_paint(Rgba(255, 0, 0, 255));
    pixmap.fill_rect(rect, &red, tiny_skia::Transform::identity(), None);
    let sprite = Sprite::from_pixmap(&pixmap, (-50.0, -40.0), 2.0).expect("visible");
    let level = &sprite.levels[0];
    assert_eq!((level.width(), level.height()), (18, 14));
    assert_eq!(sprite.origin_px, (-50.0 + 13.0, -40.0 + 8.0));
    let yuv = rgb_to_yuv(255, 0, 0);
    let centres = [7 * 18 + 9, 3 * 9 + 4, 3 * 9 + 4];
    for ((plane, centre), value) in level.planes.iter().zip(centres).zip(yuv) {
        assert_eq!(plane.texels[centre], u16::from(value) | 255 << 8);
    }
}

#[test]
fn nothing_visible_makes_no_sprite() {
    let pixmap = Pixmap::new(4, 4).expect("size");
    assert!(Sprite::from_pixmap(&pixmap, (0.0, 0.0), 1.0).is_none());
}
