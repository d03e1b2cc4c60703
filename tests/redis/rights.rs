//! Users with few rights, logins, TLS; and that no login is ever told.

use crate::conforming::{AMPLE, all_ways, opened};
use crate::servers::processes::{self, Process};
use crate::servers::{Server, is_installed};
use memofn::store::redis::Redis;
use memofn::store::{AsyncStore, Store, StoreErrorKind};
use std::process::Command;

const RIGHTS: &str =
    "reset on >hunter2 ~memo:* &memo:* -@all +get +set +unlink +eval +publish +subscribe +ping";

fn guarded() -> Server {
    let server = Server::redis(&[]);
    let rights = format!("ACL SETUSER memo {RIGHTS}");
    let said = server.ask(&[&rights, "ACL SETUSER default reset"]);
    assert!(said.starts_with("+OK"), "{said}");
    server
}

#[test]
fn the_least_rights_are_enough() {
    if is_installed("redis-server") {
        let server = guarded();
        all_ways(&format!("redis://memo:hunter2@127.0.0.1:{}", server.port));
    }
}

#[test]
fn what_is_refused_is_told_without_the_login() {
    if !is_installed("redis-server") {
        return;
    }
    let server = guarded();
    let good = opened(&format!("redis://memo:hunter2@127.0.0.1:{}", server.port));
    let wrong = opened(&format!("redis://memo:hunter3@127.0.0.1:{}", server.port));
    let nobody = opened(&server.url());
    let foreign = good.get("other:key").unwrap_err();
    assert_eq!(foreign.kind(), StoreErrorKind::Refused);
    assert_eq!(
        foreign.to_string(),
        "the store refused: GET: NOPERM, this user may not do that"
    );
    let login = wrong.get("memo:key").unwrap_err();
    assert_eq!(
        login.to_string(),
        "the store can't be reached: AUTH: WRONGPASS, the login was refused"
    );
    let without = nobody.get("memo:key").unwrap_err();
    assert_eq!(
        without.to_string(),
        "the store can't be reached: GET: NOAUTH, the login was refused"
    );
    let asynchronous = smol::block_on(wrong.get_async("memo:key")).unwrap_err();
    assert!(asynchronous.kind().is_out_of_reach(), "{asynchronous}");
    for shown in [
        format!("{foreign:?} {login:?} {without:?} {asynchronous:?} {asynchronous}"),
        format!("{good:?} {wrong:?} {nobody:?}"),
    ] {
        assert!(!shown.contains("hunter"), "{shown}");
    }
    // The connection that heard a refusal is still good.
    assert_eq!(good.get("memo:key").unwrap(), None);
    assert_eq!(smol::block_on(good.get_async("memo:key")).unwrap(), None);
}

/// An older kind of login: a password and no user.
#[test]
fn a_password_alone_is_enough() {
    if is_installed("redis-server") {
        let server = Server::redis(&["--requirepass", "hunter2"]);
        let url = format!("redis://:hunter2@127.0.0.1:{}", server.port);
        let store = opened(&url);
        store.put("memo:key", b"value", None).unwrap();
        let held = smol::block_on(store.get_async("memo:key")).unwrap();
        assert_eq!(held.as_deref(), Some(b"value".as_slice()));
    }
}

#[test]
fn an_address_that_can_not_be_read_fails_every_call_with_its_reason() {
    let name = "rights::an_address_that_can_not_be_read_fails_every_call_with_its_reason";
    if processes::role().is_some() {
        let store = memofn::store::redis::redis();
        let error = store.get("memo:key").unwrap_err();
        processes::say("told", &error);
        processes::say("told", format!("{store:?}"));
        return;
    }
    let child = Process::start(
        name,
        "bad address",
        &[("MEMOFN_REDIS_URL", "redis://u:hunter2@h:70000")],
    );
    let reason = "the address of Redis: MEMOFN_REDIS_URL: `70000` is no port";
    assert_eq!(
        child.lines("told"),
        [
            format!("the store refused: {reason}"),
            format!("Redis({reason})")
        ]
    );
}

/// A server behind TLS with a certificate that only this test trusts.
#[cfg(feature = "redis-tls-rustls")]
#[test]
fn tls() {
    let name = "rights::tls";
    if let Some(role) = processes::role() {
        let (trusted, url) = role.split_once(' ').unwrap();
        if trusted == "trusted" {
            all_ways(url);
        } else {
            let error = opened(url).get("memo:key").unwrap_err();
            assert!(error.to_string().contains("certificate"), "{error}");
        }
        processes::say("told", "done");
        return;
    }
    if !is_installed("redis-server") || !is_installed("openssl") {
        return;
    }
    let port = crate::servers::free_port();
    let server = Server::redis(&[]);
    let folder = server.folder.path();
    std::fs::write(
        folder.join("names"),
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
    )
    .unwrap();
    for arguments in [
        "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem -subj /CN=ours",
        "req -newkey rsa:2048 -nodes -keyout key.pem -out request -subj /CN=localhost",
        "x509 -req -days 2 -in request -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out cert.pem",
    ] {
        let made = Command::new("openssl")
            .current_dir(folder)
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
    }
    let file = |name: &str| folder.join(name).display().to_string();
    let secured = Server::start(
        "redis-server",
        port,
        &[
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--tls-port",
            &port.to_string(),
            "--tls-cert-file",
            &file("cert.pem"),
            "--tls-key-file",
            &file("key.pem"),
            "--tls-auth-clients",
            "no",
        ],
    );
    let url = format!("rediss://localhost:{}", secured.port);
    let authority = file("ca.pem");
    let variables = [("SSL_CERT_FILE", authority.as_str())];
    for (trusted, variables) in [("trusted", &variables[..]), ("unknown", &[])] {
        let child = Process::start(name, &format!("{trusted} {url}"), variables);
        assert_eq!(child.lines("told"), ["done"]);
    }
}

/// Nobody listens: a call fails at once, and again at once.
#[test]
fn without_a_server_a_call_fails_soon() {
    let port = crate::servers::free_port();
    let store = Redis::open(&format!("redis://127.0.0.1:{port}"))
        .unwrap()
        .with_timeout(AMPLE);
    let begun = std::time::Instant::now();
    for _ in 0..200 {
        assert!(store.get("memo:k").unwrap_err().kind().is_out_of_reach());
        let error = smol::block_on(store.get_async("memo:k")).unwrap_err();
        assert!(error.kind().is_out_of_reach(), "{error}");
    }
    // With retries, or the crate's own pauses, each would take its time-out.
    assert!(begun.elapsed() < AMPLE, "{:?}", begun.elapsed());
}
