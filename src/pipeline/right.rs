//! Whose an import is: an office hands in and mends its own registers, a steward all.

use uuid::Uuid;

use super::{Failure, Pipeline, unknown};
use crate::access::Caller;
use crate::error::Fault;

/// Whether registers of the office in the province are the caller's to hand in.
pub(super) fn import(caller: &Caller, office: &str, province: &str) -> Result<(), Fault> {
    if caller.may_import(office, province) {
        return Ok(());
    }
    let own = match (&caller.office, &caller.province) {
        (Some(office), Some(province)) => format!("{office}/{province}"),
        _ => caller.role.name().to_owned(),
    };
    Err(Fault::new(
        "FORBIDDEN",
        format!(
            "this is a register of the office {office} in the province {province}; you are {own}, who may not hand \
             it in or change it"
        ),
        format!(
            "đây là sổ của cơ quan {office} thuộc tỉnh mã {province}; {own} không có quyền nhập hoặc sửa sổ này"
        ),
    ))
}

impl Pipeline {
    /// Whether an import is the caller's to look into and to change.
    pub async fn may_touch(&self, caller: &Caller, of: Uuid) -> Result<(), Failure> {
        let found: Option<(String, String)> =
            sqlx::query_as("select office, province_code from import where id = $1")
                .bind(of)
                .fetch_optional(&self.pool)
                .await?;
        let (office, province) = found.ok_or_else(|| unknown("import", "lần nhập", of))?;
        Ok(import(caller, &office, &province)?)
    }

    /// Whether a fix is of an import that is the caller's to change.
    pub(super) async fn may_mend(&self, caller: &Caller, fix: Uuid) -> Result<(), Failure> {
        let of: Option<Uuid> = sqlx::query_scalar("select import_id from row_fix where id = $1")
            .bind(fix)
            .fetch_optional(&self.pool)
            .await?;
        self.may_touch(caller, of.ok_or_else(|| unknown("fix", "bản sửa dòng", fix))?).await
    }
}
