using Rapport.Conversations;

namespace Rapport.Server.Tests.Leaks.Talks;

/// <summary>Something that happens in one world or both, a minute after what happened before.</summary>
/// <param name="What">What.</param>
/// <param name="Who">By whom.</param>
/// <param name="Where">The name of the conversation.</param>
internal sealed record Deed(DeedKind What, string Who, string Where)
{
    /// <summary>What is said, or what it is about, here and there; there null where it does not happen there.</summary>
    public (string Here, string? There) Text { get; init; } = ("", "");

    /// <summary>With whom, or whom.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    public Topic Topic { get; init; }

    /// <summary>The line that is meant.</summary>
    public long Line { get; init; }

    /// <summary>Whether it is told to nobody who knocks.</summary>
    public bool IsHidden => Text.Here != Text.There;
}

/// <summary>What can happen.</summary>
internal enum DeedKind
{
    Begin,
    Say,
    SayAttached,
    Correct,
    Add,
    Remove,
    Leave,
    Read,
    Clear,
    Take,
    Close,
    End,
    LeaveTeam,
    Act,
    Block,
    Revoke,

    /// <summary>A check-in is asked for: its title and its question are the text.</summary>
    Ask,

    /// <summary>The last check-in of the conversation is answered with the text.</summary>
    Answer,

    /// <summary>A message with a file in which the text stands, and that is called by it; another file is chosen and not sent.</summary>
    SayFile,

    /// <summary>Push and mail are turned on for somebody: what waits already they are not told.</summary>
    TurnOn,

    /// <summary>The patient brings something into their record.</summary>
    Bring,

    /// <summary>Somebody asks the patient for access.</summary>
    AskForAccess,
}
