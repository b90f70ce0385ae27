//! Names of units taken apart: type, bare name, "(cũ)".

use crate::ingest::fold::{flat, tone};

/// Types of unit, as prefixes say them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Commune,
    Ward,
    Town,
    Zone,
    District,
    UrbanDistrict,
    TownDistrict,
    City,
    Province,
}

/// A name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub kind: Option<Type>,
    /// Folded, without type.
    pub bare: String,
    /// With tones, to tell Tân Thành from Tân Thạnh.
    pub toned: String,
    /// Marked "(cũ)".
    pub old: bool,
}

const PREFIXES: [(&str, Type); 19] = [
    ("thi tran", Type::Town),
    ("dac khu", Type::Zone),
    ("thi xa", Type::TownDistrict),
    ("thanh pho", Type::City),
    ("phuong", Type::Ward),
    ("huyen", Type::District),
    ("quan", Type::UrbanDistrict),
    ("tinh", Type::Province),
    ("xa", Type::Commune),
    ("tt", Type::Town),
    ("dk", Type::Zone),
    ("tx", Type::TownDistrict),
    ("tp", Type::City),
    ("p", Type::Ward),
    ("h", Type::District),
    ("q", Type::UrbanDistrict),
    ("t", Type::Province),
    ("x", Type::Commune),
    ("f", Type::Ward),
];

/// The readings of a text: with its first word as type, and as a bare name ("P Rao" is both).
pub(crate) fn readings(text: &str) -> Vec<Name> {
    let text = text.trim().trim_matches([',', '.', ';', '-']);
    let (text, old) = without_old(text);
    let (whole, toned) = (canonical(&flat(&text)), canonical(&tone(&text)));
    let mut out = Vec::new();
    for (prefix, kind) in PREFIXES {
        let words = prefix.split(' ').count();
        let Some(rest) = whole.strip_prefix(prefix) else { continue };
        let glued = prefix.len() == 1 && rest.chars().next().is_some_and(|c| c.is_ascii_digit());
        // A letter alone is no name; a number is: "Phường 9", "P.9", "P9".
        let named = rest.trim().len() > 1 || rest.trim().bytes().all(|b| b.is_ascii_digit());
        if (rest.starts_with(' ') || glued) && named {
            let toned = toned.splitn(words + 1, ' ').nth(words).unwrap_or(rest);
            let toned = if glued { rest } else { toned };
            out.push(Name { kind: Some(kind), bare: number(rest.trim()), toned: number(toned.trim()), old });
            break;
        }
    }
    if !whole.is_empty() {
        out.push(Name { kind: None, bare: number(&whole), toned: number(&toned), old });
    }
    out
}

fn without_old(text: &str) -> (String, bool) {
    for mark in ["(cũ)", "( cũ )", "(cũ )", "(Cũ)", "(CŨ)", "(cu)", "(trước đây)"] {
        if let Some(at) = text.find(mark) {
            return (format!("{}{}", &text[..at], &text[at + mark.len()..]), true);
        }
    }
    match text.strip_suffix(" cũ") {
        Some(rest) => (rest.to_owned(), true),
        None => (text.to_owned(), false),
    }
}

/// A roman number at the end as digits: "Tam Xuân I" is "Tam Xuân 1".
fn canonical(text: &str) -> String {
    match text.rsplit_once(' ') {
        Some((rest, "i")) => format!("{rest} 1"),
        Some((rest, "ii")) => format!("{rest} 2"),
        Some((rest, "iii")) => format!("{rest} 3"),
        Some((rest, "iv")) => format!("{rest} 4"),
        _ => text.to_owned(),
    }
}

/// "Phường 01" is "Phường 1".
fn number(text: &str) -> String {
    match text.parse::<u32>() {
        Ok(n) => n.to_string(),
        Err(_) => text.to_owned(),
    }
}

/// The type a unit's full name begins with.
pub(crate) fn of_unit(name: &str) -> Name {
    readings(name).into_iter().next().unwrap_or(Name {
        kind: None,
        bare: String::new(),
        toned: String::new(),
        old: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_apart() {
        let first = |text| readings(text).into_iter().next().map(|n| (n.kind, n.bare, n.old));
        assert_eq!(first("X. A Xan"), Some((Some(Type::Commune), "a xan".into(), false)));
        assert_eq!(first("Phường 01"), Some((Some(Type::Ward), "1".into(), false)));
        assert_eq!(first("P1"), Some((Some(Type::Ward), "1".into(), false)));
        assert_eq!(first("P.9"), Some((Some(Type::Ward), "9".into(), false)));
        assert_eq!(first("Phường 9"), Some((Some(Type::Ward), "9".into(), false)));
        assert_eq!(first("TP.Tam Kỳ (cũ)"), Some((Some(Type::City), "tam ky".into(), true)));
        assert_eq!(first("Xã Tam Xuân I"), Some((Some(Type::Commune), "tam xuan 1".into(), false)));
        assert_eq!(readings("P Rao").last().map(|n| n.bare.clone()), Some("p rao".into()));
    }
}
