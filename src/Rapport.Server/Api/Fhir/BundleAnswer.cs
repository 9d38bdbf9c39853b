using System.Buffers;
using System.IO.Pipelines;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Server.Api.Fhir;

/// <summary>Streams bundles: an entry is opened, written and forgotten before the next.</summary>
internal static class BundleAnswer
{
    /// <summary>A page of a search, or of everything. No answer and an answer without entries look the same.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">The page.</param>
    /// <param name="total">The total to tell; null to tell none.</param>
    /// <param name="withEntries">False when only the total was asked for.</param>
    /// <param name="links">Self, and next where there is one.</param>
    /// <param name="notes">What was ignored of the request; told in an entry of its own.</param>
    /// <param name="isWhole">Whether documents come with their bytes and series with their points.</param>
    public static async Task WriteSearchsetAsync(
        HttpContext context, RecordAnswer? answer, int? total, bool withEntries, IReadOnlyList<BundleLink> links, IReadOnlyList<CheckIssue> notes, bool isWhole = false)
    {
        var output = Start(context);
        using var writer = new BundleWriter(output);
        writer.Start(BundleType.Searchset, null, total, [.. links]);
        if (notes.Count > 0)
        {
            writer.SearchEntry(null, OperationOutcome.Of(notes), SearchEntryMode.Outcome);
        }

        if (answer is not null && withEntries)
        {
            var baseUrl = FhirUrls.BaseOf(context.Request);
            var body = new ArrayBufferWriter<byte>(4096);
            for (var i = 0; i < answer.Count; i++)
            {
                context.RequestAborted.ThrowIfCancellationRequested();
                var entry = answer.Entries[i];
                var url = $"{baseUrl}/{entry.ResourceType}/{entry.Id}";
                var mode = entry.Mode == AnswerMode.Match ? SearchEntryMode.Match : SearchEntryMode.Include;
                if (isWhole && WholeEntry.IsMore(answer, i))
                {
                    await WholeEntry.WriteEntryAsync(writer, url, answer, i, mode, output, context.RequestAborted);
                }
                else
                {
                    body.ResetWrittenCount();
                    answer.WriteBody(i, body);
                    writer.SearchEntry(url, body.WrittenSpan, mode);
                }

                await WholeEntry.FlushIfFullAsync(output, context.RequestAborted);
            }
        }

        writer.End();
    }

    /// <summary>All versions of one resource, newest first.</summary>
    public static async Task WriteHistoryAsync(HttpContext context, RecordAnswer answer)
    {
        var output = Start(context);
        using var writer = new BundleWriter(output);
        var baseUrl = FhirUrls.BaseOf(context.Request);
        writer.Start(BundleType.History, null, answer.Total, new BundleLink("self", baseUrl + context.Request.Path.Value!["/fhir".Length..]));
        var body = new ArrayBufferWriter<byte>(4096);
        for (var i = 0; i < answer.Count; i++)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            var entry = answer.Entries[i];
            var reference = $"{entry.ResourceType}/{entry.Id}";
            var isFirst = entry.Version == 1;
            body.ResetWrittenCount();
            answer.WriteBody(i, body);
            writer.ResponseEntry(
                $"{baseUrl}/{reference}",
                body.WrittenSpan,
                new BundleRequest(isFirst ? "POST" : "PUT", isFirst ? entry.ResourceType : reference, null, null, null, null),
                new BundleResponse(isFirst ? "201 Created" : "200 OK", null, ResourceResponse.ETag(entry.Version), entry.LastUpdated));
            await WholeEntry.FlushIfFullAsync(output, context.RequestAborted);
        }

        writer.End();
    }

    private static PipeWriter Start(HttpContext context)
    {
        context.Response.ContentType = FhirNegotiation.Json;
        return context.Response.BodyWriter;
    }
}
