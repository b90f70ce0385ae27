//! Connections and lists: which rows are shown, where the page stands, cursors.

use std::ops::Range;

use super::super::answer::Coded;
use super::super::cursor;
use super::super::plan::*;
use super::bind;
use super::load::unreadable;
use super::loaded::Loaded;
use super::write::{Nulled, Writer, uuid};
use crate::store::row;

/// Rows of a page in the order they are shown, and whether there are more.
struct Shown {
    rows: Vec<usize>,
    has_next: bool,
    has_previous: bool,
}

impl Writer<'_> {
    pub(super) fn nested_page(
        &mut self,
        loaded: &Loaded,
        row: usize,
        child: usize,
        count: Option<usize>,
        key_column: usize,
        page: &PageOut,
    ) -> Result<(), Nulled> {
        let parent = match uuid(&loaded.rows[row], key_column) {
            Ok(parent) => parent.unwrap_or_default(),
            Err(error) => return Err(self.fail(&error)),
        };
        let total = count.map(|n| match &loaded.children[n] {
            Ok(counts) => count_of(counts, parent),
            Err(error) => Err(error.clone()),
        });
        match &loaded.children[child] {
            Ok(rows) => self.page(page, rows, rows.of(parent), total),
            Err(error) => Err(self.fail(error)),
        }
    }

    pub(super) fn nested_list(
        &mut self,
        loaded: &Loaded,
        row: usize,
        child: usize,
        key_column: usize,
        fields: &[OutField],
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

    /// A connection over `range` of the rows.
    pub(super) fn page(
        &mut self,
        page: &PageOut,
        loaded: &Loaded,
        range: Range<usize>,
        total: Option<Result<i64, Coded>>,
    ) -> Result<(), Nulled> {
        let size = bind::value(&page.size, self.running.variables).as_u64().unwrap_or(0) as usize;
        let shown = shown(range, size, page);
        self.out.push(b'{');
        let mut first = true;
        for (key, field) in &page.fields {
            self.key(key, &mut first);
            self.path.push((&*key.name).into());
            match field {
                PageField::Typename(name) => self.string(name),
                PageField::TotalCount => self.total(&total)?,
                PageField::Info(fields) => self.info(fields, page, loaded, &shown)?,
                PageField::Nodes(fields) => {
                    self.items(&shown.rows, |w, row| w.object(fields, loaded, row))?;
                }
                PageField::Edges(fields) => {
                    self.items(&shown.rows, |w, row| w.edge(fields, page, loaded, row))?;
                }
            }
            self.path.pop();
        }
        self.out.push(b'}');
        Ok(())
    }

    fn total(&mut self, total: &Option<Result<i64, Coded>>) -> Result<(), Nulled> {
        match total {
            Some(Ok(total)) => {
                self.out.extend_from_slice(itoa::Buffer::new().format(*total).as_bytes());
                Ok(())
            }
            Some(Err(error)) => Err(self.fail(error)),
            None => Err(self.fail(&Coded::internal("a count that was not asked for"))),
        }
    }

    fn edge(
        &mut self,
        fields: &[(Key, EdgeField)],
        page: &PageOut,
        loaded: &Loaded,
        row: usize,
    ) -> Result<(), Nulled> {
        self.out.push(b'{');
        let mut first = true;
        for (key, field) in fields {
            self.key(key, &mut first);
            self.path.push((&*key.name).into());
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
        page: &PageOut,
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

    fn cursor(&mut self, page: &PageOut, loaded: &Loaded, row: usize) -> Result<(), Nulled> {
        match cursor_of(page, loaded, row) {
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
            self.path.push(n.into());
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

fn cursor_of(page: &PageOut, loaded: &Loaded, row: usize) -> Result<String, Coded> {
    let row = &loaded.rows[row];
    let Some((id, terms)) = page.cursor.split_last() else {
        return Err(Coded::internal("a cursor that was not asked for"));
    };
    let mut values = Vec::with_capacity(terms.len());
    for column in terms {
        let cell = row::cell(row, *column).map_err(unreadable)?;
        values.push(cell.map(|c| c.text()).transpose().map_err(unreadable)?);
    }
    Ok(cursor::encode(page.order, &values, uuid(row, *id)?.unwrap_or_default()))
}

fn count_of(counts: &Loaded, parent: uuid::Uuid) -> Result<i64, Coded> {
    let Some(row) = counts.of(parent).next() else { return Ok(0) };
    let cell = row::cell(&counts.rows[row], 1).map_err(unreadable)?;
    cell.map_or(Ok(0), |c| c.integer()).map_err(unreadable)
}
