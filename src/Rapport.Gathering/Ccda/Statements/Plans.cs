using System.Text.Json.Nodes;
using Rapport.Records;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>What is meant to happen: requests, instructions and goals.</summary>
internal static class Plans
{
    private static readonly Dictionary<string, string> RequestStates = new()
    {
        ["active"] = "active",
        ["completed"] = "completed",
        ["aborted"] = "revoked",
        ["cancelled"] = "revoked",
        ["suspended"] = "on-hold",
        ["held"] = "on-hold",
        ["new"] = "draft",
        ["nullified"] = "entered-in-error",
    };

    private static readonly Dictionary<string, string> GoalStates = new()
    {
        ["active"] = "active",
        ["completed"] = "completed",
        ["aborted"] = "cancelled",
        ["cancelled"] = "cancelled",
        ["suspended"] = "on-hold",
        ["new"] = "proposed",
        ["nullified"] = "entered-in-error",
    };

    // A plan is no order, and what is asked for (RQO) is one.
    private static readonly Dictionary<string, string> Intents = new()
    {
        ["INT"] = "plan",
        ["RQO"] = "order",
        ["PRP"] = "proposal",
        ["PRMS"] = "plan",
        ["ARQ"] = "order",
        ["APT"] = "order",
    };

    private static readonly Dictionary<string, string> Priorities = new()
    {
        ["A"] = "asap",
        ["S"] = "stat",
        ["UR"] = "urgent",
        ["EM"] = "stat",
        ["R"] = "routine",
        ["EL"] = "routine",
    };

    internal static void MapRequest(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "ServiceRequest");
        var (json, values) = (entry.Json, entry.Values);
        if ((values.Concept(statement.Code) ?? values.Concept(statement.Product) ?? Device(entry) ?? Shared.CodeOrWords(entry, null)) is not { } code)
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        json["status"] = RequestStates.GetValueOrDefault(statement.Status ?? "", "unknown");
        json["intent"] = Intents.GetValueOrDefault(statement.Mood, "plan");
        json.With("category", CategoryOf(statement) is { } category ? R4.List(category) : null)
            .With("priority", Priorities.GetValueOrDefault(statement.Node.First("priorityCode").At("code") ?? ""));
        if (statement.IsNegated)
        {
            json["doNotPerform"] = true;
        }

