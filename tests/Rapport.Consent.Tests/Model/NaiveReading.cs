using System.Text.Json.Nodes;

namespace Rapport.Consent.Tests;

/// <summary>Turns the JSON of a Consent into clauses.</summary>
internal static class NaiveReading
{
    private static readonly string[] ThingsWithoutTime =
        ["Patient", "Person", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "Location", "CareTeam", "Group", "Device", "Medication"];

    public static Clause Read(JsonObject consent, IReadOnlyList<TestEntry> record)
    {
        var provision = consent["provision"]?.AsObject();
        var root = provision is null ? new Clause { Record = record } : Read(provision, null, record);
        var modifier = consent["modifierExtension"]?[0]?.AsObject();
        if (modifier?["url"]?.GetValue<string>() == "urn:rapport:openings")
        {
            var openings = NaiveOpenings.Of(consent)!;
            root.Periods.Add((_, r) => openings.Used < openings.Allowed || r.At < openings.Until);
        }
        else if (modifier?["url"]?.GetValue<string>() == "urn:rapport:ends-with")
        {
            var treatment = record.FirstOrDefault(e => e.Reference == modifier["valueReference"]!["reference"]!.GetValue<string>());
            root.Periods.Add((_, r) => treatment is { Ends: not "over" } && (treatment.Ends is null || r.At < NaiveWords.Span(treatment.Ends).From));
        }
        else if (modifier is not null || consent.ContainsKey("implicitRules"))
        {
            Doubt(root);
        }

        if (NaiveConsents.Scope(consent) is not ("patient-privacy" or "research"))
        {
            root.Doubtful = true;
        }

        var policy = consent["policyRule"]?["coding"]?[0]?["code"]?.GetValue<string>();
        var said = provision?["type"]?.GetValue<string>();
        var restIsPermitted = false;
        if (said is "permit" or "deny")
        {
            root.Type = said;
            restIsPermitted = said == "deny" && policy == "OPTIN" && root.Stated.Count > 0;
        }
        else
        {
            var isLeaf = root.Exceptions.Count == 0;
            var listsPermits = root.Exceptions.Exists(static e => e.Type == "permit");
            (root.Type, restIsPermitted) = (policy, isLeaf, conditions: root.Stated.Count > 0, who: root.Stated.ContainsKey("who")) switch
            {
                _ when listsPermits => ("neither", false),
                ("OPTIN", true, conditions: false, _) => ("permit", false),
                ("OPTIN", true, conditions: true, _) => ("deny", true),
                ("OPTIN", false, _, _) => ("permit", false),
                ("OPTOUT", true, conditions: false, _) => ("deny", false),
                ("OPTOUT", true, conditions: true, who: false) => ("deny", false),
                ("OPTOUT", _, _, who: true) => ("permit", false),
                _ => ("neither", false),
            };
        }

        if (!restIsPermitted)
        {
            return root;
        }

        var rest = new Clause { Record = record, Type = "permit", Doubtful = root.Doubtful };
        rest.Periods.AddRange(root.Periods);
        rest.Exceptions.Add(root);
        root.Around = rest;
        return rest;
    }

