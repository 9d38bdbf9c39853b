using System.IO.Pipelines;
using System.Text.Json;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Summaries;

namespace Rapport.Server.LinksGiven;

/// <summary>
/// The files behind a link, made of what was disclosed: one bundle, which is a summary or what was chosen, and each document as a file of its own. All of them are FHIR in JSON, since the guide knows no other
/// type for them: a document is the <c>Binary</c> that carries its bytes and its type. Not thread safe.
/// </summary>
internal sealed class LinkFiles(GivenLink link, Disclosure disclosure, string baseUrl, DateTimeOffset at)
{
    /// <summary>What the files are.</summary>
    public const string ContentType = "application/fhir+json";

    /// <summary>The name of the bundle among them.</summary>
    public const string Bundle = "bundle";

    /// <summary>Entries that go along with a link; of more than these the newest.</summary>
    public const int MostEntries = 2000;

    /// <summary>Documents that go along as files.</summary>
    public const int MostDocuments = 20;

    /// <summary>Bytes of all files together, in clear: what programs that open links take.</summary>
    public const int MostBytes = 15 * 1024 * 1024;

    /// <summary>What goes along is bounded before it is disclosed: the ledger tells of what was given.</summary>
    private static readonly AnswerBounds Bounds = new(MostBytes);

    /// <summary>What a link asks for.</summary>
    public static RecordQuery QueryOf(GivenLink link) => (link.IsSummary ? PatientSummary.Query : new RecordQuery.Everything(MostEntries)) with { Within = Bounds };

    /// <summary>What one of its files is made of: the bundle of everything but the documents that are files of their own.</summary>
    public static RecordQuery QueryOf(GivenLink link, string file) =>
        file == Bundle || !LocalReference.TryParseId(file, out _, out var local) ? QueryOf(link) with { Within = HasDocuments(link) ? Bounds with { Beside = MostDocuments } : Bounds }
        : new RecordQuery.ById("Binary", local) { Within = Bounds };

    private static bool HasDocuments(GivenLink link) => !link.IsSummary && !link.IsDirect;

    /// <summary>All files: the bundle first.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<PlainLinkFile>> MakeAsync(CancellationToken cancel)
    {
        var documents = HasDocuments(link) ? await DocumentsAsync(cancel) : [];
        return [new PlainLinkFile(Bundle, await BundleAsync([.. documents.Select(document => "Binary/" + document.Name)], cancel)), .. documents];
    }

    /// <summary>One file; null when what was disclosed is not it.</summary>
    /// <inheritdoc cref="MakeAsync"/>
    public async Task<byte[]?> MakeOneAsync(string file, CancellationToken cancel)
    {
        if (file == Bundle)
        {
            return await BundleAsync(disclosure.Beside, cancel);
        }

        return disclosure.MatchCount == 1 && disclosure.Entries[0] is { ResourceType: "Binary" } binary && binary.Id == file ? await ReadAsync(0, cancel) : null;
    }

    /// <summary>What people read of it, without the documents beside it.</summary>
    /// <inheritdoc cref="MakeAsync"/>
    public Task<SharedDocument> ReadAsync(CancellationToken cancel) => DocumentAsync([], cancel);

    private async Task<byte[]> BundleAsync(IReadOnlyList<string> documents, CancellationToken cancel) =>
        JsonSerializer.SerializeToUtf8Bytes((await DocumentAsync(documents, cancel)).ToBundle(baseUrl, at, documents));

    private async Task<SharedDocument> DocumentAsync(IReadOnlyList<string> beside, CancellationToken cancel)
    {
        List<SharedEntry> entries = [];
        for (var i = 0; i < disclosure.MatchCount; i++)
        {
            var entry = disclosure.Entries[i];
            if (!beside.Contains(entry.Reference))
            {
                entries.Add(new SharedEntry(entry.Reference, Resource.Read(await ReadAsync(i, cancel))));
            }
        }

        return link.IsSummary ? PatientSummary.Document(entries) : ChosenEntries.Document(entries, leftOut: disclosure.Total - disclosure.MatchCount - disclosure.Beside.Count);
    }

    private async Task<List<PlainLinkFile>> DocumentsAsync(CancellationToken cancel)
    {
        List<PlainLinkFile> documents = [];
        for (var i = 0; i < disclosure.MatchCount && documents.Count < MostDocuments; i++)
        {
            var entry = disclosure.Entries[i];
            if (entry.ResourceType == "Binary")
            {
                documents.Add(new PlainLinkFile(entry.Id, await ReadAsync(i, cancel)));
            }
        }

        return documents;
    }

    /// <summary>An entry, whole.</summary>
    private async Task<byte[]> ReadAsync(int index, CancellationToken cancel)
    {
        if (!WholeEntry.IsMore(disclosure, index))
        {
            return disclosure.ReadBody(index);
        }

        using var memory = new MemoryStream();
        var output = PipeWriter.Create(memory, new StreamPipeWriterOptions(leaveOpen: true));
        await WholeEntry.WriteAsync(disclosure, index, output, cancel);
        await output.CompleteAsync();
        return memory.ToArray();
    }
}

/// <summary>A file behind a link, in clear.</summary>
/// <param name="Name">Names it among them.</param>
/// <param name="Bytes">FHIR in JSON.</param>
internal sealed record PlainLinkFile(string Name, byte[] Bytes);
