//! What a request costs, found out before it runs, paid out of its caller's budget, and told in the answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use apollo_compiler::response::JsonMap;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::answer::{Coded, Cost, Refusal, Request, Stats};
use super::engine::{Engine, Refused};
use super::plan::Plan;
use super::refusal;
use super::run::Running;
use super::run::estimate::{self, Bill, Given};
use crate::access::budget::{Receipt, Standing};
use crate::store::sizes::Size;

impl Engine {
    /// What a plan may cost; more rows than a request may touch are refused.
    pub(super) async fn bill(
        &self,
        plan: &Plan,
        variables: &JsonMap,
        request: &Request,
    ) -> Result<Bill, Refused> {
        let sizes = self.sizes(plan, request).await?;
        let bill = estimate::bill(plan, self.given(variables, sizes.as_deref()));
        let (rows, most) = (bill.rows, self.limits(request).rows);
        if rows <= most {
            return Ok(bill);
        }
        let error = Coded::fault(
            "TOO_MANY_ROWS",
            format!("the pages asked for may hold {rows} rows; the limit is {most}: use a smaller first"),
            format!("các trang yêu cầu có thể tới {rows} dòng, tối đa {most}: hãy giảm first"),
        );
        let error = error.over("rows", usize::try_from(rows).ok(), usize::try_from(most).unwrap_or_default());
        Err(refusal::one(Refusal::TooLarge, &error, request))
    }

    /// Pays for a request, then notes what personal data it reads: nothing is noted that is not read, and nothing paid
    /// for what cannot be noted.
    pub(super) async fn begin(
        &self,
        plan: &Plan,
        variables: &JsonMap,
        bill: Bill,
        request: &Request,
        stats: &mut Stats,
    ) -> Result<Option<Receipt>, Refused> {
        let receipt = self.charge(plan, variables, bill, request, stats).await?;
        let Err(refused) = self.note_reading(request, plan).await else { return Ok(receipt) };
        self.give_back(receipt, bill.total(), stats);
        Err(refused)
    }

    /// Pays for a request, or says why it has to wait. What costs nothing always passes.
    async fn charge(
        &self,
        plan: &Plan,
        variables: &JsonMap,
        bill: Bill,
        request: &Request,
        stats: &mut Stats,
    ) -> Result<Option<Receipt>, Refused> {
        let Some(budgets) = self.budgets.as_ref().filter(|_| request.paying) else { return Ok(None) };
        match budgets.pay(&request.caller, bill.total()).await {
            Ok(receipt) => {
                self.told(stats, receipt.as_ref().map(|receipt| receipt.standing));
                Ok(receipt)
            }
            Err(standing) => {
                self.told(stats, Some(standing));
                let sizes = self.sizes(plan, request).await?;
                let given = self.given(variables, sizes.as_deref());
                let cheaper = estimate::cheaper(plan, given, standing.remaining);
                let wait = standing.enough_in(bill.total());
                let mut error = exceeded(bill.total(), standing);
                let at = wait.and_then(|wait| self.after(wait)).map(rfc3339);
                error =
                    error.with("cost", json!({ "estimated": bill.total(), "remaining": standing.remaining }));
                error = error.with("resetAt", at.into());
                if let Some(cheaper) = cheaper {
                    let smaller = json!({ "path": cheaper.path, cheaper.argument: cheaper.size });
                    error = error.with("cheaper", smaller);
                }
                let refusal = Refusal::Budget { retry_after: wait.map(|wait| wait.as_secs().max(1)) };
                Err(refusal::one(refusal, &error, request))
            }
        }
    }

    /// Notes what a request has cost, and gives back what it has not.
    pub(super) fn settle(&self, bill: Bill, objects: i64, receipt: Option<Receipt>, stats: &mut Stats) {
        let actual = bill.fixed.saturating_add(objects).min(bill.total());
        if let Some(cost) = &mut stats.cost {
            cost.actual = Some(actual);
        }
        self.give_back(receipt, bill.total().saturating_sub(actual), stats);
    }

