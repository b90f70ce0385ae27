//! The naive evaluator: rows as JSON in memory, every condition looked at for every row, no index, no plan.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use lienthong::catalog::{Catalog, Column, Entity, LinkKind, Personal, Scalar};
use lienthong::store::id;
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, PgPool};

use super::compare::{compare, compares, in_force};
use super::groups::grouped;
use super::question::Question;

/// A row: column, or function and day, → value.
pub type Row = Map<String, Value>;

/// Days that questions are as of.
pub const DAYS: [&str; 3] = ["2022-03-01", "2024-06-15", "2026-01-01"];

/// All rows.
pub struct World {
    pub catalog: Arc<Catalog>,
    pub tables: HashMap<String, Vec<Row>>,
    /// Rows of a type by the value of a column: for speed alone.
    index: HashMap<(String, String), HashMap<String, Vec<usize>>>,
    /// Place of each text in the Vietnamese order, which the database alone knows here.
    ranks: HashMap<String, i64>,
}

impl World {
    pub async fn load(pool: &PgPool, catalog: &Arc<Catalog>) -> Self {
        let mut tables = HashMap::new();
        let mut texts: BTreeSet<String> = BTreeSet::new();
        for entity in catalog.entities.values().filter(|e| e.is_merged()) {
            let functions = entity.columns.values().filter_map(|c| c.function.as_ref());
            let mut more: Vec<String> = functions.map(|f| format!("'{f}', {f}(t.id)")).collect();
            let on = entity.columns.values().filter_map(|c| c.function_on.as_ref());
            more.extend(on.flat_map(|f| DAYS.map(|d| format!("'{f}@{d}', {f}(t.id, '{d}')"))));
            let sql = format!(
                "select to_jsonb(t) || jsonb_build_object({}) from {} t order by t.id",
                more.join(", "),
                entity.table
            );
            let rows: Vec<Value> =
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(pool).await.expect("rows");
            let rows: Vec<Row> = rows.into_iter().filter_map(|v| v.as_object().cloned()).collect();
            texts.extend(rows.iter().flat_map(|r| r.values()).filter_map(|v| v.as_str().map(str::to_owned)));
            tables.insert(entity.name.clone(), rows);
        }
        let texts: Vec<String> = texts.into_iter().collect();
        let ranks: Vec<(String, i64)> = sqlx::query_as(
            "select s, dense_rank() over (order by s collate vietnamese) from unnest($1::text[]) s",
        )
        .bind(&texts)
        .fetch_all(pool)
        .await
        .expect("ranks");
        let ranks = ranks.into_iter().collect();
        let mut world = Self { catalog: Arc::clone(catalog), tables, index: HashMap::new(), ranks };
        world.index();
        world
    }

    fn index(&mut self) {
        for (name, rows) in &self.tables {
            let links = self.catalog.entities[name].links.values();
            let columns = links.filter_map(|link| match &link.kind {
                LinkKind::ToOne { column, .. } => Some(column.clone()),
                LinkKind::ToMany { .. } => None,
            });
            for column in columns.chain(["id".to_owned()]) {
                let mut places: HashMap<String, Vec<usize>> = HashMap::new();
                for (n, row) in rows.iter().enumerate() {
                    if let Some(value) = row[&column].as_str() {
                        places.entry(value.to_owned()).or_default().push(n);
                    }
                }
                self.index.insert((name.clone(), column), places);
            }
        }
    }

    fn rows_by(&self, entity: &Entity, column: &str, value: &Value) -> Vec<&Row> {
        let places = self.index.get(&(entity.name.clone(), column.to_owned()));
        let found = places.zip(value.as_str()).and_then(|(places, value)| places.get(value));
        found.into_iter().flatten().map(|n| &self.tables[&entity.name][*n]).collect()
    }

    pub fn entity(&self, name: &str) -> &Entity {
        &self.catalog.entities[name]
    }

