//! Reference data: administrative units through time, product groups, agencies. Built (pure) from the tables
//! under `schema/reference` that ship in the binary, and loaded into the database; nothing merged is here.

mod agency;
mod file;
mod map;
mod programme;
mod succession;
mod unit;
mod write;

use std::collections::HashMap;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use sqlx::PgPool;

pub use agency::Agency;
pub use programme::ProductGroup;
pub use succession::Succession;
pub use unit::{AdminUnit, Level, Units};

/// Counts up when the same files give other rows than before, so that databases are loaded anew.
const RULES: u8 = 1;

/// All reference data, with their ids.
#[derive(Debug)]
pub struct Dataset {
    /// Administrative units, a row for each period.
    pub units: Units,
    /// What came of the units that ended.
    pub successions: Vec<Succession>,
    /// Product groups and sub-groups of both schemes.
    pub groups: Vec<ProductGroup>,
    /// Provincial offices, a row for each name.
    pub agencies: Vec<Agency>,
}

impl Dataset {
    /// Reads the files in the binary.
    pub fn embedded() -> anyhow::Result<Self> {
        let units = unit::units()?;
        let successions = succession::successions(&units)?;
        let groups = programme::groups()?;
        let agencies = agency::agencies(&units)?;
        Ok(Self { units, successions, groups, agencies })
    }
}

/// Brings the reference tables to what this binary carries. Costs one look when they hold it already; several
/// hubs may load at once: one does, the others wait.
pub async fn load(pool: &PgPool) -> anyhow::Result<()> {
    let version = version();
    if write::is_current(pool, version).await? {
        return Ok(());
    }
    let data = tokio::task::spawn_blocking(Dataset::embedded).await??;
    write::replace(pool, &data, version).await
}

/// The codes, of before July 2025, of the provinces that an office of the province `code` answers for: those that
/// became the province of today with this code; where none has it today, that province alone.
pub fn provinces_of(code: &str) -> Vec<String> {
    static BEFORE: OnceLock<HashMap<String, Vec<String>>> = OnceLock::new();
    // That the file reads is seen when it is loaded.
    let before = BEFORE.get_or_init(|| map::provinces_before().unwrap_or_default());
    before.get(code).cloned().unwrap_or_else(|| vec![code.to_owned()])
}

/// The hash of the files and of the rules that read them.
fn version() -> &'static [u8] {
    static VERSION: OnceLock<Vec<u8>> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut hash = Sha256::new();
        hash.update([RULES]);
        for (name, text) in file::ALL {
            hash.update(name.as_bytes());
            hash.update(text.len().to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().to_vec()
    })
}

#[cfg(test)]
mod tests;
