//! What units are worth: of money in VND, of land in hectares, of weights in tonnes. Words only; which of them a
//! heading has, and what the register says of it, is asked elsewhere.

use rust_decimal::Decimal;

use super::numbers::Wanted;
use crate::ingest::fold::flat;

/// What a unit in a heading says of the numbers below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Nothing: they count as they stand.
    Plain,
    /// They are to be multiplied.
    Times(Decimal),
    /// Words that look like no unit: they count as they stand, and somebody is to look.
    Remark,
    /// A unit, or what may be one, that is not known: they cannot be counted.
    Unknown,
}

/// Words before a unit that say only that it is one.
const LEADS: [&str; 12] =
    ["dvt", "don", "vi", "tinh", "theo", "bang", "la", "so", "tien", "uoc", "khoang", "gia"];

/// Currencies that are not ours.
const FOREIGN: [&str; 12] =
    ["usd", "eur", "euro", "cny", "ndt", "jpy", "krw", "thb", "lak", "khr", "dola", "gbp"];

/// Words that announce a unit: "ĐVT: sào".
const MARKS: [&str; 4] = [" dvt ", " dv tinh ", " don vi tinh ", " unit "];

/// A text that announces a unit, parted: what stands before, and the unit.
pub fn announced(text: &str) -> Option<(String, String)> {
    // Asked of very many texts.
    if !text.bytes().any(|b| matches!(b, b'v' | b'V')) && !text.contains("nit") {
        return None;
    }
    if let Some((before, unit)) = text.split_once(':').filter(|(_, unit)| !flat(unit).is_empty()) {
        let folded = format!(" {} ", flat(before));
        // "Tên đơn vị:" announces no unit, "Vốn - đơn vị: triệu đồng" does.
        let short = [" dv "].into_iter().chain(is_one(unit).then_some(" don vi "));
        let mut marks = MARKS.into_iter().chain(short);
        if let Some(head) = marks.find_map(|mark| folded.strip_suffix(mark)) {
            return Some((head.trim().to_owned(), unit.trim().to_owned()));
        }
    }
    let folded = format!(" {} ", flat(text));
    let found = MARKS.iter().find_map(|mark| folded.split_once(mark));
    let (head, unit) = found.map(|(head, unit)| (head.trim(), unit.trim()))?;
    // "Đơn vị tính" alone heads a column of units.
    (!unit.is_empty() && unit.split(' ').count() <= 3).then(|| (head.to_owned(), unit.to_owned()))
}

/// Folded, with what is written into one taken apart: "1.000đ" is "1 000 d".
fn spelt(unit: &str) -> String {
    let folded = flat(unit);
    let apart = |word: &str| match word.strip_suffix('d').filter(|n| !n.is_empty() && is_number(n)) {
        Some(number) => format!("{number} d"),
        None => word.to_owned(),
    };
    folded.split(' ').map(apart).collect::<Vec<_>>().join(" ")
}

/// What is counted and needs no factor, where it stands alone under a heading.
const COUNTED: [&str; 12] =
    ["nguoi", "lao dong", "thanh vien", "ho", "con", "cay", "san pham", "diem", "lit", "cai", "hop", "goi"];

/// Whether a text names a unit and nothing else: "(tr.đ)", "Triệu đồng", "ha".
pub fn is_one(text: &str) -> bool {
    is_measure(text) || COUNTED.contains(&spelt(text).as_str())
}

/// As [`is_one`], of money, land, weights and percent.
pub fn is_measure(text: &str) -> bool {
    let bare = text.trim().trim_start_matches(['(', '[']).trim_end_matches([')', ']']).trim();
    let told = announced(bare).filter(|(head, _)| head.is_empty()).map(|(_, unit)| unit);
    let folded = spelt(told.as_deref().unwrap_or(bare));
    let words: Vec<&str> = folded.split(' ').collect();
    let ten = |w: &&str| !is_number(w) || w.trim_start_matches('1').bytes().all(|b| b == b'0');
    let Some((_, rest)) = scale(&words).filter(|_| !folded.is_empty() && words.iter().all(ten)) else {
        return bare == "%";
    };
    let per = |rest: &[&str]| matches!(rest, [] | ["nam" | "vu" | "ha" | "thang" | "ngay"]);
    match rest {
        // "1.000" is a number.
        [] => words.iter().any(|w| !is_number(w)) && factor_of_money(&words).is_some(),
        ["dong" | "d" | "vnd", rest @ ..] | ["tan" | "kg", rest @ ..] => per(rest),
        rest => area(&rest.join(" ")).flatten().is_some(),
    }
}

/// Whether a unit is a currency that is not ours.
pub fn is_foreign(unit: &str) -> bool {
    let folded = flat(unit);
    folded.split(' ').any(|w| FOREIGN.contains(&w)) || folded.contains("do la")
}

