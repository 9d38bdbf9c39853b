using System.Globalization;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Writes the provision of an R4 Consent that says what a patient agreed to on the share pages; <see cref="SharingTerms.TryRead"/> reads it.</summary>
internal static class SharingProvision
{
    /// <summary>The provision.</summary>
    public static JsonObject Of(SharingTerms terms)
    {
        var provision = ConsentJson.Permit(terms.Labels);
        var period = new JsonObject();
        if (terms.From is { } from)
        {
            period["start"] = Edge(from, TimeOnly.MinValue);
        }

        if (terms.Until is { } until)
        {
            period["end"] = Edge(until, new TimeOnly(23, 59, 59));
        }

        if (period.Count > 0)
        {
            provision["period"] = period;
        }

        ConsentJson.Name(provision, terms.Recipient, terms.RecipientName, terms.Purpose);
        SharingActions.Write(provision, terms.Actions);
        WriteData(provision, terms);
        JsonObject?[] within =
        [
            terms is { Around.Count: > 0, Entry: { } entry } ? EntryItself(terms, entry) : null,
            terms.But.Count > 0 ? StayingHome(terms) : null,
            terms.ButSeries.Count > 0 ? SeriesStayingHome(terms) : null,
            .. OfKinds(terms).Skip(1).Select(OfOtherKind),
        ];
        if (within.OfType<JsonObject>().ToArray() is { Length: > 0 } rules)
        {
            provision["provision"] = new JsonArray(rules);
        }

        return provision;
    }

    /// <summary>An instant as it is written, with how far its clock is from UTC.</summary>
    public static string Written(DateTimeOffset at) => at.ToString(at.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Where nobody chose a clock, a day alone, which is that of UTC.</summary>
    private static string Edge(DateOnly day, TimeOnly time) => TimeZones.IsUtc ? day.ToString("yyyy-MM-dd") : Written(TimeZones.At(day, time));

    private static void WriteData(JsonObject provision, SharingTerms terms)
    {
        if (OfKinds(terms).FirstOrDefault() is { Series: not null } first)
        {
            ConsentJson.OfTypes(provision, first.Types);
            NamedSeries.Write(provision, first.Series);
        }
        else if (terms.Types is not null)
        {
            ConsentJson.OfTypes(provision, terms.Types);
        }

        ConsentJson.OfDays(provision, terms.DataFrom, terms.DataTo);
        if (terms.Entries.Count > 0)
        {
            ConsentJson.OfEntries(provision, terms.Entries.Select(static entry => (entry.Reference, entry.Name)));
        }
        else if (terms is { Entry: { } single, Around.Count: 0 })
        {
            ConsentJson.OfEntry(provision, single, terms.EntryName);
        }
        else if (terms.Entry is not null)
        {
            ConsentJson.OfRelated(provision, terms.Around);
        }
    }

    /// <summary>The series by the types that they are of.</summary>
    private static IEnumerable<(IReadOnlyList<string> Types, IReadOnlyList<NamedSeries> Series)> OfKinds(SharingTerms terms) =>
        terms.Series.GroupBy(series => string.Join(' ', series.Types ?? terms.Types ?? []))
            .Select(group => (group.First().Types ?? terms.Types ?? [], (IReadOnlyList<NamedSeries>)[.. group]));

    /// <summary>A code goes along with its own kind only, so each kind has a rule for its codes. All else is as in the rule around it.</summary>
    private static JsonObject OfOtherKind((IReadOnlyList<string> Types, IReadOnlyList<NamedSeries> Series) kind)
    {
        var provision = ConsentJson.Permit();
        ConsentJson.OfTypes(provision, kind.Types);
        NamedSeries.Write(provision, kind.Series);
        return provision;
    }

    /// <summary>Whoever names an entry means it, whatever it is marked as: so this provision names every level.</summary>
    private static JsonObject EntryItself(SharingTerms terms, string entry)
    {
        var provision = OfAnyLevel(terms);
        ConsentJson.OfTypes(provision, [NamedEntry.TypeOf(entry)]);
        ConsentJson.OfEntry(provision, entry, terms.EntryName);
        return provision;
    }

    /// <summary>What stays home does so whatever it is marked as, and whichever kinds go along.</summary>
    private static JsonObject StayingHome(SharingTerms terms)
    {
        var provision = OfAnyLevel(terms);
        provision["type"] = "deny";
        ConsentJson.OfTypes(provision, terms.But.Select(static entry => NamedEntry.TypeOf(entry.Reference)).Distinct());
        ConsentJson.OfEntries(provision, terms.But.Select(static entry => (entry.Reference, entry.Name)));
        return provision;
    }

    /// <summary>Of whatever goes along, so without a kind of its own: an order for a test and the report about it have its code too.</summary>
    private static JsonObject SeriesStayingHome(SharingTerms terms)
    {
        var provision = OfAnyLevel(terms);
        provision["type"] = "deny";
        NamedSeries.Write(provision, terms.ButSeries);
        return provision;
    }

    private static JsonObject OfAnyLevel(SharingTerms terms) => ConsentJson.Permit(terms.Labels.Count > 0 ? [SecurityLabels.Restricted, SecurityLabels.VeryRestricted] : []);
}
