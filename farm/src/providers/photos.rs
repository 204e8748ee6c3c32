//! What photo libraries have in common: how they are treated, and how a file of theirs is fetched.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    FetchedPicture, PictureOffer, ProviderError,
    http::{Limits, Vendor},
};

/// Their hours are long (50 to 1,000 calls) and one video's searches come all at once.
pub(super) const LIMITS: Limits = Limits {
    at_once: 4,
    per_minute: Some(60),
    answer_max: Duration::from_secs(10),
    patience: Duration::from_secs(20),
    tries_max: 3,
    backoff_min: Duration::from_millis(300),
    body_bytes_max: 24 << 20,
};
/// Candidates a search; libraries have pages of 30 and more.
pub(super) const PER_PAGE: &str = "20";
/// Kinds of picture taken.
pub(super) const PICTURES: [&str; 1] = ["image/"];

/// An address with parameters for the library's image server added; what it carries already (a
/// signature, say) stays.
pub(super) fn with_parameters(address: &str, parameters: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{parameters}")
}

/// Fetches a picture from the address that its library gave.
pub(super) async fn fetch(
    vendor: &Vendor,
    offer: &PictureOffer,
    cancel: &CancellationToken,
) -> Result<FetchedPicture, ProviderError> {
    let answer = vendor.fetch(&offer.address, &PICTURES, cancel).await?;
    Ok(FetchedPicture { bytes: answer.bytes, cost_microusd: 0 })
}

#[cfg(test)]
mod tests {
    #[test]
    fn parameters_are_added_to_what_an_address_carries() {
        let sized = |address| super::with_parameters(address, "w=1600");
        assert_eq!(sized("https://a.test/1.jpeg"), "https://a.test/1.jpeg?w=1600");
        assert_eq!(sized("https://a.test/1.jpeg?sig=x"), "https://a.test/1.jpeg?sig=x&w=1600");
    }
}
