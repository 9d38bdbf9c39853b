using System.Buffers;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>Why an entry is in an answer.</summary>
public enum AnswerMode
{
    /// <summary>It was asked for.</summary>
    Match,

    /// <summary>A match links to it, or it to a match, and the query asked for such; or it tells of the same thing as a match.</summary>
    Include,
}

/// <summary>One entry of an answer, without its body.</summary>
/// <param name="ResourceType">FHIR type.</param>
/// <param name="Id">The whole resource id, <c>patient.local</c>, or the patient's id for the Patient resource.</param>
/// <param name="Version">Version number from 1.</param>
/// <param name="LastUpdated">When this version was written.</param>
/// <param name="When">The clinically relevant time: low and exclusive high, null when the entry has none.</param>
/// <param name="Source">Number of the source it came from.</param>
/// <param name="Mode">Match or include.</param>
/// <param name="Labels">The sensitive security labels it carries, as codes (<c>PSY</c>, <c>HIV</c>…).</param>
public sealed record AnsweredEntry(
    string ResourceType, string Id, int Version, DateTimeOffset LastUpdated, DateRange? When, long Source, AnswerMode Mode, IReadOnlyList<string> Labels)
{
    /// <summary>How FHIR refers to the resource.</summary>
    public string Reference => $"{ResourceType}/{Id}";
}

/// <summary>
/// Entries that may be read now: a <see cref="Disclosure"/> to someone else, already in the ledger, or an <see cref="OwnAnswer"/>. Nothing else
/// reads bodies for another person. Not thread safe.
/// </summary>
public abstract class RecordAnswer
{
    private readonly Compartment _compartment;
    private readonly int[] _rows;
    private readonly byte[][] _sealedBodies;
    private readonly MergedEntries _merged;
    private AnsweredEntry[]? _entries;
    private Dictionary<int, int>? _places;

