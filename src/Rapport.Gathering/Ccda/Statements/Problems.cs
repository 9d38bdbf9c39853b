using System.Text.Json.Nodes;
using Rapport.Records;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>Problems, diagnoses and health concerns, and that there are none.</summary>
internal static class Problems
{
    private const string Categories = "http://terminology.hl7.org/CodeSystem/condition-category";
    private const string ConcernCategory = "http://hl7.org/fhir/us/core/CodeSystem/condition-category";

    // What no problem is, when it is negated: problem, disease, finding, disorder.
    private static readonly HashSet<string> Anything = ["55607006", "64572001", "404684003", "417746004"];

    private static readonly Dictionary<string, string> States = new()
    {
        ["55561003"] = "active",
        ["73425007"] = "inactive",
        ["90734009"] = "active",
        ["7087005"] = "active",
        ["413322009"] = "resolved",
        ["246455001"] = "recurrence",
        ["263855007"] = "relapse",
        ["277022003"] = "remission",
        ["active"] = "active",
        ["completed"] = "inactive",
        ["aborted"] = "inactive",
        ["suspended"] = "inactive",
    };

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "Condition");
        var value = statement.Value;
        var isNone = statement.IsNegated && (value is null || CdaValues.CodeOf(value) is null || Anything.Contains(CdaValues.CodeOf(value)!));
        var code = isNone ? R4.Concept(R4.Snomed, "160245001", "No current problems or disability") : Shared.CodeOrWords(entry, value)
            ?? entry.Values.Concept(statement.Code);
        if (code is null)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        if (isNone)
        {
            entry.Values.Convert("a negated problem without a name became the code for `No current problems or disability`");
        }

        var isError = statement.Status == "nullified" || statement.Parent?.Status == "nullified";
        PutStates(entry, isError, statement.IsNegated && !isNone);
        entry.Json.With("category", CategoriesOf(entry)).With("severity", SeverityOf(entry)).With("code", code).With("bodySite", Shared.Concepts(entry, "targetSiteCode")).With("subject", reading.Subject())
            .With("encounter", statement.Visit ?? (reading.Encounter is { } visit && IsDiagnosis(statement) ? R4.Reference(visit) : null));
        PutTimes(entry);
        entry.Json.With("recordedDate", Shared.Recorded(entry)).With("recorder", Shared.Recorder(reading, statement))
            .With("evidence", Evidence(statement, reading)).With("note", Shared.Notes(entry));
        reading.Add(entry);
    }

    /// <summary>A concern that stands for other statements is in those; one that says something of its own is a condition.</summary>
    internal static void MapConcern(Statement statement, CcdaReading reading)
    {
        if (statement.Children.Any(child => child.Is(T.ProblemObservation) || child.Is(T.EntryReference) || child.Is(T.AllergyObservation)
            || child.Is(T.ProblemConcern)))
        {
            CcdaReading.Fold(statement);
            return;
        }

        var entry = reading.Begin(statement, "Condition");
        var code = entry.Values.Text(statement.Node.First("text")) is { } words ? R4.Concept(words.ReplaceLineEndings(" ").Shorten(500)) : null;
        if (code is null)
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        entry.Json.With("clinicalStatus", Shared.State("condition-clinical", States.GetValueOrDefault(statement.Status ?? "", "active")))
            .With("category", R4.List(R4.Concept(ConcernCategory, "health-concern", null)))
            .With("code", code).With("subject", reading.Subject()).With("onsetDateTime", entry.Values.Start(statement.Time))
            .With("recorder", Shared.Recorder(reading, statement)).With("note", Shared.Notes(entry));
        reading.Add(entry);
    }

    private static void PutStates(CcdaEntry entry, bool isError, bool isRefuted)
    {
        var said = StateOf(entry);
        if (!isError && !isRefuted && said is not null)
        {
            entry.Json["clinicalStatus"] = Shared.State("condition-clinical", said);
        }

        if (isRefuted)
        {
            entry.Json["clinicalStatus"] = Shared.State("condition-clinical", "inactive");
        }

        entry.Json["verificationStatus"] = Shared.State("condition-ver-status", isError ? "entered-in-error" : isRefuted ? "refuted" : "confirmed");
    }

    private static string? StateOf(CcdaEntry entry)
    {
        var statement = entry.Statement;
        var said = States.GetValueOrDefault(Shared.StateOf(statement).At("code") ?? "");
        var isOver = statement.Time.First("high") is { } high && (high.At("value") is not null || high.NullFlavor() == "UNK");
        if (said is "active" or "recurrence" or "relapse" && isOver)
        {
            entry.Values.Convert($"the source says `{said}`, and that it has ended: it was taken as inactive");
            return "inactive";
        }

        return said
            ?? (isOver ? "resolved" : States.GetValueOrDefault(statement.Parent is { } concern
                && (concern.HasCode("CONC") || concern.Is(T.ProblemConcern)) ? concern.Status ?? "" : ""));
    }

    private static void PutTimes(CcdaEntry entry)
    {
        var (statement, json) = (entry.Statement, entry.Json);
        var age = statement.Children.FirstOrDefault(child => child.Is(T.Age) || child.HasCode("445518008"));
        if (entry.Values.Start(statement.Time) is { } onset)
        {
            json["onsetDateTime"] = onset;
        }
        else if (age is not null && entry.Values.Quantity(age.Value) is { } years && years.ContainsKey("code"))
        {
            json["onsetAge"] = years;
            CcdaReading.Fold(age);
        }

        var high = statement.Time.First("high");
        if (entry.Values.Time(high) is { } end)
        {
            json["abatementDateTime"] = end;
        }
        else if (high.NullFlavor() == "UNK")
        {
            json["_abatementDateTime"] = CdaValues.Absent("UNK");
        }

        if (statement.Children.FirstOrDefault(child => child.Is(T.DateOfDiagnosis) || child.HasCode("77975-1")) is { } diagnosed
            && entry.Values.Moment(diagnosed.Time) is { } asserted)
        {
            json["extension"] = R4.List(new JsonObject { ["url"] = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate", ["valueDateTime"] = asserted });
            CcdaReading.Fold(diagnosed);
        }
    }

    private static JsonArray CategoriesOf(CcdaEntry entry)
    {
        var statement = entry.Statement;
        var list = new JsonArray();
        if (CategoryOf(statement) is { } category)
        {
            list.Add((JsonNode)category);
        }

        if (entry.Values.Concept(statement.Code) is { } code && !statement.HasCode("ASSERTION"))
        {
            list.Add((JsonNode)code);
        }

        return list;
    }

    /// <summary>What kind of list it stands on; null for a finding among others.</summary>
    private static JsonObject? CategoryOf(Statement statement) =>
        statement.Section.Is(CcdaSections.HealthConcerns) ? R4.Concept(ConcernCategory, "health-concern", null)
        : IsDiagnosis(statement) ? R4.Concept(Categories, "encounter-diagnosis", null)
        : statement.Section.Is(CcdaSections.Problems, CcdaSections.PastIllness) || statement.Parent?.Is(T.ProblemConcern) == true ? R4.Concept(Categories, "problem-list-item", null)
        : null;

    private static bool IsDiagnosis(Statement statement) =>
        statement.Section.Is("46240-8", "46241-6", "42347-5", "11535-2", "10219-4", "10218-6", "59769-0", "78375-3", "C-CDAV2-DDN", "29308-4")
        || statement.Parent is { } parent
        && (parent.Is(T.EncounterDiagnosis) || parent.Is(T.DischargeDiagnosis) || parent.Is(T.AdmissionDiagnosis) || parent.Is(T.PostprocedureDiagnosis)
            || parent.Is(T.PreoperativeDiagnosis));

    private static JsonObject? SeverityOf(CcdaEntry entry)
    {
        if (entry.Statement.Children.FirstOrDefault(child => child.Is(T.Severity) || child.HasCode("SEV")) is not { } severity
            || entry.Values.Concept(severity.Value) is not { } concept)
        {
            return null;
        }

        CcdaReading.Fold(severity);
        return concept;
    }

    /// <summary>What supports it, such as a score.</summary>
    private static JsonArray Evidence(Statement statement, CcdaReading reading)
    {
        var list = new JsonArray();
        foreach (var support in statement.Children.Where(child => child.Relation == "SPRT"))
        {
            reading.Map(support);
            if (support.Reference is { } reference)
            {
                list.Add((JsonNode)new JsonObject { ["detail"] = R4.List(R4.Reference(reference)) });
            }
        }

        return list;
    }
}
