//! Quantities with their unit ("1,2 tấn", "500 hộp/tháng"), how long things keep ("6T", "1,5 năm"), and the unit
//! that a price is for ("57.750 đ/hộp").

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::numbers::{Wanted, number, split};
use super::{Complaint, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::{flat, tidy};

/// A quantity in its base unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// How many.
    pub amount: Decimal,
    /// Base unit: kg for all weights, lít for all volumes, else the word itself.
    pub unit: Option<String>,
}

/// A unit: its base and how many of it one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Base unit.
    pub base: String,
    /// How many of the base.
    pub factor: Decimal,
}

/// The unit that a text names; "tháng", "năm" and money are none.
pub fn unit(text: &str) -> Option<Unit> {
    let word = text.split(['/', '(']).find(|p| !says_nothing(p) && !is_no_unit(p))?;
    let weight = |n, scale| ("kg", Decimal::new(n, scale));
    let (base, factor) = match flat(word).as_str() {
        "kg" | "kilogam" | "kilogram" | "ki lo gam" | "kilo" | "ky" | "can" => weight(1, 0),
        "tan" | "t" => weight(1000, 0),
        "ta" => weight(100, 0),
        "yen" => weight(10, 0),
        "g" | "gam" | "gram" | "gr" => weight(1, 3),
        "lit" | "l" | "litre" => ("lít", Decimal::ONE),
        "ml" => ("lít", Decimal::new(1, 3)),
        "m3" => ("lít", Decimal::new(1000, 0)),
        _ => return Some(Unit { base: tidy(word).to_lowercase(), factor: Decimal::ONE }),
    };
    Some(Unit { base: base.to_owned(), factor })
}

fn is_no_unit(text: &str) -> bool {
    matches!(
        flat(text).as_str(),
        "thang"
            | "nam"
            | "ngay"
            | "tuan"
            | "vu"
            | "quy"
            | "dong"
            | "d"
            | "vnd"
            | "vn"
            | "trieu dong"
            | "trieu"
            | "nghin dong"
            | "sp"
            | "san pham"
            | "don vi"
    )
}

/// A quantity; a unit in the cell comes before that of its column. `most` is what it cannot exceed: without a unit
/// of its own, a quantity that would is in the base unit.
pub fn quantity(
    cell: &Cell,
    column: Option<&str>,
    most: Option<Decimal>,
) -> Result<Option<Quantity>, Complaint> {
    let own = match cell {
        Cell::Text(text) => split(text, Wanted::Measure).and_then(|(_, rest)| unit(&rest)),
        _ => None,
    };
    let Some(amount) = bare(cell)? else { return Ok(None) };
    let Some(Unit { base, factor }) = own.clone().or_else(|| column.and_then(unit)) else {
        return Ok(Some(Quantity { amount: amount.normalize(), unit: None }));
    };
    let scaled = amount.checked_mul(factor).unwrap_or(amount);
    let too_much = own.is_none() && factor > Decimal::ONE && most.is_some_and(|most| scaled > most);
    let amount = if too_much { amount } else { scaled };
    Ok(Some(Quantity { amount: amount.normalize(), unit: Some(base) }))
}

fn bare(cell: &Cell) -> Result<Option<Decimal>, Complaint> {
    match cell {
        Cell::Text(text) if says_nothing(text) => Ok(None),
        Cell::Text(text) => match split(text, Wanted::Measure) {
            Some((amount, _)) => Ok(Some(amount)),
            None => Err(Complaint::new(
                "QUANTITY_UNREADABLE",
                "a quantity such as \"500 kg\" or \"1,2 tấn\"",
                "một số lượng như \"500 kg\" hoặc \"1,2 tấn\"",
            )),
        },
        cell => number(cell, Wanted::Measure, None),
    }
}

/// The unit a price is for: behind the stroke in its cell, else the column's. A price for a multiple of the base
/// unit (a tonne) that leaves less than 1,000 đ for one of the base was meant for the base unit.
pub fn price_unit(cell: &Cell, column: Option<&str>) -> Option<String> {
    let text = cell.text();
    let behind = text.split_once('/').map(|(_, rest)| rest).filter(|r| unit(r).is_some());
    if let Some(rest) = behind {
        return unit(rest).map(|_| tidy(rest).to_lowercase());
    }
    let named = column.filter(|c| !says_nothing(c))?;
    let Unit { base, factor } = unit(named)?;
    let price = number(cell, Wanted::Money, None).ok().flatten();
    let meant_base = |price: Decimal| factor > Decimal::ONE && price < factor * Decimal::from(1000);
    match price {
        Some(price) if meant_base(price) => Some(base),
        _ => Some(tidy(named).to_lowercase()),
    }
}

