use super::*;
use std::thread;

#[test]
fn slots_are_as_many_as_one_needs() {
    let record = Record::new();
    let mut blocks = [0_u8; 3 * INLINE];
    let mut addresses: Vec<*mut u8> = Vec::new();
    for block in &mut blocks {
        let slot = record.free_slot();
        slot.store(block, Relaxed);
        addresses.push(block);
    }
    addresses.sort_unstable();
    assert_eq!(record.named(), addresses);
}

#[test]
fn what_a_thread_reads_is_named_until_it_lets_go() {
    let mut block = 0_u8;
    let address: *mut u8 = &raw mut block;
    let named = || {
        domain()
            .named()
            .is_some_and(|named| named.contains(&address))
    };
    with_record(|record| {
        let slot = record.free_slot();
        slot.store(address, Relaxed);
        assert!(named());
        slot.store(null_mut(), Release);
        assert!(!named());
    });
}

#[test]
fn hits_outlive_their_threads() {
    // A number that no cache has.
    let number = 1 << 12;
    for round in 1..=20 {
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    with_record(|record| {
                        record.prepare_count(number);
                        assert!(record.count_hit(number) > 0);
                    });
                });
            }
        });
        assert_eq!(domain().hits(number), 2 * round);
    }
}

#[test]
fn records_are_used_again() {
    let count = || {
        let mut records = 0;
        domain().each(|_| records += 1);
        records
    };
    let enter = || thread::spawn(|| with_record(|_| ())).join().unwrap();
    enter();
    let before = count();
    (0..100).for_each(|_| enter());
    // Other tests have threads, too.
    assert!(count() < before + 50);
}

#[test]
fn destructors_of_thread_locals_borrow_a_record() {
    struct Late(std::sync::mpsc::Sender<bool>);
    impl Drop for Late {
        fn drop(&mut self) {
            let fresh = current().is_none();
            let lent = with_record(|_| current().is_some());
            self.0.send(fresh && lent && current().is_none()).unwrap();
        }
    }
    std::thread_local! {
        static LATE: Cell<Option<Late>> = const { Cell::new(None) };
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        // The first to be used is the last to be destroyed.
        LATE.set(Some(Late(sender)));
        with_record(|_| ());
    });
    assert!(receiver.recv().unwrap());
}
