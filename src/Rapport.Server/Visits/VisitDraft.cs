using Rapport.Server.Visits.Rules;

namespace Rapport.Server.Visits;

/// <summary>
/// What a patient could ask at a visit: what the rules find, the most useful first, and nothing twice. Pure.
/// </summary>
/// <param name="Offered">What is offered.</param>
/// <param name="Private">What is offered only to whoever asks for it: it comes from what is marked as sensitive, or is often private.</param>
public sealed record VisitDraft(IReadOnlyList<OfferedQuestion> Offered, IReadOnlyList<OfferedQuestion> Private)
{
    /// <summary>The most questions that are offered: nobody gets through more in a visit.</summary>
    public const int Most = 12;

    private static readonly Func<VisitFacts, IEnumerable<OfferedQuestion>>[] Rules = [AskedRule.Of, ResultRule.Of, MedicineRule.Of, DueRule.Of, ProblemRule.Of, AgreementRule.Of];

    /// <summary>What the rules make of some facts.</summary>
    internal static VisitDraft Of(VisitFacts facts)
    {
        var all = Rules.SelectMany(rule => rule(facts)).OrderBy(static question => question.Kind).DistinctBy(static question => question.Key).DistinctBy(static question => question.Text).ToList();
        return new VisitDraft(Few(all.Where(static question => !question.IsPrivate)), Few(all.Where(static question => question.IsPrivate)));
    }

    private static IReadOnlyList<OfferedQuestion> Few(IEnumerable<OfferedQuestion> questions) => [.. questions.GroupBy(static question => question.Kind).SelectMany(static kind => kind.Take(MostOf(kind.Key))).Take(Most)];

    /// <summary>How many of a kind: what there is most of must not be all there is.</summary>
    private static int MostOf(QuestionKind kind) => kind switch
    {
        QuestionKind.MedicineNews => 4,
        QuestionKind.Asked or QuestionKind.ResultOutside or QuestionKind.Due => 3,
        QuestionKind.ResultChanged or QuestionKind.Problem or QuestionKind.MedicineLong => 2,
        _ => 1,
    };
}
