using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>How an import went as a whole.</summary>
public enum ImportStatus
{
    /// <summary>Something new or changed was taken.</summary>
    Taken,

    /// <summary>Everything was in the record already; nothing changed.</summary>
    NothingNew,

    /// <summary>The input was refused; nothing changed. <see cref="ImportResult.Issues"/> say why and where.</summary>
    Refused,

    /// <summary>The input is plainly about somebody else; nothing changed. It is taken when the patient confirms that it is theirs.</summary>
    IdentityInDoubt,
}

/// <summary>What became of one resource of the input.</summary>
public enum ImportedAs
{
    /// <summary>A new entry.</summary>
    Added,

    /// <summary>A new version of an entry that came from the same place before.</summary>
    Updated,

    /// <summary>It was there already, the same.</summary>
    Unchanged,

    /// <summary>It says nothing about the patient (such as a server's message), so it was not kept.</summary>
    LeftOut,
}

/// <summary>One resource of the input and where it is now.</summary>
/// <param name="Index">Its position in the input, from 0.</param>
/// <param name="ResourceType">FHIR type.</param>
/// <param name="As">What became of it.</param>
/// <param name="Id">Its id in the record; null when left out.</param>
/// <param name="Version">Its version in the record.</param>
public sealed record ImportedEntry(int Index, string ResourceType, ImportedAs As, string? Id, int Version);

/// <summary>Who the input says it is about, and whom the record is about.</summary>
/// <param name="InputName">A name from the input, if it has one.</param>
/// <param name="InputBirthDate">The birth date in the input, if it has one.</param>
/// <param name="RecordName">A name from the record.</param>
/// <param name="RecordBirthDate">The birth date in the record.</param>
public sealed record IdentityDoubt(string? InputName, string? InputBirthDate, string? RecordName, string? RecordBirthDate)
{
    /// <summary>Whether the record names nobody yet, so that this is a question and no contradiction.</summary>
    public bool IsFirst => RecordName is null && RecordBirthDate is null;
}

/// <summary>A person as an input names them.</summary>
/// <param name="Name">The name, if there is one.</param>
/// <param name="BirthDate">The birth date as FHIR writes it, if there is one.</param>
public sealed record PersonNamed(string? Name, string? BirthDate);

/// <summary>What an import did, or why it did nothing. An import is all or nothing.</summary>
public sealed record ImportResult
{
    /// <summary>How it went.</summary>
    public required ImportStatus Status { get; init; }

    /// <summary>Errors when refused; otherwise warnings about what was taken.</summary>
    public IReadOnlyList<CheckIssue> Issues { get; init; } = [];

    /// <summary>The resources of the input in their order; empty when nothing was read.</summary>
    public IReadOnlyList<ImportedEntry> Entries { get; init; } = [];

    /// <summary>The two identities, when they are in doubt.</summary>
    public IdentityDoubt? Identity { get; init; }

    /// <summary>Whom the input says it is about; null when it does not say.</summary>
    public PersonNamed? About { get; init; }

    /// <summary>Consents in the input: kept as documents that decide nothing.</summary>
    public int ConsentsKeptAsDocuments { get; init; }

    /// <summary>The source that the entries carry; null when nothing was written.</summary>
    public long? Source { get; init; }

    /// <summary>Where the ledger tells of it; -1 when nothing was written.</summary>
    public long LedgerIndex { get; init; } = -1;

    /// <summary>What was in the source; null when it was not read.</summary>
    public SourceReport? Report { get; init; }

    /// <summary>Whether it was refused for damaged parts alone, so that the rest can be taken (<see cref="ImportOptions.TakeGoodPart"/>).</summary>
    public bool HasGoodPart { get; init; }

    /// <summary>
    /// The names of the columns of a table that was refused because nobody said what they mean (<see cref="ImportOptions.CsvMapping"/>); null when it was not refused for that.
    /// </summary>
    public IReadOnlyList<string>? ColumnsAsked { get; init; }

    /// <summary>Whether it was refused only because there is nothing in it, such as the days of a service on which nothing was measured.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>How many resources became what, by FHIR type.</summary>
    public IReadOnlyDictionary<string, int> Count(ImportedAs what) =>
        Entries.Where(e => e.As == what).CountBy(e => e.ResourceType).OrderByDescending(c => c.Value).ToDictionary();

    internal static ImportResult Refuse(IReadOnlyList<CheckIssue> issues) => new() { Status = ImportStatus.Refused, Issues = issues };

    internal static ImportResult Refuse(string code, string location, string text) => Refuse([new(IssueSeverity.Error, code, location, text)]);
}

/// <summary>Why a source was not taken that somebody else than the patient brought.</summary>
/// <param name="Issues">What is wrong with the source; none when they may not add to the record, or nothing of this.</param>
public sealed record ActingRefusal(IReadOnlyList<CheckIssue> Issues);

/// <summary>How to import.</summary>
public sealed record ImportOptions
{
    /// <summary>What the patient will know the source by, such as the file's name.</summary>
    public required string SourceName { get; init; }

    /// <summary>The kind of a source that somebody brought as a file.</summary>
    public const string FileKind = "file";

    /// <summary>The kind of a source that came by a SMART Health Link.</summary>
    public const string LinkKind = "link";

    /// <summary>A short word for the kind of source: <c>file</c>, <c>fhir</c>, <c>link</c>.</summary>
    public string SourceKind { get; init; } = FileKind;

    /// <summary>The patient has said that the input is about them, although it names somebody else.</summary>
    public bool IdentityConfirmed { get; init; }

    /// <summary>The doubt that the patient was shown and put aside; null for none. What differs from it is a doubt of its own.</summary>
    public IdentityDoubt? ConfirmedDoubt { get; init; }

    /// <summary>
    /// The name that the patient goes by. When it is given, a record that names nobody yet does not take an input about somebody of another name
    /// before the patient confirms it. Null: the first input says whose record it is.
    /// </summary>
    public string? OwnName { get; init; }

    /// <summary>Take the good part of a source whose other parts are damaged, instead of nothing; the source is marked as partial.</summary>
    public bool TakeGoodPart { get; init; }

    /// <summary>What health cards are held against; without it no issuer is trusted, and none that has an end or a beginning counts as over or to come.</summary>
    public CardChecks? Cards { get; init; }

    /// <summary>The source is what a SMART Health Link gave (<see cref="OpenedLink.Write"/>), and not a file whose content says what it is.</summary>
    public bool IsOpenedLink { get; init; }

    /// <summary>What the columns of a CSV file mean; null when their names say it.</summary>
    public CsvMapping? CsvMapping { get; init; }

    /// <inheritdoc cref="HarvestLimits.EntryByEntryFrom"/>
    internal int EntryByEntryFrom { get; init; } = new HarvestLimits().EntryByEntryFrom;

    /// <summary>The largest input that is read.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;
}
