use super::*;
use std::thread;

/// A wire, and what answers it: `pieces`, one after the other, with a pause before each.
fn answered(pause: Duration, pieces: Vec<Vec<u8>>) -> Wire {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    thread::spawn(move || {
        let mut command = [0; 512];
        let _ = theirs.read(&mut command);
        for piece in pieces {
            thread::sleep(pause);
            if theirs.write_all(&piece).is_err() {
                return;
            }
        }
    });
    Wire::new(Stream::Unix(ours), 1_000)
}

fn asked(pieces: &[&[u8]]) -> Result<Reply, Fault> {
    let pieces = pieces.iter().map(|piece| piece.to_vec()).collect();
    let mut wire = answered(Duration::ZERO, pieces);
    wire.ask(&Command::get("k"), Instant::now() + Duration::from_secs(20))
}

#[test]
fn answers_are_read_whatever_pieces_they_come_in() {
    assert_eq!(asked(&[b"+OK\r\n"]).unwrap(), Reply::Okay);
    assert_eq!(asked(&[b"$-1\r\n"]).unwrap(), Reply::Nothing);
    assert_eq!(asked(&[b":12\r\n"]).unwrap(), Reply::Number(12));
    let bytes = Reply::Bytes(b"a\r\nb".to_vec());
    assert_eq!(asked(&[b"$4\r\na\r\nb\r\n"]).unwrap(), bytes);
    let single: Vec<&[u8]> = b"$4\r\na\r\nb\r\n".chunks(1).collect();
    assert_eq!(asked(&single).unwrap(), bytes);
    assert_eq!(asked(&[b"$0\r\n\r\n"]).unwrap(), Reply::Bytes(Vec::new()));
}

#[test]
fn what_is_no_answer_breaks_the_connection() {
    for odd in [
        b"\r\n".as_slice(),
        b"+FINE\r\n",
        b"?1\r\n",
        b":x\r\n",
        b"$x\r\n",
        b"*1\r\n:1\r\n",
        b"$1\r\nab\r\n",
        b"\xff\xff\r\n",
        b":1\r\n:2\r\n",
        b":9999999999999999999999\r\n",
        &[b'-'; 10_000],
    ] {
        let fault = asked(&[odd]).unwrap_err();
        assert!(fault.broken, "{odd:?}: {fault:?}");
    }
}

#[test]
fn a_length_that_is_only_announced_takes_no_memory() {
    let fault = asked(&[b"$9223372036854775807\r\n"]).unwrap_err();
    assert!(fault.broken && fault.error.to_string().contains("too large"));
    let fault = asked(&[b"$1001\r\n"]).unwrap_err();
    assert!(fault.broken && fault.error.to_string().contains("too large"));
    // Announced within the bound, and never sent: the connection ends.
    let fault = asked(&[b"$1000\r\nab"]).unwrap_err();
    assert!(fault.broken && fault.error.kind().is_out_of_reach());
}

#[test]
fn an_error_of_the_server_keeps_the_connection() {
    let fault = asked(&[b"-NOPERM hunter2\r\n"]).unwrap_err();
    assert!(!fault.broken && !fault.error.to_string().contains("hunter2"));
}

/// A byte now and then never takes longer than any single time-out; the deadline ends it.
#[test]
fn an_operation_ends_at_its_deadline_though_bytes_keep_coming() {
    let pieces = std::iter::once(b"$1000\r\n".to_vec()).chain((0..1_000).map(|_| b"x".to_vec()));
    let mut wire = answered(Duration::from_millis(20), pieces.collect());
    let begun = Instant::now();
    let fault = wire
        .ask(&Command::get("k"), begun + Duration::from_millis(200))
        .unwrap_err();
    assert_eq!(
        fault.error.kind(),
        super::super::super::StoreErrorKind::Timeout
    );
    // All of it would take 20 s.
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_connection_that_ended_or_has_something_on_it_is_seen() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let wire = Wire::new(Stream::Unix(ours), 10);
    assert!(wire.is_alive());
    theirs.write_all(b"x").unwrap();
    assert!(!wire.is_alive());

    let (ours, theirs) = UnixStream::pair().unwrap();
    let wire = Wire::new(Stream::Unix(ours), 10);
    drop(theirs);
    assert!(!wire.is_alive());
}
