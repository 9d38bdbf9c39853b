using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records;

/// <summary>
/// Works out the labels of entries that are written together, against one state of the record: what the sources said, what the rules find in an entry and in what it refers to, and what the patient says
/// of that. Others are found among what is written first, then in the record. Thread safe but for the reading of documents.
/// </summary>
internal sealed class EntryLabelling
{
    /// <summary>Others that are kept parsed: a visit or a doctor is referred to by many.</summary>
    private const int MostKept = 2_048;

    private readonly LabelRules _rules;
    private readonly Compartment _compartment;
    private readonly CompartmentState _state;
    private readonly OwnLabels _own;
    private readonly IReadOnlyList<EntryDraft> _drafts;
    private readonly byte[] _patient;
    private readonly RowFinder _rows;
    private readonly Dictionary<LocalId, int> _places = [];
    private readonly ConcurrentDictionary<LocalId, Resource?> _others = [];
    private int _kept;
    private readonly ConcurrentDictionary<LocalId, IReadOnlyList<FoundLabel>> _documents = [];
    private readonly ILookup<LocalId, LocalId> _holders;
    private readonly Lazy<ILookup<LocalId, LocalId>> _holdersThere;

    /// <param name="rules">The rules.</param>
    /// <param name="compartment">Whose record.</param>
    /// <param name="state">The record as it is.</param>
    /// <param name="own">What the patient says.</param>
    /// <param name="drafts">What is written, as its sources say it; none when nothing but labels changes.</param>
    internal EntryLabelling(LabelRules rules, Compartment compartment, CompartmentState state, OwnLabels own, IReadOnlyList<EntryDraft> drafts)
    {
        (_rules, _compartment, _state, _own, _drafts) = (rules, compartment, state, own, drafts);
        _patient = Encoding.ASCII.GetBytes(compartment.IdText);
        _rows = new RowFinder(state.Index);
        List<(LocalId Document, LocalId Holder)> holders = [];
        _places.EnsureCapacity(drafts.Count);
        for (var i = 0; i < drafts.Count; i++)
        {
            _places[drafts[i].Local ?? default] = i;
            holders.AddRange(Documents.LedTo(_patient, drafts[i].Body.Span).Select(document => (document, drafts[i].Local ?? default)));
        }

        _holders = holders.ToLookup(static pair => pair.Document, static pair => pair.Holder);
        _holdersThere = new(FindHolders);
    }

    /// <summary>
    /// What is looked at of documents in the record, read and labelled before the drafts that lead to them are: reading waits, labelling does not.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task ReadDocumentsAsync(CancellationToken cancel)
    {
        foreach (var document in _holders.Select(static group => group.Key))
        {
            await ReadDocumentAsync(document, cancel);
        }
    }

    /// <summary>The current entries of the record, other than those that are written, whose labels may be others after it.</summary>
    internal IReadOnlyList<int> RowsAround()
    {
        // What is new is not referred to by anything that was there before, but for documents, which are led to from elsewhere.
        HashSet<LocalId> changed = [.. _drafts.Where(static draft => draft.Version > 1).Select(static draft => draft.Local ?? default)];
        HashSet<int> rows = [.. changed.Count > 0 ? _state.Index.RowsAround(changed) : []];
        rows.UnionWith(_holders.Select(group => _rows.RowOf(group.Key)).Where(static row => row >= 0));
        rows.RemoveWhere(row => _places.ContainsKey(_state.Index.LocalOf(row)));
        return [.. rows.Order()];
    }

    /// <summary>The labels of a draft.</summary>
    internal LabelledBody Label(in EntryDraft draft)
    {
        var said = Resource.Read(draft.Body);
        return draft.IsWithdrawn ? new LabelledBody(said, null, []) : Label(draft.Local ?? default, said, null) ?? throw new InvalidOperationException("a document was not read before it was labelled");
    }

    /// <summary>Why a current entry has the labels that it has: what rules find, in the words of this node's rules.</summary>
    internal async Task<IReadOnlyList<FoundLabel>> ExplainAsync(int row, CancellationToken cancel)
    {
        var local = _state.Index.LocalOf(row);
        while (true)
        {
            List<LocalId> missing = [];
            if (Find(local, SaidOf(row), [], missing) is { } found)
            {
                return found;
            }

            await ReadDocumentsAsync(missing, cancel);
        }
    }

