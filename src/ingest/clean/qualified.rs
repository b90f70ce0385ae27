//! Numbers with what is asked of them, as plans write them: "ít nhất 30", "≥ 10", "10-15", "lên đến 1,5 lần",
//! "trên 50%". Units of what is counted, percentages, tonnes.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use super::numbers::{self, Wanted};
use super::{Cleaned, Complaint, units};
use crate::ingest::cell::Cell;
use crate::ingest::fold::{flat, tidy};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The number itself.
    Exactly,
    /// It or more.
    AtLeast,
    /// More than it.
    MoreThan,
    /// It or less.
    AtMost,
    /// Less than it.
    LessThan,
    /// From one to another.
    Range,
    /// Growing to it.
    UpTo,
    /// Roughly it.
    About,
}

impl Operator {
    /// All values of the enum.
    pub const WORDS: [&str; 8] =
        ["EXACTLY", "AT_LEAST", "MORE_THAN", "AT_MOST", "LESS_THAN", "RANGE", "UP_TO", "ABOUT"];

    /// As the enum writes it.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// A number of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Qualified {
    /// What is asked.
    pub operator: Operator,
    /// The number; of a range the lower one.
    pub lower: Decimal,
    /// Of a range the upper one.
    pub upper: Option<Decimal>,
}

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:[.,]\d+)*").ok());

/// Words before the number, folded.
const BEFORE: [(Operator, &[&str]); 8] = [
    (
        Operator::AtLeast,
        &[
            "it nhat",
            "it nhat gap",
            "toi thieu",
            "toi thieu gap",
            "khong duoi",
            "khong it hon",
            "tu",
            "dat tu",
            "dat it nhat",
        ],
    ),
    (Operator::AtMost, &["toi da", "khong qua", "nhieu nhat", "khong vuot qua", "khong hon", "cao nhat"]),
    (
        Operator::UpTo,
        &[
            "len den",
            "len toi",
            "den",
            "toi",
            "tang den",
            "dat den",
            "tang len",
            "tang len den",
            "tang len toi",
            "tang toi",
        ],
    ),
    (Operator::MoreThan, &["hon", "tren", "lon hon", "dat tren", "dat hon"]),
    (Operator::LessThan, &["duoi", "it hon", "nho hon"]),
    (Operator::About, &["khoang", "gan", "xap xi", "uoc", "uoc dat", "tam", "chung"]),
    (
        Operator::Exactly,
        &[
            "",
            "dat",
            "bang",
            "dung",
            "du",
            "gap",
            "dat gap",
            "tang",
            "tang gap",
            "gap len",
            "tang gap len",
            "tang them",
            "them",
        ],
    ),
    (Operator::Range, &["tu khoang"]),
];

/// Reads a plan; none when the cell says nothing.
pub fn qualified(cell: &Cell) -> Result<Option<Qualified>, Complaint> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Number(_) => cell.text(),
        Cell::Text(text) => tidy(text).to_lowercase(),
        _ => return Err(unreadable()),
    };
    if !text.chars().any(char::is_alphanumeric) {
        return Ok(None);
    }
    if let Cell::Number(_) = cell {
        let number = numbers::number(cell, Wanted::Measure, None)?;
        return Ok(number.map(|lower| Qualified { operator: Operator::Exactly, lower, upper: None }));
    }
    read(&text).map(Some).ok_or_else(unreadable)
}

/// Multiples in words.
const MULTIPLES: [(&str, &str); 4] =
    [("gap ruoi", "1.5"), ("gap doi", "2"), ("gap hai", "2"), ("gap ba", "3")];

fn read(text: &str) -> Option<Qualified> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return in_words(text);
    }
    let found: Vec<_> = NUMBER.as_ref()?.find_iter(text).collect();
    let value = |at: usize| {
        let piece = Cell::Text(found.get(at)?.as_str().to_owned());
        numbers::number(&piece, Wanted::Measure, None).ok()?
    };
    let before = &text[..found.first()?.start()];
    let after = &text[found.last()?.end()..];
    match found.len() {
        1 => Some(Qualified { operator: operator(before, after)?, lower: value(0)?, upper: None }),
        2 => {
            let between = &text[found[0].end()..found[1].start()];
            let joined = flat(between).split(' ').all(|w| matches!(w, "" | "den" | "toi" | "phan" | "tram"));
            let mark = between.contains(['-', '–', '—', '~', '÷', '…']) || !flat(between).is_empty();
            let (lower, upper) = (value(0)?, value(1)?);
            let fits = joined && mark && lower <= upper && operator(before, "").is_some();
            fits.then_some(Qualified { operator: Operator::Range, lower, upper: Some(upper) })
        }
        _ => None,
    }
}

