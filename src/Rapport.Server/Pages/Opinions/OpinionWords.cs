using Rapport.Conversations;

namespace Rapport.Server.Pages.Opinions;

/// <summary>Second opinions in words.</summary>
internal static class OpinionWords
{
    public static string Of(OpinionStance stance) => stance switch
    {
        OpinionStance.Agrees => OpinionText.StanceAgrees,
        OpinionStance.Refines => OpinionText.StanceRefines,
        _ => OpinionText.StanceDiffers,
    };

    /// <summary>For the professional, who chooses.</summary>
    public static string Choice(OpinionStance stance) => stance switch
    {
        OpinionStance.Agrees => OpinionText.ChooseAgrees,
        OpinionStance.Refines => OpinionText.ChooseRefines,
        _ => OpinionText.ChooseDiffers,
    };

    public static string Of(OpinionConfidence confidence) => confidence switch
    {
        OpinionConfidence.Low => OpinionText.ConfidenceLow,
        OpinionConfidence.Medium => OpinionText.ConfidenceMedium,
        _ => OpinionText.ConfidenceHigh,
    };

    public static string Of(InvitationState state) => state switch
    {
        InvitationState.Waiting => OpinionText.StateWaiting,
        InvitationState.Answered => OpinionText.StateAnswered,
        InvitationState.Declined => OpinionText.StateDeclined,
        InvitationState.Withdrawn => OpinionText.StateWithdrawn,
        _ => OpinionText.StateOver,
    };

    /// <summary>That an invitation was answered, declined, or that its day has passed: a sentence with whom it invited, and what the question is about.</summary>
    public static string News(InvitationState state) => state switch
    {
        InvitationState.Answered => OpinionText.NewsAnswered,
        InvitationState.Declined => OpinionText.NewsDeclined,
        _ => OpinionText.NewsOver,
    };

    public static string Of(ProposalReason reason) => reason switch
    {
        ProposalReason.Itself => OpinionText.ReasonItself,
        ProposalReason.Belongs => OpinionText.ReasonBelongs,
        ProposalReason.Medicine => OpinionText.ReasonMedicine,
        ProposalReason.Allergy => OpinionText.ReasonAllergy,
        ProposalReason.Result => OpinionText.ReasonResult,
        ProposalReason.Condition => OpinionText.ReasonCondition,
        _ => OpinionText.ReasonReport,
    };

    /// <summary>Where opinions agree and where not, in plain sentences.</summary>
    public static IEnumerable<string> Of(OpinionComparison comparison)
    {
        yield return comparison.Agreement switch
        {
            OpinionAgreement.AllAgree => Say.Fill(OpinionText.CompareAllAgree, Say.Number(comparison.Agree)),
            OpinionAgreement.AgreeInTheMain => Say.Fill(OpinionText.CompareMain, HowMany(comparison)),
            OpinionAgreement.AllDiffer => Say.Fill(OpinionText.CompareAllDiffer, Say.Number(comparison.Differ)),
            _ => Say.Fill(OpinionText.CompareDivided, HowMany(comparison)),
        };
        if (comparison.Unsure > 0)
        {
            yield return Say.Count(OpinionText.CompareUnsure, comparison.Unsure);
        }

        if (comparison.WithNext > 0)
        {
            yield return Say.Count(OpinionText.CompareNext, comparison.WithNext);
        }

        if (comparison.Differ > 0)
        {
            yield return OpinionText.CompareTalk;
        }
    }

    /// <summary>How many see it how, without those views that nobody has.</summary>
    private static string HowMany(OpinionComparison comparison) => Say.List(
    [
        .. from part in new[] { (Text: OpinionText.CountAgree, Count: comparison.Agree), (Text: OpinionText.CountRefine, Count: comparison.Refine), (Text: OpinionText.CountDiffer, Count: comparison.Differ) }
           where part.Count > 0
           select Say.Count(part.Text, part.Count),
    ]);
}
