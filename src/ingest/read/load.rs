//! A file from the disk, refused by its size before a byte of it is read.

use std::io::Read;
use std::path::Path;

use super::{Limits, refusal};
use crate::error::Fault;
use crate::ingest::Input;

/// Why a file was not taken from the disk.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is not one we read.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The system did not give it.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Reads `path`, at most one byte beyond the limit. The name keeps up to three folders above the file,
/// which may speak of the office.
pub fn load(path: &Path, limits: &Limits) -> Result<Input, LoadError> {
    let failed = |source| LoadError::Io { path: path.display().to_string(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > limits.file_bytes {
        return Err(refusal::too_large(size, limits.file_bytes).into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(limits.file_bytes + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(refusal::too_large(bytes.len() as u64, limits.file_bytes).into());
    }
    Ok(Input { name: short_name(path), bytes })
}

fn short_name(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter_map(|c| match c {
            std::path::Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    parts[parts.len().saturating_sub(3)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_nearest_folders_only() {
        assert_eq!(
            short_name(Path::new("/home/somebody/province/office/list.xlsx")),
            "province/office/list.xlsx"
        );
        assert_eq!(short_name(Path::new("/list.xlsx")), "list.xlsx");
    }
}