    fn give_back(&self, receipt: Option<Receipt>, units: i64, stats: &mut Stats) {
        if let (Some(budgets), Some(mut receipt)) = (&self.budgets, receipt) {
            budgets.refund(&mut receipt, units);
            self.told(stats, Some(receipt.standing));
        }
    }

    /// `extensions` of an answer: what it cost, where somebody pays for it.
    pub(super) fn extensions(&self, request: &Request, stats: &Stats) -> Option<Value> {
        let cost = stats.cost.as_ref().filter(|_| request.paying && !request.bare || request.dry_run)?;
        let standing = cost.standing;
        let mut extensions = json!({ "cost": {
            "estimated": cost.estimated,
            "actual": cost.actual,
            "limit": standing.map(|standing| standing.rule.capacity),
            "remaining": standing.map(|standing| standing.remaining),
            "resetAt": cost.reset_at.map(rfc3339),
        }});
        if request.dry_run {
            extensions["dryRun"] = true.into();
        }
        Some(extensions)
    }

    fn told(&self, stats: &mut Stats, standing: Option<Standing>) {
        let reset_at = standing.and_then(|standing| self.after(standing.full_in()?));
        if let Some(cost) = &mut stats.cost {
            *cost = Cost { standing, reset_at, ..*cost };
        }
    }

    /// The moment after a while; none: beyond all calendars.
    fn after(&self, wait: Duration) -> Option<DateTime<Utc>> {
        self.clock.now().checked_add_signed(TimeDelta::from_std(wait).ok()?)
    }

    /// Sizes of tables, where they matter.
    async fn sizes(
        &self,
        plan: &Plan,
        request: &Request,
    ) -> Result<Option<Arc<HashMap<String, Size>>>, Refused> {
        if !plan.looks_through || !(request.paying || request.dry_run) {
            return Ok(None);
        }
        let sizes = self.sorting.sizes().await;
        sizes.map(Some).map_err(|error| refusal::one(Refusal::Invalid, &error, request))
    }

    fn given<'a>(&'a self, variables: &'a JsonMap, sizes: Option<&'a HashMap<String, Size>>) -> Given<'a> {
        Given { variables, catalog: &self.catalog, sizes }
    }
}

/// Adds up what was sent for a request.
pub(super) fn spent(each: &[Running<'_>], stats: &mut Stats) {
    stats.statements = each.iter().map(|running| running.statements.load(Ordering::Relaxed)).sum();
    stats.rows = each.iter().map(|running| running.rows.load(Ordering::Relaxed)).sum();
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn exceeded(cost: i64, standing: Standing) -> Coded {
    let (limit, remaining) = (standing.rule.capacity, standing.remaining);
    let (en, vi) = match standing.enough_in(cost) {
        Some(wait) => {
            let wait = wait.as_secs().max(1);
            (format!("wait {wait} s, or ask for less"), format!("hãy đợi {wait} giây hoặc hỏi ít hơn"))
        }
        None => ("ask for less".to_owned(), "hãy hỏi ít hơn".to_owned()),
    };
    Coded::fault(
        "BUDGET_EXCEEDED",
        format!("this costs {cost}; {remaining} of a budget of {limit} are left: {en}"),
        format!("yêu cầu có chi phí {cost}; ngân sách còn {remaining} trên {limit}: {vi}"),
    )
}

/// Bytes of variables as JSON without blanks, near enough.
pub(super) fn weight(variables: &serde_json::Map<String, Value>) -> usize {
    fn one(value: &Value) -> usize {
        match value {
            Value::String(text) => text.len() + 3,
            Value::Array(items) => 3 + items.iter().map(one).sum::<usize>(),
            Value::Object(fields) => 3 + weight(fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => 6,
        }
    }
    variables.iter().map(|(name, value)| name.len() + 3 + one(value)).sum()
}
