using Rapport.Data;

namespace Rapport.Records;

/// <summary>What somebody sends back by a link.</summary>
/// <param name="Note">What they write; empty for nothing.</param>
/// <param name="File">A file; null for none.</param>
public sealed record LinkReply(string Note, LinkReplyFile? File);

/// <summary>A file that somebody sends back by a link.</summary>
/// <param name="Name">What it is called, as it may be shown.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The file.</param>
public sealed record LinkReplyFile(string Name, string Kind, ReadOnlyMemory<byte> Bytes);

/// <summary>What became of something that was sent back.</summary>
public enum LinkReplyOutcome
{
    /// <summary>The link is over, or was opened too long ago.</summary>
    NothingHere,

    /// <summary>As much was sent by this link, or waits in this record, as is taken.</summary>
    TooMuch,

    /// <summary>It waits for the patient.</summary>
    Waits,
}

/// <summary>Something that came by a link and waits for the patient to take it or to refuse it.</summary>
public sealed record LinkDelivery
{
    /// <summary>Its id within the record.</summary>
    public required LocalId Id { get; init; }

    /// <summary>The link it came by.</summary>
    public required LocalId Link { get; init; }

    /// <summary>What the link is called.</summary>
    public required string LinkLabel { get; init; }

    /// <summary>What they said of themselves when they opened it.</summary>
    public required string Said { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What they wrote; empty for nothing.</summary>
    public required string Note { get; init; }

    /// <summary>What their file is called; null for none.</summary>
    public string? FileName { get; init; }

    /// <summary>What their file is.</summary>
    public string? FileKind { get; init; }

    /// <summary>How many bytes it has.</summary>
    public long FileSize { get; init; }
}