    /// <summary>Those of the given current rows whose labels are others than they carry, as their next versions. What stands in <see cref="StateBuilder.NewEntry"/> is for the rows from <paramref name="first"/> on.</summary>
    /// <param name="rows">Rows, in order.</param>
    /// <param name="first">The row of the first one that changes.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<List<StateBuilder.NewEntry>> ChangeAsync(IReadOnlyList<int> rows, int first, DateTimeOffset now, CancellationToken cancel)
    {
        const int atOnce = 1024;
        List<StateBuilder.NewEntry> changed = [];
        for (var start = 0; start < rows.Count; start += atOnce)
        {
            var from = start;
            var labelled = await Task.Run(() => ParallelDrafts.Make(Math.Min(atOnce, rows.Count - from), i => Relabel(rows[from + i]), cancel), cancel);
            for (var i = 0; i < labelled.Length; i++)
            {
                var one = labelled[i];
                while (one.Missing.Count > 0)
                {
                    await ReadDocumentsAsync(one.Missing, cancel);
                    one = Relabel(rows[from + i]);
                }

                if (one.Body is { } body)
                {
                    changed.Add(Next(rows[from + i], one.Header, body, first + changed.Count, now));
                }
            }
        }

        return changed;
    }

    /// <summary>Puts what was worked out into the header and the body of an entry.</summary>
    internal (EntryHeader Header, Resource Entry) Write(in EntryHeader header, in LabelledBody labelled, RewriteOptions options)
    {
        var next = header with { Rules = _rules.Stamp, Context = labelled.Context, Said = labelled.Labels is null ? ReadOnlyMemory<byte>.Empty : SaidLabels.Keep(labelled.Said) };
        return labelled.Labels is null && options == default
            ? (next, labelled.Said)
            : (next, Resource.Read(ResourceRewriter.Rewrite(labelled.Said.Root, options with { OnlySecurityLabels = labelled.Labels })));
    }

    /// <summary>The documents of the record that an entry leads to.</summary>
    internal IReadOnlyList<LocalId> DocumentsOf(LocalId holder) => Other(holder) is { } there ? [.. Documents.LedTo(_patient, there.Json.Span).Where(IsThere).Distinct()] : [];

    /// <summary>The entries that lead to a document.</summary>
    internal IReadOnlyList<LocalId> HoldersOf(LocalId document) => [.. _holdersThere.Value[document].Distinct()];

    /// <summary>The labels that an entry should carry, as they are written; null when what its sources said stands as it is.</summary>
    /// <param name="local">Its id.</param>
    /// <param name="said">It as its sources said it.</param>
    /// <param name="found">What the rules find.</param>
    private IReadOnlyList<string>? Weigh(LocalId local, Resource said, IReadOnlyList<FoundLabel> found)
    {
        var words = _own.Of(local, said);
        List<string> labels = [];
        HashSet<SecurityLabel> there = [];
        var isSame = true;
        var outer = SaidLabels.Of(said);
        foreach (var label in outer)
        {
            if (Belongs(SecurityLabel.Of(label)))
            {
                there.Add(SecurityLabel.Of(label));
                labels.Add(Encoding.UTF8.GetString(label.RawUtf8));
            }
            else
            {
                isSame = false;
            }
        }

        // An entry is as sensitive as the most sensitive thing in it.
        SortedDictionary<(string, string), string> more = [];
        foreach (var label in NestedLabels.Inner(said.Root))
        {
            Add(SecurityLabel.Of(label), Encoding.UTF8.GetString(label.RawUtf8));
        }

        foreach (var label in found.Where(label => !_own.Ignores(label.Rule)))
        {
            var plain = SecurityLabel.Of(label.System, label.Code);
            Add(plain, plain.ToJson());
        }

        foreach (var (label, word) in words)
        {
            if (word.Verdict == LabelVerdict.Added)
            {
                Add(label, label.ToJson());
            }
        }

        return isSame && more.Count == 0 ? null : [.. labels, .. more.Values];

        bool Belongs(SecurityLabel label) => !words.TryGetValue(label, out var word) || word.Verdict == LabelVerdict.Added;

        void Add(SecurityLabel label, string json)
        {
            if (Belongs(label) && there.Add(label))
            {
                more[(label.System, label.Code)] = json;
            }
        }
    }

    private LabelledBody? Label(LocalId local, Resource said, List<LocalId>? missing)
    {
        HashSet<LocalId> context = [];
        return Find(local, said, context, missing ?? []) is { } found ? new LabelledBody(said, Weigh(local, said, found), [.. context.Take(EntryHeader.MostContext)]) : null;
    }

