using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>What somebody who begins a conversation can choose among.</summary>
/// <param name="About">Whose record it is about.</param>
/// <param name="PatientName">Their name; null where it is one's own record.</param>
/// <param name="IsPatients">Whether they begin it as the patient, or for them; else they write to the patient.</param>
public sealed record NewTalkForm(PatientId About, string? PatientName, bool IsPatients)
{
    /// <summary>With whom: who is near, and who was chosen.</summary>
    public IReadOnlyList<RecipientChoice> Near { get; init; } = [];

    /// <summary>Who else was found; null when nobody was looked for.</summary>
    public IReadOnlyList<RecipientChoice>? Found { get; init; }

    /// <summary>As which of their teams they may write to the patient.</summary>
    public IReadOnlyList<RecipientChoice> Teams { get; init; } = [];

    /// <summary>The kinds of matter that they may begin one about.</summary>
    public IReadOnlyList<Topic> Topics { get; init; } = TalkWords.Topics;

    /// <summary>Whether somebody acts for them whom they may keep out.</summary>
    public bool HasDelegates { get; init; }

    /// <summary>Whether what they begin is theirs alone where they do not choose otherwise.</summary>
    public bool IsUsuallyAlone { get; init; }

    /// <summary>Whether they may begin one that the patient reads by themself alone, where it is not their own record.</summary>
    public bool MayBeAlone { get; init; }

    /// <summary>Whether they write to a child that has never been in: whoever acts for it reads it, and where nobody does, nobody.</summary>
    public bool IsOfSmallChild { get; init; }

    /// <summary>What a draft leads to; null where the caller may write to nobody about that record, or there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static async Task<NewTalkForm?> OfAsync(HttpContext http, TalkDoor door, RecordDoor records, PeopleModule people, TimeProvider clock, Talker talker, NewTalkDraft draft, CancellationToken cancel)
    {
        if ((draft.Patient ?? talker.Person.Record) is not { } about || (draft.About is not null && draft.Patient is null))
        {
            return null;
        }

        var recipients = new Recipients(people);
        if (talker.Capacities.FirstOrDefault(capacity => capacity.Reference == $"Patient/{about}") is not { } patient)
        {
            if (await door.WhomAsync(talker, http.GetActor(), about, Topic.General, [], false, cancel) is not [var member, ..] || await people.Accounts.FindByReferenceAsync(member.Reference, cancel) is not { } owner)
            {
                return null;
            }

            var read = await door.TopicsReadAsync(about, cancel);
            return new NewTalkForm(about, member.Name, false)
            {
                Teams = await TeamsAsync(people, talker, cancel),
                Topics = [.. TalkWords.Topics.Where(read.Contains)],
                MayBeAlone = await door.MayBeAloneAsync(talker, owner, isPatients: false, cancel),
                IsOfSmallChild = await people.Accounts.IsDependentAsync(owner.Id, cancel),
            };
        }

        await TalkRequest.NameBothAsync(http, patient.IsActing ? about : null);
        List<RecipientChoice> near = [];
        var own = patient.IsActing ? null : await records.OpenOwnAsync(http, TokenScopes.Share);
        if (own is not null)
        {
            var agreements = await Agreement.AllAsync(own, recipients, talker.Person.Id, clock.GetUtcNow(), cancel);
            near.AddRange((await CirclePerson.AllAsync(people, about, talker.Person.Id, agreements, LedgerLooks.None, new LastMessages(), clock.GetUtcNow(), cancel)).Select(static known => known.Choice).Where(MayTalk));
        }

        foreach (var value in draft.With.Where(value => near.All(known => known.Reference != Introductions.ReferenceIn(value))))
        {
            if (await recipients.ResolveAsync(value, talker.Person.Id, cancel) is { } chosen && MayTalk(chosen))
            {
                near.Add(chosen);
            }
        }

        var name = patient.IsActing ? (await people.Accounts.FindByReferenceAsync(patient.Reference, cancel))?.DisplayName : null;
        return new NewTalkForm(about, name, true)
        {
            Near = near,
            Found = draft.Find is null ? null : [.. (await recipients.FindAsync(draft.Find, talker.Person.Id, cancel)).Where(choice => MayTalk(choice) && near.All(known => known.Reference != choice.Reference))],
            Topics = [.. TalkWords.Topics.Where(topic => Rapport.Conversations.Topics.IsWithin(topic, patient.Types))],
            IsUsuallyAlone = await door.IsUsuallyAloneAsync(talker, about, cancel),
            HasDelegates = own is not null && (await own.ConsentsAsync(cancel)).Any(static consent => consent.Consent is { Status: "active", Delegation: not null }),
        };
    }

    /// <summary>Whether somebody can be in a conversation: a person or a team, and no whole organisation.</summary>
    public static bool MayTalk(RecipientChoice choice) => choice.Kind == RecipientKind.Team
        || (choice.Kind == RecipientKind.Person && (string[])["Practitioner/", "RelatedPerson/", "Patient/"] is var kinds && Array.Exists(kinds, kind => choice.Reference.StartsWith(kind, StringComparison.Ordinal)));

    private static async Task<IReadOnlyList<RecipientChoice>> TeamsAsync(PeopleModule people, Talker talker, CancellationToken cancel)
    {
        List<RecipientChoice> teams = [];
        foreach (var reference in talker.References.Where(CareTeamId.IsReference))
        {
            if (await new Recipients(people).ResolveAsync(reference, talker.Person.Id, cancel) is { } team)
            {
                teams.Add(team);
            }
        }

        return teams;
    }
}
