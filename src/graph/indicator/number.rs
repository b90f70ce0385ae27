//! Numbers of indicators: exact decimals in, a value and the reason of its absence out. Pure.

use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};

use crate::catalog::indicator::{Ended, Indicator, Take};

/// What an indicator comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Number {
    /// What was counted; none where there is nothing to sum up.
    pub numerator: Option<Decimal>,
    /// What it is held against, where there is anything.
    pub denominator: Option<Option<Decimal>>,
    /// What nobody has sent of the place's province: nothing was counted because nothing is known.
    pub missing: Option<Missing>,
    /// What is counted was there until a day before.
    pub ended: Option<Ended>,
}

/// Data that nobody has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// Type of the rows.
    pub entity: String,
    /// Which data, English and Vietnamese; none: the very rows that are counted.
    pub what: Option<(String, String)>,
}

impl Missing {
    fn reason(&self) -> Value {
        let (en, vi) = match &self.what {
            None => (
                "no register of this province has such rows: nothing is known, which is not zero".to_owned(),
                "chưa có sổ nào của tỉnh này ghi dữ liệu loại này: chưa biết, không phải bằng 0".to_owned(),
            ),
            Some((en, vi)) => (
                format!(
                    "no register of this province tells of this ({en}): nothing is known, which is not zero"
                ),
                format!("chưa có sổ nào của tỉnh này ghi dữ liệu này ({vi}): chưa biết, không phải bằng 0"),
            ),
        };
        reason("DATA_MISSING", en, vi)
    }
}

impl Number {
    /// Whether nothing was counted.
    pub fn is_nothing(&self) -> bool {
        self.numerator.is_none_or(|numerator| numerator.is_zero())
    }

    /// The value, as exactly as decimals go.
    pub fn exact(&self, indicator: &Indicator) -> Option<Decimal> {
        let numerator = self.numerator.filter(|_| self.missing.is_none() && self.ended.is_none())?;
        let Some(denominator) = self.denominator else { return Some(numerator) };
        let quotient = numerator.checked_div(denominator.filter(|d| !d.is_zero())?)?;
        match indicator.unit.as_str() {
            "PERCENT" => quotient.checked_mul(Decimal::ONE_HUNDRED),
            _ => Some(quotient),
        }
    }

    /// The value, rounded where it is a quotient or a mean.
    pub fn value(&self, indicator: &Indicator) -> Option<Decimal> {
        let exact = self.exact(indicator)?;
        let is_whole = self.denominator.is_none() && !matches!(indicator.numerator.take, Take::Average(_));
        Some(if is_whole { exact } else { rounded(exact, indicator.decimals) })
    }

    /// Why there is no value.
    pub fn reason(&self) -> Value {
        if let Some(ended) = &self.ended {
            return reason("UNITS_ENDED", ended.reason.en.as_str(), ended.reason.vi.as_str());
        }
        if let Some(missing) = &self.missing {
            return missing.reason();
        }
        if self.numerator.is_none() {
            return reason(
                "NO_FIGURES",
                "no row has the figure that is summed up",
                "không có dòng nào có số liệu để tính",
            );
        }
        match self.denominator {
            Some(None) => {
                reason("NO_FIGURES", "there is nothing to divide by", "không có số liệu làm mẫu số")
            }
            Some(Some(denominator)) if denominator.is_zero() => reason(
                "DENOMINATOR_ZERO",
                "nothing is there that the indicator could be held against: its denominator is zero",
                "không có đối tượng nào để so sánh: mẫu số bằng 0",
            ),
            _ => Value::Null,
        }
    }
}

/// `IndicatorReason`.
pub(super) fn reason(code: &str, en: impl Into<String>, vi: impl Into<String>) -> Value {
    json!({ "code": code, "message": { "en": en.into(), "vi": vi.into() } })
}

pub(super) fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// As the graph writes decimals: a text without zeros at the end.
pub(super) fn text(value: Option<Decimal>) -> Value {
    value.map_or(Value::Null, |value| value.normalize().to_string().into())
}

/// A number of an answer: a JSON number, or a decimal as text.
pub(super) fn read(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Decimal::from_str(&number.to_string()).ok(),
        Value::String(text) => Decimal::from_str(text).ok(),
        _ => None,
    }
}

/// What a list's number, or a group's, comes to.
pub(super) fn taken(take: &Take, answer: &Value) -> Option<Decimal> {
    let of = |measure: &str, field: &str| {
        let at = if answer.get("aggregate").is_some() { &answer["aggregate"] } else { answer };
        read(&at[measure][field])
    };
    match take {
        Take::Count => read(answer.get("totalCount").unwrap_or(&answer["count"])),
        Take::Distinct(field) => of("countDistinct", field),
        Take::Sum(field) => of("sum", field),
        Take::Average(field) => of("avg", field),
    }
}
