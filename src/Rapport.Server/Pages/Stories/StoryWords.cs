using System.Globalization;
using Rapport.Conversations;
using Rapport.Records;

namespace Rapport.Server.Pages.Stories;

/// <summary>Stories and numbers in words.</summary>
internal static class StoryWords
{
    /// <summary>Kinds of recipients, in the order in which they are offered.</summary>
    public static IReadOnlyList<string> Recipients { get; } = ["doctor", "specialist", "hospital", "therapist", "family", "helper", "researcher"];

    /// <summary>Coarse classes of conditions, in the order in which they are offered.</summary>
    public static IReadOnlyList<string> Conditions { get; } = ["heart", "metabolism", "cancer", "lungs", "bones", "mind", "nerves", "bowel", "skin", "kidneys", "women", "senses", "infection"];

    public static string Recipient(string code) => code switch
    {
        "doctor" => StoriesText.RecipientDoctor,
        "specialist" => StoriesText.RecipientSpecialist,
        "hospital" => StoriesText.RecipientHospital,
        "therapist" => StoriesText.RecipientTherapist,
        "family" => StoriesText.RecipientFamily,
        "helper" => StoriesText.RecipientHelper,
        _ => StoriesText.RecipientResearcher,
    };

    public static string Condition(string code) => code switch
    {
        "heart" => StoriesText.ConditionHeart,
        "metabolism" => StoriesText.ConditionMetabolism,
        "cancer" => StoriesText.ConditionCancer,
        "lungs" => StoriesText.ConditionLungs,
        "bones" => StoriesText.ConditionBones,
        "mind" => StoriesText.ConditionMind,
        "nerves" => StoriesText.ConditionNerves,
        "bowel" => StoriesText.ConditionBowel,
        "skin" => StoriesText.ConditionSkin,
        "kidneys" => StoriesText.ConditionKidneys,
        "women" => StoriesText.ConditionWomen,
        "senses" => StoriesText.ConditionSenses,
        _ => StoriesText.ConditionInfection,
    };

    /// <summary>An aim of sharing inside a sentence: people who shared …</summary>
    public static string Aim(string code) => code switch
    {
        "treat" => StoriesText.AimTreat,
        "know" => StoriesText.AimKnow,
        "hospital" => StoriesText.AimHospital,
        "opinion" => StoriesText.AimOpinion,
        "help" => StoriesText.AimHelp,
        "arrange" => StoriesText.AimArrange,
        "research" => StoriesText.AimResearch,
        _ => StoriesText.AimAsk,
    };

    /// <summary>What came of it: an answer (null: none), or a cell of the numbers.</summary>
    public static string Came(string? answer) => answer switch
    {
        StoryNumbers.Rest => StoriesText.CellRest,
        null or StoryNumbers.Silent => StoriesText.CameSilent,
        _ => Outcome.Find(Outcome.OfLookers, answer) switch
        {
            OutcomeKind.ReadOnly => StoriesText.CameReadOnly,
            OutcomeKind.ChangedMedicine => StoriesText.CameChangedMedicine,
            OutcomeKind.AvoidedTest => StoriesText.CameAvoidedTest,
            OutcomeKind.FoundSomething => StoriesText.CameFoundSomething,
            OutcomeKind.GaveOpinion => StoriesText.CameGaveOpinion,
            _ => StoriesText.CameOther,
        },
    };

    /// <summary>How it was: an answer (null: none), or a cell of the numbers.</summary>
    public static string Felt(string? answer) => answer switch
    {
        StoryNumbers.Rest => StoriesText.CellRest,
        null or StoryNumbers.Silent => StoriesText.FeltSilent,
        _ => Outcome.Find(Outcome.OfPatients, answer) switch
        {
            OutcomeKind.Helped => StoriesText.FeltHelped,
            OutcomeKind.NoDifference => StoriesText.FeltNoDifference,
            OutcomeKind.DidHarm => StoriesText.FeltDidHarm,
            _ => StoriesText.FeltOther,
        },
    };

    /// <summary>A month as it is stored.</summary>
    public static string Month(string month) => DateOnly.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture) is var first ? Say.Month(first.Year, first.Month) : "";

    /// <summary>What a patient did with a story, as a line of their ledger. Hole 0: who.</summary>
    public static string InRow(StoryNote note) => note.IsTakenBack ? StoriesText.RowTakenBack : note.IsTold ? StoriesText.RowTold : StoriesText.RowCounted;

    /// <summary>The same in a tale, in two forms. Hole 0: how often, 1: who, 2: when.</summary>
    public static string InTale(StoryNote newest) => newest.IsTakenBack ? StoriesText.TaleTakenBack : newest.IsTold ? StoriesText.TaleTold : StoriesText.TaleCounted;
}
