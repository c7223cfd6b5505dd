//! What a call leaves in the log: each attempt that failed, and models that end.

use std::{
    io,
    sync::{Arc, Mutex},
};

use bedrock_client::{MessageCreateParams, Route};
use bedrock_emulator::Emulator;
use bedrock_types::{
    Base64Source, DocumentBlock, TextBlock,
    converse::{DocumentNames, PdfReading},
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};

use crate::support::{Scripted, answer, builder, hello, listen_together, message, start};

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn listen(&self, level: LevelFilter) -> impl Sized + use<> {
        listen_together();
        tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .with_writer(self.clone())
            .set_default()
    }

    fn lines_with(&self, text: &str) -> Vec<String> {
        let all = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        all.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn every_failed_attempt_is_told_with_its_reason_and_the_wait() {
    let log = Log::default();
    let _listening = log.listen(LevelFilter::DEBUG);
    let busy =
        || answer(503, &[("x-amzn-errortype", "ServiceUnavailableException"), ("retry-after", "2")], "{}");
    let scripted = Scripted::new((0..3).map(|_| busy()));
    scripted.client().messages().create(&hello()).await.unwrap_err();
    let lines = log.lines_with("attempt failed");
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (line, (number, tokens)) in lines.iter().zip([(1, 495), (2, 490), (3, 490)]) {
        for fact in [
            format!("attempt={number}"),
            format!("retry_tokens={tokens}"),
            "kind=api".to_owned(),
            "status=503".to_owned(),
            "code=\"ServiceUnavailableException\"".to_owned(),
        ] {
            assert!(line.contains(&fact), "{fact} in {line}");
        }
        assert_eq!(line.contains("wait_ms=2"), number < 3, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_ends_is_warned_of_once() {
    let log = Log::default();
    let _listening = log.listen(LevelFilter::WARN);
    let scripted = Scripted::new((0..4).map(|_| message()));
    let keys = bedrock_client::Credentials::new("AKIDEXAMPLE", "secret");
    let client = builder().credentials(keys).http_client(scripted).clock(start).build().unwrap();
    for model in ["sonnet-4.5", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "opus-4.1", "sonnet"] {
        client.messages().create(&MessageCreateParams::new(model, 16).user("hi")).await.unwrap();
    }
    let lines = log.lines_with("legacy");
    assert_eq!((lines.len(), log.lines_with("WARN").len()), (2, 2), "{lines:?}");
    assert!(lines[0].contains("Claude Sonnet 4.5 is legacy and ends on 2027-04-08"), "{lines:?}");
    assert!(lines[1].contains("Claude Opus 4.1"), "{lines:?}");
}

#[tokio::test]
async fn a_pdf_that_is_not_read_by_eye_is_warned_of_with_the_reason() {
    let emulator = Emulator::builder().start().await.unwrap();
    let pdf = || DocumentBlock::new(Base64Source::from_bytes("application/pdf", b"%PDF-1.4\n%%EOF"));
    let asks = |pdf: DocumentBlock| {
        MessageCreateParams::new("haiku-4.5", 64)
            .user(vec![pdf.into(), TextBlock::new("What does it say?").into()])
    };
    let off = || pdf().citations(false);
    for (route, as_client_says, pdf, expected) in [
        (Route::Converse, false, pdf(), Some("with_pdf_reading")),
        (Route::Converse, true, off(), Some("turns its citations off")),
        (Route::Converse, true, pdf(), None),
        (Route::Converse, false, off(), None),
        (Route::InvokeModel, false, pdf(), None),
    ] {
        let log = Log::default();
        let _listening = log.listen(LevelFilter::WARN);
        let mut settings = builder().endpoint_url(emulator.url()).credentials(emulator.credentials().clone());
        if as_client_says {
            settings = settings.pdf_reading(PdfReading::Visual).document_names(DocumentNames::Legal);
        }
        // Converse has no dots in the names of documents.
        let pdf = pdf.title(if as_client_says { "report.pdf" } else { "report" });
        let messages = settings.build().unwrap().messages().with_route(route);
        messages.create(&asks(pdf)).await.unwrap();
        let lines = log.lines_with("text alone");
        assert_eq!(lines.len(), usize::from(expected.is_some()), "{lines:?}");
        assert!(lines.iter().all(|line| expected.is_some_and(|why| line.contains(why))), "{lines:?}");
    }
}
