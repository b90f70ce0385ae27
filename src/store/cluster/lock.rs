//! One hub a data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};

use super::layout::Layout;
use crate::error::Fault;

/// Takes the data directory for this process, for as long as the file is held. The system gives the lock
/// back however the process ends.
pub(super) fn take(layout: &Layout) -> anyhow::Result<File> {
    let path = layout.data_dir.join("hub.lock");
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(in_use(layout, &mut file).into()),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())?;
    Ok(file)
}

fn in_use(layout: &Layout, file: &mut File) -> Fault {
    let mut holder = String::new();
    // Whoever holds it may be about to write its number: then the message goes without.
    let _ = file.read_to_string(&mut holder);
    let holder = holder.trim();
    let dir = layout.data_dir.display();
    Fault::new(
        "DATA_DIR_IN_USE",
        format!(
            "the data directory {dir} is in use by another hub (process {holder}). Stop that one first, or \
             choose another directory with --data-dir"
        ),
        format!(
            "thư mục dữ liệu {dir} đang được một tiến trình khác dùng (số {holder}). Hãy dừng tiến trình đó \
             trước, hoặc chọn thư mục khác bằng --data-dir"
        ),
    )
}
