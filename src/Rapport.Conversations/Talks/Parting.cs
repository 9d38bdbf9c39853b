using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>How somebody goes from a conversation, by themself or by the patient, and how it ends: what is attached is shared with them no more. Thread safe.</summary>
internal sealed class Parting(ConversationStore store, Speakers speakers, Attachments attachments, TimeProvider clock)
{
    /// <summary>See <see cref="ConversationDesk.LeaveAsync"/>.</summary>
    internal async Task<bool> LeaveAsync(Talker talker, TalkView view, Actor actor, CancellationToken cancel)
    {
        if (view.IsPatients)
        {
            return false;
        }

        // What is attached ends first, so that nobody has left who still sees it, and once more for what was attached in between.
        await attachments.LeaveAsync(view.Patient, actor, view.Id.ToString(), view.Capacity.Reference, cancel);
        var hasLeft = await speakers.AddAsync(talker, view, (by, _) => new LeftLine(clock.GetUtcNow(), by, view.Capacity.Reference), cancel);
        await attachments.LeaveAsync(view.Patient, actor, view.Id.ToString(), view.Capacity.Reference, cancel);
        return hasLeft;
    }

    /// <summary>See <see cref="ConversationDesk.LeaveAllAsync"/>.</summary>
    internal async Task LeaveAllAsync(Talker talker, Actor actor, CancellationToken cancel)
    {
        var alone = Talker.Alone(talker.Person);
        foreach (var stored in await store.ListAsync(alone.References, cancel))
        {
            if (TalkView.Of(alone, stored, null, Withheld.Nothing) is { IsPatients: false } view)
            {
                await LeaveAsync(alone, view, actor, cancel);
            }
        }
    }

    /// <summary>See <see cref="ConversationDesk.RemoveMemberAsync"/>.</summary>
    internal async Task<bool> RemoveAsync(Talker talker, TalkView view, AttachedKeeping keeping, string reference, CancellationToken cancel)
    {
        if (!view.IsPatients || keeping.Patient != view.Patient || reference == view.Capacity.Reference || view.State.SeatOf(reference) is null)
        {
            return false;
        }

        // As with leaving.
        await attachments.EndAsync(keeping, view.Id.ToString(), reference, cancel);
        var isOut = await speakers.AddAsync(talker, view, (by, _) => new LeftLine(clock.GetUtcNow(), by, reference), cancel);
        await attachments.EndAsync(keeping, view.Id.ToString(), reference, cancel);
        return isOut;
    }

    /// <summary>See <see cref="ConversationDesk.EndAsync"/>.</summary>
    internal async Task<bool> EndAsync(Talker talker, TalkView view, AttachedKeeping keeping, CancellationToken cancel)
    {
        if (!view.IsPatients || keeping.Patient != view.Patient)
        {
            return false;
        }

        // Ended first, so that nothing is attached between; and again when it was cut short.
        var isEnded = view.State.IsEnded || await speakers.AddAsync(talker, view, (by, _) => new EndedLine(clock.GetUtcNow(), by), cancel);
        await attachments.EndAsync(keeping, view.Id.ToString(), recipient: null, cancel);
        return isEnded;
    }
}
