//! Whether Stripe sent it (docs.stripe.com/webhooks, "Verify webhook signatures manually").

use chrono::{DateTime, TimeDelta, Utc};
use cutline_core::objects::Secret;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Oldest and newest signature that is taken: what Stripe's own libraries allow.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsigned {
    /// No header, or one of another form.
    #[error("no Stripe-Signature of the form t=…,v1=…")]
    Form,
    /// Signed by somebody else, or something else.
    #[error("the signature does not fit the body and our signing secret")]
    Wrong,
    /// Signed too long ago, or by a clock far ahead.
    #[error("the signature's time is more than five minutes from ours")]
    Time,
}

/// Checks `header` (`t=seconds,v1=hex[,v1=hex…]`) against the body as it came: HMAC-SHA256 of
/// `t.body` under one of the secrets, compared in constant time.
///
/// # Errors
/// [`Unsigned`].
pub(super) fn check(
    header: &str,
    body: &[u8],
    secrets: &[Secret],
    now: DateTime<Utc>,
) -> Result<(), Unsigned> {
    let fields = || header.split(',').filter_map(|field| field.trim().split_once('='));
    let time = fields().find(|(name, _)| *name == "t").map(|(_, time)| time);
    let time = time.ok_or(Unsigned::Form)?;
    let signed_at = time.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let signed_at = signed_at.ok_or(Unsigned::Form)?;
    let signatures: Vec<Vec<u8>> = fields()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, signature)| hex::decode(signature).ok())
        .collect();
    if signatures.is_empty() {
        return Err(Unsigned::Form);
    }
    let fits = secrets.iter().any(|secret| {
        signatures.iter().any(|signature| {
            // A key may have any length, so this is always some.
            let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok();
            mac.is_some_and(|mac| {
                let mac = mac.chain_update(time).chain_update(b".").chain_update(body);
                mac.verify_slice(signature).is_ok()
            })
        })
    });
    if !fits {
        return Err(Unsigned::Wrong);
    }
    if (now - signed_at).abs() > TOLERANCE { Err(Unsigned::Time) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_test_secret";
    const BODY: &[u8] = br#"{"id":"evt_1","object":"event"}"#;
    /// `printf '%s' '1700000000.{"id":"evt_1","object":"event"}' | openssl dgst -sha256 -hmac …`
    const SIGNATURE: &str = "0c8670ed117751cc551a20e35839447075c42800ea3cf3e8a2fbda99cd1e6edd";

    fn at(header: &str, seconds: i64) -> Result<(), Unsigned> {
        let secrets = [Secret::new("whsec_new"), Secret::new(SECRET)];
        let now = DateTime::from_timestamp(seconds, 0).unwrap();
        check(header, BODY, &secrets, now)
    }

    #[test]
    fn what_stripe_signed_is_taken_within_five_minutes_under_either_secret() {
        let header = format!("t=1700000000,v1=00ff,v1={SIGNATURE},v0=abcd");
        assert_eq!(at(&header, 1_700_000_000), Ok(()));
        assert_eq!(at(&header, 1_700_000_300), Ok(()));
        assert_eq!(at(&header, 1_700_000_301), Err(Unsigned::Time));
        assert_eq!(at(&header, 1_699_999_699), Err(Unsigned::Time));
    }

    #[test]
    fn anything_else_is_refused() {
        // Another moment, another scheme, a cut signature, other bytes.
        let moved = format!("t=1700000001,v1={SIGNATURE}");
        assert_eq!(at(&moved, 1_700_000_000), Err(Unsigned::Wrong));
        let scheme = format!("t=1700000000,v0={SIGNATURE}");
        assert_eq!(at(&scheme, 1_700_000_000), Err(Unsigned::Form));
        let cut = format!("t=1700000000,v1={}", &SIGNATURE[..62]);
        assert_eq!(at(&cut, 1_700_000_000), Err(Unsigned::Wrong));
        for header in ["", "t=", "v1=aa", "t=x,v1=aa", "t=1700000000", "t=1700000000,v1=zz"] {
            assert_eq!(at(header, 1_700_000_000), Err(Unsigned::Form), "{header}");
        }
        let good = format!("t=1700000000,v1={SIGNATURE}");
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let secrets = [Secret::new(SECRET)];
        let refused = check(&good, b"{\"id\":\"evt_2\"}", &secrets, now);
        assert_eq!(refused, Err(Unsigned::Wrong));
        assert_eq!(check(&good, BODY, &[], now), Err(Unsigned::Wrong));
    }
}
