namespace Rapport.Records;

/// <summary>Who wants to open a link, as they say.</summary>
/// <param name="Said">What they say of themselves, on one line; at most <see cref="MostSaid"/> letters.</param>
/// <param name="Passcode">What they give as the passcode; null for none.</param>
/// <param name="IsDirect">Whether they ask for the one file, and not for a manifest.</param>
public sealed record LinkKnock(string Said, string? Passcode = null, bool IsDirect = false)
{
    /// <summary>The most letters that are kept of what they say.</summary>
    public const int MostSaid = 200;

    /// <summary>Whether they know the link's key, for who opens it here and not by themselves; null where they show it by decrypting the files.</summary>
    public Func<byte[], bool>? HasKey { get; init; }

    /// <summary>Nothing: it may hold a secret.</summary>
    public override string ToString() => nameof(LinkKnock);
}

/// <summary>What became of opening a link.</summary>
public enum LinkOutcome
{
    /// <summary>There is no such link, or it is over, or there is nothing behind it: nobody can tell which.</summary>
    NothingHere,

    /// <summary>It needs a passcode, and the right one was not given.</summary>
    WrongPasscode,

    /// <summary>It was opened too often in the last hour.</summary>
    TooOften,

    /// <summary>It is open: what it gives is in the ledger.</summary>
    Opened,
}

/// <summary>What became of opening a link.</summary>
public sealed record LinkOpening
{
    /// <summary>What.</summary>
    public required LinkOutcome Outcome { get; init; }

    /// <summary>How many more wrong passcodes it bears.</summary>
    public int AttemptsLeft { get; init; }

    /// <summary>After how long it can be opened again, when it was opened too often.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The link; null unless it is open.</summary>
    public GivenLink? Link { get; init; }

    /// <summary>What it gives; null unless it is open.</summary>
    public Disclosure? Disclosure { get; init; }

    /// <summary>Which file was asked for, when one was fetched.</summary>
    public string? File { get; init; }

    /// <summary>Makes the last part of an address at which a file can be fetched, once and for an hour; it cannot be guessed.</summary>
    public Func<string, string>? AddressOf { get; init; }

    /// <summary>By which something is sent back, and what came of this opening is said, for an hour: it names the opening's place in the ledger, and cannot be guessed. Null where there is no such place.</summary>
    public string? ReplyTo { get; init; }

    internal static LinkOpening NothingHere { get; } = new() { Outcome = LinkOutcome.NothingHere };
}

/// <summary>How the ledger notes what happened by a link.</summary>
public static class LinkNote
{
    private const string Opening = "link: ";
    private const string Fetching = "link file: ";

    /// <summary>What the holder said of themselves, out of a note; null when it is of something else.</summary>
    public static string? SaidIn(string? note) =>
        note is null ? null
        : note.StartsWith(Opening, StringComparison.Ordinal) ? note[Opening.Length..]
        : note.StartsWith(Fetching, StringComparison.Ordinal) ? note[Fetching.Length..]
        : null;

    /// <summary>Whether a note tells that a link was opened, and not that one of its files was fetched afterwards.</summary>
    public static bool IsOpening(string? note) => note?.StartsWith(Opening, StringComparison.Ordinal) == true;

    internal static string OfOpening(string said) => Opening + said;

    internal static string OfFetching(string said) => Fetching + said;
}
