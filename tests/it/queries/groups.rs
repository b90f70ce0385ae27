//! Groups of rows, naively.

use lienthong::catalog::{Entity, Scalar};
use serde_json::{Value, json};

use super::evaluate::{Eye, Row};
use super::question::GroupsAsked;

/// The groups of rows, naively.
pub fn grouped(eye: &Eye<'_>, entity: &Entity, rows: &[&Row], asked: &GroupsAsked) -> Value {
    let mut groups: Vec<(Vec<(Value, Scalar)>, usize)> = Vec::new();
    for row in rows {
        let key: Vec<(Value, Scalar)> =
            asked.by.iter().map(|(path, field)| at(eye, entity, Some(row), path, field)).collect();
        match groups.iter_mut().find(|(known, _)| known.iter().zip(&key).all(|(a, b)| a.0 == b.0)) {
            Some((_, count)) => *count += 1,
            None => groups.push((key, 1)),
        }
    }
    groups.retain(|(_, count)| *count >= asked.least);
    groups.sort_by(|(a, m), (b, n)| {
        let keys = |direction: &str| {
            let mut pairs = a.iter().zip(b).map(|(a, b)| eye.ordered(&a.0, &b.0, &a.1, direction));
            pairs.find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        };
        let own = match asked.order {
            Some("count") => n.cmp(m),
            Some(_) => keys("DESC"),
            None => std::cmp::Ordering::Equal,
        };
        own.then(keys("ASC"))
    });
    groups.truncate(asked.first);
    let shown = groups.iter().map(|(key, count)| {
        let mut out = json!({ "count": count, "key": {} });
        for ((path, field), (value, _)) in asked.by.iter().zip(key) {
            let mut into = &mut out["key"];
            for link in path {
                into = &mut into[link];
            }
            into[field] = value.clone();
        }
        out
    });
    shown.collect()
}

fn at(eye: &Eye<'_>, entity: &Entity, row: Option<&Row>, path: &[String], field: &str) -> (Value, Scalar) {
    if let [link, rest @ ..] = path {
        let target = eye.world.entity(&entity.links[link].target);
        let led = row.and_then(|row| eye.led_to(row, entity, link));
        return at(eye, target, led.map(|(_, row)| row), rest, field);
    }
    let parts = [("Year", 0..4, 1), ("Quarter", 5..7, 3), ("Month", 5..7, 1)];
    for (part, range, by) in parts {
        let column = field.strip_suffix(part).and_then(|f| entity.columns.get(f));
        if let Some(column) = column.filter(|c| c.ty == Scalar::Date) {
            let day = row.map_or(Value::Null, |row| eye.value(row, column));
            let number = day.as_str().map(|d| d[range].parse::<i64>().expect("a number"));
            return (number.map(|n| (n + by - 1) / by).into(), Scalar::Int);
        }
    }
    let column = &entity.columns[field];
    (row.map_or(Value::Null, |row| eye.value(row, column)), column.ty.clone())
}
