using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>
/// What a recipient would see of a record and what stays home, for the patient to look at before or after deciding. What several sources tell, and the patient sees as one, is one here too: it is seen when one
/// of its entries is, so that the two sides are together as many as there are in the record.
/// </summary>
public sealed class SharingPreview
{
    private readonly CompartmentCache _cache;
    private readonly Compartment _compartment;
    private readonly CompartmentState _state;
    private readonly Decision _decision;
    private readonly MergedEntries _merged;

    internal SharingPreview(CompartmentCache cache, Compartment compartment, CompartmentState state, Decision decision, MergedEntries merged) =>
        (_cache, _compartment, _state, _decision, _merged) = (cache, compartment, state, decision, merged);

    /// <summary>Current entries they would see.</summary>
    public int Seen => Things().Count(IsSeen);

    /// <summary>Current entries that stay home.</summary>
    public int Home => Things().Count(thing => !IsSeen(thing));

    /// <summary>What cannot be evaluated, so does not count as a permission.</summary>
    public IReadOnlyList<string> Problems => _decision.Problems;

    /// <summary>Current entries by FHIR type: how many would be seen, out of how many.</summary>
    public IReadOnlyDictionary<string, (int Seen, int Total)> ByType()
    {
        Dictionary<string, (int Seen, int Total)> counts = [];
        foreach (var thing in Things())
        {
            var type = _state.Index.TypeOf(thing[0]);
            var (seen, total) = counts.GetValueOrDefault(type);
            counts[type] = (seen + (IsSeen(thing) ? 1 : 0), total + 1);
        }

        return counts;
    }

    /// <summary>Every current entry with the reason why it would be seen or stays home; of those that are one, the first that would be seen, marked as any of them is.</summary>
    public IEnumerable<(AnsweredEntry Entry, DecisionReason Reason)> Entries()
    {
        foreach (var thing in Things())
        {
            var row = thing.FirstOrDefault(_decision.Permitted.Contains, thing[0]);
            var entry = Describe(row);
            yield return (thing.Count == 1 ? entry : entry with { Labels = [.. thing.SelectMany(_state.Index.LabelsOf).Distinct()] }, _decision.ReasonFor(row));
        }
    }

    /// <summary>How many other entries that are one with an entry of <see cref="Entries"/> would be seen with it.</summary>
    public int SeenWith(AnsweredEntry entry) => RowOf(entry) is var row && _merged.With(row) is { } thing ? thing.Count(other => other != row && _decision.Permitted.Contains(other)) : 0;

    /// <summary>The FHIR references of the current entries that they would see, and of those that are one with them.</summary>
    public IReadOnlySet<string> SeenReferences() => Things().Where(IsSeen).SelectMany(static thing => thing).Select(row => Describe(row).Reference).ToHashSet();

    /// <summary>The FHIR references of the current entries that a consent speaks of when it names one of these codes.</summary>
    public IReadOnlySet<string> WithCodes(IEnumerable<EntryCode> codes)
    {
        var view = _state.View();
        return codes.SelectMany(code => view.WithCode(code.System, code.Code).And(_state.Index.Current).ToArray()).Select(row => Describe(row).Reference).ToHashSet();
    }

    /// <summary>The FHIR references of the entries that the gate would release to them if they asked this, those that go along with others among them.</summary>
    public async Task<IReadOnlySet<string>> SelectAsync(RecordQuery query, CancellationToken cancel) =>
        (await _cache.SelectAsync(_compartment, _state, _decision.Permitted, query, cancel)).Rows.Select(row => Describe(row).Reference).ToHashSet();

    /// <summary>A current entry with the reason why it would be seen or stays home; null when there is no such entry.</summary>
    /// <param name="resourceType">The FHIR type.</param>
    /// <param name="local">The id within the record; null for the Patient.</param>
    public (AnsweredEntry Entry, DecisionReason Reason)? Find(string resourceType, LocalId? local) =>
        _state.Index.RowOf(local ?? default) is >= 0 and var row && _state.Index.Current.Contains(row) && _state.Index.TypeOf(row) == resourceType
            ? (Describe(row), _decision.ReasonFor(row))
            : null;

    /// <summary>Whether an entry of another preview of the same record would be seen.</summary>
    public bool IsSeen(AnsweredEntry entry) => RowOf(entry) is >= 0 and var row && _decision.Permitted.Contains(row);

    /// <summary>An entry of <see cref="Entries"/>, parsed: for the patient to look through before agreeing.</summary>
    public Resource Read(AnsweredEntry entry) => Resource.Read(EntryHeader.Body(_compartment.OpenBody(_state, RowOf(entry)).AsMemory()));

    /// <summary>The rows of each thing that the record tells, the one that is shown first before the others.</summary>
    private IEnumerable<IReadOnlyList<int>> Things()
    {
        foreach (var row in _state.Index.Current.ToArray())
        {
            if (_merged.With(row) is not { } together)
            {
                yield return [row];
            }
            else if (together[0] == row)
            {
                yield return together;
            }
        }
    }

    private bool IsSeen(IReadOnlyList<int> thing) => thing.Any(_decision.Permitted.Contains);

    private AnsweredEntry Describe(int row) => _state.Index.Describe(_compartment.IdText, row, AnswerMode.Match);

    private int RowOf(AnsweredEntry entry) =>
        _state.Index.RowOf(entry.Id.Length == _compartment.IdText.Length ? default : LocalId.Parse(entry.Id.AsSpan(_compartment.IdText.Length + 1)));
}
