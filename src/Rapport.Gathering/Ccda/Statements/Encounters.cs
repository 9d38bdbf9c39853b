using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>Visits and stays.</summary>
internal static class Encounters
{
    private static readonly HashSet<string> Classes = ["AMB", "EMER", "FLD", "HH", "IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "SS", "VR"];

    // Codes of CPT for visits, as kinds of encounters: first and last.
    private static readonly (string First, string Last, string Class)[] Visits =
    [
        ("99201", "99215", "AMB"),
        ("99217", "99226", "OBSENC"),
        ("99221", "99223", "IMP"),
        ("99231", "99239", "IMP"),
        ("99241", "99245", "AMB"),
        ("99251", "99255", "IMP"),
        ("99281", "99288", "EMER"),
        ("99341", "99350", "HH"),
        ("99381", "99397", "AMB"),
    ];

    private static readonly Dictionary<string, string> States = new()
    {
        ["completed"] = "finished",
        ["active"] = "in-progress",
        ["aborted"] = "cancelled",
        ["cancelled"] = "cancelled",
        ["suspended"] = "onleave",
        ["nullified"] = "entered-in-error",
        ["new"] = "planned",
    };

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Encounter");
        var json = entry.Json;
        var same = reading.Visit is { Id: { } id } && CdaId.First(statement.Node) == id ? reading.Visit : null;
        var key = same?.Key ?? reading.KeyOf(statement, "Encounter");
        (statement.Reference, statement.ResourceType) = (reading.Harvest.ReferenceTo(key), "Encounter");
        CcdaReading.Fold(statement);
        PutClass(json, statement.Code, statement.Time, statement.Status, entry.Values);
        json.With("subject", reading.Subject()).With("participant", Participants(reading, statement, entry.Values)).With("period", entry.Values.Period(statement.Time))
            .With("reasonCode", Shared.Reasons(entry)).With("diagnosis", Diagnoses(statement, reading));
        if (entry.Values.Concept(statement.Node.Sdtc("dischargeDispositionCode")) is { } disposition)
        {
            json["hospitalization"] = new JsonObject { ["dischargeDisposition"] = disposition };
        }

        if (Shared.Location(reading, statement) is { } location)
        {
            json["location"] = R4.List(new JsonObject { ["location"] = location });
        }

        foreach (var (name, value) in same?.Json.ToArray() ?? [])
        {
            if (!json.ContainsKey(name))
            {
                json[name] = value?.DeepClone();
            }
        }

        (statement.Reference, statement.ResourceType) = (null, null);
        if (reading.Add(entry, key) is not null && same is not null)
        {
            same.IsTold = true;
        }
    }

    /// <summary>State, class and types. The class is HL7's own code for it, or the one that a code of CPT stands for.</summary>
    internal static void PutClass(JsonObject json, XElement? code, XElement? time, string? status, CdaValues values)
    {
        json["status"] = status is not null ? States.GetValueOrDefault(status, "unknown")
            : time.At("value") is not null || time.First("high").At("value") is not null ? "finished" : "unknown";
        var concept = values.Concept(code);
        XElement[] codes = code is null ? [] : [code, .. code.Cdas("translation")];
        var own = codes.FirstOrDefault(each => each.At("codeSystem") == "2.16.840.1.113883.5.4" && Classes.Contains(each.At("code") ?? ""));
        var kind = own.At("code") ?? codes.Where(each => each.At("codeSystem") == "2.16.840.1.113883.6.12")
            .Select(each => ClassOf(each.At("code"))).FirstOrDefault(each => each is not null);
        if (kind is null)
        {
            json["class"] = CdaValues.Absent("UNK");
        }
        else
        {
            json["class"] = R4.Coding(CodeSystems.ActCode, kind, Words.Tidy(own.At("displayName")));
            if (own is null)
            {
                values.Convert($"the class `{kind}` was taken from the code of the visit");
            }
        }

        json.With("type", concept is null ? null : R4.List(concept));
    }

    private static string? ClassOf(string? code) =>
        code is { Length: 5 }
            ? Visits.FirstOrDefault(visit => string.CompareOrdinal(code, visit.First) >= 0 && string.CompareOrdinal(code, visit.Last) <= 0).Class : null;

    private static JsonArray Participants(CcdaReading reading, Statement statement, CdaValues values)
    {
        var list = new JsonArray();
        foreach (var performer in statement.Node.Cdas("performer").Take(50))
        {
            if (reading.People.Only(reading.People.Who(performer.First("assignedEntity")), "Practitioner") is { } who)
            {
                list.Add((JsonNode)new JsonObject().With("type", values.Concept(performer.Sdtc("functionCode")) is { } type ? R4.List(type) : null)
                    .With("individual", who));
            }
        }

        return list;
    }

    private static JsonArray Diagnoses(Statement statement, CcdaReading reading)
    {
        var list = new JsonArray();
        foreach (var child in statement.Children)
        {
            reading.Map(child);
            foreach (var condition in child.All.Where(each => each is { ResourceType: "Condition", Reference: not null }))
            {
                list.Add((JsonNode)new JsonObject { ["condition"] = R4.Reference(condition.Reference!) });
            }
        }

        return list;
    }
}
