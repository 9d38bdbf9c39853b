using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;

namespace Rapport.Server.Pages.Requests.Childs;

/// <summary>What others ask of a small child, before whoever looks after it.</summary>
/// <param name="Reader">Who looks after it.</param>
/// <param name="Child">The child.</param>
/// <param name="Guardian">The child's record.</param>
internal sealed record ChildsRequestDesk(Person Reader, Person Child, GuardianAccess Guardian)
{
    /// <summary>Where its pages are.</summary>
    public AskedPlace Place { get; } = AskedPlace.Of(Guardian);

    /// <summary>That of the page that is asked for; null for whoever does not look after the child, as where there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<ChildsRequestDesk?> OpenAsync(HttpContext http, RecordDoor door, PeopleModule people) =>
        PatientId.TryParse(http.Request.RouteValues["patient"]?.ToString(), out var patient) && await door.OpenGuardianAsync(http, patient, TokenScopes.Share) is { } guardian
        && await people.Accounts.FindByReferenceAsync($"Patient/{patient}", http.RequestAborted) is { } child ? new ChildsRequestDesk(http.GetPerson(), child, guardian) : null;

    /// <summary>What waits for an answer, newest first, but for what whoever looks asks themself: nobody answers themself.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ReceivedRequest>> WaitingAsync(PeopleModule people, CancellationToken cancel) =>
        [.. (await RequestAnswers.WaitingAsync(() => Guardian.ConsentsAsync(cancel), people, Child, cancel)).Where(request => request.Asker.Id != Reader.Id)];

    /// <summary>One that waits; null where there is none of this id, or none any more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ReceivedRequest?> FindAsync(PeopleModule people, RequestId id, CancellationToken cancel) => (await WaitingAsync(people, cancel)).FirstOrDefault(request => request.Id == id);

    /// <summary>What waits, ready to be shown.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<AskedView>> AskedAsync(PeopleModule people, DateTimeOffset now, CancellationToken cancel) =>
        await AskedView.AllAsync(await WaitingAsync(people, cancel), people, Guardian.Patient, (Reader.Id, CirclePlace.Of(Guardian)), now, cancel);

    /// <summary>
    /// Notes that whoever looks agreed. Where somebody else said no while they did, that was the answer, and what was agreed ends: who answers first takes away the row of the request, and of two one alone does.
    /// </summary>
    /// <param name="modules">The server's modules.</param>
    /// <param name="request">What they agreed to.</param>
    /// <returns>False where it was refused.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> GrantAsync(Modules modules, ReceivedRequest request)
    {
        if (await modules.People.Requests.GrantAsync(Child, request, CancellationToken.None))
        {
            return true;
        }

        foreach (var agreed in (await Guardian.ConsentsAsync(CancellationToken.None)).Where(known => known.Consent is { Counts: true, PassedOn: not null } && known.Consent.AnswersRequest == request.Id.ToString()))
        {
            await modules.Records.PassingOn.TakeBackAsync(Guardian.Patient, Guardian.Actor, LocalId.Parse(agreed.Entry.Id.AsSpan(PatientId.TextLength + 1)), CancellationToken.None);
        }

        return false;
    }

    /// <summary>Back to the page, with what was just done.</summary>
    public SeeOther Done(string what) => new($"{Place.Home}?done={what}");

    /// <summary>What a request that does not wait any more came to, for whoever comes too late, or comes twice.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<SeeOther> GoneAsync(PeopleModule people, RequestId id, CancellationToken cancel) =>
        (await AnsweredFor.AllAsync(this, people, cancel)).FirstOrDefault(answered => answered.Id == id) is not { } answer ? Done("gone")
            : !answer.IsReader ? Done("answered")
            : Done(answer.Until is null ? "refused" : "granted");
}
