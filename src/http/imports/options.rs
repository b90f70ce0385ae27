//! What is said of a file beside its bytes: query parameters, form fields, headers. Pure.

use axum::http::{HeaderMap, header};
use chrono::NaiveDate;

use super::super::caller::text;
use super::super::params::decoded;
use crate::error::Fault;
use crate::ingest::Options;
use crate::pipeline::Wish;

/// Longest name of a file, and longest idempotency key, in bytes.
const LONGEST: usize = 255;
/// What may be said.
const KNOWN: &str = "register, province, asOf, apply, fileName";

/// What the caller says of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub register: Option<String>,
    pub province: Option<String>,
    pub as_of: Option<NaiveDate>,
    pub apply: bool,
    pub file_name: Option<String>,
}

impl Said {
    /// What the query string says.
    pub fn read(query_string: &str) -> Result<Self, Fault> {
        let mut said = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for pair in query_string.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if seen.iter().any(|before| *before == name) {
                return Err(Fault::new(
                    "INVALID_PARAMETER",
                    format!("The parameter `{name}` is given twice."),
                    format!("Tham số `{name}` được ghi hai lần."),
                ));
            }
            said.put(&name, &value)?;
            seen.push(name.into_owned());
        }
        Ok(said)
    }

    /// One parameter or form field; an empty one counts as absent.
    pub fn put(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let given = Some(value.trim()).filter(|value| !value.is_empty());
        if value.contains('\0') {
            return Err(unfit(name, "a text without NUL", "văn bản không có ký tự NUL"));
        }
        match name {
            "register" => self.register = given.map(str::to_owned),
            "province" => self.province = given.map(str::to_owned),
            "fileName" => self.file_name = given.map(file_name),
            "asOf" => {
                let day = given.map(str::parse).transpose();
                self.as_of = day.map_err(|_| unfit(name, "a day, 2025-07-01", "một ngày dạng 2025-07-01"))?;
            }
            "apply" => match given {
                None | Some("false") => self.apply = false,
                Some("true") => self.apply = true,
                Some(_) => return Err(unfit(name, "true or false", "true hoặc false")),
            },
            _ => {
                let shown: String = name.chars().take(60).collect();
                return Err(Fault::new(
                    "UNKNOWN_PARAMETER",
                    format!("There is no parameter {shown:?} here. Known: {KNOWN}."),
                    format!("Không có tham số {shown:?}. Các tham số hợp lệ: {KNOWN}."),
                ));
            }
        }
        Ok(())
    }

    /// For the pipeline.
    pub fn options(&self) -> Options {
        let (register, province) = (self.register.clone(), self.province.clone());
        Options { register, province, as_of: self.as_of }
    }

    /// What shall become of the file.
    pub fn wish(&self) -> Wish {
        if self.apply { Wish::Apply } else { Wish::Look }
    }
}

fn unfit(name: &str, en: &str, vi: &str) -> Fault {
    Fault::new(
        "INVALID_PARAMETER",
        format!("The parameter `{name}` must be {en}."),
        format!("Tham số `{name}` phải là {vi}."),
    )
}

/// The name without what no name of a file has, at most so long, cut between letters.
pub(super) fn file_name(given: &str) -> String {
    let clean: String = given.chars().filter(|c| !c.is_control()).collect();
    let parts: Vec<&str> =
        clean.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let mut name = parts[parts.len().saturating_sub(3)..].join("/");
    while name.len() > LONGEST {
        name.remove(0);
    }
    if name.is_empty() { "upload".to_owned() } else { name }
}

/// The file's name by `Content-Disposition` (RFC 6266): `filename*` before `filename`.
pub(super) fn disposed_name(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, header::CONTENT_DISPOSITION)?;
    let mut plain = None;
    for part in value.split(';').skip(1) {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        if name.eq_ignore_ascii_case("filename*") {
            let encoded = value.split('\'').nth(2)?.replace('+', "%2B");
            return decoded(&encoded).ok().map(|name| file_name(&name));
        }
        if name.eq_ignore_ascii_case("filename") {
            plain = Some(file_name(value.trim_matches('"')));
        }
    }
    plain
}

/// The idempotency key, when there is one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = std::str::from_utf8(value.as_bytes()).ok().map(|key| key.trim().trim_matches('"'));
    match key.filter(|key| !key.is_empty() && key.len() <= LONGEST) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Fault::new(
            "IDEMPOTENCY_KEY_INVALID",
            format!("An idempotency key has 1 to {LONGEST} letters."),
            format!("Khóa chống lặp dài từ 1 đến {LONGEST} ký tự."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_read_and_what_is_not_known_refused() {
        let said =
            Said::read("register=listings&asOf=2025-09-30&apply=true&fileName=S%E1%BB%95.xlsx&province=");
        let said = said.unwrap();
        assert_eq!((said.register.as_deref(), said.province), (Some("listings"), None));
        assert_eq!((said.apply, said.file_name.as_deref()), (true, Some("Sổ.xlsx")));
        for (query, code) in [
            ("asOf=30/9/2025", "INVALID_PARAMETER"),
            ("apply=yes", "INVALID_PARAMETER"),
            ("apply=true&apply=true", "INVALID_PARAMETER"),
            ("nothing=1", "UNKNOWN_PARAMETER"),
            ("register=%00", "INVALID_PARAMETER"),
            ("register=%ff", "INVALID_UTF8"),
        ] {
            assert_eq!(Said::read(query).map_err(|fault| fault.code), Err(code), "{query}");
        }
    }

    #[test]
    fn names_of_files_lose_paths_and_what_is_no_letter() {
        for (given, name) in [
            ("../../etc/passwd", "etc/passwd"),
            ("C:\\Users\\lan\\Desktop\\a.xlsx", "lan/Desktop/a.xlsx"),
            ("a\r\nb.csv", "ab.csv"),
            ("/", "upload"),
        ] {
            assert_eq!(file_name(given), name, "{given}");
        }
        assert_eq!(file_name(&"ố".repeat(300)).len(), 255);
    }

    #[test]
    fn the_disposition_names_the_file() {
        for (value, name) in [
            ("attachment; filename=\"a b.csv\"", Some("a b.csv")),
            ("attachment; filename=\"x\"; filename*=UTF-8''S%E1%BB%95%201.xlsx", Some("Sổ 1.xlsx")),
            ("attachment", None),
            ("attachment; filename", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_DISPOSITION, value.parse().unwrap());
            assert_eq!(disposed_name(&headers).as_deref(), name, "{value}");
        }
    }
}