    /// <summary>What the rules find in an entry, in the documents that it leads to and in what leads to it; null when a document must be read first.</summary>
    private IReadOnlyList<FoundLabel>? Find(LocalId local, Resource said, HashSet<LocalId> context, List<LocalId> missing)
    {
        if (said.TypeName == "Binary")
        {
            if (FoundIn(local, missing) is not { } own)
            {
                return null;
            }

            // What is new in the record can be led to only by what comes with it.
            var there = _rows.RowOf(local) >= 0 ? _holdersThere.Value[local] : [];
            var holders = _holders[local].Concat(there).Where(holder => Other(holder) is not null).Distinct().ToList();
            context.UnionWith(holders);
            return [.. own, .. holders.SelectMany(holder => FindIn(Other(holder)!, context))];
        }

        var documents = Documents.LedTo(_patient, said.Json.Span);
        if (documents.Count == 0)
        {
            return _rules.Find(said, reference => Resolve(reference, context));
        }

        List<FoundLabel> found = [.. FindIn(said, context)];
        foreach (var document in documents.Where(IsThere))
        {
            context.Add(document);
            if (FoundIn(document, missing) is not { } inside)
            {
                return null;
            }

            found.AddRange(inside.Select(label => label with { Where = $"Binary/{_compartment.IdText}.{document}" }));
        }

        return found;
    }

    /// <summary>What the rules find in an entry, leaving aside the documents that it leads to.</summary>
    private IReadOnlyList<FoundLabel> FindIn(Resource holder, HashSet<LocalId> context)
    {
        var documents = Documents.LedTo(_patient, holder.Json.Span).Where(IsThere).Select(document => $"Binary/{_compartment.IdText}.{document}").ToHashSet();
        return _rules.Find(documents.Count == 0 ? holder : Documents.Without(holder, documents), reference => Resolve(reference, context));
    }

    /// <summary>What the rules find in a document by itself; null when it must be read first.</summary>
    private IReadOnlyList<FoundLabel>? FoundIn(LocalId document, List<LocalId> missing)
    {
        if (_documents.TryGetValue(document, out var known))
        {
            return known;
        }

        if (_places.TryGetValue(document, out var place))
        {
            var binary = Resource.Read(_drafts[place].Body);
            return _documents[document] = _rules.Find(_drafts[place].Parts is { Count: > 0 } parts ? Documents.With(binary, parts) : binary, static _ => null);
        }

        if (HasBytes(document))
        {
            missing.Add(document);
            return null;
        }

        return _documents[document] = Other(document) is { TypeName: "Binary" } there ? _rules.Find(there, static _ => null) : [];
    }

    private async Task ReadDocumentsAsync(IEnumerable<LocalId> documents, CancellationToken cancel)
    {
        foreach (var document in documents)
        {
            await ReadDocumentAsync(document, cancel);
        }
    }

    private async Task ReadDocumentAsync(LocalId document, CancellationToken cancel)
    {
        if (!_places.ContainsKey(document) && !_documents.ContainsKey(document) && HasBytes(document))
        {
            var row = _rows.RowOf(document);
            var binary = SaidOf(row);
            try
            {
                var parts = await _compartment.ReadPartsAsync(_state, row, cancel);
                _documents[document] = await Task.Run(() => _rules.Find(Documents.With(binary, parts), static _ => null), cancel);
            }
            catch (SealBrokenException)
            {
                // One that is damaged is one that cannot be read: it stays home, and the rest of the record goes on.
                _documents[document] = _rules.Find(binary, static _ => null);
            }
        }
    }

    /// <summary>Whether it is a document in the record whose bytes stand beside it.</summary>
    private bool HasBytes(LocalId document) => _rows.RowOf(document) is >= 0 and var row && _state.Index.HasParts(row) && _state.Index.TypeOf(row) == "Binary";

    private bool IsThere(LocalId local) => _places.TryGetValue(local, out var place) ? !_drafts[place].IsWithdrawn : _rows.RowOf(local) >= 0;

    /// <summary>The entries of the record that lead to documents. Entries from before labels do not say by themselves which ones.</summary>
    private ILookup<LocalId, LocalId> FindHolders()
    {
        List<(LocalId Document, LocalId Holder)> found = [];
        var types = Documents.HolderTypes.Select(ResourceTypes.Find).ToFrozenSet();
        foreach (var row in _state.Index.Current)
        {
            if (types.Contains(_state.Index.TypeNumberOf(row)) && !_places.ContainsKey(_state.Index.LocalOf(row)))
            {
                var plain = _compartment.OpenBody(_state, row);
                found.AddRange(Documents.LedTo(_patient, EntryHeader.Body((ReadOnlySpan<byte>)plain)).Select(document => (document, _state.Index.LocalOf(row))));
            }
        }

        return found.ToLookup(static pair => pair.Document, static pair => pair.Holder);
    }

