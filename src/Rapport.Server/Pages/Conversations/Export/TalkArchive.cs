using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rapport.Conversations;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api.Conversations;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Export;

/// <summary>
/// Somebody's own conversations as a ZIP that is made while it is sent: a page for each that asks nobody for anything, the same for programs beside it, and a list of them. It has what they see at that moment in their own name; whatever is
/// theirs no more while it is made is left out. Thread safe.
/// </summary>
internal sealed class TalkArchive(TalkDoor door, PeopleModule people, TimeProvider clock)
{
    private const int MostName = 40;

    /// <summary>Writes it.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="own">Their own record, which names what they attached; null for who has none.</param>
    /// <param name="stream">Where to; it is not sought in.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public async Task WriteAsync(Person person, OwnAccess? own, Stream stream, CancellationToken cancel)
    {
        var late = new LateStream(stream);
        await using (var zip = await ZipArchive.CreateAsync(late, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancel))
        {
            await WriteAllAsync(zip, person, own, cancel);
        }

        await late.FlushAsync(cancel);
    }

    private async Task WriteAllAsync(ZipArchive zip, Person person, OwnAccess? own, CancellationToken cancel)
    {
        var talker = Talker.Alone(person);
        var now = clock.GetUtcNow();
        List<(string Name, TalkView View)> written = [];
        foreach (var listed in await door.Desk.ListAsync(talker, cancel))
        {
            if (await door.Desk.FindAsync(talker, listed.Id, cancel) is not { } view)
            {
                continue;
            }

            var (name, access) = (NameOf(view, written.Count + 1), view.IsOwn ? own : null);
            await using (var page = await OpenAsync(zip, $"{name}.html", view.State.LastAt, cancel))
            {
                await WritePageAsync(page, talker, view, access, now, cancel);
            }

            await using (var json = await OpenAsync(zip, $"{name}.json", view.State.LastAt, cancel))
            {
                await WriteJsonAsync(json, view, now, cancel);
            }

            written.Add((name, view));
        }

        await using var list = await OpenAsync(zip, "index.html", now, cancel);
        await WriteListAsync(list, person, written, now);
    }

    /// <summary>The file of the caller, as an answer.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public async Task<IResult> AnswerAsync(HttpContext http, RecordDoor records)
    {
        var own = http.Has(TokenScopes.ReadOwn) ? await FindOwnAsync(http, records) : null;
        return TypedResults.Stream(stream => WriteAsync(http.GetPerson(), own, stream, http.RequestAborted), "application/zip", ExportText.FileName);
    }

    private static async Task<OwnAccess?> FindOwnAsync(HttpContext http, RecordDoor records)
    {
        try
        {
            return await records.OpenOwnAsync(http, TokenScopes.ReadOwn);
        }
        catch (RecordErasedException)
        {
            return null;
        }
    }

    private static async Task<Stream> OpenAsync(ZipArchive zip, string name, DateTimeOffset at, CancellationToken cancel)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = at;
        return await entry.OpenAsync(cancel);
    }

    /// <summary>A name by which somebody finds it again: when it was written in last, and what it is about.</summary>
    private static string NameOf(TalkView view, int number)
    {
        var about = string.Concat(view.State.Subject.EnumerateRunes().Select(static rune => Rune.IsLetterOrDigit(rune) ? rune.ToString() : "-"));
        var parts = string.Join('-', about.Split('-', StringSplitOptions.RemoveEmptyEntries));
        return $"{TimeZones.DayOf(view.State.LastAt):yyyy-MM-dd}-{number:000}-{parts.Cut(MostName)}".TrimEnd('-');
    }

    private async Task WritePageAsync(Stream stream, Talker talker, TalkView view, OwnAccess? own, DateTimeOffset now, CancellationToken cancel)
    {
        await using var file = new StreamWriter(stream, leaveOpen: true);
        await file.WriteAsync(TalkFile.Begin(view, talker.Person.DisplayName, now));
        var patient = (await people.Accounts.FindByReferenceAsync($"Patient/{view.Patient}", cancel))?.DisplayName ?? ConversationText.WhoLeft;
        await foreach (var items in new StoryReader(door, people, own).AllAsync(talker, view, cancel))
        {
            await file.WriteAsync(TalkFile.Items(items, patient));
            await file.FlushAsync(cancel);
        }

        await file.WriteAsync(TalkFile.End);
    }

    private async Task WriteJsonAsync(Stream stream, TalkView view, DateTimeOffset now, CancellationToken cancel)
    {
        await using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true });
        writer.WriteStartObject();
        writer.WritePropertyName("conversation");
        JsonSerializer.Serialize(writer, TalkTold.Of(view, await door.Desk.Hands.OfAsync(view.State, cancel), now), TalkJson.Default.TalkTold);
        writer.WriteStartArray("messages");
        for (var from = view.From; from <= view.State.Size;)
        {
            var lines = await door.Desk.LinesAsync(view, from, int.MaxValue, cancel);
            foreach (var line in lines)
            {
                JsonSerializer.Serialize(writer, MessageTold.Of(view, line), TalkJson.Default.MessageTold);
            }

            await writer.FlushAsync(cancel);
            from = lines.Count == 0 ? long.MaxValue : lines[^1].Seq + 1;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static async Task WriteListAsync(Stream stream, Person person, IReadOnlyList<(string Name, TalkView View)> written, DateTimeOffset now)
    {
        await using var file = new StreamWriter(stream, leaveOpen: true);
        await file.WriteAsync(TalkFile.List(written, person.DisplayName, now));
    }
}
