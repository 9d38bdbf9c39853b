using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Rapport.Gathering;

namespace Rapport.Server.Pages.Gather;

/// <summary>
/// A file that is arriving in a form. It is read as it comes: the framework's own form reader would lay large files down on a disk, in clear.
/// </summary>
/// <param name="Name">The file's name, without folders, as it may be shown (<see cref="ShownName"/>).</param>
/// <param name="Content">The bytes, to be read once. Throws <see cref="InvalidDataException"/> when there are more than may be, <see cref="BadHttpRequestException"/> when the sender breaks off.</param>
/// <param name="IsConfirmed">Whether the box was ticked that says the file is about the one who sends it.</param>
internal sealed record UploadedFile(string Name, Stream Content, bool IsConfirmed)
{
    private const int MaxFieldBytes = 4096;
    private const int MaxNameLength = 200;
    private const string TokenField = "__RequestVerificationToken";
    private const string TokenHeader = "RequestVerificationToken";

    /// <summary>Reads the form up to its file. The antiforgery token must come before the file: nothing is kept of a file that another site made a browser send.</summary>
    /// <returns>The file, or why there is none.</returns>
    public static async Task<(UploadedFile? File, string? Problem, int Status)> OpenAsync(HttpContext http, long maxBytes, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            return (null, GatherText.SendForm, StatusCodes.Status415UnsupportedMediaType);
        }

        var reader = new MultipartReader(boundary.ToString(), http.Request.Body) { BodyLengthLimit = maxBytes };
        var isOurs = false;
        var isConfirmed = false;
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }

            var name = HeaderUtilities.RemoveQuotes(disposition.Name);
            if (name == TokenField)
            {
                http.Request.Headers[TokenHeader] = await ReadFieldAsync(section.Body, cancel);
                isOurs = await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
            }
            else if (!isOurs)
            {
                return (null, StaleForms.TooOld.Text, StaleForms.TooOld.Status);
            }
            else if (name == "confirm")
            {
                isConfirmed = await ReadFieldAsync(section.Body, cancel) == "identity";
            }
            else if (name == "file")
            {
                return await OpenFileAsync(section.Body, NameOf(disposition), isConfirmed, cancel);
            }
        }

        return (null, GatherText.ChooseFirst, StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>What is said of a file that is too large, with and without script.</summary>
    public static string TooLarge(long maxBytes) => Say.Fill(GatherText.TooLarge, Say.Size(maxBytes));

    private static async Task<(UploadedFile? File, string? Problem, int Status)> OpenFileAsync(Stream body, string name, bool isConfirmed, CancellationToken cancel)
    {
        var start = new byte[1];
        return await body.ReadAtLeastAsync(start, 1, throwOnEndOfStream: false, cancel) == 0
            ? (null, name.Length == 0 ? GatherText.ChooseFirst : GatherText.Empty, StatusCodes.Status422UnprocessableEntity)
            : (new UploadedFile(name.Length == 0 ? GatherText.AFile : name, new StartedStream(start, body), isConfirmed), null, StatusCodes.Status200OK);
    }

    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var given = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value?.Trim('"').Replace('\\', '/') ?? "";
        var name = ShownName.Of(Path.GetFileName(given));
        return name.Cut(MaxNameLength);
    }

    private static async Task<string> ReadFieldAsync(Stream body, CancellationToken cancel)
    {
        var buffer = new byte[MaxFieldBytes];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
    }
}
