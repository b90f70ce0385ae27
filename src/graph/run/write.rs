//! Rows → the bytes of `data`. A field that fails is written as null, or cuts the answer back to the
//! nearest parent that may be null, as the specification's null propagation says.

use serde_json::Value;
use sqlx::postgres::PgRow;

use super::super::answer::Coded;
use super::super::plan::*;
use super::load::unreadable;
use super::loaded::{Loaded, LoadedRoot};
use super::write_page::whole;
use super::{Running, Written};
use crate::store::{id, row};

/// A null on its way to the nearest parent that may be null.
pub(super) struct Nulled;

/// A step of the path to what is being written: told only when something fails.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    /// Into a field.
    Key(&'a str),
    /// Into a list.
    Index(usize),
}

/// The answer so far.
pub(super) struct Writer<'a> {
    pub out: Vec<u8>,
    pub running: &'a Running<'a>,
    pub path: Vec<Step<'a>>,
    pub errors: Vec<Value>,
}

/// The value of `data` and the members of `errors`.
pub(super) fn answer<'a>(running: &'a Running<'a>, plan: &'a Plan, loaded: &[LoadedRoot]) -> Written {
    let mut writer = Writer { out: Vec::with_capacity(4096), running, path: Vec::new(), errors: Vec::new() };
    writer.out.push(b'{');
    let mut first = true;
    for (root, loaded) in plan.roots.iter().zip(loaded) {
        writer.key(&root.key, &mut first);
        if matches!(root.field, RootField::Introspection) {
            let value = running.introspected.get(&*root.key.name).map_or(b"null".as_slice(), Vec::as_slice);
            writer.out.extend_from_slice(value);
            continue;
        }
        // The one root field that may not be null: without its list there is no `data`.
        if let (RootField::Many { .. }, LoadedRoot::Failed(error)) = (&root.field, loaded) {
            writer.path.push(Step::Key(&root.key.name));
            let Nulled = writer.fail(error);
            return Written { data: b"null".to_vec(), errors: writer.errors };
        }
        writer.within(&root.key, |w| w.root(&root.field, loaded));
    }
    writer.out.push(b'}');
    Written { data: writer.out, errors: writer.errors }
}

impl<'a> Writer<'a> {
    fn root(&mut self, field: &'a RootField, loaded: &LoadedRoot) -> Result<(), Nulled> {
        match (field, loaded) {
            (RootField::Typename(name), _) => self.string(name),
            (RootField::One { of, .. }, LoadedRoot::One(Some((n, loaded, row)))) => {
                self.object(&of[*n].fields, loaded, *row)?;
            }
            (RootField::Act(act), LoadedRoot::Made(value, entities)) => {
                self.made(act, &act.fields, value, entities)?;
            }
            (RootField::One { .. }, LoadedRoot::One(None)) => self.out.extend_from_slice(b"null"),
            (RootField::Many { of, .. }, LoadedRoot::Many { places, loaded }) => {
                self.list(places, |w, place| match place {
                    Ok(Some((n, row))) => w.object(&of[*n].fields, &loaded[*n], *row),
                    Ok(None) => {
                        w.out.extend_from_slice(b"null");
                        Ok(())
                    }
                    Err(error) => Err(w.fail(error)),
                });
            }
            (RootField::Page { page, .. }, LoadedRoot::Page { rows, extras }) => {
                let extras = extras.iter().map(|extra| whole(extra.as_ref())).collect();
                self.page(page, rows, 0..rows.rows.len(), extras)?;
            }
            (_, LoadedRoot::Failed(error)) => return Err(self.fail(error)),
            _ => return Err(self.fail(&Coded::internal("a plan and its rows differ"))),
        }
        Ok(())
    }

