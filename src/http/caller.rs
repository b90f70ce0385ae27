//! Who calls, by the headers: for the rule of access, and the language they read. Pure.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::access::Door;
use crate::error::{Fault, Language};

/// What a browser says of the page that asks.
pub(super) fn door(headers: &HeaderMap) -> Door<'_> {
    Door {
        host: text(headers, header::HOST),
        origin: text(headers, header::ORIGIN),
        site: text(headers, HeaderName::from_static("sec-fetch-site")),
    }
}

/// A header's value; names may be written in UTF-8.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    std::str::from_utf8(headers.get(name)?.as_bytes()).ok()
}

/// All lines of a header; one that is no text counts, as a text that means nothing.
pub(super) fn lines<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h str> {
    let read = |value: &'h HeaderValue| std::str::from_utf8(value.as_bytes()).unwrap_or_default();
    headers.get_all(name).iter().map(read).collect()
}

/// Whether a header says yes; an error where it says neither.
pub(super) fn says_yes(headers: &HeaderMap, name: &'static str) -> Result<bool, Fault> {
    let name = HeaderName::from_static(name);
    let said = lines(headers, &name).join(", ").trim().to_ascii_lowercase();
    match said.as_str() {
        "1" | "true" => Ok(true),
        "" | "0" | "false" => Ok(false),
        _ => Err(Fault::new(
            "INVALID_PARAMETER",
            format!("The header {name} must be true or false."),
            format!("Tiêu đề {name} phải là true hoặc false."),
        )),
    }
}

/// The language of `Accept-Language` with the greatest weight that the hub speaks; English when none is.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let mut best = (0.0, Language::English);
    for range in text(headers, header::ACCEPT_LANGUAGE).unwrap_or_default().split(',') {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().split('-').next().unwrap_or_default();
        let spoken = match tag.to_ascii_lowercase().as_str() {
            "vi" => Language::Vietnamese,
            "en" => Language::English,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        if weight > best.0 {
            best = (weight, spoken);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_greatest_weight_that_we_speak() {
        for (accept, expected) in [
            ("", Language::English),
            ("vi", Language::Vietnamese),
            ("vi-VN,vi;q=0.9,en;q=0.8", Language::Vietnamese),
            ("en-US,en;q=0.9,vi;q=0.8", Language::English),
            ("fr, vi;q=0.3, en;q=0.2", Language::Vietnamese),
            ("vi;q=0", Language::English),
            ("xx;;q=;,", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(language(&headers), expected, "{accept}");
        }
    }
}
