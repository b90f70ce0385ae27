//! What a buyer wants, as stated and as it is looked for. Pure.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::unit::{Unit, unit};
use crate::error::Fault;
use crate::store::id;

/// Prefix of the ids of what products are classified in.
const GROUP: &str = "product_group";
/// Most of anything that can be asked for, in base units and in VND.
const MOST: f64 = 1e12;
/// Standards asked for at most.
const STANDARDS: usize = 20;
/// Days that things keep at most.
const DAYS: i64 = 40_000;

/// A demand as the caller states it, by the names of the schema.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stated {
    /// Id of a product group.
    pub group: Option<serde_json::Value>,
    /// Words.
    pub words: Option<String>,
    /// How much a month.
    pub quantity: serde_json::Value,
    /// Of this unit.
    pub unit: String,
    /// Months of the year.
    pub months: Option<Vec<i64>>,
    /// Place of delivery; resolved by the caller.
    pub place: Option<String>,
    /// Stars at least.
    pub minimum_stars: Option<i64>,
    /// Standards to be certified by.
    pub standards: Option<Vec<String>>,
    /// First day of delivery, as written.
    pub delivery_from: Option<String>,
    /// Last day of delivery, as written.
    pub delivery_to: Option<String>,
    /// Days to keep.
    pub shelf_life_days: Option<i64>,
    /// Price at most, VND for one unit.
    pub price_ceiling: Option<serde_json::Value>,
    /// Smallest order the buyer accepts, in the unit.
    pub minimum_order: Option<serde_json::Value>,
}

/// A demand that makes sense; quantities in the base unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Product group; its sub-groups count.
    pub group: Option<Uuid>,
    /// Words.
    pub words: Option<String>,
    /// How much a month.
    pub quantity: f64,
    /// The unit as stated.
    pub unit: Unit,
    /// Months as bits; none: any.
    pub months: i32,
    /// Unit to deliver to.
    pub place: Option<Uuid>,
    /// Stars at least; 0: any.
    pub stars: i32,
    /// Standards.
    pub standards: Vec<String>,
    /// First day of delivery.
    pub from: NaiveDate,
    /// Last day of delivery.
    pub to: NaiveDate,
    /// Days to keep; 0: any.
    pub shelf_life: i32,
    /// VND for one of the base unit at most; 0: any.
    pub price: f64,
    /// Smallest order accepted; 0: any.
    pub minimum: f64,
}

/// A mistake, and the field it is in.
#[derive(Debug)]
pub struct Mistake {
    /// What is wrong.
    pub fault: Fault,
    /// Field of the input.
    pub field: &'static str,
}

impl Stated {
    /// The demand it states, as somebody asks for it today: a delivery that is over is nobody's to make.
    pub fn check(&self, place: Option<Uuid>, today: NaiveDate) -> Result<Demand, Mistake> {
        let demand = self.demand(place, today)?;
        if demand.to < today {
            let field = if self.delivery_to.is_some() { "deliveryTo" } else { "deliveryFrom" };
            return Err(Mistake { fault: past(demand.to, today), field });
        }
        Ok(demand)
    }

    /// The demand it states, whenever that was; `place` is what its place leads to, `today` the day where it names
    /// none.
    pub fn demand(&self, place: Option<Uuid>, today: NaiveDate) -> Result<Demand, Mistake> {
        let words =
            self.words.as_deref().map(str::trim).filter(|words| words.chars().any(char::is_alphanumeric));
        let group = self.group()?;
        if group.is_none() && words.is_none() {
            return Err(empty());
        }
        let unit = unit(&self.unit).map_err(|fault| Mistake { fault, field: "unit" })?;
        let quantity = amount(&self.quantity, "quantity")? * unit.factor;
        let (from, to) = self.days(today)?;
        let price = self.price_ceiling.as_ref().filter(|v| !v.is_null());
        let minimum = self.minimum_order.as_ref().filter(|v| !v.is_null());
        Ok(Demand {
            group,
            words: words.map(|words| words.replace('\0', "")),
            quantity,
            months: self.months()?,
            place,
            stars: ranged(self.minimum_stars, "minimumStars", 3, 5)?,
            standards: self.standards()?,
            from,
            to,
            shelf_life: ranged(self.shelf_life_days, "shelfLifeDays", 1, DAYS)?,
            price: price.map_or(Ok(0.0), |v| amount(v, "priceCeiling"))? / unit.factor,
            minimum: minimum.map_or(Ok(0.0), |v| amount(v, "minimumOrder"))? * unit.factor,
            unit,
        })
    }

