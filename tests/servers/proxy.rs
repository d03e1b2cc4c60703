//! A network that is slow, cuts connections, or loses what is sent: between a test and its server.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct State {
    /// Microseconds before each piece of an answer is passed on.
    delay: AtomicU64,
    /// Bytes that are passed on at a time; 0: what came.
    piece: AtomicUsize,
    /// Values that are answered are kept back as long as this holds.
    holds: AtomicBool,
    /// Whatever is sent is lost, in both directions, for ever.
    swallows: AtomicBool,
    refuses: AtomicBool,
    accepted: AtomicUsize,
    /// Answers that were kept back, and arrays, as messages are, that passed.
    held: AtomicUsize,
    messages: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
}

pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
}

impl Proxy {
    /// To a port on this machine.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let ours = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                shared.accepted.fetch_add(1, SeqCst);
                let server = TcpStream::connect(("127.0.0.1", port));
                let (false, Ok(server)) = (shared.refuses.load(SeqCst), server) else {
                    continue;
                };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                { shared.streams.lock().unwrap() }
                    .extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                for (from, to, is_answer) in [
                    (
                        client.try_clone().unwrap(),
                        server.try_clone().unwrap(),
                        false,
                    ),
                    (server, client, true),
                ] {
                    let state = Arc::clone(&shared);
                    thread::spawn(move || passed_on(from, to, is_answer, &state));
                }
            }
        });
        Self { port: ours, state }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Before each piece of an answer.
    pub fn delay(&self, delay: Duration) {
        self.state.delay.store(delay.as_micros() as u64, SeqCst);
    }

    /// Answers come in pieces of so many bytes, each after the delay.
    pub fn pieces(&self, bytes: usize) {
        self.state.piece.store(bytes, SeqCst);
    }

    /// Keeps values that are answered back, and what comes after them on their connections; or lets them
    /// go. Messages pass.
    pub fn hold(&self, holds: bool) {
        self.state.holds.store(holds, SeqCst);
    }

    /// From now on nothing gets through the connections there are, and no end of them either.
    pub fn swallow(&self, swallows: bool) {
        self.state.swallows.store(swallows, SeqCst);
    }

    /// New connections end at once.
    pub fn refuse(&self, refuses: bool) {
        self.state.refuses.store(refuses, SeqCst);
    }

    /// Ends all connections.
    pub fn cut(&self) {
        for stream in self.state.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// How many answers were kept back.
    pub fn held(&self) -> usize {
        self.state.held.load(SeqCst)
    }

    /// How many messages have passed.
    pub fn messages(&self) -> usize {
        self.state.messages.load(SeqCst)
    }

    /// How many connections there ever were.
    pub fn accepted(&self) -> usize {
        self.state.accepted.load(SeqCst)
    }
}

fn passed_on(mut from: TcpStream, mut to: TcpStream, is_answer: bool, state: &State) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(came) = from.read(&mut buffer) {
        if came == 0 {
            break;
        }
        // As Redis writes values, and messages.
        if is_answer && buffer[0] == b'$' && state.holds.load(SeqCst) {
            state.held.fetch_add(1, SeqCst);
        }
        while is_answer && buffer[0] == b'$' && state.holds.load(SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        let piece = match state.piece.load(SeqCst) {
            bytes if is_answer && bytes > 0 => bytes,
            _ => came,
        };
        for part in buffer[..came].chunks(piece) {
            if is_answer {
                thread::sleep(Duration::from_micros(state.delay.load(SeqCst)));
            }
            if !state.swallows.load(SeqCst) && to.write_all(part).is_err() {
                break;
            }
        }
        if is_answer && buffer[0] == b'*' {
            state.messages.fetch_add(1, SeqCst);
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
