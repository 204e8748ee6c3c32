//! Where the object store is: `CUTLINE_OBJECTS` and the keys to it.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use url::Url;

/// The variables read here.
pub const VARIABLES: [&str; 3] =
    ["CUTLINE_OBJECTS", "CUTLINE_S3_ACCESS_KEY_ID", "CUTLINE_S3_SECRET_ACCESS_KEY"];

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a value.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for the one call that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Which object store to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectsConfig {
    /// `CUTLINE_OBJECTS`.
    pub location: Location,
}

/// A folder or a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// `file:///absolute/path`.
    Disk(PathBuf),
    /// `s3://bucket?…`.
    S3(Box<S3Config>),
}

/// `s3://bucket?endpoint=…&region=…&path_style=…&public_endpoint=…&cold=…`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Config {
    /// The bucket, which must exist.
    pub bucket: String,
    /// `endpoint`: where an S3 that is not Amazon's answers (R2, MinIO, …).
    pub endpoint: Option<Url>,
    /// `region`. Default `us-east-1`, which stores that have no regions accept.
    pub region: String,
    /// `path_style`: the bucket in the path rather than the host name. Default: yes with an
    /// endpoint.
    pub path_style: bool,
    /// `public_endpoint`: the store as viewers reach it, where that differs from `endpoint`
    /// (presigned addresses point there).
    pub public_endpoint: Option<Url>,
    /// `cold`: storage class for videos after 30 days; `none` where the store has none.
    /// Default `STANDARD_IA` (as Amazon and R2 name it; no delay when read).
    pub cold: Option<String>,
    /// `CUTLINE_S3_ACCESS_KEY_ID`.
    pub access_key_id: Secret,
    /// `CUTLINE_S3_SECRET_ACCESS_KEY`.
    pub secret_access_key: Secret,
}

/// A variable holds something unusable. Says which, never what it holds: it may be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectsConfigError {
    /// Not a location.
    #[error("CUTLINE_OBJECTS must be file:///absolute/path or s3://bucket?endpoint=…: {0}")]
    Location(String),
    /// A bucket without the keys to it.
    #[error("{0} must be set where CUTLINE_OBJECTS is a bucket")]
    Missing(&'static str),
}

impl ObjectsConfig {
    /// A folder.
    #[must_use]
    pub fn disk(root: impl Into<PathBuf>) -> Self {
        Self { location: Location::Disk(root.into()) }
    }

    /// Reads variables through `lookup`; empty ones count as unset. Without `CUTLINE_OBJECTS`,
    /// `default_root` is the store.
    ///
    /// # Errors
    /// [`ObjectsConfigError`] naming the variable.
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
        default_root: &Path,
    ) -> Result<Self, ObjectsConfigError> {
        let get = |name: &str| {
            lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let Some(text) = get("CUTLINE_OBJECTS") else { return Ok(Self::disk(default_root)) };
        let wrong = |why: &str| ObjectsConfigError::Location(why.to_owned());
        let url = Url::parse(&text).map_err(|error| wrong(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "keys do not belong into it but into CUTLINE_S3_ACCESS_KEY_ID and \
                 CUTLINE_S3_SECRET_ACCESS_KEY",
            ));
        }
        match url.scheme() {
            "file" => {
                let root = url.to_file_path().map_err(|()| wrong("the path is not absolute"))?;
                Ok(Self::disk(root))
            }
            "s3" => {
                let secret = |name| get(name).map(Secret::new);
                let missing = ObjectsConfigError::Missing;
                let id = secret(VARIABLES[1]).ok_or(missing(VARIABLES[1]))?;
                let key = secret(VARIABLES[2]).ok_or(missing(VARIABLES[2]))?;
                Ok(Self { location: Location::S3(Box::new(bucket(&url, id, key)?)) })
            }
            _ => Err(wrong("only file: and s3: are known")),
        }
    }
}

