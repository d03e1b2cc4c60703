//! What addresses a host has. Looking that up can't be broken off, so a thread does it, of which there is one at a
//! time for a host, and who asked waits for it as long as he can.

use super::super::line::Way;
use super::address::Place;
use super::wire::heard;
use event_listener::Event;
use parking_lot::Mutex;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Instant;

pub(super) struct Names(Arc<Host>);

struct Host {
    place: Place,
    state: Mutex<State>,
    told: Event,
}

#[derive(Default)]
struct State {
    is_asking: bool,
    /// How often it was asked, and what was said last.
    asked: u64,
    said: Vec<SocketAddr>,
}

impl Names {
    pub(super) fn new(place: Place) -> Self {
        Self(Arc::new(Host {
            place,
            state: Mutex::default(),
            told: Event::new(),
        }))
    }

    pub(super) async fn addresses(
        &self,
        way: Way,
        deadline: Instant,
    ) -> io::Result<Vec<SocketAddr>> {
        let Place { host, port } = &self.0.place;
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![(address, *port).into()]);
        }
        let before = self.ask()?;
        loop {
            let told = self.0.told.listen();
            {
                let state = self.0.state.lock();
                if state.asked > before {
                    return Ok(state.said.clone());
                }
            }
            heard(way, told, deadline).await?;
        }
    }

    /// Begins to ask, unless somebody does. How often was it asked before?
    fn ask(&self) -> io::Result<u64> {
        let mut state = self.0.state.lock();
        if !state.is_asking {
            let host = Arc::clone(&self.0);
            let named = std::thread::Builder::new().name("memofn-names".into());
            named.spawn(move || host.look_up())?;
            state.is_asking = true;
        }
        Ok(state.asked)
    }
}

impl Host {
    fn look_up(&self) {
        let Place { host, port } = &self.place;
        let found = (host.as_str(), *port).to_socket_addrs();
        let mut state = self.state.lock();
        state.said = found.map(Iterator::collect).unwrap_or_default();
        state.asked += 1;
        state.is_asking = false;
        drop(state);
        self.told.notify(usize::MAX);
    }
}
