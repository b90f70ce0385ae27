//! An open desk, on a trusted network: whoever comes is a steward. Never for pages of other sites.

/// What a browser says of the page that asks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Door<'a> {
    /// `Host`.
    pub host: Option<&'a str>,
    /// `Origin`: sent by browsers.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`: sent by browsers.
    pub site: Option<&'a str>,
}

impl Door<'_> {
    /// Whether no page of another site asks in its visitor's name. `own` is the hub's public address. A page may make
    /// its own name point here, so that it seems to be of this site, and a browser does not always say that it is one
    /// (nothing of it in a GET over plain HTTP): whoever asks, asks under a name that nobody else can have.
    pub fn is_same_site(&self, own: Option<&str>) -> bool {
        let named = self.host.is_some_and(|host| is_ours(host, own));
        let from_here =
            |origin: &str| authority(origin).is_some_and(|authority| Some(authority) == self.host);
        named
            && self.site.is_none_or(|site| site == "same-origin" || site == "none")
            && self.origin.is_none_or(from_here)
    }
}

fn authority(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.split('/').next()
}

/// An address, a name without dots or of a local network, or the hub's public one.
fn is_ours(host: &str, own: Option<&str>) -> bool {
    if own.and_then(authority).is_some_and(|own| own.eq_ignore_ascii_case(host)) {
        return true;
    }
    let name = match host.strip_prefix('[') {
        Some(rest) => return rest.contains(']'),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.to_ascii_lowercase();
    let local = [".localhost", ".local", ".lan", ".internal", ".home.arpa"];
    name.parse::<std::net::Ipv4Addr>().is_ok()
        || !name.contains('.')
        || local.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_site_never_acts() {
        for (origin, site, same) in [
            (Some("http://localhost:8080"), Some("same-origin"), true),
            (Some("http://localhost:8080"), None, true),
            (None, None, true),
            (None, Some("none"), true),
            (Some("http://evil.example"), None, false),
            (Some("null"), None, false),
            (None, Some("cross-site"), false),
            (Some("http://localhost:9090"), Some("same-site"), false),
        ] {
            let door = Door { host: Some("localhost:8080"), origin, site };
            assert_eq!(door.is_same_site(None), same, "{origin:?} {site:?}");
        }
    }

    #[test]
    fn a_name_made_to_point_here_opens_nothing() {
        let own = Some("https://ocop.example.vn");
        for (host, ours) in [
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("hub", true),
            ("hub.lan:8080", true),
            ("ocop.example.vn", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example", false),
        ] {
            let origin = format!("http://{host}");
            let by_origin = Door { host: Some(host), origin: Some(&origin), site: None };
            let by_site = Door { host: Some(host), origin: None, site: Some("same-origin") };
            assert_eq!(by_origin.is_same_site(own), ours, "{host}");
            assert_eq!(by_site.is_same_site(own), ours, "{host}");
            // A page's GET over plain HTTP looks like a program's.
            assert_eq!(Door { host: Some(host), ..Door::default() }.is_same_site(own), ours, "{host}");
        }
        assert!(!Door::default().is_same_site(own), "no host at all");
        assert!(
            !Door { host: Some("ocop.example.vn"), origin: Some("https://ocop.example.vn"), site: None }
                .is_same_site(None)
        );
    }
}
