//! Messages of what is changed: to a channel of the namespace goes `origin key` with every put and
//! removal. The origin says who sent it, for people that look on; nobody goes by it. Values are never sent.

use super::super::Listener;
use super::address::Address;
use super::connect;
use super::driver::driver;
use futures_core::Stream;
use parking_lot::Mutex;
use redis::Msg;
use redis::aio::{PubSub, PubSubStream};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// So long without a message, and the server is asked whether it is still there.
const QUIET: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Listeners {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    all: Vec<Arc<dyn Listener>>,
    started: bool,
    /// Messages come in.
    connected: bool,
}

impl Listeners {
    /// Adds one, and sees to it that somebody listens.
    pub(super) fn add(
        self: &Arc<Self>,
        listener: Arc<dyn Listener>,
        address: &Arc<Address>,
        channel: &str,
        patience: Duration,
    ) {
        let mut state = self.state.lock();
        state.all.push(Arc::clone(&listener));
        let (connected, started) = (state.connected, state.started);
        state.started = true;
        drop(state);
        if connected {
            listener.missed();
        }
        if started {
            return;
        }
        match driver() {
            Ok(driver) => {
                let (listeners, address) = (Arc::clone(self), Arc::clone(address));
                driver.spawn(listeners.run(address, channel.to_owned(), patience));
            }
            // No thread to be had: the next one tries again, and the local tiers' `ttl` holds meanwhile.
            Err(_) => self.state.lock().started = false,
        }
    }

    async fn run(self: Arc<Self>, address: Arc<Address>, channel: String, patience: Duration) {
        let mut pause = FIRST_PAUSE;
        for turn in 0.. {
            if let Ok(mut messages) = connect::messages(&address, turn, patience).await {
                if let Ok(Ok(())) = timeout(patience, messages.subscribe(&channel)).await {
                    pause = FIRST_PAUSE;
                    self.connected(true);
                    self.pass_on(messages, patience).await;
                    self.connected(false);
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn connected(&self, connected: bool) {
        let all = {
            let mut state = self.state.lock();
            state.connected = connected;
            state.all.clone()
        };
        if connected {
            all.iter().for_each(|listener| listener.missed());
        }
    }

    /// Until the connection ends, or nothing comes through it any more.
    async fn pass_on(&self, messages: PubSub, patience: Duration) {
        let (mut asking, mut stream) = messages.split();
        loop {
            match timeout(QUIET, next(&mut stream)).await {
                Ok(Some(message)) => self.changed(&message),
                Ok(None) => return,
                Err(_) => match timeout(patience, asking.ping::<redis::Value>()).await {
                    Ok(Ok(_)) => {}
                    _ => return,
                },
            }
        }
    }

    fn changed(&self, message: &Msg) {
        let Ok(text) = std::str::from_utf8(message.get_payload_bytes()) else {
            return;
        };
        let key = text.rsplit(' ').next().unwrap_or(text);
        let all = self.state.lock().all.clone();
        all.iter().for_each(|listener| listener.changed(key));
    }
}

async fn next(stream: &mut PubSubStream) -> Option<Msg> {
    std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}
