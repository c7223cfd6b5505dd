//! `bedrock whoami`: whom AWS takes the credentials for.

use crate::{
    args::{Global, Output},
    connection::Connection,
    failure::Failure,
    output,
};

pub(crate) async fn run(global: &Global) -> Result<(), Failure> {
    let connection = Connection::open(global, None).await?;
    let caller = connection.client.identity().whoami().await?;
    let (user_id, account, arn) = (&caller.user_id, &caller.account, &caller.arn);
    match global.output {
        // As AWS names them.
        Output::Json => output::json(&serde_json::json!({"UserId": user_id, "Account": account, "Arn": arn})),
        Output::Text => output::shown(&format!("UserId:  {user_id}\nAccount: {account}\nArn:     {arn}\n")),
    }
}
