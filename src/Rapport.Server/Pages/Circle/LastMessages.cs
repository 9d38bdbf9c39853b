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
    public static async Task<LastMessages> OfAsync(ConversationDesk desk, Person patient, CancellationToken cancel)
    {
        var messages = new LastMessages();
        foreach (var view in (await desk.ListAsync(Talker.Alone(patient), cancel)).Where(static view => view.IsOwn).Take(MostConversations))
        {
            foreach (var said in (await desk.LinesAsync(view, view.State.Size - MostLines + 1, MostLines, cancel)).Select(static line => line.Line).OfType<SaidLine>())
            {
                // What the patient says is said to everybody in it; what somebody else says, to the patient.
                IEnumerable<string> others = said.By.Person == patient.Id ? view.State.Seats.Select(static seat => seat.Member.Reference) : [said.By.As];
                foreach (var other in others)
                {
                    var before = messages._last.GetValueOrDefault(other);
                    messages._last[other] = said.At > before ? said.At : before;
                }
            }
        }

        return messages;
    }

    /// <summary>With somebody; null for never.</summary>
    public DateTimeOffset? With(RecipientChoice choice) => _last.Where(last => choice.IsNamed(last.Key)).Select(static last => (DateTimeOffset?)last.Value).Max();
}
