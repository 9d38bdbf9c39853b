using Rapport.Records;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>Makes entries of a statement, or says why not.</summary>
internal delegate void StatementMap(Statement statement, CcdaReading reading);

/// <summary>
/// Which statement becomes what. Its template decides; where there is none that is known, its kind, its mood and its section do, so that what vendors write
/// without templates, or of other guides, is understood as far as CDA itself says.
/// </summary>
internal static class StatementMaps
{
    private static readonly Dictionary<string, StatementMap> ByTemplate = new()
    {
        [T.AllergyConcern] = Wrapper,
        [T.AllergyObservation] = Allergies.Map,
        [T.ProblemConcern] = Wrapper,
        [T.ProblemObservation] = Problems.Map,
        [T.DischargeDiagnosis] = Wrapper,
        [T.AdmissionDiagnosis] = Wrapper,
        [T.PostprocedureDiagnosis] = Wrapper,
        [T.PreoperativeDiagnosis] = Wrapper,
        [T.EncounterDiagnosis] = Wrapper,
        [T.DischargeMedication] = Wrapper,
        [T.AdmissionMedication] = Wrapper,
        [T.HealthConcern] = Problems.MapConcern,
        [T.RiskConcern] = Problems.MapConcern,
        [T.Medication] = Medications.Map,
        [T.PlannedMedication] = Medications.Map,
        [T.PlannedImmunization] = Medications.MapRequest,
        [T.SupplyOrder] = Medications.MapSupply,
        [T.Dispense] = Medications.MapSupply,
        [T.Immunization] = Immunizations.Map,
        [T.ResultOrganizer] = Results.MapOrganizer,
        [T.VitalSignsOrganizer] = VitalSigns.MapOrganizer,
        [T.Procedure] = Procedures.Map,
        [T.ProcedureAct] = Procedures.Map,
        [T.ProcedureObservation] = Observations.Map,
        [T.Encounter] = Encounters.Map,
        [T.PlannedEncounter] = Plans.MapRequest,
        [T.PlannedProcedure] = Plans.MapRequest,
        [T.PlannedAct] = Plans.MapRequest,
        [T.PlannedObservation] = Plans.MapRequest,
        [T.PlannedSupply] = Plans.MapRequest,
        [T.NutritionRecommendation] = Plans.MapRequest,
        [T.Referral] = Plans.MapRequest,
        [T.Instruction] = Plans.MapInstruction,
        [T.Goal] = Plans.MapGoal,
        [T.Intervention] = Wrapper,
        [T.PlannedIntervention] = Wrapper,
        [T.Note] = Notes.Map,
        [T.FamilyHistoryOrganizer] = FamilyHistory.Map,
        [T.CareTeam] = CareTeams.Map,
        [T.Coverage] = Coverages.MapActivity,
        [T.Policy] = Coverages.Map,
        [T.PlannedCoverage] = Coverages.MapActivity,
        [T.NonMedicinalSupply] = Devices.MapSupply,
        [T.EquipmentOrganizer] = Wrapper,
        [T.AdvanceDirectiveOrganizer] = Wrapper,
        [T.Pregnancy] = Observations.Map,
        [T.EntryReference] = MapReference,
        [T.StudyAct] = ImagingStudies.Map,
        [T.SopInstance] = AboutMaking,
        [T.ReportingParameters] = AboutMaking,
        [T.MeasureReference] = AboutMaking,
        [T.Handoff] = Notes.MapHandoff,
    };

    private static readonly Dictionary<(string Kind, string Mood), StatementMap> ByKind = new()
    {
        [("observation", "EVN")] = Observations.Map,
        [("observation", "GOL")] = Plans.MapGoal,
        [("observationMedia", "EVN")] = Notes.MapMedia,
        [("organizer", "EVN")] = Observations.MapOrganizer,
        [("procedure", "EVN")] = Procedures.Map,
        [("encounter", "EVN")] = Encounters.Map,
        [("substanceAdministration", "EVN")] = Medications.Map,
        [("supply", "EVN")] = Medications.MapSupply,
        [("act", "EVN")] = Procedures.MapAct,
    };

    internal static StatementMap Of(Statement statement)
    {
        foreach (var template in statement.Templates)
        {
            if (ByTemplate.TryGetValue(template, out var map))
            {
                return map;
            }
        }

        return BySection(statement) ?? ByKind.GetValueOrDefault((statement.Kind, statement.Mood)) ?? (statement.Kind switch
        {
            "substanceAdministration" => Medications.Map,
            "supply" => Medications.MapSupply,
            "regionOfInterest" => Unknown,
            "observationMedia" => Notes.MapMedia,
            "organizer" => Observations.MapOrganizer,
            _ => Plans.MapRequest,
        });
    }

    /// <summary>A statement whose meaning lies in those that stand in it.</summary>
    internal static void Wrapper(Statement statement, CcdaReading reading)
    {
        if (statement.Children.Count > 0)
        {
            CcdaReading.Fold(statement);
        }
        else
        {
            reading.Leave(statement, NotTakenReason.SaysNothing);
        }
    }

    private static StatementMap? BySection(Statement statement) => statement switch
    {
        { Kind: "substanceAdministration", Section.Code: CcdaSections.Immunizations, Mood: "EVN" } => Immunizations.Map,
        { Kind: "act", Code: not null } when statement.HasCode("48767-8") => Comment,
        { Kind: "act" } when statement.Parent?.Is(T.PlannedCoverage) == true => Coverages.Map,
        { Kind: "act" } when statement.HasCode("CONC") && statement.Children.Count > 0 => Wrapper,
        { Kind: "act" } when statement.HasCode("34109-9") => Notes.Map,
        { Kind: "observation", Mood: "EVN", Templates.Count: 0, Relation: "SUBJ", Section.Code: "48765-2" } when statement.Node.First("participant") is not null => Allergies.Map,
        { Kind: "observation", Mood: "EVN", Templates.Count: 0, Relation: "SUBJ", Section.Code: CcdaSections.Problems, Parent: { Kind: "act" } concern } when concern.HasCode("CONC") && statement.Value is not null => Problems.Map,
        _ => null,
    };

    /// <summary>A reference to a statement elsewhere, which is taken there.</summary>
    private static void MapReference(Statement statement, CcdaReading reading)
    {
        if (reading.Find(statement.Node) is not null)
        {
            CcdaReading.Fold(statement);
        }
        else
        {
            reading.Leave(statement, NotTakenReason.SaysNothing);
        }
    }

    /// <summary>A comment on nothing that takes notes stands as words in its section.</summary>
    private static void Comment(Statement statement, CcdaReading reading) => reading.Leave(statement, NotTakenReason.NoMeaning);

    private static void AboutMaking(Statement statement, CcdaReading reading)
    {
        foreach (var each in statement.All)
        {
            reading.Leave(each, NotTakenReason.NotAboutPatient);
        }
    }

    private static void Unknown(Statement statement, CcdaReading reading) => reading.Leave(statement, NotTakenReason.UnknownKind);
}
