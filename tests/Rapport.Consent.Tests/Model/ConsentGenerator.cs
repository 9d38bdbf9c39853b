using System.Text.Json.Nodes;

namespace Rapport.Consent.Tests;

/// <summary>Makes records, consents and requests from few words, so that they often meet. The same seed makes the same.</summary>
public sealed class ConsentGenerator(int seed)
{
    private static readonly string[] Types = ["Observation", "Observation", "Condition", "DocumentReference", "Encounter", "Patient", "Consent", "MedicationRequest", "Communication"];
    private static readonly string[] People = ["Practitioner/lee", "Practitioner/osei", "RelatedPerson/sam", "Organization/clinic", "CareTeam/team", "Device/app", "Group/night"];
    private static readonly string[] Purposes = ["TREAT", "ETREAT", "BTG", "COC", "HRESCH", "CLINTRCH", "HPAYMT", "PATRQT", "FAMRQT", "CAREMGT", "http://example.org/purpose|FooBar"];
    private static readonly string[] Actions = ["access", "access", "disclose", "correct", "collect", "use", "urn:rapport:consent-action|comment"];
    private static readonly string[] Codes = ["http://loinc.org|8480-6", "http://snomed.info/sct|38341003", "http://loinc.org|2339-0"];
    private static readonly string[] Classes = ["http://loinc.org|34133-9", "http://loinc.org|18842-5"];
    private static readonly string[] Dates = ["2024", "2024-06", "2024-06-15", "2025-01-01", "2025-01", "2024-06-15/2025-01-10", "2024-12-31/", "2023"];
    private static readonly string[] Bounds = ["2024", "2024-06", "2024-06-15", "2024-06-16", "2025-01-01", "2025-01-10", "2024-12-31T23:59:59Z", "2025-01-01T02:00:00+02:00"];
    private static readonly string[] Instants = ["2026-01-01", "2026-06-01", "2026-06-01T10:00:00+02:00", "2026-06", "2026", "2026-12-31"];

    private static readonly string[] EntryLabels =
    [
        "PSY", "ETHUD", "SUD", "ETH", "HIV", "SDV", "NEWKIND", "N", "R", "V", "L", "|PSY", "|R", "urn:oid:2.16.840.1.113883.5.4|HIV", "urn:oid:2.16.840.1.113883.5.25|R",
        "http://hl7.org/fhir/v3/ActCode|ETHUD", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|X", "PERSISTLABEL",
        "http://terminology.hl7.org/CodeSystem/v3-ActReason|HTEST", "http://example.org/labels|secret",
    ];

    private static readonly string[] NamedLabels =
        ["PSY", "ETHUD", "SUD", "ETH", "SPI", "HIV", "NEWKIND", "N", "N", "R", "R", "V", "L", "http://example.org/labels|secret", "urn:oid:2.16.840.1.113883.5.4|HIV"];

    private readonly Random _random = new(seed);

    public IReadOnlyList<TestEntry> Record()
    {
        var count = _random.Next(1, 14);
        var references = new List<string>();
        for (var i = 0; i < count; i++)
        {
            references.Add($"{Pick(Types)}/{i}");
        }

        var entries = references.ConvertAll(reference => Entry(reference, references));
        for (var comments = Often(40) ? _random.Next(1, 4) : 0; comments > 0; comments--)
        {
            // Also one on nothing that is there, and one on a comment.
            var on = Often(90) ? Pick([.. references]) : Pick("Observation/elsewhere", entries[^1].Reference);
            entries.Insert(_random.Next(entries.Count + 1), Entry($"Communication/{entries.Count}", references) with { CommentOn = on });
        }

        return entries;
    }

    private TestEntry Entry(string reference, List<string> references) => new(reference)
    {
        On = Often(70) ? Pick(Dates) : null,
        Codes = Some(Codes, 40),
        Classes = Some(Classes, 30),
        Labels = [.. Some(EntryLabels, 45).Concat(Some(["R", "V"], 20)).Select(ShortConsent.Label).Distinct()],
        Authors = Some(People, 40),
        Refers = Some([.. references, "Encounter/elsewhere"], 40),
        Ends = Often(75) ? null : Pick("over", "2026-06-01", "2026-03-01", "2026-12-01"),
    };

    public IReadOnlyList<JsonObject> Consents(IReadOnlyList<TestEntry> record)
    {
        var consents = new List<JsonObject>();
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            consents.Add(Consent($"c{i}", record));
        }

