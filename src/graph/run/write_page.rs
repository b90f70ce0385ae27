//! Connections and lists: which rows are shown, where the page stands, cursors.

use std::ops::Range;

use super::super::answer::Coded;
use super::super::cursor;
use super::super::plan::*;
use super::bind;
use super::load::unreadable;
use super::loaded::Loaded;
use super::write::{Nulled, Step, Writer, uuid};
use crate::store::row;
use sqlx::Row;

/// Rows of a page in the order they are shown, and whether there are more.
struct Shown {
    rows: Vec<usize>,
    has_next: bool,
    has_previous: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn nested_page(
        &mut self,
        loaded: &Loaded,
        row: usize,
        child: Option<usize>,
        extras: &[usize],
        key_column: usize,
        page: &'a PageOut,
    ) -> Result<(), Nulled> {
        let parent = match uuid(&loaded.rows[row], key_column) {
            Ok(parent) => parent.unwrap_or_default(),
            Err(error) => return Err(self.fail(&error)),
        };
        let extras = extras.iter().map(|n| match &loaded.children[*n] {
            Ok(extra) => Ok((extra, extra.of(parent))),
            Err(error) => Err(error),
        });
        let extras = extras.collect();
        match child.map(|child| &loaded.children[child]) {
            None => self.page(page, &Loaded::default(), 0..0, extras),
            Some(Ok(rows)) => self.page(page, rows, rows.of(parent), extras),
            Some(Err(error)) => Err(self.fail(error)),
        }
    }

