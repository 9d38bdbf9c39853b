using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>The entries of a record as they stand to one another, as their sources say them: what is being written first, then what is there. Thread safe.</summary>
internal sealed class EntriesAround
{
    /// <summary>Entries that are kept parsed: a visit or a doctor is referred to by many.</summary>
    private const int MostKept = 2_048;

    private readonly Compartment _compartment;
    private readonly CompartmentState _state;
    private readonly IReadOnlyList<EntryDraft> _drafts;
    private readonly byte[] _patient;
    private readonly RowFinder _rows;
    private readonly Dictionary<LocalId, int> _places = [];
    private readonly ConcurrentDictionary<LocalId, Resource?> _kept = [];
    private readonly ILookup<LocalId, LocalId> _holders;
    private readonly Lazy<ILookup<LocalId, LocalId>> _holdersThere;
    private int _keptCount;

    /// <param name="compartment">Whose record.</param>
    /// <param name="state">The record as it is.</param>
    /// <param name="drafts">What is written, as its sources say it.</param>
    internal EntriesAround(Compartment compartment, CompartmentState state, IReadOnlyList<EntryDraft> drafts)
    {
        (_compartment, _state, _drafts) = (compartment, state, drafts);
        _patient = Encoding.ASCII.GetBytes(compartment.IdText);
        _rows = new RowFinder(state.Index);
        List<(LocalId Document, LocalId Holder)> holders = [];
        _places.EnsureCapacity(drafts.Count);
        for (var i = 0; i < drafts.Count; i++)
        {
            _places[drafts[i].Local ?? default] = i;
            holders.AddRange(LedTo(drafts[i].Body).Select(document => (document, drafts[i].Local ?? default)));
        }

        _holders = holders.ToLookup(static pair => pair.Document, static pair => pair.Holder);
        _holdersThere = new(FindHolders);
    }

    /// <summary>The documents that what is written leads to.</summary>
    internal IEnumerable<LocalId> DocumentsOfDrafts => _holders.Select(static group => group.Key);

    /// <summary>What is commented on by what is written.</summary>
    internal IEnumerable<LocalId> CommentedByDrafts => _drafts.Where(static draft => Comment.MayBe(draft.Body.Span)).Select(draft => Comment.On(Resource.Read(draft.Body), _compartment.IdText)).OfType<LocalId>();

    /// <summary>The same current rows, with those that are comments on them or on what is written: what an entry is marked as, a comment on it is.</summary>
    internal IReadOnlyList<int> WithComments(IReadOnlyList<int> rows)
    {
        if (_state.Index.Data.CommentRow.Length == 0)
        {
            return rows;
        }

        HashSet<LocalId> changed = [.. rows.Select(row => _state.Index.LocalOf(row)), .. _places.Keys];
        return [.. rows.Union(CommentRows.On(_state.Index, changed).Where(row => !_places.ContainsKey(_state.Index.LocalOf(row)))).Order()];
    }

    /// <summary>What is written under an id; null when nothing is.</summary>
    internal EntryDraft? DraftOf(LocalId local) => _places.TryGetValue(local, out var place) ? _drafts[place] : null;

    /// <summary>Whether there is such an entry once what is written is there.</summary>
    internal bool IsThere(LocalId local) => DraftOf(local) is { } draft ? !draft.IsWithdrawn : _rows.RowOf(local) >= 0;

    /// <summary>An entry; null when there is none.</summary>
    internal Resource? Find(LocalId local)
    {
        if (_kept.TryGetValue(local, out var known))
        {
            return known;
        }

        var found = DraftOf(local) is { } draft ? (draft.IsWithdrawn ? null : Resource.Read(draft.Body))
            : _rows.RowOf(local) is >= 0 and var row ? SaidOf(row)
            : null;
        if (Interlocked.Increment(ref _keptCount) >= MostKept)
        {
            _kept.Clear();
            Volatile.Write(ref _keptCount, 0);
        }

        return _kept[local] = found;
    }

    /// <summary>An entry by its reference, which from then on has a part in the labels of what refers to it.</summary>
    /// <param name="reference">As the resource has it.</param>
    /// <param name="context">What has a part in the labels.</param>
    internal Resource? Resolve(string reference, HashSet<LocalId> context)
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

        if (Find(local) is not { } other || !text.SequenceEqual(other.TypeName))
        {
            return null;
        }

        context.Add(local);
        return other;
    }

    /// <summary>What a current entry of the record says, as its sources say it.</summary>
    internal Resource SaidOf(int row)
    {
        var plain = _compartment.OpenBody(_state, row).AsMemory();
        return Resource.Read(SaidLabels.BodyOf(EntryHeader.Read(plain), plain));
    }

    /// <summary>The current row of a document in the record whose bytes stand beside it; null when it is none, or is being written.</summary>
    internal int? RowWithBytes(LocalId document) =>
        !_places.ContainsKey(document) && _rows.RowOf(document) is >= 0 and var row && _state.Index.HasParts(row) && _state.Index.TypeOf(row) == "Binary" ? row : null;

    /// <summary>The ids of the documents that an entry leads to, whether they are there or not.</summary>
    internal IReadOnlyList<LocalId> LedTo(ReadOnlyMemory<byte> json) => Documents.LedTo(_patient, json.Span);

    /// <summary>The reference of a document.</summary>
    internal string ReferenceTo(LocalId document) => $"Binary/{_compartment.IdText}.{document}";

    /// <summary>The documents that an entry leads to.</summary>
    internal IReadOnlyList<LocalId> DocumentsOf(LocalId holder) => Find(holder) is { } there ? [.. LedTo(there.Json).Where(IsThere).Distinct()] : [];

    /// <summary>The entries that lead to a document.</summary>
    internal IReadOnlyList<LocalId> HoldersOf(LocalId document)
    {
        // What is new in the record can be led to only by what comes with it.
        var there = _rows.RowOf(document) >= 0 ? _holdersThere.Value[document] : [];
        return [.. _holders[document].Concat(there).Where(holder => Find(holder) is not null).Distinct()];
    }

    /// <summary>What is said of an entry that leads to documents is said of these; what is said of the only document of an entry is said of that.</summary>
    internal IEnumerable<LabelWord> WithDocuments(LabelWord word)
    {
        if (word.Scope is not LabelScope.Entry { Local: { } local } entry)
        {
            return [word];
        }

        var others = entry.ResourceType == "Binary" ? HoldersOf(local) is [var holder] && DocumentsOf(holder).Count == 1 ? [holder] : [] : DocumentsOf(local);
        return [word, .. others.Where(IsThere).Select(other => word with { Scope = new LabelScope.Entry(Find(other)!.TypeName, other), IsDerived = true })];
    }

    /// <summary>The current entries of the record, other than those that are written, whose labels may be others after it.</summary>
    internal IReadOnlyList<int> RowsAround()
    {
        // What is new is not referred to by anything that was there before, but for documents, which are led to from elsewhere.
        HashSet<LocalId> changed = [.. _drafts.Where(static draft => draft.Version > 1).Select(static draft => draft.Local ?? default)];
        HashSet<int> rows = [.. changed.Count > 0 ? _state.Index.RowsAround(changed) : []];
        rows.UnionWith(DocumentsOfDrafts.Select(document => _rows.RowOf(document)).Where(static row => row >= 0));
        rows.RemoveWhere(row => _places.ContainsKey(_state.Index.LocalOf(row)));
        return [.. rows.Order()];
    }

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
}
