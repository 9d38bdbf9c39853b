namespace Rapport.Server.Visits.Rules;

/// <summary>What the patient asked in a conversation and nobody answered, in their own words. Pure.</summary>
internal static class AskedRule
{
    public static IEnumerable<OfferedQuestion> Of(VisitFacts facts) => facts.Asked.Select(static asked => new OfferedQuestion(
        QuestionKind.Asked, $"asked:{asked.Message}", asked.Words, Say.Fill(VisitText.WhyAsked, Say.Day(asked.At), VisitNames.Named(asked.Subject)))
    { Message = asked.Message, IsPrivate = asked.IsPrivate });
}