        return consents;
    }

    public NaiveRequest Request()
    {
        var at = NaiveWords.Span(Pick(Instants));
        var instant = _random.Next(4) switch { 0 => at.From, 1 => at.From.AddMilliseconds(-1), 2 => at.To, _ => at.From.AddHours(_random.Next(2000)) };
        return new([.. Some(People, 100), .. Some(People, 50)], Often(5) ? "UNHEARDOF" : Pick(Purposes), Often(95) ? "access" : Pick(Actions), instant);
    }

    private JsonObject Consent(string id, IReadOnlyList<TestEntry> record)
    {
        var consent = new JsonObject
        {
            ["id"] = id,
            ["status"] = Often(96) ? "active" : Pick("draft", "proposed", "rejected", "inactive", "entered-in-error"),
            ["scope"] = Often(90) ? "patient-privacy" : Pick("research", "treatment", "adr", "odd"),
        };
        if (Often(40))
        {
            consent["policy"] = Pick("OPTIN", "OPTOUT", "EMRGONLY");
        }

        if (Often(95))
        {
            var root = Provision(record, depth: 0);
            if (Often(30))
            {
                root.Remove("type");
            }

            consent["provision"] = root;
        }

        Doubt(consent, 2);
        if (Often(8))
        {
            consent["openings"] = Pick("0 of 2", "1 of 3 until 2026-06-01T10:00:00Z", "2 of 2 until 2026-06-01T10:00:00Z", "1 of 1");
        }
        else if (Often(8))
        {
            consent["endsWith"] = Often(90) ? Pick([.. record.Select(static e => e.Reference)]) : "EpisodeOfCare/elsewhere";
        }

        return ShortConsent.Expand(consent);
    }

    private JsonObject Provision(IReadOnlyList<TestEntry> record, int depth)
    {
        var rule = new JsonObject { ["type"] = Often(68) ? "permit" : "deny" };
        Maybe(rule, "period", 25, () => PeriodOf(Instants));
        MaybeList(rule, "actor", 35, Actor);
        MaybeList(rule, "purpose", 30, () => Often(94) ? Pick(Purposes) : Often(50) ? "MISSPELT" : new JsonObject { ["display"] = "no code" });
        MaybeList(rule, "action", 15, () => Often(95) ? Pick(Actions) : "misspelt");
        MaybeList(rule, "securityLabel", 35, () => Often(95) ? Pick(NamedLabels) : new JsonObject { ["display"] = "no code" });
        MaybeList(rule, "class", 20, () => Often(85) ? Often(70) ? Pick(Types) : Pick(Classes) : Pick("urn:ietf:bcp:13|application/pdf", "Observations"));
        MaybeList(rule, "code", 15, () => Often(90) ? Pick(Codes) : new JsonObject { ["text"] = "only words" });
        Maybe(rule, "dataPeriod", 20, () => Often(95) ? PeriodOf(Bounds) : new JsonObject());
        MaybeList(rule, "data", 20, () => Data(record));
        Doubt(rule, 3);
        if (Often(5))
        {
            rule.Remove("type");
        }

        for (var exceptions = depth < 4 && Often(45) ? _random.Next(1, 4) : 0; exceptions > 0; exceptions--)
        {
            rule.TryAdd("provision", new JsonArray());
            rule["provision"]!.AsArray().Add(Provision(record, depth + 1));
        }

        return rule;
    }

    private JsonNode Actor()
    {
        if (Often(4))
        {
            return new JsonObject { ["reference"] = new JsonObject { ["display"] = "somebody" } };
        }

        var actor = ShortConsent.ExpandActor((Often(20) ? Pick("custodian ", "author ") : "") + Pick(People));
        Doubt(actor, 2);
        return actor;
    }

    private JsonNode Data(IReadOnlyList<TestEntry> record)
    {
        var meaning = Pick("instance", "instance", "related", "dependents", "authoredby");
        var target = meaning == "authoredby" ? Pick(People) : Often(90) ? Pick([.. record.Select(static e => e.Reference)]) : Pick("Encounter/elsewhere", "#contained");
        var data = new JsonObject { ["meaning"] = meaning, ["reference"] = new JsonObject { ["reference"] = target } };
        Doubt(data, 3);
        return data;
    }

    private JsonObject PeriodOf(string[] bounds)
    {
        var period = new JsonObject();
        Maybe(period, "start", 70, () => Pick(bounds));
        Maybe(period, "end", 70, () => Pick(bounds));
        return period;
    }

    private void Doubt(JsonObject element, int percent) =>
        Maybe(element, "modifierExtension", percent, static () => new JsonArray(new JsonObject { ["url"] = "http://example.org/not", ["valueBoolean"] = true }));

    private void Maybe(JsonObject parent, string name, int percent, Func<JsonNode> make)
    {
        if (Often(percent))
        {
            parent[name] = make();
        }
    }

    private void MaybeList(JsonObject parent, string name, int percent, Func<JsonNode> make) =>
        Maybe(parent, name, percent, () => Often(65) ? new JsonArray(make()) : new JsonArray(make(), make()));

    private List<string> Some(string[] from, int percent)
    {
        var some = new List<string>();
        if (Often(percent))
        {
            for (var count = Often(70) ? 1 : 2; count > 0; count--)
            {
                some.Add(Pick(from));
            }
        }

        return some;
    }

    private bool Often(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];
}
