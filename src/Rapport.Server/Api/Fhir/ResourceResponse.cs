using System.Buffers;
using Microsoft.Net.Http.Headers;
using Rapport.Records;

namespace Rapport.Server.Api.Fhir;

/// <summary>Writes one resource as an answer.</summary>
internal static class ResourceResponse
{
    private static readonly string[] UsualETags = [.. Enumerable.Range(0, 32).Select(version => $"W/\"{version}\"")];

    /// <summary>The entity tag of a version.</summary>
    public static string ETag(int version) => version < UsualETags.Length ? UsualETags[version] : $"W/\"{version}\"";

    /// <summary>
    /// Answers with the first entry, or with 304 when the caller has this version already. By then the read is decided and recorded: that
    /// the resource is there and unchanged is a disclosure too.
    /// </summary>
    public static ValueTask WriteAsync(HttpContext context, RecordAnswer answer)
    {
        var entry = answer.Entries[0];
        var response = context.Response;
        SetVersion(response, entry.Version, entry.LastUpdated);
        if (IsUnchanged(context.Request, entry))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return ValueTask.CompletedTask;
        }

        if (entry.ResourceType == "Binary" && !FhirNegotiation.NamesJson(context.Request) && BinaryContent.Has(answer))
        {
            return new ValueTask(BinaryContent.WriteAsync(context, answer, BinaryContent.TypeOf(answer.ReadResource(0))));
        }

        response.ContentType = FhirNegotiation.Json;
        if (WholeEntry.IsMore(answer, 0))
        {
            return HttpMethods.IsHead(context.Request.Method) ? ValueTask.CompletedTask : new ValueTask(WholeEntry.WriteAsync(answer, 0, response.BodyWriter, context.RequestAborted));
        }

        response.ContentLength = answer.BodyLength(0);
        answer.WriteBody(0, response.BodyWriter);
        return ValueTask.CompletedTask;
    }

    /// <summary>The headers that name a version.</summary>
    public static void SetVersion(HttpResponse response, int version, DateTimeOffset lastUpdated)
    {
        response.Headers.ETag = ETag(version);
        response.Headers.LastModified = HeaderUtilities.FormatDate(lastUpdated);
    }

    /// <summary>Writes a resource that is in one piece. It goes out when the request ends, together with the headers.</summary>
    public static void WriteBody(HttpResponse response, int status, ReadOnlySpan<byte> json)
    {
        response.StatusCode = status;
        response.ContentType = FhirNegotiation.Json;
        response.ContentLength = json.Length;
        response.BodyWriter.Write(json);
    }

    private static bool IsUnchanged(HttpRequest request, AnsweredEntry entry)
    {
        var match = request.Headers.IfNoneMatch;
        if (match.Count > 0)
        {
            return match.Any(tags => tags == "*" || (tags is not null && tags.Contains(ETag(entry.Version)[2..], StringComparison.Ordinal)));
        }

        // HTTP dates have whole seconds.
        return request.Headers.IfModifiedSince.Count > 0
            && HeaderUtilities.TryParseDate(request.Headers.IfModifiedSince.ToString(), out var since)
            && entry.LastUpdated.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds();
    }
}
