using System.Text.Json.Nodes;
using Rapport.Data;

namespace Rapport.Records.Tests;

/// <summary>Makes records, consents and searches by chance, from few values, so that they often meet.</summary>
internal sealed class RandomRecord(TestPatient patient, Random random)
{
    private static readonly string[] Codes = ["8867-4", "8480-6", "2339-0"];
    private static readonly string[] Dates = ["2024", "2025-03", "2025-03-10", "2025-11-30", "2026-01-10"];
    private static readonly string[] Labels = ["PSY", "HIV", "ETHUD"];
    private static readonly string[] People = ["Practitioner/ada", "Practitioner/ben", "Organization/clinic"];
    private static readonly string[] Types = ["Observation", "Condition", "Encounter", "Provenance"];

    private readonly List<(string Type, LocalId Local, int Version)> _written = [];

    /// <summary>What was written, in order, the Patient and the consents left out.</summary>
    public IReadOnlyList<(string Type, LocalId Local, int Version)> Written => _written;

    /// <summary>Gathers some entries, some of them new versions of earlier ones.</summary>
    public async Task GatherAsync(int count)
    {
        List<(LocalId, int, JsonObject)> batch = [];
        List<(string Type, LocalId Local, int Version)> news = [];
        for (var i = 0; i < count; i++)
        {
            var known = _written.Count > 0 && random.Next(4) == 0 ? Pick(_written) : default;
            if (known.Version > 0 && !news.Exists(n => n.Local == known.Local))
            {
                var next = _written.Where(w => w.Local == known.Local).Max(static w => w.Version) + 1;
                batch.Add((known.Local, next, Content(known.Type)));
                news.Add((known.Type, known.Local, next));
            }
            else
            {
                var (type, local) = (random.Next(8) == 0 && _written.Count > 0 ? "Provenance" : Pick(Types[..3]), LocalId.New());
                batch.Add((local, 1, Content(type)));
                news.Add((type, local, 1));
            }
        }

        await patient.WriteAsync(batch);
        _written.AddRange(news);
    }

    /// <summary>A consent about some recipient, with exceptions.</summary>
    public JsonObject Consent(string[] recipients, Func<int, string> day)
    {
        var root = Rule(random.Next(4) == 0 ? "deny" : "permit", recipients, day);
        if (random.Next(2) == 0)
        {
            root["provision"] = new JsonArray(Rule(root["type"]!.GetValue<string>() == "deny" ? "permit" : "deny", recipients, day));
        }

        return Make.Consent(patient, root);
    }

    /// <summary>A search of one type, without paging.</summary>
    public (string Type, string Query) Search()
    {
        var type = Pick(Types);
        List<string> criteria = [];
        for (var i = random.Next(3); i > 0; i--)
        {
            criteria.Add((type, random.Next(6)) switch
            {
                (_, 0) => $"_security={Pick(Labels)}",
                (_, 1) => $"_lastUpdated=ge{Pick(Dates)}",
                ("Observation", 2) => $"code={Pick(Codes)}",
                ("Observation", 3) => $"value-quantity={Pick(["gt", "le", ""])}{random.Next(60, 90)}",
                ("Observation", 4) => $"date={Pick(["ge", "lt", ""])}{Pick(Dates)}",
                ("Observation", _) => $"performer={Pick(People)}",
                ("Condition", 2) => $"code:not=http://snomed.info/sct|{Pick(["38341003", "44054006"])}",
                ("Condition", 3) => $"onset-date={Pick(["ge", "lt", ""])}{Pick(Dates)}",
                ("Condition", _) => $"encounter:missing={Pick(["true", "false"])}",
                ("Encounter", _) => $"status={Pick(["finished", "planned"])}",
                _ => $"agent={Pick(People)}",
            });
        }

        return (type, string.Join('&', criteria));
    }

    private JsonObject Rule(string type, string[] recipients, Func<int, string> day)
    {
        var rule = Make.Provision(
            type,
            random.Next(6) == 0 ? null : Pick(recipients),
            random.Next(3) == 0 ? [Pick(Types), Pick(Types)] : null,
            random.Next(3) == 0 ? [Pick(Labels)] : null,
            random.Next(4) == 0 ? day(random.Next(-2, 2)) : null,
            random.Next(4) == 0 ? day(random.Next(1, 3)) : null);
        if (random.Next(4) == 0)
        {
            rule["code"] = new JsonArray(Make.Concept(Make.Loinc, Pick(Codes), null));
        }

        if (random.Next(4) == 0)
        {
            rule["dataPeriod"] = new JsonObject { ["start"] = Pick(Dates) };
        }

        if (random.Next(4) == 0)
        {
            var meaning = Pick(["instance", "related", "dependents", "authoredby"]);
            var reference = meaning == "authoredby" ? Pick(People) : Known() ?? patient.Reference;
            rule["data"] = new JsonArray(new JsonObject { ["meaning"] = meaning, ["reference"] = Make.Reference(reference) });
        }

        return rule;
    }

    private JsonObject Content(string type)
    {
        string[] labels = random.Next(4) == 0 ? [Pick(Labels)] : [];
        var date = random.Next(6) == 0 ? null : Pick(Dates);
        var resource = type switch
        {
            "Observation" => Make.Observation(patient, Pick(Codes), date, random.Next(5) == 0 ? null : random.Next(60, 90), labels: labels),
            "Condition" => Make.Condition(patient, Pick(["38341003", "44054006"]), date, labels),
            "Encounter" => Make.Encounter(patient, date, labels),
            _ => new JsonObject
            {
                ["resourceType"] = "Provenance",
                ["target"] = new JsonArray(Make.Reference(Known()!)),
                ["recorded"] = "2026-02-03T04:05:06Z",
                ["agent"] = new JsonArray(new JsonObject { ["who"] = Make.Reference(Pick(People)) }),
            },
        };
        if (type is "Observation" && random.Next(2) == 0)
        {
            resource["performer"] = new JsonArray(Make.Reference(Pick(People)));
        }

        if (type is "Condition" && random.Next(2) == 0)
        {
            resource["recorder"] = Make.Reference(Pick(People[..2]));
        }

        if (type is "Observation" or "Condition" && _written.Find(static w => w.Type == "Encounter") is { Version: > 0 } && random.Next(2) == 0)
        {
            resource["encounter"] = Make.Reference($"Encounter/{patient.IdOf(Pick(_written.Where(static w => w.Type == "Encounter").ToList()).Local)}");
        }

        return resource;
    }

    private string? Known() => _written.Count == 0 ? null : Pick(_written) is var known ? $"{known.Type}/{patient.IdOf(known.Local)}" : null;

    private T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
