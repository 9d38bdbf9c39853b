using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Fhir;
using Rapport.Gathering;
using Rapport.Records;

namespace Rapport.Server.Jobs;

/// <summary>What the server notes about an import that is under way or was; stored sealed under the patient's key.</summary>
public sealed record ImportJobNotes
{
    /// <summary>The file's name as it came; that of the source which is taken back.</summary>
    public required string FileName { get; init; }

    /// <summary>The source that is to be taken back; null for an import.</summary>
    public long? TakesBack { get; init; }

    /// <summary>Bytes of the file; 0 while it is still coming in.</summary>
    public long Length { get; init; }

    /// <summary>The name that the patient goes by, see <see cref="ImportOptions.OwnName"/>.</summary>
    public required string OwnName { get; init; }

    /// <summary>It is what a SMART Health Link gave, see <see cref="ImportOptions.IsOpenedLink"/>.</summary>
    public bool IsOpenedLink { get; init; }

    /// <summary>What came by a link and whose file it is: it waits on until all of it is in the record. Null for every other file.</summary>
    public string? Delivery { get; init; }

    /// <summary>The patient said beforehand that the file is about them.</summary>
    public bool IdentityConfirmed { get; init; }

    /// <summary>The doubt that the patient was shown and put aside. Another one, since the record says something else of them meanwhile, is asked about anew.</summary>
    public IdentityDoubt? ConfirmedDoubt { get; init; }

    /// <summary>The patient said to take the good part.</summary>
    public bool TakeGoodPart { get; init; }

    /// <summary>What the patient said the columns of a table mean, before they saw how it would be read so.</summary>
    public CsvMapping? Proposed { get; init; }

    /// <summary>What is proposed for the columns of a table: what was said of them last, else what was said of such tables before.</summary>
    [JsonIgnore]
    public CsvMapping? Said => Proposed ?? Outcome?.Told;

    /// <summary>What the columns of a table mean, as the patient said it of this file.</summary>
    public CsvMapping? Mapping { get; init; }

    /// <summary>Names the shape of that table, see <see cref="OwnShapes"/>.</summary>
    public string? Shape { get; init; }

    /// <summary>Bytes read, entries and points found, as far as it was written down last.</summary>
    public long BytesRead { get; init; }

    /// <inheritdoc cref="BytesRead"/>
    public int Entries { get; init; }

    /// <inheritdoc cref="BytesRead"/>
    public long Points { get; init; }

    /// <summary>When reading began last.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How it went; null until then.</summary>
    public ImportOutcome? Outcome { get; init; }

    /// <exception cref="InvalidDataException">The bytes are no notes.</exception>
    public static ImportJobNotes Read(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize(body.Span, ImportJobJson.Default.ImportJobNotes) ?? throw new InvalidDataException("the notes of an import are empty");

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ImportJobJson.Default.ImportJobNotes);
}

/// <summary>Why a job ended without having been done.</summary>
public enum ImportEnd
{
    /// <summary>The patient gave it up.</summary>
    GivenUp,

    /// <summary>It asked, and nobody answered for so long that its file was let go.</summary>
    Unanswered,

    /// <summary>The file that was kept here is gone, or was changed.</summary>
    Damaged,

    /// <summary>Something went wrong on this server that trying again does not mend.</summary>
    Failed,
}

/// <summary>What became of an import, as its page tells it again whenever it is opened.</summary>
public sealed record ImportOutcome
{
    /// <summary>How many doubts or reasons are kept.</summary>
    private const int MostIssues = 100;

    /// <summary>How it went; null when <see cref="End"/> says why it did not.</summary>
    public ImportStatus? Status { get; init; }

    /// <summary>Why it ended without having been done; null when it was done, or asks.</summary>
    public ImportEnd? End { get; init; }

    /// <summary>How many entries of which FHIR type became what.</summary>
    public IReadOnlyList<ImportedCount> Counts { get; init; } = [];

    /// <summary>Doubts about what was taken, or why it was refused; the first of them.</summary>
    public IReadOnlyList<CheckIssue> Issues { get; init; } = [];

    /// <summary>Whom the source says it is about.</summary>
    public PersonNamed? About { get; init; }

    /// <summary>The two identities, when they are in doubt.</summary>
    public IdentityDoubt? Identity { get; init; }

    /// <inheritdoc cref="ImportResult.ConsentsKeptAsDocuments"/>
    public int ConsentsKeptAsDocuments { get; init; }

    /// <summary>What was in the source.</summary>
    public SourceReport? Report { get; init; }

    /// <inheritdoc cref="ImportResult.HasGoodPart"/>
    public bool HasGoodPart { get; init; }

    /// <inheritdoc cref="ImportResult.IsEmpty"/>
    public bool IsEmpty { get; init; }

    /// <summary>The source that was made, if any.</summary>
    public long? Source { get; init; }

    /// <summary>Names the shape of a table whose columns had to be explained, see <see cref="OwnShapes"/>; null for all else. When it was refused, that is what is asked.</summary>
    public string? Shape { get; init; }

    /// <summary>What the patient had explained of the columns of such tables, which is to be looked at and confirmed; null for nothing.</summary>
    public CsvMapping? Told { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>How a refused file begins, by which its page explains what it is.</summary>
    public byte[] Head { get; init; } = [];

    public static ImportOutcome Of(ImportResult result, byte[] head) => new()
    {
        Status = result.Status,
        Counts = [.. result.Entries.CountBy(entry => (entry.As, entry.ResourceType)).Select(c => new ImportedCount(c.Key.As, c.Key.ResourceType, c.Value))],
        Issues = [.. result.Issues.Take(MostIssues)],
        About = result.About,
        Identity = result.Identity,
        ConsentsKeptAsDocuments = result.ConsentsKeptAsDocuments,
        Report = result.Report,
        HasGoodPart = result.HasGoodPart,
        IsEmpty = result.IsEmpty,
        Source = result.Source,
        Head = result.Status == ImportStatus.Refused ? head : [],
    };

    public int Count(ImportedAs what) => Counts.Where(count => count.As == what).Sum(count => count.Count);
}

/// <summary>How many entries of one FHIR type became what.</summary>
public sealed record ImportedCount(ImportedAs As, string ResourceType, int Count);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ImportJobNotes))]
internal sealed partial class ImportJobJson : JsonSerializerContext;
