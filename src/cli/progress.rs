//! Progress on a terminal; nothing where standard error is none.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line that tells which of `files` is being read.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Begins a line. indicatif draws nothing where standard error is no terminal.
    pub(super) fn over(files: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Names what is being done.
    pub(super) fn doing(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// Counts one file as done.
    pub(super) fn done(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