fn bucket(url: &Url, id: Secret, key: Secret) -> Result<S3Config, ObjectsConfigError> {
    let wrong = |why: String| ObjectsConfigError::Location(why);
    let name = url.host_str().filter(|name| !name.is_empty() && url.port().is_none());
    let name = name.ok_or_else(|| wrong("it names no bucket".to_owned()))?;
    if !matches!(url.path(), "" | "/") {
        return Err(wrong("a path inside the bucket is not supported".to_owned()));
    }
    let mut config = S3Config {
        bucket: name.to_owned(),
        endpoint: None,
        region: "us-east-1".to_owned(),
        path_style: false,
        public_endpoint: None,
        cold: Some("STANDARD_IA".to_owned()),
        access_key_id: id,
        secret_access_key: key,
    };
    let mut path_style = None;
    for (option, value) in url.query_pairs() {
        let address = || match Url::parse(&value) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
            _ => Err(wrong(format!("{option} must be an http or https address"))),
        };
        match &*option {
            "endpoint" => config.endpoint = Some(address()?),
            "public_endpoint" => config.public_endpoint = Some(address()?),
            "region" => config.region = value.into_owned(),
            "cold" => config.cold = (value != "none").then(|| value.into_owned()),
            "path_style" => {
                let parsed = value.parse();
                path_style =
                    Some(parsed.map_err(|_| wrong("path_style must be true or false".to_owned()))?);
            }
            _ => return Err(wrong(format!("the option “{option}” is unknown"))),
        }
    }
    config.path_style = path_style.unwrap_or(config.endpoint.is_some());
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(objects: &str) -> Result<Location, ObjectsConfigError> {
        let lookup = |name: &str| match name {
            "CUTLINE_OBJECTS" => Some(objects.to_owned()),
            "CUTLINE_S3_ACCESS_KEY_ID" => Some("AKIDEXAMPLE".to_owned()),
            _ => Some("hunter2".to_owned()),
        };
        ObjectsConfig::from_lookup(lookup, Path::new("/default")).map(|config| config.location)
    }

    #[test]
    fn a_folder_or_a_bucket_is_read_from_one_variable() {
        assert_eq!(read("").unwrap(), Location::Disk("/default".into()));
        assert_eq!(
            read("file:///srv/my%20videos").unwrap(),
            Location::Disk("/srv/my videos".into())
        );
        let Location::S3(s3) = read("s3://videos?endpoint=https://r2.example&region=auto").unwrap()
        else {
            panic!("a bucket")
        };
        assert_eq!((s3.bucket.as_str(), s3.region.as_str()), ("videos", "auto"));
        assert!(s3.path_style && s3.public_endpoint.is_none());
        assert_eq!(s3.cold.as_deref(), Some("STANDARD_IA"));
        let Location::S3(s3) = read("s3://videos?region=eu-west-1&cold=none").unwrap() else {
            panic!("a bucket")
        };
        assert!(!s3.path_style && s3.cold.is_none());
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name_and_without_repeating_it() {
        for wrong in [
            "videos",
            "file://relative",
            "ftp://x/y",
            "s3://",
            "s3://bucket/folder",
            "s3://bucket?endpoint=r2.example",
            "s3://bucket?colour=red",
            "s3://bucket?path_style=maybe",
            "s3://AKIDEXAMPLE:hunter2@bucket",
        ] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.starts_with("CUTLINE_OBJECTS"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        let lookup = |name: &str| (name == "CUTLINE_OBJECTS").then(|| "s3://bucket".to_owned());
        let error = ObjectsConfig::from_lookup(lookup, Path::new("/d")).unwrap_err();
        assert!(error.to_string().contains("CUTLINE_S3_ACCESS_KEY_ID"));
    }

    #[test]
    fn keys_are_never_printed() {
        let shown = format!("{:?}", read("s3://bucket").unwrap());
        assert!(!shown.contains("hunter2") && !shown.contains("AKIDEXAMPLE"), "{shown}");
    }
}
