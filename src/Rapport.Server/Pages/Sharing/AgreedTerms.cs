using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Pages.Acting;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What is agreed with somebody now, in the terms of the pages.</summary>
internal static class AgreedTerms
{
    /// <summary>What agreements in force say to somebody who looks for a purpose; what says more than terms can tell is left out.</summary>
    /// <param name="consents">The patient's consents.</param>
    /// <param name="references">Every reference by which they may mean them.</param>
    /// <param name="purpose">What they look for.</param>
    /// <param name="now">The present moment.</param>
    public static IEnumerable<SharingTerms> With(IEnumerable<StoredConsent> consents, IReadOnlyList<string> references, string purpose, DateTimeOffset now) =>
        from consent in consents
        where consent.Consent.Counts && !(consent.Consent.ValidFrom > now) && !(consent.Until <= now)
        let terms = SharingTerms.TryRead(consent.Resource) ?? ActingTerms.TryRead(consent)?.Sees
        where terms is not null && references.Contains(terms.Recipient) && PurposeOfUse.Covers(terms.Purpose, purpose)
        select terms;
}
