//! Settings of the gateway.

use std::net::SocketAddr;

use cutline_core::objects::Secret;

/// The variables read here (`CUTLINE_PUBLIC_URL` is the front desk's too).
pub const VARIABLES: [&str; 4] = [
    "CUTLINE_GATEWAY_ADDRESS",
    "CUTLINE_PUBLIC_URL",
    "CUTLINE_OPS_TOKEN",
    "CUTLINE_STRIPE_WEBHOOK_SECRET",
];

/// Where the gateway listens and what it is called.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// `CUTLINE_GATEWAY_ADDRESS`: address and port. Default `127.0.0.1:8700`; port 0 lets the
    /// system choose.
    pub address: SocketAddr,
    /// `CUTLINE_PUBLIC_URL`: what links begin with, without a slash at the end.
    /// Default `http://` and the address.
    pub public_url: String,
    /// `CUTLINE_OPS_TOKEN`: what `/metrics` asks for. Unset: anybody may read them.
    pub ops_token: Option<Secret>,
    /// `CUTLINE_STRIPE_WEBHOOK_SECRET`: the signing secrets (`whsec_…`) of Stripe's webhook,
    /// separated by commas. None: `/webhooks/stripe` does not exist.
    pub stripe_secrets: Vec<Secret>,
}

/// A variable holds something unusable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayConfigError {
    /// Not an address.
    #[error("CUTLINE_GATEWAY_ADDRESS is “{0}” but must be address:port, such as 127.0.0.1:8700")]
    Address(String),
    /// Not the beginning of links.
    #[error("CUTLINE_PUBLIC_URL must begin with http:// or https:// and hold neither ? nor #")]
    PublicUrl,
    /// Not a webhook's signing secret; an API key, perhaps.
    #[error(
        "CUTLINE_STRIPE_WEBHOOK_SECRET must be the webhook's signing secret, which begins with whsec_"
    )]
    StripeSecret,
}

impl GatewayConfig {
    /// Reads variables through `lookup`; empty ones count as unset.
    ///
    /// # Errors
    /// [`GatewayConfigError`] naming the variable.
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, GatewayConfigError> {
        let get = |name: &str| {
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let address = get("CUTLINE_GATEWAY_ADDRESS").unwrap_or_else(|| "127.0.0.1:8700".to_owned());
        let Ok(address) = address.parse::<SocketAddr>() else {
            return Err(GatewayConfigError::Address(address));
        };
        let public_url = match get("CUTLINE_PUBLIC_URL") {
            None => format!("http://{address}"),
            Some(url) => {
                let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
                let fits = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
                    && !url.contains(['?', '#', ' ', '"']);
                if !fits {
                    return Err(GatewayConfigError::PublicUrl);
                }
                url.trim_end_matches('/').to_owned()
            }
        };
        let mut stripe_secrets = Vec::new();
        for secret in get("CUTLINE_STRIPE_WEBHOOK_SECRET").unwrap_or_default().split(',') {
            match secret.trim() {
                "" => {}
                secret if secret.strip_prefix("whsec_").is_some_and(|rest| rest.len() >= 8) => {
                    stripe_secrets.push(Secret::new(secret.to_owned()));
                }
                _ => return Err(GatewayConfigError::StripeSecret),
            }
        }
        let ops_token = get("CUTLINE_OPS_TOKEN").map(Secret::new);
        Ok(Self { address, public_url, ops_token, stripe_secrets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<GatewayConfig, GatewayConfigError> {
        GatewayConfig::from_lookup(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn links_begin_with_the_public_address_or_else_with_ours() {
        assert_eq!(read(&[]).unwrap().public_url, "http://127.0.0.1:8700");
        let public = read(&[("CUTLINE_PUBLIC_URL", "https://cut.example/")]).unwrap();
        assert_eq!(public.public_url, "https://cut.example");
        for wrong in ["cut.example", "ftp://cut.example", "https://", "https:///x", "https://a?b"] {
            assert!(read(&[("CUTLINE_PUBLIC_URL", wrong)]).is_err(), "{wrong}");
        }
        assert!(read(&[("CUTLINE_GATEWAY_ADDRESS", "8700")]).is_err());
    }

    #[test]
    fn a_signing_secret_is_told_from_an_api_key_and_never_shown() {
        let name = "CUTLINE_STRIPE_WEBHOOK_SECRET";
        let two = read(&[(name, "whsec_aaaaaaaa, whsec_bbbbbbbb")]).unwrap();
        assert_eq!(two.stripe_secrets.len(), 2);
        assert!(!format!("{two:?}").contains("aaaaaaaa"));
        let wrong = read(&[(name, "sk_live_aaaaaaaa")]).unwrap_err();
        assert_eq!(wrong, GatewayConfigError::StripeSecret);
        assert!(!wrong.to_string().contains("aaaaaaaa"));
    }
}
