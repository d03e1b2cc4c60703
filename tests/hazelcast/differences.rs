//! Each difference from memcached: that the double has it, and that the client never meets it.

use crate::AMPLE;
use crate::double::Double;
use crate::servers::ask;
use memofn::store::hazelcast::Hazelcast;
use memofn::store::{AsyncStore, Store, StoreErrorKind};
use std::time::Duration;

fn opened(double: &Double) -> Hazelcast {
    Hazelcast::open(&double.url()).unwrap().with_timeout(AMPLE)
}

/// Line by line: nothing is sent before the answer to what came before.
fn said(double: &Double, line: &str) -> String {
    ask_once(double.port, line)
}

fn ask_once(port: u16, text: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    let mut answer = vec![0; 1_000];
    let came = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..came]).into_owned()
}

#[test]
fn the_part_before_the_first_colon_is_the_map() {
    let double = Double::new();
    opened(&double)
        .put("memo:shop.price:00ff:1", b"value", None)
        .unwrap();
    opened(&double).put("other", b"value", None).unwrap();
    assert_eq!(
        double.maps(),
        [
            ("hz_memcache_default".to_owned(), vec!["other".to_owned()]),
            (
                "hz_memcache_memo".to_owned(),
                vec!["shop.price:00ff:1".to_owned()]
            ),
        ]
    );
}

#[test]
fn a_deletion_without_a_rest_would_clear_the_map() {
    let double = Double::new();
    let store = opened(&double);
    store.put("memo:key", b"value", None).unwrap();
    for key in ["memo:", ":"] {
        let errors = [
            store.remove(key).unwrap_err(),
            store.remove_if(key, b"value").unwrap_err(),
            smol::block_on(store.remove_async(key)).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), StoreErrorKind::Refused);
        }
    }
    assert!(store.get("memo:key").unwrap().is_some());
    assert_eq!(said(&double, "delete memo:"), "STORED\r\n");
    assert_eq!(store.get("memo:key").unwrap(), None);
}

#[test]
fn keys_are_decoded_as_in_a_url() {
    let double = Double::new();
    let store = opened(&double);
    assert_eq!(said(&double, "set a%3Ab+c 0 0 1\r\nx"), "STORED\r\n");
    assert_eq!(
        double.maps(),
        [("hz_memcache_a".to_owned(), vec!["b c".to_owned()])]
    );
    for key in ["a%3Ab", "a+b", "a b"] {
        assert_eq!(store.get(key).unwrap_err().kind(), StoreErrorKind::Refused);
    }
}

#[test]
fn there_is_no_cas_and_gets_has_no_number() {
    let double = Double::new();
    let store = opened(&double);
    store.put("memo:key", b"value", None).unwrap();
    assert_eq!(
        said(&double, "gets memo:key"),
        "VALUE memo:key 0 5\r\nvalue\r\nEND\r\n"
    );
    assert!(said(&double, "cas memo:key 0 0 1 1").starts_with("ERROR"));
    assert!(!store.capabilities().is_fenced());
    assert!(store.fill("memo:key", b"value", b"next", None).unwrap());
    assert!(store.remove_if("memo:key", b"next").unwrap());
    // It isn't asked for what it doesn't have.
    let ours = double.commands();
    assert!(
        !ours
            .iter()
            .any(|line| line.starts_with("cas") && line.contains("next")),
        "{ours:?}"
    );
}

/// What another has put meanwhile is not replaced, as far as that can be seen.
#[test]
fn a_fill_looks_first() {
    let double = Double::new();
    let store = opened(&double);
    assert!(store.claim("memo:key", b"mine", AMPLE).unwrap());
    assert!(store.remove("memo:key").unwrap());
    assert!(!store.fill("memo:key", b"mine", b"late", None).unwrap());
    store.put("memo:key", b"other", None).unwrap();
    assert!(!store.fill("memo:key", b"mine", b"late", None).unwrap());
    assert_eq!(
        store.get("memo:key").unwrap().as_deref(),
        Some(b"other".as_slice())
    );
}

#[test]
fn touch_on_a_miss_says_not_stored_and_is_not_used() {
    let double = Double::new();
    assert_eq!(said(&double, "touch memo:key 5"), "NOT_STORED\r\n");
}

#[test]
fn replace_drops_the_lifetime_and_is_not_used() {
    let double = Double::new();
    let store = opened(&double);
    store
        .put("memo:key", b"value", Some(Duration::from_secs(1)))
        .unwrap();
    assert_eq!(said(&double, "replace memo:key 0 1 1\r\nx"), "STORED\r\n");
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(
        store.get("memo:key").unwrap().as_deref(),
        Some(b"x".as_slice())
    );
}

/// All that the client sends, for every operation.
#[test]
fn only_five_commands_are_sent_and_flags_are_small() {
    let double = Double::new();
    memofn::store::conformance::check(&opened(&double), "memo:commands:");
    for line in double.commands() {
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["version"] | ["get" | "delete", _] => {}
            ["set" | "add", _, "0", seconds, _] => {
                let seconds: i32 = seconds.parse().unwrap();
                assert!(seconds >= 0, "{line}");
            }
            _ => panic!("{line}"),
        }
    }
    assert!(said(&double, "set memo:key 4294967295 0 1").starts_with("CLIENT_ERROR"));
}

/// Under many callers every connection has one command at a time. (The double answers ERROR otherwise.)
#[test]
fn nothing_is_pipelined() {
    let double = Double::new();
    let answer = ask(double.port, &["get memo:a", "get memo:b"]);
    assert!(answer.contains("ERROR pipelined"), "{answer}");
    let store = opened(&double);
    let all = (0..200).map(|n| {
        let store = &store;
        async move {
            let key = format!("memo:{n}");
            store.put_async(&key, key.as_bytes(), None).await.unwrap();
            assert_eq!(store.get_async(&key).await.unwrap(), Some(key.into_bytes()));
        }
    });
    smol::block_on(futures::future::join_all(all));
}

#[test]
fn an_overloaded_member_that_stores_nothing_is_a_failure() {
    let double = Double::new();
    let store = opened(&double);
    double.reject(true);
    let error = store.put("memo:key", b"value", None).unwrap_err();
    assert!(error.to_string().contains("overloaded"), "{error}");
    assert!(!store.claim("memo:key", b"mine", AMPLE).unwrap());
    double.reject(false);
    store.put("memo:key", b"value", None).unwrap();
}

#[test]
fn version_says_who_it_is() {
    let double = Double::new();
    assert_eq!(said(&double, "version"), "VERSION Hazelcast\r\n");
    let store = opened(&double);
    store.put("memo:key", b"value", None).unwrap();
    assert_eq!(
        double
            .commands()
            .iter()
            .filter(|line| *line == "version")
            .count(),
        2
    );
}

/// If a member can't be reached, another one is asked.
#[test]
fn any_member_will_do() {
    let (one, other) = (Double::new(), Double::new());
    let url = format!(
        "hazelcast://127.0.0.1:1,127.0.0.1:{},127.0.0.1:{}",
        one.port, other.port
    );
    let store = Hazelcast::open(&url).unwrap().with_timeout(AMPLE);
    store.put("memo:key", b"value", None).unwrap();
    one.cut();
    assert!(store.get("memo:key").unwrap().is_some());
    assert_eq!(other.commands(), [""; 0]);
}