/// What a heading's unit says of numbers that are to be `wanted`.
pub fn of_heading(unit: &str, wanted: Wanted) -> Named {
    let folded = if unit.contains('%') { format!("{} %", spelt(unit)) } else { spelt(unit) };
    let all: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    let words: Vec<&str> = all.iter().copied().skip_while(|w| LEADS.contains(w)).collect();
    let dated = |w: &&str| matches!(*w, "nam" | "den" | "ngay" | "thang") || is_number(w);
    if words.is_empty() || all.iter().all(dated) && !matches!(words.as_slice(), ["1000" | "000", ..]) {
        return Named::Plain;
    }
    let known = match wanted {
        Wanted::Money if is_foreign(&folded) => None,
        Wanted::Money => factor_of_money(&words),
        Wanted::Hectares => factor_of_area(&words),
        Wanted::Whole | Wanted::Measure => {
            let scaled = times(words[0]).is_some() || words.contains(&"%") || folded.contains("phan tram");
            return if scaled { Named::Unknown } else { Named::Plain };
        }
    };
    match known {
        Some(factor) => Named::Times(factor),
        // A phrase is no unit: "(theo giấy chứng nhận đăng ký)". One or two words may well be.
        None if words.len() >= 3 && !words.iter().any(|w| is_unit(w)) => Named::Remark,
        None => Named::Unknown,
    }
}

/// Factor to VND of the words behind a number; `None` inside: no unit; none at all: not a unit of money.
pub fn money(unit: &str) -> Option<Option<Decimal>> {
    let unit = spelt(unit);
    let words: Vec<&str> =
        unit.split(' ').filter(|w| !matches!(*w, "" | "dvt" | "don" | "vi" | "tinh")).collect();
    if words.is_empty() { Some(None) } else { factor_of_money(&words).map(Some) }
}

/// Factor to hectares of the words behind a number.
pub fn area(unit: &str) -> Option<Option<Decimal>> {
    let unit = flat(unit);
    match unit.as_str() {
        "" => Some(None),
        "ha" | "hecta" | "hec ta" | "m2" | "met vuong" | "km2" => {
            factor_of_area(&unit.split(' ').collect::<Vec<_>>()).map(Some)
        }
        _ => None,
    }
}

/// Factor to tonnes; of no unit at all one.
pub fn tonnes(unit: &str) -> Option<Decimal> {
    let unit = flat(unit);
    let words: Vec<&str> = unit.split(' ').filter(|w| !w.is_empty() && !LEADS.contains(w)).collect();
    let (factor, rest) = scale(&words)?;
    let own = match rest.first().copied().unwrap_or_default() {
        "" if rest.len() == words.len() => Decimal::ONE,
        "tan" | "t" => Decimal::ONE,
        "ta" => Decimal::new(1, 1),
        "yen" => Decimal::new(1, 2),
        "kg" | "ky" | "ki" | "kilogam" => Decimal::new(1, 3),
        _ => return None,
    };
    factor.checked_mul(own)
}

/// "trăm triệu", "nghìn tỷ đồng", "đồng/kg": what multiplies, and then the đồng or what it is for.
fn factor_of_money(words: &[&str]) -> Option<Decimal> {
    let (factor, rest) = scale(words)?;
    let scaled = &words[..words.len() - rest.len()];
    let dong = matches!(rest.first(), Some(&("dong" | "d" | "vnd" | "vn" | "dg")));
    // "Chục" alone is ten of something.
    let large = scaled.iter().any(|w| times(w).is_some_and(|t| t >= Decimal::ONE_THOUSAND));
    (dong || large).then_some(factor)
}

fn factor_of_area(words: &[&str]) -> Option<Decimal> {
    let (factor, rest) = scale(words)?;
    let own = match rest {
        ["ha" | "hecta", ..] | ["hec", "ta", ..] => Decimal::ONE,
        ["m2" | "m²", ..] | ["met", "vuong", ..] => Decimal::new(1, 4),
        ["km2" | "km²", ..] => Decimal::ONE_HUNDRED,
        _ => return None,
    };
    factor.checked_mul(own)
}

/// The product of the words in front that multiply, and the words behind them.
fn scale<'w, 'a>(words: &'w [&'a str]) -> Option<(Decimal, &'w [&'a str])> {
    let mut factor = Decimal::ONE;
    for (at, word) in words.iter().enumerate() {
        // "10 triệu", "100 m2": a number counts before a word that it can count.
        let own = times(word).or_else(|| word.parse().ok().filter(|n: &Decimal| *n > Decimal::ZERO));
        match own {
            Some(own) => factor = factor.checked_mul(own)?,
            None => return Some((factor, &words[at..])),
        }
    }
    Some((factor, &words[words.len()..]))
}

