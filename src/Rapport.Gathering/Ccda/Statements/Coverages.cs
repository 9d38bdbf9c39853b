using System.Text.Json.Nodes;
using System.Xml.Linq;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>Who pays.</summary>
internal static class Coverages
{
    // The covered party's relation to the subscriber, HL7's codes as FHIR's.
    private static readonly Dictionary<string, string> Relationships = new()
    {
        ["SELF"] = "self",
        ["CHILD"] = "child",
        ["SPS"] = "spouse",
        ["SPO"] = "spouse",
        ["PAR"] = "parent",
        ["FAMDEP"] = "other",
        ["HANDIC"] = "other",
        ["DEP"] = "other",
    };

    /// <summary>An activity is its policies; its own definition of a plan is no fact about the patient.</summary>
    internal static void MapActivity(Statement statement, CcdaReading reading) => StatementMaps.Wrapper(statement, reading);

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Coverage");
        var (json, node, values) = (entry.Json, statement.Node, entry.Values);
        var covered = node.Cdas("participant").FirstOrDefault(participant => participant.At("typeCode") == "COV");
        var holder = node.Cdas("participant").FirstOrDefault(participant => participant.At("typeCode") == "HLD");
        json["status"] = statement.Status is "aborted" or "cancelled" ? "cancelled" : statement.Mood == "EVN" ? "active" : "draft";
        json.With("type", values.Concept(statement.Code)).With("subscriber", HolderOf(holder, reading))
            .With("subscriberId", CdaId.Identifier(holder.First("participantRole", "id"))?["value"]?.GetValue<string>()
            ?? CdaId.Identifier(covered.First("participantRole", "id"))?["value"]?.GetValue<string>());
        json["beneficiary"] = reading.Subject();
        if (Relationships.GetValueOrDefault(covered.First("participantRole", "code").At("code") ?? "") is { } relationship)
        {
            json["relationship"] = R4.Concept("http://terminology.hl7.org/CodeSystem/subscriber-relationship", relationship, null);
        }

        json.With("period", values.Period(covered.First("time") ?? statement.Time));
        var payers = Payers(node, reading);
        json["payor"] = payers.Count > 0 ? payers : R4.List(CdaValues.Absent(null));
        Statement[] plans = [.. statement.Children.Where(child => child.Mood == "DEF")];
        json.With("class", Classes(plans, values));
        CcdaReading.Fold(statement.Children.Where(child => child.Is(T.EntryReference)));
        reading.Add(entry);
    }

    private static JsonArray Payers(XElement node, CcdaReading reading) => [.. node.Cdas("performer")
        .Where(performer => performer.HasTemplate("2.16.840.1.113883.10.20.22.4.87") || performer.First("assignedEntity", "code").At("code") is "PAYOR")
        .Select(performer => (JsonNode?)(reading.People.Organization(performer.First("assignedEntity", "representedOrganization"))
            ?? reading.People.Only(reading.People.Who(performer.First("assignedEntity")), "Organization", "Patient"))).Where(who => who is not null)];

    private static JsonArray Classes(Statement[] plans, CdaValues values)
    {
        var list = new JsonArray();
        foreach (var plan in plans)
        {
            if ((values.Text(plan.Node.First("text")) ?? CdaId.First(plan.Node)) is { } name)
            {
                list.Add((JsonNode)new JsonObject { ["type"] = R4.Concept("http://terminology.hl7.org/CodeSystem/coverage-class", "plan", null), ["value"] = CdaId.First(plan.Node) ?? name, ["name"] = name });
                CcdaReading.Fold(plan);
            }
        }

        return list;
    }

    private static JsonObject? HolderOf(XElement? holder, CcdaReading reading)
    {
        if (reading.PatientKey is { } patient && holder.First("participantRole") is { } role && CdaId.Key(role) == patient)
        {
            return reading.Subject();
        }

        return CdaPersons.Display(holder.First("participantRole", "playingEntity", "name")) is { } name ? new JsonObject { ["display"] = name } : null;
    }
}
