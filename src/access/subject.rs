//! Whom what is asked is counted for: a key, a person, or, of those nobody knows, where they come from.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use super::{Caller, Identity};

/// Whom requests are counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// The subject of a caller.
    pub fn of(caller: &Caller) -> Self {
        Self(match &caller.identity {
            Identity::Key(prefix) => format!("key:{prefix}"),
            Identity::Person { issuer, subject, .. } => format!("person:{issuer}|{subject}"),
            Identity::OpenDesk => "desk".to_owned(),
            Identity::Operator => "operator".to_owned(),
            Identity::Anonymous => match caller.address {
                Some(address) => format!("address:{}", network(address)),
                None => "address:unknown".to_owned(),
            },
        })
    }

    /// All those for whom there is no room to be counted one by one.
    pub fn others() -> Self {
        Self("others".to_owned())
    }

    /// A word of theirs, as it is kept among those of all: nobody meets another's.
    pub fn own(&self, word: &str) -> String {
        format!("{self} {word}")
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What one customer of a network has: an address, or of IPv6 the 64 bits that are given out.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_unknown_counts_by_network() {
        let from = |address: &str| {
            let address = Some(address.parse().unwrap());
            Subject::of(&Caller { address, ..Caller::default() }).to_string()
        };
        assert_eq!(from("203.0.113.9"), "address:203.0.113.9");
        assert_eq!(from("::ffff:203.0.113.9"), "address:203.0.113.9");
        assert_eq!(from("2001:db8:1:2:3:4:5:6"), from("2001:db8:1:2::1"));
        assert_ne!(from("2001:db8:1:2::1"), from("2001:db8:1:3::1"));
        let key = Caller { identity: Identity::Key("lt_abc".to_owned()), ..Caller::default() };
        assert_eq!(Subject::of(&key).as_str(), "key:lt_abc");
    }
}
