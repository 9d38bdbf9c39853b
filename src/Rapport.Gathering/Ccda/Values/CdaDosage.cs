using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Fhir;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>
/// How a medicine is taken, as FHIR's Dosage. In CDA the first <c>effectiveTime</c> says from when to when, those after it how often: every so long (PIVL),
/// or at meals, sleep and the like (EIVL).
/// </summary>
internal static class CdaDosage
{
    // UCUM's units of time that FHIR's timing knows.
    private static readonly HashSet<string> Units = ["s", "min", "h", "d", "wk", "mo", "a"];

    private static readonly HashSet<string> Events = ["HS", "WAKE", "C", "CM", "CD", "CV", "AC", "ACM", "ACD", "ACV", "PC", "PCM", "PCD", "PCV"];

    private static readonly Dictionary<string, decimal> Minutes = new() { ["s"] = 1m / 60, ["min"] = 1, ["h"] = 60, ["d"] = 1440 };

    /// <summary>The dosage of a substanceAdministration; null when nothing is said.</summary>
    /// <param name="entry">The entry that it goes to.</param>
    /// <param name="statement">The administration: the entry's own, or one that stands in it for another step.</param>
    /// <param name="withBounds">Whether the times from and to belong to it, because the entry has no place of its own for them.</param>
    internal static JsonObject? Of(CcdaEntry entry, Statement statement, bool withBounds)
    {
        var (node, values) = (statement.Node, entry.Values);
        var sigs = statement.Children.Where(child => child.Is(T.FreeTextSig) || (child.Kind == "substanceAdministration" && child.HasCode("76662-6"))).ToArray();
        CcdaReading.Fold(sigs);
        var text = sigs.Select(sig => values.Text(sig.Node.First("text"))).FirstOrDefault(words => words is not null)
            ?? (statement == entry.Statement && sigs.Length == 0 ? Words.Own(node.First("text")) : null);
        var (additional, patient) = Instructions(entry, statement);
        var dosage = new JsonObject().With("text", text).With("additionalInstruction", additional).With("patientInstruction", patient)
            .With("timing", Timing(values, node, withBounds));
        PutAsNeeded(dosage, values, node);
        return dosage.With("site", values.Concept(node.First("approachSiteCode"))).With("route", values.Concept(node.First("routeCode")))
            .With("doseAndRate", DoseAndRate(values, node)).With("maxDosePerPeriod", values.Ratio(node.First("maxDoseQuantity"))) is { Count: > 0 } said ? said : null;
    }

    /// <summary>A dose without a unit is in what the administration unit says: tablets, puffs.</summary>
    internal static JsonObject? Dose(CdaValues values, XElement node)
    {
        var dose = values.Quantity(node.First("doseQuantity"));
        if (dose is not null && !dose.ContainsKey("unit") && Words.Tidy(node.First("administrationUnitCode").At("displayName")) is { } unit)
        {
            dose["unit"] = unit;
        }

        return dose;
    }

    private static JsonArray? DoseAndRate(CdaValues values, XElement node)
    {
        var json = new JsonObject();
        if (Dose(values, node) is { } dose)
        {
            json["doseQuantity"] = dose;
        }
        else
        {
            json.With("doseRange", values.Range(node.First("doseQuantity")));
        }

        if (values.Quantity(node.First("rateQuantity")) is { } rate)
        {
            json["rateQuantity"] = rate;
        }
        else
        {
            json.With("rateRange", values.Range(node.First("rateQuantity")));
        }

        return json.Count == 0 ? null : R4.List(json);
    }

    private static void PutAsNeeded(JsonObject dosage, CdaValues values, XElement node)
    {
        if (node.First("precondition") is not { } precondition)
        {
            return;
        }

        var criterion = precondition.First("criterion");
        if ((values.Concept(criterion.First("value")) ?? (values.Text(criterion.First("text")) is { } words ? R4.Concept(words) : null)) is { } reason)
        {
            dosage["asNeededCodeableConcept"] = reason;
        }
        else
        {
            dosage["asNeededBoolean"] = true;
        }
    }

    private static (JsonArray Additional, string? Patient) Instructions(CcdaEntry entry, Statement statement)
    {
        var additional = new JsonArray();
        List<string> words = [];
        foreach (var instruction in statement.Children.Where(child => child.Is(T.Instruction)))
        {
            if (entry.Values.Concept(instruction.Code) is { } code)
            {
                additional.Add((JsonNode)code);
                CcdaReading.Fold(instruction);
            }

            if (entry.Values.Text(instruction.Node.First("text")) is { } text)
            {
                words.Add(text);
                CcdaReading.Fold(instruction);
            }
        }

        return (additional, words.Count == 0 ? null : string.Join("\n", words.Distinct()));
    }

    private static JsonObject? Timing(CdaValues values, XElement node, bool withBounds)
    {
        var times = node.Cdas("effectiveTime").Take(20).ToArray();
        var timing = new JsonObject();
        var repeat = new JsonObject();
        if (withBounds && times.FirstOrDefault(time => !IsFrequency(time)) is { } bounds)
        {
            if (bounds.At("value") is not null && values.Time(bounds) is { } moment)
            {
                timing["event"] = new JsonArray { moment };
            }
            else
            {
                repeat.With("boundsPeriod", values.Period(bounds));
            }
        }

        foreach (var time in times.Where(IsFrequency))
        {
            PutPeriod(values, time, repeat);
            PutEvent(values, time, repeat);
        }

        return timing.With("repeat", repeat) is { Count: > 0 } said ? said : null;
    }

    private static bool IsFrequency(XElement time) => time.Type() is "PIVL_TS" or "EIVL_TS" or "EIVL" or "PIVL" || time.First("period") is not null
        || time.First("event") is not null;

    /// <summary>Every so long, or every so long to so long.</summary>
    private static void PutPeriod(CdaValues values, XElement time, JsonObject repeat)
    {
        var period = time.First("period");
        var (shortest, longest) = (period.First("low") ?? period, period.First("high"));
        var unit = shortest.At("unit") ?? longest.At("unit");
        if (period is null || unit is null || !CdaValues.TryNumber(shortest.At("value"), out var number) || number <= 0 || repeat.ContainsKey("period"))
        {
            return;
        }

        if (Ucum.CodeOf(unit) is not { } code || !Units.Contains(code))
        {
            values.Convert($"how often is said in `{unit.Shorten(40)}`, which FHIR's timing does not know: it stands in the original alone");
            return;
        }

        repeat["frequency"] = 1;
        repeat["period"] = number;
        if (CdaValues.TryNumber(longest.At("value"), out var most) && most > number)
        {
            repeat["periodMax"] = most;
        }

        repeat["periodUnit"] = code;
    }

    private static void PutEvent(CdaValues values, XElement time, JsonObject repeat)
    {
        if (time.First("event").At("code") is not { } code || repeat.ContainsKey("when"))
        {
            return;
        }

        if (!Events.Contains(code))
        {
            values.Convert($"the time of day `{code.Shorten(40)}` is not known to FHIR's timing: it stands in the original alone");
            return;
        }

        repeat["when"] = new JsonArray { code };
        var offset = time.First("offset");
        var amount = offset.First("low") ?? offset;
        if (CdaValues.TryNumber(amount.At("value"), out var number) && amount.At("unit") is { } unit && Minutes.GetValueOrDefault(unit) is > 0 and var factor
            && number * factor is >= 1 and < 10_000 and var minutes)
        {
            repeat["offset"] = (int)Math.Round(minutes);
            values.Convert($"the offset `{number} {unit}` became `{(int)Math.Round(minutes)} min`");
        }
    }
}
