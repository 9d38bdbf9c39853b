using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Words on labels that are said in one change: what was said with them, what is written of them, and which entries may carry other labels by them. Not thread safe.</summary>
/// <param name="services">What the parts of this module share.</param>
/// <param name="compartment">Whose record.</param>
/// <param name="state">The record as it is.</param>
/// <param name="first">The row of the first one.</param>
/// <param name="now">When.</param>
internal sealed class WordWriting(RecordServices services, Compartment compartment, CompartmentState state, int first, DateTimeOffset now)
{
    private readonly List<StateBuilder.NewEntry> _entries = [];
    private readonly List<OwnLabel> _said = [];
    private Dictionary<(LabelScope Scope, SecurityLabel? Label), OwnLabel>? _known;
    private OwnLabels? _own;
    private readonly HashSet<int> _rows = [];

    /// <summary>All that the patient said, these among it.</summary>
    internal OwnLabels Own => _own ??= state.OwnLabels.With(_said);

    /// <summary>What is written of them.</summary>
    internal IReadOnlyList<StateBuilder.NewEntry> Entries => _entries;

    /// <summary>The current rows that they are about.</summary>
    internal IReadOnlySet<int> Rows => _rows;

    /// <summary>Says one more; nothing when that was said before.</summary>
    internal void Say(LabelWord word)
    {
        // What was said first of the same is what is said anew.
        _known ??= state.OwnLabels.Words.DistinctBy(static own => (own.Word.Scope, own.Word.Label)).ToDictionary(static own => (own.Word.Scope, own.Word.Label));
        var known = _known.GetValueOrDefault((word.Scope, word.Label));
        if ((known?.Word.Verdict ?? LabelVerdict.None) == word.Verdict && known?.Word.ExceptFor == word.ExceptFor && (word.Verdict == LabelVerdict.None || IsLatest(known!)))
        {
            return;
        }

        var said = new OwnLabel(known?.Id ?? LocalId.New(), (known?.Version ?? 0) + 1, now, word with { Shown = word.Shown ?? known?.Word.Shown });
        _said.Add(said);
        _known[(word.Scope, word.Label)] = said;
        _own = null;
        _entries.Add(EntryWriting.Seal(
            compartment.Id, compartment.Sealer, first + _entries.Count,
            new EntryHeader(said.Id, said.Version, 0, 0, 0, IsRule: false) { Rules = services.Rules.Stamp, IsOwnLabel = true }, Resource.Read(said.Write(compartment.IdText)), now));
        _rows.UnionWith(RowsOf(word));
    }

    /// <summary>Of two words on kinds the later one holds, so one that was said long ago may be said anew.</summary>
    private bool IsLatest(OwnLabel known) =>
        known.Word.Scope is LabelScope.Entry or LabelScope.FoundBy
        || Own.Words.SkipWhile(said => said != known).Skip(1).All(said => said.Word.Label != known.Word.Label || said.Word.Scope is LabelScope.Entry or LabelScope.FoundBy);

    private int[] RowsOf(LabelWord word) => word.Scope switch
    {
        LabelScope.Entry entry => state.Index.RowOf(entry.Local ?? default) is >= 0 and var row ? [row] : [],
        LabelScope.Coded coded => state.View().WithCode(coded.System, coded.Code).And(state.Index.Current).ToArray(),
        LabelScope.OfType type => state.View().WithType(type.ResourceType).And(state.Index.Current).ToArray(),
        _ => state.Index.Current.ToArray(),
    };
}
