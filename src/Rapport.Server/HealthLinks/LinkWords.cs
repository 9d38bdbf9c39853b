using Rapport.Gathering;

namespace Rapport.Server.HealthLinks;

/// <summary>Why a link did not open, for people: the same on the page and on the command line. Of the link it names the server alone.</summary>
internal static class LinkWords
{
    /// <summary>What the patient knows a link by: the name that its maker gave it, else the server's.</summary>
    public static string NameOf(HealthLink link) => link.Label ?? Say.Fill(OpeningText.NameOfLink, link.Host);

    public static string Of(HealthLinkMistake mistake) => mistake switch
    {
        HealthLinkMistake.None => OpeningText.NotALink,
        HealthLinkMistake.Damaged => OpeningText.Damaged,
        HealthLinkMistake.LaterVersion => OpeningText.LaterVersion,
        _ => throw new ArgumentOutOfRangeException(nameof(mistake)),
    };

    /// <param name="link">The link.</param>
    /// <param name="opening">How it went, which was not well.</param>
    public static string Of(HealthLink link, LinkOpening opening) => opening.Fault switch
    {
        LinkFault.Expired => Say.Fill(OpeningText.Expired, Say.Moment(link.Expires!.Value)),
        LinkFault.PasscodeNeeded => OpeningText.PasscodeNeeded,
        LinkFault.WrongPasscode => WrongPasscode(opening.AttemptsLeft),
        LinkFault.Over => OpeningText.Over,
        LinkFault.TooManyRequests => AskLater(opening.RetryAfter),
        LinkFault.NotAsked => OpeningText.NotAsked,
        LinkFault.NotReachable => Say.Fill(OpeningText.NotReachable, link.Host),
        LinkFault.NotSecure => Say.Fill(OpeningText.NotSecure, link.Host),
        LinkFault.TooSlow => Say.Fill(OpeningText.TooSlow, link.Host),
        LinkFault.TooLarge => OpeningText.TooLarge,
        LinkFault.Refused => Say.Fill(OpeningText.Refused, link.Host),
        LinkFault.NotUnderstood => Say.Fill(OpeningText.NotUnderstood, link.Host),
        LinkFault.DoesNotOpen => OpeningText.DoesNotOpen,
        LinkFault.NothingInIt => OpeningText.NothingInIt,
        LinkFault.Busy => OpeningText.Busy,
        _ => throw new ArgumentOutOfRangeException(nameof(opening)),
    };

    private static string WrongPasscode(int? left) => left switch
    {
        null => OpeningText.WrongPasscode,
        0 => OpeningText.NoTriesLeft,
        { } number => Say.Count(OpeningText.WrongPasscodeLeft, number),
    };

    private static string AskLater(TimeSpan? wait) =>
        wait is { } time && time < TimeSpan.FromDays(1) ? Say.Count(OpeningText.AskInMinutes, Math.Max(1, (long)Math.Ceiling(time.TotalMinutes))) : OpeningText.AskLater;
}
