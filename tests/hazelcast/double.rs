//! What stands in for a member: the commands of `MemcacheTextDecoder`, as the processors of 5.x answer them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Seconds from which on a lifetime is a date (`TextCommandServiceImpl.getAdjustedTTLSeconds`).
const MONTH: i64 = 30 * 24 * 3_600;

struct Entry {
    /// The whole key, as it was sent with `set`, which `get` gives back (`MemcacheEntry`).
    key: String,
    flags: i32,
    bytes: Vec<u8>,
    ends: Option<Instant>,
}

type Maps = HashMap<String, HashMap<String, Entry>>;

#[derive(Default)]
struct State {
    maps: Mutex<Maps>,
    commands: Mutex<Vec<String>>,
    streams: Mutex<Vec<TcpStream>>,
    /// Overloaded: a `set` is answered by NOT_STORED (`SetCommandProcessor.handleRejection`).
    rejects: std::sync::atomic::AtomicBool,
}

pub(crate) struct Double {
    pub(crate) port: u16,
    state: Arc<State>,
}

impl Double {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let _ = stream.set_nodelay(true);
                shared
                    .streams
                    .lock()
                    .unwrap()
                    .push(stream.try_clone().unwrap());
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("hazelcast://127.0.0.1:{}", self.port)
    }

    /// The names of the maps, with the keys in them.
    pub(crate) fn maps(&self) -> Vec<(String, Vec<String>)> {
        let maps = self.state.maps.lock().unwrap();
        let keys = |map: &HashMap<String, Entry>| {
            let mut keys: Vec<_> = map.keys().cloned().collect();
            keys.sort();
            keys
        };
        let mut maps: Vec<_> = maps
            .iter()
            .map(|(name, map)| (name.clone(), keys(map)))
            .collect();
        maps.sort();
        maps
    }

    /// The command lines that came.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.state.commands.lock().unwrap().clone()
    }

    pub(crate) fn reject(&self, rejects: bool) {
        self.state
            .rejects
            .store(rejects, std::sync::atomic::Ordering::SeqCst);
    }

    /// Ends all connections.
    pub(crate) fn cut(&self) {
        for stream in self.state.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn serve(stream: TcpStream, state: &State) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        let Some(answer) = answer(&line, &mut reader, state) else {
            let _ = writer.shutdown(Shutdown::Both);
            return;
        };
        state.commands.lock().unwrap().push(line);
        // What came besides is the next command already: issue 19662 says that its answer may come first.
        let pipelined = !reader.buffer().is_empty();
        let answer = if pipelined {
            b"ERROR pipelined\r\n".to_vec()
        } else {
            answer
        };
        if writer.write_all(&answer).is_err() {
            return;
        }
    }
}

/// `%41` and `+` are read as in a URL (`URLDecoder.decode`).
fn decoded(key: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                let digits = String::from_utf8_lossy(&digits).into_owned();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What stands before the first colon names the map.
fn placed(key: &str) -> (String, String) {
    let key = decoded(key);
    match key.split_once(':') {
        Some((map, rest)) => (format!("hz_memcache_{map}"), rest.to_owned()),
        None => ("hz_memcache_default".to_owned(), key),
    }
}

fn lifetime(seconds: i64) -> Option<Option<Instant>> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    let left = if seconds > MONTH {
        seconds - now
    } else {
        seconds
    };
    match left {
        0 => Some(None),
        1.. => Some(Some(Instant::now() + Duration::from_secs(left as u64))),
        // A lifetime below zero is the map's default: for ever, where none is set.
        _ => Some(None),
    }
}

fn alive<'m>(maps: &'m mut Maps, map: &str, rest: &str) -> Option<&'m mut Entry> {
    let entries = maps.get_mut(map)?;
    let ended = |entry: &Entry| entry.ends.is_some_and(|ends| ends <= Instant::now());
    if entries.get(rest).is_some_and(ended) {
        entries.remove(rest);
    }
    entries.get_mut(rest)
}

fn answer(line: &str, reader: &mut impl Read, state: &State) -> Option<Vec<u8>> {
    let words: Vec<&str> = line.split(' ').collect();
    let text = |text: &str| Some(format!("{text}\r\n").into_bytes());
    let mut maps = state.maps.lock().unwrap();
    match words[..] {
        ["version"] => text("VERSION Hazelcast"),
        ["quit"] => None,
        // `gets` has no number in its answer.
        ["get" | "gets", key] => {
            let (map, rest) = placed(key);
            let mut answer = Vec::new();
            if let Some(entry) = alive(&mut maps, &map, &rest) {
                let Entry {
                    key, flags, bytes, ..
                } = entry;
                answer = format!("VALUE {key} {flags} {}\r\n", bytes.len()).into_bytes();
                answer.extend_from_slice(bytes);
                answer.extend_from_slice(b"\r\n");
            }
            answer.extend_from_slice(b"END\r\n");
            Some(answer)
        }
        [
            verb @ ("set" | "add" | "replace"),
            key,
            flags,
            seconds,
            length,
        ] => {
            let (Ok(flags), Ok(seconds), Ok(length)) = (
                flags.parse::<i32>(),
                seconds.parse::<i32>(),
                length.parse::<usize>(),
            ) else {
                return text("CLIENT_ERROR");
            };
            let mut bytes = vec![0; length + 2];
            drop(maps);
            reader.read_exact(&mut bytes).ok()?;
            let mut maps = state.maps.lock().unwrap();
            bytes.truncate(length);
            let (map, rest) = placed(key);
            let held = alive(&mut maps, &map, &rest).is_some();
            if state.rejects.load(std::sync::atomic::Ordering::SeqCst)
                || (verb == "add" && held)
                || (verb == "replace" && !held)
            {
                return text("NOT_STORED");
            }
            // `replace` has no lifetime.
            let ends = if verb == "replace" {
                None
            } else {
                lifetime(seconds.into())?
            };
            let entry = Entry {
                key: key.to_owned(),
                flags,
                bytes,
                ends,
            };
            maps.entry(map).or_default().insert(rest, entry);
            text("STORED")
        }
        ["delete", key] => {
            let (map, rest) = placed(key);
            if rest.is_empty() {
                // All of the map, and the answer that a `DeleteCommand` has by default.
                maps.remove(&map);
                return text("STORED");
            }
            let held = alive(&mut maps, &map, &rest).is_some();
            maps.entry(map).or_default().remove(&rest);
            text(if held { "DELETED" } else { "NOT_FOUND" })
        }
        ["touch", key, seconds] => {
            let (map, rest) = placed(key);
            let Ok(seconds) = seconds.parse::<i32>() else {
                return text("CLIENT_ERROR");
            };
            match alive(&mut maps, &map, &rest) {
                Some(entry) => {
                    entry.ends = lifetime(seconds.into())?;
                    text("TOUCHED")
                }
                None => text("NOT_STORED"),
            }
        }
        // `cas`, `gat`, `flush_all`, `mg`, ...
        _ => text("ERROR"),
    }
}
