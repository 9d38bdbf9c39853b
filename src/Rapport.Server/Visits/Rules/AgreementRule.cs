namespace Rapport.Server.Visits.Rules;

/// <summary>Agreements that end soon: whether whoever it is with still needs to see the record. With whom else the patient shares is private. Pure.</summary>
internal static class AgreementRule
{
    public static IEnumerable<OfferedQuestion> Of(VisitFacts facts) => facts.Agreements.Select(static agreement => new OfferedQuestion(
        QuestionKind.Agreement, $"agreement:{agreement.Entry}",
        agreement.IsWithThem ? Say.Fill(VisitText.AgreementWithYou, Say.LastDay(agreement.Ends)) : Say.Fill(VisitText.AgreementWithOther, VisitNames.Named(agreement.Who), Say.LastDay(agreement.Ends)),
        Say.Fill(VisitText.WhyAgreement, VisitNames.Named(agreement.Who), Say.LastDay(agreement.Ends)))
    { Entry = agreement.Entry, IsPrivate = !agreement.IsWithThem });
}
