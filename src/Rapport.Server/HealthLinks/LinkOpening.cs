using Rapport.Gathering;

namespace Rapport.Server.HealthLinks;

/// <summary>Why a SMART Health Link did not open. Nothing was changed then.</summary>
internal enum LinkFault
{
    /// <summary>It ended at a moment that it says itself.</summary>
    Expired,

    /// <summary>It needs a passcode and came without.</summary>
    PasscodeNeeded,

    /// <summary>The passcode is not the right one.</summary>
    WrongPasscode,

    /// <summary>Its server has it no more, or says that it is over.</summary>
    Over,

    /// <summary>Its server wants to be asked later.</summary>
    TooManyRequests,

    /// <summary>It leads to an address of a kind that is not asked.</summary>
    NotAsked,

    /// <summary>Nothing answers there that may be asked.</summary>
    NotReachable,

    /// <summary>Who answers cannot show that they are who the link names.</summary>
    NotSecure,

    /// <summary>It took too long.</summary>
    TooSlow,

    /// <summary>There is more behind it than what is read.</summary>
    TooLarge,

    /// <summary>Its server answered that it will not.</summary>
    Refused,

    /// <summary>Its server answered with something that is no health link's answer.</summary>
    NotUnderstood,

    /// <summary>A file does not open with the link's key.</summary>
    DoesNotOpen,

    /// <summary>There is no file of a kind that can be taken.</summary>
    NothingInIt,

    /// <summary>Too many links are being opened at this moment.</summary>
    Busy,
}

/// <summary>What became of opening a SMART Health Link.</summary>
internal sealed record LinkOpening
{
    /// <summary>Why it did not open; null when it did.</summary>
    public LinkFault? Fault { get; init; }

    /// <summary>How many more wrong passcodes its server allows; null when it does not say.</summary>
    public int? AttemptsLeft { get; init; }

    /// <summary>After how long its server wants to be asked again; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What it gave; null when it did not open.</summary>
    public OpenedLink? Link { get; init; }

    public static LinkOpening Failed(LinkFault fault) => new() { Fault = fault };
}
