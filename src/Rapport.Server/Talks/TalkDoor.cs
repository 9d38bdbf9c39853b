using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Talks;

/// <summary>The way from a request into conversations: who the caller is there, and to whom they may write. Thread safe.</summary>
/// <remarks>Nobody MUST be named to a caller, or written to, whom they could not also share with: that is one rule, in <see cref="Recipients"/>.</remarks>
internal sealed class TalkDoor(ConversationDesk desk, PeopleModule people, RecordsModule records)
{
    /// <summary>Where conversations are.</summary>
    public ConversationDesk Desk => desk;

    /// <summary>Who the caller is in conversations.</summary>
    /// <exception cref="MissingScopeException">The caller's access token is not made for it.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Talker> OpenAsync(HttpContext http)
    {
        http.Require(TokenScopes.Converse);
        return Talker.OfAsync(http.GetPerson(), http.GetActor(), records, http.RequestAborted);
    }

    /// <summary>Notes that what is new in some conversations has reached a page or a device of the caller. That it cannot be noted keeps nobody from reading.</summary>
    public Task ReachedAsync(Talker talker, IEnumerable<TalkView> views, CancellationToken cancel) => ReachedAsync(talker, [.. views.Select(static view => (view, view.State.Size))], cancel);

    /// <inheritdoc cref="ReachedAsync(Talker, IEnumerable{TalkView}, CancellationToken)"/>
    public async Task ReachedAsync(Talker talker, IReadOnlyList<(TalkView View, long Seq)> upTo, CancellationToken cancel)
    {
        try
        {
            await desk.States.ReachedAsync(talker, upTo, cancel);
        }
        catch (StorageException)
        {
            // Who wrote it is told that it is sent: less than there is, and no more.
        }
    }

    /// <summary>How many conversations have something that somebody has not read, a check-in that waits for them, or that they are told of because it waits for their team, of those they are in themself or as one of a team. Whoever acts for others sees what is new for them in the list: every page asks for this number.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<int> UnreadAsync(Person person, CancellationToken cancel)
    {
        var own = await desk.Unread.OfAsync(Talker.Alone(person), cancel);
        return (await desk.Inbox.ReadAsync(Talker.Themself(person), cancel)).Where(static item => item.IsUnread || item.IsToldOf).Select(static item => item.Conversation).Union(own).Count();
    }

    /// <summary>About whose record somebody talks who says nothing of it: their own, or that of the only patient whom they name. Null for nobody's.</summary>
    public static PatientId? AboutOf(Talker talker, IReadOnlyList<string> with) =>
        talker.Person.Record ?? (with.Where(static reference => reference.StartsWith("Patient/", StringComparison.Ordinal)).ToList() is [var only] && PatientId.TryParse(only.AsSpan("Patient/".Length), out var patient) ? patient : null);

    /// <summary>The members of a conversation that the caller wants to begin; null when they may not write to one of them, one of them blocks the caller, there is none, or nobody would read it: whoever asks cannot tell which.</summary>
    /// <param name="talker">The caller.</param>
    /// <param name="actor">Them, as records know them.</param>
    /// <param name="about">Whose record it is about.</param>
    /// <param name="topic">What kind of matter: whoever acts for the patient chooses whom they talk with within their topics alone.</param>
    /// <param name="with">The references of the others, as <see cref="RecipientChoice.Value"/>.</param>
    /// <param name="isPrivate">Whether the patient is in it by themself alone, without who acts for them: see <see cref="MayBeAloneAsync"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Member>?> MembersAsync(Talker talker, Actor actor, PatientId about, Topic topic, IReadOnlyList<string> with, bool isPrivate, CancellationToken cancel) =>
        await WhomAsync(talker, actor, about, topic, with, isPrivate, cancel) is { } members && (isPrivate || talker.Capacities.Any(capacity => capacity.Reference == $"Patient/{about}" && Topics.IsWithin(topic, capacity.Types)) || (await TopicsReadAsync(about, cancel)).Contains(topic)) ? members : null;

