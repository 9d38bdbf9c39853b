namespace Rapport.Conversations;

/// <summary>A message that somebody wants to send.</summary>
/// <param name="Text">Plain text: 1 to 10,000 letters.</param>
/// <param name="Once">Tells a repetition from another message of the same sender.</param>
/// <param name="Attached">Entries of the patient's record, by whole references.</param>
public sealed record NewMessage(string Text, string Once, IReadOnlyList<string> Attached)
{
    /// <summary>Photos, documents and voice notes that were taken in before. With one of them a message needs no words.</summary>
    public IReadOnlyList<SentFile> Files { get; init; } = [];

    /// <summary>Whether it has words that may mean an emergency, and was sent all the same: a team looks at it first.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>Whether a team says with it that this is not its answer yet. Of who is in it as nobody of a team it says nothing.</summary>
    public bool IsNotYet { get; init; }

    /// <summary>The draft of the sender's team that it was written from, as they saw it; null for none. It goes with the message, and who wrote at it too is told to their team alone.</summary>
    public TeamDraft? Drafted { get; init; }
}
