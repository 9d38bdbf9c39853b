using System.Buffers.Binary;
using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Where entries come from, as the patient will see it.</summary>
/// <param name="Kind">A short word: <c>file</c>, <c>fhir</c>, <c>device</c>, <c>person</c>.</param>
/// <param name="Name">What the patient knows it by, such as the file's name; kept sealed.</param>
public sealed record SourceDescription(string Kind, string Name)
{
    /// <summary>What the ledger notes of its gathering; null for its name.</summary>
    public string? Note { get; init; }

    /// <summary>SHA-256 of the whole input, by which the same file is known again; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Digest { get; init; }

    /// <summary>How many parts of the input became what, by the importer's own words for it; kept for the source's page, which says it in its reader's language.</summary>
    public IReadOnlyDictionary<string, int> Tally { get; init; } = ReadOnlyDictionary<string, int>.Empty;

    /// <summary>What was in it and what was not taken; null for sources that have nothing to report on, such as what the patient wrote by hand.</summary>
    public SourceReport? Report { get; init; }
}

/// <summary>A source as stored.</summary>
/// <param name="Number">Its number in the compartment.</param>
/// <param name="At">When it was gathered.</param>
/// <param name="Description">What it is.</param>
/// <param name="GatheredBy">Whole reference of who brought it.</param>
public sealed record Source(long Number, DateTimeOffset At, SourceDescription Description, string GatheredBy)
{
    /// <summary>When it was taken back; null while what it brought stands.</summary>
    public DateTimeOffset? TakenBackAt { get; init; }

    /// <summary>In how many blocks it is kept where its entries stood; null when it was written before that was noted.</summary>
    internal int? ProvenanceBlocks { get; init; }

    /// <summary>Further blocks, of what it brought later than its first entries.</summary>
    internal IReadOnlyList<int> LaterBlocks { get; init; } = [];

    /// <summary>Entries that it says too and that other sources brought.</summary>
    public IReadOnlySet<SaidVersion> AlsoSays { get; init; } = new HashSet<SaidVersion>();

    /// <summary>Points of series that it says too and that other sources brought.</summary>
    public IReadOnlyList<SaidPoints> AlsoSaysPoints { get; init; } = [];
}

/// <summary>An entry that an earlier gathering brought, found again by where it came from.</summary>
/// <param name="Local">Its id; null for the Patient resource.</param>
/// <param name="Version">Its current version.</param>
/// <param name="ContentDigest">The 64 bits the importer gave for its content; 0 for none.</param>
/// <param name="Origin">The 64 bits that name what it was where it came from.</param>
/// <param name="ResourceType">FHIR type.</param>
/// <param name="IsRule">A consent that the patient made, or another word of theirs: a gathering must not touch it.</param>
/// <param name="Source">Number of the source of its current version; 0 for the patient's own doing.</param>
/// <param name="IsWithdrawn">Whether its source was taken back: it is there no more, and what comes again is its next version.</param>
public readonly record struct KnownEntry(
    LocalId? Local, int Version, ulong ContentDigest, ulong Origin, string ResourceType, bool IsRule, long Source = 0, bool IsWithdrawn = false);

/// <summary>One version of an entry, as it is stored.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Source">The source it came from; 0 for the patient's own doing.</param>
/// <param name="Origin">The 64 bits that name what it was where it came from.</param>
/// <param name="ContentDigest">The 64 bits the importer gave for its content.</param>
/// <param name="IsWithdrawn">Whether it says that the entry was withdrawn.</param>
/// <param name="Body">Its JSON.</param>
public readonly record struct KnownVersion(int Version, long Source, ulong Origin, ulong ContentDigest, bool IsWithdrawn, ReadOnlyMemory<byte> Body);

