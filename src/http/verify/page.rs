//! A verification as HTML, Vietnamese first. Pure; whatever comes from outside is escaped here.

use serde_json::Value;

use crate::error::Fault;

const PAGE: &str = include_str!("page.html");

/// The page around a verdict.
pub(super) fn page(code: &str, depth: usize, verdict: &str) -> String {
    let root = "../".repeat(depth);
    let title = match code.trim() {
        "" => "Tra cứu mã".to_owned(),
        code => format!("{} – Tra cứu mã", escaped(code)),
    };
    let shown = escaped(&code.chars().take(100).collect::<String>());
    let mut out = String::with_capacity(PAGE.len() + verdict.len() + 400);
    // In one pass: what is filled in is never looked at again.
    for part in PAGE.split("{{") {
        let Some((name, rest)) = part.split_once("}}") else {
            out.push_str(part);
            continue;
        };
        out.push_str(match name {
            "root" => {
                if root.is_empty() {
                    "./"
                } else {
                    &root
                }
            }
            "title" => &title,
            "code" => &shown,
            _ => verdict,
        });
        out.push_str(rest);
    }
    out
}

/// What the graph said; nothing where nothing was asked.
pub(super) fn verdict(found: &Value, depth: usize) -> String {
    if found.is_null() {
        return String::new();
    }
    let documents = found["documents"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (class, mark) = match (found["outcome"].as_str(), documents) {
        (Some("FOUND"), [only]) => look(only["state"].as_str()),
        (Some("AMBIGUOUS"), _) => ("odd", "? "),
        _ => ("bad", "✖ "),
    };
    let mut out = format!(
        "<section class=\"verdict {class}\" role=\"status\"><p class=\"mark\">{mark}{}</p><p lang=\"en\">{}</p></section>\n",
        text(&found["messageVi"]),
        text(&found["messageEn"])
    );
    for document in documents {
        out.push_str(&section(document, documents.len() > 1));
    }
    let near = found["nearMisses"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !near.is_empty() {
        out.push_str("<h2>Mã gần giống <span lang=\"en\">(codes near it)</span></h2>\n<ul>");
        let root = if depth == 0 { "./".to_owned() } else { "../".repeat(depth) };
        for one in near {
            let code = one["code"].as_str().unwrap_or_default();
            out.push_str(&format!(
                "<li><a href=\"{root}verify/{}\">{}</a></li>",
                encoded(code),
                escaped(code)
            ));
        }
        out.push_str("</ul>\n");
    }
    out
}

/// A mistake of whoever asked.
pub(super) fn mistake(fault: &Fault) -> String {
    format!(
        "<section class=\"verdict odd\" role=\"alert\"><p class=\"mark\">! {}</p><p lang=\"en\">{}</p></section>\n",
        escaped(&fault.vi),
        escaped(&fault.en)
    )
}

fn look(state: Option<&str>) -> (&'static str, &'static str) {
    match state {
        Some("IN_FORCE") => ("good", "✔ "),
        Some("EXPIRED" | "REVOKED" | "NOT_YET_IN_FORCE") => ("bad", "✖ "),
        _ => ("odd", "! "),
    }
}

fn section(document: &Value, several: bool) -> String {
    let mut out = String::new();
    if several {
        let (class, mark) = look(document["state"].as_str());
        out.push_str(&format!(
            "<h2 class=\"{class}\">{mark}{}</h2><p lang=\"en\">{}</p>\n",
            text(&document["messageVi"]),
            text(&document["messageEn"])
        ));
    }
    out.push_str("<ul>");
    let items = document["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    for item in items {
        let named = [&item["title"], &item["holderName"]];
        let named: Vec<String> = named.iter().filter(|v| v.is_string()).map(|v| text(v)).collect();
        let named = if named.is_empty() { "—".to_owned() } else { named.join(" · ") };
        out.push_str(&format!(
            "<li>{named}: {} <span lang=\"en\">({})</span></li>",
            text(&item["stateVi"]),
            text(&item["stateEn"])
        ));
    }
    let (count, shown) = (document["itemCount"].as_u64().unwrap_or_default(), items.len() as u64);
    if count > shown {
        out.push_str(&format!("<li>… và {} mục khác</li>", count - shown));
    }
    out.push_str("</ul>\n");
    let sources = document["sources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let told = |source: &Value| {
        let office = source["agency"]["name"].as_str().or(source["office"].as_str()).unwrap_or_default();
        format!("{} ({})", escaped(office), text(&source["asOf"]))
    };
    if !sources.is_empty() {
        let told: Vec<String> = sources.iter().map(told).collect();
        out.push_str(&format!("<p>Nguồn <span lang=\"en\">(source)</span>: {}</p>\n", told.join("; ")));
    }
    out
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// As a part of an address: everything percent-encoded but letters, digits and `-._~`.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_from_outside_is_markup() {
        let hostile = "\"><script>alert('{{verdict}}')</script>&";
        let found = json!({ "outcome": "NOT_FOUND", "messageVi": hostile, "messageEn": hostile,
            "documents": [{ "items": [{ "title": hostile, "stateVi": hostile }], "itemCount": 60, "sources": [] }],
            "nearMisses": [{ "code": hostile }] });
        let html = page(hostile, 2, &verdict(&found, 2));
        assert!(!html.contains("<script") && !html.contains(hostile), "{html}");
        assert!(html.contains("href=\"../../pages/verify.css\"") && html.contains("và 59 mục khác"));
        assert_eq!(encoded("2555/QĐ"), "2555%2FQ%C4%90");
    }
}
