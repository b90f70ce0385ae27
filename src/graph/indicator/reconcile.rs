//! What an indicator gained and lost between two days. Rows that came are those of the later day that the earlier
//! had not: so what came less what left is the difference, whatever the reasons are.

use chrono::NaiveDate;
use futures_util::future::try_join_all;
use serde_json::{Value, json};

use super::super::answer::Coded;
use super::super::look::{Wanted, is_wanted};
use super::{Asked, Desk, catalogue, day, fault, figure, render, rows};
use crate::catalog::indicator::{Part, Reason, Take, Words};
use crate::graph::schema::words;

/// The answer to `reconciliation`.
pub(super) async fn answer(desk: Desk<'_>, arguments: &Value, wanted: &[Wanted]) -> Result<Value, Coded> {
    let indicator = desk.indicator(arguments["code"].as_str().unwrap_or_default())?;
    let from = day(arguments, "from")?.unwrap_or_default();
    let to = day(arguments, "to")?.unwrap_or_else(|| desk.running.asking.today());
    if from > to {
        return Err(fault::days("from is after to", "from sau to"));
    }
    let part = indicator.shown();
    if part.take != Take::Count {
        let (en, vi) = ("sums up and has no rows that come and leave", "là số cộng, không có dòng tăng giảm");
        return Err(fault::no_rows(&indicator.code, en, vi));
    }
    let asked = desk.asked(indicator, arguments["scope"].as_str(), to).await?;
    desk.after_beginning(asked.scope.as_ref(), from)?;
    let moving = Moving { asked: &asked, part, from, to };
    let mut shown = catalogue::head(indicator);
    shown["scope"] = asked.scope.as_ref().map_or(Value::Null, |placed| figure::scope(desk, placed));
    shown["from"] = from.to_string().into();
    shown["to"] = to.to_string().into();
    for (name, on) in [("before", from), ("after", to)] {
        if is_wanted(wanted, name) {
            shown[name] = moving.standing(on).await?;
        }
    }
    for (name, came) in [("came", true), ("left", false)] {
        let fields: Vec<Wanted> =
            wanted.iter().filter(|field| field.name == name).flat_map(|field| field.within.clone()).collect();
        if is_wanted(wanted, name) {
            shown[name] = moving.movement(came, &fields).await?;
        }
    }
    Ok(shown)
}

struct Moving<'a> {
    asked: &'a Asked<'a>,
    part: &'a Part,
    from: NaiveDate,
    to: NaiveDate,
}

impl Moving<'_> {
    /// How many rows there are on a day.
    async fn standing(&self, on: NaiveDate) -> Result<Value, Coded> {
        let list = self.asked.list("rows", self.part, render::COUNT.to_owned());
        let told = self.asked.ask(&render::document("Standing", &[list]), on, None, &[]).await?;
        Ok(told["rows"]["totalCount"].clone())
    }

    /// `IndicatorMovement`
    async fn movement(&self, came: bool, fields: &[Wanted]) -> Result<Value, Coded> {
        let reasons = if came { &self.asked.indicator.came } else { &self.asked.indicator.left };
        let mut shown = json!({});
        if is_wanted(fields, "count") {
            shown["count"] = self.rows(came, &[], None).await?["totalCount"].clone();
        }
        for field in fields.iter().filter(|field| field.name == "rows") {
            shown[&field.slot] = self.page(came, &[], field).await;
        }
        let within: Vec<Wanted> =
            fields.iter().filter(|field| field.name == "reasons").flat_map(|f| f.within.clone()).collect();
        if is_wanted(fields, "reasons") {
            let each = (0..=reasons.len()).map(|n| self.reason(came, reasons, n, &within));
            let each = try_join_all(each).await?;
            shown["reasons"] = each.into_iter().filter(|one| one["count"] != 0).collect();
        }
        Ok(shown)
    }

    /// The n-th reason; behind the last, all that has none of these.
    async fn reason(
        &self,
        came: bool,
        reasons: &[Reason],
        n: usize,
        fields: &[Wanted],
    ) -> Result<Value, Coded> {
        let mut all: Vec<String> =
            reasons[..n].iter().map(|r| format!("{{ not: {} }}", on_later_day(r))).collect();
        let (code, name) = match reasons.get(n) {
            Some(reason) => {
                all.push(on_later_day(reason));
                (reason.code.as_str(), reason.name.clone())
            }
            None => ("OTHER", other()),
        };
        let counted = self.rows(came, &all, None).await?;
        let mut shown =
            json!({ "code": code, "name": catalogue::words(&name), "count": counted["totalCount"] });
        for field in fields.iter().filter(|field| field.name == "rows") {
            shown[&field.slot] = self.page(came, &all, field).await;
        }
        Ok(shown)
    }

    /// `IndicatorRows`, which may be null.
    async fn page(&self, came: bool, reasons: &[String], field: &Wanted) -> Value {
        let page = self.rows(came, reasons, Some(field)).await;
        self.asked.desk.running.or_null(page.map(|page| rows::shown(&page)))
    }

    /// The rows that moved, under further conditions; counted alone, or a page of them.
    async fn rows(&self, came: bool, reasons: &[String], field: Option<&Wanted>) -> Result<Value, Coded> {
        let selection = if field.is_some() { render::ROWS } else { render::COUNT };
        let scoped = self.asked.scoped();
        let body = render::moved(self.part, came, reasons, scoped, field.is_some(), "rows", selection);
        let window = field.map(rows::window).transpose()?;
        let window = window.as_ref().map(|window| window.as_slice()).unwrap_or_default();
        let document = render::declared("Moved", &body);
        let told = self.asked.ask(&document, self.to, Some(self.from), window).await?;
        Ok(told["rows"].clone())
    }
}

fn on_later_day(reason: &Reason) -> String {
    match reason.as_of {
        true => format!("{{ {}: {{ day: $on, where: {} }} }}", words::ON_DAY, reason.condition),
        false => reason.condition.clone(),
    }
}

fn other() -> Words {
    Words {
        en: "None of these: words of the registers that were corrected, or what they do not tell".to_owned(),
        vi: "Không thuộc các lý do trên: sổ được sửa, hoặc sổ không ghi".to_owned(),
    }
}
