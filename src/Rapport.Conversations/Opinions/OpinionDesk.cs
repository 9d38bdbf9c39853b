using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>What became of asking.</summary>
public enum OpinionAsked
{
    /// <summary>All are invited.</summary>
    Asked,

    /// <summary>Nobody more is: with them it would be more than <see cref="OpinionDoor.MostInvited"/>.</summary>
    TooManyInvited,

    /// <summary>Nobody is: the agreements of the record say as much together as may be.</summary>
    TooMuchAgreed,
}

/// <summary>
/// Second opinions: a patient asks one or several verified professionals, each by an agreement of their own that ends on a day, or with the answer. None of them can tell whether others were asked.
/// Thread safe.
/// </summary>
public sealed class OpinionDesk(PeopleModule people, OpinionDoor door, TimeProvider clock)
{
    /// <summary>The purpose of use for which they look.</summary>
    public const string Purpose = PurposeOfUse.Treatment;

    /// <summary>The agreement that invites a professional. It names them as who is verified: whose verification ends sees nothing from then on.</summary>
    public static Resource InvitationOf(OpinionQuestion question, PatientId patient, string verifiedReference, string name, DateTimeOffset at)
    {
        var provision = ConsentJson.Permit();
        ConsentJson.Between(provision, null, question.Until);
        ConsentJson.Name(provision, verifiedReference, name, Purpose);
        ConsentJson.OfEntries(provision, question.Sent.Append($"ServiceRequest/{patient}.{question.Id}").Distinct());
        return ConsentJson.Checked(ConsentJson.Of($"Patient/{patient}", FhirTime.Instant(at), provision, ConsentJson.Extension(PatientConsent.AsksOpinion, "valueString", question.Id.ToString())));
    }

    /// <summary>Asks: writes the question and the invitations into the record, all of it or nothing. Asking the same question again invites only whom it did not reach before.</summary>
    /// <param name="own">The patient's access to their record.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="title">What such a question is called, in the patient's language.</param>
    /// <param name="invited">Who is asked: each verified, at most <see cref="OpinionDoor.MostInvited"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ArgumentException">Somebody is not verified, or there are too many of something.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordFullException">There is no room for all of it: nobody was asked.</exception>
    public async Task<OpinionAsked> AskAsync(OwnAccess own, OpinionQuestion question, string title, IReadOnlyList<Person> invited, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (invited.Count is 0 or > OpinionDoor.MostInvited || invited.Any(person => !person.IsVerified || person.Id == own.Actor.Person) || question.Sent.Count is 0 or > OpinionQuestion.MostSent
            || question.Text.Length is < OpinionQuestion.LeastText or > OpinionQuestion.MostText || question.Until <= now || question.Until > now.AddDays(OpinionQuestion.MostDays + 1))
        {
            throw new ArgumentException("a question is put to a few verified professionals, for a few weeks, with a few entries", nameof(question));
        }

        var invitations = invited.Select(person => InvitationOf(question, own.Patient, person.VerifiedReference, person.DisplayName, now)).ToList();
        return await own.AskOpinionAsync(question.Id, Opinion.Parse(question.ToResource(own.Patient, title, now)), invitations, cancel) switch
        {
            ConsentWriteStatus.Created or ConsentWriteStatus.InvitedBefore => OpinionAsked.Asked,
            ConsentWriteStatus.TooManyInvited => OpinionAsked.TooManyInvited,
            _ => OpinionAsked.TooMuchAgreed,
        };
    }

    /// <summary>The patient's questions with their answers, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<OpinionCase>> ListAsync(OwnAccess own, CancellationToken cancel)
    {
        List<OpinionCase> cases = [];
        foreach (var asked in (await own.ConsentsAsync(static consent => consent.OpinionOn is not null, cancel)).GroupBy(static consent => consent.Consent.OpinionOn!))
        {
            if (LocalId.TryParse(asked.Key, out var id) && await AsWrittenAsync(own, "ServiceRequest", id, cancel) is var (resource, _) && OpinionQuestion.Read(id, resource) is { } question)
            {
                List<Invitation> invitations = [];
                foreach (var consent in asked.OrderBy(static consent => consent.Consent.DateTime, StringComparer.Ordinal).ThenBy(static consent => consent.Entry.Id, StringComparer.Ordinal))
                {
                    invitations.Add(await InvitationAsync(own, consent, cancel));
                }

                cases.Add(new OpinionCase(question, invitations));
            }
        }

        return [.. cases.OrderByDescending(static known => known.Invitations[0].Consent.Consent.DateTime, StringComparer.Ordinal)];
    }

    /// <summary>One of them; null when there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OpinionCase?> FindAsync(OwnAccess own, LocalId id, CancellationToken cancel) => (await ListAsync(own, cancel)).FirstOrDefault(known => known.Question.Id == id);

