using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>A group of results, as a DiagnosticReport over its observations.</summary>
internal static class Results
{
    private static readonly Dictionary<string, string> States = new()
    {
        ["completed"] = "final",
        ["active"] = "registered",
        ["held"] = "registered",
        ["suspended"] = "registered",
        ["aborted"] = "cancelled",
        ["cancelled"] = "cancelled",
        ["nullified"] = "entered-in-error",
    };

    // Words by which a picture is told from a laboratory result, since CDA's results have no category.
    private static readonly string[] ImagingWords =
        ["x-ray", "xray", "x ray", "radiograph", "radiology", "ultrasound", "sonogra", "mammogra", "tomography", "magnetic resonance", "angiogra", "fluoroscop", "echocardiogra", "dexa", "dxa", " mri", " ct ", "imaging"];

    internal static void MapOrganizer(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "DiagnosticReport");
        var results = Observations.Members(statement, reading);
        if ((entry.Values.Concept(statement.Code) ?? CodeOfMember(entry)) is not { } code)
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        var json = entry.Json;
        var state = States.GetValueOrDefault(statement.Status ?? "", "unknown");
        json["status"] = state == "registered" && results.Count > 0 ? "partial" : state;
        json["category"] = R4.List(R4.Concept(CodeSystems.V2Category, IsImaging(statement) ? "RAD" : "LAB", null));
        json["code"] = code;
        json.With("subject", reading.Subject()).With("encounter", Observations.EncounterOf(statement, reading));
        PutTime(entry);
        json.With("performer", Distinct(reading.People.Performers(statement.Node).Concat(reading.People.Authors(statement.Node))
            .Select(who => reading.People.Only((JsonObject)who!.DeepClone(), "Practitioner", "Organization")))).With("result", results);
        if (Shared.Words(entry) is { } words)
        {
            json["conclusion"] = words;
        }

        reading.Add(entry);
    }

    /// <summary>Whether it is told by its words that a picture was made.</summary>
    internal static bool IsImaging(Statement statement)
    {
        for (var up = statement; up is not null; up = up.Parent)
        {
            var words = $" {up.Code.At("displayName")} ".ToLowerInvariant();
            if (Array.Exists(ImagingWords, word => words.Contains(word, StringComparison.Ordinal))
                || (up.Code.At("codeSystem") == "2.16.840.1.113883.6.12" && up.Code.At("code") is ['7', _, _, _, _]))
            {
                return true;
            }
        }

        return false;
    }

    private static JsonObject? CodeOfMember(CcdaEntry entry) => entry.Statement.Children is [{ Kind: "observation" } only] ? entry.Values.Concept(only.Code) : null;

    /// <summary>Its own time; else from the first to the last of its results.</summary>
    private static void PutTime(CcdaEntry entry)
    {
        var (statement, json) = (entry.Statement, entry.Json);
        entry.Values.PutTime(json, "effective", statement.Time);
        if (json.ContainsKey("effectiveDateTime") || json.ContainsKey("effectivePeriod"))
        {
            return;
        }

        string[] times = [.. statement.Children.Select(child => entry.Values.Moment(child.Time)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (times.Length == 1)
        {
            json["effectiveDateTime"] = times[0];
        }
        else if (times.Length > 1)
        {
            json["effectivePeriod"] = R4.Period(times[0], times[^1]);
        }
    }

    private static JsonArray Distinct(IEnumerable<JsonNode?> references) =>
        [.. references.OfType<JsonNode>().DistinctBy(reference => reference.ToJsonString()).Select(reference => reference.DeepClone())];
}
