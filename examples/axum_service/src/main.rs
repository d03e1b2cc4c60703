//! How do instances of a service share results? An axum service, whose instances share what they have computed in
//! Redis, and a demonstration in which they and Redis are killed while requests go on.
//!
//! ```text
//! cargo run --manifest-path examples/axum_service/Cargo.toml -- demo
//! ```
//!
//! starts a redis-server and two instances. By hand: `MEMOFN_REDIS_URL=redis://… cargo run … -- serve 8080 FOLDER`,
//! then `curl localhost:8080/price/tea`, `curl localhost:8080/stats`, `curl -X DELETE localhost:8080/price/tea`.

mod client;
mod demo;
mod instance;
#[path = "../../../tests/servers/mod.rs"]
mod servers;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["demo"] => demo::run(),
        ["serve", port, folder] => match port.parse() {
            Ok(port) => service::run(port, folder),
            Err(error) => Err(format!("the port {port}: {error}")),
        },
        _ => Err("usage: axum_service demo | axum_service serve PORT FOLDER".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
