//! The bucket's own rules: how long objects stay and which pages may read them. Applied by
//! `cutline-bots migrate --bucket`; rules of others in the same bucket are left as they are.

use aws_sdk_s3::{
    error::BuildError,
    types::{
        AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, CorsConfiguration, CorsRule,
        ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter, Transition,
        TransitionStorageClass,
    },
};
use chrono::TimeDelta;

use super::{S3, errors, store};
use crate::objects::{CHECKPOINTS_KEPT, COLD_AFTER, ObjectsError, Retention};

/// What the names of our rules begin with.
const OURS: &str = "cutline-";

/// What became of a bucket's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Lifecycle rules of ours that are now in force.
    pub lifecycle: usize,
    /// Whether the store knows CORS rules at all (without them, captions and video still play:
    /// the gateway serves captions itself).
    pub cors: bool,
}

impl S3 {
    /// Puts lifecycle and CORS rules on the bucket; doing it again changes nothing. `origins` are
    /// the pages' origins (`https://watch.example`).
    ///
    /// # Errors
    /// As any write to the bucket; `ErrorKind::Refused` when the store does not know the cold
    /// storage class (then `cold=none` belongs into `CUTLINE_OBJECTS`).
    pub async fn apply_rules(&self, origins: &[String]) -> Result<Rules, ObjectsError> {
        let wrong = |error: BuildError| errors::refused("writing the bucket's rules", &error);
        let ours = self.lifecycle().map_err(wrong)?;
        let lifecycle = ours.len();
        let mut rules = self.foreign_lifecycle().await?;
        rules.extend(ours);
        let all = BucketLifecycleConfiguration::builder().set_rules(Some(rules));
        self.client
            .put_bucket_lifecycle_configuration()
            .bucket(&*self.bucket)
            .lifecycle_configuration(all.build().map_err(wrong)?)
            .send()
            .await
            .map_err(|error| store("setting lifecycle rules", error))?;
        let cors = self.apply_cors(origins).await?;
        Ok(Rules { lifecycle, cors })
    }

    fn lifecycle(&self) -> Result<Vec<LifecycleRule>, BuildError> {
        let mut rules = Vec::new();
        for class in Retention::ALL {
            let mut rule = expire(class.prefix(), class.kept());
            if let Some(cold) = self.cold.as_deref().filter(|_| class.kept() > COLD_AFTER) {
                rule = rule.transitions(
                    Transition::builder()
                        .days(days(COLD_AFTER))
                        .storage_class(TransitionStorageClass::from(cold))
                        .build(),
                );
            }
            rules.push(rule.build()?);
        }
        rules.push(expire("checkpoints/", CHECKPOINTS_KEPT).build()?);
        rules.push(
            LifecycleRule::builder()
                .id(format!("{OURS}unfinished-uploads"))
                .status(ExpirationStatus::Enabled)
                .filter(LifecycleRuleFilter::builder().prefix("").build())
                .abort_incomplete_multipart_upload(
                    AbortIncompleteMultipartUpload::builder().days_after_initiation(1).build(),
                )
                .build()?,
        );
        Ok(rules)
    }

    async fn foreign_lifecycle(&self) -> Result<Vec<LifecycleRule>, ObjectsError> {
        let request = self.client.get_bucket_lifecycle_configuration().bucket(&*self.bucket);
        match request.send().await {
            Ok(found) => {
                let ours = |rule: &LifecycleRule| rule.id().is_some_and(|id| id.starts_with(OURS));
                Ok(found.rules.unwrap_or_default().into_iter().filter(|r| !ours(r)).collect())
            }
            Err(error) if errors::code(&error) == Some("NoSuchLifecycleConfiguration") => {
                Ok(Vec::new())
            }
            Err(error) => Err(store("reading lifecycle rules", error)),
        }
    }

    async fn apply_cors(&self, origins: &[String]) -> Result<bool, ObjectsError> {
        let wrong = |error: BuildError| errors::refused("writing the bucket's rules", &error);
        let request = self.client.get_bucket_cors().bucket(&*self.bucket);
        let mut rules = match request.send().await {
            Ok(found) => found.cors_rules.unwrap_or_default(),
            Err(error) if errors::code(&error) == Some("NoSuchCORSConfiguration") => Vec::new(),
            Err(error) if is_unknown(errors::code(&error)) => return Ok(false),
            Err(error) => return Err(store("reading CORS rules", error)),
        };
        rules.retain(|rule| rule.id().is_none_or(|id| !id.starts_with(OURS)));
        let rule = CorsRule::builder()
            .id(format!("{OURS}watch"))
            .set_allowed_origins(Some(origins.to_vec()))
            .set_allowed_methods(Some(vec!["GET".to_owned(), "HEAD".to_owned()]))
            .allowed_headers("Range")
            .set_expose_headers(Some(
                ["Content-Length", "Content-Range", "Accept-Ranges", "ETag"]
                    .map(str::to_owned)
                    .to_vec(),
            ))
            .max_age_seconds(3600);
        rules.push(rule.build().map_err(wrong)?);
        let all = CorsConfiguration::builder().set_cors_rules(Some(rules)).build();
        let request = self.client.put_bucket_cors().bucket(&*self.bucket);
        match request.cors_configuration(all.map_err(wrong)?).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_unknown(errors::code(&error)) => Ok(false),
            Err(error) => Err(store("setting CORS rules", error)),
        }
    }
}

fn is_unknown(code: Option<&str>) -> bool {
    matches!(code, Some("NotImplemented" | "MethodNotAllowed"))
}

fn expire(prefix: &str, kept: TimeDelta) -> aws_sdk_s3::types::builders::LifecycleRuleBuilder {
    LifecycleRule::builder()
        .id(format!("{OURS}{}", prefix.trim_end_matches('/').replace('/', "-")))
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix(prefix).build())
        .expiration(LifecycleExpiration::builder().days(days(kept)).build())
}

/// Whole days; lifecycle rules then act at the next midnight, so nothing goes early.
fn days(time: TimeDelta) -> i32 {
    i32::try_from(time.num_days()).unwrap_or(i32::MAX)
}
