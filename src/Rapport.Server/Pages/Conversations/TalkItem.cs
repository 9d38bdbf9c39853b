using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Pages.Conversations;

/// <summary>An entry that is attached to a message.</summary>
/// <param name="Href">Where it is looked at; null where it is not shared any more.</param>
/// <param name="Name">What it is; null for who is not the patient: to look at it is a look like any other.</param>
/// <param name="Reference">Which entry it is; null for who is not the patient.</param>
public sealed record TalkAttached(string? Href, string? Name, string? Reference);

/// <summary>Something that happened in a conversation, ready to be shown.</summary>
/// <param name="Seq">Its line.</param>
/// <param name="At">When.</param>
public sealed record TalkItem(long Seq, DateTimeOffset At)
{
    /// <summary>What happened, where it is no message.</summary>
    public string? Notice { get; init; }

    /// <summary>What came of it, where somebody closed it and said so.</summary>
    public string? Summary { get; init; }

    /// <summary>Whether that is in the patient's record, for the patient themself; null for anybody else.</summary>
    public bool? IsSummaryKept { get; init; }

    /// <summary>Where it leads, where it is about a check-in.</summary>
    public CheckIns.CheckInLink? CheckIn { get; init; }

    /// <summary>Who said it: always the true person.</summary>
    public string Name { get; init; } = "";

    /// <summary>What they are there, and for whom they said it.</summary>
    public string About { get; init; } = "";

    /// <summary>What they said, as it stands now.</summary>
    public string Text { get; init; } = "";

    /// <summary>What stood there before it was corrected, oldest first.</summary>
    public IReadOnlyList<(string Text, DateTimeOffset Until)> Before { get; init; } = [];

    /// <summary>Who wrote at it too, for who is of the team that sent it.</summary>
    public IReadOnlyList<string> DraftedWith { get; init; } = [];

    /// <summary>Whether a team said with it that this is not its answer yet.</summary>
    public bool IsNotYet { get; init; }

    /// <summary>Whether whoever looks said it themself.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Entries that are attached.</summary>
    public IReadOnlyList<TalkAttached> Attached { get; init; } = [];

    /// <summary>Photos, documents and voice notes.</summary>
    public IReadOnlyList<TalkFile> Files { get; init; } = [];

    /// <summary>Of each of these the source by which it is in the patient's record, null where it is not, for the patient themself; null for anybody else.</summary>
    public IReadOnlyList<long?>? FilesKept { get; init; }

    /// <summary>Into whose record who looks may put them, where that is not their own.</summary>
    public PatientId? KeepsFor { get; init; }

    /// <summary>Who has read up to here, and not further.</summary>
    public IReadOnlyList<string> ReadBy { get; init; } = [];

    /// <summary>Whether it is the last of one's own that stands as it does, and nobody else has read it yet.</summary>
    public bool IsUnreadByAll { get; init; }

    /// <summary>Whether it stood as new on a page of somebody else's, or they have it on a device.</summary>
    public bool IsDelivered { get; init; }

    /// <summary>What became of what was promised for it, for who said it.</summary>
    public IReadOnlyList<PromiseKept> Promises { get; init; } = [];
}

/// <summary>A conversation as a page shows it.</summary>
/// <param name="View">It, as whoever looks sees it.</param>
/// <param name="Items">What happened, oldest first.</param>
public sealed record TalkStory(TalkView View, IReadOnlyList<TalkItem> Items)
{
    /// <summary>The name of the patient.</summary>
    public required string PatientName { get; init; }

    /// <summary>From where there is more before this; null when there is none.</summary>
    public long? Earlier { get; init; }

    /// <summary>From where there is more after this; null where it is the newest.</summary>
    public long? Later { get; init; }
}