    /// <summary>Another resource of the record by its reference, which from then on has a part in the labels.</summary>
    private Resource? Resolve(string reference, HashSet<LocalId> context)
    {
        var text = reference.AsSpan();
        LocalId local = default;
        if (text is not "Patient")
        {
            var history = text.IndexOf("/_history/");
            text = history < 0 ? text : text[..history];
            var slash = text.IndexOf('/');
            var id = text[(slash + 1)..];
            var isOwn = slash > 0 && (id.SequenceEqual(_compartment.IdText)
                || (id.Length > _compartment.IdText.Length && id.StartsWith(_compartment.IdText) && id[_compartment.IdText.Length] == '.' && LocalId.TryParse(id[(_compartment.IdText.Length + 1)..], out local)));
            if (!isOwn || context.Count >= EntryHeader.MostContext)
            {
                return null;
            }

            text = text[..slash];
        }

        if (Other(local) is not { } other || !text.SequenceEqual(other.TypeName))
        {
            return null;
        }

        context.Add(local);
        return other;
    }

    /// <summary>An entry as its sources say it, from what is written or else from the record; null when there is none.</summary>
    private Resource? Other(LocalId local)
    {
        if (_others.TryGetValue(local, out var known))
        {
            return known;
        }

        var other = _places.TryGetValue(local, out var place) ? (_drafts[place].IsWithdrawn ? null : Resource.Read(_drafts[place].Body))
            : _rows.RowOf(local) is >= 0 and var row ? SaidOf(row)
            : null;
        if (Interlocked.Increment(ref _kept) >= MostKept)
        {
            _others.Clear();
            Volatile.Write(ref _kept, 0);
        }

        return _others[local] = other;
    }

    private Resource SaidOf(int row)
    {
        var plain = _compartment.OpenBody(_state, row).AsMemory();
        return Resource.Read(SaidLabels.BodyOf(EntryHeader.Read(plain), plain));
    }

    /// <summary>What a row would carry now, if that is something else than it carries.</summary>
    private (EntryHeader Header, LabelledBody? Body, IReadOnlyList<LocalId> Missing) Relabel(int row)
    {
        var plain = _compartment.OpenBody(_state, row).AsMemory();
        var header = EntryHeader.Read(plain);
        if (header.IsRule || header.IsHidden)
        {
            return (header, null, []);
        }

        List<LocalId> missing = [];
        var said = Resource.Read(SaidLabels.BodyOf(header, plain));
        if (Label(header.Local, said, missing) is not { } labelled)
        {
            return (header, null, missing);
        }

        if (labelled.Labels is null && header.Said.Length == 0)
        {
            return (header, null, []);
        }

        var carried = header.Said.Length == 0 ? said : Resource.Read(EntryHeader.Body(plain));
        var before = SaidLabels.Of(carried).Select(static label => SecurityLabel.Of(label)).ToHashSet();
        var after = labelled.Labels is { } labels ? LabelsIn(labels) : SaidLabels.Of(said).Select(static label => SecurityLabel.Of(label)).ToHashSet();
        return (header, before.SetEquals(after) ? null : labelled, []);
    }

    private static HashSet<SecurityLabel> LabelsIn(IReadOnlyList<string> labels)
    {
        HashSet<SecurityLabel> found = [];
        foreach (var json in labels)
        {
            using var coding = System.Text.Json.JsonDocument.Parse(json);
            found.Add(SecurityLabel.Of(
                coding.RootElement.TryGetProperty("system", out var system) ? system.GetString() ?? "" : "", coding.RootElement.TryGetProperty("code", out var code) ? code.GetString() ?? "" : ""));
        }

        return found;
    }

    /// <summary>The next version of a row, which has other labels and nothing else that is other.</summary>
    private StateBuilder.NewEntry Next(int row, in EntryHeader header, in LabelledBody labelled, int at, DateTimeOffset now)
    {
        var version = header.Version + 1;
        var (next, entry) = Write(
            header with { Version = version, PartsOf = header.HasParts ? _state.Index.PartsRowOf(row) + 1 : 0 }, labelled, new RewriteOptions { VersionId = version.ToString(), LastUpdated = now });
        return EntryWriting.Seal(_compartment.Id, _compartment.Sealer, at, next, entry, now);
    }
}

/// <summary>An entry as its sources say it, with the labels that it should carry.</summary>
/// <param name="Said">What the sources say.</param>
/// <param name="Labels">The labels, each as JSON; null when those that the sources said are all.</param>
/// <param name="Context">The others of the record that had a part in them.</param>
internal readonly record struct LabelledBody(Resource Said, IReadOnlyList<string>? Labels, LocalId[] Context);
