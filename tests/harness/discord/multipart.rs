//! `multipart/form-data` (RFC 7578), strict: what a sender left out is an error.

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// Parts a body; `None` when it is not whole.
pub(super) fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let boundary = content_type.split("boundary=").nth(1)?.split(';').next()?.trim_matches('"');
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter has no line break before it.
    let mut rest = body.strip_prefix(&delimiter[2..])?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&rest[..head_end]).ok()?;
        rest = &rest[head_end + 4..];
        let end = find(rest, &delimiter)?;
        let disposition = head
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with("content-disposition: form-data"))?;
        parts.push(Part {
            name: parameter(disposition, "name")?,
            file: parameter(disposition, "filename"),
            bytes: rest[..end].to_vec(),
        });
        rest = &rest[end + delimiter.len()..];
    }
}

fn parameter(line: &str, name: &str) -> Option<String> {
    let start = line.find(&format!("; {name}=\""))? + name.len() + 4;
    let end = line[start..].find('"')? + start;
    Some(line[start..end].to_owned())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    // Files are megabytes: look for the first byte quickly, then for the rest.
    let first = *needle.first()?;
    let mut at = 0;
    while let Some(hop) = haystack[at..].iter().position(|byte| *byte == first) {
        at += hop;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_by_the_boundary_alone() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--y\r\n\
            --x\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"b.mp4\"\r\n\
            Content-Type: video/mp4\r\n\r\n\0\r\n\r\n--x--\r\n";
        let parts = parts("multipart/form-data; boundary=x", body).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].name.as_str(), parts[0].bytes.as_slice()), ("a", &b"1\r\n--y"[..]));
        assert_eq!(parts[1].file.as_deref(), Some("b.mp4"));
        assert_eq!(parts[1].bytes, b"\0\r\n");
    }

    #[test]
    fn a_form_that_breaks_off_is_none() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1";
        assert_eq!(parts("multipart/form-data; boundary=x", body), None);
        assert_eq!(parts("application/json", b"{}"), None);
    }
}