    private static Clause Read(JsonObject provision, Clause? around, IReadOnlyList<TestEntry> record)
    {
        var clause = new Clause { Record = record, Around = around };
        if (around is not null)
        {
            clause.Type = provision["type"]?.GetValue<string>() == "permit" ? "permit" : "deny";
        }

        if (provision["period"] is JsonObject period)
        {
            var (from, to) = Bounds(period);
            clause.Periods.Add((_, r) => from >= to ? null : r.At >= from && r.At < to);
        }

        foreach (var actor in Items(provision, "actor"))
        {
            var isSource = actor["role"]?["coding"]?[0]?["code"]?.GetValue<string>() is "CST" or "AUT";
            State(clause, isSource ? "source" : "who", actor, isSource ? OfComments(Source(actor), record) : Who(actor));
        }

        foreach (var kind in (ReadOnlySpan<string>)["purpose", "action", "securityLabel", "class", "code", "data"])
        {
            foreach (var item in Items(provision, kind))
            {
                State(clause, kind == "securityLabel" ? "label" : kind, item, kind is "class" or "code" or "data" ? OfComments(About(kind, item, record), record) : About(kind, item, record));
            }
        }

        if (provision["dataPeriod"] is JsonObject dataPeriod)
        {
            State(clause, "time", dataPeriod, OfComments(Time(dataPeriod), record));
        }

        clause.LabelsNamed = provision.ContainsKey("securityLabel")
            ? [.. Items(provision, "securityLabel").Where(static l => l.ContainsKey("code")).Select(static l => NaiveWords.Meaning(Token(l)))] : null;
        clause.ConsentsNamed = provision.ContainsKey("class")
            ? Items(provision, "class").Any(static c => Token(c) == "http://hl7.org/fhir/resource-types|Consent") : null;
        clause.EntriesNamed = provision.ContainsKey("data")
            ? [.. Items(provision, "data").Where(static d => !d.ContainsKey("modifierExtension") && d["meaning"]?.GetValue<string>() == "instance").Select(static d => Target(d) ?? "")] : null;
        clause.Exceptions.AddRange(Items(provision, "provision").Select(p => Read(p, clause, record)));
        if (provision.ContainsKey("modifierExtension"))
        {
            Doubt(clause);
        }

        return clause;
    }

    /// <summary>All that it states might be otherwise.</summary>
    private static void Doubt(Clause clause)
    {
        clause.Doubtful = true;
        foreach (var kind in clause.Stated.Keys)
        {
            clause.Stated[kind] = [static (_, _) => null];
        }

        clause.LabelsNamed = clause.LabelsNamed is null ? null : [];
        clause.ConsentsNamed = clause.ConsentsNamed is null ? null : false;
        clause.EntriesNamed = clause.EntriesNamed is null ? null : [];
    }

    private static void State(Clause clause, string kind, JsonObject element, Question question)
    {
        if (!clause.Stated.TryGetValue(kind, out var alternatives))
        {
            clause.Stated[kind] = alternatives = [];
        }

        alternatives.Add(element.ContainsKey("modifierExtension") ? static (_, _) => null : question);
    }

    /// <summary>A comment answers as what it is on; what it would answer by itself may be what is meant.</summary>
    private static Question OfComments(Question question, IReadOnlyList<TestEntry> record) => (e, r) =>
    {
        if (e.CommentOn is null)
        {
            return question(e, r);
        }

        var on = record.FirstOrDefault(other => other.Reference == e.CommentOn && other.CommentOn is null) is { } there ? question(there, r) : false;
        return on == true ? true : on == false && question(e, r) == false ? false : null;
    };

    private static Question Who(JsonObject actor)
    {
        var target = actor["reference"]?["reference"]?.GetValue<string>();
        return (_, r) => target is null || target[0] == '#' ? null
            : r.KnownAs.Contains(target) ? true
            : target.StartsWith("Group/", StringComparison.Ordinal) ? null : false;
    }

    private static Question Source(JsonObject actor)
    {
        var target = actor["reference"]?["reference"]?.GetValue<string>();
        return (e, _) => target is null || target[0] == '#' ? null : e.Authors.Contains(target) ? true
            : target.StartsWith("Group/", StringComparison.Ordinal) ? null : false;
    }

