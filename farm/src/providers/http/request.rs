//! A call as it goes over the wire: address, headers, key, body.

use reqwest::{
    Method, Request, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue},
};

use super::{Accept, Ask, CallError, Fault, Vendor, ask::Body};

impl Vendor {
    /// Builds a try's request; `with_key` where the key and the vendor's own headers may go.
    pub(super) fn request(
        &self,
        ask: &Ask,
        url: &Url,
        with_key: bool,
    ) -> Result<Request, CallError> {
        let defect = || self.fault(Fault::Refused(0));
        let mut url = url.clone();
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(ask.query.iter().map(|(n, v)| (*n, v.as_str())));
        }
        let mut request = Request::new(ask.method.clone(), url);
        let headers = request.headers_mut();
        let accept = match ask.accept {
            Accept::Json => "application/json",
            Accept::Bytes(_) => "*/*",
            Accept::Events(_) => "text/event-stream, application/json",
        };
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        if with_key {
            for (name, value) in &self.headers {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).map_err(|_| defect())?,
                );
            }
            if let Some(auth) = &self.auth {
                headers.insert(auth.header.clone(), auth.value.clone());
            }
        }
        for (name, value) in &ask.headers {
            let value = HeaderValue::from_str(value).map_err(|_| defect())?;
            headers.insert(HeaderName::from_static(name), value);
        }
        match &ask.body {
            Some(Body::Json(body)) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                *request.body_mut() = Some(body.to_string().into());
            }
            Some(Body::Form { boundary, bytes }) => {
                let kind = format!("multipart/form-data; boundary={boundary}");
                let kind = HeaderValue::from_str(&kind).map_err(|_| defect())?;
                headers.insert(CONTENT_TYPE, kind);
                *request.body_mut() = Some(bytes.clone().into());
            }
            None if ask.method != Method::GET => *request.body_mut() = Some("".into()),
            None => {}
        }
        Ok(request)
    }
}
