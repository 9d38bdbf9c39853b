using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Pages.Emergency;

/// <summary>The emergency door from the side of whose it is: deciding about it, choosing who is told, asking about an opening.</summary>
internal static class OwnDoorEndpoints
{
    private const string Home = "/share/emergency";

    public static void MapOwnDoor(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, (HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel) =>
            ShowAsync(http, door, people, clock, done, null, cancel));
        pages.MapPost(Home, DecideAsync);
        pages.MapPost(Home + "/contact", SetContactAsync);
        pages.MapPost(Home + "/question", QuestionAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, (string Field, string Text)? problem, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var members = await people.Circle.OfPatientAsync(own.Patient, cancel);
        return new RazorComponentResult<OwnDoorPage>(new Dictionary<string, object?>
        {
            [nameof(OwnDoorPage.Door)] = await OwnDoor.OfAsync(own, people, clock.GetUtcNow(), cancel),
            [nameof(OwnDoorPage.Contacts)] = members.Where(member => member.IsEmergencyContact).ToList(),
            [nameof(OwnDoorPage.Others)] = members.Where(member => !member.IsEmergencyContact).ToList(),
            [nameof(OwnDoorPage.Done)] = done,
            [nameof(OwnDoorPage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    /// <summary>Closing it is done knowingly; showing more than the usual, and opening it again, by somebody who has shown that it is them.</summary>
    private static async Task<IResult> DecideAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var known = await OwnDoor.OfAsync(own, people, clock.GetUtcNow(), cancel);
        var chosen = fields["label"].ToHashSet();
        var isClosed = fields["door"] == "closed";
        var rule = new EmergencyRule(isClosed, isClosed ? [] : [.. known.Private.Select(label => label.Label).Where(chosen.Contains)]);
        if (isClosed && fields["understood"] != "on")
        {
            return await ShowAsync(http, door, people, clock, null, ("understood", EmergencyText.SayUnderstood), cancel);
        }

        var showsMore = !isClosed && (known.Rule.IsClosed || rule.Labels.Except(known.Rule.Labels).Any());
        if (showsMore && !http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath(Home));
        }

        var consent = Resource.Read(EmergencyConsent.Write(own.Patient, rule, clock.GetUtcNow()));
        var id = known.Decided is { } decided ? LocalId.Parse(decided.Entry.Id.AsSpan(PatientId.TextLength + 1)) : (LocalId?)null;
        var written = await own.PutConsentAsync(id, consent, known.Decided?.Entry.Version, cancel);
        if (written.Status is not (ConsentWriteStatus.Created or ConsentWriteStatus.Updated))
        {
            return new SeeOther(Home + "?done=conflict");
        }

        return new SeeOther(Home + "?done=decided");
    }

    private static async Task<IResult> SetContactAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (fields["end"].ToString() is { Length: > 0 } end)
        {
            var endsMore = false;
            if (PersonId.TryParse(end, out var gone) && (await people.Circle.OfPatientAsync(own.Patient, cancel)).FirstOrDefault(member => member.Person.Id == gone) is { } contact)
            {
                // Who is trusted no more in an emergency is trusted no more for later.
                endsMore = await SetSuccession.EndForAsync(own, people, contact.Person, cancel);
                await people.Circle.SetEmergencyContactAsync(own.Patient, contact.Person, false, contact.Relationship, cancel);
            }

            return new SeeOther(Home + (endsMore ? "?done=contacts-and-later#contacts" : "?done=contacts#contacts"));
        }

        var self = http.GetPerson();
        var typed = BreakGlassForm.Short(fields["name"]);
        var person = PersonId.TryParse(fields["person"].ToString(), out var known) ? await people.Accounts.FindAsync(known, cancel) : null;
        person = person is not null && await people.Circle.FindAsync(own.Patient, person.Id, cancel) is not null ? person
            : typed.Length > 0 ? await people.Accounts.LookUpAsync(self.Id, typed, cancel) : null;
        if (person is null || person.Id == self.Id)
        {
            return await ShowAsync(http, door, people, clock, null, ("name", EmergencyText.NobodyCalled), cancel);
        }

        await people.Circle.SetEmergencyContactAsync(own.Patient, person, true, "contact", cancel);
        return new SeeOther(Home + "?done=contacts#contacts");
    }

    private static async Task<IResult> QuestionAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || !LocalId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        var question = string.Join(' ', BreakGlassForm.Short(fields["question"]).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var asked = await people.Emergencies.QuestionAsync(own.Patient, id, question, cancel);
        return asked is not { } answer ? TypedResults.NotFound()
            : answer.Problem is { } problem ? await ShowAsync(http, door, people, clock, null, ($"question-{id}", Say.Sentence(problem)), cancel)
            : new SeeOther(Home + "?done=asked#openings");
    }
}
