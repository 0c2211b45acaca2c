//! The functions that check the bodies of requests against the limits of the document.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::arguments::inner;
use crate::document::Error;
use crate::limits::{Limits, Member, Object, Rule, Unique};
use crate::wire_client::WireClient;

/// Objects with a rule that a schema can't express. `otc-vbs-api` has it as a function `check_by_action`.
const CONDITIONAL: [&str; 1] = ["TagBatch"];

/// A function `check` for each object that the bodies of requests consist of.
pub(crate) fn to_tokens(limits: &Limits, client: &WireClient) -> Result<TokenStream, Error> {
    let checks = limits.objects().map(|(name, object)| check(name, object, limits, client));
    checks.collect()
}

fn check(name: &str, object: &Object, limits: &Limits, client: &WireClient) -> Result<TokenStream, Error> {
    let ty = format_ident!("{name}");
    let mut statements = Vec::new();
    if object.needs_member {
        let members = object.members.iter().map(|member| &member.name);
        statements.push(quote! {
            if *self == Self::default() {
                return Err(crate::limit::Violation::empty(&[#(#members),*]));
            }
        });
    }
    for member in &object.members {
        if limits.checks_something(&member.rule) {
            statements.push(check_member(name, member, limits, client)?);
        }
    }
    if CONDITIONAL.contains(&name) {
        statements.push(quote!(self.check_by_action()?;));
    }
    Ok(quote! {
        impl types::#ty {
            /// Checks the value against the limits of the document.
            ///
            /// # Errors
            ///
            /// If the service would refuse the value.
            pub fn check(&self) -> Result<(), crate::limit::Violation> {
                #(#statements)*
                Ok(())
            }
        }
    })
}

/// The statements that check a member of `self`.
fn check_member(
    object: &str,
    member: &Member,
    limits: &Limits,
    client: &WireClient,
) -> Result<TokenStream, Error> {
    let name = &member.name;
    let words = in_words(name);
    let field = format_ident!("{name}");
    let is_option = inner(&client.field(object, name)?.ty, "Option").is_some();
    let check = match &member.rule {
        Rule::Nothing => TokenStream::new(),
        Rule::Text(limit) if is_option => {
            quote!(limits::#limit.check_optional(#words, self.#field.as_deref())?;)
        }
        Rule::NumericText(limit) if is_option => {
            quote!(limits::#limit.check_optional_text(#words, self.#field.as_deref())?;)
        }
        Rule::Number(limit) if is_option => quote!(limits::#limit.check_optional(#words, self.#field)?;),
        Rule::Text(limit) => quote!(limits::#limit.check(#words, &self.#field)?;),
        Rule::NumericText(limit) => quote!(limits::#limit.check_text(#words, &self.#field)?;),
        Rule::Number(limit) => quote!(limits::#limit.check(#words, self.#field)?;),
        Rule::Object(_) if is_option => quote! {
            if let Some(value) = &self.#field {
                value.check().map_err(|violation| violation.in_member(#name))?;
            }
        },
        Rule::Object(_) => quote!(self.#field.check().map_err(|violation| violation.in_member(#name))?;),
        Rule::List { limit, unique, item } => {
            let list = match is_option {
                true => quote!(value),
                false => quote!(self.#field),
            };
            let count = limit.as_ref().map(|limit| {
                let check = quote!(limits::#limit.check(#name, #list.len())?;);
                match is_option || member.is_required {
                    true => check,
                    // An empty list is not sent.
                    false => quote!(if !#list.is_empty() { #check }),
                }
            });
            let unique = unique.as_ref().map(|unique| {
                let keys = match unique {
                    Unique::Item => quote!(#list.iter()),
                    Unique::Member(member) => quote!(#list.iter().map(|item| &item.#member)),
                };
                quote!(limits::#limit.check_keys(#name, #keys)?;)
            });
            let items = check_items(name, &list, item, limits)?;
            match is_option {
                true => quote!(if let Some(value) = &self.#field { #count #unique #items }),
                false => quote!(#count #unique #items),
            }
        }
    };
    Ok(check)
}

fn check_items(
    name: &str,
    list: &TokenStream,
    item: &Rule,
    limits: &Limits,
) -> Result<Option<TokenStream>, Error> {
    let check = match item {
        item if !limits.checks_something(item) => return Ok(None),
        Rule::Nothing => return Ok(None),
        Rule::Object(_) => quote!(item.check()),
        Rule::Text(limit) => quote!(limits::#limit.check("item", item)),
        Rule::Number(limit) => quote!(limits::#limit.check("item", *item)),
        Rule::NumericText(limit) => quote!(limits::#limit.check_text("item", item).map(drop)),
        Rule::List { .. } => {
            let problem = "is a list of lists, which can't be checked; write an object around the inner list";
            return Err(Error::at(name, problem));
        }
    };
    Ok(Some(quote! {
        for (index, item) in #list.iter().enumerate() {
            #check.map_err(|violation| violation.in_item(#name, index))?;
        }
    }))
}

/// The name of a member or a parameter in messages: `backup_policy_name` is a "backup policy name".
pub(crate) fn in_words(name: &str) -> String {
    name.replace('_', " ")
}
