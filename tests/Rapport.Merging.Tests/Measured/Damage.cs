using System.Globalization;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Merging.Tests.Measured;

/// <summary>What becomes of an entry when another source tells it: other ids, codes, names, units, dates. Always the same for the same seed.</summary>
/// <param name="random">Chance, by a seed.</param>
/// <param name="names">Which other names are used.</param>
internal sealed class Damage(Random random, NamesUsed names)
{
    private static readonly string[] Dates =
        ["onsetDateTime", "recordedDate", "authoredOn", "effectiveDateTime", "performedDateTime", "occurrenceDateTime", "issued", "startDate"];

    /// <summary>The same entry as another source would tell it, and what was done to it.</summary>
    internal (JsonObject Entry, List<string> Done) Tell(JsonObject original)
    {
        var entry = (JsonObject)original.DeepClone();
        List<string> done = [];
        entry.Remove("id");
        entry.Remove("identifier");
        entry.Remove("meta");
        entry.Remove("text");
        Rename(entry, done);
        if (random.Next(2) == 0)
        {
            ConvertUnit(entry, done);
        }

        MoveDates(entry, done);
        return (entry, done);
    }

    private void Rename(JsonObject entry, List<string> done)
    {
        var type = (string)entry["resourceType"]!;
        foreach (var name in new[] { "code", "vaccineCode", "medicationCodeableConcept" })
        {
            if (entry[name] is not JsonObject concept || concept["coding"] is not JsonArray { Count: > 0 } codings || codings[0] is not JsonObject coding)
            {
                continue;
            }

            var (code, display) = ((string?)coding["code"], (string?)coding["display"] ?? (string?)concept["text"]);
            var others = OtherNames.Of(type, code, names);
            switch (random.Next(10))
            {
                case < 3:
                    break;
                case < 5 when display is not null:
                    // Names alone, as where the code is a null flavour.
                    entry[name] = new JsonObject { ["text"] = Cased(display) };
                    done.Add("no code");
                    break;
                case var _ when others.Length > 0:
                    var other = others[random.Next(others.Length)];
                    entry[name] = other.Code is null
                        ? new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "urn:oid:2.16.840.1.113883.3.999.7", ["code"] = $"L{random.Next(100_000)}", ["display"] = other.Name }) }
                        : new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = other.System, ["code"] = other.Code, ["display"] = other.Name }) };
                    done.Add("other name");
                    break;
            }
        }
    }

    private string Cased(string name) => random.Next(3) switch { 0 => name.ToUpperInvariant(), 1 => name.ToLowerInvariant(), _ => name };

    private void ConvertUnit(JsonObject entry, List<string> done)
    {
        var loinc = (string?)entry["code"]?["coding"]?[0]?["code"];
        IEnumerable<JsonNode?> quantities = [entry["valueQuantity"], .. (entry["component"] as JsonArray)?.Select(part => part?["valueQuantity"]) ?? []];
        foreach (var quantity in quantities.OfType<JsonObject>())
        {
            if (Other((string?)quantity["code"] ?? (string?)quantity["unit"]) is not { } other || quantity["value"] is not { } value)
            {
                continue;
            }

            var number = decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
            if (Units.Convert(number, other.From, other.To, loinc is null ? null : Analyte.OfLoinc(loinc)) is { } converted)
            {
                quantity["value"] = JsonNode.Parse(Math.Round(converted, other.Decimals).ToString(CultureInfo.InvariantCulture));
                quantity["unit"] = other.To;
                quantity["code"] = other.To;
                done.Add("other unit");
            }
        }
    }

    /// <summary>What is usual elsewhere, with as many decimals as are usual.</summary>
    private static (string From, string To, int Decimals)? Other(string? unit) => unit switch
    {
        "mg/dL" => ("mg/dL", "mmol/L", 2),
        "kg" => ("kg", "[lb_av]", 1),
        "cm" => ("cm", "[in_i]", 1),
        "Cel" => ("Cel", "[degF]", 1),
        "g/dL" => ("g/dL", "g/L", 0),
        _ => null,
    };

    private void MoveDates(JsonObject entry, List<string> done)
    {
        var chance = random.Next(10);
        foreach (var name in Dates.Where(name => entry[name] is not null))
        {
            var text = (string)entry[name]!;
            var moved = Move(text, chance, (string)entry["resourceType"]! == "Condition");
            if (moved != text)
            {
                entry[name] = moved;
                done.Add(chance switch { < 2 => "day only", 2 => "day before or after", 3 => "other zone", _ => "month only" });
            }
        }
    }

    private static string Move(string text, int chance, bool mayBeVague)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || text.Length < 10)
        {
            return text;
        }

        return chance switch
        {
            < 2 => text[..10],
            2 => text.Length > 10 ? at.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : at.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            3 when text.Length > 10 => at.AddHours(5).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            4 when mayBeVague => text[..7],
            _ => text,
        };
    }
}