/// <summary>One resource to be written: its final JSON, with id, version and lastUpdated in it.</summary>
/// <param name="Local">Its id; null for the Patient resource.</param>
/// <param name="Version">1, or one above the known version.</param>
/// <param name="Body">Minified JSON.</param>
/// <param name="Origin">64 bits that name what it was where it came from; 0 for none.</param>
/// <param name="ContentDigest">64 bits that tell whether the same came again.</param>
public readonly record struct EntryDraft(LocalId? Local, int Version, ReadOnlyMemory<byte> Body, ulong Origin, ulong ContentDigest)
{
    /// <summary>What is too large for the body: a document's bytes, the points of a series. At most 65,536; null for none.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Parts { get; init; }

    /// <summary>Where it stood in the original; null when nobody knows.</summary>
    public Provenance? Provenance { get; init; }

    /// <summary>In a correction: the source whose entry it is again, 0 for the patient's own doing. Everything else comes from the source that is gathered.</summary>
    public long Source { get; init; }

    /// <summary>In a correction: that the resource is there no more. The body has type, id and meta alone.</summary>
    public bool IsWithdrawn { get; init; }
}

/// <summary>A version of an entry that a source says too, though another one brought it.</summary>
/// <param name="Local">The entry; the default for the Patient resource.</param>
/// <param name="ContentDigest">Which version of it: the 64 bits the importer gave for its content.</param>
public readonly record struct SaidVersion(LocalId Local, ulong ContentDigest)
{
    /// <summary>Of the Patient resource, of which each source has a word of its own: the 64 bits that name what it was where it came from; else 0.</summary>
    public ulong Origin { get; init; }
}

/// <summary>Where one version of an entry stands, unopened.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Origin">The 64 bits that name what it was where it came from.</param>
/// <param name="Bytes">How long it is.</param>
public readonly record struct VersionPlace(int Version, ulong Origin, int Bytes);

/// <summary>What a gathering sees of the record it is about to add to. Valid only while the plan is made.</summary>
public sealed class GatheringView
{
    private readonly Compartment _compartment;
    private readonly CompartmentState _state;
    private readonly RowFinder _rows;