    pub(super) fn nested_list(
        &mut self,
        loaded: &Loaded,
        row: usize,
        child: usize,
        key_column: usize,
        fields: &'a [OutField],
    ) -> Result<(), Nulled> {
        let parent = match uuid(&loaded.rows[row], key_column) {
            Ok(parent) => parent.unwrap_or_default(),
            Err(error) => return Err(self.fail(&error)),
        };
        match &loaded.children[child] {
            Ok(rows) => {
                let shown: Vec<usize> = rows.of(parent).collect();
                self.items(&shown, |w, row| w.object(fields, rows, row))
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    /// A connection over `range` of the rows, with what the whole list comes to.
    pub(super) fn page(
        &mut self,
        page: &'a PageOut,
        loaded: &Loaded,
        range: Range<usize>,
        extras: Vec<Extra<'_>>,
    ) -> Result<(), Nulled> {
        let size = bind::value(&page.size, self.running.variables).as_u64().unwrap_or(0) as usize;
        let shown = shown(range, size, page);
        // Once a page: conditions may hold a thousand values.
        let list = bind::made_for(&page.list, self.running, !page.cursor.is_empty());
        self.out.push(b'{');
        let mut first = true;
        for (key, field) in &page.fields {
            self.key(key, &mut first);
            self.path.push(Step::Key(&key.name));
            match field {
                PageField::Typename(name) => self.string(name),
                PageField::TotalCount(n) => self.total(&extras[*n])?,
                PageField::Count(count) => self.nullable(true, |w| w.count(count, &extras))?,
                PageField::Aggregate(n, fields) => self.nullable(true, |w| match &extras[*n] {
                    Ok((rows, range)) if !range.is_empty() => w.object(fields, rows, range.start),
                    Ok(_) => Err(w.fail(&Coded::internal("measures without a row"))),
                    Err(error) => Err(w.fail(error)),
                })?,
                PageField::Groups(n, fields) => self.nullable(true, |w| match &extras[*n] {
                    Ok((rows, range)) => {
                        let shown: Vec<usize> = range.clone().collect();
                        w.items(&shown, |w, row| w.object(fields, rows, row))
                    }
                    Err(error) => Err(w.fail(error)),
                })?,
                PageField::Info(fields) => self.info(fields, (page, list), loaded, &shown)?,
                PageField::Nodes(fields) => {
                    self.items(&shown.rows, |w, row| w.object(fields, loaded, row))?;
                }
                PageField::Edges(fields) => {
                    self.items(&shown.rows, |w, row| w.edge(fields, (page, list), loaded, row))?;
                }
            }
            self.path.pop();
        }
        self.out.push(b'}');
        Ok(())
    }

    fn total(&mut self, extra: &Extra<'_>) -> Result<(), Nulled> {
        match counted(extra) {
            Ok(total) => {
                self.integer(total);
                Ok(())
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    fn integer(&mut self, integer: i64) {
        self.out.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
    }

    /// A count of stated truth.
    fn count(&mut self, out: &CountOut, extras: &[Extra<'_>]) -> Result<(), Nulled> {
        let counted = match counted(&extras[out.count]) {
            Ok(counted) => counted,
            Err(error) => return Err(self.fail(&error)),
        };
        let most = out.most.unwrap_or(i64::MAX);
        let exact = counted <= most;
        let mut value = counted.min(most);
        if let (false, Some(n)) = (exact, out.estimate) {
            value = match estimated(&extras[n]) {
                Ok(estimate) => estimate.clamp(most, i32::MAX.into()),
                Err(error) => return Err(self.fail(&error)),
            };
        }
        self.out.push(b'{');
        let mut first = true;
        for (key, field) in &out.fields {
            self.key(key, &mut first);
            match field {
                CountField::Typename(name) => self.string(name),
                CountField::Value => self.integer(value),
                CountField::Exact => self.out.extend_from_slice(if exact { b"true" } else { b"false" }),
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn edge(
        &mut self,
        fields: &'a [(Key, EdgeField)],
        page: (&PageOut, cursor::MadeFor),
        loaded: &Loaded,
        row: usize,
    ) -> Result<(), Nulled> {
        self.out.push(b'{');
        let mut first = true;
        for (key, field) in fields {
            self.key(key, &mut first);
            self.path.push(Step::Key(&key.name));
            match field {
                EdgeField::Typename(name) => self.string(name),
                EdgeField::Node(fields) => self.object(fields, loaded, row)?,
                EdgeField::Cursor => self.cursor(page, loaded, row)?,
            }
            self.path.pop();
        }
        self.out.push(b'}');
        Ok(())
    }

    fn info(
        &mut self,
        fields: &[(Key, InfoField)],
        page: (&PageOut, cursor::MadeFor),
        loaded: &Loaded,
        shown: &Shown,
    ) -> Result<(), Nulled> {
        self.out.push(b'{');
        let mut first = true;
        for (key, field) in fields {
            self.key(key, &mut first);
            let flag = |yes: bool| if yes { b"true".as_slice() } else { b"false" };
            let end = match field {
                InfoField::Typename(name) => {
                    self.string(name);
                    continue;
                }
                InfoField::HasNext => {
                    self.out.extend_from_slice(flag(shown.has_next));
                    continue;
                }
                InfoField::HasPrevious => {
                    self.out.extend_from_slice(flag(shown.has_previous));
                    continue;
                }
                InfoField::Start => shown.rows.first(),
                InfoField::End => shown.rows.last(),
            };
            match end {
                Some(row) => self.cursor(page, loaded, *row)?,
                None => self.out.extend_from_slice(b"null"),
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn cursor(
        &mut self,
        (page, list): (&PageOut, cursor::MadeFor),
        loaded: &Loaded,
        row: usize,
    ) -> Result<(), Nulled> {
        match cursor_of(page, list, loaded, row) {
            Ok(text) => {
                self.string(&text);
                Ok(())
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    /// A list whose items are never null: one that fails takes the list with it.
    fn items(
        &mut self,
        rows: &[usize],
        mut write: impl FnMut(&mut Self, usize) -> Result<(), Nulled>,
    ) -> Result<(), Nulled> {
        self.out.push(b'[');
        for (n, row) in rows.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.path.push(Step::Index(n));
            write(self, *row)?;
            self.path.pop();
        }
        self.out.push(b']');
        Ok(())
    }
}

/// One row more than the page was fetched: it tells whether there is another page.
fn shown(range: Range<usize>, size: usize, page: &PageOut) -> Shown {
    let more = range.len() > size;
    let mut rows: Vec<usize> = range.take(size).collect();
    if page.backward {
        rows.reverse();
        return Shown { rows, has_next: page.continued, has_previous: more };
    }
    Shown { rows, has_next: more, has_previous: page.continued }
}

fn cursor_of(page: &PageOut, list: cursor::MadeFor, loaded: &Loaded, row: usize) -> Result<String, Coded> {
    let row = &loaded.rows[row];
    let Some((id, terms)) = page.cursor.split_last() else {
        return Err(Coded::internal("a cursor that was not asked for"));
    };
    let mut values = Vec::with_capacity(terms.len());
    for column in terms {
        let cell = row::cell(row, *column).map_err(unreadable)?;
        values.push(cell.map(|c| c.text()).transpose().map_err(unreadable)?);
    }
    Ok(cursor::encode(list, &values, uuid(row, *id)?.unwrap_or_default()))
}

/// The rows of a further statement that belong here.
pub(super) type Extra<'l> = Result<(&'l Loaded, Range<usize>), &'l Coded>;

/// All rows of a further statement.
pub(super) fn whole<'l>(loaded: Result<&'l Loaded, &'l Coded>) -> Extra<'l> {
    loaded.map(|loaded| (loaded, 0..loaded.rows.len()))
}

/// The last value of the only row.
pub(super) fn counted(extra: &Extra<'_>) -> Result<i64, Coded> {
    let (loaded, range) = extra.as_ref().map_err(|error| (*error).clone())?;
    if range.is_empty() {
        return Ok(0);
    }
    let row = &loaded.rows[range.start];
    let cell = row::cell(row, row.len() - 1).map_err(unreadable)?;
    cell.map_or(Ok(0), |c| c.integer()).map_err(unreadable)
}

/// The rows that the planner expects.
fn estimated(extra: &Extra<'_>) -> Result<i64, Coded> {
    let (loaded, range) = extra.as_ref().map_err(|error| (*error).clone())?;
    let row = loaded.rows.get(range.start).ok_or_else(|| Coded::internal("an estimate without a row"))?;
    let cell = row::cell(row, 0).map_err(unreadable)?;
    let text = cell.map_or(Ok("[]"), |c| c.text()).map_err(unreadable)?;
    let plan: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    Ok(plan[0]["Plan"]["Plan Rows"].as_f64().unwrap_or_default() as i64)
}
