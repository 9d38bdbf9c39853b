using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Rapport.Conversations;
using Rapport.Gathering;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Files;

/// <summary>
/// The form under a conversation, read as it comes: the framework would lay its files down on a disk, in clear. Each file is taken in and named in the form in its stead.
/// </summary>
internal static class SentForm
{
    /// <summary>What a field with the reason is called why a file was not taken; no form of ours has one.</summary>
    public const string Problem = "file-problem";

    private const int MostField = 64 * 1024, MostFields = 120;
    private const string TokenField = "__RequestVerificationToken", TokenHeader = "RequestVerificationToken";

    /// <summary>
    /// Reads it; null when it is none of ours. The antiforgery token comes first: nothing is kept of what another site made a browser send. Where it breaks off, or there is no room on the disk, what came
    /// until then is there, with the reason.
    /// </summary>
    /// <exception cref="IOException">Whoever sends it is gone.</exception>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<IFormCollection?> ReadAsync(HttpContext http, TalkDoor door, TalkRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            return null;
        }

        Dictionary<string, StringValues> fields = [];
        try
        {
            return await ReadAsync(http, door, request, new MultipartReader(boundary.ToString(), http.Request.Body), fields) ? new FormCollection(fields) : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException && !http.RequestAborted.IsCancellationRequested)
        {
            fields[Problem] = FileText.NotThrough;
            return new FormCollection(fields);
        }
    }

    /// <summary>Whether it is ours: without its token nothing stands in the fields.</summary>
    private static async Task<bool> ReadAsync(HttpContext http, TalkDoor door, TalkRequest request, MultipartReader reader, Dictionary<string, StringValues> fields)
    {
        var (isOurs, count) = (false, 0);
        while (await reader.ReadNextSectionAsync(http.RequestAborted) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { } name)
            {
                continue;
            }

            if (name == TokenField)
            {
                http.Request.Headers[TokenHeader] = await TextAsync(section.Body, http.RequestAborted);
                isOurs = await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
            }
            else if (!isOurs || ++count > MostFields)
            {
                return false;
            }
            else if (name == DraftFile.Chosen)
            {
                await TakeAsync(http, door, request, fields, section.Body, NameOf(disposition));
            }
            else if (name != Problem)
            {
                fields[name] = StringValues.Concat(fields.GetValueOrDefault(name), await TextAsync(section.Body, http.RequestAborted));
            }
        }

        return isOurs;
    }

    private static async Task TakeAsync(HttpContext http, TalkDoor door, TalkRequest request, Dictionary<string, StringValues> fields, Stream content, string? name)
    {
        var start = new byte[1];
        if (await content.ReadAtLeastAsync(start, 1, throwOnEndOfStream: false, http.RequestAborted) == 0)
        {
            // A field by which nothing was chosen is sent all the same.
            if (name is not null)
            {
                fields[Problem] = Say.Fill(FileText.NotTaken, name, FileText.Empty);
            }

            return;
        }

        var files = fields.GetValueOrDefault(DraftFile.Field);
        if (files.Count >= FileDesk.MostFiles)
        {
            fields[Problem] = Say.Fill(FileText.TooMany, Say.Number(FileDesk.MostFiles));
            return;
        }

        var desk = door.Desk.Files;
        var answer = await desk.TakeAsync(request.Talker, request.View, new StartedStream(start, content), name, fields.GetValueOrDefault("once").ToString(), http.RequestAborted, isForm: true);
        if (answer.File is not { } file)
        {
            fields[Problem] = name is null ? FileWords.Of(answer.Status, desk.MostBytes) : Say.Fill(FileText.NotTaken, name, FileWords.Of(answer.Status, desk.MostBytes));
        }
        else if (!files.Contains(file.Id.ToString()))
        {
            fields[DraftFile.Field] = StringValues.Concat(files, file.Id.ToString());
        }
    }

    /// <summary>How the sender calls it, without folders; null for nothing.</summary>
    private static string? NameOf(ContentDispositionHeaderValue disposition) =>
        Path.GetFileName((disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value?.Trim('"').Replace('\\', '/') ?? "") is { Length: > 0 } name ? ShownName.Of(name) : null;

    private static async Task<string> TextAsync(Stream body, CancellationToken cancel)
    {
        var buffer = new byte[MostField];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
