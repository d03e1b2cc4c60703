//! Wakes futures that have waited too long. They run on any executor, and need a clock that none of
//! them has: one thread that sleeps until the next alarm, started when there is a first one, and gone
//! when there was none for a while.

use crate::background::quietly;
use parking_lot::{Condvar, Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::task::Waker;
use std::time::{Duration, Instant};

/// How long the thread stays without an alarm.
const IDLE: Duration = Duration::from_secs(10);

struct Timer {
    alarms: BTreeMap<(Instant, u64), Waker>,
    next: u64,
    running: bool,
    /// The thread sleeps until then, if nobody wakes it before. None: it will look before it sleeps.
    sleeps: Option<Instant>,
}

static TIMER: Mutex<Timer> = Mutex::new(Timer {
    alarms: BTreeMap::new(),
    next: 0,
    running: false,
    sleeps: None,
});
static CHANGED: Condvar = Condvar::new();

/// A waker that is woken at its time, unless this is dropped before.
#[derive(Debug)]
pub(crate) struct Alarm(Instant, u64);

impl Drop for Alarm {
    fn drop(&mut self) {
        // The waker is dropped without the lock: it is the executor's code.
        let _waker = TIMER.lock().alarms.remove(&(self.0, self.1));
    }
}

/// Wakes this waker at that time, and no longer the one before. None where no thread can be
/// started: then nobody is woken.
pub(crate) fn wake_at(at: Instant, waker: &Waker, before: Option<Alarm>) -> Option<Alarm> {
    let waker = waker.clone();
    if let Some(alarm) = before {
        let mut timer = TIMER.lock();
        // Gone, if it was woken just now.
        if let Some(kept) = timer.alarms.get_mut(&(alarm.0, alarm.1)) {
            let old = std::mem::replace(kept, waker);
            drop(timer);
            drop(old);
            return Some(alarm);
        }
        drop(timer);
        waker.wake();
        return Some(alarm);
    }
    let mut timer = TIMER.lock();
    let number = timer.next;
    timer.next += 1;
    timer.alarms.insert((at, number), waker);
    let start = !std::mem::replace(&mut timer.running, true);
    // Most alarms come after another one, and are dropped before it: waking the thread for each would
    // cost more than all the rest of it.
    let early = timer.sleeps.is_some_and(|until| at < until);
    if early {
        timer.sleeps = Some(at);
    }
    drop(timer);
    let alarm = Alarm(at, number);
    if start {
        let thread = std::thread::Builder::new().name("memofn-timer".to_owned());
        if thread.spawn(run).is_err() {
            TIMER.lock().running = false;
            return None;
        }
    } else if early {
        CHANGED.notify_one();
    }
    Some(alarm)
}

/// Until then, or until there is an earlier alarm. Has nobody woken it?
fn sleep(timer: &mut MutexGuard<'_, Timer>, until: Instant) -> bool {
    timer.sleeps = Some(until);
    let woken = CHANGED.wait_until(timer, until);
    timer.sleeps = None;
    woken.timed_out()
}

fn run() {
    let mut timer = TIMER.lock();
    loop {
        let now = Instant::now();
        let Some(first) = timer.alarms.keys().next().copied() else {
            if sleep(&mut timer, now + IDLE) && timer.alarms.is_empty() {
                timer.running = false;
                return;
            }
            continue;
        };
        if first.0 > now {
            sleep(&mut timer, first.0);
            continue;
        }
        let waker = timer.alarms.remove(&first);
        MutexGuard::unlocked(&mut timer, || {
            // An executor's panic is not the next one's.
            quietly(|| waker.into_iter().for_each(Waker::wake));
        });
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::mpsc::{Sender, channel};
    use std::task::Wake;

    struct Tell(Mutex<Sender<u32>>, u32);

    impl Wake for Tell {
        fn wake(self: Arc<Self>) {
            let _ = self.0.lock().send(self.1);
        }
    }

    /// Each test wants the alarms for itself.
    static ALONE: Mutex<()> = Mutex::new(());

    #[test]
    fn alarms_come_in_order_and_not_after_they_were_dropped() {
        let _alone = ALONE.lock();
        let (sender, woken) = channel();
        let waker = |number| Waker::from(Arc::new(Tell(Mutex::new(sender.clone()), number)));
        let now = Instant::now();
        let at = |millis| now + Duration::from_millis(millis);
        let _late = wake_at(at(60), &waker(3), None);
        let dropped = wake_at(at(40), &waker(2), None);
        let early = wake_at(at(20), &waker(0), None);
        let _early = wake_at(at(20), &waker(1), early);
        drop(dropped);
        assert_eq!(woken.recv(), Ok(1));
        assert_eq!(woken.recv(), Ok(3));
        assert!(Instant::now() >= at(60));
        assert!(TIMER.lock().alarms.is_empty());
    }

    #[test]
    fn alarms_behind_one_that_was_dropped_come() {
        let _alone = ALONE.lock();
        let (sender, woken) = channel();
        let waker = |number| Waker::from(Arc::new(Tell(Mutex::new(sender.clone()), number)));
        let now = Instant::now();
        let at = |millis| now + Duration::from_millis(millis);
        let first = wake_at(at(20), &waker(0), None);
        // The thread sleeps for the first one, and isn't told of these.
        let _second = wake_at(at(40), &waker(1), None);
        let _third = wake_at(at(30), &waker(2), None);
        drop(first);
        assert_eq!((woken.recv(), woken.recv()), (Ok(2), Ok(1)));
        assert!(Instant::now() >= at(40));
    }

    #[test]
    fn a_waker_whose_panic_panics_is_not_the_next_ones_concern() {
        struct PanicsWhenDropped;
        impl Drop for PanicsWhenDropped {
            fn drop(&mut self) {
                panic!("on purpose");
            }
        }
        struct Panics;
        impl Wake for Panics {
            fn wake(self: Arc<Self>) {
                std::panic::panic_any(PanicsWhenDropped);
            }
        }
        let _alone = ALONE.lock();
        let (sender, woken) = channel();
        let next = Waker::from(Arc::new(Tell(Mutex::new(sender), 1)));
        let now = Instant::now();
        let _first = wake_at(now, &Waker::from(Arc::new(Panics)), None);
        let _next = wake_at(now + Duration::from_millis(20), &next, None);
        assert_eq!(woken.recv_timeout(Duration::from_secs(120)), Ok(1));
    }
}
