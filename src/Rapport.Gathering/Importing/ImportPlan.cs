using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Works out what an input adds to one state of a record: recognises what came before, gives ids, rewrites references, leaves what is the same alone.
/// </summary>
internal sealed class ImportPlan
{
    private readonly ImportInput _input;
    private readonly GatheringView _view;
    private readonly Origins _origins;
    private readonly string _patient;
    private readonly string? _outside;
    private readonly ImportTarget[] _targets;
    private readonly IReadOnlyList<Element>[] _labelsKept;
    private readonly HashSet<int> _otherBytes = [];
    private bool[] _drafted = [];
    private IReadOnlyList<ToldPatient> _told = [];

    // Code systems and profiles stand in an input thousands of times.
    private readonly ConcurrentDictionary<string, string?> _elsewhere = new();

    /// <param name="input">What is imported.</param>
    /// <param name="view">The record as it is.</param>
    /// <param name="outside">How an input without a Patient resource names its patient.</param>
    private ImportPlan(ImportInput input, GatheringView view, string? outside)
    {
        (_input, _view, _patient, _outside) = (input, view, view.Patient.ToString(), outside);
        _origins = new Origins(input, outside);
        _targets = [.. input.Entries.Select(Aim)];
        _labelsKept = new IReadOnlyList<Element>[_targets.Length];
        Errors = FindRepeated();
    }

    /// <inheritdoc cref="ImportPlan(ImportInput, GatheringView, string?)"/>
    internal static async Task<ImportPlan> MakeAsync(ImportInput input, GatheringView view, string? outside, CancellationToken cancel)
    {
        var plan = new ImportPlan(input, view, outside);
        if (plan.Errors.Count == 0)
        {
            await plan.CompareDocumentsAsync(cancel);
            plan._told = input.PatientIndex >= 0 && !plan._targets[input.PatientIndex].IsKept ? await ToldPatient.ReadAsync(view, cancel) : [];
            plan.DraftAll(cancel);
        }

        return plan;
    }

    private void DraftAll(CancellationToken cancel)
    {
        var drafts = ParallelDrafts.Make(_targets.Length, index => Draft(index, cancel), cancel);
        _drafted = [.. drafts.Select(draft => draft is not null)];
        Drafts.EnsureCapacity(_drafted.Count(isDrafted => isDrafted));
        Drafts.AddRange(drafts.Where(d => d is not null).Select(d => d!.Value));
        Entries = [.. _targets.Select((target, i) => Describe(target, i, drafts)).Where(e => e is not null).Select(e => e!)];
    }

    /// <summary>Bytes of documents are no part of the JSON that is compared: those that differ from what is there are found first.</summary>
    private async Task CompareDocumentsAsync(CancellationToken cancel)
    {
        foreach (var target in _targets.Where(target => target is { Known: { IsWithdrawn: false }, IsLeftOut: false } && target.Entry.Resource?.TypeName == "Binary"))
        {
            if (CarriedParts.DocumentOf(target.Entry.Resource!.Value) is { } parts && !DocumentParts.AreSame(parts, await _view.ReadPartsAsync(target.Known!.Value, cancel)))
            {
                _otherBytes.Add(target.Entry.Index);
            }
        }
    }

    /// <summary>What was not taken of an input that was taken.</summary>
    internal IReadOnlyList<CheckIssue> Warnings =>
    [
        .. _targets.Where(target => target is { IsKept: true, IsSamePatient: false } && !_input.PatientIsBrief).Select(target => new CheckIssue(
            IssueSeverity.Warning, "incomplete", PlaceOf(target),
            "this Patient has neither a name nor a birth date: the record keeps the one it has, and takes only what else the input brings")),
        .. _targets.Where((_, i) => _labelsKept[i] is { Count: > 0 }).Select(target => new CheckIssue(
            IssueSeverity.Warning, "business-rule", PlaceOf(target),
            $"the record has this marked as sensitive ({Names(_labelsKept[target.Entry.Index])}) and it came without that mark: the mark is kept")),
    ];

    /// <summary>Why the input cannot go into this record; then there is nothing to write.</summary>
    internal IReadOnlyList<CheckIssue> Errors { get; }

    /// <summary>What to write. One list from here on: of hundreds of thousands each copy counts.</summary>
    internal List<EntryDraft> Drafts { get; } = [];

    internal IReadOnlyList<ImportedEntry> Entries { get; private set; } = [];