    private protected RecordAnswer(Compartment compartment, CompartmentState state, Selection selection, byte[][] sealedBodies)
    {
        _compartment = compartment;
        State = state;
        _rows = selection.Rows;
        _sealedBodies = sealedBodies;
        Total = selection.Total;
        NextCursor = selection.NextCursor;
        MatchCount = selection.MatchCount;
        CountByType = selection.CountByType;
        _merged = selection.Merged;
        Beside = [.. selection.Beside.Select(row => $"{state.Index.TypeOf(row)}/{state.Index.IdOf(compartment.IdText, row)}")];
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>How many entries the query matches among those permitted, over all pages.</summary>
    public int Total { get; }

    /// <summary>Permitted entries by FHIR type, whichever types were asked for; null unless the query counts them.</summary>
    public IReadOnlyDictionary<string, int>? CountByType { get; }

    /// <summary>The references of the matches that go along by themselves, where the query says so: nothing else of them is in the answer.</summary>
    public IReadOnlyList<string> Beside { get; }

    /// <summary>Entries on this page.</summary>
    public int Count => _rows.Length;

    /// <summary>How many of the entries on this page are matches; they come first, includes after them.</summary>
    public int MatchCount { get; }

    /// <summary>Asks for the next page; null on the last.</summary>
    public string? NextCursor { get; }

    /// <summary>The entries on this page in their order.</summary>
    public IReadOnlyList<AnsweredEntry> Entries => _entries ??= MakeEntries();

    /// <summary>The FHIR types of the current entries that the reader may see for this purpose.</summary>
    public IReadOnlySet<string> ReadableTypes
    {
        get
        {
            HashSet<string> types = [];
            foreach (var row in Readable.And(State.Index.Current))
            {
                types.Add(State.Index.TypeOf(row));
            }

            return types;
        }
    }

    private protected CompartmentState State { get; }

    /// <summary>The rows that the reader may see.</summary>
    private protected abstract EntrySet Readable { get; }

    private protected ReadOnlySpan<int> Rows => _rows;

    /// <summary>Where on this page each row stands.</summary>
    private Dictionary<int, int> Places => _places ??= _rows.Index().DistinctBy(row => row.Item).ToDictionary(row => row.Item, row => row.Index);

    /// <summary>
    /// The entries of this answer that tell of the same thing as entry <paramref name="index"/>, as positions on this page, each with the rule by which it joined; empty when it stands alone or the query
    /// does not merge.
    /// </summary>
    public IReadOnlyList<(int Index, MergeReason Reason)> SameAs(int index) => _merged.With(_rows[index]) is not { } group
        ? []
        : [.. group.Where(row => row != _rows[index] && Places.ContainsKey(row)).Select(row => (Places[row], _merged.ReasonBetween(_rows[index], row)))];

    /// <summary>The comments on the matches, as positions on this page, the earliest first; none where the query does not ask for them.</summary>
    public IReadOnlyList<int> Comments => [.. Enumerable.Range(MatchCount, Count - MatchCount).Where(i => State.Index.IsComment(_rows[i]))];

    /// <summary>
    /// Whether entry <paramref name="index"/> of this page came from elsewhere: a file, a device, a form to write down by hand. What it says of who wrote it is then what was said there, and nobody here made sure; what is written at a door
    /// of its own (comments, opinions) did not come from anywhere.
    /// </summary>
    public bool IsBrought(int index) => State.Index.IsBrought(_rows[index]);

    /// <summary>Bytes of the JSON of entry <paramref name="index"/> of this page.</summary>
    public int BodyLength(int index) => _sealedBodies[index].Length - Sealer.Overhead - State.Index.BodyStartOf(_rows[index]);

    /// <summary>Writes the JSON of entry <paramref name="index"/> of this page.</summary>
    /// <exception cref="SealBrokenException">The stored body was changed.</exception>
    public void WriteBody(int index, IBufferWriter<byte> target)
    {
        var sealedBody = _sealedBodies[index];
        var length = sealedBody.Length - Sealer.Overhead;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var plain = buffer.AsSpan(0, length);
        try
        {
            _compartment.OpenBody(_rows[index], sealedBody, plain);
            target.Write(EntryHeader.Body((ReadOnlySpan<byte>)plain));
        }
        finally
        {
            // Clear: rented arrays go to whoever rents next.
            plain.Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The JSON of entry <paramref name="index"/> of this page.</summary>
    /// <exception cref="SealBrokenException">The stored body was changed.</exception>
    public byte[] ReadBody(int index)
    {
        var plain = new byte[_sealedBodies[index].Length - Sealer.Overhead];
        _compartment.OpenBody(_rows[index], _sealedBodies[index], plain);
        return EntryHeader.Body((ReadOnlySpan<byte>)plain).ToArray();
    }

    /// <summary>Entry <paramref name="index"/> of this page, parsed.</summary>
    public Resource ReadResource(int index) => Resource.Read(ReadBody(index));

    /// <summary>Whether entry <paramref name="index"/> of this page has parts beside its JSON: a document's bytes, the points of a series.</summary>
    public bool HasParts(int index) => State.Index.HasParts(_rows[index]);

    /// <summary>One part of entry <paramref name="index"/> of this page, which must have some; with how many there are when it is the first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">The part was changed, moved or taken away, or there is none of this number.</exception>
    public Task<(ReadOnlyMemory<byte> Plain, int Count)> ReadPartAsync(int index, int number, CancellationToken cancel) => _compartment.ReadPartAsync(State, _rows[index], number, cancel);

    /// <summary>All parts of entry <paramref name="index"/> of this page in their order; none when it has none.</summary>
    /// <inheritdoc cref="ReadPartAsync"/>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadPartsAsync(int index, CancellationToken cancel) => _compartment.ReadPartsAsync(State, _rows[index], cancel);

    /// <summary>
    /// Whether <paramref name="reference"/> leads to a current entry that the reader may see for this purpose. What is not permitted and what does
    /// not exist are the same.
    /// </summary>
    public bool Leads(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        var id = reference.AsSpan(slash + 1);
        var text = _compartment.IdText;
        LocalId local = default;
        return (id.SequenceEqual(text) || (id.StartsWith(text + ".", StringComparison.Ordinal) && LocalId.TryParse(id[(text.Length + 1)..], out local)))
            && State.Index.RowOf(local) is >= 0 and var row && Readable.Contains(row) && slash > 0
            && State.Index.TypeOf(row).AsSpan().SequenceEqual(reference.AsSpan(0, slash));
    }

    private AnsweredEntry[] MakeEntries()
    {
        var entries = new AnsweredEntry[_rows.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = State.Index.Describe(_compartment.IdText, _rows[i], i < MatchCount ? AnswerMode.Match : AnswerMode.Include);

            // The number of a source tells how many entries came before it, those that stay home among them.
            entries[i] = this is OwnAnswer ? entry : entry with { Source = 0 };
        }

        return entries;
    }
}