    /// What the question must be answered.
    pub fn answer(&self, question: &Question) -> Value {
        let eye = Eye { world: self, day: question.as_of.as_deref() };
        let entity = self.entity(&question.entity);
        let mut rows: Vec<&Row> = self.tables[&entity.name].iter().filter(|r| eye.shows(entity, r)).collect();
        rows.retain(|row| eye.holds(entity, row, &question.condition.json()));
        let mut answer = json!({});
        if let Some(groups) = &question.groups {
            answer["groups"] = grouped(&eye, entity, &rows, groups);
        }
        if question.measures {
            answer["totalCount"] = rows.len().into();
            answer["count"] = json!({ "value": rows.len(), "exact": true });
            answer["aggregate"] = eye.measures(entity, &rows);
        }
        eye.sort(entity, &mut rows, &question.order.json());
        let size = question.size.min(rows.len());
        let shown = if question.backward { &rows[rows.len() - size..] } else { &rows[..size] };
        let node = |row: &&Row| {
            let mut node = json!({ "id": encoded(entity, &row["id"]) });
            if let Some(inner) = &question.inner {
                let link = &entity.links[&inner.link];
                let LinkKind::ToMany { column, .. } = &link.kind else {
                    panic!("{} leads to one", link.name)
                };
                let target = self.entity(&link.target);
                let mut rows = eye.of(target, column, row);
                rows.retain(|row| eye.holds(target, row, &inner.condition.json()));
                let mut list = json!({ "totalCount": rows.len() });
                if inner.measures {
                    list["aggregate"] = eye.measures(target, &rows);
                }
                if let Some(groups) = &inner.groups {
                    list["groups"] = grouped(&eye, target, &rows, groups);
                }
                eye.sort(target, &mut rows, &inner.order.json());
                rows.truncate(inner.size);
                let nodes: Vec<Value> =
                    rows.iter().map(|row| json!({ "id": encoded(target, &row["id"]) })).collect();
                list["nodes"] = nodes.into();
                node["inner"] = list;
            }
            node
        };
        answer["nodes"] = shown.iter().map(node).collect();
        answer
    }
}

/// An id as the hub shows it.
pub fn encoded(entity: &Entity, uuid: &Value) -> Value {
    match uuid.as_str() {
        Some(text) => id::encode(&entity.id_prefix, text.parse().expect("a uuid")).into(),
        None => Value::Null,
    }
}

/// Rows as they are on a day.
pub struct Eye<'w> {
    pub world: &'w World,
    pub day: Option<&'w str>,
}

impl<'w> Eye<'w> {
    /// Whether the row is there at all.
    fn shows(&self, entity: &Entity, row: &Row) -> bool {
        self.day.is_none_or(|day| in_force(entity, row, day))
    }

    /// What the public sees of a field.
    pub fn value(&self, row: &Row, column: &Column) -> Value {
        let name = match (&column.personal, &column.function, &column.function_on, self.day) {
            (Some(Personal::Masked(mask)), ..) => mask.clone(),
            (_, _, Some(on), Some(day)) => format!("{on}@{day}"),
            (_, Some(function), ..) => function.clone(),
            _ => column.column.clone(),
        };
        row[&name].clone()
    }

