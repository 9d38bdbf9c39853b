using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>A code of a series, as a Coding writes it.</summary>
/// <param name="System">Its system.</param>
/// <param name="Code">The code.</param>
/// <param name="Display">What its source calls it; null for nothing.</param>
public sealed record SeriesCode(string System, string Code, string? Display)
{
    /// <summary>The code as consents and entries mean it, whichever name its system goes by.</summary>
    public EntryCode Known => new(RecordView.SystemOf(System), Code);

    /// <summary>The code with its system, for whoever wants to know exactly.</summary>
    public string Told => $"{Wording.System(Known.System)} {Code}";
}

/// <summary>A series that an agreement names: whatever has one of these codes, now and later.</summary>
/// <param name="Name">What it is called, as the patient knew it when they agreed; null where nobody wrote it down.</param>
/// <param name="Codes">The codes, one at least.</param>
public sealed record NamedSeries(string? Name, IReadOnlyList<SeriesCode> Codes)
{
    /// <summary>Names that a sentence tells; the others are counted.</summary>
    private const int MostNames = 6;

    /// <summary>The FHIR types that it is of; null for all of which the agreement is.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>What people read of it.</summary>
    public string Told => Name ?? Codes.Select(static code => code.Display).FirstOrDefault(static display => display is not null) ?? Say.Fill(SeriesTermsText.OfCode, Codes[0].Told);

    /// <summary>What some are, inside a sentence, each name once.</summary>
    public static string Tell(IEnumerable<NamedSeries> series)
    {
        var names = series.Select(static one => one.Told).Distinct().ToList();
        return names.Count <= MostNames ? Say.List(names) : Say.Fill(SharingText.NamesAndMore, string.Join(", ", names.Take(MostNames)), Say.Count(SharingText.MoreNames, names.Count - MostNames));
    }

    /// <summary>Has a provision speak of whatever is of some series only.</summary>
    public static void Write(JsonObject provision, IEnumerable<NamedSeries> series) =>
        ConsentJson.OfCodes(provision, series.Select(static one => ConsentJson.Concept(one.Codes.Select(static code => ConsentJson.Coding(code.System, code.Code, code.Display)), one.Name)));

    /// <summary>The series that a provision names; none where it names no codes, null where it says more of them than the pages would.</summary>
    public static IReadOnlyList<NamedSeries>? TryRead(Element provision)
    {
        List<NamedSeries> series = [];
        foreach (var concept in provision.All("code"))
        {
            var codes = concept.All("coding").ConvertAll(static coding => Has(coding, ["system", "code", "display"]) || coding.Text("system") is not { Length: > 0 } system || coding.Text("code") is not { Length: > 0 } code
                ? null : new SeriesCode(system, code, coding.Text("display")));
            if (codes.Count == 0 || codes.Contains(null) || Has(concept, ["coding", "text"]))
            {
                return null;
            }

            series.Add(new NamedSeries(concept.Text("text"), [.. codes.OfType<SeriesCode>()]));
        }

        return series;
    }

    private static bool Has(Element element, string[] butThese)
    {
        foreach (var child in element.Children)
        {
            if (!butThese.Contains(child.Name))
            {
                return true;
            }
        }

        return false;
    }
}
