//! Reads single values: accounts, addresses, prices in whole millionths of a dollar, voices. No
//! error repeats what a variable holds: it may be a key.

use cutline_core::objects::Secret;
use url::Url;

use super::{Account, CloudConfigError, ElevenVoice, NONE, Price};

/// Reads one variable; empty counts as unset.
pub(super) struct Reader<'a>(pub &'a dyn Fn(&str) -> Option<String>);

impl Reader<'_> {
    pub(super) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// A vendor is on once its key is set, or its address where that differs from the default.
    pub(super) fn account(
        &self,
        key: &'static str,
        url: &'static str,
        default: &str,
    ) -> Result<Option<Account>, CloudConfigError> {
        let secret = self.get(key);
        let address = self.get(url);
        if secret.is_none() && address.is_none() {
            return Ok(None);
        }
        if secret.as_ref().is_some_and(|key| !key.chars().all(|c| c.is_ascii_graphic())) {
            return Err(CloudConfigError {
                name: key,
                reason: "is not a key: it has spaces or control characters",
            });
        }
        let url = base(url, address.as_deref().unwrap_or(default))?;
        Ok(Some(Account { url, key: secret.map(Secret::new) }))
    }

    /// A model, or `None` where the part is switched off.
    pub(super) fn model(&self, name: &str, default: &str) -> Option<String> {
        Some(self.get(name).unwrap_or_else(|| default.to_owned())).filter(|model| model != NONE)
    }

    /// A number from 1 to `most`.
    pub(super) fn count(
        &self,
        name: &'static str,
        default: usize,
        most: usize,
    ) -> Result<usize, CloudConfigError> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let count = text.parse().ok().filter(|count| (1..=most).contains(count));
        count.ok_or(CloudConfigError { name, reason: "must be a small whole number, at least 1" })
    }

    pub(super) fn dollars(
        &self,
        name: &'static str,
        default: u64,
    ) -> Result<u64, CloudConfigError> {
        self.get(name).map_or(Ok(default), |text| dollars(name, &text))
    }

    pub(super) fn price(
        &self,
        name: &'static str,
        default: Price,
    ) -> Result<Price, CloudConfigError> {
        self.get(name).map_or(Ok(default), |text| price(name, &text))
    }

    /// One value for every task of a writer, or `task=value` for some of them; in the order script,
    /// reword.
    pub(super) fn by_task<T>(
        &self,
        name: &'static str,
        mut values: [T; 2],
        parse: impl Fn(&str) -> Result<T, CloudConfigError>,
    ) -> Result<[T; 2], CloudConfigError> {
        let Some(text) = self.get(name) else { return Ok(values) };
        if !text.contains('=') {
            return Ok([parse(&text)?, parse(&text)?]);
        }
        for entry in text.split(',') {
            let (task, value) = entry.split_once('=').unwrap_or_default();
            let at = TASKS.iter().position(|known| *known == task.trim()).ok_or({
                let reason = "must be one value, or script=… and reword=…, separated by commas";
                CloudConfigError { name, reason }
            })?;
            values[at] = parse(value.trim())?;
        }
        Ok(values)
    }
}

/// What writers do, as settings name it.
const TASKS: [&str; 2] = ["script", "reword"];

/// "0.75/4.50".
pub(super) fn price(name: &'static str, text: &str) -> Result<Price, CloudConfigError> {
    let reason = "must be two prices in dollars, in/out, such as 0.75/4.50";
    let (input, output) = text.split_once('/').ok_or(CloudConfigError { name, reason })?;
    Ok(Price { input_microusd: dollars(name, input)?, output_microusd: dollars(name, output)? })
}

pub(super) fn base(name: &'static str, text: &str) -> Result<Url, CloudConfigError> {
    let wrong = |reason| CloudConfigError { name, reason };
    let url = Url::parse(text)
        .map_err(|_| wrong("must be an address such as https://api.example.com/v1"))?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Err(wrong("must be an http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(wrong("must not hold a key: it has a variable of its own"));
    }
    Ok(url)
}

/// "0.75" → 750000.
pub(super) fn dollars(name: &'static str, text: &str) -> Result<u64, CloudConfigError> {
    let wrong = CloudConfigError { name, reason: "must be dollars, such as 0.05" };
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.len() <= 6 && text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return Err(wrong);
    }
    let whole: u64 = whole.parse().map_err(|_| wrong.clone())?;
    let part: u64 = format!("{part:0<6}").parse().map_err(|_| wrong)?;
    Ok(whole * 1_000_000 + part)
}

/// "id:gender:tone+tone, id:…".
pub(super) fn voices(text: &str) -> Result<Vec<ElevenVoice>, CloudConfigError> {
    let name = "CUTLINE_ELEVENLABS_VOICES";
    let reason = "must be voices as id:gender:tone+tone, separated by commas";
    let one = |entry: &str| {
        let mut parts = entry.trim().split(':');
        let (id, gender, tones) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
        let fits = !id.is_empty()
            && id.len() <= 64
            && id.chars().all(|c| c.is_ascii_alphanumeric())
            && matches!(gender, "female" | "male");
        let tones = tones.split('+').filter(|tone| !tone.is_empty()).map(str::to_owned).collect();
        fits.then(|| ElevenVoice { id: id.to_owned(), gender: gender.to_owned(), tones })
    };
    text.split(',').map(|entry| one(entry).ok_or(CloudConfigError { name, reason })).collect()
}
