//! How calls carry their parameters (core.telegram.org/bots/api#making-requests): a query, a form,
//! a form with files, or JSON. All become one map of JSON values, and files by name.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use serde_json::{Map, Value};

/// A file that came with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The file's own name.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// What a call carries.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Values by name; everything that did not come as JSON is a string.
    pub values: Map<String, Value>,
    /// Files by the name of their field.
    pub files: BTreeMap<String, Upload>,
}

impl Form {
    /// Reads a call.
    ///
    /// # Errors
    /// When it is not what its content type says.
    pub fn read(query: &str, content_type: &str, body: &Bytes) -> Result<Self> {
        let mut form = Self::default();
        form.pairs(query.as_bytes());
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        match kind {
            "application/json" => match serde_json::from_slice(body)? {
                Value::Object(values) => form.values.extend(values),
                other => bail!("an object, not {other}"),
            },
            "application/x-www-form-urlencoded" => form.pairs(body),
            "multipart/form-data" => {
                let boundary = content_type.split("boundary=").nth(1).context("a boundary")?;
                form.parts(boundary.trim_matches('"'), body)?;
            }
            "" if body.is_empty() => {}
            other => bail!("content type {other}"),
        }
        Ok(form)
    }

    fn pairs(&mut self, encoded: &[u8]) {
        for (name, value) in url::form_urlencoded::parse(encoded) {
            self.values.insert(name.into_owned(), Value::String(value.into_owned()));
        }
    }

    /// RFC 7578.
    fn parts(&mut self, boundary: &str, body: &Bytes) -> Result<()> {
        let mark = format!("--{boundary}");
        let mut at = find(body, mark.as_bytes(), 0).context("a first part")? + mark.len();
        while !body[at..].starts_with(b"--") {
            let head_end = find(body, b"\r\n\r\n", at).context("the end of a part's head")?;
            let head = std::str::from_utf8(&body[at..head_end])?.to_owned();
            let from = head_end + 4;
            let next = format!("\r\n{mark}");
            let to = find(body, next.as_bytes(), from).context("the end of a part")?;
            let disposition = head
                .lines()
                .find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))
                .context("a disposition")?;
            let name = quoted(disposition, "name").context("a part's name")?;
            let bytes = body.slice(from..to);
            match quoted(disposition, "filename") {
                Some(file) => drop(self.files.insert(name, Upload { name: file, bytes })),
                None => {
                    let text = String::from_utf8(bytes.to_vec())?;
                    self.values.insert(name, Value::String(text));
                }
            }
            at = to + next.len();
        }
        Ok(())
    }
}

fn find(body: &[u8], part: &[u8], from: usize) -> Option<usize> {
    body.get(from..)?.windows(part.len()).position(|window| window == part).map(|at| at + from)
}

fn quoted(line: &str, key: &str) -> Option<String> {
    line.split(';').map(str::trim).find_map(|part| {
        let value = part.strip_prefix(key)?.strip_prefix('=')?;
        Some(value.trim_matches('"').to_owned())
    })
}
