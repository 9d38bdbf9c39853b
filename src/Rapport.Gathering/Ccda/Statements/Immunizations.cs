using System.Text.Json.Nodes;
using Rapport.Records;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>Vaccinations given, and those not given with the reason.</summary>
internal static class Immunizations
{
    internal static void Map(Statement statement, CcdaReading reading)
    {
        if (statement.Mood != "EVN")
        {
            Medications.MapRequest(statement, reading);
            return;
        }

        var entry = reading.Begin(statement, "Immunization");
        var (json, node, values) = (entry.Json, statement.Node, entry.Values);
        if ((values.Concept(statement.Product) ?? Named(entry)) is not { } vaccine)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        var isNotDone = statement.IsNegated || statement.Status is "aborted" or "cancelled";
        json["status"] = statement.Status == "nullified" ? "entered-in-error" : isNotDone ? "not-done" : "completed";
        json.With("statusReason", isNotDone ? ReasonNotDone(entry) : null);
        json["vaccineCode"] = vaccine;
        json.With("patient", reading.Subject());
        PutTime(entry);
        json.With("recorded", Shared.Recorded(entry))
            .With("manufacturer", reading.People.Organization(node.First("consumable", "manufacturedProduct", "manufacturerOrganization")))
            .With("lotNumber", Words.Of(statement.Material.First("lotNumberText"))).With("site", values.Concept(node.First("approachSiteCode")))
            .With("route", values.Concept(node.First("routeCode")))
            .With("doseQuantity", CdaDosage.Dose(values, node)).With("performer", Performers(reading, statement)).With("note", Shared.Notes(entry))
            .With("reasonCode", Shared.Reasons(entry))
            .With("reaction", Reactions(statement, reading));
        if (CdaValues.TryNumber(node.First("repeatNumber").At("value"), out var dose) && dose is >= 1 and <= 100 && dose == decimal.Truncate(dose))
        {
            json["protocolApplied"] = R4.List(new JsonObject { ["doseNumberPositiveInt"] = (int)dose });
        }

        reading.Add(entry);
    }

    private static JsonObject? Named(CcdaEntry entry) =>
        (Words.Of(entry.Statement.Material.First("name")) ?? Shared.Words(entry)) is { } name ? R4.Concept(name.ReplaceLineEndings(" ").Shorten(500)) : null;

    private static void PutTime(CcdaEntry entry)
    {
        if (entry.Values.Moment(entry.Statement.Time) is { } time)
        {
            entry.Json["occurrenceDateTime"] = time;
        }
        else
        {
            entry.Json["_occurrenceDateTime"] = CdaValues.Absent(entry.Statement.Time.NullFlavor());
        }
    }

    private static JsonObject? ReasonNotDone(CcdaEntry entry)
    {
        if (entry.Statement.Children.FirstOrDefault(child => child.Is(T.RefusalReason)) is not { } refusal || entry.Values.Concept(refusal.Code) is not { } reason)
        {
            return null;
        }

        CcdaReading.Fold(refusal);
        return reason;
    }

    private static JsonArray Performers(CcdaReading reading, Statement statement) =>
        [.. reading.People.Performers(statement.Node).Select(who => (JsonNode)new JsonObject
    {
        ["function"] = R4.Concept("http://terminology.hl7.org/CodeSystem/v2-0443", "AP", "Administering Provider"),
        ["actor"] = who!.DeepClone(),
    })];

    private static JsonArray Reactions(Statement statement, CcdaReading reading)
    {
        var list = new JsonArray();
        foreach (var reaction in statement.Children.Where(child => child.Is(T.Reaction) || child.Relation == "CAUS"))
        {
            reading.Map(reaction);
            if (reaction is { Reference: { } reference, ResourceType: "Observation" })
            {
                list.Add((JsonNode)new JsonObject { ["detail"] = R4.Reference(reference) });
            }
        }

        return list;
    }
}