    /// <summary>The kinds of matter of which somebody of a patient's side reads: all, where the patient does; of a child that has never been in, those that whoever acts as its parent or guardian may read.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Topic>> TopicsReadAsync(PatientId about, CancellationToken cancel)
    {
        var all = Enum.GetValues<Topic>();
        if (await people.Accounts.FindByReferenceAsync($"Patient/{about}", cancel) is not { } patient || !await people.Accounts.IsDependentAsync(patient.Id, cancel))
        {
            return all;
        }

        HashSet<Topic> read = [];
        foreach (var reference in await records.Guardians.WhoActsAsync(about, cancel))
        {
            if (await people.Accounts.FindByReferenceAsync(reference, cancel) is { } parent)
            {
                var acting = (await Talker.OfAsync(parent, Patients.ActorOf(parent), records, cancel)).Capacities.Where(capacity => capacity.For == about).ToList();
                read.UnionWith(all.Where(topic => acting.Any(capacity => Topics.IsWithin(topic, capacity.Types))));
            }
        }

        return [.. all.Where(read.Contains)];
    }

    /// <summary>The same, whether anybody would read it or not.</summary>
    /// <inheritdoc cref="MembersAsync"/>
    public async Task<IReadOnlyList<Member>?> WhomAsync(Talker talker, Actor actor, PatientId about, Topic topic, IReadOnlyList<string> with, bool isPrivate, CancellationToken cancel)
    {
        var patient = $"Patient/{about}";
        var isPatients = talker.Capacities.Any(capacity => capacity.Reference == patient && Topics.IsWithin(topic, capacity.Types));
        if (await people.Accounts.FindByReferenceAsync(patient, cancel) is not { } owner || (!isPatients && !await MayWriteToAsync(talker.Person, actor, about, cancel)) || (isPrivate && !await MayBeAloneAsync(talker, owner, isPatients, cancel)))
        {
            return null;
        }

        List<Member> members = [new(isPrivate ? Talker.PrivateReferenceOf(owner) : patient, owner.DisplayName, Relations.Patient)];
        var others = with.Where(reference => reference != patient).Distinct().ToList();
        foreach (var reference in others)
        {
            // Whoever writes to a patient does so for themself, or as their own team: whom else the patient talks with is for the patient to choose.
            if (await FindMemberAsync(talker, about, reference, cancel) is not { } member || (!isPatients && !talker.References.Contains(member.Reference)))
            {
                return null;
            }

            members.Add(member);
        }

        if (!isPatients && members.Count == 1)
        {
            members.Add(await OfAsync(talker.Person, about, cancel));
        }

        return members.Count is >= 2 and <= Conversation.MostMembers && members.DistinctBy(static member => member.Reference).Count() == members.Count
            && !await IsBlockedAsync(talker, owner, isPatients, members, cancel) ? members : null;
    }

    /// <summary>
    /// Whether a conversation may be begun that the patient reads by themself alone: by the patient, and by professionals and teams with a patient who can sign in and is no child whose parents may read everything.
    /// </summary>
    /// <param name="talker">The caller, who may write to the patient.</param>
    /// <param name="patient">The patient.</param>
    /// <param name="isPatients">Whether they begin it as the patient, or for them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> MayBeAloneAsync(Talker talker, Person patient, bool isPatients, CancellationToken cancel) =>
        patient.Id == talker.Person.Id
        || (!isPatients && (talker.Person.IsProfessional || talker.References.Any(CareTeamId.IsReference))
            && (await people.Passwords.HasAsync(patient.Id, cancel) || (await people.Passkeys.ListAsync(patient.Id, cancel)).Count > 0)
            && await records.Acting.UpbringingAsync(patient.Record!.Value, cancel) is { IsOldEnough: true });

    /// <summary>Whether what the caller begins about a record is theirs alone where they do not say otherwise: a teenager's, whose parents act for them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> IsUsuallyAloneAsync(Talker talker, PatientId about, CancellationToken cancel) =>
        talker.Person.Record == about && await records.Acting.UpbringingAsync(about, cancel) is { IsTeenager: true };

