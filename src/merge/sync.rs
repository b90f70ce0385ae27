//! Makes one computed table hold exactly the rows given, writing the difference only. The one place that
//! writes computed tables.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::log::Log;

/// Bytes sent to the server at a time.
const CHUNK: usize = 1 << 18;

/// A table to be computed anew.
#[derive(Debug)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Column that identifies a row, a uuid; the first of `columns`.
    pub key: &'static str,
    /// Columns that are written.
    pub columns: Vec<Column>,
    /// Further fields of the rows that expressions use: name and type.
    pub extra: Vec<(&'static str, &'static str)>,
}

/// A column that is written.
#[derive(Debug)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type in PostgreSQL.
    pub pg_type: &'static str,
    /// SQL over the row `n` that computes it; none: the row has it.
    pub expression: Option<&'static str>,
}

impl Column {
    /// A column that the rows have.
    pub fn new(name: impl Into<String>, pg_type: &'static str) -> Self {
        Self { name: name.into(), pg_type, expression: None }
    }

    fn value(&self) -> String {
        self.expression.map_or_else(|| format!("n.{}", quoted(&self.name)), str::to_owned)
    }

    /// What tells two values apart to the byte: 1.0 is not 1.00.
    fn exact(&self, value: &str) -> String {
        let loose = matches!(self.pg_type, "numeric" | "jsonb");
        if loose { format!("({value})::text") } else { value.to_owned() }
    }
}

/// What became of a table's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New rows.
    pub inserted: u64,
    /// Changed rows.
    pub updated: u64,
    /// Rows gone.
    pub deleted: u64,
    /// Rows there are now; where only a part was computed, rows of that part.
    pub total: u64,
}

/// A row on its way: its fields in the order of the columns without expression, then the extra ones.
#[derive(Debug, Default)]
pub struct Line {
    text: String,
    started: bool,
}

impl Line {
    /// Adds a field; none is null.
    pub fn field(&mut self, value: Option<&str>) {
        if self.started {
            self.text.push('\t');
        }
        self.started = true;
        let Some(value) = value else { return self.text.push_str("\\N") };
        for c in value.chars() {
            match c {
                '\\' => self.text.push_str("\\\\"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\0' => {}
                c => self.text.push(c),
            }
        }
    }

    /// Adds a field of something that shows itself.
    pub fn show(&mut self, value: impl std::fmt::Display) {
        self.field(Some(&value.to_string()));
    }
}

/// Which rows of a table are computed anew; the others stay as they are.
#[derive(Debug, Clone, Copy)]
pub enum Within<'a> {
    /// All of them.
    All,
    /// Those with one of these in a column.
    Ids(&'static str, &'a [Uuid]),
    /// Those with one of these in one of two columns.
    Texts([&'static str; 2], &'a [String]),
}

impl Within<'_> {
    /// Whether no row can be among them.
    fn is_empty(&self) -> bool {
        match self {
            Within::All => false,
            Within::Ids(_, ids) => ids.is_empty(),
            Within::Texts(_, texts) => texts.is_empty(),
        }
    }
}

/// Rows below which statistics of the staged ones are not worth their time.
const FEW: u64 = 1000;

/// A computed table on its way: its rows are staged, in as many goes as there are, then what differs is written.
#[derive(Debug)]
pub struct Staging {
    table: Table,
    /// Rows staged; none: there is no table for them yet.
    rows: Option<u64>,
}

impl Staging {
    /// With no rows yet.
    pub fn new(table: Table) -> Self {
        Self { table, rows: None }
    }

    /// Whether any row was staged.
    pub fn is_begun(&self) -> bool {
        self.rows.is_some()
    }

    /// The name of the table of staged rows, where there are any.
    pub fn name(&self) -> String {
        staged(&self.table)
    }

