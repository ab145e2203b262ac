//! Who may connect to the server, and the second listener for those who watch it.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use keyhaven_server::{
    config::Config,
    metrics::Metrics,
    serve::{Gate, raise_open_files_for, serve},
};
use tokio::net::{TcpListener, TcpSocket};

use crate::duties::Duties;

/// Connections that wait to be taken. The usual 128 are over in a moment under load, and whoever comes then tries again
/// only after a second. The system may allow fewer.
const WAITING_MAX: u32 = 4096;

/// Binds an address that a server may have left a moment ago.
pub(crate) fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_MAX)
}

/// The gate that a configuration asks for, as far as the system allows.
pub(crate) fn gate(config: &Config, metrics: Metrics) -> Gate {
    let wanted = config.load.connections;
    let connections = raise_open_files_for(wanted);
    if connections < wanted {
        tracing::warn!(
            connections,
            "the system allows fewer open files than load.connections asks for"
        );
    }
    Gate {
        connections,
        connections_per_network: config.load.connections_per_network,
        trusted_proxies: config.trusted_proxies.clone(),
        metrics,
    }
}

/// Connections of whoever watches.
const WATCHING_MAX: u32 = 16;

/// Takes on serving the metrics, if the configuration names a listener for them. Done before anybody is served: an address
/// that cannot be had is said at the start.
///
/// # Errors
/// The address cannot be had.
pub(crate) fn serve_metrics(
    duties: &mut Duties,
    config: &Config,
    page: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let Some(address) = config.metrics else {
        return Ok(());
    };
    let listener = listen(address).with_context(|| format!("cannot listen on {address} for metrics"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics are served");
    let gate = Gate {
        connections: WATCHING_MAX,
        connections_per_network: WATCHING_MAX,
        trusted_proxies: Vec::new(),
        metrics: Metrics::default(),
    };
    duties.take_on("serving metrics", serve(listener, page, gate, stop));
    Ok(())
}
