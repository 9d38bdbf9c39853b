using Microsoft.AspNetCore.WebUtilities;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>Why a request is refused, in all that an answer needs.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A code of FHIR's <c>issue-type</c>.</param>
/// <param name="Text">What is wrong and what to do, for programs: English, lower case, no full stop. Pages have words of their own.</param>
/// <param name="Storage">What failed, when it was the database.</param>
public readonly record struct Failure(int Status, string Code, string Text, StorageFailure? Storage = null)
{
    /// <summary>
    /// What is not permitted and what does not exist: one answer, byte for byte, so that nobody can tell the two apart.
    /// </summary>
    internal static Failure NothingHere { get; } = new(404, "not-found", "there is nothing here that you may see");

    /// <summary>The answer to a request that was refused by status alone: no route, a method not allowed, not signed in.</summary>
    internal static Failure Of(HttpContext context, int status) => status switch
    {
        StatusCodes.Status401Unauthorized => new(status, "login", context.Request.Headers.Authorization.Count > 0
            ? "this access token opens nothing: it is unknown, revoked or expired"
            : "sign in, or send a personal access token as `Authorization: Bearer …`"),
        StatusCodes.Status403Forbidden => new(status, "forbidden", "you may not do this"),
        StatusCodes.Status404NotFound => NothingHere,
        StatusCodes.Status405MethodNotAllowed => new(status, "not-supported", $"`{Short(context.Request.Method)}` is not possible here"),
        StatusCodes.Status408RequestTimeout => new(status, "timeout", "the request came too slowly: try again"),
        StatusCodes.Status413PayloadTooLarge => new(status, "too-long", "this is larger than what is taken in at once: split it"),
        StatusCodes.Status415UnsupportedMediaType => new(status, "not-supported", "this media type is not taken in"),
        StatusCodes.Status429TooManyRequests => new(status, "throttled", "too many requests: wait, then try again"),
        >= 500 => new(status, "exception", "something went wrong on the server: its operator finds the cause in the log"),
        _ => new(status, "invalid", $"the request cannot be answered: {ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant()}"),
    };

    /// <summary>What a failing database means to a caller.</summary>
    internal static Failure Of(StorageException error) => error.Failure switch
    {
        StorageFailure.Full => new(StatusCodes.Status507InsufficientStorage, "no-store", error.Message, error.Failure),
        StorageFailure.Broken => new(StatusCodes.Status500InternalServerError, "exception", error.Message, error.Failure),
        _ => new(StatusCodes.Status503ServiceUnavailable, "transient", error.Message, error.Failure),
    };

    /// <summary>User input as it is quoted in a message: cut short, without control characters.</summary>
    internal static string Short(string input)
    {
        var text = input.Length <= 80 ? input : string.Concat(input.AsSpan(0, 80), "…");
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\ufffd' : c)) : text;
    }
}
