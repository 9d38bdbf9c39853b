namespace Rapport.Conversations;

/// <summary>What became of what was promised to whoever sent a message.</summary>
public enum PromiseEnd
{
    /// <summary>Whoever promised has not answered yet.</summary>
    Waits,

    /// <summary>They said something, and not that this is not the answer yet.</summary>
    Answered,

    /// <summary>It was closed as answered.</summary>
    Closed,

    /// <summary>Nobody answers any more: they left, or the patient ended the conversation.</summary>
    Gone,
}

/// <summary>What was promised for a message, and what became of it.</summary>
/// <param name="Promise">What was promised.</param>
/// <param name="End">What became of it.</param>
/// <param name="Line">The line by which it ended; null while it waits.</param>
public sealed record PromiseKept(AnswerPromise Promise, PromiseEnd End, TalkLine? Line)
{
    /// <summary>By how much the answer came, or is by now, after the promised time; null where it is not, or no time was promised.</summary>
    /// <param name="now">The instant.</param>
    public TimeSpan? LateBy(DateTimeOffset now) => End != PromiseEnd.Gone && Promise.By is { } by && (Line?.Line.At ?? now) is var at && at > by ? at - by : null;

    /// <summary>Whether a line ends what somebody promised, and how; null where it does not.</summary>
    internal static PromiseEnd? EndBy(AnswerPromise promise, ConversationLine line) => line switch
    {
        SaidLine { IsNotYet: false } or CheckInAnsweredLine when line.By.As == promise.Who => PromiseEnd.Answered,
        ClosedLine when line.By.As == promise.Who => PromiseEnd.Closed,
        LeftLine left when left.Reference == promise.Who => PromiseEnd.Gone,
        EndedLine => PromiseEnd.Gone,
        _ => null,
    };
}
