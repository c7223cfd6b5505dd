//! Everything that is logged on a thread, at every level, as text.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Listens on every thread, each for itself. A listener of one thread alone would miss something: `tracing` asks once for each place
/// that logs whether anybody listens, and it may ask on the thread of another test.
pub(super) fn listen() {
    static LISTENER: Once = Once::new();
    LISTENER.call_once(|| {
        tracing::subscriber::set_global_default(Log).expect("no other test listens globally");
    });
}

/// What was logged on this thread.
pub(super) fn text() -> String {
    TEXT.with_borrow(Clone::clone)
}

thread_local! {
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

struct Log;

struct Writer;

impl Visit for Writer {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let line = format!("{field}={value:?}");
        TEXT.with_borrow_mut(|text| writeln!(text, "{line}")).unwrap();
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let line = format!("{field}={}", super::chain(value));
        TEXT.with_borrow_mut(|text| writeln!(text, "{line}")).unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Writer);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Writer);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Writer);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
