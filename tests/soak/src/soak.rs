//! The run: workers that call without pause, a look at both processes every second, and what is left when all have ended.

use std::time::{Duration, Instant};

use bedrock_client::auth::{MapEnv, MapFiles};
use bedrock_client::{Client, Credentials, HttpClient, Timeouts};
use bedrock_transport::HyperClient;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::call::call;
use crate::cases::CASES;
use crate::prompts::Prompt;
use crate::report::{Figures, Tally, render};
use crate::server::{Inside, ONE_IN, Server};
use crate::vitals::Vitals;
use crate::{Plan, Result};

/// Runs it, prints the table, and says whether everything held.
pub(crate) async fn run(plan: &Plan) -> Result<bool> {
    Inside::watch();
    let mut server = Server::start(faults_each(plan)).await?;
    let (this, other) = (std::process::id(), server.id()?);
    let prompts: &[Prompt] = {
        let http = HyperClient::builder().build()?;
        let client = client(server.urls.first().ok_or("no emulator")?, http)?;
        Vec::leak(Prompt::all(&client).await?)
    };
    sleep(SETTLING).await;
    let before = End {
        vitals: [Vitals::of(this)?, Vitals::of(other)?],
        inside: [Inside::now(), server.inside().await?],
    };

    let start = Instant::now();
    let http = HyperClient::builder().build()?;
    let mut workers = JoinSet::new();
    for number in 0..plan.in_flight {
        let index = number % CASES.len();
        let url = server.urls.get(index).ok_or("a case without an emulator")?;
        let client = client(url, http.clone())?;
        let chance = fastrand::Rng::with_seed(number as u64);
        workers.spawn(work(index, client, prompts, chance, start + plan.time));
    }
    drop(http);
    let mut tally = Tally::default();
    let mut samples = Vec::new();
    while start.elapsed() < plan.time {
        sleep(Duration::from_secs(1)).await;
        samples.push([Vitals::of(this)?, Vitals::of(other)?]);
    }
    while let Some(ended) = workers.join_next().await {
        // A panic is counted by its hook.
        if let Ok(part) = ended {
            tally.add(part);
        }
    }
    let took = start.elapsed();
    sleep(SETTLING).await;
    let after = End {
        vitals: [Vitals::of(this)?, Vitals::of(other)?],
        inside: [Inside::now(), server.inside().await?],
    };
    let (text, holds) = render(&tally, &Figures { took, samples, before, after });
    print!("{text}");
    Ok(holds)
}

/// What is left of a process, here and there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) vitals: [Vitals; 2],
    pub(crate) inside: [Inside; 2],
}

async fn work(
    index: usize,
    client: Client,
    prompts: &'static [Prompt],
    mut chance: fastrand::Rng,
    end: Instant,
) -> Tally {
    let mut tally = Tally::default();
    let Some(case) = CASES.get(index) else { return tally };
    while Instant::now() < end {
        let Some(prompt) = chance.choice(prompts) else { break };
        tally.count(index, call(&client, case, prompt, &mut chance).await);
    }
    tally
}

/// A client of one emulator, which looks at nothing of this machine.
pub(crate) fn client(url: &str, http: impl HttpClient + 'static) -> Result<Client> {
    let env = MapEnv::from([("AWS_EC2_METADATA_DISABLED", "true")]);
    let timeouts = Timeouts::default().with_response_head(STALL).with_idle(STALL);
    let keys = Credentials::new("AKIABEDROCKEMULATOR0", "local/emulator/secret/that/opens/nothing");
    let builder = Client::builder().env(env).files(MapFiles::default()).region("us-east-1");
    Ok(builder.endpoint_url(url).credentials(keys).timeouts(timeouts).http_client(http).build()?)
}

/// Enough for every emulator, which gets at most [`FASTEST`] requests a second.
fn faults_each(plan: &Plan) -> u64 {
    plan.time.as_secs().saturating_mul(FASTEST) / ONE_IN
}

/// Long enough that a busy machine is not taken for a fault, and short enough that those that stand still are met often.
const STALL: Duration = Duration::from_secs(8);
/// For connections to end, and the tasks that hold them.
const SETTLING: Duration = Duration::from_secs(2);
const FASTEST: u64 = 500;