    /// <summary>The places that series of the input have in the record, by their origins, and where they stood: other entries refer to them.</summary>
    internal IReadOnlyDictionary<ulong, (LocalId Local, int Index)> SeriesPlaces =>
        _targets.Where(target => target is { IsSeries: true, Repeats: null }).ToDictionary(target => target.Origin, target => (target.Local!.Value, target.Entry.Index));

    /// <summary>Entries of the record that other sources brought and that this input says too.</summary>
    internal IReadOnlyList<SaidVersion> AlsoSays => [.. _targets.Select(Said).OfType<SaidVersion>().Concat(SaidOfPatient()).Distinct()];

    /// <summary>Which version of an entry the input says that it did not bring; null when it brings one, or says nothing of an entry.</summary>
    private SaidVersion? Said(ImportTarget target, int index)
    {
        if (target is not { Known: { Local: { } local, IsRule: false, IsWithdrawn: false } known, IsLeftOut: false, IsSeries: false } || _drafted[index])
        {
            return null;
        }

        // The bytes that came before from there, or else what says the same as the current version.
        var digest = Origins.DigestOf(target.Entry.Resource!.Value.RawUtf8);
        return new SaidVersion(local, _view.LastDigestOf(target.Origin) == digest ? digest : known.ContentDigest);
    }

    /// <summary>Whose word of the person the input says again; that of each source, when it is the record's own.</summary>
    private IEnumerable<SaidVersion> SaidOfPatient()
    {
        if (_input.PatientIndex < 0 || _targets[_input.PatientIndex] is not { IsKept: false, IsLeftOut: false } target || _drafted[target.Entry.Index])
        {
            return [];
        }

        var own = _told.Where(told => told.Origin == target.Origin).ToList();
        return (own.Count > 0 ? own : _told).Where(told => told.Origin != 0).Select(told => new SaidVersion(default, told.ContentDigest) { Origin = told.Origin });
    }

    /// <summary>Where an entry goes in the record.</summary>
    private ImportTarget Aim(BundleEntry entry)
    {
        if (entry.Resource is not { } resource || ImportInput.IsLeftOut(resource))
        {
            return LeaveOut(entry);
        }

        if (entry.Index == _input.PatientIndex)
        {
            return new ImportTarget(entry, new KnownEntry(null, _view.PatientVersion, 0, 0, "Patient", false), null, _origins.Of(entry, resource)) { IsKept = KeepsPatient(resource) };
        }

        if (_input.Series.TryGetValue(entry.Index, out var series))
        {
            var there = _view.FindOrigin(SeriesPlan.OriginOf(series));
            return new ImportTarget(entry, there, there?.Local ?? LocalId.New(), SeriesPlan.OriginOf(series)) { IsSeries = true };
        }

        if (_input.IsPatient(entry.Index))
        {
            return new ImportTarget(entry, new KnownEntry(null, _view.PatientVersion, 0, 0, "Patient", false), null, _origins.Of(entry, resource)) { IsKept = true, IsSamePatient = true };
        }

        if (FindOwn(Origins.IdOf(resource)) is { } own && own.ResourceType == resource.TypeName)
        {
            // It was exported from this very record.
            return own.IsRule ? LeaveOut(entry) : new ImportTarget(entry, own, own.Local, Math.Max(1, own.Origin)) { IsOwn = true };
        }

        var from = _origins.Of(entry, resource);
        if (_view.FindOrigin(from) is not { Local: { } local } before || before.ResourceType != resource.TypeName)
        {
            return new ImportTarget(entry, null, LocalId.New(), from);
        }

        // The patient has made this consent their own since: a file does not change it.
        return before.IsRule ? LeaveOut(entry) : new ImportTarget(entry, before, local, from);
    }

    /// <summary>
    /// Entries that are one and the same resource share its place; only one of them is written. Where they say different things nobody can tell which
    /// holds, and that is an error.
    /// </summary>
    private List<CheckIssue> FindRepeated()
    {
        List<CheckIssue> errors = [];
        Dictionary<(LocalId? Local, ulong Origin), int> places = [];
        for (var i = 0; i < _targets.Length; i++)
        {
            var target = _targets[i];
            if (target.IsLeftOut || target.IsSamePatient || places.TryAdd(target.Known is null ? (null, target.Origin) : (target.Local, 0), i))
            {
                continue;
            }

            var first = _targets[places[target.Known is null ? (null, target.Origin) : (target.Local, 0)]];
            if (!target.IsSeries && !first.Entry.Resource!.Value.RawUtf8.SequenceEqual(target.Entry.Resource!.Value.RawUtf8))
            {
                errors.Add(new CheckIssue(
                    IssueSeverity.Error, "duplicate", $"{target.Entry.Location}.resource",
                    $"this is the same resource as `{first.Entry.Location}`, but says something else: leave in the one that holds"));
            }

            _targets[i] = target with { Local = first.Local, Repeats = first.Entry.Index };
        }

        return errors;
    }

