using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;

namespace Rapport.Server.SignIn;

/// <summary>A question to a passkey as our own script reads it: <c>{"ticket": …, "options": …}</c>.</summary>
internal static class PasskeyAnswer
{
    public static ContentHttpResult Of(PasskeyQuestion question) =>
        TypedResults.Text($$"""{"ticket":"{{question.Ticket}}","options":{{question.OptionsJson}}}""", "application/json", Encoding.UTF8);
}
