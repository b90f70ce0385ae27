//! The picture of a link, and where links begin. Pure.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use super::page::encoded;
use crate::error::Fault;

/// Light squares around the code, which readers need.
const QUIET: usize = 4;
/// Longest `Host` that is believed.
const LONGEST_HOST: usize = 255;

/// Where links begin: the setting, else what the caller named as host, where that is nothing but a host. Such an
/// answer is never kept by caches, so that nobody is shown another caller's host.
pub(super) fn base(setting: Option<&str>, host: Option<&str>) -> Result<String, Fault> {
    if let Some(setting) = setting {
        return Ok(setting.to_owned());
    }
    match host.filter(|host| is_host(host)) {
        Some(host) => Ok(format!("http://{host}")),
        None => Err(Fault::new(
            "HOST_INVALID",
            "the Host header is no host; ask the operator to set --public-url",
            "tiêu đề Host không phải tên máy; đơn vị vận hành cần đặt --public-url",
        )),
    }
}

/// A name or address and perhaps a port; no path, no user, nothing else.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, rest)) if address.parse::<std::net::Ipv6Addr>().is_ok() => ("v6", rest),
            _ => return false,
        },
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    port && host.len() <= LONGEST_HOST
        && !name.is_empty()
        && name.chars().all(plain)
        && !name.starts_with(['-', '.'])
}

/// The page of a code.
pub(super) fn link(base: &str, code: &str) -> String {
    format!("{base}/verify/{}", encoded(code))
}

/// The picture of a link.
pub(super) fn svg(link: &str) -> Result<String, Fault> {
    let code = QrCode::with_error_correction_level(link.as_bytes(), EcLevel::M).map_err(|_| {
        Fault::new("LINK_TOO_LONG", "the link is too long for a picture", "liên kết quá dài để tạo mã QR")
    })?;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, line) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = line[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                let _infallible = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    let side = width + 2 * QUIET;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" shape-rendering=\"crispEdges\">\
         <title>QR</title><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a phone would see of the picture: its runs drawn eight points a square.
    fn read(svg: &str) -> String {
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let side =
            svg.split("0 0 ").nth(1).and_then(|rest| rest.split(' ').next()).map(number).expect("a side");
        let mut dark = vec![false; side * side];
        let path =
            svg.split("fill=\"#000\" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
        for run in path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').expect("a run");
            let (x, y) = at.split_once(' ').expect("a place");
            let length = number(rest.split('v').next().expect("a length"));
            dark[number(y) * side + number(x)..][..length].fill(true);
        }
        let scale = 8;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * scale, side * scale, |x, y| {
            if dark[y / scale * side + x / scale] { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        grids[0].decode().expect("readable").1
    }

    #[test]
    fn the_picture_reads_as_the_link() {
        for code in ["product_01h455vb4pex5vsknk084sn02q", "2555/QĐ-UBND", "VN-QNADA-00001"] {
            let link = link("https://ocop.example.vn", code);
            assert_eq!(read(&svg(&link).expect("a picture")), link);
        }
        assert!(link("http://h", "a\"><b").ends_with("a%22%3E%3Cb"));
        assert_eq!(svg(&"x".repeat(4000)).expect_err("too long").code, "LINK_TOO_LONG");
    }

    #[test]
    fn a_host_is_a_host_and_nothing_more() {
        for host in ["ocop.vn", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "xn--a.vn"] {
            assert_eq!(base(None, Some(host)).expect(host), format!("http://{host}"));
        }
        for host in
            ["", "a/b", "a@b", "a b", "a:99999", "a?b", "a#b", "-a", "\"><x", "[::1", "a:80:80", "ví.vn"]
        {
            assert_eq!(base(None, Some(host)).expect_err(host).code, "HOST_INVALID");
        }
        assert_eq!(base(None, None).expect_err("none").code, "HOST_INVALID");
        assert_eq!(
            base(Some("https://ocop.vn"), Some("evil.example")).expect("the setting"),
            "https://ocop.vn"
        );
    }
}
