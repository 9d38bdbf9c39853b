namespace Rapport.Conversations;

/// <summary>What became of a message.</summary>
public enum SaidStatus
{
    /// <summary>It is stored, now or before.</summary>
    Said,

    /// <summary>They are not in the conversation any more.</summary>
    NothingHere,

    /// <summary>The patient ended the conversation.</summary>
    Ended,

    /// <summary>The key was sent before with another message.</summary>
    KeyUsedBefore,

    /// <summary>Only the patient themself attaches entries of their record.</summary>
    NotTheirsToAttach,

    /// <summary>The patient's agreements say together as much as can be kept.</summary>
    TooManyAgreements,

    /// <summary>One of its files is not there any more, or was sent with another message.</summary>
    NoSuchFile,

    /// <summary>Somebody of the team wrote on at the draft meanwhile, or sent it.</summary>
    DraftMoved,
}

/// <summary>What became of a message, and where it stands.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Line">Where it stands; null where it was not sent.</param>
public sealed record SaidAnswer(SaidStatus Status, TalkLine? Line);
