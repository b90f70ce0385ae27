//! How many files the hub may have open: each connection is one. A system often lets a program have few at first and many
//! when it asks.

use super::Connected;

/// Files beside connections: the database's, uploads, the hub's own.
const BESIDE: usize = 200;
/// Connections in any case: fewer are of no use.
const LEAST: usize = 16;

/// The connections wanted, or as many as there may be files for.
pub(super) fn within(wanted: Connected) -> Connected {
    let files = u64::try_from(wanted.connections.saturating_add(BESIDE)).unwrap_or(u64::MAX);
    let Ok(most) = rlimit::increase_nofile_limit(files) else { return wanted };
    let connections = fitting(wanted.connections, usize::try_from(most).unwrap_or(usize::MAX));
    if connections < wanted.connections {
        tracing::warn!(
            connections,
            wanted = wanted.connections,
            files = most,
            "fewer connections are taken: the system allows too few open files (ulimit -n)"
        );
    }
    Connected { connections, from_one: wanted.from_one.min(connections), ..wanted }
}

fn fitting(wanted: usize, files: usize) -> usize {
    wanted.min(files.saturating_sub(BESIDE).max(LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_other_files() {
        for (wanted, files, taken) in [(2000, 2200, 2000), (2000, 1024, 824), (2000, 100, 16), (10, 100, 10)]
        {
            assert_eq!(fitting(wanted, files), taken, "{wanted} of {files}");
        }
    }

    #[test]
    fn the_limit_is_raised_where_it_may_be() {
        let (_, most) = rlimit::Resource::NOFILE.get().unwrap();
        let within = within(Connected::default());
        let wanted = Connected::default().connections;
        assert_eq!(within.connections, fitting(wanted, usize::try_from(most).unwrap_or(usize::MAX)));
        let (now, _) = rlimit::Resource::NOFILE.get().unwrap();
        assert!(now >= most.min((wanted + BESIDE) as u64), "{now} of {most}");
    }
}
