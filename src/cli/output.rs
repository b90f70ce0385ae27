//! Standard output.

use std::io::{ErrorKind, Write};

/// Writes to standard output. That nobody reads any further (`lienthong schema | head`) is no failure.
pub(super) fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
