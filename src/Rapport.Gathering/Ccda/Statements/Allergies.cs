using System.Text.Json.Nodes;
using System.Xml.Linq;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>Allergies and intolerances, and that there are none.</summary>
internal static class Allergies
{
    private const string NoKnownAllergy = "716186003";

    // What the value says of the kind of allergy; codes of SNOMED CT.
    private static readonly Dictionary<string, (string? Type, string? Category, string NoKnown)> Kinds = new()
    {
        ["235719002"] = ("intolerance", "food", "429625007"),
        ["414285001"] = ("allergy", "food", "429625007"),
        ["418471000"] = (null, "food", "429625007"),
        ["59037007"] = ("intolerance", "medication", "409137002"),
        ["416098002"] = ("allergy", "medication", "409137002"),
        ["419511003"] = (null, "medication", "409137002"),
        ["426232007"] = ("allergy", "environment", "428607008"),
        ["232347008"] = ("allergy", "environment", "428607008"),
        ["419199007"] = ("allergy", null, NoKnownAllergy),
        ["782197009"] = ("intolerance", null, NoKnownAllergy),
        ["418038007"] = (null, null, NoKnownAllergy),
        ["420134006"] = (null, null, NoKnownAllergy),
    };

    private static readonly Dictionary<string, string> NoKnownNames = new()
    {
        [NoKnownAllergy] = "No known allergy",
        ["409137002"] = "No known drug allergy",
        ["429625007"] = "No known food allergy",
        ["428607008"] = "No known environmental allergy",
    };

    private static readonly Dictionary<string, string> States = new()
    {
        ["55561003"] = "active",
        ["73425007"] = "inactive",
        ["413322009"] = "resolved",
        ["active"] = "active",
        ["completed"] = "inactive",
        ["aborted"] = "inactive",
        ["suspended"] = "inactive",
    };

    private static readonly Dictionary<string, string> Severities = new()
    {
        ["255604002"] = "mild",
        ["371923003"] = "moderate",
        ["6736007"] = "moderate",
        ["371924009"] = "severe",
        ["24484000"] = "severe",
        ["399166001"] = "severe",
    };