    /// An object of one row.
    pub(super) fn object(
        &mut self,
        fields: &'a [OutField],
        loaded: &Loaded,
        row: usize,
    ) -> Result<(), Nulled> {
        self.out.push(b'{');
        let mut first = true;
        for field in fields {
            self.key(&field.key, &mut first);
            self.path.push(Step::Key(&field.key.name));
            let outcome = self.field(&field.out, loaded, row);
            self.path.pop();
            outcome?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn field(&mut self, out: &'a Out, loaded: &Loaded, row: usize) -> Result<(), Nulled> {
        let at = &loaded.rows[row];
        match out {
            Out::Typename(name) => self.string(name),
            Out::Id { column, prefix } => match uuid(at, *column) {
                Ok(Some(uuid)) => self.id(uuid, prefix),
                Ok(None) => return Err(self.fail(&Coded::internal("an object without its id"))),
                Err(error) => return Err(self.fail(&error)),
            },
            Out::Leaf { column, kind, nullable } => return self.leaf(at, *column, kind, *nullable),
            Out::One { id_column, nullable, fields } => match uuid(at, *id_column) {
                Ok(Some(_)) => return self.nullable(*nullable, |w| w.object(fields, loaded, row)),
                Ok(None) if *nullable => self.out.extend_from_slice(b"null"),
                Ok(None) => return Err(self.fail(&Coded::internal("null in a field that has none"))),
                Err(error) => return self.nullable(*nullable, |w| Err(w.fail(&error))),
            },
            Out::NullableId { column, prefix } => match uuid(at, *column) {
                Ok(Some(uuid)) => self.id(uuid, prefix),
                Ok(None) => self.out.extend_from_slice(b"null"),
                Err(error) => return self.nullable(true, |w| Err(w.fail(&error))),
            },
            Out::Object(fields) => return self.object(fields, loaded, row),
            Out::Page { child, extras, key_column, page } => {
                return self
                    .nullable(true, |w| w.nested_page(loaded, row, *child, extras, *key_column, page));
            }
            Out::List { child, key_column, fields } => {
                return self.nullable(true, |w| w.nested_list(loaded, row, *child, *key_column, fields));
            }
        }
        Ok(())
    }

    fn id(&mut self, uuid: uuid::Uuid, prefix: &str) {
        self.out.extend_from_slice(prefix.as_bytes());
        id::encode_suffix(uuid, |c| self.out.push(c));
        self.out.push(b'"');
    }

    fn leaf(&mut self, row: &PgRow, column: usize, kind: &LeafKind, nullable: bool) -> Result<(), Nulled> {
        let start = self.out.len();
        let outcome = match row::cell(row, column) {
            Ok(Some(cell)) => self.scalar(cell, kind),
            Ok(None) if nullable => {
                self.out.extend_from_slice(b"null");
                return Ok(());
            }
            Ok(None) => Err(Coded::internal("null in a field that has none")),
            Err(error) => Err(unreadable(error)),
        };
        let Err(error) = outcome else { return Ok(()) };
        self.out.truncate(start);
        self.nullable(nullable, |w| Err(w.fail(&error)))
    }

    fn scalar(&mut self, cell: row::Cell<'_>, kind: &LeafKind) -> Result<(), Coded> {
        use std::io::Write;
        match kind {
            LeafKind::Text => self.string(cell.text().map_err(unreadable)?),
            LeafKind::Json => self.out.extend_from_slice(cell.text().map_err(unreadable)?.as_bytes()),
            LeafKind::Int => {
                let integer = cell.integer().map_err(unreadable)?;
                let integer = i32::try_from(integer)
                    .map_err(|_| Coded::internal(format!("{integer} is no 32-bit integer")))?;
                self.out.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
            }
            LeafKind::Float => {
                let float = cell.float().map_err(unreadable)?;
                if !float.is_finite() {
                    return Err(Coded::internal(format!("{float} has no JSON")));
                }
                let _ = serde_json::to_writer(&mut self.out, &float);
            }
            LeafKind::Boolean => {
                let text: &[u8] = if cell.boolean().map_err(unreadable)? { b"true" } else { b"false" };
                self.out.extend_from_slice(text);
            }
            LeafKind::Date => {
                let _ = write!(self.out, "\"{}\"", cell.date().map_err(unreadable)?);
            }
            LeafKind::DateTime => {
                let moment = cell.date_time().map_err(unreadable)?;
                let text = moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
                let _ = write!(self.out, "\"{text}\"");
            }
            LeafKind::Enum(values) => {
                let text = cell.text().map_err(unreadable)?;
                if !values.iter().any(|v| v == text) {
                    return Err(Coded::internal(format!("{text} is no value of the enum")));
                }
                self.string(text);
            }
        }
        Ok(())
    }

    /// Writes by `write`; when that fails and null is possible here, null.
    pub(super) fn nullable(
        &mut self,
        nullable: bool,
        write: impl FnOnce(&mut Self) -> Result<(), Nulled>,
    ) -> Result<(), Nulled> {
        let (start, depth) = (self.out.len(), self.path.len());
        match write(self) {
            Err(Nulled) if nullable => {
                self.out.truncate(start);
                self.path.truncate(depth);
                self.out.extend_from_slice(b"null");
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// A root field or list item, both of which may be null.
    pub(super) fn within(&mut self, key: &'a Key, write: impl FnOnce(&mut Self) -> Result<(), Nulled>) {
        self.path.push(Step::Key(&key.name));
        let _ = self.nullable(true, write);
        self.path.pop();
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T) -> Result<(), Nulled>) {
        self.out.push(b'[');
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.path.push(Step::Index(n));
            let _ = self.nullable(true, |w| write(w, item));
            self.path.pop();
        }
        self.out.push(b']');
    }

    fn told_path(&self) -> Vec<Value> {
        let steps = self.path.iter();
        steps
            .map(|step| match step {
                Step::Key(name) => Value::from(*name),
                Step::Index(n) => Value::from(*n),
            })
            .collect()
    }

    /// Records an error at the present path.
    pub(super) fn fail(&mut self, error: &Coded) -> Nulled {
        if let Some(cause) = error.cause.as_deref().filter(|c| !c.is_empty()) {
            let path = Value::from(self.told_path()).to_string();
            tracing::error!(code = error.code, cause, path, "field failed");
        }
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error.to_json(Some(&self.told_path()), self.running.trace_id));
        }
        Nulled
    }

    /// `"name":`, behind a comma unless it is the first.
    pub(super) fn key(&mut self, key: &Key, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(b',');
        }
        self.out.extend_from_slice(&key.json);
    }

    /// A JSON string.
    pub(super) fn string(&mut self, text: &str) {
        let _ = serde_json::to_writer(&mut self.out, text);
    }
}

/// Errors told of one answer; a broken column would tell one for each row.
const MOST_ERRORS: usize = 100;

pub(super) fn uuid(row: &PgRow, column: usize) -> Result<Option<uuid::Uuid>, Coded> {
    super::load::key(row, column)
}
