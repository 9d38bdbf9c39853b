using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;

namespace Rapport.Server.Visits;

/// <summary>Works out what a patient could ask at a visit, by what is known at that moment. Thread safe.</summary>
internal sealed class VisitOffers(TalkDoor talks, PeopleModule people, TimeProvider clock)
{
    /// <summary>What is offered for a visit, and the answer of the record that it was worked out of.</summary>
    /// <param name="http">Who asks: their conversations are read only where what they signed in with may be used for that.</param>
    /// <param name="own">Their record.</param>
    /// <param name="with">The reference of who is visited; null for nobody who is known here.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(VisitDraft Draft, RecordAnswer Answer)> OfAsync(HttpContext http, OwnAccess own, string? with)
    {
        var (cancel, now) = (http.RequestAborted, clock.GetUtcNow());
        var answer = await own.QueryAsync(VisitReading.QueryAt(now), cancel);
        var agreements = await Agreement.AllAsync(own, new Recipients(people), http.GetPerson().Id, now, cancel);
        var facts = VisitReading.Read(answer, now) with
        {
            Asked = http.Has(TokenScopes.Converse) ? await Unanswered.OfAsync(talks.Desk, Talker.Alone(http.GetPerson()), now, cancel) : [],
            Agreements =
            [
                .. from agreement in EndingSoon.Of(http, agreements, now)
                   where agreement.Consent.Until is not null
                   select new EndingAgreement(agreement.Consent.Entry.Reference, agreement.Who, agreement.Consent.Until!.Value, with is not null && agreement.Consent.Consent.Recipients.Contains(with)),
            ],
        };
        return (VisitDraft.Of(facts), answer);
    }
}
