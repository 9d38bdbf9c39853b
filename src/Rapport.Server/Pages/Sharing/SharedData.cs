using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Which data the provision of an agreement names, beside kinds and labels, in the ways in which the share pages say it.</summary>
/// <param name="Entry">The one entry that it is about; null for none or several.</param>
/// <param name="Around">The references whatever stands in relation to goes along; none for the entry alone.</param>
/// <param name="Entries">The entries when it names several.</param>
/// <param name="But">Those that stay home all the same.</param>
/// <param name="From">The first day of which data go along; null for any.</param>
/// <param name="To">The last day; null for any.</param>
internal sealed record SharedData(NamedEntry? Entry, IReadOnlyList<string> Around, IReadOnlyList<NamedEntry> Entries, IReadOnlyList<NamedEntry> But, DateOnly? From, DateOnly? To)
{
    /// <summary>What a rule within a provision has that names entries whatever they are marked as.</summary>
    private static readonly string[] OfNamed = ["type", "class", "data", "securityLabel"];

    /// <summary>What one has that names series so.</summary>
    private static readonly string[] OfSeries = ["type", "code", "securityLabel"];

    /// <summary>What one has that names series of another kind.</summary>
    private static readonly string[] OfKinds = ["type", "class", "code"];

    /// <summary>The series that it is about; none for all that it tells otherwise.</summary>
    public IReadOnlyList<NamedSeries> Series { get; private init; } = [];

    /// <summary>Series that stay home all the same.</summary>
    public IReadOnlyList<NamedSeries> ButSeries { get; private init; } = [];

    /// <summary>Reads it; null for whatever the pages would not say in the same way.</summary>
    /// <param name="provision">The root provision.</param>
    /// <param name="types">The types that it names; none for all.</param>
    /// <param name="labels">The sensitive labels that it names.</param>
    public static SharedData? TryRead(Element provision, IReadOnlyList<string> types, IReadOnlyList<string> labels)
    {
        var within = provision.All("provision");
        var ofOtherKinds = within.FindAll(static rule => rule.Text("type") == "permit" && rule.All("code").Count > 0);
        var keepsSeries = within.FindAll(static rule => rule.Text("type") == "deny" && rule.All("code").Count > 0);
        if (NamedSeries.TryRead(provision) is not { } series || keepsSeries.Count > 1 || keepsSeries.Exists(rule => !NamesWhateverItIsMarked(rule, OfSeries, labels.Count > 0))
            || (keepsSeries is [var kept] ? NamedSeries.TryRead(kept) : []) is not { } but
            || TryReadBeside(provision, [.. within.Except(keepsSeries).Except(ofOtherKinds)], types, labels) is not { } data
            || (ofOtherKinds.Count > 0 && (series.Count == 0 || types.Count == 0)))
        {
            return null;
        }

        if (ofOtherKinds.Count > 0)
        {
            series = [.. series.Select(one => one with { Types = types })];
            foreach (var rule in ofOtherKinds)
            {
                if (TryReadOfKinds(rule) is not { } others)
                {
                    return null;
                }

                series = [.. series, .. others];
            }
        }

        // Series go along by their kinds, and alone. What is named goes along whatever series it is of.
        return (series.Count > 0 && (types.Count == 0 || but.Count > 0 || data.Entry is not null || data.Entries.Count > 0)) || (but.Count > 0 && data.NamesAlone)
            ? null : data with { Series = series, ButSeries = but };
    }

    /// <summary>Series that are of other types than the provision in which their rule stands; null where it says more.</summary>
    private static IEnumerable<NamedSeries>? TryReadOfKinds(Element rule)
    {
        var types = rule.All("class").ConvertAll(static coding => coding.Text("code") ?? "");
        return types.Count == 0 || rule.All("securityLabel").Count > 0 || !SaysOnly(rule, OfKinds) ? null : NamedSeries.TryRead(rule)?.Select(one => one with { Types = types });
    }

