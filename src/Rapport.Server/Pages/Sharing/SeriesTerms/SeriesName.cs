using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>What entries of one series are called.</summary>
/// <param name="Key">The same for all that are called so.</param>
/// <param name="Text">What people call it.</param>
/// <param name="Language">The language of the name where it is not that of the page.</param>
internal sealed record SeriesName(string Key, string Text, string? Language)
{
    private const string Snomed = "http://snomed.info/sct";

    /// <summary>What the source calls each of its codes.</summary>
    public IReadOnlyDictionary<EntryCode, string> Displays { get; private init; } = new Dictionary<EntryCode, string>();

    /// <summary>What else it is found by.</summary>
    public string Words { get; private init; } = "";

    /// <summary>Further codes that mean the same, as far as Rapport knows.</summary>
    public IReadOnlyList<SeriesCode> Alike { get; private init; } = [];

    /// <summary>What an entry is called, which stands for others that have the same codes.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="entries">Those that have the same codes.</param>
    /// <param name="kind">Their kind.</param>
    public static SeriesName Of(Resource entry, CodedEntries entries, Kind kind)
    {
        var line = EntryReader.Line(entry);

        // A code is no name: it stands beside.
        var isCode = entries.Codes.Any(code => code.Code.Equals(line.Name, StringComparison.OrdinalIgnoreCase));
        return new SeriesName(
            isCode ? line.Name : line.Name.ToLowerInvariant(), isCode ? Say.Fill(SeriesTermsText.NoName, Say.Sentence(kind.One)) : line.Name, isCode ? null : line.NameLanguage)
        {
            Displays = DisplaysOf(entry.Root),
            Words = $"{line.Title} {line.Term?.Words}",
            Alike = line.Term is { } term ? [.. AlikeOf(term, entries)] : [],
        };
    }

    private static Dictionary<EntryCode, string> DisplaysOf(Element root)
    {
        Dictionary<EntryCode, string> displays = [];
        foreach (var child in root.Children)
        {
            foreach (var coding in child.TypeName == "CodeableConcept" ? child.All("coding") : [])
            {
                if (coding.Text("display") is { } display && coding.Text("code") is { } code)
                {
                    displays[new EntryCode(RecordView.SystemOf(coding.Text("system") ?? ""), code)] = display;
                }
            }
        }

        return displays;
    }

    /// <summary>The codes of a term that are of the systems in which the entries are coded.</summary>
    private static IEnumerable<SeriesCode> AlikeOf(Glossary term, CodedEntries entries) =>
        from system in entries.Codes.Select(static code => code.System).Distinct()
        from code in term.Codes.Split(' ')
        where system switch
        {
            LoincNames.System => code.Contains('-', StringComparison.Ordinal),
            Snomed => code.All(char.IsAsciiDigit),
            _ => system.StartsWith("http://hl7.org/fhir/sid/icd-10", StringComparison.Ordinal) && char.IsAsciiLetterUpper(code[0]),
        }
        select new SeriesCode(system, code, null);
}
