//! Colours and words of the phone: one theme a video, chosen from its first palette and seed.

use rand::Rng as _;

use crate::{palette::WHITE, scene::Rgba, treatments::Take};

/// How the phone looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Theme {
    /// Dark appearance.
    pub(super) dark: bool,
    /// Behind the list, top and bottom.
    pub(super) back: [Rgba; 2],
    /// Quiet light behind the list.
    pub(super) glow: Rgba,
    /// Header and composer.
    pub(super) bar: Rgba,
    /// Hairlines.
    pub(super) hairline: Rgba,
    /// Names.
    pub(super) ink: Rgba,
    /// Receipts, placeholders.
    pub(super) quiet: Rgba,
    /// Bubbles of others, and their text.
    pub(super) theirs: [Rgba; 2],
    /// Bubbles of the owner, and their text.
    pub(super) ours: [Rgba; 2],
    /// Keys, special keys and the keyboard behind them.
    pub(super) keys: [Rgba; 3],
    /// Avatar in the middle of the header, or at its start.
    pub(super) centred: bool,
    /// Minutes after midnight at which the conversation takes place.
    pub(super) clock_minutes: u32,
}

/// Bubble colours of the owner that carry white text (contrast ≥ 4.5 : 1).
const OURS: [u32; 5] = [0x1D_6F_F2, 0x6A_48_E8, 0x0A_7C_6E, 0xC8_2F_68, 0x1C_7A_3E];

impl Theme {
    /// The theme of a story: the same for all its shots.
    pub(super) fn of(take: &Take) -> Self {
        let mut rng = take.story_rng("phone");
        let first = take.story.shots.first().map_or(take.palette, |shot| shot.palette.colours());
        let dark = !first.is_light() && rng.random_range(0..5) < 3;
        let ours = Rgba::hex(OURS[rng.random_range(0..OURS.len())]);
        let centred = rng.random_bool(0.5);
        let clock_minutes = rng.random_range(8 * 60..22 * 60);
        let tint = first.glow;
        let light = Self {
            dark: false,
            back: [WHITE.mix(tint, 0.03), Rgba::hex(0xF3_F5_FA).mix(tint, 0.12)],
            glow: tint.mix(WHITE, 0.35).with_alpha(0.30),
            bar: Rgba::hex(0xF7_F7_FA),
            hairline: Rgba::hex(0xD6_D7_DE),
            ink: Rgba::hex(0x11_13_18),
            quiet: Rgba::hex(0x6B_6F_7B),
            theirs: [Rgba::hex(0xE7_E8_EE), Rgba::hex(0x11_13_18)],
            ours: [ours, WHITE],
            keys: [WHITE, Rgba::hex(0xB4_B8_C4), Rgba::hex(0xD3_D6_DE)],
            centred,
            clock_minutes,
        };
        if !dark {
            return light;
        }
        let night = Rgba::hex(0x0B_0D_14);
        Self {
            dark: true,
            back: [night.mix(first.bg1, 0.20), night.mix(first.bg2, 0.25)],
            glow: first.glow.with_alpha(0.26),
            bar: Rgba::hex(0x16_18_20).mix(first.bg1, 0.12),
            hairline: Rgba::hex(0x2C_2F_3A),
            ink: Rgba::hex(0xF4_F5_F8),
            quiet: Rgba::hex(0x9A_9F_AE),
            theirs: [Rgba::hex(0x2A_2D_38), Rgba::hex(0xF4_F5_F8)],
            keys: [Rgba::hex(0x4A_4D_57), Rgba::hex(0x30_32_3A), Rgba::hex(0x1B_1D_24)],
            ..light
        }
    }

    /// A time of day `minutes` into the conversation ("18:42").
    pub(super) fn time(&self, minutes: u32) -> String {
        let total = (self.clock_minutes + minutes) % (24 * 60);
        format!("{}:{:02}", total / 60, total % 60)
    }
}

/// The few words a phone writes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Heading of the day.
    pub(super) today: &'static str,
    /// Receipt before the other has read it.
    pub(super) delivered: &'static str,
    /// Receipt after.
    pub(super) read: &'static str,
    /// In the empty composer.
    pub(super) message: &'static str,
    /// Under a name.
    pub(super) online: &'static str,
}

/// The phone's words in the language of a BCP 47 tag; English where we have none.
pub(super) fn words(language: &str) -> Words {
    let (today, delivered, read, message, online) = match language.split('-').next().unwrap_or("") {
        "es" => ("Hoy", "Entregado", "Leído", "Mensaje", "en línea"),
        "fr" => ("Aujourd’hui", "Distribué", "Lu", "Message", "en ligne"),
        "de" => ("Heute", "Zugestellt", "Gelesen", "Nachricht", "online"),
        "it" => ("Oggi", "Consegnato", "Letto", "Messaggio", "online"),
        "pt" => ("Hoje", "Entregue", "Lida", "Mensagem", "online"),
        "ru" => ("Сегодня", "Доставлено", "Прочитано", "Сообщение", "в сети"),
        "zh" => ("今天", "已送达", "已读", "信息", "在线"),
        "ja" => ("今日", "配信済み", "開封済み", "メッセージ", "オンライン"),
        "hi" => ("आज", "पहुँच गया", "पढ़ा गया", "संदेश", "ऑनलाइन"),
        "ar" => ("اليوم", "تم التسليم", "تمت القراءة", "رسالة", "متصل الآن"),
        "he" => ("היום", "נמסר", "נקרא", "הודעה", "מחובר"),
        _ => ("Today", "Delivered", "Read", "Message", "online"),
    };
    Words { today, delivered, read, message, online }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_can_be_read_on_every_bubble_of_the_owner() {
        for colour in OURS {
            assert!(Rgba::hex(colour).contrast(WHITE) >= 4.5, "{colour:06x}");
        }
    }
}