    /// <summary>
    /// Withdraws an invitation that waits, and ends what was agreed to for it in answer to requests; false when there is none. When the task completes, they see nothing under either.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> WithdrawAsync(OwnAccess own, LocalId invitation, CancellationToken cancel)
    {
        // Whatever is written stands on what was read: what was answered meanwhile is not overwritten.
        while (true)
        {
            var consents = await own.ConsentsAsync(cancel);
            if (consents.FirstOrDefault(consent => consent.Entry.Id == $"{own.Patient}.{invitation}") is not { Consent: { OpinionOn: { } question, Status: "active" } } found)
            {
                return false;
            }

            var person = found.Consent.Recipients is [var reference] ? await FindAsync(reference, cancel) : null;
            var requests = person is null ? [] : await RequestsAsync(person.Id, question, cancel);
            if (await EndAsync(own, [.. consents.Where(consent => consent.Consent is { Counts: true, AnswersRequest: { } request } && requests.Contains(request)), found], cancel))
            {
                return true;
            }
        }
    }

    /// <summary>Ends agreements one after the other; false as soon as one of them is not any more what was read.</summary>
    private static async Task<bool> EndAsync(OwnAccess own, IEnumerable<StoredConsent> consents, CancellationToken cancel)
    {
        foreach (var consent in consents)
        {
            var written = await own.PutConsentAsync(LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1)), ConsentJson.Ended(consent.Resource), consent.Entry.Version, cancel);
            if (written.Status != ConsentWriteStatus.Updated)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives an opinion, or declines: see <see cref="OpinionDoor.GiveAsync"/>.</summary>
    /// <param name="professional">Who gives it.</param>
    /// <param name="actor">Them, as records know them.</param>
    /// <param name="patient">Whose record.</param>
    /// <param name="invitation">The agreement that invites them.</param>
    /// <param name="question">On what.</param>
    /// <param name="opinion">The opinion; null to decline.</param>
    /// <param name="title">What an opinion is called, in their language.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public async Task<OpinionGiven> GiveAsync(
        Person professional, Actor actor, PatientId patient, LocalId invitation, OpinionQuestion question, Opinion? opinion, string title, CancellationToken cancel) =>
        await door.GiveAsync(
            actor, patient, invitation, opinion?.ToResource(patient, question, title, (professional.Reference, professional.DisplayName), clock.GetUtcNow()),
            await RequestsAsync(professional.Id, question.Id.ToString(), cancel), cancel);

    /// <summary>The requests by which somebody asked for more on a question.</summary>
    private async Task<HashSet<string>> RequestsAsync(PersonId asker, string question, CancellationToken cancel) =>
        [.. (await people.Requests.ListSentAsync(asker, cancel)).Where(request => request.Terms.OpinionOn == question).Select(static request => request.Id.ToString())];

    /// <summary>Whom an invitation names, also when they are not verified any more.</summary>
    private Task<Person?> FindAsync(string reference, CancellationToken cancel) =>
        PersonId.TryParse(reference.AsSpan(reference.IndexOf('/', StringComparison.Ordinal) + 1), out var id) ? people.Accounts.FindAsync(id, cancel).AsTask() : Task.FromResult<Person?>(null);

    private async Task<Invitation> InvitationAsync(OwnAccess own, StoredConsent stored, CancellationToken cancel)
    {
        var consent = stored.Consent;
        var (reference, name) = ActorOf(stored.Resource);
        Opinion? opinion = null;
        string? entry = null;
        if (consent.OpinionGiven is { } given && LocalId.TryParse(given, out var local) && await AsWrittenAsync(own, "ClinicalImpression", local, cancel) is var (resource, at))
        {
            (opinion, entry) = (Opinion.Read(resource), at);
        }

        var state = consent.OpinionGiven is OpinionDoor.Declined ? InvitationState.Declined
            : consent.OpinionGiven is not null ? InvitationState.Answered
            : consent.Status != "active" ? InvitationState.Withdrawn
            : consent.ValidUntil <= clock.GetUtcNow() ? InvitationState.Over
            : InvitationState.Waiting;
        return new Invitation(stored, reference, name, state, stored.Entry.LastUpdated, opinion, entry);
    }

    /// <summary>
    /// A question or an opinion as it was first written, while it is in the record. Whoever may correct the record can bring newer versions of either; they stand in the record as theirs, and change neither what
    /// was asked nor what a professional answered.
    /// </summary>
    private static async Task<(Resource Resource, string Reference)?> AsWrittenAsync(OwnAccess own, string type, LocalId id, CancellationToken cancel) =>
        await own.QueryAsync(new RecordQuery.ById(type, id), cancel) is { Count: 1 } && await own.QueryAsync(new RecordQuery.ById(type, id, OpinionQuestion.AsWritten), cancel) is { Count: 1 } first
            ? (first.ReadResource(0), first.Entries[0].Reference) : null;

    private static (string Reference, string Name) ActorOf(Resource consent)
    {
        var actor = consent.Root.TryGetChild("provision", out var provision) ? provision.All("actor").FirstOrDefault() : default;
        return actor != default && actor.TryGetChild("reference", out var reference) && reference.Text("reference") is { } named ? (named, reference.Text("display") ?? named) : ("", "");
    }
}