    private static readonly Dictionary<string, string> Criticalities = new()
    {
        ["CRITL"] = "low",
        ["CRITH"] = "high",
        ["CRITU"] = "unable-to-assess",
        ["62482003"] = "low",
        ["75540009"] = "high",
    };

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "AllergyIntolerance");
        var kind = Kinds.GetValueOrDefault(statement.Value.At("code") ?? "", (null, null, NoKnownAllergy));
        var substance = SubstanceOf(statement);
        var code = entry.Values.Concept(substance);
        var isNone = statement.IsNegated && (code is null || Shared.IsAnything(substance));
        var isRefuted = statement.IsNegated && !isNone;
        code = isNone ? R4.Concept(R4.Snomed, kind.NoKnown, NoKnownNames[kind.NoKnown]) : code ?? CodeOf(entry, statement);
        if (code is null)
        {
            reading.Leave(statement, Records.NotTakenReason.NoMeaning);
            return;
        }

        if (isNone)
        {
            entry.Values.Convert($"a negated allergy without a substance became the code for `{NoKnownNames[kind.NoKnown]}`");
        }

        var isError = statement.Status == "nullified" || statement.Parent?.Status == "nullified";
        if (!isError)
        {
            entry.Json["clinicalStatus"] = Shared.State("allergyintolerance-clinical", StateOf(entry, isRefuted));
        }

        entry.Json["verificationStatus"] = Shared.State("allergyintolerance-verification", isError ? "entered-in-error" : isRefuted ? "refuted" : "confirmed");
        entry.Json.With("type", isNone ? null : kind.Type).With("category", kind.Category is null || isNone ? null : new JsonArray { kind.Category })
            .With("criticality", Criticality(statement))
            .With("code", code).With("patient", reading.Subject()).With("onsetDateTime", entry.Values.Start(statement.Time))
            .With("recordedDate", Shared.Recorded(entry))
            .With("recorder", Shared.Recorder(reading, statement));
        var reactions = Reactions(entry);
        entry.Json.With("note", Shared.Notes(entry, SeverityInWords(entry))).With("reaction", reactions);
        if (entry.Values.End(statement.Time) is { } end)
        {
            entry.Json["extension"] = R4.List(new JsonObject { ["url"] = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-abatement", ["valueDateTime"] = end });
        }

        reading.Add(entry);
    }

    /// <summary>What somebody is allergic to; null when it is not said.</summary>
    private static XElement? SubstanceOf(Statement statement) =>
        statement.Node.Cdas("participant").Where(participant => participant.At("typeCode") is "CSM" or null)
            .Select(participant => participant.First("participantRole", "playingEntity")).OfType<XElement>()
            .Select(entity => entity.First("code") is { } code
                && (code.NullFlavor() is null || code.HasElements) ? code : entity.First("name")).FirstOrDefault(found => found is not null);

    /// <summary>Without a participant the value may name the allergy itself, or the narrative does.</summary>
    private static JsonObject? CodeOf(CcdaEntry entry, Statement statement) =>
        statement.Value.At("code") is { } value && !Kinds.ContainsKey(value) ? entry.Values.Concept(statement.Value)
        : Shared.Words(entry) is { } words ? R4.Concept(words.ReplaceLineEndings(" ").Shorten(500))
        : entry.Values.Concept(statement.Value);

    private static string StateOf(CcdaEntry entry, bool isRefuted)
    {
        var statement = entry.Statement;
        var said = Shared.StateOf(statement);
        if (isRefuted)
        {
            return "inactive";
        }

        if (States.GetValueOrDefault(said.At("code") ?? "") is { } state)
        {
            return state;
        }

        if (statement.Time.First("high").At("value") is not null)
        {
            return "resolved";
        }

        if (States.GetValueOrDefault(statement.Parent?.Status ?? "") is { } ofConcern)
        {
            return ofConcern;
        }

        entry.Values.Convert("the source does not say whether the allergy is active: it was taken as active");
        return "active";
    }

    private static string? Criticality(Statement statement)
    {
        if (statement.Children.FirstOrDefault(child => child.Is(T.Criticality) || child.HasCode("82606-5")) is not { } criticality
            || Criticalities.GetValueOrDefault(criticality.Value.At("code") ?? "") is not { } code)
        {
            return null;
        }

        CcdaReading.Fold(criticality);
        return code;
    }

    /// <summary>What happened, each with how bad it was; where only the allergy says how bad, that holds for all.</summary>
    private static JsonArray Reactions(CcdaEntry entry)
    {
        var statement = entry.Statement;
        var list = new JsonArray();
        var severity = SeverityOf(statement);
        foreach (var reaction in statement.Children.Concat(ConcernOf(statement))
            .Where(child => child.Kind == "observation" && (child.Relation == "MFST" || child.Is(T.Reaction))))
        {
            if ((entry.Values.Concept(reaction.Value) ?? (entry.Values.Text(reaction.Node.First("text")) is { } words ? R4.Concept(words) : null)) is { } manifestation)
            {
                list.Add((JsonNode)new JsonObject { ["manifestation"] = R4.List(manifestation) }.With("onset", entry.Values.Start(reaction.Time))
                    .With("severity", SeverityOf(reaction) ?? severity));
                CcdaReading.Fold(reaction);
            }
        }

        return list;
    }

    /// <summary>How bad the allergy is as a whole, which FHIR has no element for.</summary>
    private static IEnumerable<string?> SeverityInWords(CcdaEntry entry)
    {
        foreach (var severity in entry.Statement.Children.Concat(ConcernOf(entry.Statement)).Where(child => child.Is(T.Severity) && child.Fate == StatementFate.Open))
        {
            if (CcdaPeople.TextOf(entry.Values.Concept(severity.Value)) is { } words)
            {
                CcdaReading.Fold(severity);
                yield return $"Severity: {words}";
            }
        }
    }

    /// <summary>What stands in the concern beside its only allergy.</summary>
    private static IReadOnlyList<Statement> ConcernOf(Statement statement) =>
        statement.Parent is { HasOneAllergy: true } parent ? parent.Children : [];

    private static string? SeverityOf(Statement statement)
    {
        if (statement.Children.FirstOrDefault(child => child.Is(T.Severity) || child.HasCode("SEV")) is not { } severity
            || Severities.GetValueOrDefault(severity.Value.At("code") ?? "") is not { } code)
        {
            return null;
        }

        CcdaReading.Fold(severity);
        return code;
    }
}
