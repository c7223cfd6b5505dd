//! One call: which way it goes, and what became of it.

use std::time::Duration;

use bedrock_client::{Client, Error, Message, Messages, Route};
use tokio::time::timeout;

use crate::cases::Case;
use crate::judge::{Form, Verdict, judge, judge_part};
use crate::prompts::{Prompt, run_tools};

/// Makes a call of the prompt, in a way that chance decides, and judges it.
pub(crate) async fn call(
    client: &Client,
    case: &Case,
    prompt: &Prompt,
    chance: &mut fastrand::Rng,
) -> Verdict {
    let route = chance.choice(ROUTES).unwrap_or_default();
    let messages = client.messages().with_route(route);
    let verdict = match chance.u8(..10) {
        0..4 => whole(&messages, case, prompt).await,
        4..7 => streamed(&messages, case, prompt).await,
        7 => {
            let patience = Duration::from_micros(chance.u64(..20_000));
            timeout(patience, whole(&messages, case, prompt)).await.unwrap_or(Verdict::Cancelled)
        }
        8 => left(&messages, case, prompt, chance.usize(..12)).await,
        _ => with_tools(messages, case, prompt).await,
    };
    match verdict {
        Verdict::Wrong(why) => Verdict::Wrong(format!("{route}: {why}")),
        other => other,
    }
}

async fn whole(messages: &Messages, case: &Case, prompt: &Prompt) -> Verdict {
    let outcome = messages.create(&prompt.params).await.map(|answer| answer.into_inner());
    judge(case, Form::Whole, outcome, &prompt.answer)
}

async fn streamed(messages: &Messages, case: &Case, prompt: &Prompt) -> Verdict {
    judge(case, Form::Streamed, final_message(messages, prompt).await, &prompt.answer)
}

async fn final_message(messages: &Messages, prompt: &Prompt) -> Result<Message, Error> {
    messages.stream(&prompt.params).await?.final_message().await
}

/// A stream that is dropped after so many events.
async fn left(messages: &Messages, case: &Case, prompt: &Prompt, events: usize) -> Verdict {
    let expected = &prompt.answer;
    let mut stream = match messages.stream(&prompt.params).await {
        Ok(stream) => stream,
        Err(error) => return judge(case, Form::Streamed, Err(error), expected),
    };
    for _ in 0..events {
        match stream.next_event().await {
            Ok(Some(_)) => {}
            Ok(None) => return judge(case, Form::Streamed, stream.into_message(), expected),
            Err(error) => return judge(case, Form::Streamed, Err(error), expected),
        }
    }
    judge_part(stream.snapshot(), expected)
}

/// The model's tools run here; without any it is a stream like others.
async fn with_tools(messages: Messages, case: &Case, prompt: &Prompt) -> Verdict {
    let Some(last) = &prompt.after_tools else { return streamed(&messages, case, prompt).await };
    match run_tools(messages, &prompt.params).await {
        Ok(run) => match run.message {
            Some(message) => judge(case, Form::Streamed, Ok(message), last),
            None => Verdict::Wrong(format!("a run without an answer: {:?}", run.stop)),
        },
        // It is the first or the second answer that broke.
        Err(error) => match judge(case, Form::Streamed, Err(error.clone()), &prompt.answer) {
            Verdict::Wrong(_) => judge(case, Form::Streamed, Err(error), last),
            verdict => verdict,
        },
    }
}

const ROUTES: [Route; 4] = [Route::InvokeModel, Route::Messages, Route::Mantle, Route::Converse];
