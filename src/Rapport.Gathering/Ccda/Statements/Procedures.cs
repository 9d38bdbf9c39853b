using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What was done to or for the patient.</summary>
internal static class Procedures
{
    private static readonly Dictionary<string, string> States = new()
    {
        ["completed"] = "completed",
        ["active"] = "in-progress",
        ["aborted"] = "stopped",
        ["cancelled"] = "not-done",
        ["suspended"] = "on-hold",
        ["held"] = "on-hold",
        ["new"] = "preparation",
        ["nullified"] = "entered-in-error",
    };

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Procedure");
        if (Shared.CodeOrWords(entry, statement.Code) is not { } code)
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        var json = entry.Json;
        json.With("partOf", statement.Parent is { ResourceType: "Procedure", Reference: { } part } ? R4.List(R4.Reference(part)) : null);
        json["status"] = statement.IsNegated ? "not-done" : States.GetValueOrDefault(statement.Status ?? "", "unknown");
        json["code"] = code;
        json.With("subject", reading.Subject()).With("encounter", Observations.EncounterOf(statement, reading));
        entry.Values.PutTime(json, "performed", statement.Time, goesOn: true);
        json.With("recorder", Shared.Recorder(reading, statement)).With("performer", Performers(reading, statement))
            .With("location", Shared.Location(reading, statement)).With("reasonCode", Shared.Reasons(entry))
            .With("bodySite", Shared.Concepts(entry, "targetSiteCode")).With("note", Shared.Notes(entry, Methods(entry)))
            .With("focalDevice", FocalDevices(statement, reading));
        reading.Add(entry);
    }

    /// <summary>An act that happened and is of no known template: with a code it was done; without one it is a wrapper.</summary>
    internal static void MapAct(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Procedure");
        if (entry.Values.Concept(statement.Code) is null || statement.Code.At("codeSystem") == "2.16.840.1.113883.5.6"
            || !statement.Section.Is("47519-4", "29554-3", "59774-0", "10223-6", "59772-4"))
        {
            if (statement.Children.Count > 0)
            {
                CcdaReading.Fold(statement);
            }
            else
            {
                reading.Leave(statement, NotTakenReason.UnknownKind);
            }

            return;
        }

        Map(statement, reading);
    }

    private static IEnumerable<string?> Methods(CcdaEntry entry) =>
        entry.Statement.Node.Cdas("methodCode").Select(method => CcdaPeople.TextOf(entry.Values.Concept(method)) is { } words ? $"Method: {words}" : null);

    private static JsonArray Performers(CcdaReading reading, Statement statement) =>
        [.. reading.People.Performers(statement.Node).Select(who => (JsonNode)new JsonObject { ["actor"] = who!.DeepClone() })];

    private static JsonArray FocalDevices(Statement statement, CcdaReading reading)
    {
        var list = new JsonArray();
        foreach (var role in statement.Node.Cdas("participant").Where(participant => participant.At("typeCode") is "DEV" or "PRD")
            .Select(participant => participant.First("participantRole")).OfType<XElement>().Take(50))
        {
            if (Devices.Add(role, statement, reading) is { } device)
            {
                list.Add((JsonNode)new JsonObject { ["manipulated"] = device });
            }
        }

        return list;
    }
}
