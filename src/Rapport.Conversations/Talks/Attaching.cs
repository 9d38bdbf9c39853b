using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>The agreements about what a patient attaches to a message: with each of the others, or with nobody. Thread safe.</summary>
internal sealed class Attaching(RecordsModule records, Keyring keyring)
{
    /// <summary>Tells the attachments of one message from those of others of its conversation, and from what else is attached under the same key.</summary>
    internal string MarkOf(TalkView view, string once, IReadOnlyList<string> entries) =>
        $"{view.Id}.{Convert.ToHexStringLower(keyring.LookupHash("conversation-attached", $"{view.Id}\n{once}\n{string.Join('\n', entries)}").AsSpan(0, 16))}";

    /// <summary>An agreement with each of the others: written before the message, so that nobody is sent what they may not see. Written once, however often the message is sent. False when not all of them have room.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<bool> ShareAsync(AttachedKeeping keeping, TalkView view, IReadOnlyList<string> entries, string message, CancellationToken cancel)
    {
        var isWhole = false;
        try
        {
            foreach (var seat in view.State.Seats.Where(seat => seat.Member.Reference != view.Capacity.Reference))
            {
                if (!await records.Attachments.AttachAsync(keeping, message, seat.Member.Reference, seat.Member.Name, entries, cancel))
                {
                    return false;
                }
            }

            isWhole = true;
            return true;
        }
        finally
        {
            if (!isWhole)
            {
                await EndAsync(keeping, message);
            }
        }
    }

    /// <summary>Ends all of one message: not given up halfway.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task EndAsync(AttachedKeeping keeping, string message) => records.Attachments.EndAsync(keeping, message, recipient: null, CancellationToken.None);

    /// <summary>Ends what was attached for who left meanwhile; for all when it was ended.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task TakeBackAsync(AttachedKeeping keeping, TalkView view, Conversation? now, CancellationToken cancel)
    {
        foreach (var gone in view.State.Seats.Where(seat => now?.SeatOf(seat.Member.Reference) is null))
        {
            await records.Attachments.EndAsync(keeping, view.Id.ToString(), gone.Member.Reference, cancel);
        }
    }
}
