using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.CardsIssued;

/// <summary>A card that a patient is about to make.</summary>
/// <param name="Label">What it is called: for the patient alone, it does not stand on the card.</param>
/// <param name="Entries">The references of what is to stand on it, the patient and the medicines that are named among them.</param>
/// <param name="Until">Until when it is good; null for no end.</param>
public sealed record CardDraft(string Label, IReadOnlyList<string> Entries, DateTimeOffset? Until)
{
    /// <summary>What cards are for: the patient asked for one.</summary>
    public const string Purpose = "PATRQT";

    /// <summary>Entries on one card.</summary>
    public const int MostEntries = 60;

    /// <summary>What whoever is shown it may see.</summary>
    internal LinkTerms Terms => new() { Purpose = Purpose, HasKinds = false, Entries = Entries, Until = Until };
}

/// <summary>Makes cards: the agreement that says what stands on one, and the card. Thread safe.</summary>
internal sealed class CardMaking(CardIssuing cards, TimeProvider clock)
{
    /// <summary>The card; null when there are too many already, or nothing of what was chosen may stand on it: then its agreement has ended again.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IssuedCard?> MakeAsync(HttpContext http, OwnAccess own, CardDraft draft)
    {
        var now = clock.GetUtcNow();
        var wish = new CardWish(draft.Label, Say.Fill(GivenLinkText.CardHolder, draft.Label), CardDraft.Purpose, draft.Until);
        var agreed = default(LocalId);
        var card = await cards.IssueAsync(
            own, wish, id => draft.Terms.ToConsent(own.Patient, agreed = id, wish.HolderName, now), new RecordQuery.Everything(CardDraft.MostEntries * 2),
            (disclosure, number, _) => Task.FromResult(Write(IssuerOf(http.Request), disclosure, number, now, draft.Until)), http.RequestAborted);
        if (card is null && agreed != default)
        {
            await SharingEndpoints.EndAsync(own, agreed, http.RequestAborted);
        }

        return card;
    }

    /// <summary>By what address cards name this server: always https, as the framework wants.</summary>
    public static string IssuerOf(HttpRequest request) => $"https://{request.Host}{request.PathBase}";

    private static UnsignedCard? Write(string issuer, Disclosure disclosure, CardNumber number, DateTimeOffset now, DateTimeOffset? until)
    {
        var entries = Enumerable.Range(0, disclosure.MatchCount).Select(disclosure.ReadResource).ToList();
        return CardBundle.Of(entries) is { } bundle
            ? new UnsignedCard(CardWriter.Write(issuer, number, now, until, bundle), [.. entries.Where(entry => CardBundle.Holds(entry.TypeName)).Select(LineOf)])
            : null;
    }

    /// <summary>An entry in one line, as it is told of a card.</summary>
    public static string LineOf(Resource entry)
    {
        var line = EntryReader.Line(entry);
        return line.Date is { } date ? $"{line.BothNames}, {date}" : line.BothNames;
    }
}
