using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Acting;

/// <summary>What somebody would see of a record who acts for its patient, entry by entry, and what they see now where they do.</summary>
/// <param name="Recipient">Who.</param>
/// <param name="Terms">By what.</param>
/// <param name="Then">What would be decided.</param>
/// <param name="Now">What is decided now.</param>
public sealed record ActingPreview(RecipientChoice Recipient, ActingTerms Terms, SharingPreview Then, SharingPreview Now)
{
    /// <summary>All of it, by kind and reason.</summary>
    public SharingSummary Summary => SharingSummary.Of(Then, [Terms.Sees]);

    /// <summary>What it changes for them; null when they see nothing now as somebody who acts.</summary>
    public SharingDifference? Difference => Now.Seen == 0 ? null : SharingDifference.Of(Now, Then);

    /// <summary>Decides as if these terms held beside all that is agreed on.</summary>
    /// <param name="http">Whose record.</param>
    /// <param name="own">It.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="recipient">Who would act.</param>
    /// <param name="terms">By what.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="without">What would end with it.</param>
    internal static async Task<ActingPreview> OfAsync(
        HttpContext http, OwnAccess own, TimeProvider clock, RecipientChoice recipient, ActingTerms terms, CancellationToken cancel, Func<PatientConsent, bool>? without = null)
    {
        var actor = new Actor(http.GetPerson().Id, recipient.Reference, recipient.Name, recipient.References);
        var consents = (await own.ConsentsAsync(cancel)).Select(static consent => consent.Consent).Where(consent => without?.Invoke(consent) != true);
        var proposed = PatientConsent.ReadProposed(terms.ToConsent(own.Patient, http.GetPerson().DisplayName, clock.GetUtcNow()));
        return new ActingPreview(
            recipient, terms, await own.PreviewAsync(actor, PurposeOfUse.ActingForPatient, [.. consents, proposed], cancel), await own.PreviewAsync(actor, PurposeOfUse.ActingForPatient, null, cancel));
    }

    /// <summary>The entries of one kind on one side, one by one with the reason of each; null when the address names none.</summary>
    /// <param name="what">The side and the kind.</param>
    /// <param name="page">Which page, from 1.</param>
    /// <param name="back">Where it belongs to.</param>
    /// <param name="action">Where further pages stand.</param>
    /// <param name="field">What their address has beside.</param>
    public IResult Items(string? what, int? page, string back, string action, (string Name, string Value) field) => ItemsPage.Find(what) is not var (side, kind)
        ? TypedResults.NotFound()
        : ItemsPage.Of(page, SharingSummary.ListOf(Then, Now, side, kind), Then, new()
        {
            [nameof(ItemsPage.Back)] = back,
            [nameof(ItemsPage.Action)] = action,
            [nameof(ItemsPage.Fields)] = (IReadOnlyList<(string, string)>)[field],
            [nameof(ItemsPage.Recipient)] = Recipient,
            [nameof(ItemsPage.Side)] = side,
            [nameof(ItemsPage.Kind)] = kind,
        });
}
