//! How many uploads, downloads and listeners there may be at once: each keeps something for long, a file on the disk,
//! one in memory, a connection.

use super::super::admission::{Admission, AtOnce, Kind};

const UPLOADS: Kind =
    Kind {
        en: "uploads", vi: "tệp tải lên", limits: ("uploads_at_once", "uploads_of_one"), later: "10"
    };
const DOWNLOADS: Kind = Kind {
    en: "files with their errors",
    vi: "tệp kèm lỗi",
    limits: ("downloads_at_once", "downloads_of_one"),
    later: "10",
};
const LISTENERS: Kind = Kind {
    en: "streams of events",
    vi: "luồng sự kiện",
    limits: ("listeners_at_once", "listeners_of_one"),
    later: "10",
};

/// A place for each.
pub(super) struct Queues {
    /// From before the first byte comes in until the import is over.
    pub uploads: Admission,
    /// Until the last byte is on its way.
    pub downloads: Admission,
    /// For as long as there is something to tell.
    pub listeners: Admission,
}

impl Default for Queues {
    fn default() -> Self {
        Self {
            uploads: Admission::counting(UPLOADS, AtOnce::of(64, 8)),
            downloads: Admission::counting(DOWNLOADS, AtOnce::of(4, 2)),
            listeners: Admission::counting(LISTENERS, AtOnce::of(64, 8)),
        }
    }
}
