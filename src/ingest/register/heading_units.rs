//! The unit that a heading names, and the heading without it. What a unit is worth is known to the cleaners.

use crate::ingest::fold::flat;

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
    long.map(|unit| (*unit).to_owned()).or_else(short)
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
    let unit = unit.trim().to_owned();
    let percent = || text.contains('%').then(|| "%".to_owned());
    let unit = (!unit.is_empty()).then_some(unit).or_else(|| trailing_unit(&bare)).or_else(percent);
    (bare, unit)
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
            ("Tỷ lệ % đạt", Some("%")),
            ("Cánh đồng", None),
            ("Hợp đồng", None),
        ] {
            assert_eq!(unit_of(heading).as_deref(), unit, "{heading}");
        }
    }
}
