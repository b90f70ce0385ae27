//! The unit that a heading names, and the heading without it. What a unit is worth is known to the cleaners.

use super::model::Kind;
use crate::ingest::clean::numbers::Wanted;
use crate::ingest::clean::units::{self, Named};
use crate::ingest::fold::flat;

impl Kind {
    /// What its numbers are to be, where a unit matters.
    fn wanted(self) -> Option<Wanted> {
        match self {
            Kind::Money => Some(Wanted::Money),
            Kind::Area => Some(Wanted::Hectares),
            Kind::Integer => Some(Wanted::Whole),
            Kind::Decimal => Some(Wanted::Measure),
            _ => None,
        }
    }

    /// Whether a heading's unit changes what its numbers say.
    pub fn is_measured(self) -> bool {
        self.wanted().is_some() || self == Kind::Tonnes
    }

    /// What the unit of a heading says of its numbers.
    pub fn named(self, unit: &str) -> Named {
        match self.wanted() {
            Some(wanted) => units::of_heading(unit, wanted),
            None if self == Kind::Tonnes && units::tonnes(unit).is_none() => Named::Unknown,
            None => Named::Plain,
        }
    }
}

/// Whether a unit is one that numbers can be counted by.
pub(super) fn is_known(unit: &str) -> bool {
    [Kind::Money, Kind::Area, Kind::Tonnes].iter().any(|kind| kind.named(unit) != Named::Unknown)
}

/// The unit that a heading names: in brackets, or as its last words ("Vốn điều lệ - tỷ đồng", "Giá, nghìn đồng").
pub fn unit_of(heading: &str) -> Option<String> {
    split_unit(heading).1
}

/// Units of more than one word, so that the last word of a name is not taken for one.
const UNITS: [&str; 12] = [
    "ty dong",
    "ti dong",
    "trieu dong",
    "tr dong",
    "nghin dong",
    "ngan dong",
    "1000 dong",
    "trieu vnd",
    "ty vnd",
    "nghin vnd",
    "met vuong",
    "hec ta",
];

fn trailing_unit(bare: &str) -> Option<String> {
    let folded = format!(" {}", flat(bare));
    let long = UNITS.iter().find(|unit| folded.ends_with(&format!(" {unit}")));
    // Short ones only behind a mark.
    let short = || {
        let last = flat(bare.rsplit_once([',', '-', '–', ':', '/'])?.1);
        ["ha", "m2", "km2", "trd", "trieu", "ty", "dong", "vnd", "nghin"]
            .contains(&last.as_str())
            .then_some(last)
    };
    // As keys of an export: "dien_tich_m2".
    let plain = || {
        let last = folded.rsplit(' ').next()?;
        let land = last == "ha" && folded.contains(" dien tich ");
        let weight = ["kg", "tan"].contains(&last) && folded.contains(" luong ");
        (land || weight || ["m2", "km2", "vnd", "trd"].contains(&last)).then(|| last.to_owned())
    };
    long.map(|unit| (*unit).to_owned()).or_else(short).or_else(plain)
}

/// The heading without brackets, and what stood in the last ones.
pub(super) fn split_unit(text: &str) -> (String, Option<String>) {
    let (mut bare, mut unit, mut inside) = (String::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '(' | '[' => {
                inside = true;
                unit.clear();
            }
            ')' | ']' => inside = false,
            c if inside => unit.push(c),
            c => bare.push(c),
        }
    }
    // "(ĐVT: sào)", "Đất đai ĐVT: sào".
    let told = if unit.trim().is_empty() { None } else { units::announced(&unit) };
    if let Some((_, unit)) = told.filter(|(head, _)| head.is_empty()) {
        return (bare, Some(unit));
    }
    if unit.trim().is_empty()
        && let Some((head, unit)) = units::announced(&bare)
    {
        return (if head.is_empty() { bare } else { head }, Some(unit));
    }
    let unit = unit.trim().to_owned();
    let percent = || text.contains('%').then(|| "%".to_owned());
    if let Some(unit) = Some(unit).filter(|unit| !unit.is_empty()) {
        return (bare, Some(unit));
    }
    if let Some(unit) = trailing_unit(&bare) {
        let folded = flat(&bare);
        let head = folded.strip_suffix(unit.as_str()).map(|head| head.trim_end().to_owned());
        return (head.filter(|head| !head.is_empty()).unwrap_or(folded), Some(unit));
    }
    (bare, percent())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_in_brackets_or_at_the_end() {
        for (heading, unit) in [
            ("Vốn điều lệ (triệu đồng)", Some("triệu đồng")),
            ("Vốn điều lệ - tỷ đồng", Some("ty dong")),
            ("Vốn điều lệ triệu đồng", Some("trieu dong")),
            ("Diện tích, m2", Some("m2")),
            ("Diện tích/ha", Some("ha")),
            ("Giá bán", None),
            ("dien_tich_m2", Some("m2")),
            ("Tỷ lệ % đạt", Some("%")),
            ("Đất đai ĐVT: sào", Some("sào")),
            ("Đất đai (ĐVT: sào)", Some("sào")),
            ("Vốn, đơn vị tính: triệu đồng", Some("triệu đồng")),
            ("Đơn vị tính", None),
            ("Cánh đồng", None),
            ("Hợp đồng", None),
        ] {
            assert_eq!(unit_of(heading).as_deref(), unit, "{heading}");
        }
    }
}
