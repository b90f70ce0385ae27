//! The administrative units and what came of them, read whole: places are resolved among them in memory.

use std::sync::Arc;

use chrono::NaiveDate;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::connections::Connections;
use super::row::{self, Unreadable};
use super::run::{StoreError, fetch};

/// A unit in one period of its life.
#[derive(Debug, Clone)]
pub struct UnitRow {
    /// Its id.
    pub id: Uuid,
    /// 0 a province, 1 a district, 2 a commune.
    pub level: u8,
    /// Statistical code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// First day no longer.
    pub to: Option<NaiveDate>,
    /// The unit directly above.
    pub parent: Option<Uuid>,
    /// The unit to assume next, where there is one.
    pub next: Option<Uuid>,
}

/// A unit, and one that holds a part of its territory next.
pub type Part = (Uuid, Uuid);

const PARTS: &str = "select from_id, to_id from admin_unit_succession order by id";

/// What became of each unit, divided ones several times.
pub async fn successions(database: &Connections) -> Result<Result<Vec<Part>, Unreadable>, StoreError> {
    let rows = fetch(database, &Arc::from(PARTS), &[]).await?;
    let uuid = |from: &PgRow, column| row::cell(from, column)?.ok_or(Unreadable(column))?.uuid();
    Ok(rows.iter().map(|row| Ok((uuid(row, 0)?, uuid(row, 1)?))).collect())
}

const UNITS: &str = "
    select u.id, case u.level when 'PROVINCE' then 0 when 'DISTRICT' then 1 else 2 end,
           u.code, u.name, u.valid_from, u.valid_to, u.parent_id, s.to_id
    from admin_unit u
    left join admin_unit_succession s on s.from_id = u.id and s.is_default
    order by u.id";

/// All units.
pub async fn units(database: &Connections) -> Result<Result<Vec<UnitRow>, Unreadable>, StoreError> {
    let rows = fetch(database, &Arc::from(UNITS), &[]).await?;
    Ok(rows.iter().map(unit).collect())
}

fn unit(from: &PgRow) -> Result<UnitRow, Unreadable> {
    let there = |column| row::cell(from, column)?.ok_or(Unreadable(column));
    let uuid = |column| row::cell(from, column)?.map(|cell| cell.uuid()).transpose();
    Ok(UnitRow {
        id: there(0)?.uuid()?,
        level: u8::try_from(there(1)?.integer()?).unwrap_or(2),
        code: there(2)?.text()?.to_owned(),
        name: there(3)?.text()?.to_owned(),
        from: there(4)?.date()?,
        to: row::cell(from, 5)?.map(|cell| cell.date()).transpose()?,
        parent: uuid(6)?,
        next: uuid(7)?,
    })
}
