using Rapport.Conversations;
using Rapport.People;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle;

/// <summary>When a patient and each who is around them last wrote to each other, in what the patient sees of their own conversations.</summary>
internal sealed class LastMessages
{
    private const int MostConversations = 200, MostLines = 100;

    private readonly Dictionary<string, DateTimeOffset> _last = [];

    /// <summary>Of the newest conversations, each by its newest lines: what is further back is told of nobody.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<LastMessages> OfAsync(ConversationDesk desk, Person patient, CancellationToken cancel) => OfAsync(desk, Talker.Alone(patient), patient, cancel);

    /// <summary>The same in what somebody sees of conversations in which they are the patient, or speak for them.</summary>
    /// <param name="desk">Where conversations are.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="patient">Whose conversations.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<LastMessages> OfAsync(ConversationDesk desk, Talker reader, Person patient, CancellationToken cancel)
    {
        var messages = new LastMessages();
        foreach (var view in (await desk.ListAsync(reader, cancel)).Where(view => view.Patient == patient.Record && view.IsPatients).Take(MostConversations))
        {
            var lines = await desk.LinesAsync(view, view.State.Size - MostLines + 1, MostLines, cancel);
            messages.Note(view, patient, lines.Select(static line => line.Line));
        }

        return messages;
    }

    /// <summary>Goes back from who is there now, so that each message counts for who was there when it was said.</summary>
    private void Note(TalkView view, Person patient, IEnumerable<ConversationLine> lines)
    {
        var there = view.State.Seats.Select(static seat => seat.Member.Reference).ToHashSet();
        foreach (var line in lines.Reverse())
        {
            switch (line)
            {
                case JoinedLine joined:
                    there.Remove(joined.Member.Reference);
                    break;
                case LeftLine left:
                    there.Add(left.Reference);
                    break;
                case SaidLine said:
                    // What is said by the patient, or for them, is said to everybody who is there; what somebody else says, to the patient: by themself, and as their team.
                    var isPatients = said.By.Person == patient.Id || said.By.As == $"Patient/{view.Patient}";
                    foreach (var other in isPatients ? there : [said.By.As, $"Practitioner/{said.By.Person}", $"RelatedPerson/{said.By.Person}"])
                    {
                        _last[other] = said.At > _last.GetValueOrDefault(other) ? said.At : _last[other];
                    }

                    break;
            }
        }
    }

    /// <summary>With somebody; null for never.</summary>
    public DateTimeOffset? With(RecipientChoice choice) => _last.Where(last => choice.IsNamed(last.Key)).Select(static last => (DateTimeOffset?)last.Value).Max();
}