    /// <summary>Whether the parents of whoever reads a conversation as its patient read it at this moment, by asking as them; null where the patient is no teenager for whom parents act, and for everybody else.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ParentsReading?> ParentsReadingAsync(TalkView view, CancellationToken cancel)
    {
        if (!view.IsOwn || await records.Acting.UpbringingAsync(view.Patient, cancel) is not { IsTeenager: true } upbringing)
        {
            return null;
        }

        var how = upbringing.KeepsFromParents(view.State.Kinds) && !view.IsPrivate ? ParentsReading.Way.NotAnyMore : ParentsReading.Way.Not;
        foreach (var reference in upbringing.Parents)
        {
            if (await people.Accounts.FindByReferenceAsync(reference, cancel) is { } parent && await desk.FindAsync(await Talker.OfAsync(parent, Patients.ActorOf(parent), records, cancel), view.Id, cancel) is { } theirs)
            {
                how = theirs.Capacity.IsActing && how != ParentsReading.Way.Themself ? ParentsReading.Way.Acting : ParentsReading.Way.Themself;
            }
        }

        return new ParentsReading(how, upbringing.Policy);
    }

    /// <summary>Whom the caller may take into a conversation that goes on already; null for nobody they know, and for who blocks them or the patient: whoever asks cannot tell which.</summary>
    /// <param name="talker">The caller, on the patient's side.</param>
    /// <param name="about">Whose record it is about.</param>
    /// <param name="reference">Whom: as <see cref="RecipientChoice.Value"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Member?> MemberToAddAsync(Talker talker, PatientId about, string reference, CancellationToken cancel) =>
        await FindMemberAsync(talker, about, reference, cancel) is { } member && await people.Accounts.FindByReferenceAsync($"Patient/{about}", cancel) is { } owner
        && !await IsBlockedAsync(talker, owner, isPatients: true, [member], cancel) ? member : null;

    /// <summary>Whether one of these wants to hear nothing from who writes to them: the caller and, for whom they act, the patient too.</summary>
    private async Task<bool> IsBlockedAsync(Talker talker, Person owner, bool isPatients, IReadOnlyList<Member> members, CancellationToken cancel)
    {
        List<PersonId> others = [owner.Id];
        foreach (var member in members)
        {
            if (await people.Accounts.FindByReferenceAsync(member.Reference, cancel) is { } person)
            {
                others.Add(person.Id);
            }
        }

        return (await people.Blocks.WhoBlockAsync(others, talker.Person.Id, cancel)).Count > 0
            || (isPatients && owner.Id != talker.Person.Id && (await people.Blocks.WhoBlockAsync(others, owner.Id, cancel)).Count > 0);
    }

    private async Task<Member?> FindMemberAsync(Talker talker, PatientId about, string reference, CancellationToken cancel)
    {
        if (talker.References.Contains(reference) && !CareTeamId.IsReference(reference))
        {
            return await OfAsync(talker.Person, about, cancel);
        }

        return await new Recipients(people).ResolveAsync(reference, talker.Person.Id, cancel) switch
        {
            { Kind: RecipientKind.Team } team => new Member(team.Reference, team.Name, team.Organisation!),
            { Kind: RecipientKind.Person } choice when await people.Accounts.FindByReferenceAsync(choice.Reference, cancel) is { } person && person.Record != about => await OfAsync(person, about, cancel),
            _ => null,
        };
    }

    /// <summary>Whether somebody may write to a patient: who is of their circle, or with whom they share something.</summary>
    private async Task<bool> MayWriteToAsync(Person person, Actor actor, PatientId patient, CancellationToken cancel) =>
        await people.Circle.FindAsync(patient, person.Id, cancel) is not null || await records.Compartments.FindSharedAsync(actor, patient, cancel) is not null;

    private async Task<Member> OfAsync(Person person, PatientId about, CancellationToken cancel)
    {
        var known = await people.Circle.FindAsync(about, person.Id, cancel);
        return new Member(Talker.ReferenceOf(person, about), person.DisplayName, person.IsProfessional ? person.Role ?? known?.Relationship ?? Relations.Professional : known?.Relationship ?? Relations.Somebody);
    }
}
