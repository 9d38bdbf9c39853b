using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>Whatever was observed: results, vital signs, social history, functional and mental state, findings.</summary>
internal static class Observations
{
    private const string UsCoreCategory = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category";
    private const string Assertion = "ASSERTION";

    private static readonly Dictionary<string, string> States = new()
    {
        ["completed"] = "final",
        ["active"] = "registered",
        ["held"] = "registered",
        ["suspended"] = "registered",
        ["new"] = "registered",
        ["aborted"] = "cancelled",
        ["cancelled"] = "cancelled",
        ["nullified"] = "entered-in-error",
        ["obsolete"] = "entered-in-error",
    };

    private static readonly Dictionary<string, (string System, string Code)> CategoryOfSection = new()
    {
        [CcdaSections.Results] = (R4.ObservationCategory, "laboratory"),
        [CcdaSections.VitalSigns] = (R4.ObservationCategory, "vital-signs"),
        [CcdaSections.SocialHistory] = (R4.ObservationCategory, "social-history"),
        [CcdaSections.PhysicalExam] = (R4.ObservationCategory, "exam"),
        [CcdaSections.FunctionalStatus] = (UsCoreCategory, "functional-status"),
        [CcdaSections.MentalStatus] = (UsCoreCategory, "cognitive-status"),
    };

    private static readonly Dictionary<string, (string System, string Code)> CategoryOfTemplate = new()
    {
        [T.VitalSign] = (R4.ObservationCategory, "vital-signs"),
        [T.SmokingStatus] = (R4.ObservationCategory, "social-history"),
        [T.TobaccoUse] = (R4.ObservationCategory, "social-history"),
        [T.SocialHistory] = (R4.ObservationCategory, "social-history"),
        [T.SexualOrientation] = (R4.ObservationCategory, "social-history"),
        [T.Pregnancy] = (R4.ObservationCategory, "social-history"),
        [T.AssessmentScale] = (R4.ObservationCategory, "survey"),
        [T.ScaleItem] = (R4.ObservationCategory, "survey"),
        [T.ProcedureObservation] = (R4.ObservationCategory, "procedure"),
        [T.FunctionalObservation] = (UsCoreCategory, "functional-status"),
        [T.MentalObservation] = (UsCoreCategory, "cognitive-status"),
    };