    fn group(&self) -> Result<Option<Uuid>, Mistake> {
        let Some(given) = self.group.as_ref().filter(|value| !value.is_null()) else { return Ok(None) };
        let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
        match id::decode(&text) {
            Some((GROUP, uuid)) => Ok(Some(uuid)),
            _ => Err(no_group(&text)),
        }
    }

    fn months(&self) -> Result<i32, Mistake> {
        let months = self.months.as_deref().unwrap_or_default();
        if months.len() > 12 {
            return Err(too_long("months", months.len(), 12));
        }
        let mut bits = 0;
        for month in months {
            if !(1..=12).contains(month) {
                let fault = Fault::new(
                    "MONTH_INVALID",
                    format!("months takes numbers from 1 to 12, not {month}"),
                    format!("months nhận tháng từ 1 đến 12, không nhận {month}"),
                );
                return Err(Mistake { fault, field: "months" });
            }
            bits |= 1 << (month - 1);
        }
        Ok(bits)
    }

    fn standards(&self) -> Result<Vec<String>, Mistake> {
        let mut standards = self.standards.clone().unwrap_or_default();
        if standards.len() > STANDARDS {
            return Err(too_long("standards", standards.len(), STANDARDS));
        }
        standards.sort_unstable();
        standards.dedup();
        Ok(standards)
    }

    fn days(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Mistake> {
        let (from, to) = (day(&self.delivery_from, "deliveryFrom")?, day(&self.delivery_to, "deliveryTo")?);
        let from = from.or(to.map(|to| to.min(today))).unwrap_or(today);
        let to = to.unwrap_or(from);
        if to < from {
            let fault = Fault::new(
                "DELIVERY_DATES",
                format!("the last day of delivery, {to}, lies before the first, {from}"),
                format!("ngày giao cuối {to} trước ngày giao đầu {from}"),
            );
            return Err(Mistake { fault, field: "deliveryTo" });
        }
        Ok((from, to))
    }
}

impl Demand {
    /// Requirements beside the product itself.
    pub fn requirements(&self) -> u32 {
        let asked = [
            true,
            self.months != 0,
            self.stars > 0,
            !self.standards.is_empty(),
            self.shelf_life > 0,
            self.price > 0.0,
            self.minimum > 0.0,
        ];
        asked.iter().filter(|asked| **asked).map(|_| 1).sum()
    }
}

/// A positive amount; decimals come as texts or numbers.
fn amount(value: &serde_json::Value, field: &'static str) -> Result<f64, Mistake> {
    let given = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    match given {
        Some(amount) if amount > 0.0 && amount <= MOST => Ok(amount),
        _ => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let shown: String = text.chars().take(40).collect();
            let fault = Fault::new(
                "AMOUNT_INVALID",
                format!("{field} takes a number above 0 and up to {MOST:.0}, not {shown}"),
                format!("{field} nhận số lớn hơn 0 và không quá {MOST:.0}, không nhận {shown}"),
            );
            Err(Mistake { fault, field })
        }
    }
}

/// A whole number within bounds; 0 when left out.
fn ranged(value: Option<i64>, field: &'static str, least: i64, most: i64) -> Result<i32, Mistake> {
    let Some(value) = value else { return Ok(0) };
    let fits = (least..=most).contains(&value);
    i32::try_from(value).ok().filter(|_| fits).ok_or_else(|| {
        let fault = Fault::new(
            "VALUE_OUT_OF_RANGE",
            format!("{field} takes {least} to {most}, not {value}"),
            format!("{field} nhận từ {least} đến {most}, không nhận {value}"),
        );
        Mistake { fault, field }
    })
}

fn too_long(field: &'static str, given: usize, most: usize) -> Mistake {
    let fault = Fault::new(
        "LIST_TOO_LONG",
        format!("{field} has {given} members; the limit is {most}"),
        format!("{field} có {given} phần tử, tối đa {most}"),
    );
    Mistake { fault, field }
}

fn empty() -> Mistake {
    let fault = Fault::new(
        "DEMAND_EMPTY",
        "say what is wanted: a product group in group, or words in words",
        "hãy nêu mặt hàng cần mua: nhóm sản phẩm ở group, hoặc từ khóa ở words",
    );
    Mistake { fault, field: "words" }
}

fn past(to: NaiveDate, today: NaiveDate) -> Fault {
    Fault::new(
        "DELIVERY_PAST",
        format!("the last day of delivery, {to}, is over: today is {today}; name a later day, or none"),
        format!("ngày giao cuối {to} đã qua, hôm nay là {today}: hãy ghi ngày sau đó, hoặc bỏ trống"),
    )
}

