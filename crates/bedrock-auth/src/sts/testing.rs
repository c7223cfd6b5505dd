//! Answers of STS for the tests of this crate.

use crate::effects::testing::ScriptedHttp;

/// What STS answers to an action that assumes a role, with this access key id.
pub(crate) fn role_answer(action: &str, access_key_id: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>\
        <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>\
        <Credentials><AccessKeyId>{access_key_id}</AccessKeyId><SecretAccessKey>canary-assumed</SecretAccessKey>\
        <SessionToken>canary-session</SessionToken><Expiration>2026-11-22T01:00:00Z</Expiration></Credentials>\
        </{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
    )
}

/// What STS answers when it refuses.
pub(crate) fn refusal(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
        <RequestId>r</RequestId></ErrorResponse>"
    )
}

/// The forms that were sent, in order.
pub(crate) fn forms(http: &ScriptedHttp) -> Vec<String> {
    let text = |body: &[u8]| String::from_utf8(body.to_vec()).expect("forms are ascii");
    http.requests().iter().map(|(request, _)| text(request.body())).collect()
}