    internal GatheringView(Compartment compartment, CompartmentState state, DateTimeOffset now)
    {
        (_compartment, _state, _rows) = (compartment, state, new RowFinder(state.Index));
        Patient = compartment.Id;
        Now = now;
        PatientBody = compartment.ReadPatientBody(state);
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient { get; }

    /// <summary>The instant to write as <c>meta.lastUpdated</c>.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>What it is a view of.</summary>
    internal CompartmentState State => _state;

    /// <summary>What whoever gathers sees of the record; null for the patient, who sees all of it.</summary>
    internal Consent.EntrySet? Seen { get; private init; }

    /// <summary>
    /// Whose origins are told apart from all others: what somebody brings in their own name is never taken for what is there already of others, so that nothing tells them of that. Null where all are one.
    /// </summary>
    internal string? OriginsOf { get; private init; }

    /// <summary>The same record, as somebody sees it who gathers and is not its patient.</summary>
    /// <param name="seen">What they see.</param>
    /// <param name="originsOf">Whose origins are told apart from all others; null where all are one.</param>
    internal GatheringView SeenBy(Consent.EntrySet seen, string? originsOf = null) => new(_compartment, _state, Now) { Seen = seen, OriginsOf = originsOf };

    /// <summary>An origin as it is kept.</summary>
    internal ulong Kept(ulong origin) =>
        OriginsOf is null || origin == 0 ? origin : Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{OriginsOf}\n{origin}"))));

    /// <summary>The JSON of the current Patient resource.</summary>
    public ReadOnlyMemory<byte> PatientBody { get; }

    /// <summary>The current Patient resource's version.</summary>
    public int PatientVersion => _state.Index.VersionOf(_state.Index.PatientRow);

    /// <summary>The current Patient resource.</summary>
    public KnownEntry KnownPatient => Known(_state.Index.PatientRow)!.Value;

    /// <summary>The current entry that was gathered from <paramref name="origin"/> before, if any.</summary>
    public KnownEntry? FindOrigin(ulong origin) => Known(_rows.RowOfOrigin(Kept(origin)));

    /// <summary>
    /// The same, where what is gathered may refer to it by its id here: to somebody who acts for the patient that would tell that it is there, so it is what they see alone.
    /// </summary>
    public KnownEntry? FindReferable(ulong origin) => _rows.RowOfOrigin(Kept(origin)) is >= 0 and var row && Seen?.Contains(row) != false ? Known(row) : null;

    /// <summary>The current version of a resource of this record, if there is one.</summary>
    public KnownEntry? Find(LocalId local) => local == default || (OriginsOf is not null && _rows.LastRowOf(local) is >= 0 and var row && Seen?.Contains(row) != true) ? null : Known(_rows.LastRowOf(local));

    /// <summary>The JSON of the current version of an entry found before, as its sources said it: without the labels that rules and patient have added, with those that the patient took away.</summary>
    public ReadOnlyMemory<byte> ReadBody(in KnownEntry known)
    {
        var plain = _compartment.OpenBody(_state, _rows.LastRowOf(known.Local ?? default)).AsMemory();
        return SaidLabels.BodyOf(EntryHeader.Read(plain), plain);
    }

    /// <summary>The labels that the current version of an entry has from rules and patient alone.</summary>
    public IReadOnlySet<SecurityLabel> LabelsAdded(in KnownEntry known)
    {
        var plain = _compartment.OpenBody(_state, _rows.LastRowOf(known.Local ?? default)).AsMemory();
        var header = EntryHeader.Read(plain);
        return header.Said.Length == 0
            ? new HashSet<SecurityLabel>()
            : SaidLabels.Of(Resource.Read(EntryHeader.Body(plain))).Select(static label => SecurityLabel.Of(label))
                .Except(SaidLabels.Of(Resource.Read(SaidLabels.BodyOf(header, plain))).Select(static label => SecurityLabel.Of(label))).ToHashSet();
    }

    /// <summary>All parts of the current version of an entry found before; none when it has none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">A part was changed, moved or taken away.</exception>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadPartsAsync(in KnownEntry known, CancellationToken cancel) =>
        _compartment.ReadPartsAsync(_state, _rows.LastRowOf(known.Local ?? default), cancel);

    /// <summary>One part of the current version of an entry found before; with how many there are when it is the first.</summary>
    /// <inheritdoc cref="ReadPartsAsync(in KnownEntry, CancellationToken)"/>
    public Task<(ReadOnlyMemory<byte> Plain, int Count)> ReadPartAsync(in KnownEntry known, int number, CancellationToken cancel) =>
        _compartment.ReadPartAsync(_state, _state.Index.LastRowOf(known.Local ?? default), number, cancel);

    /// <summary>The parts of one version of an entry; none when it has none.</summary>
    /// <inheritdoc cref="ReadPartsAsync(in KnownEntry, CancellationToken)"/>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadPartsAsync(in KnownEntry known, int version, CancellationToken cancel) =>
        _compartment.ReadPartsAsync(_state, _rows.RowOf(known.Local ?? default, version), cancel);

    /// <summary>The entries of which a source brought a version, and that are there now.</summary>
    public IReadOnlyList<KnownEntry> BroughtBy(long source)
    {
        HashSet<LocalId> seen = [];
        List<KnownEntry> found = [];
        for (var row = 0; row < _state.Index.Count; row++)
        {
            if (_state.Index.SourceOf(row) == source && seen.Add(_state.Index.LocalOf(row)) && _rows.RowOf(_state.Index.LocalOf(row)) is >= 0 and var current)
            {
                found.Add(Known(current)!.Value);
            }
        }

        return found;
    }

    /// <summary>All versions of an entry as their sources said them, the first one first.</summary>
    public IReadOnlyList<KnownVersion> VersionsOf(in KnownEntry known)
    {
        List<KnownVersion> versions = [];
        for (var version = 1; version <= known.Version; version++)
        {
            versions.Add(ReadVersion(known, version));
        }

        return versions;
    }

    /// <summary>One version of an entry as its source said it.</summary>
    public KnownVersion ReadVersion(in KnownEntry known, int version)
    {
        var plain = _compartment.OpenBody(_state, _rows.RowOf(known.Local ?? default, version)).AsMemory();
        var header = EntryHeader.Read(plain);
        return new KnownVersion(version, header.Source, header.Origin, header.ContentDigest, header.IsWithdrawn, SaidLabels.BodyOf(header, plain));
    }

    /// <summary>Where the versions of an entry stand, the newest first; none of them is opened.</summary>
    public IEnumerable<VersionPlace> PlacesOf(KnownEntry known)
    {
        for (var version = known.Version; version > 0; version--)
        {
            var row = _rows.RowOf(known.Local ?? default, version);
            yield return new VersionPlace(version, _state.Index.OriginOf(row), _state.Bodies[row].Length);
        }
    }

    /// <summary>All sources of the record, those that were taken back among them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<Source>> ReadSourcesAsync(CancellationToken cancel) => _compartment.ReadSourcesAsync(cancel);

    /// <summary>
    /// The 64 bits that the importer gave for the content when <paramref name="origin"/> last brought something; 0 when it did not. Another origin may have
    /// brought a newer version of the same resource since.
    /// </summary>
    public ulong LastDigestOf(ulong origin)
    {
        var row = _rows.LastRowOfOrigin(Kept(origin));
        return row < 0 ? 0 : EntryHeader.Read(_compartment.OpenBody(_state, row)).ContentDigest;
    }

    /// <summary>The labels by which sources said the current version of an entry to be sensitive, and that <paramref name="instead"/> does not carry.</summary>
    public IReadOnlyList<Element> LabelsMissing(in KnownEntry known, Element instead)
    {
        var there = NestedLabels.All(instead).Select(CodeOf).ToHashSet();
        return [.. NestedLabels.All(Resource.Read(ReadBody(known)).Root)
            .Where(label => CodeOf(label) is var (system, code) && (code.Length == 0 || SecurityLabels.IsSensitive(system, code)) && there.Add((system, code)))];
    }

    private static (string System, string Code) CodeOf(Element label) => (
        label.TryGetChild("system", out var system) ? system.GetString() ?? "" : "",
        label.TryGetChild("code", out var code) ? code.GetString() ?? "" : "");

    private KnownEntry? Known(int row)
    {
        if (row < 0)
        {
            return null;
        }

        var header = EntryHeader.Read(_compartment.OpenBody(_state, row));
        return new KnownEntry(header.Local == default ? null : header.Local, header.Version, header.ContentDigest, header.Origin, _state.Index.TypeOf(row), header.IsRule || header.IsLink || header.IsOwnLabel || header.IsLabelMark, header.Source, header.IsWithdrawn);
    }
}

/// <summary>What to write, worked out against one state of the record.</summary>
/// <param name="Entries">All of them are written, or none.</param>
/// <param name="Tally">What the source's page will say about it: see <see cref="SourceDescription.Tally"/>.</param>
public sealed record GatheringPlan(IReadOnlyList<EntryDraft> Entries, IReadOnlyDictionary<string, int>? Tally = null)
{
    /// <summary>What the source's page will say of what was in it.</summary>
    public SourceReport? Report { get; init; }

