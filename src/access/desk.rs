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
    /// Whether no page of another site asks in its visitor's name.
    pub fn is_same_site(&self) -> bool {
        if self.site.is_some_and(|site| site != "same-origin" && site != "none") {
            return false;
        }
        let Some(origin) = self.origin else { return true };
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        authority.is_some() && authority == self.host
    }
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
            assert_eq!(door.is_same_site(), same, "{origin:?} {site:?}");
        }
    }
}
