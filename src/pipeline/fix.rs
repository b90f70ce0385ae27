//! A row that was set aside is mended: new words beside the row as it came, and the file read again.

use sqlx::types::Json;
use uuid::Uuid;

use super::apply::state;
use super::{By, Failure, Fixed, Outcome, Pipeline, RowFix, clean, reason_needed, unknown};
use crate::error::Fault;
use crate::ingest::stage::{Again, ImportError, again};
use crate::merge::{self, Cause, Change};
use crate::store::id;

impl Pipeline {
    /// Reads a row anew with other words in some cells.
    pub async fn fix_row(&self, by: &By, fix: &RowFix) -> Result<Fixed, Failure> {
        reason_needed(by)?;
        if fix.cells.is_empty() {
            return Err(nothing_to_mend().into());
        }
        for text in fix.cells.iter().flat_map(|(column, text)| [column, text]) {
            clean(text)?;
        }
        self.may_touch(&by.caller, fix.import).await?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let state = state(&mut tx, fix.import).await?;
        let now = self.clock.now();
        let moment = by.moment(now);
        let words = format!("fix|{}|{}|{}|{moment}|{:?}", fix.import, fix.sheet, fix.row, fix.cells);
        let fix_id = id::stable(moment.date_naive(), &words);
        sqlx::query(
            "insert into row_fix (id, import_id, sheet, row_no, cells, reason, fixed_by, fixed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (id) do nothing",
        )
        .bind(fix_id)
        .bind(fix.import)
        .bind(&fix.sheet)
        .bind(fix.row)
        .bind(Json(&fix.cells))
        .bind(&by.reason)
        .bind(&by.actor.0)
        .bind(now)
        .execute(&mut *tx)
        .await?;
        let read = self.read_again(&mut tx, fix.import).await?;
        let applied = self.follow(&mut tx, by, fix.import, &state, &read).await?;
        tx.commit().await?;
        self.follow_demands().await;
        let outcome = read.outcomes.get(&(fix.sheet.clone(), fix.row)).map_or("", |o| o.word()).to_owned();
        Ok(Fixed { id: fix_id, outcome, applied })
    }

    /// Takes a fix back: the row is read as it came, or as the fixes before it said.
    pub async fn discard_fix(&self, by: &By, fix: Uuid) -> Result<Fixed, Failure> {
        self.may_mend(&by.caller, fix).await?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let found: Option<(Uuid, String, i32)> = sqlx::query_as(
            "update row_fix set retracted_by = $2, retracted_at = $3
             where id = $1 and (retracted_at is null or retracted_by = $2 and retracted_at >= $4)
             returning import_id, sheet, row_no",
        )
        .bind(fix)
        .bind(&by.actor.0)
        .bind(self.clock.now())
        .bind(by.once)
        .fetch_optional(&mut *tx)
        .await?;
        let (import, sheet, row) = found.ok_or_else(|| unknown("fix", "bản sửa dòng", fix))?;
        let state = state(&mut tx, import).await?;
        let read = self.read_again(&mut tx, import).await?;
        let applied = self.follow(&mut tx, by, import, &state, &read).await?;
        let outcome: Option<String> = sqlx::query_scalar(
            "select outcome from raw_row where import_id = $1 and sheet = $2 and row_no = $3",
        )
        .bind(import)
        .bind(&sheet)
        .bind(row)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        self.follow_demands().await;
        Ok(Fixed { id: fix, outcome: outcome.unwrap_or_default(), applied })
    }

    async fn read_again(&self, db: &mut sqlx::PgConnection, import: Uuid) -> Result<Again, Failure> {
        again(db, &self.registers, &self.places, import).await.map_err(|error| match error {
            ImportError::Fault(fault) => Failure::Fault(fault),
            ImportError::Internal(error) => Failure::Internal(error),
        })
    }

    /// Lets the entities follow, when the import counts.
    async fn follow(
        &self,
        db: &mut sqlx::PgConnection,
        by: &By,
        import: Uuid,
        state: &str,
        read: &Again,
    ) -> Result<Option<Outcome>, Failure> {
        if state != "APPLIED" {
            return Ok(None);
        }
        let cause = Cause { import: Some(import), ..self.cause("FIX", by, &[import]) };
        let change = Change { touch: read.touched.clone(), ..Change::new(cause) };
        Ok(Some(Outcome::of(merge::apply_in(db, &self.catalog, &change).await?)))
    }
}

fn nothing_to_mend() -> Fault {
    Fault::new(
        "CELLS_MISSING",
        "no cell is given: name at least one column and its new words",
        "chưa ghi ô nào: hãy nêu ít nhất một cột và nội dung mới",
    )
}
