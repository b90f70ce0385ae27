//! The address to serve on.

use std::io::ErrorKind;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::config::Config;
use crate::error::Fault;

/// How many ports to try after the first.
const FURTHER: u16 = 20;

/// Listens on the configured address.
pub(super) async fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(config.listen).await.map_err(|error| refused(config.listen, &error).into())
}

/// The same, on the next free port when nobody chose the address.
pub(super) async fn bind_near(config: &Config) -> anyhow::Result<TcpListener> {
    if config.listen_chosen {
        return bind(config).await;
    }
    let first = config.listen.port();
    for port in first..first.saturating_add(FURTHER) {
        match TcpListener::bind(SocketAddr::new(config.listen.ip(), port)).await {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            bound => return Ok(bound?),
        }
    }
    bind(config).await
}

fn refused(address: SocketAddr, error: &std::io::Error) -> Fault {
    if error.kind() == ErrorKind::AddrInUse {
        return Fault::new(
            "ADDRESS_IN_USE",
            format!("another program serves on {address} already; choose another address with --listen"),
            format!("{address} đang được chương trình khác sử dụng; hãy chọn địa chỉ khác bằng --listen"),
        );
    }
    Fault::new(
        "ADDRESS_REFUSED",
        format!("cannot serve on {address}: {error}"),
        format!("không thể phục vụ tại {address}: {error}"),
    )
}
