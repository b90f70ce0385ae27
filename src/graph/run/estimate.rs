//! What a plan may cost, before anything is sent: one unit for each object it may read, by the sizes of its pages,
//! and what it looks through beside that: counts, groups, operations. docs/limits.md has the formula.

use std::collections::HashMap;

use apollo_compiler::response::JsonMap;

use super::super::indicator;
use super::super::limits;
use super::super::plan::*;
use super::super::sorting::is_given;
use super::bind;
use crate::catalog::{Catalog, Operation, Operations};
use crate::store::sizes::Size;

/// Objects of a plain list, which has no size of its own.
const LIST: i64 = 20;
/// Rows that a whole list is counted or grouped by for one unit: measured, a row of a page takes some hundred times
/// as long as one that is only counted.
const LOOKED_THROUGH: i64 = 100;
/// A count within each of many parents.
const COUNT_WITHIN: i64 = 2;
/// A question that only reads, unless its declaration says otherwise.
const QUESTION: i64 = 10;
/// An operation that does something, likewise.
const ACT: i64 = 1_000;

/// What a plan may cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::graph) struct Bill {
    /// Rows that the pages may hold, multiplied out.
    pub rows: i64,
    /// Objects that may be read: when fewer are found, fewer are paid.
    pub objects: i64,
    /// What is paid whatever is found.
    pub fixed: i64,
}

impl Bill {
    /// All of it.
    pub fn total(&self) -> i64 {
        self.objects.saturating_add(self.fixed)
    }

    fn add(&mut self, other: Bill) {
        self.rows = self.rows.saturating_add(other.rows);
        self.objects = self.objects.saturating_add(other.objects);
        self.fixed = self.fixed.saturating_add(other.fixed);
    }
}

/// What costs depend on, beside the plan.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Given<'a> {
    pub variables: &'a JsonMap,
    pub catalog: &'a Catalog,
    /// Tables by name, where the plan looks through whole ones.
    pub sizes: Option<&'a HashMap<String, Size>>,
}

/// A smaller page with which a request would fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Cheaper {
    /// The page's place in the answer.
    pub path: Vec<String>,
    /// `first` or `last`.
    pub argument: &'static str,
    /// What it may be.
    pub size: i64,
}

/// What a plan may cost.
pub(in crate::graph) fn bill(plan: &Plan, given: Given<'_>) -> Bill {
    let mut walk = Walk { given, bill: Bill::default(), pages: None, shrunk: None, seen: 0 };
    walk.plan(plan);
    walk.bill
}

/// The one page whose size has to be cut least, so that the plan costs no more than `most`; none: no page helps.
pub(in crate::graph) fn cheaper(plan: &Plan, given: Given<'_>, most: i64) -> Option<Cheaper> {
    let mut walk = Walk { given, bill: Bill::default(), pages: Some(Vec::new()), shrunk: None, seen: 0 };
    walk.plan(plan);
    let (total, pages) = (walk.bill.total(), walk.pages?);
    let mut best: Option<(f64, Cheaper)> = None;
    for (n, page) in pages.into_iter().enumerate().filter(|(_, page)| page.size > 1) {
        let mut without = Walk { given, bill: Bill::default(), pages: None, shrunk: Some((n, 0)), seen: 0 };
        without.plan(plan);
        let least = without.bill.total();
        // What a plan costs grows evenly with the size of one of its pages.
        let each = (total.saturating_sub(least) / page.size).max(1);
        let size = most.saturating_sub(least) / each;
        let share = size as f64 / page.size as f64;
        if size >= 1 && size < page.size && best.as_ref().is_none_or(|(known, _)| *known <= share) {
            best = Some((share, Cheaper { size, ..page }));
        }
    }
    best.map(|(_, cheaper)| cheaper)
}

/// A place in the answer, from the inside out.
#[derive(Clone, Copy)]
struct At<'a> {
    key: &'a str,
    up: Option<&'a At<'a>>,
}

impl<'a> At<'a> {
    fn then<'b>(&'b self, key: &'b str) -> At<'b> {
        At { key, up: Some(self) }
    }

    fn path(&self) -> Vec<String> {
        let mut path = self.up.map(At::path).unwrap_or_default();
        path.push(self.key.to_owned());
        path
    }
}

struct Walk<'a> {
    given: Given<'a>,
    bill: Bill,
    /// The pages met, where somebody wants to know.
    pages: Option<Vec<Cheaper>>,
    /// The page, by the order they are met in, that is thought to be of another size.
    shrunk: Option<(usize, i64)>,
    seen: usize,
}

