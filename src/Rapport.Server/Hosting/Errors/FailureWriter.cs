using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Fhir;
using Rapport.Server.Pages.Problems;

namespace Rapport.Server.Hosting;

/// <summary>Writes a failure in the form of the surface that was asked.</summary>
internal static class FailureWriter
{
    /// <summary>Seconds after which a client may try again when the database was away.</summary>
    private const string RetryAfterSeconds = "5";

    /// <summary>Answers with the failure. Nothing of the response may have been sent.</summary>
    public static Task WriteAsync(this HttpContext context, in Failure failure) =>
        Surfaces.Of(context.Request.Path) switch
        {
            Surface.Fhir => context.WriteOutcomeAsync(failure.Status, [new CheckIssue(IssueSeverity.Error, failure.Code, "", failure.Text)]),
            Surface.Api => WriteProblemAsync(context, failure),
            _ => WritePageAsync(context, failure),
        };

    /// <summary>Answers with an OperationOutcome.</summary>
    public static Task WriteOutcomeAsync(this HttpContext context, int status, IReadOnlyList<CheckIssue> issues)
    {
        var body = new ArrayBufferWriter<byte>(256);
        OperationOutcome.Write(body, issues);
        return SendAsync(context, status, "application/fhir+json; charset=utf-8", body);
    }

    private static Task WriteProblemAsync(HttpContext context, in Failure failure)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(failure.Status));
            json.WriteNumber("status", failure.Status);
            json.WriteString("detail", failure.Text);
            json.WriteEndObject();
        }

        return SendAsync(context, failure.Status, "application/problem+json; charset=utf-8", body);
    }

    private static Task WritePageAsync(HttpContext context, in Failure failure)
    {
        if (failure.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        // What a request was spoken in ends where it was set, further in.
        CultureInfo.CurrentUICulture = RequestLanguage.Of(context);
        TimeZones.Current = RequestTimeZone.Of(context);
        return new RazorComponentResult<ProblemPage>(new Dictionary<string, object?> { [nameof(ProblemPage.Failure)] = failure })
        {
            StatusCode = failure.Status,
        }.ExecuteAsync(context);
    }

    private static Task SendAsync(HttpContext context, int status, string contentType, ArrayBufferWriter<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }
}