    /// <summary>Whether single entries go along and nothing else.</summary>
    private bool NamesAlone => Entries.Count > 0 || (Entry is not null && Around.Count == 0);

    private static SharedData? TryReadBeside(Element provision, List<Element> within, IReadOnlyList<string> types, IReadOnlyList<string> labels)
    {
        var data = provision.All("data");
        var denials = within.FindAll(static rule => rule.Text("type") == "deny");
        var permits = within.FindAll(static rule => rule.Text("type") == "permit");
        if (denials.Count > 1 || permits.Count > 1 || denials.Count + permits.Count != within.Count || within.Exists(rule => !NamesWhateverItIsMarked(rule, OfNamed, labels.Count > 0))
            || !TryReadDays(provision, out var from, out var to))
        {
            return null;
        }

        List<NamedEntry> but = [];
        if (denials is [var denial])
        {
            if (ReadEntries(denial.All("data")) is not { Count: > 0 } named || !AreOf(named, denial.All("class").ConvertAll(static coding => coding.Text("code") ?? "")))
            {
                return null;
            }

            but = named;
        }

        var isOfDays = (from ?? to) is not null;
        if (data.Count == 0)
        {
            return permits.Count == 0 ? new SharedData(null, [], [], but, from, to) : null;
        }

        if (permits is [var permit])
        {
            List<string> around = [.. data.Select(static part => part.Text("meaning") == "related" && part.TryGetChild("reference", out var related) ? related.Text("reference") : null).OfType<string>()];
            return around.Count == data.Count && !isOfDays && ReadEntries(permit.All("data")) is [var itself] ? new SharedData(itself, around, [], but, null, null) : null;
        }

        // Entries that are named go along whatever else is said: days, labels and denials would limit them, and the pages do not say that.
        return isOfDays || but.Count > 0 || labels.Count > 0 || ReadEntries(data) is not { } entries || !AreOf(entries, types) ? null
            : entries is [var only] ? new SharedData(only, [], [], [], null, null)
            : new SharedData(null, [], entries, [], null, null);
    }

    private static bool AreOf(List<NamedEntry> entries, IReadOnlyList<string> types) => types.Count == 0 || entries.All(entry => types.Contains(NamedEntry.TypeOf(entry.Reference)));

    private static bool NamesWhateverItIsMarked(Element rule, string[] says, bool levelsMatter)
    {
        if (!SaysOnly(rule, says))
        {
            return false;
        }

        var levels = rule.All("securityLabel").ConvertAll(static label => label.Text("code") ?? "");
        return levels.Count == 0 ? !levelsMatter : ConsentJson.OrdinaryLevels.Append(SecurityLabels.Restricted).Append(SecurityLabels.VeryRestricted).All(levels.Contains);
    }

    private static bool SaysOnly(Element rule, string[] says)
    {
        foreach (var child in rule.Children)
        {
            if (!says.Contains(child.Name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The entries that are named one by one; null where something else is.</summary>
    private static List<NamedEntry>? ReadEntries(List<Element> data)
    {
        List<NamedEntry> entries = [];
        foreach (var part in data)
        {
            if (part.Text("meaning") != "instance" || !part.TryGetChild("reference", out var reference) || reference.Text("reference") is not { } text || text.IndexOf('/', StringComparison.Ordinal) < 1)
            {
                return null;
            }

            entries.Add(new NamedEntry(text, reference.Text("display")));
        }

        return entries;
    }

    /// <summary>Whole days; what is told more or less exactly is not said on the pages.</summary>
    private static bool TryReadDays(Element provision, out DateOnly? from, out DateOnly? to)
    {
        (from, to) = (null, null);
        return !provision.TryGetChild("dataPeriod", out var period)
            || (TryReadDay(period.Text("start"), out from) && TryReadDay(period.Text("end"), out to) && (from ?? to) is not null && !(from > to));
    }

    private static bool TryReadDay(string? text, out DateOnly? day)
    {
        day = DateOnly.TryParseExact(text, "yyyy-MM-dd", out var read) ? read : null;
        return text is null || day is not null;
    }
}
