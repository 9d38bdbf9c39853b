using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Talks;

/// <summary>Looks whether a message may mean an emergency: all words of it that somebody wrote for its readers.</summary>
internal static class MessageGuard
{
    private const int MostLines = 100;

    /// <summary>What may be an emergency in a message and in what its files show, by the sender's words; null when there is no reason to ask. What a conversation is about belongs to its first message.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<UrgentLook?> LookAsync(TalkDoor door, TalkView view, string text, IReadOnlyList<SentFile> files, CancellationToken cancel)
    {
        var isFirst = (await door.Desk.LinesAsync(view, 1, MostLines, cancel)).All(static line => line.Line is not SaidLine);

        // Each is a sentence of its own, so that none denies another.
        return UrgentGuard.Look(string.Join('\n', [.. isFirst ? [view.State.Subject] : Array.Empty<string>(), text, .. files.Select(static file => file.Says).OfType<string>()]));
    }
}
