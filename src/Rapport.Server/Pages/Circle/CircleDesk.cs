using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle;

/// <summary>The circle whose pages somebody has before them: their own, or that of a small child whom they look after.</summary>
/// <param name="Reader">Who looks.</param>
/// <param name="Patient">Whose circle it is.</param>
/// <param name="Place">Where its pages are, and how they speak of it.</param>
/// <param name="Own">The record, where it is their own; null for a child's, and for who keeps none.</param>
/// <param name="Guardian">The child's record; null where the circle is their own.</param>
internal sealed record CircleDesk(Person Reader, Person Patient, CirclePlace Place, OwnAccess? Own, GuardianAccess? Guardian)
{
    /// <summary>Whose record it is; null for who keeps none.</summary>
    public PatientId? Record => Own?.Patient ?? Guardian?.Patient;

    /// <summary>What is attached in conversations about it; null for who keeps none.</summary>
    public AttachedKeeping? Attached => Own?.Attached ?? Guardian?.Attached;

    /// <summary>Who does something for the child; null where the circle is their own.</summary>
    public PersonId? Acting => Guardian is null ? null : Reader.Id;

    /// <summary>That of the page that is asked for; null where whoever asks has to do with no such circle.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<CircleDesk?> OpenAsync(HttpContext http, RecordDoor door, PeopleModule people)
    {
        var reader = http.GetPerson();
        if (!http.Request.RouteValues.TryGetValue("patient", out var named))
        {
            return new CircleDesk(reader, reader, CirclePlace.Own, await door.OpenOwnAsync(http, TokenScopes.Share), null);
        }

        return PatientId.TryParse(named?.ToString(), out var patient) && await door.OpenGuardianAsync(http, patient, TokenScopes.Share) is { } guardian
            && await people.Accounts.FindByReferenceAsync($"Patient/{patient}", http.RequestAborted) is { } child
            ? new CircleDesk(reader, child, CirclePlace.Of(guardian), null, guardian) : null;
    }

    /// <summary>
    /// Whom a name means: somebody whom the patient knows, or whoever looks after them, and neither of both. Of whoever acts for the child as a parent nobody parts for the child: that is between them, or for the child when it is older.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Person?> FindAsync(PeopleModule people, string? named, CancellationToken cancel)
    {
        var recipients = new Recipients(people);
        var known = await recipients.ResolveAsync(named, Reader.Id, cancel) ?? (Guardian is null ? null : await recipients.ResolveAsync(named, Patient.Id, cancel));
        return known is { Kind: RecipientKind.Person } && await people.Accounts.FindByReferenceAsync(known.Reference, cancel) is { } person && await MayPartFromAsync(person, cancel) ? person : null;
    }

    /// <summary>Somebody of the circle, whom one may part from; null for nobody.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<CircleMember?> FindMemberAsync(PeopleModule people, string? reference, CancellationToken cancel) =>
        Record is { } record && (await people.Circle.OfPatientAsync(record, cancel)).FirstOrDefault(member => member.Person.Reference == reference) is { } member && await MayPartFromAsync(member.Person, cancel) ? member : null;

    /// <summary>How consents name whoever acts for the child as a parent; none where the circle is one's own.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> ParentsAsync(CancellationToken cancel) => Guardian is null ? [] : await Guardian.ParentsAsync(cancel);

    private async Task<bool> MayPartFromAsync(Person person, CancellationToken cancel) =>
        Guardian is null || (person.Id != Patient.Id && person.Id != Reader.Id && !(await ParentsAsync(cancel)).Any(person.RecipientReferences.Contains));
}
