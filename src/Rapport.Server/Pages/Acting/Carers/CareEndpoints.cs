using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Tokens;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>
/// Who looks after a small child, for each of them: they ask somebody to do so too, by name or by a link, and take out whom they let in. Nobody does who did not take it on, and whoever is taken out is told.
/// </summary>
internal static class CareEndpoints
{
    public static void MapCare(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(CarePlaces.Home, ShowAsync);
        pages.MapGet(CarePlaces.New, ShowFormAsync);
        pages.MapPost(CarePlaces.New, AskAsync).RequireRateLimiting(RateLimits.Invite);
        pages.MapGet(CarePlaces.Made, ShowMadeAsync);
        pages.MapGet(CarePlaces.Out, AskOutAsync);
        pages.MapPost(CarePlaces.Out, TakeOutAsync);
        pages.MapPost(CarePlaces.TakeBack, TakeBackAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, string? done, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, people) is not ({ } desk, { } guardian))
        {
            return TypedResults.NotFound();
        }

        var view = await guardian.Care.LookAsync(cancel);
        List<CarerShown> carers = [];
        foreach (var carer in view.Carers)
        {
            carers.Add(new CarerShown(carer, await NameAsync(people, carer.Reference, carer.Name, cancel), desk.Reader.RecipientReferences.Contains(carer.Reference))
            {
                LetInBy = carer.LetInBy is { } by && by != $"Patient/{guardian.Patient}" ? await NameAsync(people, by, null, cancel) : null,
                MayTakeOut = view.MayTakeOut.Contains(carer.Reference),
            });
        }

        List<CareAsked> asked = [];
        foreach (var invitation in (await people.Invitations.ListAsync(desk.Patient.Id, cancel)).Where(static invitation => invitation.Care is not null))
        {
            asked.Add(new CareAsked(invitation, invitation.For is { } alone ? (await people.Accounts.FindAsync(alone, cancel))?.DisplayName : null)
            {
                MayTakeBack = await CareAsked.MayTakeBackAsync(desk, people, invitation, cancel),
            });
        }

