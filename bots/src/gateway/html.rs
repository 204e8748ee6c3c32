//! Escaping for HTML text and quoted attributes.

use std::fmt::{self, Write};

/// Shows a text literally wherever HTML allows text or a double-quoted attribute value. Control
/// characters, which HTML does not allow, become the replacement character.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => f.write_char(' ')?,
                c if c.is_control() => f.write_char(char::REPLACEMENT_CHARACTER)?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Web addresses only: no `javascript:`, no `data:`.
pub(super) fn web_address(address: &str) -> Option<&str> {
    let lower = address.get(..8).map(str::to_ascii_lowercase)?;
    (lower.starts_with("https://") || lower.starts_with("http://")).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_html_loses_it() {
        let hostile = "</title><script>alert('x')</script>\" onload=\"&amp;\0\u{85}\r";
        let shown = Escaped(hostile).to_string();
        assert!(!shown.contains(['<', '>', '"', '\'', '\0', '\u{85}', '\r']), "{shown}");
        assert!(shown.contains("&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)"));
        assert!(shown.contains("&amp;amp;"), "what looks escaped is escaped again: {shown}");
        assert_eq!(Escaped("天空 – 3 × ½ 🐙").to_string(), "天空 – 3 × ½ 🐙");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(web_address("https://unsplash.com/x").is_some());
        assert!(web_address("HTTP://a.b/c").is_some());
        for wrong in ["javascript:alert(1)", "data:text/html,x", " https://x", "//x", "", "ä"] {
            assert_eq!(web_address(wrong), None, "{wrong}");
        }
    }
}
