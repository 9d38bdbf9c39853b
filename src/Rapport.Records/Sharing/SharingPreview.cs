using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What a recipient would see of a record and what stays home, for the patient to look at before or after deciding.</summary>
public sealed class SharingPreview
{
    private readonly CompartmentCache _cache;
    private readonly Compartment _compartment;
    private readonly CompartmentState _state;
    private readonly Decision _decision;

    internal SharingPreview(CompartmentCache cache, Compartment compartment, CompartmentState state, Decision decision) =>
        (_cache, _compartment, _state, _decision) = (cache, compartment, state, decision);

    /// <summary>Current entries they would see.</summary>
    public int Seen => _decision.Permitted.And(_state.Index.Current).Count;

    /// <summary>Current entries that stay home.</summary>
    public int Home => _state.Index.Current.Count - Seen;

    /// <summary>What cannot be evaluated, so does not count as a permission.</summary>
    public IReadOnlyList<string> Problems => _decision.Problems;

    /// <summary>Current entries by FHIR type: how many would be seen, out of how many.</summary>
    public IReadOnlyDictionary<string, (int Seen, int Total)> ByType()
    {
        Dictionary<string, (int Seen, int Total)> counts = [];
        foreach (var row in _state.Index.Current)
        {
            var type = _state.Index.TypeOf(row);
            var (seen, total) = counts.GetValueOrDefault(type);
            counts[type] = (seen + (_decision.Permitted.Contains(row) ? 1 : 0), total + 1);
        }

        return counts;
    }

    /// <summary>Every current entry with the reason why it would be seen or stays home.</summary>
    public IEnumerable<(AnsweredEntry Entry, DecisionReason Reason)> Entries()
    {
        foreach (var row in _state.Index.Current.ToArray())
        {
            yield return (_state.Index.Describe(_compartment.IdText, row, AnswerMode.Match), _decision.ReasonFor(row));
        }
    }

    /// <summary>The FHIR references of the current entries that they would see.</summary>
    public IReadOnlySet<string> SeenReferences() =>
        _decision.Permitted.And(_state.Index.Current).ToArray().Select(row => _state.Index.Describe(_compartment.IdText, row, AnswerMode.Match).Reference).ToHashSet();

    /// <summary>The FHIR references of the entries that the gate would release to them if they asked this, those that go along with others among them.</summary>
    public async Task<IReadOnlySet<string>> SelectAsync(RecordQuery query, CancellationToken cancel) =>
        (await _cache.SelectAsync(_compartment, _state, _decision.Permitted, query, cancel)).Rows.Select(row => _state.Index.Describe(_compartment.IdText, row, AnswerMode.Match).Reference).ToHashSet();

    /// <summary>A current entry with the reason why it would be seen or stays home; null when there is no such entry.</summary>
    /// <param name="resourceType">The FHIR type.</param>
    /// <param name="local">The id within the record; null for the Patient.</param>
    public (AnsweredEntry Entry, DecisionReason Reason)? Find(string resourceType, LocalId? local) =>
        _state.Index.RowOf(local ?? default) is >= 0 and var row && _state.Index.Current.Contains(row) && _state.Index.TypeOf(row) == resourceType
            ? (_state.Index.Describe(_compartment.IdText, row, AnswerMode.Match), _decision.ReasonFor(row))
            : null;

    /// <summary>An entry of <see cref="Entries"/>, parsed: for the patient to look through before agreeing.</summary>
    public Resource Read(AnsweredEntry entry)
    {
        var local = entry.Id.Length == _compartment.IdText.Length ? default : LocalId.Parse(entry.Id.AsSpan(_compartment.IdText.Length + 1));
        return Resource.Read(EntryHeader.Body(_compartment.OpenBody(_state, _state.Index.RowOf(local)).AsMemory()));
    }
}