    private static Question About(string kind, JsonObject item, IReadOnlyList<TestEntry> record)
    {
        var token = Token(item);
        switch (kind)
        {
            case "purpose":
                var purpose = token.Replace("http://terminology.hl7.org/CodeSystem/v3-ActReason|", "", StringComparison.Ordinal);
                return !item.ContainsKey("code") || (!purpose.Contains('|', StringComparison.Ordinal) && !NaiveWords.KnownPurpose(purpose))
                    ? static (_, _) => null
                    : (_, r) => NaiveWords.PartOf(r.Purpose, purpose);
            case "action":
                var coding = item["coding"]?[0]?.AsObject();
                var action = coding is null ? null : Token(coding).Replace("http://terminology.hl7.org/CodeSystem/consentaction|", "", StringComparison.Ordinal);
                return action is not ("access" or "disclose" or "collect" or "use" or "correct" or "urn:rapport:consent-action|comment") ? static (_, _) => null
                    : (_, r) => r.Action == action || (IsReading(r.Action) && IsReading(action));
            case "securityLabel":
                var label = NaiveWords.Meaning(token);
                return item.ContainsKey("code") ? (e, _) => IsMarked(e, label) : static (_, _) => null;
            case "class":
                return token switch
                {
                    "http://hl7.org/fhir/resource-types|Observations" => static (_, _) => null,
                    _ when token.StartsWith("http://hl7.org/fhir/resource-types|", StringComparison.Ordinal) => (e, _) => e.Type == token.Split('|')[1],
                    _ when token.StartsWith("http://loinc.org|", StringComparison.Ordinal) => (e, _) => e.Classes.Contains(token),
                    _ => static (_, _) => null,
                };
            case "code":
                var codes = item["coding"]?.AsArray().Select(static c => Token(c!.AsObject())).ToList() ?? [];
                return (e, _) => codes.Count == 0 ? null : codes.Exists(c => e.Codes.Contains(c));
            default:
                return Data(item["meaning"]?.GetValue<string>(), Target(item), record);
        }
    }

    private static Question Data(string? meaning, string? target, IReadOnlyList<TestEntry> record)
    {
        if (target is null)
        {
            return static (_, _) => null;
        }

        return meaning switch
        {
            "instance" => (e, _) => e.Reference == target,
            "dependents" => (e, _) => e.Reference == target || e.Refers.Contains(target),
            "related" => (e, _) => e.Reference == target || (e.Type != "Patient"
                && (e.Refers.Contains(target) || record.Any(other => other.Reference == target && other.Refers.Contains(e.Reference)))),
            "authoredby" => (e, _) => e.Authors.Contains(target),
            _ => static (_, _) => null,
        };
    }

    private static Question Time(JsonObject period)
    {
        var (from, to) = Bounds(period);
        var isPeriod = from < to && (period.ContainsKey("start") || period.ContainsKey("end"));
        return (e, _) =>
        {
            if (!isPeriod)
            {
                return null;
            }

            if (e.On is null)
            {
                return ThingsWithoutTime.Contains(e.Type) ? false : null;
            }

            var ends = e.On.Split('/');
            var begins = NaiveWords.Span(ends[0]).From;
            var finishes = ends[^1].Length == 0 ? DateTimeOffset.MaxValue : NaiveWords.Span(ends[^1]).To;
            return finishes <= from || begins >= to ? false : begins >= from && finishes <= to ? true : null;
        };
    }

    /// <summary>A level that nobody wrote is restricted for sensitive kinds, and normal otherwise.</summary>
    private static bool IsMarked(TestEntry entry, string wanted)
    {
        var marks = entry.Labels.Select(NaiveWords.Meaning).ToList();
        var sensitive = marks.Exists(static m => m.StartsWith("kind ", StringComparison.Ordinal));
        if (sensitive && !marks.Contains("level V"))
        {
            marks.Add("level R");
        }
        else if (!sensitive && !marks.Exists(static m => m.StartsWith("level ", StringComparison.Ordinal)))
        {
            marks.Add("level N");
        }

        return marks.Exists(mark => NaiveWords.Includes(wanted, mark));
    }

    private static bool IsReading(string action) => action is "access" or "disclose";

    private static (DateTimeOffset From, DateTimeOffset To) Bounds(JsonObject period) => (
        period["start"] is { } start ? NaiveWords.Span(start.GetValue<string>()).From : DateTimeOffset.MinValue,
        period["end"] is { } end ? NaiveWords.Span(end.GetValue<string>()).To : DateTimeOffset.MaxValue);

    private static string? Target(JsonObject data) => data["reference"]?["reference"]?.GetValue<string>() is { } text && text[0] != '#' ? text : null;

    private static string Token(JsonObject coding) => $"{coding["system"]?.GetValue<string>()}|{coding["code"]?.GetValue<string>()}";

    private static IEnumerable<JsonObject> Items(JsonObject parent, string name) =>
        parent[name]?.AsArray().Select(static n => n!.AsObject()) ?? [];
}
