//! What an offer lacks and what it comes to, in words of both languages. Pure.

use super::Match;
use super::demand::Demand;

/// One requirement that an offer does not meet, or of which it says nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Lack {
    /// Value of the enum of requirements.
    pub requirement: &'static str,
    /// What was wanted.
    pub wanted: String,
    /// What is offered; none: nothing is said.
    pub offered: Option<String>,
    /// Stable code.
    pub code: &'static str,
    /// In English.
    pub en: String,
    /// In Vietnamese.
    pub vi: String,
}

/// The requirements in the order of their burdens: name, code where it is not met.
const REQUIREMENTS: [(&str, &str); 7] = [
    ("QUANTITY", "TOO_LITTLE"),
    ("MONTHS", "MONTHS_MISSING"),
    ("STARS", "TOO_FEW_STARS"),
    ("CERTIFICATES", "NOT_CERTIFIED"),
    ("SHELF_LIFE", "KEEPS_TOO_SHORT"),
    ("PRICE", "TOO_EXPENSIVE"),
    ("MINIMUM_ORDER", "ORDER_TOO_LARGE"),
];
const UNKNOWN: f64 = 0.5;
const OTHER_UNIT: f64 = 0.75;

impl Match {
    /// What it lacks, in the order of the requirements.
    pub fn lacks(&self, demand: &Demand) -> Vec<Lack> {
        let burdened = self.burdens.iter().enumerate().filter(|(_, burden)| **burden > 0.0);
        burdened.map(|(n, burden)| self.lack(demand, n, *burden)).collect()
    }

    /// 100 where it meets everything, 0 where it meets nothing.
    pub fn score(&self, demand: &Demand) -> f64 {
        let asked = f64::from(demand.requirements());
        ((1.0 - self.burden / asked) * 1000.0).round() / 10.0
    }

    fn lack(&self, demand: &Demand, n: usize, burden: f64) -> Lack {
        let (requirement, unmet) = REQUIREMENTS[n];
        let (name_en, name_vi) = NAMES[n];
        let (wanted, offered) = (self.wanted(demand, n), self.offered(demand, n));
        let other_unit = (n == 0 || n >= 5) && burden == OTHER_UNIT && self.is_other_unit(demand, n);
        let code = match () {
            () if burden == UNKNOWN => "UNKNOWN",
            () if other_unit => "UNIT_DIFFERS",
            () if n == 2 && self.stars.is_none() => "NOT_RECOGNISED",
            () => unmet,
        };
        let told = |words: &(String, String), vi: bool| if vi { words.1.clone() } else { words.0.clone() };
        let said = offered.as_ref();
        let (en, vi) = match code {
            "UNKNOWN" => (
                format!("{name_en}: wanted {}; the office's register does not say", wanted.0),
                format!("{name_vi}: cần {}; sổ của cơ quan không ghi", wanted.1),
            ),
            "UNIT_DIFFERS" => (
                format!(
                    "{name_en}: wanted {}, offered {}; the units cannot be compared",
                    wanted.0,
                    said.map_or("?".to_owned(), |s| told(s, false))
                ),
                format!(
                    "{name_vi}: cần {}, chào {}; hai đơn vị không so sánh được",
                    wanted.1,
                    said.map_or("?".to_owned(), |s| told(s, true))
                ),
            ),
            _ => (
                format!(
                    "{name_en}: wanted {}, offered {}",
                    wanted.0,
                    said.map_or("none".to_owned(), |s| told(s, false))
                ),
                format!(
                    "{name_vi}: cần {}, hiện {}",
                    wanted.1,
                    said.map_or("không có".to_owned(), |s| format!("có {}", told(s, true)))
                ),
            ),
        };
        Lack { requirement, wanted: wanted.0, offered: offered.map(|words| words.0), code, en, vi }
    }

    fn is_other_unit(&self, demand: &Demand, n: usize) -> bool {
        let measured = match n {
            0 => &self.capacity,
            5 => &self.price,
            _ => &self.minimum,
        };
        let stated = measured.as_ref().map(|(_, unit)| unit.as_str()).unwrap_or_default();
        super::unit(stated).map_or(true, |unit| unit.base != demand.unit.base)
    }

    /// What is wanted, in English and Vietnamese.
    fn wanted(&self, demand: &Demand, n: usize) -> (String, String) {
        let unit = &demand.unit;
        let of = |amount: f64| measured(amount / unit.factor, &unit.stated);
        match n {
            0 => per_month(&of(demand.quantity)),
            1 => months(i64::from(demand.months)),
            2 => (format!("{} stars", demand.stars), format!("{} sao", demand.stars)),
            3 => (demand.standards.join(", "), demand.standards.join(", ")),
            4 => days(i64::from(demand.shelf_life)),
            5 => price(demand.price * unit.factor, &unit.stated),
            _ => of(demand.minimum),
        }
    }

