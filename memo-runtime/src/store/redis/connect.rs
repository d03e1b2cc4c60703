//! New connections, on the [driver](super::driver): to a node, to the master that sentinels name, to a
//! cluster.

use super::super::{StoreError, StoreErrorKind};
use super::address::{Address, Kind, Login, Place};
use super::reply::Fault;
use redis::aio::{MultiplexedConnection, PubSub};
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo,
    RedisConnectionInfo, Value,
};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// A connection that all callers share.
#[derive(Clone)]
pub(super) enum Shared {
    Node(MultiplexedConnection),
    #[cfg(feature = "redis-cluster")]
    Cluster(redis::cluster_async::ClusterConnection),
}

/// Callers that wait for room to send, before others wait for them.
const QUEUE: usize = 512;

fn failed(error: redis::RedisError) -> StoreError {
    Fault::of("connecting", error).error
}

fn info(
    place: &Place,
    tls: bool,
    login: &Login,
    database: i64,
) -> Result<ConnectionInfo, StoreError> {
    let address = match place {
        Place::Unix(path) => ConnectionAddr::Unix(path.clone()),
        Place::Tcp(host, port) if tls => ConnectionAddr::TcpTls {
            host: host.clone(),
            port: *port,
            insecure: false,
            tls_params: None,
        },
        Place::Tcp(host, port) => ConnectionAddr::Tcp(host.clone(), *port),
    };
    // No name of the library is told: not every user may do that.
    let mut settings = RedisConnectionInfo::default()
        .set_db(database)
        .set_skip_set_lib_name();
    if let Some(user) = &login.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &login.password {
        settings = settings.set_password(password);
    }
    let info = address.into_connection_info().map_err(failed)?;
    Ok(info
        .set_redis_settings(settings)
        .set_tcp_settings(TcpSettings::default().set_nodelay(true)))
}

/// rustls asks which cryptography to use, and panics where nobody says so, or several do.
fn prepare_tls(address: &Address) {
    #[cfg(feature = "redis-tls-rustls")]
    if address.tls && rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails if somebody else was faster, who is right then.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    #[cfg(not(feature = "redis-tls-rustls"))]
    let _ = address;
}

/// The addresses of a host.
pub(super) async fn look_up(host: String, port: u16) -> Result<Vec<SocketAddr>, StoreError> {
    let found = tokio::net::lookup_host((host, port)).await;
    found
        .map(Iterator::collect)
        .map_err(|_| io::Error::new(io::ErrorKind::NotFound, "no such host").into())
}

/// The node to be asked now.
pub(super) async fn node(address: &Address, timeout: Duration) -> Result<Place, StoreError> {
    let Kind::Sentinel { master } = &address.kind else {
        return Ok(address.places[0].clone());
    };
    let mut said = "no sentinel can be reached";
    // Not one of them may use up the time.
    let timeout = timeout / 2;
    for sentinel in &address.places {
        prepare_tls(address);
        let info = info(sentinel, address.tls, &address.sentinel_login, 0)?;
        let Ok(Ok(answer)) = tokio::time::timeout(timeout, ask_sentinel(info, master)).await else {
            continue;
        };
        match answer {
            Some(place) => return Ok(place),
            None => said = "no sentinel knows the master",
        }
    }
    Err(StoreError::new(StoreErrorKind::Unavailable, said))
}

async fn ask_sentinel(
    info: ConnectionInfo,
    master: &str,
) -> Result<Option<Place>, redis::RedisError> {
    let mut connection = Client::open(info)?
        .get_multiplexed_async_connection()
        .await?;
    let mut question = redis::cmd("SENTINEL");
    question.arg("GET-MASTER-ADDR-BY-NAME").arg(master);
    let answer = connection.send_packed_command(&question).await?;
    let Value::Array(parts) = answer else {
        return Ok(None);
    };
    let text = |value: Option<&Value>| match value {
        Some(Value::BulkString(bytes)) => String::from_utf8(bytes.clone()).ok(),
        _ => None,
    };
    let port = text(parts.get(1)).and_then(|port| port.parse().ok());
    Ok(text(parts.first())
        .zip(port)
        .map(|(host, port)| Place::Tcp(host, port)))
}

/// A connection for commands.
pub(super) async fn shared(address: &Address, timeout: Duration) -> Result<Shared, StoreError> {
    prepare_tls(address);
    let made = async {
        #[cfg(feature = "redis-cluster")]
        if address.kind == Kind::Cluster {
            return cluster(address, timeout).await;
        }
        let place = node(address, timeout).await?;
        let info = info(&place, address.tls, &address.login, address.database)?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(timeout))
            // Who waits knows how long, and has a clock: ours may be another executor's.
            .set_response_timeout(None)
            .set_pipeline_buffer_size(QUEUE);
        let connection = Client::open(info)
            .map_err(failed)?
            .get_multiplexed_async_connection_with_config(&config)
            .await;
        connection.map(Shared::Node).map_err(failed)
    };
    match tokio::time::timeout(timeout, made).await {
        Ok(made) => made,
        Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
    }
}

#[cfg(feature = "redis-cluster")]
async fn cluster(address: &Address, timeout: Duration) -> Result<Shared, StoreError> {
    let infos = address
        .places
        .iter()
        .map(|place| info(place, address.tls, &address.login, 0))
        .collect::<Result<Vec<_>, _>>()?;
    let client = redis::cluster::ClusterClientBuilder::new(infos)
        .tcp_settings(TcpSettings::default().set_nodelay(true))
        // To follow a slot that has moved; the default is 16 times, and minutes between them.
        .retries(2)
        .min_retry_wait(5)
        .max_retry_wait(20)
        .connection_timeout(timeout)
        .response_timeout(timeout)
        .overall_response_timeout(None)
        .build()
        .map_err(failed)?;
    let connection = client.get_async_connection().await;
    connection.map(Shared::Cluster).map_err(failed)
}

/// A connection for messages. In a cluster any node will do: they tell each other.
pub(super) async fn messages(
    address: &Address,
    turn: usize,
    timeout: Duration,
) -> Result<PubSub, StoreError> {
    prepare_tls(address);
    let made = async {
        let place = match &address.kind {
            Kind::Cluster => address.places[turn % address.places.len()].clone(),
            _ => node(address, timeout).await?,
        };
        let info = info(&place, address.tls, &address.login, 0)?;
        let client = Client::open(info).map_err(failed)?;
        client.get_async_pubsub().await.map_err(failed)
    };
    match tokio::time::timeout(timeout, made).await {
        Ok(made) => made,
        Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
    }
}
