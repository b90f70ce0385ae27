//! An import's bytes read once more, because a person mended some of its cells: outcomes, issues and records
//! are written anew by difference; the rows as they came stay.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{ImportError, copy, store};
use crate::error::Fault;
use crate::ingest::Options;
use crate::ingest::map::{self, Mend, Outcome, Staged, prepare_mended};
use crate::ingest::place::Places;
use crate::ingest::read::{self, Limits};
use crate::ingest::register::Registers;
use crate::store::apart::apart;

/// What came of it.
#[derive(Debug)]
pub struct Again {
    /// What became of each mended row.
    pub outcomes: BTreeMap<(String, i32), Outcome>,
    /// Nodes whose records came, went or changed, by type.
    pub touched: Vec<(String, Uuid)>,
}

/// Reads an import again, with all its fixes, in a transaction.
pub async fn again(
    db: &mut PgConnection,
    registers: &Registers,
    places: &Places,
    import: Uuid,
) -> Result<Again, ImportError> {
    let (name, bytes, register, scope, as_of): (String, Vec<u8>, String, String, NaiveDate) =
        sqlx::query_as("select file_name, bytes, register, scope, as_of from import where id = $1")
            .bind(import)
            .fetch_one(&mut *db)
            .await?;
    store::lock(db, &scope).await?;
    let mends = mends(db, import).await?;
    let province = scope.rsplit('/').next().map(str::to_owned);
    let options = Options { register: Some(register), province, as_of: Some(as_of) };
    let known = store::known(db, &scope, import).await?;
    let staged = apart(|| -> Result<Staged, Fault> {
        let book = read::read(&bytes, &Limits::default())?;
        let file = prepare_mended(book, &name, registers, places, &options, as_of, &mends)?;
        Ok(map::map(&file, places, import, &known, &|_, _| {}))
    })?;
    let touched = rewrite(db, import, &staged).await?;
    let mended = |sheet: &str, row: i32| mends.iter().any(|m| m.sheet == sheet && m.row == row);
    let outcomes = staged
        .rows
        .iter()
        .filter(|row| mended(&row.sheet, row.no))
        .filter_map(|row| Some(((row.sheet.clone(), row.no), row.outcome?)))
        .collect();
    Ok(Again { outcomes, touched })
}

/// Sheet, row, cells.
type Fix = (String, i32, Json<BTreeMap<String, String>>);

/// Fixes that stand; of several for one cell the last.
async fn mends(db: &mut PgConnection, import: Uuid) -> sqlx::Result<Vec<Mend>> {
    let rows: Vec<Fix> = sqlx::query_as(
        "select sheet, row_no, cells from row_fix
         where import_id = $1 and retracted_at is null
         order by fixed_at, id",
    )
    .bind(import)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(sheet, row, Json(cells))| Mend { sheet, row, cells }).collect())
}

/// Writes what differs; tells the nodes it touches.
async fn rewrite(db: &mut PgConnection, import: Uuid, staged: &Staged) -> sqlx::Result<Vec<(String, Uuid)>> {
    let (sheets, rows, outcomes): (Vec<&str>, Vec<i32>, Vec<&str>) = staged
        .rows
        .iter()
        .filter_map(|row| Some((row.sheet.as_str(), row.no, row.outcome?.word())))
        .fold((vec![], vec![], vec![]), |mut lists, (sheet, row, outcome)| {
            lists.0.push(sheet);
            lists.1.push(row);
            lists.2.push(outcome);
            lists
        });
    sqlx::query(
        "update raw_row r set outcome = n.outcome
         from unnest($2::text[], $3::int[], $4::text[]) as n (sheet, row_no, outcome)
         where r.import_id = $1 and r.sheet = n.sheet and r.row_no = n.row_no
           and r.outcome is distinct from n.outcome",
    )
    .bind(import)
    .bind(&sheets)
    .bind(&rows)
    .bind(&outcomes)
    .execute(&mut *db)
    .await?;
    sqlx::query("delete from row_issue where import_id = $1").bind(import).execute(&mut *db).await?;
    copy::issues(db, import, &staged.issues, &mut copy::Positions::new()).await?;
    let touched = records(db, import, staged).await?;
    store::counts(db, import, &staged.counts).await?;
    Ok(touched)
}

async fn records(db: &mut PgConnection, import: Uuid, staged: &Staged) -> sqlx::Result<Vec<(String, Uuid)>> {
    sqlx::raw_sql("create temp table record_again (like source_record) on commit drop")
        .execute(&mut *db)
        .await?;
    copy::records(db, "record_again", &staged.records).await?;
    let touched: Vec<(String, Uuid)> = sqlx::query_as(
        "select distinct coalesce(n.entity, o.entity), coalesce(n.node_id, o.node_id)
         from record_again n
         full join (select * from source_record where import_id = $1) o
           on n.id = o.id and n.node_id = o.node_id
         where n.id is null or o.id is null
            or row(n.observed_on, n.fields::text, n.refs::text, n.evidence::text)
               is distinct from row(o.observed_on, o.fields::text, o.refs::text, o.evidence::text)",
    )
    .bind(import)
    .fetch_all(&mut *db)
    .await?;
    sqlx::query(
        "delete from source_record o
         where o.import_id = $1 and not exists (select from record_again n where n.id = o.id)",
    )
    .bind(import)
    .execute(&mut *db)
    .await?;
    sqlx::raw_sql(
        "insert into source_record
         select * from record_again
         on conflict (id) do update
         set entity = excluded.entity, key = excluded.key, node_id = excluded.node_id,
             observed_on = excluded.observed_on, fields = excluded.fields, refs = excluded.refs,
             evidence = excluded.evidence",
    )
    .execute(db)
    .await?;
    Ok(touched)
}