fn times(word: &str) -> Option<Decimal> {
    let factor = match word {
        "ty" | "ti" | "billion" | "bn" => 1_000_000_000,
        "trieu" | "tr" | "trd" | "million" | "mil" => 1_000_000,
        "nghin" | "ngan" | "k" | "1000" | "1000d" | "thousand" | "000" => 1_000,
        "van" => 10_000,
        "tram" => 100,
        "chuc" => 10,
        _ => return None,
    };
    Some(Decimal::from(factor))
}

fn is_unit(word: &str) -> bool {
    times(word).is_some()
        || FOREIGN.contains(&word)
        || matches!(
            word,
            "dong" | "vnd" | "ha" | "m2" | "km2" | "sao" | "cong" | "mau" | "acre" | "kg" | "tan" | "%"
        )
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_units_of_money() {
        let of = |unit| match of_heading(unit, Wanted::Money) {
            Named::Times(factor) => factor.to_string(),
            other => format!("{other:?}"),
        };
        for (unit, expected) in [
            ("triệu đồng", "1000000"),
            ("ĐVT: triệu đồng", "1000000"),
            ("chục triệu", "10000000"),
            ("trăm triệu đồng", "100000000"),
            ("nghìn tỷ", "1000000000000"),
            ("10 triệu đồng", "10000000"),
            ("đồng/kg", "1"),
            ("nghìn đồng/kg", "1000"),
            ("VNĐ", "1"),
            ("1.000đ", "1000"),
            ("1.000 đồng", "1000"),
            ("1000 đ", "1000"),
            ("1.000.000đ", "1000000"),
            ("100.000đ", "100000"),
            ("triệu USD", "Unknown"),
            ("đô la", "Unknown"),
            ("chục", "Unknown"),
            ("bao", "Unknown"),
            ("%", "Unknown"),
            ("năm 2024", "Plain"),
            ("31/12/2024", "Plain"),
            ("theo giấy chứng nhận đăng ký", "Remark"),
        ] {
            assert_eq!(of(unit), expected, "{unit}");
        }
    }

    #[test]
    fn headings_name_units_of_land_weights_and_counts() {
        let land = |unit| of_heading(unit, Wanted::Hectares);
        assert_eq!(land("ha"), Named::Times(Decimal::ONE));
        assert_eq!(land("1000 m2"), Named::Times(Decimal::new(1, 1)));
        assert_eq!(land("nghìn ha"), Named::Times(Decimal::ONE_THOUSAND));
        assert_eq!(land("sào"), Named::Unknown);
        assert_eq!(of_heading("người", Wanted::Whole), Named::Plain);
        assert_eq!(of_heading("nghìn người", Wanted::Whole), Named::Unknown);
        assert_eq!(of_heading("%", Wanted::Whole), Named::Unknown);
        for (unit, expected) in [
            ("tấn/năm", Some("1")),
            ("nghìn tấn", Some("1000")),
            ("tạ", Some("0.1")),
            ("bao", None),
            ("nghìn", None),
        ] {
            assert_eq!(tonnes(unit).map(|t| t.normalize().to_string()).as_deref(), expected, "{unit}");
        }
    }
    #[test]
    fn units_are_announced_by_words() {
        for (text, expected) in [
            ("Đất đai ĐVT: sào", Some(("dat dai", "sào"))),
            ("Diện tích - đơn vị tính: ha", Some(("dien tich", "ha"))),
            ("Diện tích ĐV: công", Some(("dien tich", "công"))),
            ("Vốn (ĐVT triệu đồng)", Some(("von", "trieu dong"))),
            ("ĐVT: sào", Some(("", "sào"))),
            ("Đơn vị tính", None),
            ("Tên đơn vị", None),
            ("Đơn vị chủ trì", None),
            ("Tên đơn vị: đầy đủ", None),
            ("Vốn - đơn vị: triệu đồng", Some(("von", "triệu đồng"))),
        ] {
            let expected = expected.map(|(head, unit)| (head.to_owned(), unit.to_owned()));
            assert_eq!(announced(text), expected, "{text}");
        }
        for (text, one) in [
            ("(tr.đ)", true),
            ("Triệu đồng", true),
            ("ĐVT: tỷ đồng", true),
            ("(người)", true),
            ("ha", true),
            ("(1.000đ)", true),
            ("%", true),
            ("tấn/năm", true),
            ("1.000", false),
            ("2022", false),
            ("Doanh thu", false),
            ("850 triệu đồng", false),
            ("Ghi chú", false),
            ("HTX", false),
        ] {
            assert_eq!(is_one(text), one, "{text}");
        }
    }
}
