using System.Text;
using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>A code, with its system by the one name that <see cref="RecordView.SystemOf"/> gives it.</summary>
public readonly record struct EntryCode(string System, string Code);

/// <summary>Current entries of one FHIR type that say by the same codes what they are about.</summary>
/// <param name="ResourceType">The type.</param>
/// <param name="Codes">The codes, with their systems: those that a consent can name.</param>
/// <param name="Newest">The newest of the entries, by when they are about.</param>
/// <param name="Count">How many entries.</param>
public sealed record CodedEntries(string ResourceType, IReadOnlyList<EntryCode> Codes, AnsweredEntry Newest, int Count);

/// <summary>What has one of some codes.</summary>
/// <param name="Count">How many entries; those that tell of one thing count once.</param>
/// <param name="Sensitive">How many of these are marked as sensitive.</param>
/// <param name="Newest">The newest of them, by when they are about; null where there is none.</param>
/// <param name="Of">What these are called: those of <see cref="RecordCodes.All"/> that are among them, with how many. What has the codes in another place, as a part or a category, is among them.</param>
public sealed record CodesFound(int Count, int Sensitive, AnsweredEntry? Newest, IReadOnlyList<(CodedEntries Entries, int Count)> Of);

/// <summary>By which codes the current entries of a record are known: what an agreement about codes would be about, decided as the gate decides it. Of one state of the record. Not thread safe.</summary>
public sealed class RecordCodes
{
    private readonly Compartment _compartment;
    private readonly CompartmentState _state;
    private readonly MergedEntries _merged;
    private readonly Dictionary<EntryCode, HashSet<int>> _rows = [];
    private readonly Dictionary<int, CodedEntries> _ofRow = [];

    internal RecordCodes(Compartment compartment, CompartmentState state, MergedEntries merged)
    {
        (_compartment, _state, _merged) = (compartment, state, merged);
        var named = ReadTerms();
        All =
        [
            .. named.GroupBy(entry => (Type: _state.Index.TypeOf(entry.Key), Codes: string.Join('\n', entry.Value.Select(static code => code.Key).Order(StringComparer.Ordinal))))
                .Select(group => Gather(group.Key.Type, [.. group.First().Value.Select(static code => code.Code)], [.. group.Select(static entry => entry.Key)])),
        ];
    }

    /// <summary>All there is, by type and codes.</summary>
    public IReadOnlyList<CodedEntries> All { get; }

    /// <summary>The current entries of some types that a consent speaks of when it names these codes.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="types">FHIR types.</param>
    public CodesFound Find(IEnumerable<EntryCode> codes, IReadOnlyCollection<string> types)
    {
        HashSet<int> rows = [];
        foreach (var code in codes)
        {
            rows.UnionWith(_rows.GetValueOrDefault(code, []).Where(row => types.Contains(_state.Index.TypeOf(row))));
        }

        var things = rows.GroupBy(row => _merged.With(row) is { } together ? together[0] : row).ToList();
        return new CodesFound(
            things.Count, things.Count(thing => thing.Any(row => _state.Index.LabelsOf(row).Any(static label => SecurityLabels.IsSensitive("", label)))),
            rows.Count == 0 ? null : Describe(Newest(rows)),
            [.. rows.Where(_ofRow.ContainsKey).CountBy(row => _ofRow[row]).Select(static known => (known.Key, known.Value))]);
    }

    /// <summary>Those that an entry is among; null where it is not there, or has no code that a consent can name.</summary>
    /// <param name="resourceType">The FHIR type.</param>
    /// <param name="local">The id within the record; null for the Patient.</param>
    public CodedEntries? Of(string resourceType, Data.LocalId? local) =>
        _state.Index.RowOf(local ?? default) is >= 0 and var row && _ofRow.GetValueOrDefault(row) is { } entries && entries.ResourceType == resourceType ? entries : null;

    /// <summary>An entry, parsed: for what it is called.</summary>
    public Resource Read(AnsweredEntry entry) => Resource.Read(EntryHeader.Body(_compartment.OpenBody(_state, RowOf(entry)).AsMemory()));

    /// <summary>The rows of each code that entries can be known by, and of each row the codes that say what it is about.</summary>
    private Dictionary<int, HashSet<(string Key, EntryCode Code)>> ReadTerms()
    {
        Dictionary<int, HashSet<(string, EntryCode)>> named = [];
        var terms = _state.Index.Terms;
        for (var term = 0; term < terms.Count; term++)
        {
            // A consent cannot name a code without its system.
            if (!ParameterRoles.IsMainCode(terms.Parameter(term)) || terms.System(term).IsEmpty)
            {
                continue;
            }

            var code = new EntryCode(RecordView.SystemOf(Encoding.UTF8.GetString(terms.System(term))), Encoding.UTF8.GetString(terms.Value(term)));
            foreach (var row in terms.Rows(term))
            {
                if (!_state.Index.Current.Contains(row))
                {
                    continue;
                }

                (_rows.TryGetValue(code, out var rows) ? rows : _rows[code] = []).Add(row);
                if (ParameterRoles.IsName(terms.Parameter(term)))
                {
                    (named.TryGetValue(row, out var codes) ? codes : named[row] = []).Add(($"{code.System}|{code.Code}", code));
                }
            }
        }

        return named;
    }

    private CodedEntries Gather(string type, IReadOnlyList<EntryCode> codes, IReadOnlyList<int> rows)
    {
        var entries = new CodedEntries(type, codes, Describe(Newest(rows)), rows.Count);
        foreach (var row in rows)
        {
            _ofRow[row] = entries;
        }

        return entries;
    }

    private int Newest(IEnumerable<int> rows) => rows.MaxBy(row => (_state.Index.WhenOf(row)?.Low ?? long.MinValue, row));

    private AnsweredEntry Describe(int row) => _state.Index.Describe(_compartment.IdText, row, AnswerMode.Match);

    private int RowOf(AnsweredEntry entry) =>
        _state.Index.RowOf(entry.Id.Length == _compartment.IdText.Length ? default : Data.LocalId.Parse(entry.Id.AsSpan(_compartment.IdText.Length + 1)));
}