/// Days that something keeps, by the unit in the cell, else that of the heading: a month is counted as 30, a year as
/// 365.
pub fn days(cell: &Cell, heading: Option<&str>) -> Result<Option<i64>, Complaint> {
    let bad = || {
        Complaint::new(
            "DAYS_UNREADABLE",
            "a time such as \"10 ngày\", \"6 tháng\", \"1,5 năm\"",
            "một thời hạn như \"10 ngày\", \"6 tháng\", \"1,5 năm\"",
        )
    };
    let (amount, unit) = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) if says_nothing(text) => return Ok(None),
        Cell::Text(text) => split(text, Wanted::Measure).ok_or_else(bad)?,
        cell => (number(cell, Wanted::Measure, None)?.ok_or_else(bad)?, String::new()),
    };
    let unit = if flat(&unit).is_empty() { heading.unwrap_or_default().to_owned() } else { unit };
    let hours = match flat(&unit).split(' ').next().unwrap_or_default() {
        "" | "ngay" | "n" | "day" | "days" => 24,
        "thang" | "t" | "th" | "month" | "months" => 24 * 30,
        "nam" | "year" | "years" => 24 * 365,
        "tuan" | "week" | "weeks" => 24 * 7,
        "gio" | "h" | "tieng" => 1,
        _ => return Err(bad()),
    };
    let hours = amount.checked_mul(Decimal::from(hours)).ok_or_else(bad)?;
    Ok((hours / Decimal::from(24)).ceil().to_i64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.into())
    }

    #[test]
    fn reads_quantities_with_their_units() {
        for (cell, column, expected) in [
            ("1,2 tấn", Some("kg"), "1200 kg"),
            ("5 tấn", Some("kg"), "5000 kg"),
            ("3", Some("tấn"), "3000 kg"),
            ("50.000", Some("kg"), "50000 kg"),
            ("1.200 hộp/tháng", Some("hộp"), "1200 hộp"),
            ("300 Cái / tháng", None, "300 cái"),
            ("800", Some("chai"), "800 chai"),
            ("khoảng 500kg", None, "500 kg"),
            ("2 tạ", None, "200 kg"),
            ("250 ml", None, "0.25 lít"),
            ("120", None, "120 ?"),
            ("120", Some("tháng"), "120 ?"),
            ("2 tấn/tháng", Some("hộp"), "2000 kg"),
        ] {
            let found = quantity(&text(cell), column, None)
                .ok()
                .flatten()
                .map(|q| format!("{} {}", q.amount, q.unit.as_deref().unwrap_or("?")));
            assert_eq!(found.as_deref(), Some(expected), "{cell}");
        }
        assert!(quantity(&text("nhiều"), None, None).is_err());
        let most = Some(Decimal::from(5000));
        let amount =
            |cell| quantity(&text(cell), Some("tấn"), most).ok().flatten().map(|q| q.amount.to_string());
        assert_eq!(amount("250").as_deref(), Some("250"), "not 250 tonnes of 5");
        assert_eq!(amount("2").as_deref(), Some("2000"));
    }

    #[test]
    fn reads_what_a_price_is_for() {
        let of = |cell, column| price_unit(&text(cell), column);
        assert_eq!(of("57.750 VNĐ/hộp", Some("kg")).as_deref(), Some("hộp"));
        assert_eq!(of("663.000đ/kg", Some("tấn")).as_deref(), Some("kg"));
        assert_eq!(of("17,1 ngàn", Some("tấn")).as_deref(), Some("kg"), "no tonne costs 17,100 đ");
        assert_eq!(of("25.000.000", Some("tấn")).as_deref(), Some("tấn"));
        assert_eq!(of("42000", Some("Gói")).as_deref(), Some("gói"));
        assert_eq!(of("42000", None), None);
    }

    #[test]
    fn reads_how_long_things_keep() {
        let of = |cell| days(&text(cell), None).ok().flatten();
        assert_eq!(of("10 ngày"), Some(10));
        assert_eq!(of("6T"), Some(180));
        assert_eq!(of("18 tháng"), Some(540));
        assert_eq!(of("1,5 năm"), Some(548));
        assert_eq!(of("2 tuần"), Some(14));
        assert_eq!(of("48 giờ"), Some(2));
        assert_eq!(of("lâu"), None);
        assert_eq!(days(&Cell::Number(6.0), Some("tháng")).ok().flatten(), Some(180));
        assert_eq!(days(&text("10 ngày"), Some("tháng")).ok().flatten(), Some(10));
    }
}
