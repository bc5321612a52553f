//! Composition of the desk.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use backend_db::{Database, DbError};
use ledger_client::Ledger;
use mpc_party::PartyRoom;
use tokio::sync::{oneshot, watch};

use crate::config::DeskConfig;
use crate::desk::{Desk, Peers};
use crate::{dispatch, projection, routes};

/// Open connections of one worker.
const CONNECTIONS_MAX: usize = 1_000;
/// How long running requests may take to end at a shutdown. Idle connections that are kept open cost all of it.
const SHUTDOWN_S: u64 = 2;

/// Why the desk did not start.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The read model cannot be brought to where it can follow.
    #[error("read model: {0}")]
    ReadModel(String),
    /// The port.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A thread did not start.
    #[error("the desk's threads did not start")]
    Thread,
}

/// A running desk.
pub struct DeskHandle {
    addresses: Vec<SocketAddr>,
    server: actix_web::dev::ServerHandle,
    follower: tokio::task::JoinHandle<()>,
    closing: watch::Sender<bool>,
}

impl DeskHandle {
    /// Where it listens; with port 0 in the settings, the port the system gave.
    pub fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// Lets running requests end, then stops.
    pub async fn stop(self) {
        // Event streams would otherwise hold the server for as long as it may take.
        self.closing.send_replace(true);
        self.server.stop(true).await;
        self.follower.abort();
    }
}

/// Starts the desk: database, read model, HTTP.
pub async fn start(
    config: DeskConfig,
    ledger: Arc<dyn Ledger>,
    party: PartyRoom,
    peers: Arc<dyn Peers>,
) -> Result<DeskHandle, DeskError> {
    let (address, database, rebuild) = (config.listen, config.database.clone(), config.rebuild);
    let for_prepare = Arc::clone(&ledger);
    let prepared = tokio::task::spawn_blocking(move || {
        let db = Database::open(&database)?;
        let reached = projection::prepare(&db, for_prepare.as_ref(), rebuild)
            .map_err(|f| DeskError::ReadModel(f.internal.unwrap_or(f.code)))?;
        Ok::<_, DeskError>((db, reached))
    });
    let (db, reached) = prepared.await.map_err(|_| DeskError::Thread)??;
    let (tell, projected) = watch::channel(reached);
    let (closing, closed) = watch::channel(false);
    let follower = tokio::spawn(projection::follow(db.clone(), Arc::clone(&ledger), reached, tell));
    let workers = config.workers.max(1);
    let runtime = tokio::runtime::Handle::current();
    let desk = web::Data::new(Desk::new(config, db, ledger, party, peers, projected, closed, runtime));
    let routes = Arc::new(routes::all());
    let listener = std::net::TcpListener::bind(address).map_err(|source| DeskError::Listen { address, source })?;
    let (ready, started) = oneshot::channel();
    // actix has its own runtime per worker; a thread of its own keeps it out of the caller's.
    std::thread::Builder::new()
        .name("desk".into())
        .spawn(move || {
            let system = actix_web::rt::System::new();
            system.block_on(async move {
                let app = move || {
                    let routes = Arc::clone(&routes);
                    App::new().app_data(desk.clone()).configure(move |cfg| dispatch::configure(&routes, cfg))
                };
                let server = HttpServer::new(app)
                    .workers(workers)
                    .max_connections(CONNECTIONS_MAX)
                    .client_request_timeout(Duration::from_secs(10))
                    .keep_alive(Duration::from_secs(75))
                    .shutdown_timeout(SHUTDOWN_S)
                    .disable_signals()
                    .listen(listener);
                match server {
                    Ok(server) => {
                        let addresses = server.addrs();
                        let running = server.run();
                        let _ = ready.send(Ok((addresses, running.handle())));
                        if let Err(e) = running.await {
                            tracing::error!("the desk's HTTP server ended: {e}");
                        }
                    }
                    Err(source) => {
                        let _ = ready.send(Err(source));
                    }
                }
            });
        })
        .map_err(|_| DeskError::Thread)?;
    let started = started.await.map_err(|_| DeskError::Thread)?;
    let (addresses, server) = started.map_err(|source| DeskError::Listen { address, source })?;
    tracing::info!(%address, "the desk listens");
    Ok(DeskHandle { addresses, server, follower, closing })
}
