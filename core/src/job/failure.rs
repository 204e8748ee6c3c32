//! Why there is no video, in words for the person. A job keeps a code and the English words;
//! whoever reads another language is told what the code stands for.

use crate::{
    error::CONTENT_REFUSED,
    words::{Tongue, say},
};

/// What the code of a failed job stands for; `None` where there are only the job's own words.
#[must_use]
pub fn said(tongue: Tongue, code: &str) -> Option<String> {
    Some(match code {
        "DEFECT" | "MACHINE" | "PROVIDER" | "UNEXPECTED" => say!(tongue, "failed-ours"),
        "TOO_LONG" => say!(tongue, "failed-too-long"),
        "QUALITY_GATE" => say!(tongue, "failed-gate"),
        "WORKER_LOST" => say!(tongue, "failed-worker-lost"),
        "PLAN_LIMIT" => say!(tongue, "failed-plan-limit"),
        "BRAND_KIT" => say!(tongue, "failed-brand"),
        CONTENT_REFUSED => say!(tongue, "sentence-policy"),
        "PICTURE" => say!(tongue, "failed-picture"),
        "FILM_BLOCKED" => say!(tongue, "failed-film-blocked"),
        "PHOTO_BLOCKED" => say!(tongue, "failed-photo-blocked"),
        "PHOTO_NEEDED" => say!(tongue, "photo-needed"),
        "PHOTO_UNFIT" => say!(tongue, "failed-photo-unfit"),
        "TALKER_UNAVAILABLE" => say!(tongue, "failed-talker"),
        _ => return None,
    })
}

/// The code of a failure that the person can mend, by what they would have to change.
#[must_use]
pub fn code_of(field: &str) -> Option<&'static str> {
    match field {
        "brand" => Some("BRAND_KIT"),
        field if field.starts_with("images") => Some("PICTURE"),
        _ => None,
    }
}
