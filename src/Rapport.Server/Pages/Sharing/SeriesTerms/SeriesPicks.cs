using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>
/// The series of one's own record: entries of one kind that have one name, and the codes that they are known by. What has another name is another series, also where it has a code in common; what goes along because of
/// that is told.
/// </summary>
internal sealed class SeriesPicks
{
    /// <summary>Series that can be chosen for one agreement.</summary>
    public const int Most = 12;

    private const int MostFound = 20;

    private readonly RecordCodes _codes;
    private readonly List<SeriesRow> _rows;
    private readonly List<PickedSeries> _agreed;
    private readonly HashSet<(string Type, EntryCode Code)> _agreedCodes;
    private readonly Dictionary<CodedEntries, SeriesRow> _rowOf = new(ReferenceEqualityComparer.Instance);

    private SeriesPicks(RecordCodes codes, SharingTerms? agreed)
    {
        _codes = codes;
        Dictionary<(Kind, string), SeriesRow> rows = [];
        foreach (var entries in codes.All.OrderByDescending(static entries => entries.Newest.When?.Low ?? long.MinValue))
        {
            if (Kind.Of(entries.ResourceType) is var kind && kind != Kind.Other && kind != Kind.Agreements && kind != Kind.You)
            {
                var name = SeriesName.Of(codes.Read(entries.Newest), entries, kind);
                var row = rows.TryGetValue((kind, name.Key), out var known) ? known : rows[(kind, name.Key)] = new SeriesRow(kind, name);
                row.Add(entries, name);
                _rowOf[entries] = row;
            }
        }

        _rows = [.. rows.Values];
        foreach (var row in _rows)
        {
            row.Choose(codes.All, entries => _rowOf.GetValueOrDefault(entries) == row);
        }

        _agreed = agreed is null ? [] : [.. ReadAgreed(agreed)];
        _agreedCodes = CodesOf(_agreed);
    }

    /// <summary>Reads them.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="agreed">What the agreement says that is changed: its series stay as they were agreed on, whatever the record calls them now.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<SeriesPicks> OfAsync(OwnAccess own, SharingTerms? agreed, CancellationToken cancel) => new(await own.CodesAsync(cancel), agreed);

    /// <summary>Those that can be chosen beside some, the longest first; of some kinds, and with the words where somebody looks for some.</summary>
    /// <param name="types">The FHIR types that go along; null for all.</param>
    /// <param name="find">What was typed; null for nothing.</param>
    /// <param name="beside">Those that are chosen.</param>
    public IReadOnlyList<PickedSeries> Offers(IReadOnlyCollection<string>? types, string? find, IReadOnlyList<PickedSeries> beside)
    {
        var words = find is null ? null : TextCriterion.Of(find, Glossary.OfficialNames(find));
        var chosen = CodesOf(beside);
        return
        [
            .. (from row in _rows
                where types is null || row.Kind.Types.Any(types.Contains)
                where words is null || words.IsIn(row.Words)
                where row.Codes.Any(code => !IsAmong(chosen, row, code))
                orderby row.Count > 1 descending, row.Count descending, row.Name.Text
                select row).Take(MostFound).Select(row => Pick(row, row.Codes.All(code => !IsAmong(_agreedCodes, row, code) || IsAmong(chosen, row, code)) ? Since(row) : row.Codes)),
        ];
    }

    /// <summary>Those of these keys, each once: as they were agreed on, else as they are in the record. What is in neither by just these codes is none, and whoever ticked it is to be told.</summary>
    public IReadOnlyList<PickedSeries> Named(IReadOnlyList<string> keys) => [.. keys.Distinct().Select(key => _agreed.Find(series => series.Key == key) ?? InRecord(key)).OfType<PickedSeries>()];

    /// <summary>The key of the series that an entry is of; null for none.</summary>
    /// <param name="resourceType">The FHIR type of the entry.</param>
    /// <param name="local">Its id within the record.</param>
    public string? KeyOf(string resourceType, LocalId? local) =>
        _codes.Of(resourceType, local) is { } entries && _rowOf.GetValueOrDefault(entries) is { } row ? KeyOf(row, row.Codes) : null;

    private static string KeyOf(SeriesRow row, IEnumerable<SeriesCode> codes) => SeriesKey.Of(row.Kind, codes.Select(static code => code.Known));

    private static HashSet<(string Type, EntryCode Code)> CodesOf(IEnumerable<PickedSeries> picked) =>
        [.. picked.SelectMany(static one => one.Types.SelectMany(type => one.Series.Codes.Select(code => (type, code.Known))))];

    private static bool IsAmong(HashSet<(string Type, EntryCode Code)> codes, SeriesRow row, SeriesCode code) => row.Kind.Types.Any(type => codes.Contains((type, code.Known)));

    /// <summary>The codes of a row that came since the agreement which is changed.</summary>
    private IReadOnlyList<SeriesCode> Since(SeriesRow row) => [.. row.Codes.Where(code => !IsAmong(_agreedCodes, row, code))];

    private IEnumerable<PickedSeries> ReadAgreed(SharingTerms terms)
    {
        foreach (var series in terms.Series.Concat(terms.ButSeries))
        {
            // Whatever has its codes and is of a type that the agreement names.
            var types = series.Types ?? terms.Types ?? [.. Kind.Shareable.SelectMany(static any => any.Types)];
            var codes = series.Codes.Select(static code => code.Known).ToHashSet();
            var row = _rows.Find(row => row.Kind.Types.Any(types.Contains) && row.Codes.Any(code => codes.Contains(code.Known)));

            // It keeps the codes that were agreed on: no others beside them, also where Rapport knows more by now.
            yield return Tell(new PickedSeries(SeriesKey.OfAgreed(series, terms.Types), series, types, _codes.Find(codes, types)), row) with { Alike = [] };
        }
    }

    private PickedSeries? InRecord(string key)
    {
        foreach (var row in _rows)
        {
            foreach (var codes in (IEnumerable<IReadOnlyList<SeriesCode>>)[row.Codes, Since(row)])
            {
                if (codes.Count > 0 && KeyOf(row, codes) == key)
                {
                    return Pick(row, codes);
                }
            }
        }

        return null;
    }

    private PickedSeries Pick(SeriesRow row, IReadOnlyList<SeriesCode> codes) =>
        Tell(new PickedSeries(KeyOf(row, codes), new NamedSeries(row.Name.Text, codes), row.Kind.Types, _codes.Find(codes.Select(static code => code.Known), row.Kind.Types)), row);

    private PickedSeries Tell(PickedSeries picked, SeriesRow? row) => picked with
    {
        Language = row?.Name.Language,
        Newest = picked.Found.Newest is { } newest ? EntryReader.Line(_codes.Read(newest)).Date : null,
        Along =
        [
            .. picked.Found.Of.Where(of => _rowOf.GetValueOrDefault(of.Entries) is { } other && other != row).GroupBy(of => _rowOf[of.Entries].Name.Text)
                .Select(static other => (other.Key, other.Sum(static of => of.Count))),
        ],
        Alike = row?.Name.Alike ?? [],
    };
}