    /// <summary>A Patient that does not say who it is, or nothing but that, tells nothing of whom the record knows.</summary>
    private bool KeepsPatient(Element patient) =>
        JoinedPatient.Names(JoinedPatient.Parse(_view.PatientBody)) && (_input.PatientIsBrief || !JoinedPatient.Names(JsonElement.Parse(patient.RawUtf8, JoinedPatient.Deep)));

    private static ImportTarget LeaveOut(BundleEntry entry) => new(entry, null, null, 0);

    private KnownEntry? FindOwn(string? id) =>
        id is not null && id.StartsWith(_patient + ".", StringComparison.Ordinal) && LocalId.TryParse(id.AsSpan(_patient.Length + 1), out var local)
            ? _view.Find(local)
            : null;

    private EntryDraft? Draft(int index, CancellationToken cancel)
    {
        var target = _targets[index];
        if (target.Entry.Resource is not { } resource || target.IsLeftOut || target.IsKept || target.IsSeries || target.Repeats is not null)
        {
            return null;
        }

        var digest = Origins.DigestOf(resource.RawUtf8);
        if (target.Local is null)
        {
            return DraftPatient(target, resource, digest, cancel);
        }

        if (target.Known is { ContentDigest: > 0 } known && known.ContentDigest == digest)
        {
            return null;
        }

        // Another source may have changed it since: what this one says again is no news.
        if (target.Known is { IsWithdrawn: false } && _view.LastDigestOf(target.Origin) == digest)
        {
            return null;
        }

        if (target.Known is { } current)
        {
            _labelsKept[index] = _view.LabelsMissing(current, resource);
        }

        var version = (target.Known?.Version ?? 0) + 1;
        var document = CarriedParts.DocumentOf(resource);
        var body = Rewrite(target, resource, version, _labelsKept[index], without: document is null ? null : CarriedParts.Data);
        return target.Known is { IsWithdrawn: false } before && !_otherBytes.Contains(index) && SaysTheSame(_view.ReadBody(before), body, version) ? null : new EntryDraft(target.Local, version, body, target.Origin, digest)
            {
                Parts = _input.Harvested?[index].Parts ?? document,
                Provenance = _input.ProvenanceOf(index),
            };
    }

    /// <summary>What the source says of the person, with what others told of them; null when it says what it said before.</summary>
    private EntryDraft? DraftPatient(ImportTarget target, Element resource, ulong digest, CancellationToken cancel)
    {
        var before = _told.FirstOrDefault(told => told.Origin == target.Origin);
        var isWhole = ToldPatient.IsWhole(_told, _view, cancel);
        if (before?.ContentDigest == digest && isWhole)
        {
            return null;
        }

        var labels = _labelsKept[target.Entry.Index] = _view.LabelsMissing(target.Known!.Value, resource);
        var version = _view.PatientVersion + 1;
        var said = JoinedPatient.WithoutMarks(Rewrite(target, resource, version, labels, without: null));
        var isKnown = before is not null
            ? isWhole && (IsSame(before.ReadSaid(), said) || IsSame(before.ReadSaid(), JoinedPatient.WithoutMarks(Rewrite(target, resource, version, [], without: null))))
            : Origins.IdOf(resource) == _patient && IsSame(JoinedPatient.WithoutMarks(_view.ReadBody(target.Known!.Value)), said);
        return isKnown ? null : new EntryDraft(null, version, JoinedPatient.Join(said, _told.Where(told => told != before), cancel), target.Origin, digest)
        {
            Provenance = _input.ProvenanceOf(target.Entry.Index),
        };

        bool IsSame(ReadOnlyMemory<byte> stored, ReadOnlyMemory<byte> body) => SaysTheSame(stored, body.ToArray(), version);
    }

    private byte[] Rewrite(ImportTarget target, Element resource, int version, IReadOnlyList<Element>? labels, string? without) => ResourceRewriter.Rewrite(resource, new RewriteOptions
    {
        Id = target.IdIn(_patient),
        VersionId = version.ToString(),
        LastUpdated = _view.Now,
        Identifiers = IdentifiersFor(target, resource),
        MapReference = reference => Map(target.Entry.Index, reference),
        SecurityLabels = labels,
        OnlySecurityLabels = SaidOnly(target, resource, labels ?? []),
        Without = without,
    });

