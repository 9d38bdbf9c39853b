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
    private readonly SharingTerms? _agreed;
    private readonly List<SeriesRow> _rows;
    private readonly Dictionary<CodedEntries, SeriesRow> _rowOf = new(ReferenceEqualityComparer.Instance);

    private SeriesPicks(RecordCodes codes, SharingTerms? agreed)
    {
        (_codes, _agreed) = (codes, agreed);
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
        var chosen = beside.SelectMany(static picked => picked.Types.SelectMany(type => picked.Series.Codes.Select(code => (type, code.Known)))).ToHashSet();
        return
        [
            .. (from row in _rows
                where types is null || row.Kind.Types.Any(types.Contains)
                where words is null || words.IsIn(row.Words)
                where row.Codes.Any(code => !row.Kind.Types.Any(type => chosen.Contains((type, code.Known))))
                orderby row.Count > 1 descending, row.Count descending, row.Name.Text
                select row).Take(MostFound).Select(row => Pick(row, [.. row.Codes.Where(code => !row.Kind.Types.Any(type => chosen.Contains((type, code.Known))))])),
        ];
    }

    /// <summary>Those of these keys, each once: as they were agreed on, else as they are in the record. One that is in neither is none.</summary>
    public IReadOnlyList<PickedSeries> Named(IReadOnlyList<string> keys)
    {
        List<PickedSeries> picked = [];
        foreach (var key in keys.Where(key => picked.All(other => other.Key != key)))
        {
            if (Split(key) is var (kind, code) && (Agreed(key, kind, code) ?? InRecord(kind, code)) is { } found)
            {
                picked.Add(found with { Key = key });
            }
        }

        return picked;
    }

    /// <summary>The key of the series that an entry is of; null for none.</summary>
    /// <param name="resourceType">The FHIR type of the entry.</param>
    /// <param name="local">Its id within the record.</param>
    public string? KeyOf(string resourceType, LocalId? local) =>
        _codes.Of(resourceType, local) is { } entries && _rowOf.GetValueOrDefault(entries) is { } row ? KeyOf(row.Kind, row.Codes[0]) : null;

    /// <summary>How a form carries a series of an agreement.</summary>
    /// <param name="series">The series.</param>
    /// <param name="types">The FHIR types of which the agreement is.</param>
    public static string KeyOf(NamedSeries series, IReadOnlyList<string>? types) => KeyOf(Kind.Of(types is [var first, ..] ? first : ""), series.Codes[0]);

    private static string KeyOf(Kind kind, SeriesCode code) => $"{kind.Name} {code.Known.System}|{code.Code}";

    private static (Kind Kind, EntryCode Code)? Split(string key)
    {
        var (blank, bar) = (key.IndexOf(' ', StringComparison.Ordinal), key.LastIndexOf('|'));
        return blank > 0 && bar > blank && Kind.Find(key[..blank]) is { } kind ? (kind, new EntryCode(key[(blank + 1)..bar], key[(bar + 1)..])) : null;
    }

    private PickedSeries? Agreed(string key, Kind kind, EntryCode code)
    {
        if (_agreed is not { } terms || terms.Types?.Any(kind.Types.Contains) == false
            || terms.Series.Concat(terms.ButSeries).FirstOrDefault(series => KeyOf(series, terms.Types) == key || series.Codes[0].Known == code) is not { } series)
        {
            return null;
        }

        // Of which kind each was is not written down: what is in the record tells, and where nothing is, all that the agreement is of.
        var all = terms.Types ?? [.. Kind.Shareable.SelectMany(static any => any.Types)];
        var found = _codes.Find(series.Codes.Select(static known => known.Known), all);
        var kinds = found.Of.Select(static of => Kind.Of(of.Entries.ResourceType)).ToHashSet();
        List<string> types = [.. all.Where(type => kinds.Count == 0 || kinds.Contains(Kind.Of(type)))];
        return Tell(new PickedSeries(key, series, types, found), RowOf(kind, code));
    }

    private SeriesRow? RowOf(Kind kind, EntryCode code) => _rows.Find(row => row.Kind == kind && row.Codes.Any(known => known.Known == code));

    private PickedSeries? InRecord(Kind kind, EntryCode code) => RowOf(kind, code) is { } row ? Pick(row, row.Codes) : null;

    private PickedSeries Pick(SeriesRow row, IReadOnlyList<SeriesCode> codes) =>
        Tell(new PickedSeries(KeyOf(row.Kind, codes[0]), new NamedSeries(row.Name.Text, codes), row.Kind.Types, _codes.Find(codes.Select(static code => code.Known), row.Kind.Types)), row);

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
