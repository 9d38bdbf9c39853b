using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;

namespace Rapport.Server.Talks;

/// <summary>How far somebody else has read in a conversation.</summary>
/// <param name="Reader">Who.</param>
/// <param name="Name">Their name; null where whoever looks is not told it.</param>
/// <param name="Mark">How far.</param>
internal sealed record TalkReader(PersonId Reader, string? Name, ReadMark Mark);

/// <summary>Who else has read a conversation, as somebody in it is told.</summary>
internal static class TalkReaders
{
    /// <summary>How far each of the others has read. Who is no member by themself acts for the patient, or left: they are named to the patient's side, and to whom they wrote; to others they have no name.</summary>
    /// <param name="door">The way into conversations.</param>
    /// <param name="people">Who they are.</param>
    /// <param name="self">Who looks.</param>
    /// <param name="view">The conversation, as they see it.</param>
    /// <param name="wrote">Who wrote something that they see.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<TalkReader>> OthersAsync(TalkDoor door, PeopleModule people, PersonId self, TalkView view, IReadOnlySet<PersonId> wrote, CancellationToken cancel)
    {
        var marks = await door.Desk.MarksAsync(view, cancel);
        var readers = await people.Accounts.FindAllAsync([.. marks.Select(static mark => mark.Reader)], cancel);
        return
        [
            .. from mark in marks
               where mark.Reader != self && readers.ContainsKey(mark.Reader)
               let reader = readers[mark.Reader]
               let isMember = reader.Record == view.Patient || reader.RecipientReferences.Any(reference => view.State.SeatOf(reference) is not null)
               select new TalkReader(mark.Reader, isMember || view.IsPatients || wrote.Contains(mark.Reader) ? reader.DisplayName : null, mark),
        ];
    }
}
