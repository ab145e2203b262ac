//! How many files, and so connections, the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Beside connections: the database with its readers, the mail server, the metrics, what is being turned away.
const OTHERS: u64 = 256;

/// Raises the process's own limit as far as this many connections need and the system allows; gives how many
/// connections fit.
#[must_use]
pub fn raise_for(connections: u32) -> u32 {
    let needed = u64::from(connections).saturating_add(OTHERS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // Absent means without limit.
    if current.is_some_and(|current| current < needed) {
        let wanted = maximum.map_or(needed, |maximum| maximum.min(needed));
        let raised = Rlimit {
            current: Some(wanted),
            maximum,
        };
        // Where it cannot be raised, the old limit is what is there.
        let _refused = setrlimit(Resource::Nofile, raised);
    }
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    u32::try_from(allowed.saturating_sub(OTHERS))
        .unwrap_or(u32::MAX)
        .clamp(1, connections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_connections_fit_as_there_can_be_files() {
        assert_eq!(raise_for(1), 1);
        let most = raise_for(u32::MAX);
        let allowed = getrlimit(Resource::Nofile).current;
        assert!(
            allowed.is_none_or(|allowed| u64::from(most) + OTHERS <= allowed.max(OTHERS + 1)),
            "{most} of {allowed:?}"
        );
        assert!(most > 1);
    }
}