    /// <summary>Entries that the source says too and that other sources brought: they stay when those are taken back.</summary>
    public IReadOnlyList<SaidVersion> AlsoSays { get; init; } = [];

    /// <summary>The same of points of series.</summary>
    public IReadOnlyList<SaidPoints> AlsoSaysPoints { get; init; } = [];

    /// <summary>Of what somebody else than the patient brings, what they may write. How much of it was there already is for the patient alone.</summary>
    internal GatheringPlan Only(IReadOnlyList<EntryDraft> permitted) => this with { Entries = permitted, Tally = null, AlsoSays = [], AlsoSaysPoints = [] };

    /// <summary>The device whose waiting measurements these are: they go into the source that it has already, if it has one. Null for all other sources.</summary>
    public LiveFold? Live { get; init; }
}

/// <summary>What a gathering did.</summary>
/// <param name="Source">Number of the source; null when nothing was written.</param>
/// <param name="LedgerIndex">Where the ledger tells of it; -1 when nothing was written.</param>
public sealed record GatheringOutcome(long? Source, long LedgerIndex)
{
    /// <summary>The device whose measurements these are has changed since it was read, and nothing was written.</summary>
    public bool DeviceChanged { get; init; }

    /// <summary>Whoever acts for the patient may not do it, and nothing was written.</summary>
    public bool NotPermitted { get; init; }
}
