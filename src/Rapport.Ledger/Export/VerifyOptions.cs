namespace Rapport.Ledger;

/// <summary>What the reader of an export knows already and wants it held against.</summary>
public sealed record VerifyOptions
{
    /// <summary>
    /// The fingerprint (64 hexadecimal digits) of the key that must have signed. Without it the file proves only that it agrees with
    /// itself: whoever wrote it may have signed with a key of their own.
    /// </summary>
    public string? PinnedKey { get; init; }

    /// <summary>The ledger that it must be, as <see cref="Checkpoint.OriginOf"/> names it.</summary>
    public string? Origin { get; init; }

    /// <summary>
    /// The text of an older checkpoint of the same ledger. The file must hold everything that it covered, unchanged and in the same order.
    /// </summary>
    public string? EarlierCheckpoint { get; init; }

    /// <summary>How many problems are listed; all are counted.</summary>
    public int MaxProblems { get; init; } = 100;
}
