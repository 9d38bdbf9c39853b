using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>In place of what somebody said whom the reader blocks: that there is something, and by whom. It is what a reader is shown, and is never stored.</summary>
public sealed record WithheldLine(DateTimeOffset At, Speaker By) : ConversationLine(At, By);

/// <summary>
/// What of a conversation does not reach a reader, since they block who said it: the words, from the block on. That there are some they are told, lest they wait for an answer that is there; who is blocked is told nothing.
/// Who reads as one of a team is told what is said to the team. Immutable.
/// </summary>
/// <param name="since">Whom the reader blocks, and since when.</param>
internal sealed class Withheld(IReadOnlyDictionary<PersonId, DateTimeOffset> since)
{
    /// <summary>Nothing.</summary>
    internal static Withheld Nothing { get; } = new(new Dictionary<PersonId, DateTimeOffset>());

    /// <summary>Whether what somebody said at a moment is.</summary>
    internal bool Is(PersonId by, DateTimeOffset at) => since.TryGetValue(by, out var blocked) && at >= blocked;

    /// <summary>A line as the reader sees it.</summary>
    internal ConversationLine Seen(ConversationLine line) => !Is(line.By.Person, line.At) ? line : line switch
    {
        SaidLine or CorrectedLine or CheckInAskedLine or CheckInEndedLine => new WithheldLine(line.At, line.By),
        ClosedLine closed => closed with { Summary = null },
        _ => line,
    };
}
