//! Everything that is logged on a thread, at every level, as text.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What was logged; clones are the same.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<String>>);

impl Log {
    pub(super) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn writer(&self) -> Writer {
        Writer(self.clone())
    }
}

struct Writer(Log);

impl Visit for Writer {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        writeln!(self.0.0.lock().unwrap(), "{field}={}", super::chain(value)).unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.writer());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.writer());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.writer());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
