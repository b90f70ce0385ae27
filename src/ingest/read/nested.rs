//! Lists of objects within the items of a JSON export → sheets of their own: an element is a row, which has the
//! fields of the elements and items around it too.

use std::collections::BTreeMap;

use serde_json::Value;

use super::items::{Fields, Table, below, flatten, pointer, put, too_many, words};
use super::{Limits, items};
use crate::error::Fault;
use crate::ingest::cell::Sheet;

/// One list, over all items.
struct Found<'l> {
    table: Table<'l>,
    /// Keys of the lists it stands in, its own last.
    path: Vec<String>,
    /// The item that each element stands in, from 1.
    items: Vec<usize>,
}

/// A sheet for each path on which lists of objects stand.
pub(super) fn sheets(items: &[Value], limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    let mut found: BTreeMap<String, Found<'_>> = BTreeMap::new();
    let mut cells = 0;
    for (at, item) in items.iter().enumerate() {
        let mut walk = Walk { found: &mut found, item: at + 1, limits, cells: &mut cells };
        walk.value(item, "", &Fields::new(), &[])?;
    }
    Ok(found.into_iter().map(|(name, list)| sheet(&name, list)).collect())
}

fn sheet(name: &str, list: Found<'_>) -> Sheet {
    let kept = list.table.objects().into_iter().zip(list.items).map(|(fields, item)| pointer(item, fields));
    let kept = kept.collect();
    Sheet { path: list.path, ..list.table.sheet(name, None, kept) }
}

struct Walk<'w, 'l> {
    /// By path.
    found: &'w mut BTreeMap<String, Found<'l>>,
    item: usize,
    limits: &'l Limits,
    cells: &'w mut usize,
}

impl Walk<'_, '_> {
    /// Looks for lists in an object; `around` are the fields of the elements it stands in.
    fn value(&mut self, value: &Value, path: &str, around: &Fields, lists: &[String]) -> Result<(), Fault> {
        let Value::Object(map) = value else { return Ok(()) };
        let own = Self::own(value, path, around);
        for (key, inner) in map {
            let path = below(path, key);
            match inner {
                Value::Array(elements) if elements.iter().any(Value::is_object) => {
                    let lists: Vec<String> = lists.iter().cloned().chain([words(key)]).collect();
                    for element in elements.iter().filter(|e| e.is_object()) {
                        self.element(element, &path, &own, &lists)?;
                    }
                }
                Value::Object(_) => self.value(inner, &path, &own, lists)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn element(
        &mut self,
        element: &Value,
        path: &str,
        around: &Fields,
        lists: &[String],
    ) -> Result<(), Fault> {
        let fields = Self::own(element, path, around);
        *self.cells = self.cells.saturating_add(fields.len());
        if *self.cells > self.limits.cells {
            return Err(too_many());
        }
        let limits = self.limits;
        let list = self.found.entry(path.to_owned()).or_insert_with(|| Found {
            table: items::Table::new(limits),
            path: lists.to_vec(),
            items: Vec::new(),
        });
        list.table.add(fields)?;
        list.items.push(self.item);
        self.value(element, path, around, lists)
    }

    /// The fields around an object and its own, lists of objects within it left out.
    fn own(value: &Value, path: &str, around: &Fields) -> Fields {
        let mut fields = around.clone();
        let Value::Object(map) = value else { return fields };
        for (key, inner) in map {
            let path = below(path, key);
            match inner {
                Value::Array(elements) if elements.iter().any(Value::is_object) => {}
                Value::Object(_) => fields = Self::own(inner, &path, &fields),
                Value::Array(_) => {
                    let mut list = Fields::new();
                    flatten(inner, &path, &mut list);
                    list.into_iter().for_each(|(path, cell)| put(&mut fields, &path, cell));
                }
                scalar => flatten(scalar, &path, &mut fields),
            }
        }
        fields
    }
}
