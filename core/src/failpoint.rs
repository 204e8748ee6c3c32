//! Places at which a test can make the process die, stand still or fail. Without the feature
//! `failpoints` the macro is nothing at all.
//!
//! `CUTLINE_FAILPOINTS` holds `name=action` pairs of the `fail` crate, separated by `;`:
//! `relay.after_publish=1*return` kills the process (SIGKILL: no destructor runs, as in a power
//! cut) the first time it comes past; `worker.after_claim=2%return`;
//! `submit.before_commit=sleep(100)`.

/// The environment variable that arms failpoints.
pub const VARIABLE: &str = "CUTLINE_FAILPOINTS";

/// Every place there is, so that a chaos run can draw from them and a typing error is found.
pub const NAMES: [&str; 21] = [
    "submit.before_commit",
    "submit.after_commit",
    "relay.before_publish",
    "relay.after_publish",
    "relay.after_confirm",
    "worker.after_claim",
    "worker.before_provider",
    "worker.after_provider",
    "worker.before_upload",
    "worker.after_upload",
    "worker.before_settle",
    "worker.after_settle",
    "worker.before_ack",
    "worker.after_ack",
    "chat.after_defer",
    "chat.before_post",
    "chat.after_post",
    "chat.after_sheet",
    "chat.before_deliver",
    "chat.after_deliver",
    "chat.after_record",
];

/// Passes a named place.
#[macro_export]
macro_rules! failpoint {
    ($name:expr) => {
        $crate::failpoint::pass($name)
    };
}

/// Does what `CUTLINE_FAILPOINTS` says for `name`.
#[cfg(feature = "failpoints")]
pub fn pass(name: &str) {
    arm();
    if fail::eval(name, |_| ()).is_some() {
        die();
    }
}

/// Compiled without failpoints: nothing.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub fn pass(_name: &str) {}

/// Reads the variable once a process.
#[cfg(feature = "failpoints")]
#[expect(clippy::disallowed_methods, reason = "compiled for tests only; read before any config")]
fn arm() {
    static ARMED: std::sync::Once = std::sync::Once::new();
    ARMED.call_once(|| {
        let Ok(wanted) = std::env::var(VARIABLE) else { return };
        for pair in wanted.split(';').filter(|pair| !pair.trim().is_empty()) {
            let (name, action) = pair.split_once('=').unwrap_or((pair, "return"));
            if let Err(error) = fail::cfg(name.trim(), action.trim()) {
                tracing::error!(name, action, error, "failpoint not understood");
            }
        }
    });
}

/// Ends this process as a power cut would: through `kill -9`, so that nothing is flushed or
/// dropped.
#[cfg(feature = "failpoints")]
#[expect(clippy::disallowed_methods, reason = "compiled for tests only; the process ends here")]
fn die() {
    let pid = std::process::id().to_string();
    let _ = std::process::Command::new("kill").args(["-9", &pid]).status();
    // Where there is no `kill`, abort is nearest: no destructor runs either.
    std::process::abort();
}
