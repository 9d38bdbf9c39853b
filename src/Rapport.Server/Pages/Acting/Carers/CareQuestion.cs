using Rapport.Data;
using Rapport.People;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>What somebody is asked who is to look after a child too: by their name, or by a link.</summary>
/// <param name="Secret">What a link has that was just made for whoever brings it first; null where one person alone is asked, who finds it on their pages.</param>
/// <param name="Problem">Why nobody was asked; null where somebody is.</param>
internal sealed record CareQuestion(string? Secret, string? Problem)
{
    /// <summary>Asks it. Pressed twice, it is one question.</summary>
    /// <param name="people">The people of the installation.</param>
    /// <param name="child">Whom it is about.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="form">Whom they chose, among other things.</param>
    /// <param name="offer">What it amounts to.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<CareQuestion> AskAsync(PeopleModule people, Person child, Person by, CareForm form, CareOffer offer, CancellationToken cancel)
    {
        var alone = form.Who == CareForm.ByLink ? null : await people.Accounts.FindByReferenceAsync(form.Who, cancel);
        if (alone is null && form.Who != CareForm.ByLink)
        {
            // They closed their account meanwhile: what was meant for them is no link for whoever has it.
            return new CareQuestion(null, CareText.ChooseWho);
        }

        if (alone is not null && (await people.Invitations.CareAskedAsync(alone.Id, cancel)).Any(known => known.Patient.Id == child.Id && known.Invitation.By == by.Id && known.Invitation.Care == offer))
        {
            return new CareQuestion(null, null);
        }

        var made = await people.Invitations.MakeAsync(child, form.Relationship, CareForm.Days, cancel, by.Id, offer, alone?.Id, form.Once);
        return new CareQuestion(alone is null ? made.Value?.Secret : null, made.Problem);
    }
}
