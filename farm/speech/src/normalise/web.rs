//! Addresses: URLs, e-mail, handles and hashtags.

use super::{Reading, View, number::cardinal, one};

const DOMAINS: [&str; 18] = [
    "com", "org", "net", "edu", "gov", "io", "ai", "app", "dev", "co", "uk", "de", "fr", "eu",
    "info", "tv", "me", "ly",
];

/// Reads an address; "#1" is a number, "#tag" a hashtag.
pub(super) fn read(view: &View<'_>) -> Option<Reading> {
    let core = view.core(0);
    if let Some(tag) = core.strip_prefix('#').filter(|tag| !tag.is_empty()) {
        return match tag.parse::<u64>() {
            Ok(n) => one(&format!("number {}", cardinal(n))),
            Err(_) => one(&format!("hashtag {}", camel(tag))),
        };
    }
    if let Some(handle) = core.strip_prefix('@').filter(|handle| !handle.is_empty()) {
        return one(&format!("at {}", address(handle)));
    }
    if let Some((user, domain)) = core.split_once('@') {
        return (!user.is_empty() && domain.contains('.'))
            .then(|| vec![super::words(&format!("{} at {}", address(user), address(domain)))]);
    }
    let bare = core.trim_start_matches("https://").trim_start_matches("http://");
    let host = bare.split('/').next().unwrap_or(bare);
    let is_url = bare.len() < core.len() || bare.starts_with("www.") || is_domain(host);
    is_url.then(|| {
        vec![super::words(&address(bare.trim_start_matches("www.").trim_end_matches('/')))]
    })
}

fn is_domain(host: &str) -> bool {
    host.rsplit_once('.').is_some_and(|(name, end)| {
        name.len() > 1
            && DOMAINS.contains(&end)
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
    })
}

/// Dots, slashes and dashes by name.
fn address(text: &str) -> String {
    let mut said = String::new();
    for c in text.chars() {
        match c {
            '.' => said.push_str(" dot "),
            '/' => said.push_str(" slash "),
            '-' => said.push_str(" dash "),
            '_' => said.push_str(" underscore "),
            c if c.is_alphanumeric() => said.push(c),
            _ => said.push(' '),
        }
    }
    said
}

/// "ThrowbackThursday" → "Throwback Thursday".
fn camel(tag: &str) -> String {
    let mut said = String::new();
    let mut lower = false;
    for c in tag.chars() {
        if c.is_uppercase() && lower {
            said.push(' ');
        }
        lower = c.is_lowercase();
        said.push(if c.is_alphanumeric() { c } else { ' ' });
    }
    said
}