        return new RazorComponentResult<CarePage>(new Dictionary<string, object?>
        {
            [nameof(CarePage.Place)] = desk.Place,
            [nameof(CarePage.Child)] = guardian.Patient,
            [nameof(CarePage.Carers)] = carers,
            [nameof(CarePage.Asked)] = asked,
            [nameof(CarePage.MayAsk)] = view.From is not null,
            [nameof(CarePage.Done)] = done,
        });
    }

    private static async Task<IResult> ShowFormAsync(HttpContext http, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, people) is not ({ } desk, { } guardian) || await guardian.Care.LookAsync(cancel) is not { From: not null } view)
        {
            return TypedResults.NotFound();
        }

        // Whoever looks after a child can do much: they are asked for by whoever does already, and not by whoever finds a device open.
        return http.IsFresh() ? await FormAsync(desk, guardian, people, view, new CareForm(), new Dictionary<string, string>(), cancel) : Confirm(guardian);
    }

    private static async Task<IResult> AskAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, MadeToken handing, TimeProvider clock, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, people) is not ({ } desk, { } guardian) || await guardian.Care.LookAsync(cancel) is not { From: { } from } view)
        {
            return TypedResults.NotFound();
        }

        if (!http.IsFreshEnough())
        {
            return Confirm(guardian);
        }

        var form = CareForm.Read(fields);
        var offered = await OfferedAsync(desk, guardian, people, view, cancel);
        if (form.ToOffer(offered, from, guardian.PatientName, TimeZones.DayOf(clock.GetUtcNow()), out var problems) is not { } offer)
        {
            return await FormAsync(desk, guardian, people, view, form, problems, cancel);
        }

        var asked = await CareQuestion.AskAsync(people, desk.Patient, desk.Reader, form, offer, cancel);
        if (asked.Problem is { } problem)
        {
            return await FormAsync(desk, guardian, people, view, form, new Dictionary<string, string> { ["who"] = Say.Sentence(problem) }, cancel);
        }

        if (asked.Secret is not { } secret)
        {
            return new SeeOther(CarePlaces.Of(CarePlaces.Home, guardian.Patient) + "?done=asked");
        }

        var place = CarePlaces.Of(CarePlaces.Made, guardian.Patient);
        handing.HandOver(http, desk.Reader.Id, secret, place);
        return new SeeOther(place);
    }

    /// <summary>The link that was just made: its secret is told this once.</summary>
    private static async Task<IResult> ShowMadeAsync(HttpContext http, RecordDoor door, PeopleModule people, MadeToken handing)
    {
        if (await OpenAsync(http, door, people) is not ({ } desk, { } guardian))
        {
            return TypedResults.NotFound();
        }

        return handing.Take(http, desk.Reader.Id, CarePlaces.Of(CarePlaces.Made, guardian.Patient)) is { } secret
            ? new RazorComponentResult<InvitedPage>(new Dictionary<string, object?> { [nameof(InvitedPage.Place)] = desk.Place, [nameof(InvitedPage.Address)] = CirclePlaces.AddressOf(http, secret), [nameof(InvitedPage.CareOf)] = guardian.Patient })
            : TypedResults.LocalRedirect(CarePlaces.Of(CarePlaces.Home, guardian.Patient));
    }

    private static async Task<IResult> AskOutAsync(HttpContext http, RecordDoor door, PeopleModule people, string? who, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, people) is not (_, { } guardian) || who is null || await LookAsync(guardian, people, who, cancel) is not { } taking)
        {
            return TypedResults.NotFound();
        }

        List<string> below = [];
        foreach (var other in taking.LetIn)
        {
            below.Add(await NameAsync(people, other.Who, null, cancel));
        }

        List<(OwnAgreement Agreement, string By)> own = [];
        foreach (var agreement in taking.Own)
        {
            own.Add((agreement, agreement.By is { } by ? await NameAsync(people, by, null, cancel) : CareText.Somebody));
        }

        return new RazorComponentResult<CareOutPage>(new Dictionary<string, object?>
        {
            [nameof(CareOutPage.Child)] = guardian.Patient,
            [nameof(CareOutPage.ChildName)] = guardian.PatientName,
            [nameof(CareOutPage.Who)] = who,
            [nameof(CareOutPage.Name)] = await NameAsync(people, who, null, cancel),
            [nameof(CareOutPage.LetIn)] = below,
            [nameof(CareOutPage.Own)] = own,
        });
    }

    private static async Task<IResult> TakeOutAsync(HttpContext http, IFormCollection fields, RecordDoor door, Modules modules, CancellationToken cancel)
    {
        var (who, people) = (fields["who"].ToString(), modules.People);
        if (await OpenAsync(http, door, people) is not ({ } desk, { } guardian))
        {
            return TypedResults.NotFound();
        }

        if (await LookAsync(guardian, people, who, cancel) is not { } taking)
        {
            return await OutOrNoneAsync(desk, guardian, people, who, cancel);
        }

        var ending = fields["end"].Where(id => LocalId.TryParse(id, out _)).Select(static id => LocalId.Parse(id)).Where(id => taking.Own.Any(own => own.Id == id)).ToList();
        var choice = new TakeOutChoice(who, await ReferencesAsync(people, who, cancel), fields["below"] == "on", ending);
        var left = await TakenOut.TakeOutAsync(modules, guardian, desk.Patient, desk.Reader, taking, choice);
        if (left.Count == 0)
        {
            return await OutOrNoneAsync(desk, guardian, people, who, cancel);
        }

        // What they had asked others is none any more, and does not come back with them.
        await people.Invitations.LetGoAsync(desk.Patient, CancellationToken.None);
        return new SeeOther(CarePlaces.Of(CarePlaces.Home, guardian.Patient) + (left.Count > 1 ? "?done=all-out" : "?done=out"));
    }

    private static async Task<IResult> TakeBackAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel) =>
        await OpenAsync(http, door, people) is ({ } desk, { } guardian) && await InvitingEndpoints.IsTakenBackAsync(desk, people, fields["id"], cancel)
            ? new SeeOther(CarePlaces.Of(CarePlaces.Home, guardian.Patient) + "?done=back") : TypedResults.NotFound();

    /// <summary>Whoever looks took somebody out just now, and pressed twice since nothing seemed to happen: they are told of it still. To everybody else it looks like none.</summary>
    private static async Task<IResult> OutOrNoneAsync(CircleDesk desk, GuardianAccess guardian, PeopleModule people, string who, CancellationToken cancel)
    {
        var told = await people.Accounts.FindByReferenceAsync(who, cancel) is { } person ? await people.EndedCare.ListAsync(person.Id, cancel) : [];
        return told.Any(ended => ended.Child == guardian.Patient && desk.Reader.RecipientReferences.Contains(ended.By)) && !(await guardian.Care.LookAsync(cancel)).Carers.Any(carer => carer.Reference == who)
            ? new SeeOther(CarePlaces.Of(CarePlaces.Home, guardian.Patient) + "?done=out") : TypedResults.NotFound();
    }

    private static async Task<TakingOut?> LookAsync(GuardianAccess guardian, PeopleModule people, string who, CancellationToken cancel) =>
        await guardian.Care.LookAtTakingOutAsync(who, await ReferencesAsync(people, who, cancel), cancel);

    /// <summary>All by which agreements may name somebody.</summary>
    private static async Task<IReadOnlyList<string>> ReferencesAsync(PeopleModule people, string who, CancellationToken cancel) =>
        (await people.Accounts.FindByReferenceAsync(who, cancel))?.RecipientReferences ?? [who];

    private static async Task<(CircleDesk? Desk, GuardianAccess? Guardian)> OpenAsync(HttpContext http, RecordDoor door, PeopleModule people) =>
        await CircleDesk.OpenAsync(http, door, people) is { } desk ? (desk, desk.Guardian) : (null, null);

    private static SeeOther Confirm(GuardianAccess guardian) => new(Fresh.ConfirmPath(CarePlaces.Of(CarePlaces.New, guardian.Patient)));

    /// <summary>Those around the child who can be asked by name: nobody who looks after it already for as long as it is small.</summary>
    private static async Task<IReadOnlyList<RecipientChoice>> OfferedAsync(CircleDesk desk, GuardianAccess guardian, PeopleModule people, CareView view, CancellationToken cancel) =>
    [
        .. (await new Recipients(people).OfCircleAsync(guardian.Patient, cancel))
            .Where(choice => !choice.References.Any(desk.Reader.RecipientReferences.Contains) && !choice.References.Any(view.MayNotReturn.Contains) && !view.Carers.Any(carer => carer is { IsWhole: true, Until: null } && choice.References.Contains(carer.Reference))),
    ];

    private static async Task<string> NameAsync(PeopleModule people, string reference, string? known, CancellationToken cancel) =>
        (await people.Accounts.FindByReferenceAsync(reference, cancel))?.DisplayName ?? known ?? CareText.Somebody;

    private static async Task<IResult> FormAsync(
        CircleDesk desk, GuardianAccess guardian, PeopleModule people, CareView view, CareForm form, IReadOnlyDictionary<string, string> problems, CancellationToken cancel) =>
        new RazorComponentResult<CareFormPage>(new Dictionary<string, object?>
        {
            [nameof(CareFormPage.Child)] = guardian.Patient,
            [nameof(CareFormPage.ChildName)] = guardian.PatientName,
            [nameof(CareFormPage.Offered)] = await OfferedAsync(desk, guardian, people, view, cancel),
            [nameof(CareFormPage.Latest)] = view.From!.ValidUntil,
            [nameof(CareFormPage.Form)] = form,
            [nameof(CareFormPage.Problems)] = problems,
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