impl Walk<'_> {
    fn plan(&mut self, plan: &Plan) {
        for root in &plan.roots {
            let at = At { key: &root.key.name, up: None };
            match &root.field {
                RootField::Typename(_) | RootField::Introspection => {}
                RootField::One { of, .. } => self.typed(of, 1, &at),
                RootField::Many { ids, of } => {
                    let ids = bind::value(ids, self.given.variables);
                    let ids = ids.as_array().map_or(1, Vec::len).min(limits::NODES);
                    self.typed(of, ids as i64, &at);
                }
                RootField::Page { fetch, extras, page, .. } => {
                    self.page(fetch.as_ref(), extras.iter(), page, 1, &at);
                }
                RootField::Act(act) => self.act(act, &at),
            }
        }
    }

    /// Objects of one of several types: the dearest.
    fn typed(&mut self, of: &[Typed], objects: i64, at: &At<'_>) {
        let before = std::mem::take(&mut self.bill);
        let mut dearest = Bill::default();
        for typed in of {
            self.bill = Bill::default();
            self.read(objects, &typed.fetch);
            self.object(&typed.fields, &typed.fetch, objects, at);
            if self.bill.total() >= dearest.total() {
                dearest = self.bill;
            }
        }
        self.bill = before;
        self.bill.add(dearest);
    }

    fn read(&mut self, rows: i64, fetch: &Fetch) {
        let objects = rows.saturating_mul(fetch.price.objects);
        self.bill.add(Bill { rows, objects, fixed: 0 });
    }

    /// What continues from the objects of a statement.
    fn object(&mut self, fields: &[OutField], fetch: &Fetch, objects: i64, at: &At<'_>) {
        for field in fields {
            let at = at.then(&field.key.name);
            match &field.out {
                Out::One { fields, .. } | Out::Object(fields) => self.object(fields, fetch, objects, &at),
                Out::List { child, fields, .. } => {
                    let Some(child) = fetch.children.get(*child) else { continue };
                    let rows = objects.saturating_mul(LIST);
                    self.read(rows, &child.fetch);
                    self.object(fields, &child.fetch, rows, &at);
                }
                Out::Page { child, extras, page, .. } => {
                    let of = |n: &usize| fetch.children.get(*n).map(|child| &child.fetch);
                    self.page(child.as_ref().and_then(of), extras.iter().filter_map(of), page, objects, &at);
                }
                _ => {}
            }
        }
    }

    fn page<'f>(
        &mut self,
        fetch: Option<&Fetch>,
        extras: impl Iterator<Item = &'f Fetch>,
        page: &PageOut,
        parents: i64,
        at: &At<'_>,
    ) {
        let extras: Vec<&Fetch> = extras.collect();
        if let Some(fetch) = fetch {
            let rows = parents.saturating_mul(self.size(page, at));
            self.read(rows, fetch);
            // Where all of them are counted, too, they are looked at once.
            let all = |extra: &&Fetch| extra.price.whole.as_ref().is_some_and(|whole| whole.most.is_none());
            if let Some(whole) = fetch.price.whole.as_ref().filter(|_| !extras.iter().any(all)) {
                self.pay(self.looked_through(whole, parents));
            }
            for (key, field) in &page.fields {
                let at = at.then(&key.name);
                match field {
                    PageField::Nodes(fields) => self.object(fields, fetch, rows, &at),
                    PageField::Edges(edges) => edges.iter().for_each(|(key, edge)| {
                        if let EdgeField::Node(fields) = edge {
                            self.object(fields, fetch, rows, &at.then(&key.name));
                        }
                    }),
                    _ => {}
                }
            }
        }
        for extra in extras {
            self.whole(extra, parents);
        }
    }

    fn size(&mut self, page: &PageOut, at: &At<'_>) -> i64 {
        let size = number(&page.size, self.given.variables);
        let n = self.seen;
        self.seen += 1;
        if let Some(pages) = &mut self.pages {
            let argument = if page.backward { "last" } else { "first" };
            pages.push(Cheaper { path: at.path(), argument, size });
        }
        self.shrunk.filter(|(shrunk, _)| *shrunk == n).map_or(size, |(_, other)| other)
    }

    /// What a whole list comes to, or each parent's: counts, measures, groups.
    fn whole(&mut self, fetch: &Fetch, parents: i64) {
        let groups = fetch.bindings.iter().find(|b| matches!(b.to, Conversion::Groups { .. }));
        let each = groups.map_or(1, |b| number(&b.source, self.given.variables));
        let rows = parents.saturating_mul(each);
        if groups.is_some() {
            self.read(rows, fetch);
        } else {
            self.bill.rows = self.bill.rows.saturating_add(rows);
        }
        let looked = fetch.price.whole.as_ref().map_or(0, |whole| self.looked_through(whole, parents));
        self.pay(match fetch.by_parent {
            true => looked.saturating_add(parents.saturating_mul(COUNT_WITHIN)),
            false => looked.max(1),
        });
    }

    fn pay(&mut self, fixed: i64) {
        self.bill.fixed = self.bill.fixed.saturating_add(fixed);
    }

    /// What looking through a list costs, or through those of so many parents, whatever is found.
    fn looked_through(&self, whole: &Whole, parents: i64) -> i64 {
        let Some(size) = self.given.sizes.and_then(|sizes| sizes.get(&whole.table)) else { return 0 };
        let told_apart = whole.given.iter().any(|column| size.is_unique(column));
        if told_apart || whole.order.as_ref().is_some_and(|order| is_given(size, order)) {
            return 0;
        }
        match &whole.of_parents {
            None => 1 + size.rows.min(whole.most.unwrap_or(i64::MAX)) / LOOKED_THROUGH,
            Some(column) => parents.saturating_mul(size.rows_of_one(column)) / LOOKED_THROUGH,
        }
    }

    fn act(&mut self, act: &Act, at: &At<'_>) {
        let operations = &self.given.catalog.operations;
        let of = if act.reads { &operations.queries } else { &operations.mutations };
        let operation = of.get(&act.name).or_else(|| operations.queries.get(&act.name));
        let customary = if act.reads { QUESTION } else { ACT };
        let items = operation.map_or(1, |operation| self.items(operation, act));
        let weight = operation.and_then(|operation| operation.cost.weight).unwrap_or(customary);
        let each = operation.map_or(1, |operation| item_weight(operations, operation));
        let sized = operation.and_then(|operation| operation.cost.list.as_ref());
        let further = further(&act.fields, sized.map_or(&[], |list| list.sized.as_slice()), items);
        let counted = self.counted(act).saturating_mul(1 + questions(&act.fields) as i64);
        let fixed = weight.saturating_add(items.saturating_mul(each));
        let fixed = fixed.saturating_add(further).saturating_add(counted);
        self.bill.add(Bill { rows: 0, objects: 0, fixed });
        for (n, of) in act.entities.iter().enumerate() {
            let named = named(&act.fields, n, items, self.given.variables).unwrap_or(items);
            self.typed(of, named.clamp(1, limits::NODES as i64), at);
        }
    }

    /// What counting the lists of an indicator costs, once.
    fn counted(&self, act: &Act) -> i64 {
        let code = act.arguments.iter().find(|(name, _)| name == "code");
        let code = code.map(|(_, source)| bind::value(source, self.given.variables));
        let catalog = self.given.catalog;
        let of = indicator::counted(&catalog.indicators, &act.name, code.as_ref().and_then(|c| c.as_str()));
        let tables = of.filter_map(|entity| Some(catalog.entities.get(entity)?.table.as_str()));
        let rows = tables.filter_map(|table| Some(self.given.sizes?.get(table)?.rows));
        rows.map(|rows| 1 + rows / LOOKED_THROUGH).fold(0, i64::saturating_add)
    }

    /// How long the list of an operation may be.
    fn items(&self, operation: &Operation, act: &Act) -> i64 {
        let Some(list) = &operation.cost.list else { return 1 };
        let slices = act.arguments.iter().filter(|(name, _)| list.slicing.contains(name));
        let lengths = slices.filter_map(|(_, source)| match bind::value(source, self.given.variables) {
            serde_json::Value::Array(items) => i64::try_from(items.len()).ok(),
            other => other.as_i64(),
        });
        lengths.max().or(list.assumed).unwrap_or(1).clamp(0, limits::ROOT_PAGE.most)
    }
}

