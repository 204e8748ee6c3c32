//! Logs: text for a person at a terminal, JSON lines for machines. Job and account ids travel in
//! spans ("job": `job`, `account`, `reference`, `token`, `attempt`), so every line of a job has
//! them.

use tracing_subscriber::EnvFilter;

/// The variables read here, as `.env.sample` must list them.
pub const VARIABLES: [&str; 1] = ["CUTLINE_LOG_FORMAT"];

/// What a long-running process says unless `RUST_LOG` says otherwise.
const SERVICE_FILTER: &str = "info,lapin=warn,amq_protocol=warn,tokio_postgres=warn,hyper=warn,\
    aws_smithy_runtime=warn,aws_sdk_s3=warn,refinery_core=warn";

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Format {
    /// `CUTLINE_LOG_FORMAT`: `text` or `json`. Default: text at a terminal, JSON elsewhere.
    pub fn chosen(lookup: impl Fn(&str) -> Option<String>, terminal: bool) -> Self {
        match lookup(VARIABLES[0]).as_deref().map(str::trim) {
            Some("json") => Self::Json,
            Some("text") => Self::Text,
            _ if terminal => Self::Text,
            _ => Self::Json,
        }
    }
}

/// Starts logging to standard error for a process that runs for long. Does nothing when logging was
/// started before.
pub fn start(format: Format) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(SERVICE_FILTER));
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    let started = match format {
        Format::Text => builder.try_init(),
        Format::Json => builder.json().flatten_event(true).with_current_span(true).try_init(),
    };
    // Tests start several processes' worth of code in one: the first logger stands.
    drop(started);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_get_json_unless_told_otherwise() {
        assert_eq!(Format::chosen(|_| None, false), Format::Json);
        assert_eq!(Format::chosen(|_| None, true), Format::Text);
        assert_eq!(Format::chosen(|_| Some("text".into()), false), Format::Text);
        assert_eq!(Format::chosen(|_| Some("json".into()), true), Format::Json);
    }
}
