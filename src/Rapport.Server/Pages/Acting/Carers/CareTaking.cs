using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>How somebody takes it on to look after a child who was asked to: they see who asks, and what it means, before anything.</summary>
/// <param name="modules">The server's modules.</param>
/// <param name="door">The ways to records.</param>
/// <param name="settings">How it runs.</param>
internal sealed class CareTaking(Modules modules, RecordDoor door, ServerSettings settings)
{
    /// <summary>The page on which it is answered.</summary>
    /// <param name="http">Who looks.</param>
    /// <param name="brought">What they are asked.</param>
    /// <param name="id">The id that the answer names, for whom is asked by name; null for whoever has the link.</param>
    /// <param name="problem">What is missing; null for nothing.</param>
    public RazorComponentResult<CareOfferPage> Page(HttpContext http, BroughtInvitation brought, LocalId? id, string? problem = null) => new(new Dictionary<string, object?>
    {
        [nameof(CareOfferPage.Brought)] = brought,
        [nameof(CareOfferPage.Viewer)] = http.FindPerson(),
        [nameof(CareOfferPage.CanSignUp)] = settings.SignUp != SignUpRule.Closed,
        [nameof(CareOfferPage.Minors)] = settings.Minors,
        [nameof(CareOfferPage.Id)] = id,
        [nameof(CareOfferPage.Problem)] = problem,
    })
    { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    /// <summary>Takes it on; where it is over by then nothing is opened.</summary>
    /// <param name="http">Who answers.</param>
    /// <param name="form">What they sent.</param>
    /// <param name="mark">What names the invitation.</param>
    /// <param name="brought">What they are asked.</param>
    /// <param name="id">As for <see cref="Page"/>.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <remarks>
    /// Two commits, since invitations and records are modules of their own: first the invitation is used up, so that of several who answer it one alone gets further. Broken off between them, nothing is opened, and they are asked again.
    /// </remarks>
    public async Task<IResult> TakeOnAsync(HttpContext http, IFormCollection form, InvitationMark mark, BroughtInvitation brought, LocalId? id, CancellationToken cancel)
    {
        var guest = http.GetPerson();
        if (brought.IsOwnOf(guest.Id))
        {
            return Over(guest);
        }

        if (form["lawful"] != "on")
        {
            return Page(http, brought, id, CareText.SayLawful);
        }

        if (await door.OpenOwnAsync(http, TokenScopes.Share) is { } own && await own.IsMinorAsync(cancel))
        {
            return Page(http, brought, id, CareText.TooYoung);
        }

        if ((await door.SharedWithAsync(http)).Count(Purposes.MayAct) >= ChildRecord.Most)
        {
            return Page(http, brought, id, Say.Fill(ActingText.TooManyChildren, Say.Number(ChildRecord.Most)));
        }

        if (await modules.People.Invitations.AcceptAsync(mark, guest, cancel) is not { Record: { } record } || !await LetInAsync(record, guest, brought.Invitation))
        {
            return Over(guest);
        }

        await modules.People.EndedCare.ForgetAsync(guest.Id, record, CancellationToken.None);
        return TakenOn(record);
    }

    /// <summary>
    /// Where somebody comes who pressed twice, since nothing seemed to happen: what they said yes to is used up by then, and they look after the child. Null for whoever does not.
    /// </summary>
    /// <param name="http">Who answers.</param>
    /// <param name="form">What they sent.</param>
    public async Task<IResult?> TakenOnAlreadyAsync(HttpContext http, IFormCollection form) =>
        PatientId.TryParse(form["child"].ToString(), out var child) && await door.OpenActingAsync(http, child) is not null ? TakenOn(child) : null;

    private static SeeOther TakenOn(PatientId child) => new($"/acting/{child}?done=taken-on");

    /// <summary>An invitation that is none any more.</summary>
    private static RazorComponentResult<InvitationPage> Over(Person guest) => new(new Dictionary<string, object?> { [nameof(InvitationPage.Brought)] = null, [nameof(InvitationPage.Viewer)] = guest }) { StatusCode = StatusCodes.Status404NotFound };

    /// <summary>What was asked becomes the agreement of who asked: within what they may themselves at this moment.</summary>
    private async Task<bool> LetInAsync(PatientId record, Person guest, CircleInvitation invitation)
    {
        if (invitation is not { By: { } by, Care: { } care } || await modules.People.Accounts.FindAsync(by, CancellationToken.None) is not { } asker
            || await modules.Records.Guardians.OpenAsync(record, Patients.ActorOf(asker), CancellationToken.None) is not { } guardian
            || await guardian.Care.LookAsync(CancellationToken.None) is not { From.Delegation: { } from, Born: { } born } view)
        {
            return false;
        }

        if (view.Carers.Any(carer => carer.IsWhole && (carer.Role == care.Role || carer.Role is Delegation.Parent or Delegation.Guardian) && guest.RecipientReferences.Contains(carer.Reference) && (carer.Until ?? DateTimeOffset.MaxValue) >= (care.Until ?? DateTimeOffset.MaxValue)))
        {
            return true;
        }

        var all = ChildRecord.Terms(guest, care.Role, born);
        var terms = all with { Actions = [.. all.Actions.Where(from.Actions.Contains)] };
        var consent = terms.ToJson(record, guardian.PatientName, modules.Clock.GetUtcNow());
        ConsentJson.AgreedBy(consent, from.To, asker.DisplayName);
        if (care.Until is { } until)
        {
            ConsentJson.Between(consent["provision"]!.AsObject(), null, until);
        }

        return await guardian.Care.LetInAsync(ConsentJson.Checked(consent), CancellationToken.None);
    }
}