/// "Tăng gấp đôi": nothing but what is asked and the multiple.
fn in_words(text: &str) -> Option<Qualified> {
    let words = flat(text);
    let words = words.strip_suffix(" lan").unwrap_or(&words);
    let (before, multiple) =
        MULTIPLES.iter().find_map(|(known, value)| Some((words.strip_suffix(known)?, *value)))?;
    let operator = operator(before.trim(), "")?;
    Some(Qualified { operator, lower: multiple.parse().ok()?, upper: None })
}

fn operator(before: &str, after: &str) -> Option<Operator> {
    let rest = flat(after);
    let at_end = |words: &[&str]| words.iter().any(|w| rest == *w || rest.ends_with(&format!(" {w}")));
    if at_end(&["tro len"]) {
        return Some(Operator::AtLeast);
    }
    if at_end(&["tro xuong"]) {
        return Some(Operator::AtMost);
    }
    let signs: String =
        before.chars().filter(|c| matches!(c, '<' | '>' | '=' | '≥' | '≤' | '~' | '≈')).collect();
    match signs.as_str() {
        "≥" | ">=" | "=>" => return Some(Operator::AtLeast),
        "≤" | "<=" | "=<" => return Some(Operator::AtMost),
        ">" => return Some(Operator::MoreThan),
        "<" => return Some(Operator::LessThan),
        "~" | "≈" => return Some(Operator::About),
        _ => {}
    }
    if before.trim_end().ends_with(['-', '−']) {
        return None;
    }
    let words = flat(before);
    // "Phấn đấu" says that it is a plan, which it is.
    let words = words.strip_prefix("phan dau").map_or(words.as_str(), str::trim);
    BEFORE.iter().find(|(_, known)| known.contains(&words)).map(|(operator, _)| *operator)
}

fn unreadable() -> Complaint {
    Complaint::new(
        "PLAN_UNREADABLE",
        "a number, \"ít nhất 30\", \"≥ 10\" or \"10-15\"",
        "một số, \"ít nhất 30\", \"≥ 10\" hoặc \"10-15\"",
    )
}

/// Kinds of unit.
pub const UNIT_KINDS: [&str; 3] = ["PERCENT", "TIMES", "COUNT"];

/// Whether a unit is a percentage, a multiple of what was, or a count of things.
pub fn unit_kind(text: &str) -> Option<&'static str> {
    let folded = flat(text);
    let known = match folded.as_str() {
        _ if text.contains('%') => 0,
        "phan tram" | "ty le" | "ti le" => 0,
        "lan" => 1,
        "" => return None,
        _ => 2,
    };
    Some(UNIT_KINDS[known])
}

/// A percentage. A formula's cell holds 1.2 for 120 %, and people type 120 or 120 %: the quotient it is to be
/// decides; without one, a number up to 20 is such a fraction.
pub fn percent(cell: &Cell, quotient: Option<Decimal>) -> Cleaned {
    let signed = matches!(cell, Cell::Text(text) if text.contains('%'));
    let number = match cell {
        Cell::Text(text) => {
            numbers::number(&Cell::Text(text.replace('%', " ").trim().to_owned()), Wanted::Measure, None)
        }
        cell => numbers::number(cell, Wanted::Measure, None),
    };
    let plain = match number {
        Ok(Some(number)) => number,
        Ok(None) => return Cleaned::blank(),
        Err(complaint) => return Cleaned::bad(complaint),
    };
    let sane = |d: &Decimal| d.abs() < Decimal::from(1_000_000_000);
    if !sane(&plain) {
        return Cleaned::bad(Complaint::new("VALUE_IMPLAUSIBLE", "a percentage", "một tỷ lệ phần trăm"));
    }
    let scaled = plain * Decimal::ONE_HUNDRED;
    let value = match quotient.filter(sane).map(|q| q * Decimal::ONE_HUNDRED) {
        _ if signed => plain,
        Some(wanted) if (scaled - wanted).abs() < (plain - wanted).abs() => scaled,
        Some(_) => plain,
        None if plain <= Decimal::from(20) => scaled,
        None => plain,
    };
    Cleaned::good(value.round_dp(2).normalize().to_string())
}

/// Tonnes, by the unit in the cell, else the one of the heading.
pub fn tonnes(cell: &Cell, heading: Option<&str>) -> Cleaned {
    let own = match cell {
        Cell::Text(text) => flat(text.trim_start_matches(|c: char| !c.is_ascii_digit())),
        _ => String::new(),
    };
    let own = own.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').to_owned();
    let unit = if own.is_empty() { flat(heading.unwrap_or_default()) } else { own };
    let Some(factor) = units::tonnes(&unit) else { return Cleaned::bad(mass()) };
    let number = numbers::number(cell, Wanted::Measure, None);
    number.map(|n| n.and_then(|n| n.checked_mul(factor)).map(|n| n.normalize().to_string())).into()
}