    // What FHIR has a code for, and C-CDA says as an assertion.
    private static readonly Dictionary<string, (string Code, string Display)> CodeOfTemplate = new()
    {
        [T.Pregnancy] = ("82810-3", "Pregnancy status"),
    };

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Observation");
        if (CodeOf(entry) is not { } code)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        entry.Json["status"] = StateOf(statement);
        PutCategory(entry, Category(statement));
        entry.Json["code"] = code;
        Finish(entry, reading);
        reading.Add(entry);
    }

    /// <summary>A group that is nothing more special: an observation of its members, or nothing but them when it has no name.</summary>
    internal static void MapOrganizer(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Observation");
        if (entry.Values.Concept(statement.Code) is not { } code)
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        var members = Members(statement, reading);
        if (members.Count == 0)
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        entry.Json["status"] = StateOf(statement, isGroup: true);
        PutCategory(entry, Category(statement));
        entry.Json["code"] = code;
        entry.Json.With("subject", reading.Subject()).With("encounter", EncounterOf(statement, reading));
        entry.Values.PutTime(entry.Json, "effective", statement.Time);
        entry.Json.With("performer", reading.People.Authors(statement.Node)).With("note", Shared.Notes(entry)).With("hasMember", members);
        reading.Add(entry);
    }

    /// <summary>The observations in a statement, as references.</summary>
    internal static JsonArray Members(Statement statement, CcdaReading reading)
    {
        var list = new JsonArray();
        foreach (var child in statement.Children.Where(child => child.Relation == "COMP" || statement.Kind == "organizer"))
        {
            reading.Map(child);
            if (child is { Reference: { } reference, ResourceType: "Observation" } && !list.Any(known => known!["reference"]!.GetValue<string>() == reference))
            {
                list.Add((JsonNode)R4.Reference(reference));
            }
        }

        return list;
    }

    /// <summary>All that does not depend on what kind of observation it is.</summary>
    internal static void Finish(CcdaEntry entry, CcdaReading reading)
    {
        var (statement, json, values) = (entry.Statement, entry.Json, entry.Values);
        json.With("subject", reading.Subject()).With("focus", Focus(statement)).With("encounter", EncounterOf(statement, reading));
        PutTime(entry);
        var performers = reading.People.Performers(statement.Node);
        json.With("performer", performers.Count > 0 ? performers : reading.People.Authors(statement.Node));
        if (!json.ContainsKey("valueBoolean"))
        {
            PutValue(entry);
        }

        var notes = new List<string?>();
        var components = Components(entry, notes);
        json.With("interpretation", Shared.Concepts(entry, "interpretationCode")).With("note", Shared.Notes(entry, notes)).With("bodySite", BodySite(entry))
            .With("method", values.Concept(statement.Node.First("methodCode"))).With("referenceRange", References(entry))
            .With("hasMember", Members(statement, reading)).With("component", components);
    }

    internal static string StateOf(Statement statement, bool isGroup = false)
    {
        var state = States.GetValueOrDefault(statement.Status ?? "", statement.Status is null ? "final" : "unknown");
        return state == "registered" && (isGroup || statement.Value is { } value && value.NullFlavor() is null) ? "preliminary" : state;
    }

    internal static void PutCategory(CcdaEntry entry, (string System, string Code)? category)
    {
        if (category is { } known)
        {
            entry.Json["category"] = R4.List(R4.Concept(known.System, known.Code, null));
        }
    }

    internal static (string System, string Code)? Category(Statement statement)
    {
        foreach (var template in statement.Templates)
        {
            if (CategoryOfTemplate.TryGetValue(template, out var category))
            {
                return category;
            }
        }

        return CategoryOfSection.TryGetValue(statement.Section.Code ?? "", out var ofSection)
            ? (Results.IsImaging(statement) ? (R4.ObservationCategory, "imaging") : ofSection) : null;
    }

    internal static JsonObject? EncounterOf(Statement statement, CcdaReading reading) =>
        statement.Visit ?? (statement.Section.Is("29549-3", "8648-8", CcdaSections.PhysicalExam) && reading.Encounter is { } visit ? R4.Reference(visit) : null);

    /// <summary>The code; for what is only asserted and denied, what is asserted.</summary>
    private static JsonObject? CodeOf(CcdaEntry entry)
    {
        var statement = entry.Statement;
        foreach (var template in statement.Templates)
        {
            if (CodeOfTemplate.TryGetValue(template, out var known) && statement.HasCode(Assertion))
            {
                return R4.Concept(R4.Loinc, known.Code, known.Display);
            }
        }

        if (statement.IsNegated && statement.HasCode(Assertion) && entry.Values.Concept(statement.Value) is { } denied)
        {
            entry.Json["valueBoolean"] = false;
            entry.Values.Convert("the source asserts that this is not so: it became the value false");
            return denied;
        }

        return Shared.CodeOrWords(entry, statement.Code);
    }

    /// <summary>What it stands in, when it tells of that: a score of a problem, the status of a directive.</summary>
    private static JsonArray? Focus(Statement statement)
    {
        for (var up = statement.Parent; up is not null; up = up.Parent)
        {
            if (up.Reference is { } reference && up is not { Kind: "organizer" or "encounter" } && statement.Relation != "COMP")
            {
                return R4.List(R4.Reference(reference));
            }
        }

        return null;
    }

    private static void PutTime(CcdaEntry entry)
    {
        var (statement, json) = (entry.Statement, entry.Json);
        entry.Values.PutTime(json, "effective", statement.Time);
        if (json.ContainsKey("effectiveDateTime") || json.ContainsKey("effectivePeriod"))
        {
            return;
        }

        if (statement.Parent is { Kind: "organizer" } group)
        {
            entry.Values.PutTime(json, "effective", group.Time);
        }
        else if (statement.Node.First("author", "time") is { } time && statement.Time is null && entry.Values.Time(time) is { } written)
        {
            if (written.Length > 10)
            {
                json["issued"] = written;
                return;
            }

            json["effectiveDateTime"] = written;
            entry.Values.Convert("the source does not say when it was observed: the day on which it was written down was taken");
        }
    }

    private static void PutValue(CcdaEntry entry)
    {
        var (statement, json, values) = (entry.Statement, entry.Json, entry.Values);
        var all = statement.Node.Cdas("value").ToArray();
        if (statement.IsNegated)
        {
            PutDenied(entry);
            return;
        }

        foreach (var value in all)
        {
            if (CdaObservationValue.Put(json, "value", value, values))
            {
                break;
            }
        }

        if (json.Any(property => property.Key.StartsWith("value", StringComparison.Ordinal)))
        {
            return;
        }

        if (all.FirstOrDefault()?.NullFlavor() is { } nullFlavor)
        {
            json["dataAbsentReason"] = Shared.State("data-absent-reason", CdaValues.ReasonOf(nullFlavor));
        }
    }

    /// <summary>FHIR's observations cannot be negated: what is denied is said in words, so that nobody takes it for so.</summary>
    private static void PutDenied(CcdaEntry entry)
    {
        var value = new JsonObject();
        if (entry.Statement.Value is { } denied && denied.NullFlavor() is null && CdaObservationValue.Put(value, "value", denied, entry.Values))
        {
            entry.Json["valueString"] = "not: " + CdaObservationValue.InWords(value);
            entry.Values.Convert("the source says that this is not so: it became the words `not: …`");
            return;
        }

        entry.Json["status"] = "cancelled";
        entry.Json["dataAbsentReason"] = Shared.State("data-absent-reason", "not-performed");
        entry.Values.Convert("the source says that this was not done: it became a cancelled observation");
    }

    private static JsonObject? BodySite(CcdaEntry entry) => Shared.Concepts(entry, "targetSiteCode") is [JsonObject first, ..] ? (JsonObject)first.DeepClone() : null;

    /// <summary>The ranges of healthy people, by the source; a range for others is told with what it is for.</summary>
    internal static JsonArray References(CcdaEntry entry)
    {
        var list = new JsonArray();
        foreach (var range in entry.Statement.Node.Cdas("referenceRange").Select(each => each.First("observationRange")).OfType<XElement>().Take(20))
        {
            var value = range.First("value");
            var json = new JsonObject().With("low", entry.Values.Quantity(value.First("low"))).With("high", entry.Values.Quantity(value.First("high")));
            if (range.First("interpretationCode") is { } meaning && meaning.At("code") is not (null or "N"))
            {
                json.With("appliesTo", entry.Values.Concept(meaning) is { } concept ? R4.List(concept) : null);
            }

            json.With("text", entry.Values.Text(range.First("text"))
                ?? (json.ContainsKey("low") || json.ContainsKey("high") ? null : value.Type() is "ST" or "ED" or null ? Words.Of(value) : CcdaPeople.TextOf(entry.Values.Concept(value))));
            if (json.ContainsKey("low") || json.ContainsKey("high") || json.ContainsKey("text"))
            {
                list.Add((JsonNode)json);
            }
        }

        return list;
    }

    /// <summary>The items of a scale, the day a child is due, the unit as the laboratory writes it: parts of the observation.</summary>
    private static JsonArray Components(CcdaEntry entry, List<string?> notes)
    {
        var list = new JsonArray();
        foreach (var item in entry.Statement.Children.Where(child => child.Kind == "observation" && child.Fate == StatementFate.Open))
        {
            if (item.HasCode("246514001") && (entry.Values.Text(item.Value.First("originalText")) ?? item.Value.At("displayName")) is { } unit)
            {
                notes.Add($"Unit as the source writes it: {unit}");
                CcdaReading.Fold(item);
            }
            else if ((item.Is(T.ScaleItem) || item.Is(T.DeliveryDate)) && item.Children.Count == 0 && entry.Values.Concept(item.Code) is { } code)
            {
                var component = new JsonObject { ["code"] = code };
                if (!item.IsNegated && item.Node.Cdas("value").Count() == 1 && CdaObservationValue.Put(component, "value", item.Value!, entry.Values))
                {
                    list.Add((JsonNode)component);
                    CcdaReading.Fold(item);
                }
            }
        }

        return list;
    }
}