        json["code"] = code;
        json.With("quantityQuantity", values.Quantity(statement.Node.First("quantity"))).With("subject", reading.Subject()).With("encounter", statement.Visit);
        values.PutTime(json, "occurrence", statement.Time, goesOn: true);
        var performers = reading.People.Performers(statement.Node);
        json.With("authoredOn", Shared.Recorded(entry)).With("requester", Shared.Author(reading, statement)).With("performer", performers)
            .With("locationReference", Shared.Location(reading, statement) is { } location ? R4.List(location) : null)
            .With("reasonCode", Shared.Reasons(entry)).With("bodySite", Shared.Concepts(entry, "targetSiteCode"))
            .With("note", Shared.Notes(entry, Wanted(entry))).With("patientInstruction", Instructions(entry));
        reading.Add(entry);
    }

    /// <summary>Advice that was or is to be given, in words.</summary>
    internal static void MapInstruction(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "CommunicationRequest");
        var code = entry.Values.Concept(statement.Code);
        var words = Shared.Words(entry) ?? CcdaPeople.TextOf(code);
        if (words is null)
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        entry.Json["status"] = RequestStates.GetValueOrDefault(statement.Status ?? "", "unknown");
        entry.Json.With("category", Categories(code))
            .With("subject", reading.Subject()).With("about", statement.Parent?.Reference is { } about ? R4.List(R4.Reference(about)) : null)
            .With("payload", R4.List(new JsonObject { ["contentString"] = words }))
            .With("authoredOn", Shared.Recorded(entry)).With("note", Shared.Notes(entry));
        entry.Values.PutTime(entry.Json, "occurrence", statement.Time);
        reading.Add(entry);
    }

    internal static void MapGoal(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Goal");
        var (json, values) = (entry.Json, entry.Values);
        var code = values.Concept(statement.Code);
        if ((Shared.Words(entry) is { } words ? R4.Concept(words.ReplaceLineEndings(" ").Shorten(2000)) : values.Concept(statement.Value)
            ?? code) is not { } description)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        json["lifecycleStatus"] = statement.IsNegated ? "rejected" : GoalStates.GetValueOrDefault(statement.Status ?? "", "proposed");
        json["description"] = description;
        json.With("subject", reading.Subject());
        if (values.Start(statement.Time) is { } start)
        {
            json["startDate"] = start[..Math.Min(10, start.Length)];
        }

        json.With("target", Target(entry, code)).With("expressedBy", Shared.Recorder(reading, statement)).With("addresses", Addresses(statement, reading))
            .With("note", Shared.Notes(entry));
        reading.Add(entry);
    }

    private static JsonArray Categories(JsonObject? code)
    {
        var instruction = R4.Concept("http://terminology.hl7.org/CodeSystem/communication-category", "instruction", null);
        return code is null ? R4.List(instruction) : R4.List(instruction, code);
    }

    private static JsonArray? Target(CcdaEntry entry, JsonObject? measure)
    {
        var statement = entry.Statement;
        var target = new JsonObject().With("measure", measure);
        var hasValue = measure is not null && statement.Value is { } value && CdaObservationValue.Put(target, "detail", value, entry.Values);
        if (target.ContainsKey("detailDateTime") || target.ContainsKey("detailPeriod"))
        {
            target.Remove("detailDateTime");
            target.Remove("detailPeriod");
            hasValue = false;
        }

        if (entry.Values.End(statement.Time) is { } due)
        {
            target["dueDate"] = due[..Math.Min(10, due.Length)];
        }

        return hasValue || target.ContainsKey("dueDate") ? R4.List(target) : null;
    }

    /// <summary>The problems that the goal is for, where it refers to them.</summary>
    private static JsonArray Addresses(Statement statement, CcdaReading reading)
    {
        var list = new JsonArray();
        foreach (var child in statement.Children.Where(child => child.Is(T.EntryReference)))
        {
            if (reading.Find(child.Node) is { } target && target != statement)
            {
                reading.Map(target);
                CcdaReading.Fold(child);
                if (target is { Reference: { } reference, ResourceType: "Condition" or "Observation" or "MedicationStatement" or "ServiceRequest" or "RiskAssessment" or "NutritionOrder" })
                {
                    list.Add((JsonNode)R4.Reference(reference));
                }
            }
        }

        return list;
    }

    private static JsonObject? CategoryOf(Statement statement) =>
        statement.Is(T.Referral) ? R4.Concept(R4.Snomed, "3457005", "Patient referral")
        : statement.Kind == "encounter" ? R4.Concept("encounter")
        : statement.Kind == "procedure" ? R4.Concept(R4.Snomed, "387713003", "Surgical procedure")
        : statement.Kind == "supply" ? R4.Concept("supply")
        : null;

    /// <summary>A thing that is to be supplied.</summary>
    private static JsonObject? Device(CcdaEntry entry) => entry.Values.Concept(
        entry.Statement.Node.Cdas("participant")
            .Select(participant => participant.First("participantRole", "playingDevice", "code")).FirstOrDefault(code => code is not null));

    /// <summary>What should come out of a planned observation, such as a target value.</summary>
    private static IEnumerable<string?> Wanted(CcdaEntry entry)
    {
        var value = new JsonObject();
        if (entry.Statement.Kind == "observation" && entry.Statement.Value is { } wanted && CdaObservationValue.Put(value, "value", wanted, entry.Values))
        {
            yield return $"Value: {CdaObservationValue.InWords(value)}";
        }

        if (entry.Values.Concept(entry.Statement.Code) is not null && Words.Own(entry.Statement.Node.First("text")) is { } words)
        {
            yield return words;
        }
    }

    private static string? Instructions(CcdaEntry entry)
    {
        List<string> words = [];
        foreach (var instruction in entry.Statement.Children.Where(child => child.Is(T.Instruction)))
        {
            if ((entry.Values.Text(instruction.Node.First("text")) ?? CcdaPeople.TextOf(entry.Values.Concept(instruction.Code))) is { } text)
            {
                words.Add(text);
                CcdaReading.Fold(instruction);
            }
        }

        return words.Count == 0 ? null : string.Join("\n", words);
    }
}