fn mass() -> Complaint {
    Complaint::new("UNIT_UNKNOWN", "tonnes, tạ or kg", "tấn, tạ hoặc kg")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match qualified(&Cell::Text(text.into())) {
            Ok(Some(Qualified { operator, lower, upper })) => {
                let upper = upper.map(|u| format!("..{u}")).unwrap_or_default();
                format!("{} {lower}{upper}", operator.word())
            }
            Ok(None) => "blank".into(),
            Err(_) => "bad".into(),
        }
    }

    #[test]
    fn reads_plans_as_offices_write_them() {
        for (text, expected) in [
            ("30", "EXACTLY 30"),
            ("03", "EXACTLY 3"),
            ("1.200", "EXACTLY 1200"),
            ("ít nhất 30", "AT_LEAST 30"),
            ("ít nhất 70%", "AT_LEAST 70"),
            ("Tối thiểu 01", "AT_LEAST 1"),
            ("≥ 10", "AT_LEAST 10"),
            ("≥30", "AT_LEAST 30"),
            (">= 2", "AT_LEAST 2"),
            ("từ 50% trở lên", "AT_LEAST 50"),
            ("30 sản phẩm trở lên", "AT_LEAST 30"),
            ("trên 100", "MORE_THAN 100"),
            ("> 5", "MORE_THAN 5"),
            ("không quá 5", "AT_MOST 5"),
            ("≤ 3", "AT_MOST 3"),
            ("dưới 2%", "LESS_THAN 2"),
            ("10-15", "RANGE 10..15"),
            ("10 – 15 sản phẩm", "RANGE 10..15"),
            ("từ 10 đến 15", "RANGE 10..15"),
            ("50% - 60%", "RANGE 50..60"),
            ("lên đến 1,5 lần", "UP_TO 1.5"),
            ("khoảng 40", "ABOUT 40"),
            ("gấp 1,5 lần", "EXACTLY 1.5"),
            ("gấp 2 lần", "EXACTLY 2"),
            ("tăng 1,5 lần", "EXACTLY 1.5"),
            ("tăng gấp 1,5 lần", "EXACTLY 1.5"),
            ("tăng lên 1,5 lần", "UP_TO 1.5"),
            ("ít nhất gấp đôi", "AT_LEAST 2"),
            ("gấp đôi", "EXACTLY 2"),
            ("tăng gấp đôi", "EXACTLY 2"),
            ("phấn đấu 20", "EXACTLY 20"),
            ("phấn đấu đạt 20", "EXACTLY 20"),
            ("phấn đấu ít nhất 20", "AT_LEAST 20"),
            ("tăng thêm 5", "EXACTLY 5"),
            ("10 ÷ 15", "RANGE 10..15"),
            ("giảm 5", "bad"),
            ("gấp", "bad"),
            ("…", "blank"),
            ("", "blank"),
            ("15-10", "bad"),
            ("-5", "bad"),
            ("nhiều", "bad"),
            ("3 sao và 4 điểm", "bad"),
            ("999999999999999999999999999999999999", "bad"),
            ("1.2.3,4,5", "bad"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn percentages_and_their_fractions() {
        let of = |cell: Cell, quotient: Option<&str>| {
            let quotient = quotient.map(|q| q.parse().unwrap());
            percent(&cell, quotient).value.map(|v| v.as_str().unwrap().to_owned()).unwrap_or_default()
        };
        assert_eq!(of(Cell::Text("166,7%".into()), Some("1.667")), "166.7");
        assert_eq!(of(Cell::Number(8.0 / 7.0), None), "114.29");
        assert_eq!(of(Cell::Number(5.0), Some("5")), "500");
        assert_eq!(of(Cell::Number(5.0), Some("0.05")), "5");
        assert_eq!(of(Cell::Number(95.0), Some("0.95")), "95");
        assert_eq!(of(Cell::Text("0%".into()), None), "0");
        assert_eq!(of(Cell::Text("…".into()), None), "");
        assert_eq!(of(Cell::Text("79228162514264337593543950335".into()), Some("1")), "");
        assert_eq!(of(Cell::Number(f64::MAX), Some("79228162514264337593543950335")), "");
    }

    #[test]
    fn masses_and_units() {
        let of = |text: &str, heading| {
            tonnes(&Cell::Text(text.into()), heading).value.map(|v| v.as_str().unwrap().to_owned())
        };
        assert_eq!(of("35 tấn", None).as_deref(), Some("35"));
        assert_eq!(of("1,2 tấn", Some("kg")).as_deref(), Some("1.2"));
        assert_eq!(of("500", Some("kg")).as_deref(), Some("0.5"));
        assert_eq!(of("5 tạ", None).as_deref(), Some("0.5"));
        assert_eq!(of("12 con", None), None);
        assert_eq!(
            (unit_kind("%"), unit_kind("lần"), unit_kind("sản phẩm")),
            (Some("PERCENT"), Some("TIMES"), Some("COUNT"))
        );
        assert_eq!(unit_kind("-"), None);
    }
}
