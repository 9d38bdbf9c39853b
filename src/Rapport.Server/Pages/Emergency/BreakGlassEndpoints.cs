using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Pages.Record;

namespace Rapport.Server.Pages.Emergency;

/// <summary>The emergency door from the side of who comes through it: a professional for whom an organisation vouches now, who has just shown that it is them, and says why.</summary>
internal static class BreakGlassEndpoints
{
    /// <summary>How long an opened door stays open.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromHours(4);

    /// <summary>Where somebody asks to come through.</summary>
    public const string Door = "/emergency";

    public static void MapBreakGlass(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Door, Show);
        pages.MapPost(Door, OpenAsync);
    }

    /// <summary>Whether somebody may come through emergency doors: an organisation vouches for them now.</summary>
    public static bool MayBreakGlass(Person person) => person.IsProfessional && person.Organisations.Any(static membership => membership.Verified is not null);

    /// <summary>Asked for once, before anything is typed: who has twenty seconds does not type it twice.</summary>
    private static IResult Show(HttpContext http, BreakGlassDrafts drafts, string? draft)
    {
        var form = drafts.Open(http.GetPerson().Id, draft);
        return !MayBreakGlass(http.GetPerson()) ? Page(BreakGlassForm.Empty, [], mayOpen: false)
            : !http.IsFresh() ? new SeeOther(Fresh.ConfirmPath(form is null ? Door : $"{Door}?draft={draft}"))
            : Page(form ?? BreakGlassForm.Empty, []);
    }

    private static async Task<IResult> OpenAsync(HttpContext http, IFormCollection fields, BreakGlassDrafts drafts, PeopleModule people, EmergencyDoor door, GuardianDoor guardians, NoticeWork notices, ILogger<EmergencyDoor> log, CancellationToken cancel)
    {
        var professional = http.GetPerson();
        if (!MayBreakGlass(professional))
        {
            return TypedResults.NotFound();
        }

        var form = BreakGlassForm.Read(fields);
        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Door}?draft={drafts.Seal(professional.Id, form.Fitting())}"));
        }

        if (form.Problems() is { Count: > 0 } problems)
        {
            return Page(form, problems);
        }

        if (await FindPatientAsync(people, professional, form.Who, cancel) is not { Record: { } record } patient)
        {
            return Page(form, new() { ["who"] = EmergencyText.NoDoor });
        }

        var told = await ToldAsync(people, guardians, log, record, professional, cancel);
        var announced = await people.Emergencies.AnnounceAsync(patient, professional, form.Reason, told, cancel);
        if (announced.Value is not { } opening)
        {
            return Page(form, new() { ["why"] = Say.Sentence(announced.Problem!) });
        }

        // From here on nothing is given up halfway: an opening that was announced is opened, or withdrawn.
        var ask = await AskAsync(people, http.GetActor(), http.GetPerson().VerifiedReference, patient, opening);
        var opened = await log.UnlessDamagedAsync(() => door.OpenAsync(ask, CancellationToken.None), null);
        if (opened is not { IsNew: true })
        {
            await people.Emergencies.WithdrawAsync(opening, CancellationToken.None);
        }
        else
        {
            foreach (var person in told.Append(patient.Id))
            {
                notices.LookSoon(person);
            }
        }

        return opened is null ? Page(form, new() { ["who"] = EmergencyText.NoDoor }) : new SeeOther(RecordPlace.SharedBy(record, PurposeOfUse.BreakTheGlass).Summary);
    }

    /// <summary>Who is told beside the patient: their emergency contacts; and in place of a child that has never been in, who acts for it as a parent or guardian.</summary>
    private static async Task<IReadOnlyCollection<PersonId>> ToldAsync(PeopleModule people, GuardianDoor guardians, ILogger log, PatientId record, Person professional, CancellationToken cancel)
    {
        var told = (await people.Circle.OfPatientAsync(record, cancel)).Where(static member => member.IsEmergencyContact).Select(static member => member.Person.Id).ToHashSet();
        foreach (var reference in await log.UnlessDamagedAsync(() => guardians.WhoActsAsync(record, cancel), []))
        {
            if (await people.Accounts.FindByReferenceAsync(reference, cancel) is { } parent)
            {
                told.Add(parent.Id);
            }
        }

        told.Remove(professional.Id);
        return told;
    }

    private static async Task<EmergencyAsk> AskAsync(PeopleModule people, Actor professional, string knownAs, Person patient, EmergencyOpening opening)
    {
        var organisations = new List<(string Reference, string Name)>();
        foreach (var id in opening.Organisations)
        {
            if (await people.Directory.FindOrganisationAsync(id, CancellationToken.None) is { } organisation)
            {
                organisations.Add((organisation.Reference, organisation.Name));
            }
        }

        return new EmergencyAsk(professional, knownAs, patient.Record!.Value, patient.DisplayName, organisations, opening.Reason, opening.Id, OpenFor);
    }

    /// <summary>By the number of their record, or by the sign-in name; anybody but oneself who keeps a record.</summary>
    private static async Task<Person?> FindPatientAsync(PeopleModule people, Person asker, string who, CancellationToken cancel)
    {
        var found = PatientId.TryParse(who, out var patient)
            ? await people.Accounts.FindByReferenceAsync($"Patient/{patient}", cancel)
            : await people.Accounts.LookUpAsync(asker.Id, who, cancel, inEmergency: true);
        return found is { Record: not null } && found.Id != asker.Id ? found : null;
    }

    private static RazorComponentResult<BreakGlassPage> Page(BreakGlassForm form, Dictionary<string, string> problems, bool mayOpen = true) => new(new Dictionary<string, object?>
    {
        [nameof(BreakGlassPage.Form)] = form,
        [nameof(BreakGlassPage.Problems)] = problems,
        [nameof(BreakGlassPage.MayOpen)] = mayOpen,
    })
    { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
