using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Pages.Emergency;

/// <summary>The emergency door from the side of whose it is, or who looks after the small child whose it is: deciding about it, choosing who is told, asking about an opening, ending it.</summary>
internal static class OwnDoorEndpoints
{
    /// <summary>Where the entries of one kind stand one by one.</summary>
    public const string Items = DoorPlace.OwnHome + "/items";

    public static void MapOwnDoor(this IEndpointRouteBuilder pages)
    {
        foreach (var home in new[] { DoorPlace.OwnHome, DoorPlace.ChildsHome })
        {
            pages.MapGet(home, (HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel) =>
                ShowAsync(http, door, people, clock, done, null, cancel));
            pages.MapPost(home, DecideAsync);
            pages.MapPost(home + "/contact", SetContactAsync);
            pages.MapPost(home + "/question", QuestionAsync);
            pages.MapPost(home + "/close", CloseAsync);
        }

        pages.MapGet(Items, ListAsync);
        pages.MapGet(DoorPlace.ChildsHome + "/items", ListChildsAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? done, (string Field, string Text)? problem, CancellationToken cancel)
    {
        if (await DoorDesk.OpenAsync(http, door) is not { } desk)
        {
            return TypedResults.NotFound();
        }

        var members = await people.Circle.OfPatientAsync(desk.Keeping.Patient, cancel);
        return new RazorComponentResult<OwnDoorPage>(new Dictionary<string, object?>
        {
            [nameof(OwnDoorPage.Door)] = await OwnDoor.OfAsync(desk.Keeping, people, clock.GetUtcNow(), cancel),
            [nameof(OwnDoorPage.Place)] = desk.Place,
            [nameof(OwnDoorPage.Contacts)] = members.Where(member => member.IsEmergencyContact).ToList(),
            [nameof(OwnDoorPage.Others)] = members.Where(member => !member.IsEmergencyContact && member.Person.Id != http.GetPerson().Id).ToList(),
            [nameof(OwnDoorPage.Done)] = done,
            [nameof(OwnDoorPage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    /// <summary>The entries of one kind that whoever opens one's own door would see, or that stay home, one by one with the reason of each.</summary>
    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, string? @in, int? page, CancellationToken cancel) =>
        ItemsPage.Find(@in) is not ((SummarySide.Seen or SummarySide.Home) and var side, var kind) || await DoorDesk.OpenAsync(http, door) is not { Own: not null } desk || await OwnDoor.PreviewAsync(desk.Keeping, cancel) is not { } preview
            ? TypedResults.NotFound()
            : ItemsPage.Of(page, SharingSummary.ListOf(preview, leavesOut: null, side, kind), preview, new()
            {
                [nameof(ItemsPage.Back)] = DoorPlace.OwnHome,
                [nameof(ItemsPage.Action)] = Items,
                [nameof(ItemsPage.Fields)] = Array.Empty<(string, string)>(),
                [nameof(ItemsPage.Recipient)] = OwnDoor.Anyone,
                [nameof(ItemsPage.Side)] = side,
                [nameof(ItemsPage.Kind)] = kind,
            });

    /// <summary>The same of a child's door, for whoever looks after it: what they may see themself. It is a look at the record like any other, and stands in the ledger.</summary>
    private static async Task<IResult> ListChildsAsync(HttpContext http, RecordDoor door, string? @in, int? page, CancellationToken cancel)
    {
        if (ItemsPage.Find(@in) is not ((SummarySide.Seen or SummarySide.Home) and var side, var kind) || await DoorDesk.OpenAsync(http, door) is not { Place.Child: { } child } desk
            || await OwnDoor.PreviewAsync(desk.Keeping, cancel) is not { } preview || await desk.Keeping.SightAsync(cancel) is not { } sight)
        {
            return TypedResults.NotFound();
        }

        return await ChildsItems.ShowAsync(http, door, desk.Keeping.Patient, (preview, sight), (side, kind), page, static reason => WhyOf(reason.Kind), new()
        {
            [nameof(ItemsPage.Back)] = desk.Place.Home,
            [nameof(ItemsPage.Action)] = desk.Place.Home + "/items",
            [nameof(ItemsPage.Fields)] = Array.Empty<(string, string)>(),
            [nameof(ItemsPage.Recipient)] = OwnDoor.Anyone with { Name = Say.Fill(EmergencyText.ChildWhoeverOpens, child) },
            [nameof(ItemsPage.Place)] = desk.Place.Record,
            [nameof(ItemsPage.Child)] = child,
        });
    }

    /// <summary>Why an entry is on its side, as it is told to who looks after a child: the decision speaks to whose record it is.</summary>
    private static string WhyOf(ReasonKind why) => why switch
    {
        ReasonKind.Shared => EmergencyText.ChildShown,
        ReasonKind.Sensitive => EmergencyText.ChildSensitive,
        ReasonKind.Withheld => EmergencyText.ChildWithheld,
        _ => EmergencyText.ChildNotShown,
    };

    /// <summary>Closing it is done knowingly; showing more than the usual, and opening it again, by somebody who has shown that it is them.</summary>
    private static async Task<IResult> DecideAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await DoorDesk.OpenAsync(http, door) is not { } desk)
        {
            return TypedResults.NotFound();
        }

        var known = await OwnDoor.OfAsync(desk.Keeping, people, clock.GetUtcNow(), cancel);
        var chosen = fields["label"].ToHashSet();
        var isClosed = fields["door"] == "closed";

        // Whoever looks after a child may not see all that was chosen: what is not on their page stays as it is.
        var offered = known.Private.Select(static label => label.Label).ToList();
        var unseen = desk.Place.Child is null ? [] : known.Rule.Labels.Except(offered);
        var rule = new EmergencyRule(isClosed, isClosed ? [] : [.. offered.Where(chosen.Contains), .. unseen]);
        if (isClosed && fields["understood"] != "on")
        {
            return await ShowAsync(http, door, people, clock, null, ("understood", EmergencyText.SayUnderstood), cancel);
        }

        var showsMore = !isClosed && (known.Rule.IsClosed || rule.Labels.Except(known.Rule.Labels).Any());
        if (showsMore && !http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath(desk.Place.Home));
        }

        return new SeeOther(desk.Place.Home + (await desk.Keeping.DecideAsync(known.Decided, rule, cancel) ? "?done=decided" : "?done=conflict"));
    }

    private static async Task<IResult> SetContactAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await DoorDesk.OpenAsync(http, door) is not { Keeping.Patient: var patient } desk)
        {
            return TypedResults.NotFound();
        }

        if (fields["end"].ToString() is { Length: > 0 } end)
        {
            var endsMore = false;
            if (PersonId.TryParse(end, out var gone) && (await people.Circle.OfPatientAsync(patient, cancel)).FirstOrDefault(member => member.Person.Id == gone) is { } contact)
            {
                // Who is trusted no more in an emergency is trusted no more for later. A child that has never been in set nothing for later.
                endsMore = desk.Own is { } own && await SetSuccession.EndForAsync(own, people, contact.Person, cancel);
                await people.Circle.SetEmergencyContactAsync(patient, contact.Person, false, contact.Relationship, cancel);
            }

            return new SeeOther(desk.Place.Home + (endsMore ? "?done=contacts-and-later#contacts" : "?done=contacts#contacts"));
        }

        var self = http.GetPerson();
        var typed = BreakGlassForm.Short(fields["name"]);
        var person = PersonId.TryParse(fields["person"].ToString(), out var known) ? await people.Accounts.FindAsync(known, cancel) : null;
        person = person is not null && await people.Circle.FindAsync(patient, person.Id, cancel) is not null ? person
            : typed.Length > 0 ? await people.Accounts.LookUpAsync(self.Id, typed, cancel) : null;
        if (person is null || person.Id == self.Id || person.Record == patient)
        {
            return await ShowAsync(http, door, people, clock, null, ("name", EmergencyText.NobodyCalled), cancel);
        }

        await people.Circle.SetEmergencyContactAsync(patient, person, true, Relation.Trusted, cancel);
        return new SeeOther(desk.Place.Home + "?done=contacts#contacts");
    }

    private static async Task<IResult> QuestionAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await DoorDesk.OpenAsync(http, door) is not { } desk || !LocalId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        var question = string.Join(' ', BreakGlassForm.Short(fields["question"]).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var asked = await people.Emergencies.QuestionAsync(desk.Keeping.Patient, id, question, desk.Own is null ? http.GetPerson().DisplayName : null, cancel);
        return asked is not { } answer ? TypedResults.NotFound()
            : answer.Problem is { } problem ? await ShowAsync(http, door, people, clock, null, ($"question-{id}", Say.Sentence(problem)), cancel)
            : new SeeOther(desk.Place.Home + "?done=asked#openings");
    }

    /// <summary>Ends what somebody opened.</summary>
    private static async Task<IResult> CloseAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel) =>
        await DoorDesk.OpenAsync(http, door) is { } desk && LocalId.TryParse(fields["id"].ToString(), out var opening) && await desk.Keeping.CloseAsync(opening, cancel)
            ? new SeeOther(desk.Place.Home + "?done=closed#openings")
            : TypedResults.NotFound();
}
