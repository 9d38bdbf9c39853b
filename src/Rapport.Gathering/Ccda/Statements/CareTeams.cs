using System.Text.Json.Nodes;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>Those who care for the patient together.</summary>
internal static class CareTeams
{
    private static readonly Dictionary<string, string> States = new()
    {
        ["active"] = "active",
        ["completed"] = "inactive",
        ["suspended"] = "suspended",
        ["aborted"] = "inactive",
        ["nullified"] = "entered-in-error",
        ["new"] = "proposed",
    };

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "CareTeam");
        var (json, values) = (entry.Json, entry.Values);
        var kinds = new JsonArray();
        var participants = new JsonArray();
        foreach (var child in statement.Children)
        {
            if (child.Is(T.CareTeamType) && values.Concept(child.Value) is { } kind)
            {
                kinds.Add((JsonNode)kind);
                CcdaReading.Fold(child);
            }
            else if (child.Is(T.CareTeamMember) || child.Kind == "act")
            {
                PutMembers(child, participants, values, reading);
            }
        }

        foreach (var lead in statement.Node.Cdas("participant"))
        {
            Put(participants, values.Concept(lead.Sdtc("functionCode")), reading.People.Who(lead.First("participantRole")), null);
        }

        json.With("status", States.GetValueOrDefault(statement.Status ?? "")).With("category", kinds)
            .With("name", values.Text(statement.Code.First("originalText")) ?? statement.Section.Title)
            .With("subject", reading.Subject()).With("period", values.Period(statement.Time)).With("participant", participants)
            .With("note", Shared.Notes(entry, Shared.Words(entry)));
        reading.Add(entry);
    }

    private static void PutMembers(Statement member, JsonArray participants, CdaValues values, CcdaReading reading)
    {
        foreach (var performer in member.Node.Cdas("performer"))
        {
            var role = values.Concept(performer.Sdtc("functionCode")) ?? values.Concept(performer.First("functionCode"))
                ?? values.Concept(performer.First("assignedEntity", "code"));
            if (Put(participants, role, reading.People.Who(performer.First("assignedEntity")), values.Period(member.Time)))
            {
                CcdaReading.Fold(member);
            }
        }
    }

    private static bool Put(JsonArray participants, JsonObject? role, JsonObject? who, JsonObject? period)
    {
        if (who is null)
        {
            return false;
        }

        participants.Add((JsonNode)new JsonObject().With("role", role is null ? null : R4.List(role)).With("member", who).With("period", period));
        return true;
    }
}