fn number(source: &Source, variables: &JsonMap) -> i64 {
    bind::value(source, variables).as_i64().unwrap_or(0).max(0)
}

/// What each item of an operation's list costs.
fn item_weight(operations: &Operations, operation: &Operation) -> i64 {
    let result = operations.results.get(&operation.output.name);
    let sized = operation.cost.list.iter().flat_map(|list| &list.sized).next();
    let item = match (sized, result) {
        (Some(field), Some(result)) => {
            result.fields.get(field).and_then(|field| operations.results.get(&field.shape.name))
        }
        _ => result,
    };
    item.and_then(|item| item.cost.weight).unwrap_or(1)
}

/// What fields of a result cost beside it; those of a list that is sized, for each of its members.
fn further(fields: &[MadeField], sized: &[String], items: i64) -> i64 {
    let of = |field: &MadeField| {
        let many = if sized.contains(&field.name) { items } else { 1 };
        let within = match &field.out {
            MadeOut::Object(within) => further(within, &[], 1),
            _ => 0,
        };
        field.weight.unwrap_or(0).saturating_add(many.saturating_mul(within))
    };
    fields.iter().map(of).fold(0, i64::saturating_add)
}

/// How many entities the field of a result names that its n-th look-up is for.
fn named(fields: &[MadeField], n: usize, items: i64, variables: &JsonMap) -> Option<i64> {
    fields.iter().find_map(|field| {
        let first = field.arguments.iter().find(|(name, _)| name == "first");
        let items = first.and_then(|(_, source)| bind::value(source, variables).as_i64()).unwrap_or(items);
        match &field.out {
            MadeOut::Entity(place) if *place == n => Some(items),
            MadeOut::Object(within) => named(within, n, items, variables),
            _ => None,
        }
    })
}
