using System.Net.Mime;
using Microsoft.Net.Http.Headers;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages;
using Rapport.Server.Pages.Record;

namespace Rapport.Server.Api;

/// <summary>
/// The bytes of a document as an answer. Whatever somebody brought may be a page or a script: it is only ever saved, never shown by this origin.
/// </summary>
internal static class BinaryContent
{
    /// <summary>Whether the first entry is a Binary with content.</summary>
    public static bool Has(RecordAnswer answer) => answer.HasParts(0) || answer.ReadResource(0).Root.TryGetChild("data", out _);

    /// <summary>The type that the document itself has; one without any where nobody said, or what was said is none.</summary>
    public static string TypeOf(Resource binary) =>
        binary.Root.TryGetChild("contentType", out var type) && type.GetString() is { } text && System.Text.Ascii.IsValid(text) && MediaTypeHeaderValue.TryParse(text, out var parsed)
            ? parsed.ToString()
            : MediaTypeNames.Application.Octet;

    /// <summary>Sends the bytes.</summary>
    /// <param name="http">Whom to.</param>
    /// <param name="answer">Its first entry is a Binary with content.</param>
    /// <param name="contentType">The type to send it as.</param>
    public static async Task WriteAsync(HttpContext http, RecordAnswer answer, string contentType)
    {
        var cancel = http.RequestAborted;
        var binary = answer.ReadResource(0);
        var (part, count) = answer.HasParts(0) ? await answer.ReadPartAsync(0, 0, cancel) : (DataOf(binary), 1);
        var headers = http.Response.Headers;
        headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "document" + DocumentTypes.ExtensionOf(binary) }.ToString();
        headers.ContentSecurityPolicy = PageHeaders.NothingRuns;
        headers.XContentTypeOptions = "nosniff";
        http.Response.ContentType = contentType;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        await http.Response.BodyWriter.WriteAsync(part, cancel);
        for (var number = 1; number < count; number++)
        {
            await http.Response.BodyWriter.WriteAsync((await answer.ReadPartAsync(0, number, cancel)).Plain, cancel);
        }
    }

    private static byte[] DataOf(Resource binary) =>
        binary.Root.TryGetChild("data", out var data) && data.GetString() is { } text ? Convert.FromBase64String(text) : [];
}
