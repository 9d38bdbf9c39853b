using Rapport.Data;
using Rapport.People;

namespace Rapport.Conversations;

/// <summary>Who somebody is when they write: told by each line for itself, as it was then. Thread safe.</summary>
internal sealed class Speakers(ConversationStore store, PeopleModule people)
{
    /// <summary>Somebody who writes in a conversation.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<Speaker> OfAsync(Talker talker, TalkView view, CancellationToken cancel) =>
        OfAsync(talker, view.Capacity, view.Patient, view.State.SeatOf(view.Capacity.Reference)?.Member, cancel);

    /// <summary>Somebody who writes about a patient as one of the members that they may be.</summary>
    /// <param name="talker">Who.</param>
    /// <param name="capacity">As whom.</param>
    /// <param name="about">The patient.</param>
    /// <param name="member">The member as the conversation knows it; null where it does not any more.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<Speaker> OfAsync(Talker talker, Capacity capacity, PatientId about, Member? member, CancellationToken cancel)
    {
        var person = talker.Person;
        var relation = person.Record == about ? Relations.Patient : (await people.Circle.FindAsync(about, person.Id, cancel))?.Relationship ?? OtherRelation(person, capacity, member);
        return new Speaker(person.Id, capacity.Reference, person.DisplayName, relation, person.IsProfessional ? person.Role : null, capacity.IsActing);
    }

    /// <summary>What somebody is to a patient in whose circle they are not.</summary>
    private static string OtherRelation(Person person, Capacity capacity, Member? member) =>
        capacity is { IsActing: true, IsParental: true } ? Relations.Parent
        : person.IsProfessional || member?.IsTeam == true ? Relations.Professional
        : capacity.IsActing ? Relations.Somebody : member?.Relation ?? Relations.Somebody;

    /// <summary>Adds a line that a member makes of how it stands at that moment; false where it cannot follow, or they are not in it any more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<bool> AddAsync(Talker talker, TalkView view, Func<Speaker, Conversation, ConversationLine> make, CancellationToken cancel)
    {
        var by = await OfAsync(talker, view, cancel);
        return await store.AddAsync(
            view.Stored,
            null,
            state => state.SeatOf(view.Capacity.Reference) is null ? null : make(by, state) is var line && state.CanFollow(line) ? line : null,
            cancel) is not null;
    }
}
