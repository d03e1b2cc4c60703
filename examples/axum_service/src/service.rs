//! The service: what a user writes.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use memofn::memoize;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{self, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

/// Where the database is: a file `prices` with lines such as `tea 42`, and a log of what was asked.
static DATABASE: OnceLock<PathBuf> = OnceLock::new();

/// A slow question to the database, which all instances together ask once. What one of them removes is gone
/// for all; what was used within a second is at hand in this process.
#[memoize(
    store = "redis",
    ttl = "5m",
    local(capacity = 1000, ttl = "1s"),
    name = "prices",
    version = 1
)]
async fn price(item: &str) -> Result<u64, String> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    let database = DATABASE.get().expect("set before the first request");
    asked(database, item).map_err(|error| error.to_string())?
}

fn asked(database: &path::Path, item: &str) -> std::io::Result<Result<u64, String>> {
    let mut options = OpenOptions::new();
    let log = options.append(true).create(true).open(database.join("log"));
    log?.write_all(format!("{item}\n").as_bytes())?;
    let prices = fs::read_to_string(database.join("prices"))?;
    let mut lines = prices.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(name, _)| *name == item);
    let price = found.and_then(|(_, price)| price.parse().ok());
    Ok(price.ok_or_else(|| format!("no price of {item}")))
}

async fn show(Path(item): Path<String>) -> Result<String, (StatusCode, String)> {
    let price = price(&item).await;
    price
        .map(|price| price.to_string())
        .map_err(|error| (StatusCode::NOT_FOUND, error))
}

/// The helpers of an async function that don't run its body block: for a few questions to Redis.
async fn remove(Path(item): Path<String>) -> Result<String, StatusCode> {
    let removed = tokio::task::spawn_blocking(move || price_cache_remove(&item));
    match removed.await {
        Ok(Some(_)) => Ok("removed".to_owned()),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn stats() -> String {
    price_cache_info().to_string()
}

/// Serves until the process ends.
#[tokio::main]
pub(crate) async fn run(port: u16, folder: &str) -> Result<(), String> {
    DATABASE.get_or_init(|| folder.into());
    let routes = Router::new()
        .route("/price/{item}", get(show).delete(remove))
        .route("/stats", get(stats));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.map_err(|error| format!("port {port}: {error}"))?;
    axum::serve(listener, routes)
        .await
        .map_err(|error| error.to_string())
}
