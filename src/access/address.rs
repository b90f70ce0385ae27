//! Where somebody comes from: the peer of the connection, or whom trusted proxies name. Pure.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::error::Fault;

/// The caller's address. What stands in `X-Forwarded-For` is believed as far as trusted proxies wrote it: from the
/// right, up to the first address that is none of theirs.
pub fn address(peer: Option<IpAddr>, forwarded: &[&str], proxies: &[IpNet]) -> Option<IpAddr> {
    let mut nearest = peer?.to_canonical();
    let hops = forwarded.iter().rev().flat_map(|line| line.rsplit(','));
    for hop in hops {
        if !proxies.iter().any(|proxy| proxy.contains(&nearest)) {
            break;
        }
        // What cannot be read was not written by a proxy: whoever is nearest stands for it.
        let Some(before) = read(hop.trim()) else { break };
        nearest = before;
    }
    Some(nearest)
}

/// An address, perhaps with a port.
fn read(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    Some(address.or_else(with_port)?.to_canonical())
}

/// A network (`10.0.0.0/8`) or one address.
pub fn network(text: &str) -> Result<IpNet, Fault> {
    let text = text.trim();
    let alone = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().or_else(alone).map(|net| net.trunc()).ok_or_else(|| {
        Fault::new(
            "NETWORK_INVALID",
            format!("{text:?} is no network; expected one such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7"),
            format!("{text:?} không phải dải mạng; ví dụ hợp lệ: 10.0.0.0/8, 2001:db8::/32, 192.0.2.7"),
        )
    })
}

/// Several, with commas between.
pub fn networks(text: &str) -> Result<Vec<IpNet>, Fault> {
    text.split(',').filter(|one| !one.trim().is_empty()).map(network).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, forwarded: &[&str], proxies: &str) -> String {
        let proxies = networks(proxies).unwrap();
        address(peer.parse().ok(), forwarded, &proxies).map(|found| found.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        for (peer, forwarded, proxies, expected) in [
            ("203.0.113.9", vec![], "", "203.0.113.9"),
            ("203.0.113.9", vec!["10.0.0.1"], "", "203.0.113.9"),
            ("10.0.0.2", vec!["198.51.100.7"], "10.0.0.0/8", "198.51.100.7"),
            // The client invented the first.
            ("10.0.0.2", vec!["127.0.0.1, 198.51.100.7"], "10.0.0.0/8", "198.51.100.7"),
            ("10.0.0.2", vec!["127.0.0.1", "198.51.100.7, 10.0.0.3"], "10.0.0.0/8", "198.51.100.7"),
            ("10.0.0.2", vec!["nonsense, 10.0.0.3"], "10.0.0.0/8", "10.0.0.3"),
            ("10.0.0.2", vec![""], "10.0.0.0/8", "10.0.0.2"),
            ("::ffff:10.0.0.2", vec!["[2001:db8::1]:443"], "10.0.0.0/8", "2001:db8::1"),
            ("10.0.0.2", vec!["198.51.100.7:1234"], "10.0.0.2", "198.51.100.7"),
        ] {
            assert_eq!(of(peer, &forwarded, proxies), expected, "{peer} {forwarded:?} {proxies}");
        }
        assert_eq!(address(None, &["10.0.0.1"], &[]), None);
    }

    #[test]
    fn networks_are_read_or_told_of() {
        assert_eq!(networks(" 10.1.2.3/8, 192.0.2.7,").unwrap().len(), 2);
        assert_eq!(network("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
        for bad in ["10.0.0.0/33", "ten", "10.0.0", "::/129"] {
            assert_eq!(network(bad).map_err(|fault| fault.code), Err("NETWORK_INVALID"), "{bad}");
        }
    }
}
