//! Calls the generated client.

/// Sends a request of the generated function for the client's project, and returns the decoded body.
///
/// `optional` parameters are sent if they are `Some`.
macro_rules! call {
    (
        $client:expr, $function:ident { $($setter:ident: $value:expr),* $(,)? }
        $(optional { $($option:ident: $maybe:expr),* $(,)? })?
    ) => {{
        let client: &$crate::Client = $client;
        let call = client.api().record_call();
        let request = call
            .client()
            .$function()
            .project_id(client.project_id())
            $(.$setter($value))*;
        $($(
            let request = match $maybe {
                Some(value) => request.$option(value),
                None => request,
            };
        )*)?
        let answer = request.send().await;
        call.outcome(answer)
            .map(|reply| reply.value)
            .map_err(|error| $crate::Error::call(stringify!($function), error))
    }};
}
pub(crate) use call;
