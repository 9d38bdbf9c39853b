using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.LinksGiven;

namespace Rapport.Server.Pages.Open;

/// <summary>Something that is being sent back, out of its form: read as it comes and kept in memory, since the framework would lay a file down on a disk in clear.</summary>
/// <param name="Pass">By which it is sent.</param>
/// <param name="Reply">What is sent; null with why there is none.</param>
/// <param name="Problem">What is wrong with it; null for nothing.</param>
internal sealed record SentReply(string? Pass, LinkReply? Reply, string? Problem)
{
    /// <summary>Bytes of the whole form: more than is taken, and thrown away, since a browser shows no answer before it has sent all of a form.</summary>
    public const int MostBytes = 4 * ReceivedFile.MostBytes;

    /// <summary>Why no file was read that was sent along; null when none was refused.</summary>
    public LinkReplyOutcome? Refused { get; init; }

    private const int MostField = 24 * 1024;
    private const int MostName = 120;

    /// <summary>Reads the form; null when it is none of ours. The antiforgery token comes first, then the pass: nothing is kept of what another site made a browser send, and no file of whoever opened no link.</summary>
    public static async Task<SentReply?> ReadAsync(HttpContext http, LinkDoor door, LinkPasses passes, RepliesAtOnce turns, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            return null;
        }

        var reader = new MultipartReader(boundary.ToString(), http.Request.Body);
        var isOurs = false;
        var (pass, note, file) = ((string?)null, "", (LinkReplyFile?)null);
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
            {
                continue;
            }

            switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
            {
                case "__RequestVerificationToken":
                    http.Request.Headers["RequestVerificationToken"] = await TextAsync(section.Body, cancel);
                    isOurs = await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
                    break;
                case not null when !isOurs:
                    return null;
                case "pass":
                    pass = await TextAsync(section.Body, cancel);
                    break;
                case "note":
                    note = (await TextAsync(section.Body, cancel)).Trim().Replace("\r\n", "\n", StringComparison.Ordinal);
                    break;
                case "file" when passes.Open(pass) is null:
                    return new SentReply(null, new LinkReply(note, null), null);
                case "file" when await RefusedAsync(http, door, passes, turns, pass, cancel) is { } refused:
                    await PassOverAsync(section.Body, cancel);
                    return new SentReply(pass, null, null) { Refused = refused };
                case "file":
                    if (await BytesAsync(section.Body, ReceivedFile.MostBytes, cancel) is not { } bytes)
                    {
                        return new SentReply(pass, null, Say.Fill(OpenText.FileTooLarge, Say.Size(ReceivedFile.MostBytes)));
                    }

                    if (bytes.Length == 0 && GivenName(disposition).Length > 0)
                    {
                        return new SentReply(pass, null, OpenText.FileEmpty);
                    }

                    if (bytes.Length > 0 && ReceivedFile.KindOf(bytes) is null)
                    {
                        return new SentReply(pass, null, OpenText.FileUnknown);
                    }

                    if (bytes.Length > 0 && !ReceivedFile.IsWhole(bytes))
                    {
                        return new SentReply(pass, null, OpenText.FileCutOff);
                    }

                    file = bytes.Length == 0 ? null : new LinkReplyFile(NameOf(disposition), ReceivedFile.KindOf(bytes)!, bytes);
                    break;
            }
        }

        return new SentReply(
            pass,
            new LinkReply(note, file),
            note.Length == 0 && file is null ? OpenText.NothingToSend
            : note.Length > ReceivedMessage.MostText ? Say.Fill(OpenText.NoteTooLong, Say.Number(ReceivedMessage.MostText))
            : null);
    }

    /// <summary>Why a file is not read; null when it is, and has its turn until the request is over.</summary>
    private static async Task<LinkReplyOutcome?> RefusedAsync(HttpContext http, LinkDoor door, LinkPasses passes, RepliesAtOnce turns, string? pass, CancellationToken cancel)
    {
        if (passes.Open(pass) is not var (secret, token))
        {
            return LinkReplyOutcome.NothingHere;
        }

        var turn = await turns.EnterAsync(secret, cancel);
        http.Response.RegisterForDispose(turn);
        return !turn.IsAcquired ? LinkReplyOutcome.TooMuch
            : await door.MayReceiveAsync(secret, token, cancel) is not LinkReplyOutcome.Waits and var outcome ? outcome
            : null;
    }

    private static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = ShownName.Of(Path.GetFileName(GivenName(disposition)));
        return name.Length == 0 ? OpenText.Document : name.Cut(MostName);
    }

    /// <summary>As the browser has it; empty where no file was chosen.</summary>
    private static string GivenName(ContentDispositionHeaderValue disposition) =>
        (disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value?.Trim('"').Replace('\\', '/') ?? "";

    /// <summary>A field; what is longer than any may be is cut, and refused further on.</summary>
    private static async Task<string> TextAsync(Stream body, CancellationToken cancel)
    {
        var buffer = new byte[MostField];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>Null when there are more than may be.</summary>
    private static async Task<ReadOnlyMemory<byte>?> BytesAsync(Stream body, int most, CancellationToken cancel)
    {
        using var memory = new MemoryStream();
        await using var limited = new LimitedTarget(memory, most);
        try
        {
            await body.CopyToAsync(limited, cancel);
            return memory.GetBuffer().AsMemory(0, (int)memory.Length);
        }
        catch (TargetFullException)
        {
            await PassOverAsync(body, cancel);
            return null;
        }
    }

    private static async Task PassOverAsync(Stream body, CancellationToken cancel)
    {
        try
        {
            await body.CopyToAsync(Stream.Null, cancel);
        }
        catch (IOException) when (!cancel.IsCancellationRequested)
        {
            // More than the server reads at all, or broken off: the answer is the same.
        }
    }
}
