use super::*;
use proptest::prelude::*;

const MOST: usize = 1000;

fn whole(came: &[u8]) -> Reply {
    read(came, "k", MOST).unwrap().unwrap()
}

#[test]
fn commands_are_these_bytes() {
    assert_eq!(get("a:b", false), b"get a:b\r\n");
    assert_eq!(get("a:b", true), b"gets a:b\r\n");
    assert_eq!(delete("a:b"), b"delete a:b\r\n");
    assert_eq!(
        store(Verb::Set, "k", 0, b"\r\n"),
        b"set k 0 0 2\r\n\r\n\r\n"
    );
    assert_eq!(store(Verb::Add, "k", 5, b"x"), b"add k 0 5 1\r\nx\r\n");
    assert_eq!(
        store(Verb::Cas(7), "k", AT_ONCE, b""),
        b"cas k 0 -1 0 7\r\n\r\n"
    );
}

#[test]
fn nothing_in_a_key_is_another_command() {
    let both = [Dialect::Memcached, Dialect::Hazelcast];
    for dialect in both {
        for bad in [
            "",
            "a b",
            "a\r\nflush_all",
            "a\n",
            "a%20b",
            "a+b",
            "\u{1}",
            "ä",
            &"k".repeat(251),
        ] {
            let error = checked(bad, dialect).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Refused, "{bad}");
        }
        for good in [
            "a",
            "memo:shop.items.price:00ff",
            "A-Z_a.9",
            ":",
            &"k".repeat(250),
        ] {
            assert!(good == ":" || checked(good, dialect).is_ok(), "{good}");
        }
    }
}

/// `delete memo:` would clear the map.
#[test]
fn hazelcast_never_gets_an_empty_rest() {
    for bad in ["memo:", ":"] {
        assert!(checked(bad, Dialect::Hazelcast).is_err());
        assert!(checked(bad, Dialect::Memcached).is_ok());
    }
    assert!(checked("memo::", Dialect::Hazelcast).is_ok());
}

#[test]
fn lifetimes_are_whole_seconds_and_never_for_ever() {
    const NOW: u64 = 1_800_000_000;
    let server = |life| until(Some(life), Dialect::Memcached, NOW);
    let member = |life| until(Some(life), Dialect::Hazelcast, NOW);
    let (millis, seconds) = (Duration::from_millis, Duration::from_secs);
    assert_eq!(until(None, Dialect::Memcached, NOW), 0);
    assert_eq!((server(seconds(5)), member(seconds(5))), (5, 5));
    assert_eq!((server(millis(4_001)), member(millis(4_001))), (6, 5));
    assert_eq!((server(millis(1)), member(millis(1))), (2, 1));
    assert_eq!((server(Duration::ZERO), member(Duration::ZERO)), (1, 1));
    // 30 days, and a second more.
    assert_eq!(server(seconds(2_592_000)), 2_592_000);
    assert_eq!(server(seconds(2_592_001)), (NOW + 2_592_001) as i64);
    // 2038 is the end.
    let last = i32::MAX as u64 - NOW;
    assert_eq!(server(seconds(last)), i64::from(i32::MAX));
    assert_eq!(server(seconds(last + 1)), 0);
    assert_eq!((server(Duration::MAX), member(Duration::MAX)), (0, 0));
}

#[test]
fn answers_are_read() {
    assert_eq!(whole(b"STORED\r\n"), Reply::Stored);
    assert_eq!(whole(b"END\r\n"), Reply::Held(None));
    let held = |bytes: &[u8], number| Reply::Held(Some((bytes.to_vec(), number)));
    assert_eq!(
        whole(b"VALUE k 0 7\r\n\r\nEND\r\n\r\nEND\r\n"),
        held(b"\r\nEND\r\n", None)
    );
    assert_eq!(
        whole(b"VALUE k 4294967295 0 18446744073709551615\r\n\r\nEND\r\n"),
        held(b"", Some(u64::MAX))
    );
    assert_eq!(
        whole(b"VERSION Hazelcast\r\n"),
        Reply::Version("Hazelcast".into())
    );
}

#[test]
fn what_is_no_answer_to_this_ends_the_connection() {
    for bad in [
        b"VALUE other 0 1\r\nx\r\nEND\r\n".as_slice(),
        b"VALUE k 0 1\r\nxy\r\nEND\r\n",
        b"VALUE k 0 1001\r\n",
        b"VALUE k 0 18446744073709551616\r\n",
        b"VALUE k 0 -1\r\n",
        b"VALUE k 0 1 2 3\r\nx\r\nEND\r\n",
        b"VALUE k 0 1\r\nx\r\nVALUE k 0 1\r\nx\r\nEND\r\n",
        b"STORED\r\nSTORED\r\n",
        b"CLIENT_ERROR bad data chunk\r\n",
        b"ERROR\r\n",
        b"\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        &[b'x'; LONGEST_LINE + 2],
    ] {
        let fault = read(bad, "k", MOST).unwrap_err();
        assert!(fault.broken, "{bad:?}");
        assert_eq!(fault.error.kind(), StoreErrorKind::Refused);
    }
    let full = read(b"SERVER_ERROR object too large for cache\r\n", "k", MOST).unwrap_err();
    assert_eq!(full.error.kind(), StoreErrorKind::Full);
    assert!(!full.broken);
    let two = read(b"SERVER_ERROR out of memory\r\nERROR\r\n", "k", MOST).unwrap_err();
    assert!(two.broken);
}

proptest! {
    /// Of a value that comes in pieces, none is read too early.
    #[test]
    fn pieces_are_waited_for(bytes in proptest::collection::vec(any::<u8>(), 0..200), number: Option<u64>) {
        let number_text = number.map_or(String::new(), |number| format!(" {number}"));
        let mut came = format!("VALUE k 0 {}{number_text}\r\n", bytes.len()).into_bytes();
        came.extend_from_slice(&bytes);
        came.extend_from_slice(b"\r\nEND\r\n");
        for end in 0..came.len() {
            prop_assert_eq!(read(&came[..end], "k", MOST).unwrap(), None);
        }
        prop_assert_eq!(whole(&came), Reply::Held(Some((bytes, number))));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
        for start in [b"".as_slice(), b"VALUE k 0 ", b"VALUE k ", b"VERSION ", b"SERVER_ERROR "] {
            let _ = read(&[start, &bytes].concat(), "k", MOST);
        }
    }
}
