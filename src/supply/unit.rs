//! Units that quantities are given in: weights in kg, volumes in lít, everything else by its own word. What the
//! database makes of an offer's unit (`supply_unit`) is the same; a test compares the two. Pure.

use unicode_normalization::UnicodeNormalization;

use crate::error::Fault;

/// A unit: what it is counted in, and how many of that one is.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// As the caller wrote it.
    pub stated: String,
    /// kg, lít, or the word itself.
    pub base: String,
    /// How many of the base.
    pub factor: f64,
}

/// Longest word for a unit.
const LONGEST: usize = 40;

/// Weights and volumes: words, base, factor.
pub(super) const MEASURES: [(&[&str], &str, f64); 8] = [
    (&["kg", "kilogam", "kilogram", "ki lô gam", "kilo", "ký", "kí", "cân"], "kg", 1.0),
    (&["tấn", "tan", "t"], "kg", 1000.0),
    (&["tạ"], "kg", 100.0),
    (&["yến"], "kg", 10.0),
    (&["g", "gam", "gram", "gr"], "kg", 0.001),
    (&["lít", "lit", "l", "litre", "liter"], "lít", 1.0),
    (&["ml", "mililít"], "lít", 0.001),
    (&["m3", "m³"], "lít", 1000.0),
];

/// What is counted piece by piece.
pub(super) const PIECES: [&str; 48] = [
    "hộp",
    "chai",
    "lọ",
    "hũ",
    "gói",
    "túi",
    "bao",
    "thùng",
    "cái",
    "chiếc",
    "bộ",
    "con",
    "quả",
    "trái",
    "bó",
    "bịch",
    "lon",
    "can",
    "bánh",
    "viên",
    "cây",
    "chậu",
    "kiện",
    "đôi",
    "tấm",
    "bình",
    "ống",
    "vỉ",
    "khay",
    "tờ",
    "giỏ",
    "lốc",
    "két",
    "cặp",
    "củ",
    "nải",
    "buồng",
    "ổ",
    "thanh",
    "cuộn",
    "mét",
    "m",
    "m2",
    "suất",
    "phần",
    "sản phẩm",
    "vé",
    "lượt",
];

/// The unit that a text names.
pub fn unit(text: &str) -> Result<Unit, Fault> {
    let word: String = text.nfc().collect::<String>().to_lowercase();
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    let measured = MEASURES.iter().find(|(words, ..)| words.contains(&word.as_str()));
    let (base, factor) = match measured {
        Some((_, base, factor)) => ((*base).to_owned(), *factor),
        None if PIECES.contains(&word.as_str()) => (word.clone(), 1.0),
        None => return Err(unknown(text)),
    };
    Ok(Unit { stated: word, base, factor })
}

fn unknown(text: &str) -> Fault {
    let shown: String = text.chars().take(LONGEST).collect();
    let pieces = PIECES[..8].join(", ");
    Fault::new(
        "MEASURE_UNKNOWN",
        format!("{shown:?} is no known unit; write kg, g, tạ, tấn, lít, ml, or what is counted: {pieces}, …"),
        format!("không rõ đơn vị {shown:?}; hãy ghi kg, g, tạ, tấn, lít, ml, hoặc đơn vị đếm: {pieces}, …"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_kilograms_and_volumes_litres() {
        for (text, base, factor) in [
            ("kg", "kg", 1.0),
            ("Tấn", "kg", 1000.0),
            ("ta\u{323}", "kg", 100.0),
            (" G ", "kg", 0.001),
            ("LÍT", "lít", 1.0),
            ("ml", "lít", 0.001),
            ("Hộp", "hộp", 1.0),
            ("sản  phẩm", "sản phẩm", 1.0),
        ] {
            let unit = unit(text).expect(text);
            assert_eq!((unit.base.as_str(), unit.factor), (base, factor), "{text}");
        }
        for text in ["", "parsec", "tháng", "đồng", "kg; drop table"] {
            assert_eq!(unit(text).expect_err(text).code, "MEASURE_UNKNOWN");
        }
    }
}