    /// <summary>
    /// Of what was exported from this record, the labels that sources said: those that rules and patient had added are none, and are added again. Null when all are.
    /// </summary>
    private List<string>? SaidOnly(ImportTarget target, Element resource, IReadOnlyList<Element> kept)
    {
        if (!target.IsOwn || _view.LabelsAdded(target.Known!.Value) is not { Count: > 0 } added || !resource.TryGetChild("meta", out var meta))
        {
            return null;
        }

        var labels = SeriesEntry.LabelsIn(meta);
        return labels.TrueForAll(label => !added.Contains(SecurityLabel.Of(label)))
            ? null
            : [.. labels.Where(label => !added.Contains(SecurityLabel.Of(label))).Concat(kept).Select(label => Encoding.UTF8.GetString(label.RawUtf8))];
    }

    /// <summary>A single resource stands in no bundle.</summary>
    private string PlaceOf(ImportTarget target) =>
        _input.References is null ? target.Entry.Resource!.Value.Location : target.Entry.LocationOf(target.Entry.Resource!.Value);

    private static string Names(IReadOnlyList<Element> labels) =>
        string.Join(", ", labels.Select(label => label.TryGetChild("code", out var code) ? $"`{code.GetString()}`" : "without a code"));

    /// <summary>Original ids; none that is there already.</summary>
    private List<AddedIdentifier> IdentifiersFor(ImportTarget target, Element resource)
    {
        List<AddedIdentifier> wanted = [];
        if (FindOwn(Origins.IdOf(resource)) is null && Origins.IdOf(resource) != _patient)
        {
            wanted.AddRange(Origins.IdentifiersOf(target.Entry, resource));
        }

        var there = Identifiers(resource).ToHashSet();
        wanted.RemoveAll(identifier => !there.Add(identifier));
        return wanted;
    }

    private static List<AddedIdentifier> Identifiers(Element resource)
    {
        List<AddedIdentifier> identifiers = [];
        foreach (var child in resource.Children)
        {
            if (child.Name == "identifier" && child.TryGetChild("value", out var value) && value.GetString() is { } text)
            {
                identifiers.Add(new AddedIdentifier(child.TryGetChild("system", out var system) ? system.GetString() ?? "" : "", text));
            }
        }

        return identifiers;
    }

    /// <summary>The reference as it must stand in the record, or null to leave it.</summary>
    private string? Map(int from, ReadOnlySpan<byte> reference)
    {
        var found = _input.References?.Resolve(from, reference) ?? -1;
        if (found >= 0)
        {
            var target = _targets[found];
            return target.IsLeftOut ? null : $"{target.Entry.Resource!.Value.TypeName}/{target.IdIn(_patient)}";
        }

        if (reference.Length > 256)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(reference);
        if (text == _outside)
        {
            return $"Patient/{_patient}";
        }

        return _elsewhere.GetOrAdd(text, FindElsewhere);
    }

    /// <summary>What is not in this input may have come with an earlier one from the same place.</summary>
    private string? FindElsewhere(string reference)
    {
        var absolute = reference.Contains(':', StringComparison.Ordinal);
        return (absolute || reference.Contains('/', StringComparison.Ordinal))
            && _view.FindReferable(absolute ? Origins.OfAbsolute(reference) : _origins.OfRelative(reference)) is { } known
            ? $"{known.ResourceType}/{(known.Local is { } local ? $"{_patient}.{local}" : _patient)}"
            : null;
    }

    /// <summary>Whether the stored version says the same, whatever white space, escapes, order, version and time it came with.</summary>
    private bool SaysTheSame(ReadOnlyMemory<byte> known, byte[] body, int version)
    {
        var stored = ResourceRewriter.Rewrite(
            Resource.Read(known).Root, new RewriteOptions { VersionId = version.ToString(), LastUpdated = _view.Now });
        return stored.AsSpan().SequenceEqual(body) || SameJson.AreSame(stored, body);
    }

    private ImportedEntry? Describe(ImportTarget target, int index, EntryDraft?[] drafts)
    {
        var draft = drafts[index];
        if (target.Entry.Resource is not { } resource || target.IsSeries)
        {
            return null;
        }

        var what = target.IsLeftOut ? ImportedAs.LeftOut
            : draft is null ? ImportedAs.Unchanged
            : target.Known is null or { IsWithdrawn: true } || (target.Local is null && draft.Value.Version == 2) ? ImportedAs.Added
            : ImportedAs.Updated;
        return new ImportedEntry(index, resource.TypeName, what, target.IsLeftOut ? null : target.IdIn(_patient), drafts[target.Repeats ?? index]?.Version ?? target.Known?.Version ?? 0);
    }
}
