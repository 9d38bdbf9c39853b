using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>Entries of one kind that have one name. Not thread safe.</summary>
internal sealed class SeriesRow(Kind kind, SeriesName name)
{
    private readonly List<CodedEntries> _entries = [];
    private readonly Dictionary<EntryCode, string?> _displays = [];
    private readonly HashSet<string> _words = [name.Text];

    public Kind Kind => kind;

    /// <summary>As the newest has it.</summary>
    public SeriesName Name => name;

    /// <summary>How many entries are called so.</summary>
    public int Count => _entries.Sum(static entries => entries.Count);

    /// <summary>The codes by which an agreement names it.</summary>
    public IReadOnlyList<SeriesCode> Codes { get; private set; } = [];

    /// <summary>What it is found by.</summary>
    public string Words => string.Join(' ', _words.Concat(_displays.Values.OfType<string>()).Concat(_displays.Keys.Select(static code => code.Code)));

    public void Add(CodedEntries entries, SeriesName called)
    {
        _entries.Add(entries);
        _words.Add(called.Words);
        foreach (var code in entries.Codes)
        {
            _displays[code] = _displays.GetValueOrDefault(code) ?? called.Displays.GetValueOrDefault(code);
        }
    }

    /// <summary>
    /// Chooses the codes: those that nothing of another name has. Only what has no such code is named by what it has, and takes along whatever has that too.
    /// </summary>
    /// <param name="all">All entries of the record, by their codes.</param>
    /// <param name="isOfIt">Whether entries are called so.</param>
    public void Choose(IReadOnlyList<CodedEntries> all, Func<CodedEntries, bool> isOfIt)
    {
        var shared = all.Where(entries => Kind.Of(entries.ResourceType) == kind && !isOfIt(entries)).SelectMany(static entries => entries.Codes).ToHashSet();
        var codes = _entries.SelectMany(entries => entries.Codes.Any(code => !shared.Contains(code)) ? entries.Codes.Where(code => !shared.Contains(code)) : entries.Codes);
        Codes = [.. codes.Distinct().OrderBy(code => shared.Contains(code)).ThenBy(static code => code.System, StringComparer.Ordinal).ThenBy(static code => code.Code, StringComparer.Ordinal)
            .Select(code => new SeriesCode(code.System, code.Code, _displays.GetValueOrDefault(code)))];
    }
}