    /// What is offered; none where nothing is said.
    fn offered(&self, demand: &Demand, n: usize) -> Option<(String, String)> {
        match n {
            0 => self.capacity.as_ref().map(|(amount, unit)| per_month(&measured(*amount, unit))),
            1 => self.months.map(months),
            2 => self.stars.map(|stars| (format!("{stars} stars"), format!("{stars} sao"))),
            3 => {
                let held: Vec<&str> = self
                    .standards
                    .iter()
                    .map(String::as_str)
                    .filter(|s| demand.standards.iter().any(|d| d == s))
                    .collect();
                (!held.is_empty()).then(|| (held.join(", "), held.join(", ")))
            }
            4 => self.shelf_life.map(days),
            5 => self.price.as_ref().map(|(amount, unit)| price(*amount, unit)),
            _ => self.minimum.as_ref().map(|(amount, unit)| measured(*amount, unit)),
        }
    }
}

/// Names of the requirements in English and Vietnamese.
const NAMES: [(&str, &str); 7] = [
    ("Quantity", "Sản lượng"),
    ("Months", "Tháng cung ứng"),
    ("Stars on the last day of delivery", "Hạng sao đến ngày giao cuối"),
    ("Certificates in force on the last day of delivery", "Chứng nhận còn hiệu lực đến ngày giao cuối"),
    ("Shelf life", "Hạn sử dụng"),
    ("Price", "Giá"),
    ("Smallest order", "Đơn hàng tối thiểu"),
];

/// The offer in one line: English, Vietnamese.
pub fn summary(found: &Match, demand: &Demand) -> (String, String) {
    let mut parts = vec![
        (found.product_name.clone(), found.product_name.clone()),
        (found.producer_name.clone(), found.producer_name.clone()),
    ];
    parts.extend(found.capacity.as_ref().map(|(amount, unit)| per_month(&measured(*amount, unit))));
    parts.extend(found.stars.map(|stars| (format!("{stars} stars"), format!("{stars} sao"))));
    parts.extend(found.price.as_ref().map(|(amount, unit)| price(*amount, unit)));
    parts.extend(found.distance.map(|km| {
        (format!("{} km away", number(km.round(), false)), format!("cách {} km", number(km.round(), true)))
    }));
    let lacks = found.lacks(demand).len();
    parts.push(match lacks {
        0 => ("meets everything".to_owned(), "đáp ứng đủ yêu cầu".to_owned()),
        n => (
            format!("{n} of {} requirements open", demand.requirements()),
            format!("còn {n}/{} yêu cầu chưa đạt hoặc chưa rõ", demand.requirements()),
        ),
    });
    let joined = |pick: fn(&(String, String)) -> &str| parts.iter().map(pick).collect::<Vec<_>>().join(" · ");
    (joined(|words| &words.0), joined(|words| &words.1))
}

fn measured(amount: f64, unit: &str) -> (String, String) {
    let unit = if unit.is_empty() { "?" } else { unit };
    (format!("{} {unit}", number(amount, false)), format!("{} {unit}", number(amount, true)))
}

fn per_month((en, vi): &(String, String)) -> (String, String) {
    (format!("{en} a month"), format!("{vi}/tháng"))
}

fn price(amount: f64, unit: &str) -> (String, String) {
    let unit = if unit.is_empty() { "?" } else { unit };
    (format!("{} VND/{unit}", number(amount, false)), format!("{} đ/{unit}", number(amount, true)))
}

fn days(days: i64) -> (String, String) {
    (format!("{days} days"), format!("{days} ngày"))
}

fn months(bits: i64) -> (String, String) {
    if bits & 4095 == 4095 {
        return ("all year round".to_owned(), "quanh năm".to_owned());
    }
    let months: Vec<String> =
        (1..=12).filter(|m| bits & (1 << (m - 1)) != 0).map(|m| m.to_string()).collect();
    let months = months.join(", ");
    (format!("months {months}"), format!("tháng {months}"))
}

/// 1,234.5 in English, 1.234,5 in Vietnamese; three decimals at most.
fn number(amount: f64, vietnamese: bool) -> String {
    let (thousands, decimal) = if vietnamese { ('.', ',') } else { (',', '.') };
    let text = format!("{amount:.3}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 && !out.ends_with('-') {
            out.push(thousands);
        }
        out.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    if !rest.is_empty() {
        out.push(decimal);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_does() {
        for (amount, en, vi) in [
            (0.0, "0", "0"),
            (12.5, "12.5", "12,5"),
            (1200.0, "1,200", "1.200"),
            (1_234_567.891_2, "1,234,567.891", "1.234.567,891"),
        ] {
            assert_eq!((number(amount, false).as_str(), number(amount, true).as_str()), (en, vi));
        }
    }

    #[test]
    fn months_are_told_by_number() {
        assert_eq!(months(0b1000_0000_0011).1, "tháng 1, 2, 12");
        assert_eq!(months(4095).1, "quanh năm");
    }
}
