using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>An answer to a check-in: who gave it when, and where it stands in the patient's record.</summary>
/// <param name="Seq">The line by which it was given.</param>
/// <param name="Time">Which of the check-in's times.</param>
/// <param name="At">When.</param>
/// <param name="By">Who gave it.</param>
/// <param name="Entry">The QuestionnaireResponse, by its reference.</param>
public sealed record CheckInAnswer(long Seq, int Time, DateTimeOffset At, Speaker By, string Entry);

/// <summary>A check-in of a conversation.</summary>
/// <param name="Seq">The line by which it was asked for.</param>
/// <param name="At">When.</param>
/// <param name="By">Who asked.</param>
/// <param name="Questionnaire">What is asked, as FHIR.</param>
/// <param name="Form">What is asked.</param>
/// <param name="Times">When it can be answered.</param>
public sealed record CheckIn(long Seq, DateTimeOffset At, Speaker By, Resource Questionnaire, CheckInForm Form, CheckInTimes Times)
{
    /// <summary>Whether it goes on.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Which of its times waits to be answered now; null for none.</summary>
    public int? Waits { get; init; }

    /// <summary>How it was ended before its last time; null where it was not.</summary>
    public CheckInEndedLine? Ended { get; init; }

    /// <summary>What was answered, oldest first; one for each of its times at most.</summary>
    public IReadOnlyList<CheckInAnswer> Answers { get; init; } = [];
}

/// <summary>What became of asking for a check-in.</summary>
public enum AskedStatus
{
    /// <summary>It is asked for.</summary>
    Asked,

    /// <summary>Whoever asked is none who may: the patient's own side, or somebody who is neither a professional nor one of a team.</summary>
    NotTheirs,

    /// <summary>As many go on in the conversation as may.</summary>
    TooMany,

    /// <summary>Nobody writes in the conversation any more.</summary>
    Ended,

    /// <summary>The key was used before for something else.</summary>
    KeyUsedBefore,
}

/// <summary>What came of it.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Seq">The line, where it is asked for.</param>
public readonly record struct AskedAnswer(AskedStatus Status, long Seq = 0);

/// <summary>What became of answering one.</summary>
public enum AnsweredStatus
{
    /// <summary>It is answered, stands in the record, and whoever asked can see it.</summary>
    Answered,

    /// <summary>There is no such check-in, or whoever answers may not.</summary>
    NothingHere,

    /// <summary>It waits for no answer now: it was answered before, it is over, or it was taken back.</summary>
    NotWaiting,

    /// <summary>The key was used before for something else.</summary>
    KeyUsedBefore,

    /// <summary>It may not be put into the record, or not be shared, by whoever acts for the patient.</summary>
    NotPermitted,

    /// <summary>The patient's agreements say as much as can be kept.</summary>
    TooManyAgreements,
}