fn day(given: &Option<String>, field: &'static str) -> Result<Option<NaiveDate>, Mistake> {
    let Some(text) = given else { return Ok(None) };
    let written = Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
    written.map(Some).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        let fault = Fault::new(
            "DATE_INVALID",
            format!("{shown:?} is no day; write 2025-07-01"),
            format!("{shown:?} không phải là ngày; hãy viết theo dạng 2025-07-01"),
        );
        Mistake { fault, field }
    })
}

/// No group has this id.
pub(super) fn no_group(text: &str) -> Mistake {
    let shown: String = text.chars().take(60).collect();
    let fault = Fault::new(
        "GROUP_UNKNOWN",
        format!("{shown:?} is the id of no product group; productGroups lists them"),
        format!("{shown:?} không phải mã nhóm sản phẩm nào; xem danh sách ở productGroups"),
    );
    Mistake { fault, field: "group" }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stated(value: serde_json::Value) -> Stated {
        let mut whole = json!({ "words": "gạo", "quantity": 1, "unit": "tấn" });
        for (name, value) in value.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        serde_json::from_value(whole).expect("a demand")
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day")
    }

    #[test]
    fn a_demand_is_in_base_units() {
        let demand = stated(json!({
            "quantity": "1.5", "months": [1, 12, 1], "priceCeiling": 20_000_000, "minimumOrder": "0.2",
            "deliveryTo": "2027-01-31",
        }));
        let demand = demand.check(None, today()).expect("a demand");
        assert_eq!(
            (demand.quantity, demand.months, demand.price, demand.minimum),
            (1500.0, 2049, 20_000.0, 200.0)
        );
        assert_eq!((demand.from, demand.to.to_string().as_str()), (today(), "2027-01-31"));
        assert_eq!(demand.requirements(), 4);
    }

    #[test]
    fn a_delivery_that_is_under_way_can_be_asked_for() {
        for value in [
            json!({ "deliveryFrom": "2020-01-01", "deliveryTo": "2026-12-01" }),
            json!({ "deliveryFrom": "2026-12-01" }),
            json!({}),
        ] {
            let demand = stated(value).check(None, today()).expect("a demand");
            assert_eq!(demand.to, today());
        }
        // One that was stored stays what it was.
        let stored = stated(json!({ "deliveryTo": "2020-02-01" })).demand(None, today()).expect("a demand");
        assert_eq!(stored.to.to_string(), "2020-02-01");
    }

    #[test]
    fn mistakes_name_their_field() {
        for (value, code, field) in [
            (json!({ "words": " …", "group": null }), "DEMAND_EMPTY", "words"),
            (json!({ "group": "product_01h455vb4pex5vsknk084sn02q" }), "GROUP_UNKNOWN", "group"),
            (json!({ "quantity": 0 }), "AMOUNT_INVALID", "quantity"),
            (json!({ "quantity": "-3" }), "AMOUNT_INVALID", "quantity"),
            (json!({ "quantity": "NaN" }), "AMOUNT_INVALID", "quantity"),
            (json!({ "quantity": "1e300" }), "AMOUNT_INVALID", "quantity"),
            (json!({ "unit": "parsec" }), "MEASURE_UNKNOWN", "unit"),
            (json!({ "months": [13] }), "MONTH_INVALID", "months"),
            (json!({ "months": vec![1; 13] }), "LIST_TOO_LONG", "months"),
            (json!({ "standards": vec!["HACCP"; 21] }), "LIST_TOO_LONG", "standards"),
            (json!({ "minimumStars": 6 }), "VALUE_OUT_OF_RANGE", "minimumStars"),
            (json!({ "shelfLifeDays": 0 }), "VALUE_OUT_OF_RANGE", "shelfLifeDays"),
            (json!({ "priceCeiling": "abc" }), "AMOUNT_INVALID", "priceCeiling"),
            (json!({ "minimumOrder": 0 }), "AMOUNT_INVALID", "minimumOrder"),
            (
                json!({ "deliveryFrom": "2027-02-01", "deliveryTo": "2027-01-01" }),
                "DELIVERY_DATES",
                "deliveryTo",
            ),
            (
                json!({ "deliveryFrom": "2020-01-01", "deliveryTo": "2020-02-01" }),
                "DELIVERY_PAST",
                "deliveryTo",
            ),
            (json!({ "deliveryTo": "2026-11-30" }), "DELIVERY_PAST", "deliveryTo"),
            (json!({ "deliveryFrom": "2026-11-30" }), "DELIVERY_PAST", "deliveryFrom"),
        ] {
            let mistake = stated(value.clone()).check(None, today()).expect_err("a mistake");
            assert_eq!((mistake.fault.code, mistake.field), (code, field), "{value}");
        }
    }
}