    fn of(&self, target: &Entity, column: &str, row: &Row) -> Vec<&'w Row> {
        let all = self.world.rows_by(target, column, &row["id"]).into_iter();
        all.filter(|r| self.shows(target, r)).collect()
    }

    pub fn led_to(&self, row: &Row, entity: &Entity, link: &str) -> Option<(&'w Entity, &'w Row)> {
        let link = &entity.links[link];
        let LinkKind::ToOne { column, .. } = &link.kind else { panic!("{} leads to many", link.name) };
        let target = self.world.entity(&link.target);
        let rows = self.world.rows_by(target, "id", &row[column]);
        Some((target, rows.into_iter().next()?))
    }

    pub fn holds(&self, entity: &Entity, row: &Row, condition: &Value) -> bool {
        let fields = condition.as_object().expect("an object of conditions");
        fields.iter().all(|(name, given)| self.one(entity, row, name, given))
    }

    fn one(&self, entity: &Entity, row: &Row, name: &str, given: &Value) -> bool {
        let items = || given.as_array().expect("a list").iter();
        match name {
            "and" => return items().all(|c| self.holds(entity, row, c)),
            "or" => return items().any(|c| self.holds(entity, row, c)),
            "not" => return !self.holds(entity, row, given),
            "inForceOn" => return in_force(entity, row, given.as_str().expect("a day")),
            "id" => return compares(&encoded(entity, &row["id"]), &Scalar::String, given),
            _ => {}
        }
        if let Some(column) = entity.columns.get(name.strip_suffix("Field").unwrap_or(name)) {
            return compares(&self.value(row, column), &column.ty, given);
        }
        if let Some(link) = name.strip_suffix("Count").and_then(|n| entity.links.get(n)) {
            let LinkKind::ToMany { column, .. } = &link.kind else { panic!("{name}") };
            let many = self.of(self.world.entity(&link.target), column, row).len();
            return compares(&many.into(), &Scalar::Int, given);
        }
        let link = &entity.links[name];
        let target = self.world.entity(&link.target);
        match &link.kind {
            LinkKind::ToOne { column, .. } => {
                let mut rest = given.as_object().expect("conditions").clone();
                let by_id = rest.remove("id");
                let id = encoded(target, &row[column]);
                let led = self.led_to(row, entity, name);
                by_id.is_none_or(|given| compares(&id, &Scalar::String, &given))
                    && (rest.is_empty() || led.is_some_and(|(t, r)| self.holds(t, r, &Value::Object(rest))))
            }
            LinkKind::ToMany { column, .. } => {
                let rows = self.of(target, column, row);
                let holds = |given: &Value| rows.iter().filter(|r| self.holds(target, r, given)).count();
                given.as_object().expect("quantifiers").iter().all(|(word, given)| match word.as_str() {
                    "some" => holds(given) > 0,
                    "every" => holds(given) == rows.len(),
                    _ => holds(given) == 0,
                })
            }
        }
    }

    pub fn sort(&self, entity: &Entity, rows: &mut [&Row], order: &Value) {
        let terms = order.as_array().expect("terms");
        rows.sort_by(|a, b| {
            let own: Vec<Ordering> = match terms.is_empty() {
                true => Vec::new(),
                false => terms.iter().map(|term| self.by_term(entity, (a, b), term)).collect(),
            };
            let ties = a["id"].as_str().cmp(&b["id"].as_str());
            own.into_iter().find(|o| o.is_ne()).unwrap_or(ties)
        });
    }

    fn by_term(&self, entity: &Entity, (a, b): (&Row, &Row), term: &Value) -> Ordering {
        let direction = leaf(term);
        let (a, ty) = self.at(entity, Some(a), term);
        let (b, _) = self.at(entity, Some(b), term);
        self.ordered(&a, &b, &ty, direction)
    }

    /// The value that a term of an order goes by.
    fn at(&self, entity: &Entity, row: Option<&Row>, term: &Value) -> (Value, Scalar) {
        let (name, inner) = term.as_object().and_then(|o| o.iter().next()).expect("a term");
        if name == "id" {
            return (row.map_or(Value::Null, |r| r["id"].clone()), Scalar::Json);
        }
        if let Some(column) = entity.columns.get(name) {
            return (row.map_or(Value::Null, |r| self.value(r, column)), column.ty.clone());
        }
        if let Some(link) = name.strip_suffix("Count").and_then(|n| entity.links.get(n)) {
            let LinkKind::ToMany { column, .. } = &link.kind else { panic!("{name}") };
            let target = self.world.entity(&link.target);
            // Nothing leads from nothing: there are none.
            return (row.map_or(0, |r| self.of(target, column, r).len()).into(), Scalar::Int);
        }
        let target = self.world.entity(&entity.links[name].target);
        let led = row.and_then(|r| self.led_to(r, entity, name));
        self.at(target, led.map(|(_, r)| r), inner)
    }

    pub fn ordered(&self, a: &Value, b: &Value, ty: &Scalar, direction: &str) -> Ordering {
        let first = direction.ends_with("NULLS_FIRST");
        match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => {
                if first {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (false, true) => {
                if first {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            _ => {
                let order = match ty {
                    Scalar::String => self.rank(a).cmp(&self.rank(b)),
                    _ => compare(a, b, ty).expect("an order"),
                };
                if direction.starts_with("DESC") { order.reverse() } else { order }
            }
        }
    }

    fn rank(&self, text: &Value) -> i64 {
        self.world.ranks[text.as_str().expect("a text")]
    }

    /// `count`, `countDistinct`, `sum`, `avg`, `min`, `max` over every field that has them.
    pub fn measures(&self, entity: &Entity, rows: &[&Row]) -> Value {
        let mut out = json!({ "count": rows.len(), "countDistinct": {} });
        for column in entity.columns.values().filter(|c| c.is_comparable()) {
            let all: Vec<Value> =
                rows.iter().map(|r| self.value(r, column)).filter(|v| !v.is_null()).collect();
            let distinct: BTreeSet<String> = all.iter().map(Value::to_string).collect();
            out["countDistinct"][&column.name] = distinct.len().into();
            let number = matches!(column.ty, Scalar::Int | Scalar::Decimal | Scalar::Float);
            if number {
                let sum: f64 = all.iter().filter_map(Value::as_f64).sum();
                let some = |v: f64| if all.is_empty() { Value::Null } else { v.into() };
                out["sum"][&column.name] = some(sum);
                out["avg"][&column.name] = some(sum / all.len() as f64);
            }
            if number || matches!(column.ty, Scalar::Date | Scalar::DateTime) {
                let by = |a: &&Value, b: &&Value| compare(a, b, &column.ty).expect("an order");
                out["min"][&column.name] = all.iter().min_by(by).cloned().into();
                out["max"][&column.name] = all.iter().max_by(by).cloned().into();
            }
        }
        for link in entity.links.values() {
            if let LinkKind::ToOne { column, .. } = &link.kind {
                let all: BTreeSet<String> =
                    rows.iter().map(|r| &r[column]).filter(|v| !v.is_null()).map(Value::to_string).collect();
                out["countDistinct"][&link.name] = all.len().into();
            }
        }
        out
    }
}

/// The direction at the end of a term.
fn leaf(term: &Value) -> &str {
    match term {
        Value::Object(fields) => leaf(fields.values().next().expect("a term")),
        word => word.as_str().expect("a direction"),
    }
}