    /// Stages rows.
    pub async fn stage<R>(
        &mut self,
        db: &mut PgConnection,
        rows: impl Iterator<Item = R>,
        mut put: impl FnMut(&mut Line, R),
    ) -> sqlx::Result<()> {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Ok(());
        }
        if self.rows.is_none() {
            run(db, create(&self.table)).await?;
        }
        let mut copy = db.copy_in_raw(&copy(&self.table)).await?;
        let mut line = Line::default();
        for row in rows {
            line.started = false;
            put(&mut line, row);
            line.text.push('\n');
            if line.text.len() >= CHUNK {
                copy.send(line.text.as_bytes()).await?;
                line.text.clear();
            }
        }
        copy.send(line.text.as_bytes()).await?;
        *self.rows.get_or_insert(0) += copy.finish().await?;
        Ok(())
    }

    /// Writes what is new or changed. Rows that are gone stay until [`Staging::sweep`].
    pub async fn write(&self, db: &mut PgConnection, log: Option<&Log<'_>>) -> sqlx::Result<Counts> {
        let (table, staged) = (&self.table, staged(&self.table));
        let Some(total) = self.rows else { return Ok(Counts::default()) };
        if total >= FEW {
            run(db, format!("analyze {staged}")).await?;
        }
        if let Some(log) = log {
            log.updates(db, table, &staged, &differs(table)).await?;
            log.inserts(db, table, &staged).await?;
        }
        let updated = run(db, update(table)).await?;
        let inserted = run(db, insert(table)).await?;
        Ok(Counts { inserted, updated, deleted: 0, total })
    }

    /// Deletes rows that were not staged; says how many.
    pub async fn sweep(
        &self,
        db: &mut PgConnection,
        log: Option<&Log<'_>>,
        within: Within<'_>,
    ) -> sqlx::Result<u64> {
        let (name, key) = (quoted(&self.table.name), quoted(self.table.key));
        let gone = match self.rows {
            Some(_) => format!("not exists (select from {} n where n.{key} = t.{key})", staged(&self.table)),
            None => "true".to_owned(),
        };
        let gone = match within {
            Within::All => gone,
            Within::Ids(column, _) => format!("t.{} = any($1) and {gone}", quoted(column)),
            Within::Texts([a, b], _) => format!("(t.{a} = any($1) or t.{b} = any($1)) and {gone}"),
        };
        if within.is_empty() {
            return Ok(0);
        }
        if let Some(log) = log {
            log.deletes(db, &self.table, &gone, within).await?;
        }
        let deleted = sqlx::query(AssertSqlSafe(format!("delete from {name} t where {gone}")));
        let deleted = match within {
            Within::All => deleted,
            Within::Ids(_, ids) => deleted.bind(ids.to_vec()),
            Within::Texts(_, texts) => deleted.bind(texts.to_vec()),
        };
        Ok(deleted.execute(db).await?.rows_affected())
    }
}

/// The table for staged rows: their fields and no more, gone at the end of the transaction.
fn create(table: &Table) -> String {
    let own = table.columns.iter().filter(|c| c.expression.is_none());
    let own = own.map(|c| format!("{} {}", quoted(&c.name), c.pg_type));
    let extra = table.extra.iter().map(|(name, ty)| format!("{} {ty}", quoted(name)));
    let declared: Vec<String> = own.chain(extra).collect();
    format!("create temp table {} ({}) on commit drop", staged(table), declared.join(", "))
}

fn copy(table: &Table) -> String {
    let own = table.columns.iter().filter(|c| c.expression.is_none()).map(|c| quoted(&c.name));
    let names: Vec<String> = own.chain(table.extra.iter().map(|(name, _)| quoted(name))).collect();
    format!("copy {} ({}) from stdin", staged(table), names.join(", "))
}

/// An identifier of the catalog within SQL.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Runs SQL made of the catalog's identifiers; says how many rows it touched.
pub async fn run(db: &mut PgConnection, sql: String) -> sqlx::Result<u64> {
    Ok(sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await?.rows_affected())
}

fn staged(table: &Table) -> String {
    quoted(&format!("staged_{}", table.name))
}

fn update(table: &Table) -> String {
    let rest: Vec<&Column> = table.columns.iter().filter(|c| c.name != table.key).collect();
    let mut sql = format!("update {} t set ", quoted(&table.name));
    let set: Vec<String> = rest.iter().map(|c| format!("{} = {}", quoted(&c.name), c.value())).collect();
    let key = quoted(table.key);
    let _infallible = write!(
        sql,
        "{} from {} n where t.{key} = n.{key} and {}",
        set.join(", "),
        staged(table),
        differs(table),
    );
    sql
}

/// That the row `t` of a table is not as the staged row `n`.
fn differs(table: &Table) -> String {
    let rest: Vec<&Column> = table.columns.iter().filter(|c| c.name != table.key).collect();
    let old: Vec<String> = rest.iter().map(|c| c.exact(&format!("t.{}", quoted(&c.name)))).collect();
    let new: Vec<String> = rest.iter().map(|c| c.exact(&c.value())).collect();
    format!("row({}) is distinct from row({})", old.join(", "), new.join(", "))
}

fn insert(table: &Table) -> String {
    let names: Vec<String> = table.columns.iter().map(|c| quoted(&c.name)).collect();
    let values: Vec<String> = table.columns.iter().map(Column::value).collect();
    let (name, key) = (quoted(&table.name), quoted(table.key));
    format!(
        "insert into {name} ({}) select {} from {} n where not exists (select from {name} t where t.{key} = n.{key})",
        names.join(", "),
        values.join(", "),
        staged(table),
    )
}
